/**
 * The chosen range as days on the timeline: what drags, keys, typed dates and steps make of it. An end of the range
 * that stands at the edge of the timeline is open.
 */
import { dayNumber, isoDay, later, window } from "./days";
import type { Unit } from "./days";
import type { Range } from "./filter";
import type { Domain } from "./timeline";

/** First and last day, both in it. */
export type Days = readonly [first: number, last: number];

export type Edge = "from" | "to";

/** The range as it is drawn: kept within the timeline, open ends at its edges. */
export function daysOf(domain: Domain, range: Range | null): Days {
  const within = (day: number): number => Math.min(domain.last, Math.max(domain.first, day));
  return [within(dayNumber(range?.[0] ?? null) ?? domain.first), within(dayNumber(range?.[1] ?? null) ?? domain.last)];
}

export function rangeOf(domain: Domain, [one, other]: Days): Range | null {
  const [first, last] = one <= other ? [one, other] : [other, one];
  const range: Range = [first <= domain.first ? null : isoDay(first), last >= domain.last ? null : isoDay(last)];
  return range[0] === null && range[1] === null ? null : range;
}

/** The days with one end put elsewhere; it stops at the other. */
export function moveEdge(domain: Domain, [first, last]: Days, edge: Edge, day: number): Days {
  if (edge === "from") return [Math.min(last, Math.max(domain.first, day)), last];
  return [first, Math.max(first, Math.min(domain.last, day))];
}

/** The days moved as a whole, no further than to the edge. */
export function moveBoth(domain: Domain, [first, last]: Days, by: number): Days {
  const most = Math.min(domain.last - last, Math.max(domain.first - first, by));
  return [first + most, last + most];
}

/** What a key does to an end of the range: a day, a month, all the way; null for any other key. */
export function keyed(domain: Domain, days: Days, edge: Edge, key: string): Days | null {
  const at = days[edge === "from" ? 0 : 1];
  const goals: Record<string, number> = {
    ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1,
    PageDown: later("month", at, -1), PageUp: later("month", at, 1),
    Home: domain.first, End: domain.last,
  };
  const goal = goals[key];
  return goal === undefined ? null : moveEdge(domain, days, edge, goal);
}

/** The unit's window after (1) or before (-1) the range; null where no event is known beyond. */
export function stepped(domain: Domain, range: Range | null, unit: Unit, by: 1 | -1): Range | null {
  const [first, last] = domain.known;
  if (range === null) return iso(window(unit, by === 1 ? first : last));
  const end = dayNumber(by === 1 ? range[1] : range[0]);
  if (end === null || (by === 1 ? end >= last : end <= first)) return null;
  return iso(window(unit, Math.min(last, Math.max(first, end + by))));
}

/** Where a play begins: at the range's first day, or, without one or at the end of time, at the first day known. */
export function opening(domain: Domain, range: Range | null, unit: Unit): Range {
  const from = dayNumber(range?.[0] ?? null);
  const [first, last] = domain.known;
  const at = from === null || from < first || window(unit, from)[1] >= last ? first : from;
  return iso(window(unit, at));
}

/** By what time moves on, unless the reader chooses: so that there are some steps, and not too many. */
export function usualStep({ known: [first, last] }: Domain): Unit {
  const days = last - first + 1;
  return days <= 21 ? "day" : days <= 200 ? "week" : days <= 2200 ? "month" : "year";
}

function iso([first, last]: Days): Range {
  return [isoDay(first), isoDay(last)];
}
