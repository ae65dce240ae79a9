/**
 * How events lie in time, in pixels: one bar an event, from the earliest to the latest day on which it can have
 * been, or, where they are many, how many of them touch each day, week, month or year. Plain arithmetic: the same
 * events and the same room give the same picture.
 */
import { CALENDAR, dateOf, dayNumber, dayOf, later, startOf, UNITS } from "./days";
import type { Unit } from "./days";
import type { Mask } from "./filter";
import { EVER } from "./payload";
import type { EventTable } from "./payload";

/**
 * What a bar says: a known day, *throughout* the time, *one day within* it, or *each* of some days in it.
 */
export type Look = "day" | "throughout" | "within" | "each";

export interface Span {
  row: number;
  /** Days; null where open: it reaches as far as there is time to be seen. */
  from: number | null;
  to: number | null;
  look: Look;
  uncertain: boolean;
  approximate: boolean;
}

/** The time that is drawn, both days in it, and the days in it that events name. */
export interface Domain {
  first: number;
  last: number;
  known: readonly [first: number, last: number];
}

/** Pixels for the width, and how large a letter is there, 1 being 16 pixels. */
export interface Room {
  width: number;
  letter: number;
}

/** More than this many bars are no longer told apart. */
export const MANY = 150;
const LEAST_DAYS = 7;
const LEAST_BUCKET = 5;
const LANES = 20;
/** Lanes up to here are high enough for a number. */
const NUMBERED = 10;

/** Null where the event bears no date. */
export function spanOf(events: EventTable, row: number): Span | null {
  if (events.get("date", row) === null) return null;
  return {
    row,
    from: dayNumber(events.get("date_start", row)),
    to: dayNumber(events.get("date_end", row)),
    look: lookOf(events, row),
    uncertain: events.get("date_uncertain", row),
    approximate: events.get("date_approximate", row),
  };
}

function lookOf(events: EventTable, row: number): Look {
  const kind = events.get("date_kind", row);
  const start = events.get("date_start", row);
  if (start !== null && start === events.get("date_end", row)) return "day";
  if (kind === "span") return "throughout";
  return kind === "all_of" ? "each" : "within";
}

/** From the earliest to the latest day that one of these events names, with a margin, a wider one for ends that are open. */
export function domainOf(events: EventTable, mask: Mask): Domain | null {
  const [starts, ends] = [events.days("start"), events.days("end")];
  let [first, last, isOpenBefore, isOpenAfter]: [number, number, boolean, boolean] = [Infinity, -Infinity, false, false];
  for (let row = 0; row < mask.length; row += 1) {
    const [from, to] = [starts[row]!, ends[row]!];
    // What begins after it ends bears no date.
    if (mask[row] === 0 || from > to) continue;
    if (from === EVER.first) isOpenBefore = true;
    else if (from < first) first = from;
    if (to === EVER.last) isOpenAfter = true;
    else if (to > last) last = to;
    if (from === EVER.first && to < first) first = to;
    if (to === EVER.last && from > last) last = from;
  }
  if (first > last) return null;
  const margin = Math.max(1, Math.round((last - first + 1) * 0.03), Math.ceil((LEAST_DAYS - (last - first + 1)) / 2));
  return { first: first - (isOpenBefore ? 3 : 1) * margin, last: last + (isOpenAfter ? 3 : 1) * margin, known: [first, last] };
}

/** Where a day begins, in pixels. */
export function xOf({ first, last }: Domain, day: number, width: number): number {
  return ((day - first) / (last + 1 - first)) * width;
}

/** The day under a pixel, kept within the domain. */
export function dayAt({ first, last }: Domain, x: number, width: number): number {
  return Math.min(last, Math.max(first, first + Math.floor((x / width) * (last + 1 - first))));
}

export interface Bar extends Span {
  left: number;
  right: number;
  lane: number;
  number: string;
  /** Where the number stands, and whether on the bar; null where lanes are too low for numbers. */
  label: { x: number; anchor: "start" | "end"; inside: boolean } | null;
}

export interface Bars {
  bars: Bar[];
  lanes: number;
  /** From one lane to the next, in pixels. */
  pitch: number;
}

/** A bar for each event, none over another; null where they are too many to be told apart. */
export function layBars(spans: readonly Span[], numberOf: (span: Span) => string, domain: Domain, room: Room): Bars | null {
  if (spans.length > MANY) return null;
  const bare = spans.map((span) => ({ ...span, ...extent(span, domain, room), lane: 0, number: numberOf(span) }));
  const numbered = bare.map((bar) => ({ ...bar, label: labelOf(bar, room) }));
  const withNumbers = inLanes(numbered, room);
  if (withNumbers.lanes <= NUMBERED) return withNumbers;
  const without = inLanes(bare.map((bar) => ({ ...bar, label: null })), room);
  return without.lanes <= LANES ? without : null;
}

function inLanes(bars: Bar[], { letter }: Room): Bars {
  const lanes = pack(bars.map((bar) => reach(bar, letter)), 0);
  const count = Math.max(1, ...lanes.map((lane) => lane + 1));
  const pitch = count <= 6 ? 16 : count <= NUMBERED ? 13 : Math.max(8, Math.floor(120 / count));
  return { bars: bars.map((bar, i) => ({ ...bar, lane: lanes[i] ?? 0 })), lanes: count, pitch: pitch * letter };
}

