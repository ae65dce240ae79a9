/**
 * Which events are shown, and how many: the counts always add up. A facet without a choice restricts nothing; with
 * choices it shows what has one of them. Each row has a bit for each thing that keeps it out, so that a new choice is
 * one scan for its own bit, and every count one scan for the bits that matter to it.
 */
import { dayNumber } from "./days";
import { FACETS } from "./facets";
import type { Facet, FacetColumn, FacetTable } from "./facets";
import { EVER } from "./payload";
import type { EventTable } from "./payload";

export type Filters = Readonly<Record<Facet, ReadonlySet<string>>>;

/** First and last day, ISO; null is open. */
export type Range = readonly [from: string | null, to: string | null];

/** 1 for each row that something is true of. */
export type Mask = Uint8Array;

const NONE: ReadonlySet<string> = new Set();

export const NO_FILTERS = Object.fromEntries(FACETS.map((facet) => [facet, NONE])) as unknown as Filters;

/** Everything that restricts what is shown. */
export interface Choice {
  filters: Filters;
  range: Range | null;
  /** Whether undated events are shown while there is a range. */
  undated: boolean;
  /** Rows in which the reader's words were found; null where none are looked for. */
  found: Mask | null;
}

/** How many events have a value, and how many of these are undated. */
export interface Tally {
  n: number;
  undated: number;
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

const BITS = Object.fromEntries(FACETS.map((facet, at) => [facet, 1 << at])) as Record<Facet, number>;
const OUT_OF_RANGE = 1 << FACETS.length;
const NOT_FOUND = OUT_OF_RANGE << 1;
const RETRACTED = OUT_OF_RANGE << 2;

/** The rows as one choice after the other leaves them. What it tells is of the last choice. */
export class Sieve {
  /** What keeps a row out. */
  private readonly against: Uint16Array;
  private last: Choice = { filters: NO_FILTERS, range: null, undated: true, found: null };
  private timeless: Mask | null = null;
  private untouched: Mask | null = null;
  private ofAnyType: Mask | null = null;
  /** What a facet's own choice leaves as it is. */
  private readonly tallies = new Map<Facet, ReadonlyMap<string, Tally>>();
  /** Undated rows, which are few as a rule, and rows of which nobody says that it happened. */
  private readonly undated: Uint32Array;
  private readonly reported: Mask;
  private readonly retracted: number;

  constructor(private readonly events: EventTable, private readonly facets: FacetTable) {
    this.against = Uint16Array.from(events.retracted, (retracted) => retracted * RETRACTED);
    this.undated = rowsOf(events.undated);
    this.reported = events.mask("occurrence", (one) => one === "reported");
    this.retracted = events.retracted.reduce((sum, one) => sum + one, 0);
  }

  choose(choice: Choice): void {
    const { filters, range, undated, found } = this.last;
    for (const facet of FACETS) if (choice.filters[facet] !== filters[facet]) this.restrict(facet, choice.filters[facet]);
    if (choice.found !== found) this.find(choice.found);
    if (choice.range !== range || choice.undated !== undated) this.date(choice.range, choice.undated);
    this.last = choice;
    this.untouched = null;
  }

  /** Rows that nothing keeps out. */
  get shown(): Mask {
    return (this.untouched ??= this.last.range ? this.without(0) : this.passing);
  }

  /** What would be shown at any time: the same mask, as long as it is the same rows. */
  get passing(): Mask {
    return (this.timeless ??= this.without(OUT_OF_RANGE));
  }

  /** What would be shown at any time, whatever its type: the same mask, as long as it is the same rows. */
  get anyType(): Mask {
    return (this.ofAnyType ??= this.without(OUT_OF_RANGE | BITS.event_type));
  }

  /** For each value of a facet: the events that would be shown if nothing of that facet were chosen. */
  tally(facet: Facet): ReadonlyMap<string, Tally> {
    const known = this.tallies.get(facet);
    if (known) return known;
    const column = this.facets.column(facet);
    const [n, undated] = this.counted(column, ~BITS[facet]);
    const found = new Map(column.values.map((value, at) => [value, { n: n[at]!, undated: undated[at]! }]));
    this.tallies.set(facet, found);
    return found;
  }

  counts(): Counts {
    const { shown: mask, reported, retracted, events: { located, length } } = this;
    let [shown, shownMapped, shownReported, undated] = [0, 0, 0, 0];
    for (let row = 0; row < mask.length; row += 1) {
      const is = mask[row]!;
      shown += is;
      shownMapped += is & located[row]!;
      shownReported += is & reported[row]!;
    }
    for (const row of this.undated) undated += mask[row]!;
    const all = length - retracted;
    return { all, shown, shownMapped, shownUnlocated: shown - shownMapped, filtered: all - shown, undated, unreported: shown - shownReported, retracted };
  }

