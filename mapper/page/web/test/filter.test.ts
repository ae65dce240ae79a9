import { describe, expect, it } from "vitest";
import { FACETS, FacetTable, NOT_STATED } from "../src/facets";
import type { Facet } from "../src/facets";
import { isFiltering, NO_FILTERS, rowsOf, Sieve, toggle } from "../src/filter";
import type { Choice, Filters } from "../src/filter";
import type { EventTable } from "../src/payload";
import { report, table } from "./english";
import { chooser } from "./random";

const NO_CHOICE: Choice = { filters: NO_FILTERS, range: null, undated: true, found: null };

const events = table(
  { event_type: "Battles", date: "2024-07-01", date_start: "2024-07-01", date_end: "2024-07-01" },
  { event_type: "Riots", geo_precision: "adm1", date: "../2024-08-10", date_end: "2024-08-10" },
  { event_type: "Riots", geo_precision: "unlocated", label_lat: null, label_lon: null },
  { event_type: "Riots", status: "retracted", date: "2024" },
  { event_type: "Battles", occurrence: "threatened", date: "2024-09-01/..", date_start: "2024-09-01" },
);

function sifted(of: EventTable, choice: Partial<Choice>, sources: string[] = []) {
  return told(new Sieve(of, new FacetTable(of, sources)), { ...NO_CHOICE, ...choice });
}

function told(sieve: Sieve, choice: Choice) {
  sieve.choose(choice);
  return {
    shown: [...rowsOf(sieve.shown)], passing: [...rowsOf(sieve.passing)], counts: sieve.counts(),
    tallies: Object.fromEntries(FACETS.map((facet) => [facet, sieve.tally(facet)])) as Record<Facet, ReturnType<Sieve["tally"]>>,
  };
}

function maskOf(length: number, rows: readonly number[]): Uint8Array {
  const mask = new Uint8Array(length);
  for (const row of rows) mask[row] = 1;
  return mask;
}

const shown = (choice: Partial<Choice>): number[] => sifted(events, choice).shown;
const choose = (facet: Facet, ...values: string[]): Filters => toggle(NO_FILTERS, facet, values);
const numbers = (of: ReadonlyMap<string, { n: number }>) => Object.fromEntries([...of].map(([value, { n }]) => [value, n]));

describe("filters", () => {
  it("show everything but retractions where nothing is chosen", () => {
    expect(shown({})).toEqual([0, 1, 2, 4]);
    expect(isFiltering(NO_CHOICE)).toBe(false);
  });

  it("show what has one of the chosen values of each facet", () => {
    const riots = choose("event_type", "Riots");
    expect(shown({ filters: riots })).toEqual([1, 2]);
    expect(shown({ filters: toggle(riots, "event_type", ["Battles"]) })).toEqual([0, 1, 2, 4]);
    expect(shown({ filters: toggle(riots, "geo_precision", ["adm1", "adm2"]) })).toEqual([1]);
  });

  it("are taken back by choosing again", () => {
    const twice = toggle(choose("occurrence", "threatened", "denied"), "occurrence", ["threatened", "denied"]);
    expect(twice).toEqual(NO_FILTERS);
  });

  it("know what would be shown at any time", () => {
    expect(sifted(events, { range: ["2030-01-01", null], filters: choose("event_type", "Battles") })).toMatchObject({ shown: [4], passing: [0, 4] });
  });

  it("show what words were found in", () => {
    expect(shown({ found: maskOf(5, [0, 3, 4]) })).toEqual([0, 4]);
    expect(isFiltering({ ...NO_CHOICE, found: maskOf(5, []) })).toBe(true);
  });
});

describe("facets", () => {
  const rich = table(
    { actor1: "A", assoc_actor_1: "B; C", actor2: "D", admin1: "North", credibility: "2", reports: [report({ source: 1, credibility: "2" }), report({ source: 0, credibility: "5" })] },
    { actor1: "B", sub_event_type: "Attack", geo_precision: null, label_lon: null, label_lat: null, reports: [report({ source: 1 })] },
    { admin1: "North", geo_precision: null },
  );
  const of = new FacetTable(rich, ["x", "y"], { source: ["x", "y"] });

  it("part lists of actors and count an event with each of them", () => {
    expect(of.of("actor", 0)).toEqual(["A", "B", "C", "D"]);
    expect(numbers(sifted(rich, {}).tallies.actor)).toEqual({ A: 1, B: 2, C: 1, D: 1, [NOT_STATED]: 1 });
  });

  it("know an event by any of its reports' sources and grades", () => {
    expect(of.of("source", 0)).toEqual(["y", "x"]);
    expect(of.of("credibility", 0)).toEqual(["2", "5"]);
    expect(sifted(rich, { filters: choose("source", "y") }, ["x", "y"]).shown).toEqual([0, 1]);
  });

  it("have a value of their own for what isn't stated, and list it last", () => {
    expect(of.values("admin1")).toEqual(["North", NOT_STATED]);
    expect(sifted(rich, { filters: choose("admin1", NOT_STATED) }).shown).toEqual([1]);
    expect(of.values("geo_precision")).toEqual(["settlement", "unlocated", NOT_STATED]);
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
  const within = (from: string | null, to: string | null, undated = true): number[] => sifted(one, { range: [from, to], undated }).shown;

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
    expect(sifted(one, { undated: false }).shown).toContain(6);
  });
});

