/**
 * The page's one door: `mapper.start(payload, map)`, called by the document once its Leaflet map stands.
 */
// Before the parts, whose own styles come after the page's.
import "leaflet/dist/leaflet.css";
import "./page.css";
import L from "leaflet";
import { effect } from "@preact/signals";
import { render } from "preact";
import iconUrl from "leaflet/dist/images/marker-icon.png";
import iconRetinaUrl from "leaflet/dist/images/marker-icon-2x.png";
import shadowUrl from "leaflet/dist/images/marker-shadow.png";
import { App } from "./app";
import { readAddress, writeAddress } from "./fragment";
import { MapController } from "./map/controller";
import type { Payload } from "./payload";
import { watchPrint } from "./print";
import { readByKeys } from "./reading";
import { watchScreen } from "./screen";
import { isEmbedded } from "./share";
import { createState } from "./state";
import type { State } from "./state";
import "./access.css";

// Leaflet looks for its marker pictures beside its style sheet; here they are inside the file.
L.Icon.Default.imagePath = "";
L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl, shadowUrl });

/** Shows the payload in `#mapper`, around the given map, which keeps the layers that it has. */
export function start(payload: Payload, map: L.Map): void {
  const root = document.getElementById("mapper");
  if (!root) throw new Error("the page has no #mapper element");
  const state = createState(payload);
  state.embed.value = isEmbedded(location.hash);
  document.documentElement.classList.add("mapper-started");
  watchScreen(state);
  render(<App state={state} />, root);
  moveInto(root.querySelector(".map-slot"), map);
  const controller = new MapController(map, state, {
    legend: () => root.querySelector<HTMLElement>(".legend-body"),
    card: () => root.querySelector<HTMLElement>(".card"),
  });
  link(state);
  readByKeys(state);
  watchPrint(state, () => controller.forPrint());
}

function moveInto(slot: Element | null, map: L.Map): void {
  const container = map.getContainer();
  container.classList.add("mapper-map");
  slot?.append(container);
  map.invalidateSize({ animate: false, pan: false });
  if (slot) new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(slot);
}

/** State and address follow each other. */
function link(state: State): void {
  const usual = state.tab.peek();
  const read = (): void => {
    const { event, tab } = readAddress();
    state.tab.value = tab ?? usual;
    state.embed.value = isEmbedded(location.hash);
    if (state.events.row(event) !== undefined || event === null) state.select(event, "link");
  };
  read();
  effect(() => writeAddress({ event: state.selected.value, tab: state.tab.value === usual ? null : state.tab.value }));
  addEventListener("hashchange", read);
}

declare global {
  interface Window {
    L: typeof L;
    mapper: { start: typeof start };
  }
}

window.L = L;
window.mapper = { start };