export interface Extent {
  left: number;
  right: number;
}

/** A day is at least so wide that it can be seen and hit. */
function extent({ from, to }: Span, domain: Domain, { width, letter }: Room): Extent {
  const left = xOf(domain, from ?? domain.first, width);
  const right = xOf(domain, (to ?? domain.last) + 1, width);
  const lacking = Math.max(0, 8 * letter - (right - left)) / 2;
  return { left: left - lacking, right: right + lacking };
}

/** On the bar at its known end, or beside it where it is too short. */
function labelOf(bar: Omit<Bar, "label">, { width, letter }: Room): Bar["label"] {
  const needed = lettersWidth(bar.number, letter);
  const inside = bar.right - bar.left > needed + 13 * letter;
  if (inside && bar.from === null && bar.to !== null) return { x: bar.right - 7 * letter, anchor: "end", inside };
  if (inside) return { x: bar.left + (bar.from === null ? 18 : 6) * letter, anchor: "start", inside };
  if (bar.right + needed + 4 * letter < width) return { x: bar.right + 3 * letter, anchor: "start", inside };
  return { x: bar.left - 3 * letter, anchor: "end", inside };
}

function reach({ left, right, label, number }: Bar, letter: number): Extent {
  if (!label || label.inside) return { left, right };
  const wide = lettersWidth(number, letter);
  return label.anchor === "start" ? { left, right: label.x + wide } : { left: label.x - wide, right };
}

function lettersWidth(text: string, letter: number): number {
  return text.length * 7 * letter;
}

/** A lane for each extent, none of which touch in a lane: the earlier ones above. */
export function pack(extents: readonly Extent[], gap: number): number[] {
  const order = extents.map((_, i) => i).sort((a, b) => leftOf(a) - leftOf(b) || a - b);
  const ends: number[] = [];
  const lanes = new Array<number>(extents.length).fill(0);
  for (const i of order) {
    const free = ends.findIndex((end) => end + gap <= leftOf(i));
    const lane = free === -1 ? ends.length : free;
    ends[lane] = extents[i]?.right ?? 0;
    lanes[i] = lane;
  }
  return lanes;

  function leftOf(i: number): number {
    return extents[i]?.left ?? 0;
  }
}

/** The shortest unit of which each has room enough to be seen. */
export function unitFor({ first, last }: Domain, { width, letter }: Room): Unit {
  const days: Record<Unit, number> = { day: 1, week: 7, month: 30, year: 365 };
  const least = LEAST_BUCKET * letter;
  return UNITS.find((unit) => (width / (last + 1 - first)) * days[unit] >= least) ?? "year";
}

/** First days of the units that the domain touches, and of the one that follows them. */
export function bucketStarts({ first, last }: Domain, unit: Unit): number[] {
  const start = startOf(unit, first);
  return [...CALENDAR[unit].range(dateOf(start), dateOf(last + 1)).map(dayOf), later(unit, startOf(unit, last), 1)];
}

/** The first and the last bucket that each event touches; of one that touches none the first comes after the last. */
export interface Buckets {
  first: Int32Array;
  last: Int32Array;
}

/** `starts` are as of `bucketStarts`. */
export function layBuckets(events: EventTable, starts: readonly number[]): Buckets {
  const [from, to] = [events.days("start"), events.days("end")];
  const most = starts.length - 2;
  const known = new Map<number, number>();
  const bucket = (day: number): number => {
    let found = known.get(day);
    if (found === undefined) known.set(day, (found = bucketOf(starts, day)));
    return found;
  };
  const laid = { first: new Int32Array(events.length), last: new Int32Array(events.length) };
  for (let row = 0; row < events.length; row += 1) {
    const undated = from[row]! > to[row]!;
    laid.first[row] = undated ? 1 : Math.max(0, bucket(from[row]!));
    laid.last[row] = undated ? 0 : Math.min(most, bucket(to[row]!));
  }
  return laid;
}

/** How many of these events touch each bucket, a list a group; a row's group is `groupOf[codes[row]]`. */
export function countBuckets({ first, last }: Buckets, buckets: number, mask: Mask, groups: number, groupOf: ArrayLike<number>, codes: ArrayLike<number>): number[][] {
  const width = buckets + 1;
  const steps = new Int32Array(groups * width);
  for (let row = 0; row < mask.length; row += 1) {
    const at = groupOf[codes[row]!]! * width;
    // Of one that touches none, the step up and the step down are at the same place.
    steps[at + first[row]!]! += mask[row]!;
    steps[at + last[row]! + 1]! -= mask[row]!;
  }
  return Array.from({ length: groups }, (_, group) => sums(steps.subarray(group * width, (group + 1) * width)));
}

/** The bucket in which the day lies: -1 before the first, the last index of `starts` after the last. */
export function bucketOf(starts: readonly number[], day: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Infinity) <= day) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Running sums of the steps up and down; the last entry only closed what was open. */
function sums(steps: Int32Array): number[] {
  let total = 0;
  return Array.from(steps.subarray(0, -1), (step) => (total += step));
}
