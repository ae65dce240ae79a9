/**
 * The page's state in the address, behind the `#`, so that a link shows what its sender saw. The keys are a
 * contract (docs/page.md); links that people have shared keep working. What stands at its default is not written;
 * keys that this page doesn't know are kept as they are, and a value that makes no sense counts as absent.
 */
import { FACETS } from "./facets";
import type { Facet } from "./facets";
import type { Range } from "./filter";
import type { Order } from "./order";

export const TABS = ["source", "events", "table"] as const;

export type Tab = (typeof TABS)[number];

/** The middle of the map, in degrees, and its zoom. */
export interface View {
  lat: number;
  lon: number;
  zoom: number;
}

/** What a fragment says; null, empty and true where it says nothing. */
export interface Linked {
  event: string | null;
  tab: Tab | null;
  language: string | null;
  /** A source's id. */
  text: string | null;
  filters: Readonly<Record<Facet, readonly string[]>>;
  range: Range | null;
  undated: boolean;
  query: string;
  order: Order;
  view: View | null;
  layer: string | null;
  embed: boolean;
}

const KEYS: Record<Facet, string> = {
  event_type: "types",
  sub_event_type: "subtypes",
  actor: "actors",
  admin1: "departments",
  geo_precision: "precision",
  occurrence: "occurrence",
  source: "sources",
  credibility: "credibility",
};

const KNOWN = new Set(["event", "tab", "lang", "text", ...Object.values(KEYS), "from", "to", "undated", "q", "order", "view", "layer", "embed"]);

export function parseFragment(hash: string): Linked {
  const keys = new Map(segments(hash).map((segment) => split(segment)));
  const text = (key: string): string | null => decode(keys.get(key) ?? "") || null;
  return {
    event: text("event"),
    tab: TABS.find((one) => one === text("tab")) ?? null,
    language: text("lang"),
    text: text("text"),
    filters: Object.fromEntries(FACETS.map((facet) => [facet, listed(keys.get(KEYS[facet]))])) as unknown as Linked["filters"],
    range: readRange(text("from"), text("to")),
    undated: text("undated") !== "0",
    query: text("q") ?? "",
    order: text("order") === "time" ? "time" : "text",
    view: readView(text("view")),
    layer: text("layer"),
    embed: keys.has("embed") && text("embed") !== "0",
  };
}

/** The fragment that says this, and whatever else the given one says in keys that aren't the page's own. */
export function writeFragment(hash: string, linked: Linked): string {
  const { view, range } = linked;
  const own: [string, string | false | null][] = [
    ["event", linked.event && encode(linked.event)],
    ["tab", linked.tab],
    ["lang", linked.language && encode(linked.language)],
    ["text", linked.text && encode(linked.text)],
    ...FACETS.map((facet): [string, string | false] => [KEYS[facet], linked.filters[facet].length > 0 && linked.filters[facet].map(encode).join(",")]),
    ["from", range?.[0] ?? null],
    ["to", range?.[1] ?? null],
    ["undated", !linked.undated && "0"],
    ["q", linked.query !== "" && encode(linked.query)],
    ["order", linked.order !== "text" && linked.order],
    ["view", view && [view.lat, view.lon, view.zoom].join(",")],
    ["layer", linked.layer && encode(linked.layer)],
  ];
  const kept = segments(hash).filter((segment) => !KNOWN.has(split(segment)[0]));
  const said = own.filter(([, value]) => typeof value === "string").map(([key, value]) => `${key}=${String(value)}`);
  const all = [...kept, ...said, ...(linked.embed ? ["embed"] : [])];
  return all.length > 0 ? `#${all.join("&")}` : "";
}

/** As fine as an address keeps it: about a metre, and a hundredth of a zoom. */
export function roundView({ lat, lon, zoom }: View): View {
  const round = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;
  return { lat: round(lat, 5), lon: round(lon, 5), zoom: round(zoom, 2) };
}

function segments(hash: string): string[] {
  return hash.replace(/^#/, "").split("&").filter(Boolean);
}

function split(segment: string): [key: string, value: string] {
  const at = segment.indexOf("=");
  return at === -1 ? [decode(segment), ""] : [decode(segment.slice(0, at)), segment.slice(at + 1)];
}

/** Values one after the other; an empty one is a value too: "not stated". */
function listed(value: string | undefined): string[] {
  return value === undefined ? [] : [...new Set(value.split(",").map(decode))];
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}

/** Percent-encoded further than a fragment asks for: mail programs end a link at a bracket or an apostrophe. */
function encode(value: string): string {
  const whole = value.replace(/\p{Surrogate}/gu, "\ufffd");
  return encodeURIComponent(whole).replace(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function readRange(from: string | null, to: string | null): Range | null {
  const [first, last] = [day(from), day(to)];
  if (first === null && last === null) return null;
  return first !== null && last !== null && first > last ? [last, first] : [first, last];
}

function day(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

function readView(text: string | null): View | null {
  const [lat, lon, zoom, more] = (text ?? "").split(",").map((one) => (one.trim() === "" ? NaN : Number(one)));
  if (lat === undefined || lon === undefined || zoom === undefined || more !== undefined) return null;
  if (![lat, lon, zoom].every(Number.isFinite)) return null;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 540 && zoom >= 0 && zoom <= 24 ? roundView({ lat, lon, zoom }) : null;
}
