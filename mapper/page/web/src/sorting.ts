/**
 * The columns of the table of events, and the order that each of them makes.
 */
import { fold } from "./folding";
import { byTime, ranked } from "./order";
import { EVER } from "./payload";
import type { EventTable, Payload } from "./payload";
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

/** What a column sorts by: rows of a group have the same key. */
interface Keys {
  group: (row: number) => number;
  key: (row: number) => Key;
}

/** Rows in order; what isn't stated stands last either way, and equals stay as they were. */
export function sortRows(known: Known, rows: Uint32Array, sorting: Sorting | null): Uint32Array {
  if (!sorting) return rows;
  const { group, key } = keysOf(known, sorting.by);
  const ranks = new Map<number, number>();
  const first = new Map<number, Key>();
  for (const row of rows) {
    const of = group(row);
    if (!first.has(of)) first.set(of, key(row));
  }
  const stated = [...first].filter((one): one is [number, string | number] => one[1] !== null);
  const compare = comparing(stated.length, known.words.value.language);
  stated.sort(([, a], [, b]) => compare(a, b));
  let rank = 0;
  stated.forEach(([of, one], at) => {
    if (at > 0 && compare(stated[at - 1]![1], one) !== 0) rank += 1;
    ranks.set(of, sorting.down ? -rank : rank);
  });
  return ranked(rows, (row) => ranks.get(group(row)) ?? Infinity);
}

function keysOf({ events, words, payload }: Known, by: Column): Keys {
  const text = words.value;
  const own = (row: number): number => row;
  switch (by) {
    case "number":
      return { group: own, key: own };
    case "date": {
      const place = new Uint32Array(events.length);
      byTime(events).forEach((row, at) => (place[row] = at));
      const [starts, ends] = [events.days("start"), events.days("end")];
      const isDated = (row: number): boolean => starts[row]! <= ends[row]! && (starts[row] !== EVER.first || ends[row] !== EVER.last);
      return { group: own, key: (row) => (isDated(row) ? place[row]! : null) };
    }
    case "type":
      return {
        group: combined(events, [events.codes("event_type"), events.codes("sub_event_type")]),
        key: (row) => typeText(text, events.get("event_type", row), events.get("sub_event_type", row)),
      };
    case "title":
      return { group: own, key: (row) => events.said("title", row, text.language) };
    case "place":
      return {
        group: combined(events, (["place", "admin2", "admin1", "country"] as const).map((name) => events.codes(name))),
        key: (row) => events.get("place", row) && placeName(text, events, row),
      };
    case "who":
      return {
        group: combined(events, (["actor1", "assoc_actor_1", "actor2", "assoc_actor_2"] as const).map((name) => events.codes(name))),
        key: (row) => actorLines(text, events.record(row))[0] ?? null,
      };
    case "deaths":
      return {
        group: combined(events, (["fatalities_best", "fatalities_low", "fatalities_high"] as const).map((name) => events.codes(name))),
        key: (row) => events.get("fatalities_best", row) ?? events.get("fatalities_low", row) ?? events.get("fatalities_high", row),
      };
    case "source": {
      const { starts, sources } = events.reports;
      const head = (row: number): number => (starts[row]! < starts[row + 1]! ? sources[starts[row]!]! : -1);
      return { group: head, key: (row) => publisher(payload.sources[head(row)]) };
    }
    case "credibility":
      return { group: combined(events, [events.codes("credibility")]), key: (row) => events.get("credibility", row) };
  }

  function publisher(source: Payload["sources"][number] | undefined): string | null {
    return source ? publisherOf(text, source) : null;
  }
}

/** A number for the codes that a row has in some columns, the same for the same codes. */
function combined(events: EventTable, columns: readonly ArrayLike<number>[]): (row: number) => number {
  let ids = new Float64Array(events.length);
  for (const codes of columns) {
    const known = new Map<number, number>();
    let most = 0;
    for (let row = 0; row < events.length; row += 1) if (codes[row]! > most) most = codes[row]!;
    const next = new Float64Array(events.length);
    for (let row = 0; row < events.length; row += 1) {
      const pair = ids[row]! * (most + 1) + codes[row]!;
      let id = known.get(pair);
      if (id === undefined) known.set(pair, (id = known.size));
      next[row] = id;
    }
    ids = next;
  }
  return (row) => ids[row]!;
}

// A collator takes its time: where texts are more than that, they go by their folded letters.
const COLLATED = 20_000;

function comparing(count: number, language: string): (a: string | number, b: string | number) => number {
  if (count <= COLLATED) {
    const collator = collatorOf(language);
    return (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b)));
  }
  const known = new Map<string, string>();
  const folded = (text: string): string => {
    let found = known.get(text);
    if (found === undefined) known.set(text, (found = fold(text)));
    return found;
  };
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    const [one, other] = [folded(String(a)), folded(String(b))];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}

export function typeText(words: Known["words"]["value"], type: string, subtype: string | null): string {
  return [words.name("type", type), subtype && words.name("subtype", subtype)].filter(Boolean).join(words.t("list.dot"));
}

/** A language that the browser doesn't know sorts as French does, which is close to Kreyòl. */
function collatorOf(language: string): Intl.Collator {
  return new Intl.Collator([language, "fr"], { numeric: true, sensitivity: "base" });
}
