/**
 * Where, who and how many as sentences that say no more than the row does.
 */
import type { Mask } from "./filter";
import type { EventRow, EventTable, Report, Source } from "./payload";
import { plainDate } from "./dates";
import type { Words } from "./words";

/** "Gressier, Ouest, Haiti": from the place outwards, nothing twice. */
export function placeName(words: Words, events: EventTable, row: number): string {
  const columns = ["place", "admin2", "admin1", "country"] as const;
  const parts = columns.map((column) => events.said(column, row, words.language));
  const named = parts.filter((part): part is string => part !== null && part !== "");
  const unique = named.filter((part, at) => named.indexOf(part) === at);
  return unique.join(words.t("list.comma")) || events.get("place_text", row) || coordinates(words, events, row);
}

/** A spot that is known by its coordinates alone; anything vaguer has none. */
function coordinates(words: Words, events: EventTable, row: number): string {
  const [lat, lon] = [events.get("label_lat", row), events.get("label_lon", row)];
  if (events.get("geo_precision", row) !== "exact" || lat === null || lon === null) return words.t("where.none");
  return words.t("where.coordinates", { lat: lat.toFixed(4), lon: lon.toFixed(4) });
}

/** How exactly the place is known: "somewhere in this commune or district; the source says no more". */
export function precisionSentence(words: Words, events: EventTable, row: number): string {
  const radius = events.get("radius_m", row);
  const kept = protection(events, row);
  const name = kept === null || kept === "hidden" ? (events.get("geo_precision", row) ?? "unlocated") : kept;
  const key = radius !== null && words.has(`where.${name}.radius`) ? `where.${name}.radius` : `where.${name}`;
  const sentence = words.t(key, { radius: radius === null ? "" : distance(words, radius) });
  const note = events.get("geometry_note", row);
  return note ? words.t("where.note", { sentence, note }) : sentence;
}

export type Protection = "coarse" | "displaced" | "hidden";

/** What was done to an event's place to protect people; null where nothing was. */
export function protection(events: EventTable, row: number): Protection | null {
  if (events.get("coarsened_to", row) === null) return null;
  const precision = events.get("geo_precision", row) ?? "unlocated";
  return precision === "near" ? "displaced" : precision === "unlocated" ? "hidden" : "coarse";
}

/** How many events of a mask each kind of protection was given to. */
export function protections(events: EventTable, mask: Mask): Record<Protection, number> {
  const found = { coarse: 0, displaced: 0, hidden: 0 };
  const isKept = Uint8Array.from(events.values("coarsened_to"), (unit) => Number(unit !== null));
  if (!isKept.includes(1)) return found;
  const codes = events.codes("coarsened_to");
  for (let row = 0; row < mask.length; row += 1) {
    const kept = mask[row] === 1 && isKept[codes[row]!] === 1 && protection(events, row);
    if (kept) found[kept] += 1;
  }
  return found;
}

/** The same for readers, with how far the point can be from the truth; null where nothing was done. */
export function protectionSentence(words: Words, events: EventTable, row: number): string | null {
  const kept = protection(events, row);
  if (kept === null) return null;
  if (kept === "coarse") return words.t("where.coarsened", { unit: events.said("place", row, words.language) ?? events.get("coarsened_to", row) ?? "" });
  return words.t(`where.protected.${kept}`, { radius: distance(words, events.get("radius_m", row) ?? 0) });
}

export function distance(words: Words, metres: number): string {
  if (metres < 1000) return words.t("distance.m", { n: Math.round(metres) });
  return words.t("distance.km", { n: metres < 10000 ? Math.round(metres / 100) / 10 : Math.round(metres / 1000) });
}

type Actors = Pick<EventRow, "actor1" | "assoc_actor_1" | "actor2" | "assoc_actor_2">;

/** One line a side: the actor, and those with it. */
export function actorLines(words: Words, who: Actors): string[] {
  const first = side(words, who.actor1, who.assoc_actor_1);
  const second = side(words, who.actor2, who.assoc_actor_2);
  if (first && second) return [first, words.t("who.other", { actor: second })];
  return [first ?? (second && words.t("who.only_second", { actor: second }))].filter((line): line is string => !!line);
}

function side(words: Words, actor: string | null, associates: string | null): string | null {
  const others = words.list((associates ?? "").split(";").map((one) => one.trim()).filter(Boolean));
  if (actor && others) return words.t("who.with", { actor, others });
  return actor || others || null;
}

