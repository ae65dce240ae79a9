/**
 * The online tile layer that the reader turned on, if the project offers any. Tiles that don't come leave holes
 * through which the drawn map is seen, and the page says so.
 */
import { effect, untracked } from "@preact/signals";
import * as L from "leaflet";
import type { TileLayer } from "../payload";
import type { State } from "../state";

/** `asBefore` moves the map without its being the reader's doing. */
export function showTiles(map: L.Map, state: State, asBefore: (move: () => void) => void): void {
  const finest = map.options.zoomSnap ?? 1;
  let layer: L.TileLayer | null = null;
  effect(() => {
    const wanted = chosenLayer(state);
    untracked(() => {
      layer?.remove();
      layer = wanted ? tiles(wanted, state) : null;
      state.tiles.value = wanted ? "waiting" : "none";
      // Between whole zooms tiles would be blurred.
      map.options.zoomSnap = wanted ? 1 : finest;
      if (!layer) return;
      asBefore(() => map.setZoom(Math.floor(map.getZoom()), { animate: false }));
      layer.addTo(map);
    });
  });
  // Tiles bear names of their own.
  effect(() => void map.getContainer().classList.toggle("tiled", state.tiles.value === "shown"));
}

/** What the state's name stands for; null for a name that this page doesn't know. */
export function chosenLayer({ payload, layer }: State): TileLayer | null {
  return payload.layers?.find((one) => one.name === layer.value) ?? null;
}

function tiles({ url, subdomains, max_zoom }: TileLayer, state: State): L.TileLayer {
  const layer = L.tileLayer(url, { subdomains: subdomains ?? [], maxZoom: 24, maxNativeZoom: max_zoom ?? 19 });
  layer.on("loading", () => void (state.tiles.value = "waiting"));
  layer.on("tileerror", () => void (state.tiles.value = "failed"));
  layer.on("tileload", () => {
    if (state.tiles.value === "waiting") state.tiles.value = "shown";
  });
  return layer;
}
