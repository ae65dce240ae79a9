/**
 * What Python hands to the page: the one contract between the two. Events come as columns, a value a row, so
 * that another encoding can stand behind `EventTable` without any panel noticing.
 */

export interface Payload {
  version: 1;
  /** The software that made the page, with its version. */
  generator?: string;
  title: string;
  language: string;
  locales: Record<string, Catalogue>;
  /** `YYYY-MM-DD`. */
  as_of: string | null;
  /** On what terms the events may be used. */
  licence?: string | null;
  /** West, south, east, north in degrees: the first view. */
  bounds: [number, number, number, number] | null;
  counts: { rows: number; mapped: number; unlocated: number; retracted: number };
  taxonomy: { name: string; title: string; types: EventType[] };
  precisions: Precision[];
  events: { length: number; columns: EventColumns };
  /** Linked Places timespans of the events' dates, by their EDTF text. */
  timespans?: Record<string, Record<string, Record<string, string>>[]>;
  shapes: Shape[];
  base: Base;
  sources: Source[];
  /** Online tile layers that the reader may turn on; without them the page asks nobody for anything. */
  layers?: TileLayer[];
  /** Whether this is a copy that shows what is kept from the published map. */
  full?: boolean;
  /** By language: names of places, a text or null an event; what a table translates stands in its columns. */
  translations?: Translations;
}

export type Translations = Record<string, Partial<Record<Translatable, (string | null)[]>>>;

/** What may be there in several languages: by `translations`, or by a column such as `title_fr`. */
export type Translatable = "title" | "notes" | "place" | "admin1" | "admin2" | "country";

export interface TileLayer {
  name: string;
  /** With `{z}`, `{x}`, `{y}`, and `{s}` for each of the subdomains in turn. */
  url: string;
  subdomains?: string[];
  attribution: string;
  max_zoom: number | null;
}

/** Flat keys to a text with `{slots}`, or to its plural forms. */
export type Catalogue = Record<string, string | Record<string, string>>;

export interface EventType {
  name: string;
  /** `#rrggbb`. */
  colour: string;
  sub_event_types: string[];
}

export type Mark = "dot" | "ring" | "area" | "line" | "none";

export interface Precision {
  name: string;
  claim: string;
  mark: Mark;
}

export type Occurrence = "reported" | "threatened" | "denied";

export type DateKind = "date" | "span" | "one_of" | "all_of";

export type DatePrecision = "day" | "month" | "season" | "year" | "decade" | "century";

type Text = string | null;

/** One event, as its row of the columns. */
export interface EventRow {
  id: string;
  title: string;
  event_type: string;
  sub_event_type: Text;
  occurrence: Occurrence;
  status: "accepted" | "retracted";
  reason: Text;
  /** By source, passage and id; no filter changes it. */
  number: number;
  /** EDTF, as written. */
  date: Text;
  date_kind: DateKind | null;
  date_precision: DatePrecision | null;
  /** ISO days; null where open. */
  date_start: Text;
  date_end: Text;
  date_uncertain: boolean;
  date_approximate: boolean;
  place: Text;
  /** Ids of the gazetteer, `;` between several. */
  place_id: Text;
  place_text: Text;
  /** Every spelling of its places and of the units around them, for search. */
  place_names: string[] | null;
  geo_precision: Text;
  geometry_note: Text;
  coarsened_to: Text;
  label_point_is: Text;
  country: Text;
  admin1: Text;
  admin1_pcode: Text;
  admin2: Text;
  admin2_pcode: Text;
  radius_m: number | null;
  /** Degrees; null when unlocated. Never an event's coordinate, unless it is a point. */
  label_lon: number | null;
  label_lat: number | null;
  /** Index into `shapes`; -1 is a plain point, or nothing. */
  shape: number;
  actor1: Text;
  assoc_actor_1: Text;
  actor2: Text;
  assoc_actor_2: Text;
  fatalities_low: number | null;
  fatalities_best: number | null;
  fatalities_high: number | null;
  fatalities_text: Text;
  credibility: Text;
  notes: Text;
  /** The head first, then what other sources report of the same event. */
  reports: Report[];
  extra: Record<string, string> | null;
}

export type EventColumns = { [K in keyof EventRow]: EventRow[K][] };

export interface Report {
  event_id: string;
  /** Index into `sources`; -1 where the source isn't named, to protect people. */
  source: number;
  quote: Text;
  /** Code points of the source's text, half-open. */
  spans: [number, number][];
  place_text: Text;
  place_spans: [number, number][];
  date: Text;
  date_kind?: DateKind | null;
  date_precision?: DatePrecision | null;
  date_start?: Text;
  date_end?: Text;
  date_uncertain?: boolean;
  date_approximate?: boolean;
  event_type: string;
  sub_event_type: Text;
  occurrence: Occurrence;
  place: Text;
  geo_precision: Text;
  actor1: Text;
  assoc_actor_1: Text;
  actor2: Text;
  assoc_actor_2: Text;
  fatalities_low: number | null;
  fatalities_best: number | null;
  fatalities_high: number | null;
  fatalities_text: Text;
  credibility: Text;
  /** What was left out of it to protect people: its words, or its source too. */
  protected?: "quote" | "source" | null;
}

