import { describe, expect, it } from "vitest";
import { FACETS } from "../src/facets";
import { parseFragment, roundView, writeFragment } from "../src/fragment";
import type { Linked } from "../src/fragment";
import { chooser } from "./random";

const NOTHING = parseFragment("");

describe("the fragment", () => {
  it("holds what differs from the usual under the documented keys", () => {
    const all: Linked = {
      event: "a-b-1", tab: "events", language: "fr", text: "le-monde",
      filters: { ...NOTHING.filters, event_type: ["Riots", "Violence against civilians"], admin1: ["Grand'Anse", ""], actor: ["A, B"] },
      range: ["2024-07-01", null], undated: false, query: "léogâne #1", order: "time", view: { lat: 18.5, lon: -72.25, zoom: 9.5 },
      layer: "Open map", embed: true,
    };
    const text =
      "#event=a-b-1&tab=events&lang=fr&text=le-monde&types=Riots,Violence%20against%20civilians&actors=A%2C%20B&departments=Grand%27Anse,"
      + "&from=2024-07-01&undated=0&q=l%C3%A9og%C3%A2ne%20%231&order=time&view=18.5,-72.25,9.5&layer=Open%20map&embed";
    expect(writeFragment("", all)).toBe(text);
    expect(parseFragment(text)).toEqual(all);
  });

  it("is empty where everything is as usual", () => {
    expect(writeFragment("", NOTHING)).toBe("");
    expect(writeFragment("#event=x&q=y&embed", NOTHING)).toBe("");
  });

  it("takes anything without harm", () => {
    for (const odd of ["#", "#&&=&==", "#tab=nonsense&%%%=&event", "#view=91,0,3", "#view=1,2", "#view=,,", "#view=1,2,3,4", "#from=2024-02-30&to=x", "#order=up", "#undated=no"])
      expect(parseFragment(odd)).toEqual(NOTHING);
    expect(parseFragment("#event=%E0%A4%A").event).toBe("%E0%A4%A");
    expect(["#embed", "#embed=", "#a=1&embed", "#embed&a=1"].map((hash) => parseFragment(hash).embed)).toEqual([true, true, true, true]);
    expect(["#embed=0", "#embedded", "#event=embed", "#q=a%26embed"].map((hash) => parseFragment(hash).embed)).toEqual([false, false, false, false]);
    expect(parseFragment("#__proto__=1&constructor=2")).toEqual(NOTHING);
  });

  it("reads a range whose days were given the wrong way round", () => {
    expect(parseFragment("#from=2024-08-01&to=2024-07-01").range).toEqual(["2024-07-01", "2024-08-01"]);
  });

  it("keeps keys that it doesn't know", () => {
    expect(writeFragment("#x=1&event=a&y", { ...NOTHING, tab: "events" })).toBe("#x=1&y&tab=events");
  });

  it("gives back any state that was put in", () => {
    const { one, some, upTo } = chooser(7);
    const words = ["", "é & = # + %20", "a,b", "名前", "👩‍👩‍👧", "'()*!~", "a b", "\u2028", "A; B", "%", "+"];
    const word = (): string => one(words);
    for (let round = 0; round < 500; round += 1) {
      const linked: Linked = {
        event: word() || null, tab: one([null, "source", "events", "table"]), language: one([null, "fr"]), text: word() || null,
        filters: Object.fromEntries(FACETS.map((facet) => [facet, some(words)])) as unknown as Linked["filters"],
        range: one([null, ["2024-07-01", null], [null, "2024-12-31"], ["0044-03-15", "9999-12-31"]] as const), undated: one([true, false]),
        query: word(), order: one(["text", "time"]), layer: word() || null, embed: one([true, false]),
        view: one([null, roundView({ lat: upTo(17800) / 100.3 - 88, lon: upTo(36000) / 99.7 - 180, zoom: upTo(1800) / 100 })]),
      };
      expect(parseFragment(writeFragment("#other=1", linked))).toEqual(linked);
    }
  });
});
