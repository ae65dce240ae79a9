/**
 * What Python hands to the page: the one contract between the two. Events come packed (`packed.ts`); `EventTable` is
 * the one door to them, a cell at a time for panels, a typed array at a time for whoever walks all rows.
 */
import { dayNumber } from "./days";
import { Bytes, ColdColumns, partOfPage, Values } from "./packed";
import type { Codes, Column, PackedEvents, ReadPart } from "./packed";

export interface Payload {
  version: 1;
  /** The software that made the page, with its version. */
  generator?: string;
  title: string;
  /** The title in other languages. */
  titles?: Record<string, string>;
  language: string;
  /** In the file that of the first language; `start` adds the others. */
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
  events: PackedEvents;
  shapes: Shape[];
  base: Base;
  sources: Source[];
  /** Online tile layers that the reader may turn on; without them the page asks nobody for anything. */
  layers?: TileLayer[];
  /** Whether this is a copy that shows what is kept from the published map. */
  full?: boolean;
}

/** What may be there in several languages: as the gazetteer names it, or by a column such as `title_fr`. */
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
  /** Whether its words are in the file and have not been read yet. */
  unread?: boolean;
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

/** What a date says, by the names of the columns that say it. */
const DATED = ["date", "date_kind", "date_precision", "date_start", "date_end", "date_uncertain", "date_approximate"] as const;

/** Values of these, and timespans as JSON; null where nothing is stated. */
type Dated = readonly [...unknown[]] | null;

const UNDATED: Dated = [null, null, null, null, null, false, false, null];

/** Columns of codes: what can be filtered by, and every other text that isn't read chunk by chunk. */
export type CodedColumn = Exclude<keyof EventRow, (typeof DATED)[number] | "number" | "label_lon" | "label_lat" | "shape" | "reports" | "extra">;

/** The first and the last day of time, as `days` has them: an end that is open. */
export const EVER = { first: -0x80000000, last: 0x7fffffff } as const;

/** Where events are: each spot once, spot 0 being none. */
export interface Spots {
  /** A row's spot. */
  codes: Codes;
  /** Degrees, NaN for spot 0. */
  lon: Float64Array;
  lat: Float64Array;
}

/** A report's columns that its event has too. */
const AS_EVENT = [
  "place_text", "event_type", "sub_event_type", "occurrence", "place", "geo_precision", "actor1", "assoc_actor_1", "actor2",
  "assoc_actor_2", "fatalities_low", "fatalities_best", "fatalities_high", "fatalities_text", "credibility",
] as const;

/** So many events keep their reports once made, so that who asks twice gets the same. */
const REMEMBERED = 4096;

/** The events behind the one door that panels use. Rows are in the order of the events' numbers. */
export class EventTable {
  readonly length: number;
  private readonly columns = new Map<string, Column<unknown>>();
  private readonly names = new Map<string, Map<string, Column<Text>>>();
  private readonly dates: Column<Dated>;
  private readonly cold: ColdColumns;
  private readonly coldReports: ColdColumns;
  private readonly reportColumns = new Map<string, Column<unknown>>();
  private readonly differing = new Map<string, Differing>();
  private readonly remembered = new Map<number, Report[]>();
  private readonly made = new Map<string, unknown>();

  /** `parts` are hot and warm; `original` is the language in which the table is written. */
  constructor(private readonly packed: PackedEvents, parts: readonly Uint8Array[], read: ReadPart, private readonly original = "en", private readonly seam?: number) {
    this.length = packed.length;
    this.bytes = new Bytes(parts);
    const { reports } = packed;
    for (const [name, one] of Object.entries(packed.columns)) this.columns.set(name, this.bytes.column(one));
    for (const [name, one] of Object.entries(reports.columns)) this.reportColumns.set(name, this.bytes.column(one));
    for (const [language, columns] of Object.entries(packed.translations))
      this.names.set(language, new Map(Object.entries(columns).map(([name, one]) => [name, this.bytes.column<Text>(one)])));
    this.dates = this.bytes.column<Dated>(packed.dates);
    this.cold = new ColdColumns("mapper-events", packed.cold, packed.length, read);
    this.coldReports = new ColdColumns("mapper-reports", reports.cold, reports.length, read);
  }

  private readonly bytes: Bytes;

  /** The events of a payload, once their bytes are here. */
  static async open({ events, language, base }: Payload, read: ReadPart = partOfPage): Promise<EventTable> {
    return new EventTable(events, await Promise.all(["mapper-hot", "mapper-warm"].map(read)), read, language, base.seam);
  }

