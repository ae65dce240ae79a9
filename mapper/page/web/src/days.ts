/**
 * Calendar days as whole numbers, so that time can be drawn and reckoned with: days since 1970-01-01, in the
 * Gregorian calendar. No hour and no time zone comes near them.
 */
import { utcDay, utcMonday, utcMonth, utcYear } from "d3-time";
import type { CountableTimeInterval } from "d3-time";

export const UNITS = ["day", "week", "month", "year"] as const;

/** Weeks begin on Monday, as in ISO 8601. */
export type Unit = (typeof UNITS)[number];

export const CALENDAR: Record<Unit, CountableTimeInterval> = { day: utcDay, week: utcMonday, month: utcMonth, year: utcYear };

const MILLISECONDS = 86_400_000;

/** The number of an ISO day; null is open and stays so. */
export function dayNumber(iso: string): number;
export function dayNumber(iso: string | null): number | null;
export function dayNumber(iso: string | null): number | null {
  const found = /^(-?\d{4,})-(\d\d)-(\d\d)$/.exec(iso ?? "");
  return found ? numberOf(Number(found[1]), Number(found[2]), Number(found[3])) : null;
}

export function isoDay(day: number): string {
  const date = dateOf(day);
  const year = date.getUTCFullYear();
  const four = String(Math.abs(year)).padStart(4, "0");
  return `${year < 0 ? "-" : ""}${four}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

export function dateOf(day: number): Date {
  return new Date(day * MILLISECONDS);
}

export function dayOf(date: Date): number {
  return Math.round(date.getTime() / MILLISECONDS);
}

/** The first day of the unit in which the day lies. */
export function startOf(unit: Unit, day: number): number {
  return dayOf(CALENDAR[unit].floor(dateOf(day)));
}

/** The day so many units later; in a shorter month its last day. */
export function later(unit: Unit, day: number, by: number): number {
  if (unit === "day" || unit === "week") return day + by * (unit === "week" ? 7 : 1);
  const date = dateOf(day);
  const first = CALENDAR[unit].offset(utcMonth.floor(date), by);
  return Math.min(dayOf(first) + date.getUTCDate() - 1, dayOf(utcMonth.offset(first, 1)) - 1);
}

/** First and last day of the unit in which the day lies. */
export function window(unit: Unit, day: number): [first: number, last: number] {
  const first = startOf(unit, day);
  return [first, later(unit, first, 1) - 1];
}

/** What a reader typed, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as its first or its last day; null where it is no date. */
export function typedDay(text: string, end: "first" | "last"): string | null {
  const found = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text.trim());
  if (!found) return null;
  const [year, month, day] = found.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const first = numberOf(year ?? 0, month ?? 1, day ?? 1);
  if (isoDay(first) !== [found[1], found[2] ?? "01", found[3] ?? "01"].join("-")) return null;
  const unit = month === null ? "year" : day === null ? "month" : "day";
  return isoDay(end === "first" ? first : window(unit, first)[1]);
}

function numberOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return dayOf(date);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
