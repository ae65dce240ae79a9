/**
 * Where in an event's texts the words stand that a reader looks for.
 */
import { fold, foldWithOffsets, wordsOf } from "./folding";

export const FIELDS = ["place", "spelling", "actor", "quote", "notes", "title"] as const;

export type Field = (typeof FIELDS)[number];

export interface SearchedText {
  field: Field;
  text: string;
}

/** What can be found of one event. */
export type Searched = readonly SearchedText[];

export interface Piece {
  text: string;
  marked: boolean;
}

/** Where words were found: the part of a text around them. */
export interface Hit {
  field: Field;
  pieces: Piece[];
}

// So short a word would be found inside all kinds of others: it is looked for where words begin.
const SHORT = /^[a-z0-9]{1,2}$/;

const BEFORE = 36;
const WHOLE = 130;

/** As few of an event's texts as have all the words, each with the words marked. */
export function where(searched: Searched, query: string): Hit[] {
  let missing = wordsOf(query);
  const texts = searched.map((one) => ({ ...one, folded: ` ${fold(one.text)}` }));
  const whole = wanted(fold(query));
  const hits: Hit[] = [];
  while (missing.length > 0) {
    const scored = texts.map((one) => ({ one, score: score(one.folded, missing, whole) }));
    const best = scored.reduce((a, b) => (b.score > a.score ? b : a), { one: texts[0], score: 0 });
    if (!best.one || best.score === 0) break;
    const { field, text, folded } = best.one;
    hits.push({ field, pieces: snippet(text, query) });
    missing = missing.filter((word) => !folded.includes(wanted(word)));
  }
  return hits;
}

/** The text with the words in it marked, uncut. */
export function marked(text: string, query: string): Piece[] {
  return cut(text, spans(text, query), 0, text.length);
}

/** The text around the first of the words in it, cut between words. */
export function snippet(text: string, query: string): Piece[] {
  const found = spans(text, query);
  const first = found[0]?.[0] ?? 0;
  if (text.length <= WHOLE) return cut(text, found, 0, text.length);
  let from = Math.max(0, Math.min(first - BEFORE, text.length - WHOLE));
  let to = Math.min(text.length, Math.max(from + WHOLE, found[0]?.[1] ?? 0));
  if (from > 0) from = Math.min(first, behindSpace(text, from));
  if (to < text.length) to = Math.max(found[0]?.[1] ?? 0, text.lastIndexOf(" ", to) > from ? text.lastIndexOf(" ", to) : to);
  [from, to] = [beforePair(text, from), beforePair(text, to)];
  const pieces = cut(text, found, from, to);
  if (from > 0) pieces.unshift({ text: "… ", marked: false });
  if (to < text.length) pieces.push({ text: " …", marked: false });
  return pieces;
}

/** Where the words stand in the text: all of them together if they do, else each wherever it is. */
export function spans(text: string, query: string): [number, number][] {
  const folded = foldWithOffsets(text);
  const whole = places(folded.text, fold(query));
  const found = whole.length > 0 ? whole : wordsOf(query).flatMap((word) => places(folded.text, word));
  const original = found.map(([from, to]): [number, number] => [folded.from[from] ?? 0, folded.to[to - 1] ?? 0]);
  return joined(original.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
}

/** A word as it is looked for in a text that begins with a space. */
export function wanted(word: string): string {
  return SHORT.test(word) ? ` ${word}` : word;
}

function score(folded: string, missing: readonly string[], whole: string): number {
  const some = missing.filter((word) => folded.includes(wanted(word))).length;
  return some === 0 ? 0 : some + (folded.includes(whole) ? 0.5 : 0);
}

function places(folded: string, word: string): [number, number][] {
  const found: [number, number][] = [];
  if (word === "") return found;
  const short = SHORT.test(word);
  for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + word.length))
    if (!short || at === 0 || folded[at - 1] === " ") found.push([at, at + word.length]);
  return found;
}

function joined(found: [number, number][]): [number, number][] {
  const one: [number, number][] = [];
  for (const [from, to] of found) {
    const last = one.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else one.push([from, to]);
  }
  return one;
}

function cut(text: string, found: readonly [number, number][], from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  let at = from;
  for (const [start, end] of found) {
    if (start < at || start >= to) continue;
    pieces.push({ text: text.slice(at, start), marked: false }, { text: text.slice(start, Math.min(end, to)), marked: true });
    at = Math.min(end, to);
  }
  pieces.push({ text: text.slice(at, to), marked: false });
  return pieces.filter((piece) => piece.text !== "");
}

/** The first letter of the next word. */
function behindSpace(text: string, at: number): number {
  const space = text.slice(at).search(/\s/);
  return space === -1 ? at : at + space + 1;
}

/** A character of two units is never cut. */
function beforePair(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at;
}
