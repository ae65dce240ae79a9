/**
 * A source text cut into runs, so that every word is shown once and each run knows which events it speaks of.
 * Passages may share words, nest and overlap: the text is cut wherever one of them begins or ends.
 */

/** One report's place in the text: half-open spans in Unicode code points. */
export interface Passage {
  row: number;
  spans: [number, number][];
  places: [number, number][];
}

export interface Piece {
  text: string;
  /** Whether these words name the place. */
  place: boolean;
}

/** Words next to each other that the same events rest on; `rows` is empty where none does. */
export interface Run {
  rows: number[];
  pieces: Piece[];
}

export type Paragraph = Run[];

/** The text in its paragraphs, in order, cut at the passages. */
export function segment(text: string, passages: Passage[]): Paragraph[] {
  const at = codeUnits(text);
  const cuts = passages.flatMap(({ row, spans, places }) => [
    ...spans.map(([from, to]) => ({ row, from: at(from), to: at(to), place: false })),
    ...places.map(([from, to]) => ({ row, from: at(from), to: at(to), place: true })),
  ]);
  cuts.sort((a, b) => a.from - b.from);
  let [next, near]: [number, Cut[]] = [0, []];
  return paragraphs(text).map(([from, to]) => {
    while (next < cuts.length && cuts[next]!.from < to) near.push(cuts[next++]!);
    near = near.filter((cut) => cut.to > from);
    return runs(text, from, to, near);
  });
}

interface Cut {
  row: number;
  from: number;
  to: number;
  place: boolean;
}

/** `near` are the cuts that touch it, by where they begin. */
function runs(text: string, from: number, to: number, near: readonly Cut[]): Paragraph {
  const edges = new Set([from, to, ...near.flatMap((cut) => [cut.from, cut.to])]);
  const stops = [...edges].filter((stop) => stop >= from && stop <= to).sort((a, b) => a - b);
  const found: Run[] = [];
  let [next, over]: [number, Cut[]] = [0, []];
  stops.slice(0, -1).forEach((start, i) => {
    const end = stops[i + 1] ?? to;
    while (next < near.length && near[next]!.from <= start) over.push(near[next++]!);
    over = over.filter((cut) => cut.to >= end);
    const rows = [...new Set(over.filter((cut) => !cut.place).map((cut) => cut.row))].sort((a, b) => a - b);
    const piece = { text: text.slice(start, end), place: rows.length > 0 && over.some((cut) => cut.place) };
    const last = found.at(-1);
    if (last && String(last.rows) === String(rows)) last.pieces.push(piece);
    else found.push({ rows, pieces: [piece] });
  });
  return found;
}

/** Where paragraphs stand: a blank line parts them. */
function paragraphs(text: string): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  for (const gap of text.matchAll(/\r?\n[^\S\n]*\r?\n\s*/g)) {
    found.push([from, gap.index]);
    from = gap.index + gap[0].length;
  }
  found.push([from, text.length]);
  return found.filter(([start, end]) => text.slice(start, end).trim() !== "");
}

/** Python counts code points, a browser's strings UTF-16 units: one differs from the other after an emoji. */
function codeUnits(text: string): (codePoint: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (codePoint) => codePoint;
  const offsets: number[] = [];
  let unit = 0;
  for (const character of text) {
    offsets.push(unit);
    unit += character.length;
  }
  return (codePoint) => offsets[codePoint] ?? text.length;
}
