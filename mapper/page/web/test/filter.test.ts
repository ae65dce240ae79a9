import { describe, expect, it } from "vitest";
import { count, facetCounts, isFiltering, NO_FILTERS, shownRows, toggle } from "../src/filter";
import { table } from "./english";

const events = table(
  { event_type: "Battles", date: "2024-07-01", date_start: "2024-07-01", date_end: "2024-07-01" },
  { event_type: "Riots", geo_precision: "adm1", date: "../2024-08-10", date_end: "2024-08-10" },
  { event_type: "Riots", geo_precision: "unlocated", label_lat: null, label_lon: null },
  { event_type: "Riots", status: "retracted", date: "2024" },
  { event_type: "Battles", occurrence: "threatened", date: "2024-09-01/..", date_start: "2024-09-01" },
);

describe("filters", () => {
  it("show everything but retractions where nothing is chosen", () => {
    expect(shownRows(events, NO_FILTERS, null)).toEqual([0, 1, 2, 4]);
    expect(isFiltering(NO_FILTERS, null)).toBe(false);
  });

  it("show what has one of the chosen values of each facet", () => {
    const riots = toggle(NO_FILTERS, "event_type", ["Riots"]);
    expect(shownRows(events, riots, null)).toEqual([1, 2]);
    expect(shownRows(events, toggle(riots, "event_type", ["Battles"]), null)).toEqual([0, 1, 2, 4]);
    expect(shownRows(events, toggle(riots, "geo_precision", ["adm1", "adm2"]), null)).toEqual([1]);
  });

  it("are taken back by choosing again", () => {
    const twice = toggle(toggle(NO_FILTERS, "occurrence", ["threatened", "denied"]), "occurrence", ["threatened", "denied"]);
    expect(twice).toEqual(NO_FILTERS);
  });

  it("show an event whose interval touches the range; open ends reach any day; undated ones stay", () => {
    expect(shownRows(events, NO_FILTERS, ["2024-07-02", "2024-08-31"])).toEqual([1, 2]);
    expect(shownRows(events, NO_FILTERS, ["2024-08-10", null])).toEqual([1, 2, 4]);
    expect(shownRows(events, NO_FILTERS, [null, "2024-07-01"])).toEqual([0, 1, 2]);
    expect(shownRows(events, NO_FILTERS, ["2030-01-01", "2030-01-02"])).toEqual([2, 4]);
  });
});

describe("an event is shown when its interval touches the range", () => {
  const one = table(
    { date: "2024-07-21", date_kind: "date", date_start: "2024-07-21", date_end: "2024-07-21" },
    { date: "2024-07", date_kind: "date", date_precision: "month", date_start: "2024-07-01", date_end: "2024-07-31" },
    { date: "2024-07-10/2024-08-05", date_kind: "span", date_start: "2024-07-10", date_end: "2024-08-05" },
    { date: "[2024-06-21..2024-06-30]", date_kind: "one_of", date_start: "2024-06-21", date_end: "2024-06-30" },
    { date: "[..2024-08-10]", date_kind: "one_of", date_end: "2024-08-10" },
    { date: "2024-08-10/..", date_kind: "span", date_start: "2024-08-10" },
    {},
  );
  const within = (from: string | null, to: string | null, undated = true): number[] => shownRows(one, NO_FILTERS, [from, to], undated);

  it("a day on that day, a month and a window on any of their days, a span on all of its days", () => {
    expect(within("2024-07-21", "2024-07-21")).toEqual([0, 1, 2, 4, 6]);
    expect(within("2024-07-31", "2024-07-31")).toEqual([1, 2, 4, 6]);
    expect(within("2024-06-30", "2024-06-30")).toEqual([3, 4, 6]);
    expect(within("2024-08-05", "2024-08-06")).toEqual([2, 4, 6]);
  });

  it("not after a day: at any time before it; since a day: at any time after it", () => {
    expect(within("1990-01-01", "1990-01-01")).toEqual([4, 6]);
    expect(within("2024-08-10", "2024-08-10")).toEqual([4, 5, 6]);
    expect(within("2030-01-01", null)).toEqual([5, 6]);
  });

  it("undated, as the reader chooses; without a range always", () => {
    expect(within("2024-07-21", "2024-07-21", false)).toEqual([0, 1, 2, 4]);
    expect(shownRows(one, NO_FILTERS, null, false)).toContain(6);
  });
});

describe("counts", () => {
  it("add up: on the map, not on the map and filtered out are all", () => {
    for (const type of ["Battles", "Riots", "Protests"]) {
      const counts = count(events, shownRows(events, toggle(NO_FILTERS, "event_type", [type]), null));
      expect(counts.shownMapped + counts.shownUnlocated + counts.filtered).toBe(counts.all);
    }
  });

  it("count undated among the shown, and retractions apart", () => {
    expect(count(events, shownRows(events, NO_FILTERS, null))).toEqual({
      all: 4, shown: 4, shownMapped: 3, shownUnlocated: 1, filtered: 0, undated: 1, retracted: 1,
    });
  });

  it("of a facet follow the other facets' choices, not its own", () => {
    const chosen = toggle(toggle(NO_FILTERS, "event_type", ["Battles"]), "occurrence", ["reported"]);
    expect([...facetCounts(events, chosen, null, "event_type")]).toEqual([["Battles", 1], ["Riots", 2]]);
    expect([...facetCounts(events, chosen, null, "occurrence")]).toEqual([["reported", 1], ["threatened", 1]]);
  });
});