export interface Source {
  id: string;
  title: string;
  author: Text;
  publisher: Text;
  /** EDTF. */
  date_published: Text;
  original: Text;
  original_date: Text;
  language: Text;
  url: Text;
  archived_url: Text;
  retrieved_on: Text;
  file: Text;
  sha256: Text;
  reliability: Text;
  licence: Text;
  notes: Text;
  show: "whole" | "quotes" | "none";
  /** Null unless `show` is `whole`. */
  text: Text;
}

/** A polygon: its rings, the outer one first; each `x0, y0, dx, dy, …`, degrees times `Base.scale`, in Base64 VLQ, open. */
export type Rings = string[];

export type Shape =
  | { type: "polygon"; polygons: Rings[] }
  | { type: "unit"; unit: number }
  | { type: "line"; lines: string[] }
  | { type: "points"; points: [lon: number, lat: number][] }
  | { type: "disc"; lon: number; lat: number; radius_m: number };

export interface Unit {
  code: string;
  level: "country" | "adm1" | "adm2" | "adm3";
  name: string;
  /** By language, where it isn't `name`. */
  names?: Record<string, string>;
  polygons: Rings[];
  label: [lon: number, lat: number];
}

export interface BasePlace {
  name: string;
  names?: Record<string, string>;
  lon: number;
  lat: number;
  /** 0 a capital, or named by an event; 1 a chief town; 2 any other. */
  rank: number;
}

export interface Base {
  land: Rings[];
  units: Unit[];
  places: BasePlace[];
  attribution: { text: string; url: string | null; licence: string | null }[];
  scale: number;
  /** Where the map is cut open, in degrees east, if that isn't the antimeridian: what lies west of it is in the east. */
  seam?: number;
}

/** The events behind the one door that panels use. */
export class EventTable {
  readonly length: number;
  private readonly rows = new Map<string, number>();

  private original = "en";
  private names: Translations = {};

  constructor(private readonly columns: EventColumns, length: number) {
    this.length = length;
    columns.id.forEach((id, row) => this.rows.set(id, row));
  }

  get<K extends keyof EventRow>(column: K, row: number): EventRow[K] {
    return this.columns[column][row] as EventRow[K];
  }

  /** One event, whole. */
  record(row: number): EventRow {
    return Object.fromEntries(Object.entries(this.columns).map(([name, column]) => [name, column[row]])) as unknown as EventRow;
  }

  /** Columns that hold a title, or notes, in other languages: `title_fr`. */
  translationColumns(of: "title" | "notes"): string[] {
    return Object.keys(this.columns).filter((name) => name.startsWith(`${of}_`));
  }

  /** The cell of a column that may be no more than a name. */
  cell(column: string, row: number): unknown {
    return hasOwn(this.columns, column) ? this.columns[column as keyof EventColumns][row] : null;
  }

  /** What a column says of the row in other languages. */
  translations(of: "title" | "notes", row: number): string[] {
    return this.translationColumns(of).map((name) => this.cell(name, row)).filter((text): text is string => typeof text === "string");
  }

  /** The same events, whose cells are in the language `original`, with what somebody translated. */
  translated(original: string, translations: Translations): this {
    this.original = original;
    this.names = translations;
    return this;
  }

  /** A cell in that language; as it was written, where nobody translated it. */
  said<K extends Translatable>(column: K, row: number, language: string): EventRow[K] {
    return (this.translation(column, row, language) as EventRow[K] | null) ?? this.get(column, row);
  }

  /** The language of what `said` gives, for the attribute `lang`, where it isn't the one that was asked for. */
  langOf(column: Translatable, row: number, language: string): string | undefined {
    return language === this.original || this.translation(column, row, language) ? undefined : this.original;
  }

  private translation(column: Translatable, row: number, language: string): Text {
    const given = this.names[language]?.[column]?.[row] ?? this.cell(`${column}_${language}`, row);
    return typeof given === "string" && given !== "" ? given : null;
  }

  /** The row of that event, or undefined: a shared link may name one that is no longer here. */
  row(id: string | null): number | undefined {
    return id === null ? undefined : this.rows.get(id);
  }

  isRetracted(row: number): boolean {
    return this.get("status", row) === "retracted";
  }

  isLocated(row: number): boolean {
    return this.get("label_lon", row) !== null && this.get("geo_precision", row) !== "unlocated";
  }
}

/** Names come out of tables, where `constructor` is as good as any. */
export function hasOwn(object: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, name);
}