  get<K extends keyof EventRow>(column: K, row: number): EventRow[K] {
    return this.read(column, row) as EventRow[K];
  }

  /** One event, whole. */
  record(row: number): EventRow {
    const names = [...DERIVED, ...[...this.columns.keys(), ...this.packed.cold].filter((name) => !name.startsWith("extra:"))];
    return Object.fromEntries(names.map((name) => [name, this.read(name, row)])) as unknown as EventRow;
  }

  /** Columns that hold a title, or notes, in other languages: `title_fr`. */
  translationColumns(of: "title" | "notes"): string[] {
    return [...this.columns.keys(), ...this.packed.cold].filter((name) => name.startsWith(`${of}_`));
  }

  /** The cell of a column that may be no more than a name. */
  cell(column: string, row: number): unknown {
    return this.read(column, row);
  }

  /** What a column says of the row in other languages. */
  translations(of: "title" | "notes", row: number): string[] {
    return this.translationColumns(of).map((name) => this.cell(name, row)).filter((text): text is string => typeof text === "string");
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
    const given = this.names.get(language)?.get(column)?.at(row) ?? this.cell(`${column}_${language}`, row);
    return typeof given === "string" && given !== "" ? given : null;
  }

  /** The row of that event, or undefined: a shared link may name one that is no longer here. */
  row(id: string | null): number | undefined {
    if (id === null) return undefined;
    const ids = this.columns.get("id") as Column<string>;
    const code = ids.values.codeOf(id);
    const row = code === -1 ? -1 : ids.codes.indexOf(code);
    return row === -1 ? undefined : row;
  }

  isRetracted(row: number): boolean {
    return this.retracted[row] === 1;
  }

  isLocated(row: number): boolean {
    return this.located[row] === 1;
  }

  /** The Linked Places timespans of an event's date; null where it has none. */
  timespans(row: number): unknown {
    const spans = this.dates.at(row)?.[DATED.length];
    return typeof spans === "string" ? JSON.parse(spans) : null;
  }

  /** Reads what isn't here yet of these events: their quotes and notes. */
  async fetch(rows: Iterable<number>): Promise<void> {
    const { starts } = this.reports;
    const reports: number[] = [];
    for (const row of rows) for (let at = starts[row]!; at < starts[row + 1]!; at += 1) reports.push(at);
    await Promise.all([this.cold.fetch(rows), this.coldReports.fetch(reports)]);
  }

  /** The texts that are read chunk by chunk, one chunk after the other, of events (by row) and of reports. */
  get longTexts(): { events: ColdColumns; reports: ColdColumns } {
    return { events: this.cold, reports: this.coldReports };
  }

  // All rows at once

  /** A column's codes, one a row: `values(column)[code]` is the cell. */
  codes(column: CodedColumn): Codes {
    return this.columns.get(column)?.codes ?? new Uint8Array(this.length);
  }

  /** The distinct values of a column, by code. A column that long texts fill has many. */
  values<K extends CodedColumn>(column: K): readonly EventRow[K][] {
    return (this.columns.get(column)?.values.all() ?? [null]) as EventRow[K][];
  }

  /** The same, to be asked for one value at a time. */
  valuesOf<K extends CodedColumn>(column: K): Values<EventRow[K]> | undefined {
    return this.columns.get(column)?.values as Values<EventRow[K]> | undefined;
  }

  /**
   * The first or last day of each event, as a day's number (`days.ts`); an open end is `EVER.first` or `EVER.last`.
   * An undated event begins after it ends, so that it touches no range.
   */
  days(end: "start" | "end"): Int32Array {
    return this.once(`days ${end}`, () => this.ofDates(Int32Array, (date) => dayOfEnd(date, end)));
  }

  /** 1 for events without a date. */
  get undated(): Uint8Array {
    return this.once("undated", () => this.ofDates(Uint8Array, (date) => Number((date ?? UNDATED)![0] === null)));
  }

  /** What each event's date is, as a place in `DATE_KINDS`. */
  get dateKinds(): Uint8Array {
    return this.once("date kinds", () => this.ofDates(Uint8Array, kindOf));
  }

  /** 1 for events with a place on the map. */
  get located(): Uint8Array {
    return this.once("located", () => {
      const [spots, unlocated] = [this.spots.codes, this.values("geo_precision").indexOf("unlocated")];
      const precision = this.codes("geo_precision");
      const found = new Uint8Array(this.length);
      for (let row = 0; row < this.length; row += 1) if (spots[row] !== 0 && precision[row] !== unlocated) found[row] = 1;
      return found;
    });
  }

  get retracted(): Uint8Array {
    return this.once("retracted", () => this.mask("status", (status) => status === "retracted"));
  }

