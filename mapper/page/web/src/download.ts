/**
 * The events as files, made in the page: the same properties and columns, in the same order, as `mapper export`
 * writes (docs/formats.md). Points are whole; areas and lines are as fine as the map draws them, and the GeoJSON
 * says so.
 */
import { geometryOf, oriented, wkt } from "./geojson";
import type { Geometry } from "./geojson";
import type { EventTable, Payload, Report } from "./payload";

export const FORMATS = { geojson: "application/geo+json", csv: "text/csv" } as const;

export type Format = keyof typeof FORMATS;

type Properties = Record<string, unknown>;

const FULL_NOTE = "Made with the profile full: it holds what is kept from readers of the published map. Not for publication. ";

// Rows at a time: between them the page goes on.
const STRETCH = 500;

/**
 * The text of a file with these rows, by id, piece by piece. `all` is how many there are, where these are a choice of
 * them. The page stays free: it pauses after each piece, and its quotes are read as they are needed.
 */
export async function* fileOf(format: Format, payload: Payload, events: EventTable, rows: Uint32Array, all?: number): AsyncGenerator<string> {
  const write = format === "csv" ? csv : geojson;
  yield write.head(payload, events, rows.length, all);
  const sorted = await byId(events, rows);
  for (let at = 0; at < sorted.length; at += STRETCH) {
    const some = sorted.slice(at, at + STRETCH);
    await events.fetch(some);
    yield some.map((row, i) => write.row(payload, events, row, at + i === 0)).join("");
    await pause();
  }
  yield write.end;
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}

/** Sorted in runs that are merged, so that a million rows don't hold up the page. */
async function byId(events: EventTable, rows: Uint32Array): Promise<number[]> {
  let runs: [id: string, row: number][][] = [];
  for (let at = 0; at < rows.length; at += 4 * STRETCH) {
    const run = Array.from(rows.subarray(at, at + 4 * STRETCH), (row): [string, number] => [events.get("id", row), row]);
    runs.push(run.sort(([a], [b]) => (a < b ? -1 : 1)));
    await pause();
  }
  while (runs.length > 1) {
    const next: typeof runs = [];
    for (let at = 0; at < runs.length; at += 2) next.push(await merged(runs[at]!, runs[at + 1] ?? []));
    runs = next;
  }
  return (runs[0] ?? []).map(([, row]) => row);
}

async function merged(one: [string, number][], other: [string, number][]): Promise<[string, number][]> {
  const found: [string, number][] = [];
  for (let i = 0, j = 0; i < one.length || j < other.length; ) {
    const first = j === other.length || (i < one.length && one[i]![0] < other[j]![0]);
    found.push(first ? one[i++]! : other[j++]!);
    if (found.length % 20_000 === 0) await pause();
  }
  return found;
}

interface Writer {
  head: (payload: Payload, events: EventTable, rows: number, all?: number) => string;
  row: (payload: Payload, events: EventTable, row: number, isFirst: boolean) => string;
  end: string;
}

/** `haiti-july-2024-shown.csv`. */
export function fileName(title: string, ending: string): string {
  const words = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return `${words.join("-").slice(0, 60) || "events"}${ending}`;
}

const geojson: Writer = {
  head: (payload, _, rows, all) => `${json(headOf(payload, rows, all)).slice(0, -1)}, "features": [`,
  row: (payload, events, row, isFirst) => `${isFirst ? "" : ","}\n${json(featureOf(payload, events, row))}`,
  end: "\n]}\n",
};

function headOf(payload: Payload, rows: number, all?: number): Properties {
  return {
    type: "FeatureCollection",
    name: payload.title,
    licence: payload.licence ?? null,
    sources: payload.sources.map((source) => ({
      source_id: source.id,
      title: source.title,
      author: source.author,
      publisher: source.publisher,
      date_published: source.date_published,
      original: source.original,
      original_date: source.original_date,
      language: source.language,
      url: source.url,
      archived_url: source.archived_url,
      retrieved_on: source.retrieved_on,
      sha256: source.sha256,
      reliability: source.reliability,
      licence: source.licence,
    })),
    note: `${payload.full ? FULL_NOTE : ""}Saved from the map page. Points are as coded; areas and lines as the page draws them, to ${1 / payload.base.scale} degrees.`,
    ...(all === undefined ? {} : { selection: { shown: rows, all } }),
  };
}

function featureOf(payload: Payload, events: EventTable, row: number): Properties {
  const geometry = geometryOf(events, payload.shapes, payload.base, row);
  const properties = propertiesOf(payload, events, row);
  if (!events.get("extra", row)) delete properties["extra"];
  return { type: "Feature", id: events.get("id", row), geometry: geometry && oriented(geometry), properties };
}

