/**
 * The two orders in which events can be read through: as the texts tell them, or as they happened.
 */
import { rowsOf } from "./filter";
import type { Mask } from "./filter";
import { EVER } from "./payload";
import type { EventTable } from "./payload";

export type Order = "text" | "time";

/** Rows of a mask in that order. */
export function inOrder(events: EventTable, mask: Mask, order: Order): Uint32Array {
  if (order === "text") return rowsOf(mask);
  const rows = new Uint32Array(mask.length);
  let end = 0;
  for (const row of byTime(events)) if (mask[row] === 1) rows[end++] = row;
  return rows.subarray(0, end);
}

const known = new WeakMap<EventTable, Uint32Array>();

/**
 * All rows by the first day on which an event can have been; where only the last is known, by that one. The shorter of
 * two that begin together comes first; undated events stand at the end.
 */
export function byTime(events: EventTable): Uint32Array {
  const found = known.get(events) ?? sorted(events);
  known.set(events, found);
  return found;
}

function sorted(events: EventTable): Uint32Array {
  const [starts, ends] = [events.days("start"), events.days("end")];
  const first = (row: number): number => (starts[row] === EVER.first ? ends[row]! : starts[row]!);
  // Later than any day are an open end, and both ends of what bears no day.
  const last = (row: number): number => (ends[row] === EVER.first ? EVER.last : ends[row]!);
  const byLast = ranked(Uint32Array.from(starts, (_, row) => row), last);
  return ranked(byLast, first);
}

/** Rows sorted by a number; equals stay as they were. */
export function ranked(rows: Uint32Array, figure: (row: number) => number): Uint32Array {
  const keys = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) keys[at] = Math.max(-SPAN, Math.min(SPAN, figure(rows[at]!))) * SPAN + at;
  keys.sort();
  return Uint32Array.from(keys, (key) => rows[key - Math.floor(key / SPAN) * SPAN]!);
}

// A float holds a day, or a rank, and a place behind it; both are less than this.
const SPAN = 2 ** 26;