  /** 1 for events whose cell passes the test, which is asked once of each distinct value. */
  mask<K extends CodedColumn>(column: K, test: (value: EventRow[K]) => boolean): Uint8Array {
    const passes = Uint8Array.from(this.values(column), (value) => Number(test(value)));
    const codes = this.codes(column);
    const found = new Uint8Array(this.length);
    for (let row = 0; row < this.length; row += 1) found[row] = passes[codes[row]!]!;
    return found;
  }

  get spots(): Spots {
    return this.once("spots", () => {
      const { scale, codes, lon, lat } = this.packed.spots;
      const degrees = (ints: Int32Array): Float64Array => {
        const found = new Float64Array(ints.length + 1).fill(NaN);
        ints.forEach((one, at) => (found[at + 1] = one / scale));
        return found;
      };
      return { codes: this.bytes.codes(codes), lon: degrees(this.bytes.numbers(lon)), lat: degrees(this.bytes.numbers(lat)) };
    });
  }

  /** Degrees east of the spots as they stand on the map, which may be cut open elsewhere than at the antimeridian. */
  get eastings(): Float64Array {
    return this.once("eastings", () => this.spots.lon.map((one) => (this.seam !== undefined && one < this.seam ? one + 360 : one)));
  }

  /** Degrees as they stand on the map, a figure an event; NaN where it has no place there. */
  get lon(): Float64Array {
    return this.once("lon", () => spread(this.spots.codes, this.eastings));
  }

  get lat(): Float64Array {
    return this.once("lat", () => spread(this.spots.codes, this.spots.lat));
  }

  /** What is drawn of each event: an index into the payload's shapes, -1 for a plain point or nothing. */
  get shapes(): Int32Array {
    return this.once("shapes", () => this.bytes.numbers(this.packed.shapes));
  }

  /** Rows of reports: those of event `row` are `starts[row]` up to `starts[row + 1]`, each with its source's index or -1. */
  get reports(): { starts: Uint32Array; sources: Int32Array } {
    return this.once("reports", () => {
      const { counts, sources } = this.packed.reports;
      const starts = new Uint32Array(this.length + 1);
      this.bytes.codes(counts).forEach((count, row) => (starts[row + 1] = starts[row]! + count));
      return { starts, sources: this.bytes.numbers(sources) };
    });
  }

  /** What each report says in a column, its event's cell where it says nothing of its own: `values[codes[report]]`. */
  reportCodes<K extends (typeof AS_EVENT)[number]>(column: K): { codes: Uint32Array; values: readonly EventRow[K][] } {
    return this.once(`reports ${column}`, () => {
      const { starts } = this.reports;
      const ofEvents = this.codes(column);
      const codes = new Uint32Array(this.packed.reports.length);
      for (let row = 0; row < this.length; row += 1) codes.fill(ofEvents[row]!, starts[row], starts[row + 1]);
      const values = this.values(column);
      const own = this.told(column);
      own.rows.forEach((report, at) => (codes[report] = values.length + own.codes[at]!));
      return { codes, values: [...values, ...(own.values.all() as EventRow[K][])] };
    });
  }

  /** The values that some reports have of their own in a column of text, and the events of these reports. */
  ownOfReports(column: (typeof AS_EVENT)[number]): { rows: Uint32Array; codes: Codes; values: Values<unknown> } {
    const own = this.told(column);
    return { rows: Uint32Array.from(own.rows, (report) => this.eventOf(report)), codes: own.codes, values: own.values };
  }

