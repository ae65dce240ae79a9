/**
 * The axis under the bars: as many days, weeks, months or years as have room for their names, which are the
 * catalogue's.
 */
import { utcDay, utcMonday, utcMonth, utcYear } from "d3-time";
import type { TimeInterval } from "d3-time";
import { dateOf, dayOf } from "./days";
import type { Unit } from "./days";
import { xOf } from "./timeline";
import type { Domain, Room } from "./timeline";
import type { Words } from "./words";

export interface Tick {
  day: number;
  x: number;
  /** Blank where there is no room for a name. */
  text: string;
}

interface Pace {
  unit: Unit;
  days: number;
  every: TimeInterval | null;
}

const PACES: Pace[] = [
  { unit: "day", days: 1, every: utcDay },
  { unit: "day", days: 2, every: utcDay.every(2) },
  { unit: "week", days: 7, every: utcMonday },
  { unit: "week", days: 14, every: utcMonday.every(2) },
  ...[1, 3, 6].map((n): Pace => ({ unit: "month", days: 30.4 * n, every: utcMonth.every(n) })),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((n): Pace => ({ unit: "year", days: 365.25 * n, every: utcYear.every(n) })),
];

/** How much room a name takes at the least, and a letter of it on the average, in pixels at letters of 16. */
const NAME = 62;
const LETTER = 6.1;

export function ticks(domain: Domain, room: Room, words: Words): Tick[] {
  const perDay = room.width / (domain.last + 1 - domain.first);
  const pace = PACES.find(({ days }) => days * perDay >= NAME * room.letter) ?? PACES.at(-1);
  const days = pace?.every?.range(dateOf(domain.first), dateOf(domain.last + 1)).map(dayOf) ?? [];
  const found = days.map((day) => ({ day, x: xOf(domain, day, room.width), text: "" }));
  const years = days.map((day) => dateOf(day).getUTCFullYear());
  const taken: { left: number; right: number }[] = [];
  // Years that begin are named first, then where the axis begins, then the others as there is room.
  const isNew = (i: number): boolean => i > 0 && years[i] !== years[i - 1];
  const order = found.map((_, i) => i).sort((a, b) => rank(a) - rank(b) || a - b);
  for (const i of order) {
    const tick = found[i] as Tick;
    const text = nameOf(words, tick.day, pace?.unit ?? "year", isNew(i) || i === 0);
    const box = { left: tick.x + 4, right: tick.x + 4 + text.length * LETTER * room.letter };
    if (box.right > room.width || taken.some(({ left, right }) => box.left < right + 8 && left < box.right + 8)) continue;
    taken.push(box);
    tick.text = text;
  }
  return found;

  function rank(i: number): number {
    return isNew(i) ? 0 : i === 0 ? 1 : 2;
  }
}

/** A month or a day bears its year where a year begins, and at the beginning of the axis. */
function nameOf(words: Words, day: number, unit: Unit, withYear: boolean): string {
  const date = dateOf(day);
  const year = String(date.getUTCFullYear());
  if (unit === "year") return year;
  const month = words.t(`month.${date.getUTCMonth() + 1}`);
  if (unit === "month") return withYear ? words.t("date.month", { month, year }) : month;
  const first = date.getUTCDate() === 1 ? words.t("date.first") : String(date.getUTCDate());
  return words.t(withYear ? "date.day" : "date.day_month", { day: first, month, year });
}
