/** The catalogue that ships, and small payload pieces, for tests. */
import shipped from "../../locale/en.json";
import type { Catalogue, EventRow, EventTable, Report, Source } from "../src/payload";
import { packed } from "./packing";
import type { Beside } from "./packing";
import { Words } from "../src/words";

export const catalogue: Catalogue = shipped;

export const english = new Words(catalogue, "en");

const BLANK: EventRow = {
  id: "a", title: "A", event_type: "Battles", sub_event_type: null, occurrence: "reported", status: "accepted", reason: null,
  number: 1, date: null, date_kind: null, date_precision: null, date_start: null, date_end: null, date_uncertain: false,
  date_approximate: false, place: null, place_id: null, place_text: null, place_names: null, geo_precision: "settlement", geometry_note: null,
  coarsened_to: null, label_point_is: null, country: null, admin1: null, admin1_pcode: null, admin2: null, admin2_pcode: null, radius_m: null, label_lon: 0,
  label_lat: 0, shape: -1, actor1: null, assoc_actor_1: null, actor2: null, assoc_actor_2: null, fatalities_low: null,
  fatalities_best: null, fatalities_high: null, fatalities_text: null, credibility: null, notes: null, reports: [], extra: null,
};

/** A table of blank events with these differences; ids and numbers follow the order. */
export function table(...rows: Partial<EventRow>[]): EventTable {
  return tableWith({}, ...rows);
}

export function tableWith(beside: Beside, ...rows: Partial<EventRow>[]): EventTable {
  return packed(rows.map((row, i) => ({ ...BLANK, id: `event-${i + 1}`, number: i + 1, date: written(row), ...row })), beside);
}

/** A date that comes to these days. */
function written({ date_start: start = null, date_end: end = null }: Partial<EventRow>): string | null {
  return start === null && end === null ? null : `${start ?? ".."}/${end ?? ".."}`;
}

export function report(differences: Partial<Report> = {}): Report {
  return {
    event_id: "event-1", source: 0, quote: "A thing happened.", spans: [[0, 17]], place_text: null, place_spans: [], date: null,
    event_type: "Battles", sub_event_type: null, occurrence: "reported", place: null, geo_precision: null, actor1: null,
    assoc_actor_1: null, actor2: null, assoc_actor_2: null, fatalities_low: null, fatalities_best: null, fatalities_high: null,
    fatalities_text: null, credibility: null, ...differences,
  };
}

export function source(differences: Partial<Source> = {}): Source {
  return {
    id: "s", title: "A title", author: null, publisher: "A paper", date_published: "2031-03-12", original: null, original_date: null,
    language: "en", url: "https://example.org/a", archived_url: null, retrieved_on: null, file: null, sha256: null,
    reliability: null, licence: null, notes: null, show: "quotes", text: null, ...differences,
  };
}