  /** The event to which a report belongs. */
  eventOf(report: number): number {
    const { starts } = this.reports;
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle + 1]! <= report) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A column of codes by its name; undefined where it is read chunk by chunk, or there is none. */
  coded(column: string): Column<unknown> | undefined {
    return this.columns.get(column);
  }

  /** The same of a report's column. */
  codedOfReports(column: string): Column<unknown> | undefined {
    return this.reportColumns.get(column);
  }

  // Cells

  private read(column: string, row: number): unknown {
    const at = DATED.indexOf(column as "date");
    if (at !== -1) return (this.dates.at(row) ?? UNDATED)![at];
    switch (column) {
      case "number":
        return row + 1;
      case "title":
        return this.columns.get("title")?.at(row) ?? this.read("id", row);
      case "label_lon":
      case "label_lat": {
        const spot = this.spots.codes[row]!;
        return spot === 0 ? null : this.spots[column === "label_lon" ? "lon" : "lat"][spot];
      }
      case "shape":
        return this.shapes[row];
      case "reports":
        return this.reportsOf(row);
      case "extra":
        return this.extraOf(row);
      default:
        return this.cold.has(column) ? this.cold.at(column, row) : (this.columns.get(column)?.at(row) ?? null);
    }
  }

  private extraOf(row: number): Record<string, string> | null {
    const cells = this.packed.extra.map((name) => [name, this.read(`extra:${name}`, row)]).filter(([, text]) => text !== null);
    return cells.length > 0 ? (Object.fromEntries(cells) as Record<string, string>) : null;
  }

  private reportsOf(row: number): Report[] {
    const known = this.remembered.get(row);
    if (known) return known;
    const { starts } = this.reports;
    const found: Report[] = [];
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) found.push(this.report(row, at));
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.set(row, found);
    return found;
  }

  /** What a report says; where it says nothing of its own, what its event says. Its words are read when asked for. */
  private report(row: number, at: number): Report {
    const own = <T>(name: string, event: () => T): T => {
      const told = this.told(name).at(at);
      return told === undefined ? event() : (told as T);
    };
    const date = own<Dated>("dates", () => this.dates.at(row)) ?? UNDATED;
    const words = <T>(name: string): T => this.words(name, at) as T;
    const isHere = (): boolean => this.coldReports.isHere(at);
    return {
      event_id: own("event_id", () => this.get("id", row)),
      source: this.reports.sources[at] ?? -1,
      protected: this.words("protected", at),
      ...Object.fromEntries(AS_EVENT.map((name) => [name, own(name, () => this.get(name, row))])),
      ...Object.fromEntries(DATED.map((name, i) => [name, date![i]])),
      get quote() {
        return words<Text>("quote");
      },
      get unread() {
        return !isHere();
      },
      get spans() {
        return words<[number, number][] | null>("spans") ?? [];
      },
      get place_spans() {
        return words<[number, number][] | null>("place_spans") ?? [];
      },
    } as Report;
  }

  private words(name: string, at: number): unknown {
    return this.coldReports.has(name) ? this.coldReports.at(name, at) : (this.reportColumns.get(name)?.at(at) ?? null);
  }

  private told(name: string): Differing {
    let found = this.differing.get(name);
    if (!found) {
      const packed = this.packed.reports.differing[name];
      found = packed
        ? new Differing(this.bytes.codes(packed[0]), this.bytes.codes(packed[1]), this.bytes.values(packed[2]))
        : new Differing(new Uint8Array(0), new Uint8Array(0), new Values(new Uint8Array(0), 0, 0, []));
      this.differing.set(name, found);
    }
    return found;
  }

  /** One figure a row, from what each distinct date gives. */
  private ofDates<T extends Int32Array | Uint8Array>(kind: new (length: number) => T, read: (date: Dated) => number): T {
    const figures = this.dates.values.all().map(read);
    const found = new kind(this.length);
    const { codes } = this.dates;
    for (let row = 0; row < this.length; row += 1) found[row] = figures[codes[row]!]!;
    return found;
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.made.has(name)) this.made.set(name, make());
    return this.made.get(name) as T;
  }
}

/** Columns that are made of others. */
const DERIVED = ["id", "title", "number", ...DATED, "label_lon", "label_lat", "shape", "reports", "extra"];

/** What some rows of reports say of their own. */
class Differing {
  constructor(readonly rows: Codes, readonly codes: Codes, readonly values: Values<unknown>) {}

  /** Undefined where the row says what its event does. */
  at(row: number): unknown {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return this.rows[low] === row ? this.values.at(this.codes[low]!) : undefined;
  }
}

/** What a date may be: a day, a longer period that one word names, a time throughout, one of some days, each of some, none. */
export const DATE_KINDS = ["day", "period", "span", "one_of", "all_of", "none"] as const;

function kindOf(date: Dated): number {
  const [, kind, precision] = date ?? UNDATED!;
  if (kind === "date") return DATE_KINDS.indexOf(precision === "day" ? "day" : "period");
  return DATE_KINDS.indexOf((kind ?? "none") as "none");
}

function dayOfEnd(date: Dated, end: "start" | "end"): number {
  const [text, , , start, last] = date ?? UNDATED!;
  if (text === null) return end === "start" ? EVER.last : EVER.first;
  const day = dayNumber((end === "start" ? start : last) as Text);
  return day ?? (end === "start" ? EVER.first : EVER.last);
}

function spread(codes: Codes, figures: Float64Array): Float64Array {
  const found = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) found[row] = figures[codes[row]!]!;
  return found;
}

/** Names come out of tables, where `constructor` is as good as any. */
export function hasOwn(object: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, name);
}
