/**
 * What each source reports, and the words of it on which events rest.
 */
import type { Passage, Run } from "./passages";
import type { EventTable, Report } from "./payload";

export interface Reported {
  row: number;
  report: Report;
}

/** What a source reports, in the order of the events' numbers; retractions last. */
export function reportsOf(events: EventTable, source: number): Reported[] {
  const { reports, rows } = reportRows(events, source);
  return Array.from(reports, (report, at) => reported(events, report, rows[at]!));
}

/** The same as rows of reports, and of the events to which they belong. */
export function reportRows(events: EventTable, source: number): { reports: Uint32Array; rows: Uint32Array } {
  const all = rowsBySource(events).subarray(...span(events, source));
  const isRetracted = (report: number): boolean => events.isRetracted(events.eventOf(report));
  const reports = all.some(isRetracted) ? Uint32Array.from([...all.filter((one) => !isRetracted(one)), ...all.filter(isRetracted)]) : all;
  return { reports, rows: reports.map((report) => events.eventOf(report)) };
}

/** One report, by its row and its event's. */
export function reported(events: EventTable, report: number, row: number): Reported {
  return { row, report: events.get("reports", row)[report - events.reports.starts[row]!]! };
}

/** How many reports each source has. */
export function reportCounts(events: EventTable): Uint32Array {
  return indexOf(events).counts;
}

function rowsBySource(events: EventTable): Uint32Array {
  return indexOf(events).reports;
}

function span(events: EventTable, source: number): [from: number, to: number] {
  const { starts } = indexOf(events);
  return [starts[source] ?? 0, starts[source + 1] ?? 0];
}

interface Index {
  /** Rows of reports, source after source, and where each source's begin. */
  reports: Uint32Array;
  starts: Uint32Array;
  counts: Uint32Array;
}

const known = new WeakMap<EventTable, Index>();

function indexOf(events: EventTable): Index {
  const found = known.get(events) ?? sortedBySource(events);
  known.set(events, found);
  return found;
}

function sortedBySource({ reports: { sources }, reports, length }: EventTable): Index {
  const all = reports.starts[length] ?? 0;
  let most = -1;
  for (let at = 0; at < all; at += 1) if (sources[at]! > most) most = sources[at]!;
  const counts = new Uint32Array(most + 1);
  for (let at = 0; at < all; at += 1) counts[sources[at]!]! += 1;
  const starts = new Uint32Array(most + 2);
  counts.forEach((count, source) => (starts[source + 1] = starts[source]! + count));
  const next = starts.slice();
  const sorted = new Uint32Array(all);
  for (let at = 0; at < all; at += 1) sorted[next[sources[at]!]!++] = at;
  return { reports: sorted, starts, counts };
}

export function passages(reports: Reported[]): Passage[] {
  return reports.map(({ row, report }) => ({ row, spans: report.spans, places: report.place_spans }));
}

/** The events whose passage doesn't go on in the next run. */
export function ending(run: Run, next: Run | undefined): number[] {
  return run.rows.filter((row) => !next?.rows.includes(row));
}

// A line that is no sentence of the story: the paper's name, a motto, the headline, the day.
const SHORT = 140;

/**
 * How many paragraphs stand before the story, as a paper's head does: short, and no event rests on them. They are
 * set small, so that the story begins in sight. Where all are short, none is taken for a head.
 */
export function imprintLines(paragraphs: Run[][]): number {
  const begins = paragraphs.findIndex(
    (runs) => runs.some((run) => run.rows.length > 0) || runs.flatMap((run) => run.pieces).reduce((sum, { text }) => sum + text.length, 0) > SHORT,
  );
  return Math.max(0, begins);
}

/** Each quote once, with every event that rests on it. */
export function quotes(reports: Reported[]): Run[] {
  const runs = new Map<string, Run>();
  for (const { row, report } of reports) {
    if (!report.quote) continue;
    const run = runs.get(report.quote) ?? { rows: [], pieces: quoted(report.quote, report.place_text) };
    run.rows.push(row);
    runs.set(report.quote, run);
  }
  return [...runs.values()];
}

/** A quote in pieces, the words that name its place apart. */
export function quoted(quote: string, places: string | null): Run["pieces"] {
  const words = (places ?? "").split(";").map((one) => one.trim()).filter(Boolean);
  const spans = words.map((one): [number, number] => [quote.indexOf(one), quote.indexOf(one) + one.length]);
  const found = spans.filter(([from]) => from >= 0).sort(([a], [b]) => a - b);
  const cut: Run["pieces"] = [];
  let at = 0;
  for (const [from, to] of found) {
    if (from < at) continue;
    cut.push({ text: quote.slice(at, from), place: false }, { text: quote.slice(from, to), place: true });
    at = to;
  }
  return [...cut, { text: quote.slice(at), place: false }].filter((piece) => piece.text !== "");
}