  private without(bit: number): Mask {
    const { against } = this;
    const mask = new Uint8Array(against.length);
    for (let row = 0; row < mask.length; row += 1) mask[row] = isNone(against[row]! & ~bit);
    return mask;
  }

  /** Per value, and among these the undated, of the rows that none of these bits keeps out. */
  private counted({ values, starts, codes }: FacetColumn, bits: number): [n: Uint32Array, undated: Uint32Array] {
    const { against } = this;
    const [n, without] = [new Uint32Array(values.length + 1), new Uint32Array(values.length + 1)];
    if (starts) {
      for (let row = 0; row < against.length; row += 1)
        if ((against[row]! & bits) === 0) for (let at = starts[row]!; at < starts[row + 1]!; at += 1) n[codes[at]!]! += 1;
    } else {
      for (let row = 0; row < against.length; row += 1) n[codes[row]!]! += isNone(against[row]! & bits);
    }
    for (const row of this.undated) {
      if ((against[row]! & bits) !== 0) continue;
      const [from, to] = starts ? [starts[row]!, starts[row + 1]!] : [row, row + 1];
      for (let at = from; at < to; at += 1) without[codes[at]!]! += 1;
    }
    return [n, without];
  }

  private restrict(facet: Facet, chosen: ReadonlySet<string>): void {
    const bit = BITS[facet];
    this.forget(facet);
    if (chosen.size === 0) return this.clear(bit);
    const { values, starts, codes } = this.facets.column(facet);
    const wanted = Uint8Array.from([...values, NONE_SUCH], (value) => Number(chosen.has(value as string)));
    const { against } = this;
    if (!starts) {
      const out = Uint16Array.from(wanted, (one) => (one ? 0 : bit));
      for (let row = 0; row < against.length; row += 1) against[row] = (against[row]! & ~bit) | out[codes[row]!]!;
      return;
    }
    for (let row = 0; row < against.length; row += 1) {
      let has = 0;
      for (let at = starts[row]!; at < starts[row + 1]!; at += 1) has |= wanted[codes[at]!]!;
      against[row] = has ? against[row]! & ~bit : against[row]! | bit;
    }
  }

  private find(found: Mask | null): void {
    this.forget();
    if (!found) return this.clear(NOT_FOUND);
    const { against } = this;
    for (let row = 0; row < against.length; row += 1) against[row] = found[row] ? against[row]! & ~NOT_FOUND : against[row]! | NOT_FOUND;
  }

  /** An event is shown when its interval touches the range; an open end reaches as far as the range does. */
  private date(range: Range | null, withUndated: boolean): void {
    this.tallies.clear();
    if (!range) return this.clear(OUT_OF_RANGE);
    const { against, events } = this;
    const [starts, ends, { undated }] = [events.days("start"), events.days("end"), events];
    const from = dayNumber(range[0]) ?? EVER.first;
    const to = dayNumber(range[1]) ?? EVER.last;
    const kept = Number(withUndated);
    for (let row = 0; row < against.length; row += 1) {
      const inside = undated[row]! ? kept : Number(starts[row]! <= to) & Number(ends[row]! >= from);
      against[row] = inside ? against[row]! & ~OUT_OF_RANGE : against[row]! | OUT_OF_RANGE;
    }
  }

  /** What hangs on a choice of that facet, or on more than one. */
  private forget(facet?: Facet): void {
    this.timeless = null;
    if (facet !== "event_type") this.ofAnyType = null;
    for (const other of this.tallies.keys()) if (other !== facet) this.tallies.delete(other);
  }

  private clear(bit: number): void {
    const { against } = this;
    for (let row = 0; row < against.length; row += 1) against[row]! &= ~bit;
  }
}

/** 1 if no bit is set, else 0. Rows pass or fail without a pattern, so that a processor guesses branches wrong half of the time. */
function isNone(bits: number): number {
  return (bits - 1) >>> 31;
}

// The value of those that only retracted events have.
const NONE_SUCH = null;

/** The rows of a mask, in their order. */
export function rowsOf(mask: Mask): Uint32Array {
  let count = 0;
  for (let row = 0; row < mask.length; row += 1) count += mask[row]!;
  // Each row is written, and over it the next one, unless it counts: no branch to be guessed.
  const rows = new Uint32Array(count + 1);
  for (let row = 0, end = 0; row < mask.length; row += 1) {
    rows[end] = row;
    end += mask[row]!;
  }
  return rows.subarray(0, count);
}
