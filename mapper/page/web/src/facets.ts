/**
 * What events can be told apart by: the values that each of them has, as codes, which the table's columns have already.
 * An event may have several values of a facet (its actors, its sources) and always has one, which is empty where nothing
 * is stated. A facet is read when somebody first asks for it.
 */
import type { Codes } from "./packed";
import type { EventTable } from "./payload";

export const FACETS = ["event_type", "sub_event_type", "actor", "admin1", "geo_precision", "occurrence", "source", "credibility"] as const;

export type Facet = (typeof FACETS)[number];

/** Stands for "not stated" in every facet; of `admin1` also for "coarser than one unit". */
export const NOT_STATED = "";

/** The order in which a facet's values are listed; what it leaves out follows by name. */
export type FacetOrder = Partial<Record<Facet, readonly string[]>>;

/** Positions in `values`; `values.length` stands for one that only a retracted event has. */
export interface FacetColumn {
  values: readonly string[];
  /** Row `r` has the values `codes[starts[r]]` up to, not including, `codes[starts[r + 1]]`; null: it has `codes[r]`. */
  starts: Uint32Array | null;
  codes: Codes;
}

export class FacetTable {
  private readonly columns = new Map<Facet, FacetColumn>();

  /** `sources` are the ids behind the reports' indices. */
  constructor(private readonly events: EventTable, private readonly sources: readonly string[] = [], private readonly order: FacetOrder = {}) {}

  column(facet: Facet): FacetColumn {
    let found = this.columns.get(facet);
    if (!found) this.columns.set(facet, (found = listed(this.events, this.read(facet), this.order[facet] ?? [])));
    return found;
  }

  /** Every value that an accepted event has, in the facet's order. */
  values(facet: Facet): readonly string[] {
    return this.column(facet).values;
  }

  of(facet: Facet, row: number): string[] {
    const { values, starts, codes } = this.column(facet);
    const own = starts ? [...codes.subarray(starts[row], starts[row + 1])] : [codes[row]!];
    return own.map((code) => values[code]).filter((value) => value !== undefined);
  }

  private read(facet: Facet): FacetColumn {
    const { events, sources } = this;
    switch (facet) {
      case "actor":
        return actors(events);
      case "source":
        return ofReports(events, events.reports.sources, sources);
      case "credibility": {
        const { codes, values } = events.reportCodes("credibility");
        return withOwn(events, ofReports(events, codes, values.map(stated)));
      }
      case "geo_precision":
        return precisions(events);
      default:
        return { starts: null, ...once(events.values(facet).map(stated), events.codes(facet)) };
    }
  }
}

/** "A; B" as its parts. */
export function parts(list: string | null): string[] {
  return (list ?? "").split(";").map((one) => one.trim()).filter(Boolean);
}

function stated(value: string | null): string {
  return value ?? NOT_STATED;
}

/** Each text once, whatever stood for it. */
function once(texts: readonly string[], codes: Codes): { values: string[]; codes: Codes } {
  const values = [...new Set(texts)];
  if (values.length === texts.length) return { values, codes };
  const place = new Map(values.map((value, at) => [value, at]));
  return { values, codes: codes.map((code) => place.get(texts[code]!)!) as Codes };
}

function precisions(events: EventTable): FacetColumn {
  const texts = events.values("geo_precision").map(stated);
  const values = [...new Set([...texts, NOT_STATED, "unlocated"])];
  const place = new Map(values.map((value, at) => [value, at]));
  const own = texts.map((text) => place.get(text)!);
  const [blank, unlocated] = [place.get(NOT_STATED)!, place.get("unlocated")!];
  const codes = Uint32Array.from(events.codes("geo_precision"), (code) => own[code]!);
  for (let row = 0; row < codes.length; row += 1) if (codes[row] === blank && events.located[row] === 0) codes[row] = unlocated;
  return { starts: null, values, codes };
}

/** Collects some values a row, each once. */
class Several {
  private readonly places = new Map<string, number>();
  private readonly starts: Uint32Array;
  private codes = new Uint32Array(1024);
  private end = 0;

  constructor(length: number) {
    this.starts = new Uint32Array(length + 1);
  }