type Deaths = Pick<EventRow, "fatalities_low" | "fatalities_best" | "fatalities_high" | "fatalities_text">;

/** "3–5, best figure 4 (“dozens”)"; blank is not stated, and not stated is never 0. */
export function deathsSentence(words: Words, deaths: Deaths): string {
  const figure = deathsFigure(words, deaths);
  if (!deaths.fatalities_text) return figure ?? words.t("deaths.none");
  return words.t(figure ? "deaths.figure_words" : "deaths.words", { figure: figure ?? "", words: deaths.fatalities_text });
}

function deathsFigure(words: Words, deaths: Deaths): string | null {
  const { fatalities_low: low, fatalities_best: best, fatalities_high: high } = deaths;
  if (low !== null && high !== null && low !== high) {
    const between = words.t("deaths.between", { low, high });
    return best === null ? between : words.t("deaths.best", { range: between, best });
  }
  if (best === null) return oneSided(words, low, high);
  if (low !== null && low < best) return words.t("deaths.best_from", { best, low });
  if (high !== null && high > best) return words.t("deaths.best_to", { best, high });
  return words.number(best);
}

function oneSided(words: Words, low: number | null, high: number | null): string | null {
  if (low !== null && high === null) return words.t("deaths.at_least", { n: low });
  if (high !== null && low === null) return words.t("deaths.at_most", { n: high });
  return low === null ? null : words.number(low);
}

/** "Organization (OTR), The Spark, 2 September 2024". */
export function published(words: Words, source: Source): string {
  const when = source.date_published ? plainDate(words, source.date_published) : null;
  return [source.author, source.publisher, when].filter(Boolean).join(words.t("list.comma"));
}

/** The same, as short as a column of a table needs it: "The Spark, 2 September 2024". */
export function publisherOf(words: Words, source: Source): string {
  const when = source.date_published ? plainDate(words, source.date_published) : null;
  return [source.publisher ?? source.author ?? source.title, when].filter(Boolean).join(words.t("list.comma"));
}

/** "Source C, fairly reliable · report 3, possibly true". */
export function grading(words: Words, source: Source, credibility: string | null): string {
  const grades = [
    source.reliability && words.t("grade.source", { code: source.reliability, meaning: words.name("reliability", source.reliability) }),
    credibility && words.t("grade.report", { code: credibility, meaning: words.name("credibility", credibility) }),
  ];
  return grades.filter(Boolean).join(words.t("list.dot"));
}


export interface Difference {
  field: string;
  /** What each report says of it, in their order; "not stated" where one is silent. */
  values: string[];
}

/** Where several reports of an event don't say the same; `date` makes a report's date a sentence. */
export function differences(words: Words, reports: Report[], date: (report: Report) => string): Difference[] {
  const fields: Record<string, (report: Report) => string | null> = {
    occurrence: (report) => words.name("occurrence", report.occurrence),
    event_type: (report) => words.name("type", report.event_type),
    sub_event_type: (report) => report.sub_event_type && words.name("subtype", report.sub_event_type),
    date: (report) => report.date && date(report),
    place: (report) => report.place,
    geo_precision: (report) => report.geo_precision && words.name("precision", report.geo_precision),
    who: (report) => actorLines(words, report).join(words.t("list.semicolon")),
    deaths: (report) => deathsSentence(words, report),
  };
  const said = Object.entries(fields).map(([field, say]) => ({
    field,
    values: reports.map((report) => say(report) || words.t("card.not_stated")),
  }));
  return said.filter(({ values }) => new Set(values).size > 1);
}

/** What *Cite* copies: the words, who wrote them, where they can be read, and which event rests on them. */
export function citation(words: Words, source: Source, report: Report, retrieved: string | null): string {
  const lines = [
    report.quote && words.t("cite.quote", { quote: report.quote }),
    [source.title, published(words, source)].filter(Boolean).join(words.t("cite.stop")),
    source.original && words.t("source.original", { original: source.original }),
    source.url,
    source.archived_url && words.t("cite.archived", { address: source.archived_url }),
    retrieved && words.t("cite.retrieved", { date: retrieved }),
    words.t("cite.event", { id: report.event_id }),
  ];
  return lines.filter(Boolean).join("\n");
}

/** An address that may become a link: `http:` and `https:` alone. */
export function safeLink(address: string | null): string | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
