/**
 * What events can be told apart by: the values that each of them has, read from the table once. An event may have
 * several values of a facet (its actors, its sources) and always has one, which is empty where nothing is stated.
 */
import type { EventTable } from "./payload";

export const FACETS = ["event_type", "sub_event_type", "actor", "admin1", "geo_precision", "occurrence", "source", "credibility"] as const;

export type Facet = (typeof FACETS)[number];

/** Stands for "not stated" in every facet; of `admin1` also for "coarser than one unit". */
export const NOT_STATED = "";

/** The order in which a facet's values are listed; what it leaves out follows by name. */
export type FacetOrder = Partial<Record<Facet, readonly string[]>>;

interface Column {
  values: readonly string[];
  /** Row `r` has the values `codes[starts[r]]` up to, not including, `codes[starts[r + 1]]`. */
  starts: Uint32Array;
  codes: Uint32Array;
}

export class FacetTable {
  private readonly columns: Record<Facet, Column>;

  /** `sources` are the ids behind the reports' indices; `rows` are those whose values are listed. */
  constructor(events: EventTable, rows: readonly number[], sources: readonly string[] = [], order: FacetOrder = {}) {
    const read = reader(events, sources);
    const made = FACETS.map((facet) => [facet, column(events.length, rows, (row) => read(facet, row), order[facet])]);
    this.columns = Object.fromEntries(made) as Record<Facet, Column>;
  }

  /** Every value that occurs, in the facet's order. */
  values(facet: Facet): readonly string[] {
    return this.columns[facet].values;
  }

  of(facet: Facet, row: number): string[] {
    const { values } = this.columns[facet];
    const found: string[] = [];
    this.each(facet, row, (code) => found.push(values[code] ?? NOT_STATED));
    return found;
  }

  /** Calls with the position in `values` of each value of the row. */
  each(facet: Facet, row: number, call: (code: number) => void): void {
    const { starts, codes } = this.columns[facet];
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) call(codes[at] ?? 0);
  }

  /** Whether the row has one of these values, given as flags by position in `values`. */
  hasOne(facet: Facet, row: number, wanted: Uint8Array): boolean {
    const { starts, codes } = this.columns[facet];
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) if (wanted[codes[at] ?? 0]) return true;
    return false;
  }
}

/** "A; B" as its parts. */
export function parts(list: string | null): string[] {
  return (list ?? "").split(";").map((one) => one.trim()).filter(Boolean);
}

function reader(events: EventTable, sources: readonly string[]): (facet: Facet, row: number) => string[] {
  const reported = (row: number) => events.get("reports", row);
  return (facet, row) => {
    if (facet === "actor") return ["actor1", "assoc_actor_1", "actor2", "assoc_actor_2"].flatMap((name) => parts(events.get(name as "actor1", row)));
    if (facet === "source") return reported(row).map(({ source }) => sources[source] ?? NOT_STATED);
    if (facet === "credibility") return [events.get("credibility", row), ...reported(row).map((one) => one.credibility)].filter((one): one is string => !!one);
    if (facet === "geo_precision") return [events.get("geo_precision", row) ?? (events.isLocated(row) ? NOT_STATED : "unlocated")];
    return [events.get(facet, row) ?? NOT_STATED];
  };
}

function column(length: number, listed: readonly number[], read: (row: number) => string[], order: readonly string[] = []): Column {
  const rows = Array.from({ length }, (_, row) => {
    const found = [...new Set(read(row))];
    return found.length > 0 ? found : [NOT_STATED];
  });
  const values = sorted(listed.flatMap((row) => rows[row] ?? []), order);
  const code = new Map(values.map((value, at) => [value, at]));
  const starts = new Uint32Array(length + 1);
  const codes: number[] = [];
  rows.forEach((found, row) => {
    for (const value of found) if (code.has(value)) codes.push(code.get(value) as number);
    starts[row + 1] = codes.length;
  });
  return { values, starts, codes: Uint32Array.from(codes) };
}

/** In the given order; then the more frequent first, then by name; what is not stated comes last. */
function sorted(all: string[], order: readonly string[]): string[] {
  const frequency = new Map<string, number>();
  for (const value of all) frequency.set(value, (frequency.get(value) ?? 0) + 1);
  const place = new Map(order.map((value, at) => [value, at]));
  const rank = (value: string): number => (value === NOT_STATED ? Infinity : (place.get(value) ?? order.length));
  const often = (value: string): number => frequency.get(value) ?? 0;
  return [...frequency.keys()].sort((a, b) => compare(rank(a), rank(b)) || often(b) - often(a) || compare(a, b));
}

function compare<T>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
