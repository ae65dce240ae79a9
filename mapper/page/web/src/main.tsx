/**
 * The page's one door: `mapper.start(payload, map)`, called by the document once its Leaflet map stands.
 */
// Before the parts, whose own styles come after the page's.
import "leaflet/dist/leaflet.css";
import "./page.css";
import * as L from "leaflet";
import { render } from "preact";
import iconUrl from "leaflet/dist/images/marker-icon.png";
import iconRetinaUrl from "leaflet/dist/images/marker-icon-2x.png";
import shadowUrl from "leaflet/dist/images/marker-shadow.png";
import searchWorker from "bundled:./search.worker.ts";
import { followAddress } from "./address";
import { App } from "./app";
import { afterFrame, inTurn } from "./later";
import { MapController } from "./map/controller";
import { partOfPage } from "./packed";
import { EventTable } from "./payload";
import type { Payload } from "./payload";
import { watchPrint } from "./print";
import { readByKeys } from "./reading";
import { watchScreen } from "./screen";
import { createState } from "./state";
import "./access.css";

// Leaflet looks for its marker pictures beside its style sheet; here they are inside the file.
L.Icon.Default.imagePath = "";
L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl, shadowUrl });

/** Shows the payload in `#mapper`, around the given map, which keeps the layers that it has. */
async function start(payload: Payload, map: L.Map): Promise<void> {
  const root = document.getElementById("mapper");
  if (!root) throw new Error("the page has no #mapper element");
  if (typeof DecompressionStream === "undefined") {
    root.textContent = String(payload.locales[payload.language]?.["page.old_browser"]);
    return;
  }
  const [events, words] = await Promise.all([EventTable.open(payload), partOfPage("mapper-words")]);
  Object.assign(payload.locales, JSON.parse(new TextDecoder().decode(words)));
  const state = createState(payload, events, searchWorker);
  document.documentElement.classList.add("mapper-started");
  watchScreen(state);
  // Before anything is drawn, so that what a link asks for is what comes first.
  followAddress(state);
  render(<App state={state} />, root);
  moveInto(root.querySelector(".map-slot"), map);
  const controller = new MapController(map, state, {
    legend: () => root.querySelector<HTMLElement>(".legend-body"),
    card: () => root.querySelector<HTMLElement>(".card"),
  });
  readByKeys(state);
  watchPrint(state, () => controller.forPrint());
  performance.mark("mapper-ready");
  afterFrame(() => inTurn([
    () => void (state.painted.value = true),
    () => controller.speak(),
    () => controller.drawWhole(),
    () => afterFrame(() => performance.mark("mapper-whole")),
  ]));
}

function moveInto(slot: Element | null, map: L.Map): void {
  const container = map.getContainer();
  container.classList.add("mapper-map");
  slot?.append(container);
  map.invalidateSize({ animate: false, pan: false });
  if (slot) new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(slot);
}

declare global {
  interface Window {
    L: typeof L;
    mapper: { start: typeof start };
  }
}

// A copy that can be added to, as layers of others do.
window.L = { ...L };
window.mapper = { start };
