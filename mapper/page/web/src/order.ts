/**
 * The two orders in which events can be read through: as the texts tell them, or as they happened.
 */
import type { EventTable } from "./payload";

export type Order = "text" | "time";

/**
 * Rows in that order. Time goes by the first day on which an event can have been; where only the last is known,
 * by that one. The shorter of two that begin together comes first; undated events stand at the end.
 */
export function inOrder(events: EventTable, rows: readonly number[], order: Order): number[] {
  const sorted = [...rows];
  if (order === "time") sorted.sort((a, b) => compare(keys(events, a), keys(events, b)) || events.get("number", a) - events.get("number", b));
  return sorted;
}

// Sorts behind every ISO day.
const NEVER = "~";

function keys(events: EventTable, row: number): [first: string, last: string] {
  const start = events.get("date_start", row);
  const end = events.get("date_end", row);
  return [start ?? end ?? NEVER, end ?? NEVER];
}

function compare(a: string[], b: string[]): number {
  const at = a.findIndex((key, i) => key !== b[i]);
  return at === -1 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
}
