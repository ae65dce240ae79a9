/**
 * Reading through by keys: left and right go to the previous and next of the shown events, Esc closes what was
 * opened last of what lies over the page.
 */
import { isByKey } from "./keys";
import type { State } from "./state";

const STEPS: Record<string, 1 | -1> = { ArrowRight: 1, ArrowLeft: -1 };
/** Where the arrows have a meaning of their own. */
const OWN = "input, textarea, select, audio, video, [contenteditable], [role=slider], [role=tab], [role=radio], [role=grid], [role=listbox], [role=menu], dialog";

export function readByKeys(state: State): void {
  let inMapByKey = false;
  addEventListener("focusin", () => void (inMapByKey = isByKey()));
  // Heard before the map, which would pan under whoever has only clicked on it.
  addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (!by || state.methodOpen.peek() || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = event.target as Element;
    if (at.closest(OWN) || scrollsSideways(at) || (at.matches(".mapper-map") && (inMapByKey || state.row.peek() === null))) return;
    event.preventDefault();
    event.stopPropagation();
    state.step(by, "card");
    follow(at, state);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) dismiss(state);
  });
}

function scrollsSideways(at: Element): boolean {
  return at.scrollWidth > at.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(at).overflowX);
}

/** In the list, focus goes along with the choice. */
function follow(from: Element, state: State): void {
  if (!from.matches(".item")) return;
  // It may have to be made first.
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`.events-panel [data-item="${state.row.peek()}"] .item`)?.focus());
}

function dismiss(state: State): void {
  if (state.methodOpen.peek()) return;
  if (state.time.playing.peek()) return state.time.pause();
  if (state.notice.peek()) return void (state.notice.value = null);
  const open = [state.time.datesOpen, state.layersOpen, state.legendOpen, state.creditsOpen, state.unlocatedOpen, state.moreOpen].find((one) => one.value);
  if (open) open.value = false;
  else if (state.layout.peek() !== "desk" && state.front.peek() === "filters") state.front.value = null;
  else state.select(null, "card");
}
