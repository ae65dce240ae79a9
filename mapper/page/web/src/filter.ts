/**
 * Which events are shown, and how many: the counts always add up. A facet without a choice restricts nothing;
 * with choices it shows what has one of them.
 */
import type { EventTable } from "./payload";

export const FACETS = ["event_type", "geo_precision", "occurrence"] as const;

export type Facet = (typeof FACETS)[number];

export type Filters = Readonly<Record<Facet, ReadonlySet<string>>>;

/** First and last day, ISO; null is open. */
export type Range = readonly [from: string | null, to: string | null];

export const NO_FILTERS: Filters = { event_type: new Set(), geo_precision: new Set(), occurrence: new Set() };

export interface Counts {
  /** Every event but the retracted: shownMapped + shownUnlocated + filtered. */
  all: number;
  shown: number;
  shownMapped: number;
  shownUnlocated: number;
  filtered: number;
  /** Among the shown. */
  undated: number;
  retracted: number;
}

export function isFiltering(filters: Filters, range: Range | null): boolean {
  return range !== null || FACETS.some((facet) => filters[facet].size > 0);
}

/** The filters with these values of a facet chosen, or no longer: all of them if any was missing. */
export function toggle(filters: Filters, facet: Facet, values: readonly string[]): Filters {
  const chosen = new Set(filters[facet]);
  const on = values.every((value) => chosen.has(value));
  for (const value of values) on ? chosen.delete(value) : chosen.add(value);
  return { ...filters, [facet]: chosen };
}

/**
 * Rows of the shown events, in the order of their numbers; retracted ones are never among them. `undated` says
 * whether undated events are shown while there is a range.
 */
export function shownRows(events: EventTable, filters: Filters, range: Range | null, undated = true): number[] {
  return acceptedRows(events).filter((row) => passes(events, row, filters) && touches(events, row, range, undated));
}

/** How many events have each value of a facet, under all choices but the facet's own. */
export function facetCounts(events: EventTable, filters: Filters, range: Range | null, facet: Facet, undated = true): Map<string, number> {
  const others = { ...filters, [facet]: new Set<string>() };
  const counts = new Map<string, number>();
  for (const row of acceptedRows(events)) counts.set(valueOf(events, row, facet), 0);
  for (const row of shownRows(events, others, range, undated)) {
    const value = valueOf(events, row, facet);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

export function count(events: EventTable, shown: readonly number[]): Counts {
  const all = acceptedRows(events).length;
  const shownMapped = shown.filter((row) => events.isLocated(row)).length;
  return {
    all,
    shown: shown.length,
    shownMapped,
    shownUnlocated: shown.length - shownMapped,
    filtered: all - shown.length,
    undated: shown.filter((row) => isUndated(events, row)).length,
    retracted: events.length - all,
  };
}

export function acceptedRows(events: EventTable): number[] {
  return allRows(events).filter((row) => !events.isRetracted(row));
}

export function retractedRows(events: EventTable): number[] {
  return allRows(events).filter((row) => events.isRetracted(row));
}

/** An event is shown when its interval touches the range; an open end reaches as far as the range does. */
function touches(events: EventTable, row: number, range: Range | null, undated: boolean): boolean {
  if (range === null) return true;
  if (isUndated(events, row)) return undated;
  const [from, to] = range;
  const start = events.get("date_start", row);
  const end = events.get("date_end", row);
  return (to === null || start === null || start <= to) && (from === null || end === null || end >= from);
}

function passes(events: EventTable, row: number, filters: Filters): boolean {
  return FACETS.every((facet) => filters[facet].size === 0 || filters[facet].has(valueOf(events, row, facet)));
}

function valueOf(events: EventTable, row: number, facet: Facet): string {
  return events.get(facet, row) ?? "";
}

function isUndated(events: EventTable, row: number): boolean {
  return events.get("date", row) === null;
}

function allRows(events: EventTable): number[] {
  return Array.from({ length: events.length }, (_, row) => row);
}
