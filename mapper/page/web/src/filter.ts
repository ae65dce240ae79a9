/**
 * Which events are shown, and how many: the counts always add up. A facet without a choice restricts nothing;
 * with choices it shows what has one of them.
 */
import { FACETS } from "./facets";
import type { Facet, FacetTable } from "./facets";
import type { EventTable } from "./payload";

export type Filters = Readonly<Record<Facet, ReadonlySet<string>>>;

/** First and last day, ISO; null is open. */
export type Range = readonly [from: string | null, to: string | null];

const NONE: ReadonlySet<string> = new Set();

export const NO_FILTERS = Object.fromEntries(FACETS.map((facet) => [facet, NONE])) as unknown as Filters;

/** Everything that restricts what is shown. */
export interface Choice {
  filters: Filters;
  range: Range | null;
  /** Whether undated events are shown while there is a range. */
  undated: boolean;
  /** Rows in which the reader's words were found; null where none are looked for. */
  found: ReadonlySet<number> | null;
}


/** How many events have a value, and how many of these are undated. */
export interface Tally {
  n: number;
  undated: number;
}

export type Tallies = Readonly<Record<Facet, ReadonlyMap<string, Tally>>>;

export interface Sifted {
  /** Rows of the shown events, in the order of their numbers; retracted ones are never among them. */
  shown: number[];
  /** Rows that pass everything but the range. */
  passing: number[];
  /** For each value of each facet: the events that would be shown if nothing of that facet were chosen. */
  tallies: Tallies;
}

export interface Counts {
  /** Every event but the retracted: shownMapped + shownUnlocated + filtered. */
  all: number;
  shown: number;
  shownMapped: number;
  shownUnlocated: number;
  filtered: number;
  /** Among the shown. */
  undated: number;
  /** Among the shown: threatened or denied, so nothing that a source says happened. */
  unreported: number;
  retracted: number;
}

export function isFiltering({ filters, range, found }: Choice): boolean {
  return range !== null || found !== null || FACETS.some((facet) => filters[facet].size > 0);
}

/** The filters with these values of a facet chosen, or no longer: all of them if any was missing. */
export function toggle(filters: Filters, facet: Facet, values: readonly string[]): Filters {
  const chosen = new Set(filters[facet]);
  const on = values.every((value) => chosen.has(value));
  for (const value of values) on ? chosen.delete(value) : chosen.add(value);
  return { ...filters, [facet]: chosen };
}

/**
 * One walk over the rows for all that is counted. A row that only one facet keeps out is what that facet's counts
 * have more than the shown rows.
 */
export function sift(events: EventTable, rows: readonly number[], facets: FacetTable, choice: Choice): Sifted {
  const chosen = FACETS.filter((facet) => choice.filters[facet].size > 0);
  const wanted = new Map(chosen.map((facet) => [facet, flags(facets.values(facet), choice.filters[facet])]));
  const counts = FACETS.map((facet) => ({ facet, n: counters(facets, facet), undated: counters(facets, facet) }));
  const shown: number[] = [];
  const passing: number[] = [];
  for (const row of rows) {
    if (choice.found !== null && !choice.found.has(row)) continue;
    const inTime = touches(events, row, choice.range, choice.undated);
    const against = chosen.filter((facet) => !facets.hasOne(facet, row, wanted.get(facet) as Uint8Array));
    if (against.length === 0) passing.push(row);
    if (!inTime || against.length > 1) continue;
    if (against.length === 0) shown.push(row);
    const undated = isUndated(events, row);
    for (const one of counts) {
      if (against.length === 1 && against[0] !== one.facet) continue;
      facets.each(one.facet, row, (code) => {
        one.n[code] = (one.n[code] ?? 0) + 1;
        if (undated) one.undated[code] = (one.undated[code] ?? 0) + 1;
      });
    }
  }
  const tallies = counts.map(({ facet, n, undated }) => [
    facet,
    new Map(facets.values(facet).map((value, at) => [value, { n: n[at] ?? 0, undated: undated[at] ?? 0 }])),
  ]);
  return { shown, passing, tallies: Object.fromEntries(tallies) as Tallies };
}

function counters(facets: FacetTable, facet: Facet): Uint32Array {
  return new Uint32Array(facets.values(facet).length);
}

function flags(values: readonly string[], chosen: ReadonlySet<string>): Uint8Array {
  return Uint8Array.from(values, (value) => (chosen.has(value) ? 1 : 0));
}

export function count(events: EventTable, all: number, shown: readonly number[]): Counts {
  const shownMapped = shown.filter((row) => events.isLocated(row)).length;
  return {
    all,
    shown: shown.length,
    shownMapped,
    shownUnlocated: shown.length - shownMapped,
    filtered: all - shown.length,
    undated: shown.filter((row) => isUndated(events, row)).length,
    unreported: shown.filter((row) => events.get("occurrence", row) !== "reported").length,
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
export function touches(events: EventTable, row: number, range: Range | null, undated: boolean): boolean {
  if (range === null) return true;
  if (isUndated(events, row)) return undated;
  const [from, to] = range;
  const start = events.get("date_start", row);
  const end = events.get("date_end", row);
  return (to === null || start === null || start <= to) && (from === null || end === null || end >= from);
}

export function isUndated(events: EventTable, row: number): boolean {
  return events.get("date", row) === null;
}

function allRows(events: EventTable): number[] {
  return Array.from({ length: events.length }, (_, row) => row);
}
