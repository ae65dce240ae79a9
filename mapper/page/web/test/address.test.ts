import { describe, expect, it } from "vitest";
import { linkedOf, restore } from "../src/address";
import { FACETS } from "../src/facets";
import type { Filters } from "../src/filter";
import { parseFragment, roundView, writeFragment } from "../src/fragment";
import type { EventRow, Payload } from "../src/payload";
import { createState } from "../src/state";
import type { State } from "../src/state";
import { catalogue, report, source, table } from "./english";
import { chooser } from "./random";

const ROWS: Partial<EventRow>[] = [
  { actor1: "A", assoc_actor_1: "B, C; D'E", admin1: "North", credibility: "1", reports: [report(), report({ source: 1, credibility: "2" })] },
  { event_type: "Riots", sub_event_type: "Mob & co", date: "2024-07-01", date_start: "2024-07-01", date_end: "2024-07-01", reports: [report({ source: 1 })] },
  { geo_precision: "unlocated", label_lon: null, label_lat: null, occurrence: "denied", title: "Ça", reports: [report({ source: 2 })] },
];

function fresh(): State {
  const payload: Omit<Payload, "events"> = {
    version: 1, title: "T", language: "en", locales: { en: catalogue, fr: {} }, as_of: null, bounds: null, counts: { rows: 3, mapped: 2, unlocated: 1, retracted: 0 },
    taxonomy: { name: "t", title: "T", types: [] }, precisions: [], shapes: [],
    base: { land: [], units: [], places: [], attribution: [], scale: 1 },
    sources: ["s 1", "s,2", "s&3"].map((id) => source({ id })), layers: [{ name: "Streets", url: "", attribution: "", max_zoom: null }],
  };
  return createState(payload as Payload, table(...ROWS));
}

describe("the address", () => {
  it("says nothing of a page as it opens", () => {
    expect(writeFragment("", linkedOf(fresh()))).toBe("");
  });

  it("brings back any state", () => {
    const { one, some, upTo } = chooser(99);
    for (let round = 0; round < 200; round += 1) {
      const state = fresh();
      state.select(one([null, "event-1", "event-2", "event-3"]), "list");
      if (one([true, false])) state.source.value = upTo(3);
      state.tab.value = one(["source", "events"]);
      state.language.value = one(["en", "fr"]);
      state.filters.value = Object.fromEntries(FACETS.map((facet) => [facet, new Set(some(state.facets.values(facet)))])) as unknown as Filters;
      state.range.value = one([null, ["2024-07-01", null], [null, "2024-07-02"], ["2024-06-30", "2024-07-01"]]);
      state.undated.value = one([true, false]);
      state.seek(one(["", "a", "ça & là", "#"]));
      state.order.value = one(["text", "time"]);
      state.view.value = one([null, roundView({ lat: 18.123456, lon: -72.5, zoom: 7.25 })]);
      state.layer.value = one([null, "Streets"]);
      state.embed.value = one([true, false]);
      const other = fresh();
      const hash = writeFragment("", linkedOf(state));
      restore(other, parseFragment(hash), true);
      expect(linkedOf(other)).toEqual(linkedOf(state));
      expect(other.source.value).toBe(state.source.value);
      expect([other.shown.value, other.counts.value]).toEqual([state.shown.value, state.counts.value]);
      expect(other.astray.value).toBeNull();
      // And an address that says nothing brings back the page as it opens.
      restore(other, parseFragment(""), true);
      expect(linkedOf(other)).toEqual(linkedOf(fresh()));
    }
  });

  it("goes by what it knows of a stranger's link", () => {
    const state = fresh();
    restore(state, parseFragment("#event=gone&types=Riots,Gone&sources=gone&text=gone&lang=xx&layer=Streets"), false);
    expect(state.filters.value.event_type).toEqual(new Set(["Riots"]));
    expect(linkedOf(state)).toMatchObject({ event: null, language: null, text: null, layer: null });
    expect(state.astray.value).toEqual({ event: "gone", layer: "Streets" });
  });
});
