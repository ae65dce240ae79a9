/**
 * What a pointer does on the chart: it draws a new range, moves the one that is there, or one of its ends; without
 * a drag it chooses the event under it, or the dates of a column.
 */
import { daysOf, moveBoth, moveEdge, rangeOf } from "../brush";
import type { Days, Edge } from "../brush";
import type { State } from "../state";
import { bucketOf, dayAt } from "../timeline";
import type { Domain } from "../timeline";
import { bucketDays } from "./columns";

const FEW_PIXELS = 4;

interface Grip {
  kind: Edge | "both" | "new";
  x: number;
  day: number;
  days: Days;
  /** The event whose bar is under the pointer. */
  row: number | null;
}

/** Listens to the chart; returns how to stop that. */
export function brushing(chart: HTMLElement, state: State): () => void {
  const { time } = state;
  let grip: Grip | null = null;
  let moved = false;
  const dayUnder = (event: PointerEvent): number =>
    dayAt(time.domain.peek() as Domain, event.clientX - chart.getBoundingClientRect().left, time.room.peek().width);

  const hold = (pointer: number): void => {
    chart.classList.add("dragging");
    chart.setPointerCapture(pointer);
  };
  const down = (event: PointerEvent): void => {
    const domain = time.domain.peek();
    if (event.button !== 0 || !event.isPrimary || !domain) return;
    const days = daysOf(domain, state.range.peek());
    const day = dayUnder(event);
    grip = { kind: kindOf(event, chart, state, day, days), x: event.clientX, day, days, row: rowUnder(event) };
    moved = false;
    time.over.value = null;
  };
  const move = (event: PointerEvent): void => {
    // Let go outside, before it was a drag.
    if (event.buttons === 0) grip = null;
    if (!grip) return point(event, state, dayUnder(event));
    if (!moved && Math.abs(event.clientX - grip.x) < FEW_PIXELS) return;
    if (!moved) hold(event.pointerId);
    moved = true;
    const domain = time.domain.peek() as Domain;
    const before = daysOf(domain, state.range.peek());
    const [first, last] = dragged(domain, grip, dayUnder(event));
    if (first !== before[0] || last !== before[1]) time.choose(rangeOf(domain, [first, last]));
  };
  const up = (event: PointerEvent): void => {
    if (grip && !moved && event.type === "pointerup") click(grip, state);
    grip = null;
    chart.classList.remove("dragging");
  };
  const leave = (): void => {
    time.over.value = null;
    state.hovered.value = null;
  };
  const heard = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, pointerleave: leave };
  for (const [name, one] of Object.entries(heard)) chart.addEventListener(name, one as EventListener);
  return () => {
    for (const [name, one] of Object.entries(heard)) chart.removeEventListener(name, one as EventListener);
  };
}

/** What a drag takes hold of: a handle, the chosen days, or, elsewhere and on the axis, new ones. */
function kindOf(event: PointerEvent, chart: HTMLElement, state: State, day: number, [first, last]: Days): Grip["kind"] {
  const edge = (event.target as Element).closest<HTMLElement>("[data-edge]")?.dataset["edge"];
  if (edge === "from" || edge === "to") return edge;
  const onAxis = event.clientY > (chart.querySelector(".brush")?.getBoundingClientRect().bottom ?? Infinity);
  return state.range.peek() !== null && !onAxis && day >= first && day <= last ? "both" : "new";
}

function dragged(domain: Domain, { kind, day, days }: Grip, to: number): Days {
  if (kind === "new") return [Math.min(day, to), Math.max(day, to)];
  return kind === "both" ? moveBoth(domain, days, to - day) : moveEdge(domain, days, kind, days[kind === "from" ? 0 : 1] + to - day);
}

function click({ kind, day, row }: Grip, state: State): void {
  const { time } = state;
  const domain = time.domain.peek();
  if (kind === "from" || kind === "to" || !domain) return;
  if (row !== null) return state.select(state.events.get("id", row), "time");
  const days = time.bars.peek() ? null : bucketDays(state, bucketOf(time.columns.peek().starts, day));
  if (days) time.choose(rangeOf(domain, days));
}

function point(event: PointerEvent, { time, hovered }: State, day: number): void {
  if (event.pointerType === "touch") return;
  const row = rowUnder(event);
  hovered.value = row;
  const over = time.over.peek();
  if (!time.bars.peek()) {
    const bucket = bucketOf(time.columns.peek().starts, day);
    if (!over || !("bucket" in over) || over.bucket !== bucket) time.over.value = { bucket };
  } else if (row === null) time.over.value = null;
  else if (!over || !("row" in over) || over.row !== row) time.over.value = { row };
}

function rowUnder(event: PointerEvent): number | null {
  const row = (event.target as Element).closest<HTMLElement>("[data-row]")?.dataset["row"];
  return row === undefined ? null : Number(row);
}

