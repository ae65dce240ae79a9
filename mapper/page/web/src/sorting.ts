/**
 * The columns of the table of events, and the order that each of them makes.
 */
import { inOrder } from "./order";
import type { Payload } from "./payload";
import { actorLines, placeName, publisherOf } from "./sentences";
import type { State } from "./state";

export const COLUMNS = ["number", "title", "date", "type", "place", "who", "deaths", "source", "credibility"] as const;

export type Column = (typeof COLUMNS)[number];

export interface Sorting {
  by: Column;
  down: boolean;
}

/** What the next choice of a column's head makes of the order: up, then down, then as the list is. */
export function nextSorting(now: Sorting | null, by: Column): Sorting | null {
  if (now?.by !== by) return { by, down: false };
  return now.down ? null : { by, down: true };
}

type Known = Pick<State, "events" | "words"> & { payload: Pick<Payload, "sources"> };

type Key = string | number | null;

/** Rows in order; what isn't stated stands last either way, and equals stay as they were. */
export function sortRows(known: Known, rows: readonly number[], sorting: Sorting | null): number[] {
  if (!sorting) return [...rows];
  const before = sorting.by === "date" ? timed(known, rows) : new Map(rows.map((row) => [row, keyOf(known, sorting.by, row)]));
  const turn = sorting.down ? -1 : 1;
  const language = languageOf(known.words.value.language);
  return [...rows].sort((a, b) => {
    const [one = null, other = null] = [before.get(a), before.get(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return turn * (typeof one === "number" && typeof other === "number" ? one - other : language.compare(String(one), String(other)));
  });
}

/** Dates as the order of time has them: the rank of each, none for the undated. */
function timed({ events }: Known, rows: readonly number[]): Map<number, Key> {
  const dated = inOrder(events, rows.filter((row) => events.get("date_start", row) ?? events.get("date_end", row)), "time");
  return new Map(dated.map((row, rank) => [row, rank]));
}

function keyOf({ events, words, payload }: Known, by: Column, row: number): Key {
  const report = events.get("reports", row)[0];
  const source = report && payload.sources[report.source];
  switch (by) {
    case "number":
      return events.get("number", row);
    case "type":
      return typeText(words.value, events.get("event_type", row), events.get("sub_event_type", row));
    case "title":
      return events.said("title", row, words.value.language);
    case "place":
      return events.get("place", row) && placeName(words.value, events, row);
    case "who":
      return actorLines(words.value, events.record(row))[0] ?? null;
    case "deaths":
      return events.get("fatalities_best", row) ?? events.get("fatalities_low", row) ?? events.get("fatalities_high", row);
    case "source":
      return source ? publisherOf(words.value, source) : null;
    case "credibility":
      return events.get("credibility", row);
    case "date":
      return null;
  }
}

export function typeText(words: Known["words"]["value"], type: string, subtype: string | null): string {
  return [words.name("type", type), subtype && words.name("subtype", subtype)].filter(Boolean).join(words.t("list.dot"));
}

/** A language that the browser doesn't know sorts as French does, which is close to Kreyòl. */
function languageOf(language: string): Intl.Collator {
  return new Intl.Collator([language, "fr"], { numeric: true, sensitivity: "base" });
}