describe("counts", () => {
  it("count undated among the shown, and retractions apart", () => {
    expect(sifted(events, {}).counts).toEqual({
      all: 4, shown: 4, shownMapped: 3, shownUnlocated: 1, filtered: 0, undated: 1, unreported: 1, retracted: 1,
    });
  });

  it("of a facet follow the other choices, not its own", () => {
    const filters = toggle(choose("event_type", "Battles"), "occurrence", ["reported"]);
    const { tallies } = sifted(events, { filters });
    expect(tallies.event_type.get("Riots")).toEqual({ n: 2, undated: 1 });
    expect(numbers(tallies.event_type)).toEqual({ Battles: 1, Riots: 2 });
    expect(numbers(tallies.occurrence)).toEqual({ reported: 1, threatened: 1 });
  });

  it("add up under any choices: on the map, not on it and filtered out are all; a facet's are what it would show", () => {
    const random = chooser(20240902);
    for (let round = 0; round < 150; round += 1) {
      const some = table(...Array.from({ length: random.upTo(30) }, () => anyEvent(random)));
      const sources = ["s1", "s2", "s3"];
      const facets = new FacetTable(some, sources);
      const choice = anyChoice(random, facets, some.length);
      const sieve = new Sieve(some, facets);
      const { shown: rowsShown, passing, tallies, counts } = told(sieve, choice);
      expect(counts.shownMapped + counts.shownUnlocated + counts.filtered).toBe(counts.all);
      expect(counts.all + counts.retracted).toBe(some.length);
      expect(told(sieve, { ...choice, range: null }).shown).toEqual(passing);
      for (const facet of FACETS) {
        for (const [value, { n, undated }] of tallies[facet]) {
          // The same sieve goes from choice to choice; it must tell what a new one would.
          const other = { ...choice, filters: { ...choice.filters, [facet]: new Set([value]) } };
          const alone = told(sieve, other);
          expect(alone).toEqual(told(new Sieve(some, facets), other));
          expect(n).toBe(alone.shown.length);
          expect(undated).toBe(alone.counts.undated);
        }
        if (choice.filters[facet].size === 0 && facet !== "actor" && facet !== "source" && facet !== "credibility")
          expect([...tallies[facet].values()].reduce((sum, { n }) => sum + n, 0)).toBe(rowsShown.length);
      }
    }
  });
});

type Chooser = ReturnType<typeof chooser>;

function anyEvent({ one, upTo, some }: Chooser) {
  const isLocated = one([true, true, false]);
  const date = one([null, "2024-07-01", "2024-07"]);
  return {
    event_type: one(["Battles", "Riots"]), sub_event_type: one([null, "Attack", "Arrests"]), status: one(["accepted", "accepted", "retracted"] as const),
    occurrence: one(["reported", "threatened", "denied"] as const), geo_precision: isLocated ? one(["exact", "adm1"]) : "unlocated",
    label_lon: isLocated ? 1 : null, label_lat: isLocated ? 1 : null, date,
    date_start: date && one(["2024-07-01", null]), date_end: date && one(["2024-07-31", null]),
    actor1: one([null, "A", "B"]), assoc_actor_2: one([null, "A; C", "C;;"]), admin1: one([null, "North"]), credibility: one([null, "1"]),
    reports: some([0, 1, 2, 9]).map((source) => report({ source, credibility: one([null, String(1 + upTo(3))]) })),
  };
}

function anyChoice({ one, some, upTo }: Chooser, facets: FacetTable, length: number): Choice {
  const chosen = FACETS.map((facet) => [facet, new Set(one([true, false, false]) ? some(facets.values(facet)) : [])]);
  return {
    filters: Object.fromEntries(chosen) as Filters,
    range: one([null, ["2024-07-01", "2024-07-01"], ["2024-07-02", null], [null, "2024-06-01"]] as const),
    undated: one([true, false]),
    found: one([null, null, maskOf(length, Array.from({ length: upTo(length + 1) }, () => upTo(length)))]),
  };
}
