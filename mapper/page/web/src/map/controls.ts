/**
 * Scale, zoom and *the whole map*, one above the other, with names in the reader's language.
 */
import { effect } from "@preact/signals";
import * as L from "leaflet";
import { h, render } from "preact";
import { LayerMenu } from "../panels/layers";
import type { State } from "../state";

const SVG = "http://www.w3.org/2000/svg";

export function addControls(map: L.Map, state: State, fit: () => void): void {
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  if (map.zoomControl) map.zoomControl.setPosition("topleft");
  else L.control.zoom({ position: "topleft" }).addTo(map);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fit";
  button.append(sign());
  button.addEventListener("click", fit);
  const control = new L.Control({ position: "topleft" });
  control.onAdd = () => bar(button);
  control.addTo(map);
  effect(() => name(map, state, button));
  if (state.payload.layers?.length) addLayers(map, state);
}

function addLayers(map: L.Map, state: State): void {
  const control = new L.Control({ position: "topleft" });
  control.onAdd = () => {
    const box = bar();
    box.classList.add("layers-control");
    L.DomEvent.disableScrollPropagation(box);
    render(h(LayerMenu, { state }), box);
    return box;
  };
  control.addTo(map);
}

function sign(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4");
  svg.append(path);
  return svg;
}

function bar(...buttons: HTMLElement[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "leaflet-bar leaflet-control";
  box.append(...buttons);
  L.DomEvent.disableClickPropagation(box);
  return box;
}

function name(map: L.Map, state: State, button: HTMLElement): void {
  const words = state.words.value;
  const container = map.getContainer();
  const named: [Element | null, string][] = [
    [container.querySelector(".leaflet-control-zoom-in"), words.t("map.zoom_in")],
    [container.querySelector(".leaflet-control-zoom-out"), words.t("map.zoom_out")],
    [button, words.t("map.fit")],
  ];
  for (const [element, text] of named) {
    element?.setAttribute("title", text);
    element?.setAttribute("aria-label", text);
  }
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", words.t("map.label"));
}
