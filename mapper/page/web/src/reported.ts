/**
 * What each source reports, and the words of it on which events rest.
 */
import type { Passage, Run } from "./passages";
import type { Report } from "./payload";
import type { State } from "./state";

export interface Reported {
  row: number;
  report: Report;
}

/** What a source reports, in the order of the events' numbers; retractions too. */
export function reportsOf({ accepted, retracted, events }: Pick<State, "accepted" | "retracted" | "events">, source: number): Reported[] {
  return [...accepted, ...retracted].flatMap((row) =>
    events.get("reports", row).filter((report) => report.source === source).map((report) => ({ row, report })),
  );
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
    const run = runs.get(report.quote) ?? { rows: [], pieces: pieces(report.quote, report.place_text) };
    run.rows.push(row);
    runs.set(report.quote, run);
  }
  return [...runs.values()];
}

function pieces(quote: string, places: string | null): Run["pieces"] {
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
