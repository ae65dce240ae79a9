import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { nextSorting, sortRows } from "../src/sorting";
import type { Column } from "../src/sorting";
import { english, report, source, table } from "./english";

const events = table(
  { title: "b 10", date_start: "2024-07-03", date_end: "2024-07-03", fatalities_best: 10, place: "Östby", credibility: "3", reports: [report({ source: 0 })] },
  { title: "B 9", date_start: null, date_end: "2024-07-02", fatalities_low: 9, actor1: "Zed", reports: [report({ source: 1 })] },
  { title: "a", date_start: null, date_end: null, place: "Oslo", credibility: "1" },
  { title: "É", date_start: "2024-06-01", date_end: null, fatalities_high: 2, actor2: "Abe", place: "Zürich" },
);
const known = { events, words: signal(english), payload: { sources: [source({ publisher: "The Wire" }), source({ id: "b", title: "A gazette", publisher: null, author: null })] } };

function order(by: Column, down = false): number[] {
  return [...sortRows(known, Uint32Array.of(0, 1, 2, 3), { by, down })];
}

describe("sorting the table", () => {
  it("leaves rows as they are where no column is chosen", () => {
    expect([...sortRows(known, Uint32Array.of(3, 1, 2), null)]).toEqual([3, 1, 2]);
  });

  it("goes by numbers as numbers, and by letters without case or accents", () => {
    expect(order("title")).toEqual([2, 1, 0, 3]);
    expect(order("place")).toEqual([2, 0, 3, 1]);
  });

  it("puts what isn't stated last, either way", () => {
    expect(order("deaths")).toEqual([3, 1, 0, 2]);
    expect(order("deaths", true)).toEqual([0, 1, 3, 2]);
    expect(order("date")).toEqual([3, 1, 0, 2]);
    expect(order("date", true)).toEqual([0, 1, 3, 2]);
  });

  it("keeps equals in their order, either way", () => {
    expect(order("type")).toEqual([0, 1, 2, 3]);
    expect(order("type", true)).toEqual([0, 1, 2, 3]);
  });

  it("knows every column", () => {
    expect(order("number", true)).toEqual([3, 2, 1, 0]);
    expect(order("who")).toEqual([3, 1, 0, 2]);
    expect(order("source")).toEqual([1, 0, 2, 3]);
    expect(order("credibility")).toEqual([2, 0, 1, 3]);
  });

  it("goes up, then down, then back", () => {
    const up = nextSorting(null, "date");
    const down = nextSorting(up, "date");
    expect([up, down, nextSorting(down, "date"), nextSorting(down, "title")]).toEqual([
      { by: "date", down: false }, { by: "date", down: true }, null, { by: "title", down: false },
    ]);
  });
});
