import { describe, expect, it } from "vitest";
import { ending, passages, quotes, reportCounts, reportsOf } from "../src/reported";
import { report, table } from "./english";

const events = table(
  { reports: [report({ quote: "Fire in Ville A and Ville B.", place_text: "Ville B; Ville A" }), report({ source: 1, quote: "A fire." })] },
  { status: "retracted", reports: [report({ quote: "A rumour." })] },
  { reports: [report({ quote: "Fire in Ville A and Ville B." }), report({ source: 1, quote: null, spans: [] })] },
);

describe("what a source reports", () => {
  it("is every report that names it, retractions last", () => {
    expect(reportsOf(events, 0).map(({ row }) => row)).toEqual([0, 2, 1]);
    expect(reportsOf(events, 1).map(({ row }) => row)).toEqual([0, 2]);
    expect([[...reportCounts(events)], reportsOf(events, 7)]).toEqual([[3, 2], []]);
    expect(passages(reportsOf(events, 1)).map(({ spans }) => spans)).toEqual([[[0, 17]], []]);
  });

  it("shows each quote once, with all the events that rest on it and the places underlined", () => {
    const found = quotes(reportsOf(events, 0));
    expect(found.map((run) => run.rows)).toEqual([[0, 2], [1]]);
    expect(found[0]?.pieces).toEqual([
      { text: "Fire in ", place: false }, { text: "Ville A", place: true }, { text: " and ", place: false },
      { text: "Ville B", place: true }, { text: ".", place: false },
    ]);
  });

  it("has no quote where none is published", () => {
    expect(quotes(reportsOf(events, 1)).map((run) => run.rows)).toEqual([[0]]);
  });
});

describe("a number stands where its passage ends", () => {
  it("not where it goes on", () => {
    expect(ending({ rows: [1, 2], pieces: [] }, { rows: [2], pieces: [] })).toEqual([1]);
    expect(ending({ rows: [1, 2], pieces: [] }, undefined)).toEqual([1, 2]);
  });
});
