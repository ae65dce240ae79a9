/**
 * Dates as sentences that say how exactly the day is known. They are made from what Python read out of the
 * EDTF text (kind, precision, earliest and latest day), never from a guess of the browser's.
 */
import type { DateKind, DatePrecision } from "./payload";
import type { Words } from "./words";

export interface EventDate {
  /** EDTF, as written. */
  date: string | null;
  date_kind?: DateKind | null;
  date_precision?: DatePrecision | null;
  date_start?: string | null;
  date_end?: string | null;
  date_uncertain?: boolean;
  date_approximate?: boolean;
}

interface Day {
  year: number;
  month: number;
  day: number;
}

/** "21–30 June 2024 (one day, not known which)": when, and how exactly. */
export function dateSentence(words: Words, when: EventDate): string {
  if (when.date === null) return words.t("date.none");
  const core = coreSentence(words, when);
  if (when.date_uncertain && when.date_approximate) return words.t("date.both", { date: core });
  if (when.date_uncertain) return words.t("date.uncertain", { date: core });
  if (when.date_approximate) return words.t("date.approximate", { date: core });
  return core;
}

/** The same without how it is known: "21–30 June 2024". EDTF of a year, a month, a day or an interval. */
export function plainDate(words: Words, edtf: string): string {
  const bare = edtf.replace(/[?~%]/g, "");
  const ends = bare.split("/").map((one) => partial(words, one));
  return ends.length === 2 ? words.t("date.from_to", { from: ends[0] ?? "", to: ends[1] ?? "" }) : (ends[0] ?? edtf);
}

function coreSentence(words: Words, when: EventDate): string {
  const start = parseDay(when.date_start);
  const end = parseDay(when.date_end);
  const written = when.date ?? "";
  switch (when.date_kind) {
    case "date":
      return start && end ? single(words, written, when.date_precision ?? "day", start, end) : written;
    case "span":
      return span(words, start, end);
    case "one_of":
      return listed(written) ? words.t("date.one_of", { days: members(words, written, "list.or") }) : oneOf(words, start, end);
    case "all_of":
      return words.t("date.all_of", { days: members(words, written, "list.and") });
    default:
      return written;
  }
}

function single(words: Words, written: string, precision: DatePrecision, start: Day, end: Day): string {
  if (precision === "day") return dayText(words, start);
  return words.t("date.some_day", { period: period(words, written, precision, start, end) });
}

function period(words: Words, written: string, precision: DatePrecision, start: Day, end: Day): string {
  const season = /-(2[1-4])\b/.exec(written)?.[1];
  if (precision === "season" && season) return words.t(`date.season.${season}`, { year: yearText(start.year) });
  if (precision === "decade") return words.t("date.decade", { year: yearText(start.year) });
  if (precision === "century") return words.t("date.years", { from: yearText(start.year), to: yearText(end.year) });
  return range(words, start, end);
}

function span(words: Words, start: Day | null, end: Day | null): string {
  if (start && end) return words.t("date.throughout", { period: range(words, start, end) });
  if (end) return words.t("date.until", { date: dayText(words, end) });
  if (start) return words.t("date.since", { date: dayText(words, start) });
  return words.t("date.none");
}

function oneOf(words: Words, start: Day | null, end: Day | null): string {
  if (start && end) return words.t("date.window", { period: range(words, start, end) });
  if (end) return words.t("date.not_after", { date: dayText(words, end) });
  if (start) return words.t("date.not_before", { date: dayText(words, start) });
  return words.t("date.none");
}

/** From one day to another, as short as it can be: a whole month is the month. */
export function range(words: Words, start: Day, end: Day): string {
  if (wholeYears(start, end)) return wholeYearsText(words, start, end);
  if (wholeMonths(start, end)) return wholeMonthsText(words, start, end);
  if (sameMonth(start, end)) return sameMonthText(words, start, end);
  const from = start.year === end.year ? words.t("date.day_month", slots(words, start)) : dayText(words, start);
  return words.t("date.from_to", { from, to: dayText(words, end) });
}

function wholeYearsText(words: Words, start: Day, end: Day): string {
  if (start.year === end.year) return yearText(start.year);
  return words.t("date.years", { from: yearText(start.year), to: yearText(end.year) });
}

function wholeMonthsText(words: Words, start: Day, end: Day): string {
  if (sameMonth(start, end)) return words.t("date.month", slots(words, start));
  if (start.year === end.year)
    return words.t("date.months", { from: month(words, start), to: month(words, end), year: yearText(end.year) });
  return words.t("date.from_to", {
    from: words.t("date.month", slots(words, start)),
    to: words.t("date.month", slots(words, end)),
  });
}

function sameMonthText(words: Words, start: Day, end: Day): string {
  if (start.day === end.day) return dayText(words, start);
  const named = slots(words, end);
  return words.t("date.days", { from: slots(words, start).day, to: named.day, month: named.month, year: named.year });
}

function wholeYears(start: Day, end: Day): boolean {
  return start.month === 1 && start.day === 1 && end.month === 12 && end.day === 31;
}

function wholeMonths(start: Day, end: Day): boolean {
  return start.day === 1 && end.day === lastDay(end);
}

function sameMonth(start: Day, end: Day): boolean {
  return start.year === end.year && start.month === end.month;
}

function lastDay({ year, month }: Day): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 31;
}

/** Whether an EDTF set names its members one by one, not as one window. */
function listed(edtf: string): boolean {
  return edtf.includes(",");
}

function members(words: Words, edtf: string, joint: string): string {
  const inner = edtf.replace(/[[\]{}?~%]/g, "").split(",");
  const texts = inner.map((one) => {
    const [from = "", to] = one.trim().split("..");
    if (to === undefined) return partial(words, from);
    return words.t("date.from_to", { from: partial(words, from), to: partial(words, to) });
  });
  return words.list(texts, joint);
}

function partial(words: Words, iso: string): string {
  const found = /^(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?$/.exec(iso);
  if (!found) return iso === ".." || iso === "" ? words.t("date.open") : iso;
  const [, year = "", month, day] = found;
  if (!month) return yearText(Number(year));
  if (Number(month) > 12) return iso;
  const parsed = { year: Number(year), month: Number(month), day: Number(day ?? 1) };
  return day ? dayText(words, parsed) : words.t("date.month", slots(words, parsed));
}

export function parseDay(iso: string | null | undefined): Day | null {
  const found = /^(-?\d{4,})-(\d\d)-(\d\d)$/.exec(iso ?? "");
  return found ? { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) } : null;
}

function dayText(words: Words, day: Day): string {
  return words.t("date.day", slots(words, day));
}

function slots(words: Words, day: Day): { day: string; month: string; year: string } {
  return { day: day.day === 1 ? words.t("date.first") : String(day.day), month: month(words, day), year: yearText(day.year) };
}

function month(words: Words, day: Day): string {
  return words.t(`month.${day.month}`);
}

function yearText(year: number): string {
  return String(year);
}
