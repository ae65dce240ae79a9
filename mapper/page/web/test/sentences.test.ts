import { describe, expect, it } from "vitest";
import { actorLines, citation, deathsSentence, differences, distance, grading, placeName, precisionSentence, safeLink } from "../src/sentences";
import { english, report, source, table } from "./english";

describe("where", () => {
  it("goes from the place outwards and says nothing twice", () => {
    const events = table(
      { place: "Ville A", admin2: "Ville A", admin1: "Nord", country: "Pays" },
      { place: "Nord", admin1: "Nord", country: "Pays" },
      { place: null, place_text: "the plain" },
      { place: null },
    );
    expect([0, 1, 2, 3].map((row) => placeName(english, events, row))).toEqual([
      "Ville A, Nord, Pays", "Nord, Pays", "the plain", "place not stated",
    ]);
  });

  it("gives coordinates for a spot without a name, never for anything vaguer", () => {
    const events = table(
      { geo_precision: "exact", label_lat: 18.5, label_lon: -72.25 },
      { geo_precision: "adm1", label_lat: 18.5, label_lon: -72.25 },
    );
    expect([0, 1].map((row) => placeName(english, events, row))).toEqual(["18.5000, -72.2500", "place not stated"]);
  });

  it("says how exactly the place is known", () => {
    const events = table(
      { geo_precision: "adm1" },
      { geo_precision: "near", radius_m: 5000 },
      { geo_precision: "line", geometry_note: "schematic" },
      { geo_precision: "settlement" },
    );
    expect([0, 1, 2, 3].map((row) => precisionSentence(english, events, row))).toEqual([
      "somewhere in this department or province; the source says no more",
      "near it, within 5 km",
      "somewhere along this line; schematic",
      "in the town or neighbourhood",
    ]);
  });

  it("has a sentence for every class of precision", () => {
    const names = ["exact", "settlement", "near", "adm3", "adm2", "adm1", "line", "region", "country", "unlocated"];
    for (const name of names) expect(precisionSentence(english, table({ geo_precision: name }), 0)).not.toMatch(/^where\./);
  });

  it("gives distances as people do", () => {
    expect([1, 750, 1500, 12345].map((metres) => distance(english, metres))).toEqual(["1 metre", "750 metres", "1.5 km", "12 km"]);
  });
});

describe("deaths", () => {
  const none = { fatalities_low: null, fatalities_best: null, fatalities_high: null, fatalities_text: null };

  it.each([
    [{}, "not stated"],
    [{ fatalities_best: 0 }, "0"],
    [{ fatalities_low: 3, fatalities_best: 4, fatalities_high: 5 }, "3–5, best figure 4"],
    [{ fatalities_low: 3, fatalities_high: 5 }, "3–5"],
    [{ fatalities_low: 3, fatalities_best: 3, fatalities_high: 3 }, "3"],
    [{ fatalities_low: 12 }, "at least 12"],
    [{ fatalities_high: 1200 }, "at most 1,200"],
    [{ fatalities_low: 2, fatalities_best: 4 }, "4, at least 2"],
    [{ fatalities_best: 4, fatalities_high: 9 }, "4, at most 9"],
    [{ fatalities_text: "dozens" }, "no figure; the source says “dozens”"],
    [{ fatalities_best: 2, fatalities_text: "two men" }, "2 (the source says “two men”)"],
  ])("%o", (figures, sentence) => {
    expect(deathsSentence(english, { ...none, ...figures })).toBe(sentence);
  });
});

describe("who", () => {
  it("names each side and those with it", () => {
    const who = { actor1: "Gang A", assoc_actor_1: "Gang B; Gang C", actor2: "Police", assoc_actor_2: null };
    expect(actorLines(english, who)).toEqual(["Gang A, with Gang B and Gang C", "The other side: Police"]);
  });

  it("says so where only the other side is known", () => {
    expect(actorLines(english, { actor1: null, assoc_actor_1: null, actor2: "Civilians", assoc_actor_2: null })).toEqual(["Against: Civilians"]);
    expect(actorLines(english, { actor1: null, assoc_actor_1: null, actor2: null, assoc_actor_2: null })).toEqual([]);
  });
});

describe("reports of one event", () => {
  const date = (one: { date: string | null }) => one.date ?? "";

  it("differ in what they state, silence included", () => {
    const reports = [report({ date: "2024-07-14", fatalities_best: 2 }), report({ date: "2024-07-15", actor1: "Gang A" })];
    expect(differences(english, reports, date)).toEqual([
      { field: "date", values: ["2024-07-14", "2024-07-15"] },
      { field: "who", values: ["not stated", "Gang A"] },
      { field: "deaths", values: ["2", "not stated"] },
    ]);
  });

  it("don't differ in what they all say", () => {
    expect(differences(english, [report(), report()], date)).toEqual([]);
  });
});

describe("a citation", () => {
  it("carries the words, the source, its archived copy and the event", () => {
    const paper = source({ archived_url: "https://example.org/archive", original: "Journal B", retrieved_on: "2031-03-20" });
    expect(citation(english, paper, report(), "20 March 2031").split("\n")).toEqual([
      "“A thing happened.”",
      "A title. A paper, 12 March 2031",
      "From: Journal B",
      "https://example.org/a",
      "Archived: https://example.org/archive",
      "Retrieved 20 March 2031",
      "Event: event-1",
    ]);
  });

  it("leaves out what isn't there", () => {
    const bare = source({ publisher: null, date_published: null, url: null });
    expect(citation(english, bare, report({ quote: null }), null).split("\n")).toEqual(["A title", "Event: event-1"]);
  });
});

describe("grades", () => {
  it("come with their meaning", () => {
    expect(grading(english, source({ reliability: "C" }), "3")).toBe("source C: fairly reliable · report 3: possibly true");
    expect(grading(english, source(), null)).toBe("");
  });
});

describe("a link", () => {
  it.each(["https://example.org/a", "http://example.org/b?c=d"])("is made of %s", (address) => {
    expect(safeLink(address)).toBe(address);
  });

  it.each(["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "example.org", "//example.org", "", null])(
    "is not made of %s",
    (address) => {
      expect(safeLink(address)).toBeNull();
    },
  );
});
