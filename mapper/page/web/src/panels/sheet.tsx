/**
 * A phone's sheet below the map: its tabs are also the handle by which it is drawn up and down, and a button does
 * the same for those who don't draw.
 */
import { useEffect, useRef } from "preact/hooks";
import { useShared } from "../shared";
import { HEIGHTS } from "../state";
import type { Height, State } from "../state";
import { Card } from "./card";
import { Filters } from "./filters";
import { TabPanel, Tabs } from "./tabs";
import "./sheet.css";

export function SheetHead() {
  const { state } = useShared();
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => (head.current ? drawable(head.current, state) : undefined), []);
  return (
    <div class="sheet-head" ref={head}>
      <Tabs />
      <Raise />
    </div>
  );
}

/** Peek, half, full and round again; with arrows up and down, one at a time. */
function Raise() {
  const { state } = useShared();
  const words = state.words.value;
  const at = state.sheet.value;
  const next = HEIGHTS[(HEIGHTS.indexOf(at) + 1) % HEIGHTS.length] ?? "half";
  const byKey = (event: KeyboardEvent): void => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    state.sheet.value = HEIGHTS[HEIGHTS.indexOf(at) + by] ?? at;
  };
  return (
    <button type="button" class="raise" title={words.t(`phone.to.${next}`)} aria-label={words.t(`phone.to.${next}`)} onClick={() => (state.sheet.value = next)} onKeyDown={byKey}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d={at === "full" ? "M3 6l5 5 5-5" : "M3 10l5-5 5 5"} fill="none" stroke="currentColor" stroke-width="1.8" /></svg>
    </button>
  );
}

export function EventPanel() {
  const { state } = useShared();
  return (
    <TabPanel of="event">
      <Card />
      {state.row.value === null && <p class="quiet">{state.words.value.t("phone.no_event")}</p>}
    </TabPanel>
  );
}

export function FiltersPanel() {
  return (
    <TabPanel of="filters">
      <Filters whole />
    </TabPanel>
  );
}

const FEW_PIXELS = 8;
/** A flick faster than this, in pixels a millisecond, goes on to the next height. */
const FLICK = 0.4;

// A browser may let some milliseconds pass between letting go and the click.
const CLICK_AFTER = 80;

interface Grip {
  y: number;
  height: number;
  at: number;
}

/** Lets the sheet be drawn by its head; returns how to stop that. */
function drawable(head: HTMLElement, state: State): () => void {
  const sheet = head.parentElement as HTMLElement;
  const body = sheet.parentElement as HTMLElement;
  let grip: Grip | null = null;
  let moved = false;
  const move = (event: PointerEvent): void => {
    if (!grip || (!moved && Math.abs(event.clientY - grip.y) < FEW_PIXELS)) return;
    if (!moved) head.setPointerCapture(event.pointerId);
    moved = true;
    body.classList.add("drawn");
    const height = grip.height + grip.y - event.clientY;
    sheet.style.height = `${Math.min(body.offsetHeight - 8, Math.max(head.offsetHeight, height))}px`;
  };
  const up = (event: PointerEvent): void => {
    if (grip && moved) {
      const speed = (grip.y - event.clientY) / Math.max(1, event.timeStamp - grip.at);
      state.sheet.value = goal(state.sheet.peek(), sheet.offsetHeight / body.offsetHeight, speed);
    }
    grip = null;
    body.classList.remove("drawn");
    sheet.style.removeProperty("height");
    setTimeout(() => (moved = false), CLICK_AFTER);
    listen(window, whileHeld, false);
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || state.layout.peek() !== "phone") return;
    grip = { y: event.clientY, height: sheet.offsetHeight, at: event.timeStamp };
    moved = false;
    listen(window, whileHeld, true);
  };
  // The click that ends a drag was not meant for a tab.
  const click = (event: Event): void => void (moved && event.stopPropagation());
  // What comes to lie under the pointer is neither marked nor carried off.
  const stay = (event: Event): void => event.preventDefault();
  const whileHeld: Heard = { pointermove: move, pointerup: up, pointercancel: up, selectstart: stay, dragstart: stay };
  head.addEventListener("pointerdown", down);
  head.addEventListener("click", click, true);
  return () => {
    listen(window, whileHeld, false);
    head.removeEventListener("pointerdown", down);
    head.removeEventListener("click", click, true);
  };
}

type Heard = Record<string, (event: PointerEvent) => void>;

function listen(target: Window, heard: Heard, on: boolean): void {
  for (const [name, one] of Object.entries(heard)) target[on ? "addEventListener" : "removeEventListener"](name, one as EventListener);
}

/** Where a sheet comes to rest that was let go at that share of the page, at that speed (upwards is positive). */
export function goal(from: Height, share: number, speed: number): Height {
  const near = share < 0.33 ? "peek" : share < 0.75 ? "half" : "full";
  if (near !== from || Math.abs(speed) < FLICK) return near;
  return HEIGHTS[HEIGHTS.indexOf(from) + Math.sign(speed)] ?? from;
}