  place(value: string): number {
    let found = this.places.get(value);
    if (found === undefined) this.places.set(value, (found = this.places.size));
    return found;
  }

  add(row: number, code: number): void {
    for (let at = this.starts[row]!; at < this.end; at += 1) if (this.codes[at] === code) return;
    if (this.end === this.codes.length) {
      const wider = new Uint32Array(2 * this.end);
      wider.set(this.codes);
      this.codes = wider;
    }
    this.codes[this.end++] = code;
  }

  /** No more comes to this row; the next one begins. A row that nothing came to has what isn't stated. */
  close(row: number): void {
    if (this.end === this.starts[row]) this.add(row, this.place(NOT_STATED));
    this.starts[row + 1] = this.end;
  }

  get column(): FacetColumn {
    return { values: [...this.places.keys()], starts: this.starts, codes: this.codes.subarray(0, this.end) };
  }
}

function actors(events: EventTable): FacetColumn {
  const found = new Several(events.length);
  const columns = (["actor1", "assoc_actor_1", "actor2", "assoc_actor_2"] as const).map((name) => ({
    codes: events.codes(name),
    places: events.values(name).map((list) => parts(list).map((one) => found.place(one))),
  }));
  for (let row = 0; row < events.length; row += 1) {
    for (const { codes, places } of columns) for (const place of places[codes[row]!]!) found.add(row, place);
    found.close(row);
  }
  return found.column;
}

function ofReports(events: EventTable, codes: ArrayLike<number>, texts: readonly string[]): FacetColumn {
  const { starts } = events.reports;
  const found = new Several(events.length);
  const places = texts.map((text) => (text === NOT_STATED ? null : found.place(text)));
  for (let row = 0; row < events.length; row += 1) {
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      const place = places[codes[at]!];
      if (place !== null && place !== undefined) found.add(row, place);
    }
    found.close(row);
  }
  return found.column;
}

/** With the event's own grade before those of its reports. */
function withOwn(events: EventTable, { values, starts, codes }: FacetColumn): FacetColumn {
  const found = new Several(events.length);
  const places = values.map((value) => (value === NOT_STATED ? null : found.place(value)));
  const own = events.values("credibility").map((value) => (value === null || value === "" ? null : found.place(value)));
  const ofEvents = events.codes("credibility");
  for (let row = 0; row < events.length; row += 1) {
    const first = own[ofEvents[row]!];
    if (first !== null && first !== undefined) found.add(row, first);
    for (let at = starts![row]!; at < starts![row + 1]!; at += 1) {
      const place = places[codes[at]!];
      if (place !== null && place !== undefined) found.add(row, place);
    }
    found.close(row);
  }
  return found.column;
}

/** The values that accepted events have: in the given order; then the more frequent first, then by name; not stated last. */
function listed({ retracted, length }: EventTable, { values, starts, codes }: FacetColumn, order: readonly string[]): FacetColumn {
  const frequency = new Uint32Array(values.length);
  for (let row = 0; row < length; row += 1) {
    if (retracted[row] === 1) continue;
    if (!starts) frequency[codes[row]!]! += 1;
    else for (let at = starts[row]!; at < starts[row + 1]!; at += 1) frequency[codes[at]!]! += 1;
  }
  const place = new Map(order.map((value, at) => [value, at]));
  const rank = (code: number): number => (values[code] === NOT_STATED ? Infinity : (place.get(values[code]!) ?? order.length));
  const sorted = [...values.keys()].filter((code) => frequency[code]! > 0);
  sorted.sort((a, b) => compare(rank(a), rank(b)) || frequency[b]! - frequency[a]! || compare(values[a]!, values[b]!));
  const position = new Uint32Array(values.length).fill(sorted.length);
  sorted.forEach((code, at) => (position[code] = at));
  return { values: sorted.map((code) => values[code]!), starts, codes: narrow(codes, position, sorted.length) };
}

function narrow(codes: Codes, position: Uint32Array, most: number): Codes {
  const found = most < 256 ? new Uint8Array(codes.length) : most < 65536 ? new Uint16Array(codes.length) : new Uint32Array(codes.length);
  for (let at = 0; at < codes.length; at += 1) found[at] = position[codes[at]!]!;
  return found;
}

function compare<T>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