/** As `mapper/formats/properties.py` has them. */
const PROPERTIES = [
  "event_type", "sub_event_type", "occurrence", "title", "status", "reason", "date", "date_start", "date_end", "when", "place",
  "place_id", "place_text", "geo_precision", "radius_m", "geometry_note", "coarsened_to", "label_point", "label_point_is",
  "country", "admin1", "admin1_pcode", "admin2", "admin2_pcode", "actor1", "assoc_actor_1", "actor2", "assoc_actor_2",
  "fatalities_low", "fatalities_best", "fatalities_high", "fatalities_text", "credibility", "notes", "reports", "extra",
] as const;

/** With translations right after what they translate. */
function propertyNames(events: EventTable): string[] {
  return PROPERTIES.flatMap((name) => (name === "title" || name === "notes" ? [name, ...events.translationColumns(name)] : [name]));
}

function propertiesOf(payload: Payload, events: EventTable, row: number): Properties {
  const [lon, lat] = [events.get("label_lon", row), events.get("label_lat", row)];
  const made: Properties = {
    when: when(events, row),
    label_point: lon === null || lat === null ? null : [lon, lat],
    reports: events.get("reports", row).map((report) => reportOf(payload, report)),
  };
  return Object.fromEntries(propertyNames(events).map((name) => [name, name in made ? made[name] : events.cell(name, row)]));
}

function when(events: EventTable, row: number): unknown {
  const timespans = events.timespans(row);
  return timespans && { timespans };
}

function reportOf({ sources }: Payload, report: Report): Properties {
  const source = sources[report.source];
  return {
    event_id: report.event_id,
    source_id: source?.id ?? null,
    source_title: source?.title ?? null,
    date_published: source?.date_published ?? null,
    url: source?.url ?? null,
    archived_url: source?.archived_url ?? null,
    file: source?.file ?? null,
    reliability: source?.reliability ?? null,
    credibility: report.credibility,
    quote: report.quote,
    spans: report.spans,
    date: report.date,
    event_type: report.event_type,
    sub_event_type: report.sub_event_type,
    occurrence: report.occurrence,
    place: report.place,
    place_text: report.place_text,
    geo_precision: report.geo_precision,
    actor1: report.actor1,
    assoc_actor_1: report.assoc_actor_1,
    actor2: report.actor2,
    assoc_actor_2: report.assoc_actor_2,
    fatalities_low: report.fatalities_low,
    fatalities_best: report.fatalities_best,
    fatalities_high: report.fatalities_high,
    fatalities_text: report.fatalities_text,
    ...(report.protected ? { protected: report.protected } : {}),
  };
}

/** Columns that stand in the CSV in place of a property, or before it. */
const INSTEAD: Record<string, string[]> = {
  label_point: ["latitude", "longitude", "label_latitude", "label_longitude"],
  reports: ["source_id", "quote", "url", "WKT", "reports"],
};

const DEGREES = new Set(INSTEAD["label_point"]);

const csv: Writer = {
  head: (_, events) => line(headerOf(events)),
  row: (payload, events, row) => {
    const cells = cellsOf(events.get("id", row), propertiesOf(payload, events, row), geometryOf(events, payload.shapes, payload.base, row));
    return line(headerOf(events).map((name) => cell(name, cells[name])));
  },
  end: "",
};

function headerOf(events: EventTable): string[] {
  return ["event_id", ...propertyNames(events).flatMap((name) => INSTEAD[name] ?? [name])];
}

function line(cells: readonly string[]): string {
  return `${cells.map(quoted).join(",")}\n`;
}

function cellsOf(event_id: string, properties: Properties, geometry: Geometry | null): Properties {
  const [head] = properties["reports"] as Properties[];
  const [label_longitude, label_latitude] = (properties["label_point"] as number[] | null) ?? [];
  const [longitude, latitude] = geometry?.type === "Point" ? geometry.coordinates : [];
  const of = { source_id: head?.["source_id"], quote: head?.["quote"], url: head?.["url"] };
  return { ...properties, ...of, event_id, latitude, longitude, label_latitude, label_longitude, WKT: geometry && wkt(geometry) };
}

function cell(name: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return json(value);
  if (typeof value === "number") return DEGREES.has(name) ? float(value) : String(value);
  return escapeFormula(String(value));
}

/** So that no spreadsheet program runs a text: an apostrophe before it, as `escape_formula` of `mapper/delimited.py`. */
export function escapeFormula(text: string): string {
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

/** A cell of CSV (RFC 4180). */
export function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Degrees as Python writes a float: `-72.0`, `5e-05`. */
function float(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  return Math.abs(value) < 1e-4 ? value.toExponential().replace(/e-(\d)$/, "e-0$1") : String(value);
}

/** JSON with the spaces that Python puts into it. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${json(one)}`).join(", ")}}`;
}
