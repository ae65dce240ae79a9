/**
 * Finds the rows that have some words, in texts that were folded beforehand: a distinct value is looked through once,
 * however many rows have it. Knows bytes, rows and words alone, so that it can run beside the page.
 */
import { fold, wordsOf } from "./folding";
import { wanted } from "./search";

/** A column: cell `i` holds the value `codes[i]` and belongs to row `rows[i]`, or to row `i`. */
export interface FoundColumn {
  codes: Uint8Array | Uint16Array | Uint32Array;
  /** The distinct values, each a text, several, or null: JSON lists in UTF-8. */
  blocks: Uint8Array[];
  rows: Uint32Array | null;
}

/** Texts, one or more a row: JSON lists in UTF-8, of which those at the places `lists` count. */
export interface FoundTexts {
  bytes: Uint8Array;
  lists: number[];
  /** The row of each place in a list. */
  rows: Uint32Array;
}

// A bit a word; more words than that nobody types.
const MOST_WORDS = 31;

// So many rows, or values, between two looks at the clock.
const STRIDE = 2048;

const utf8 = new TextDecoder();

interface Known {
  column: FoundColumn;
  folded: string[];
}

export class Finder {
  private readonly columns: Known[] = [];
  private readonly texts: (string | undefined)[];

  constructor(private readonly length: number) {
    this.texts = new Array<string | undefined>(length);
  }

  /** Takes in a column; each step may be the last for a while. */
  *addColumn(column: FoundColumn): Generator<void> {
    const folded: string[] = [];
    for (const block of column.blocks) {
      for (const value of JSON.parse(utf8.decode(block)) as unknown[]) folded.push(foldedValue(value));
      yield;
    }
    this.columns.push({ column, folded });
  }

  *addTexts({ bytes, lists, rows }: FoundTexts): Generator<void> {
    const all = JSON.parse(utf8.decode(bytes)) as unknown[][];
    yield;
    for (const list of lists) {
      all[list]?.forEach((text, at) => {
        if (typeof text !== "string" || text === "") return;
        const row = rows[at]!;
        const known = this.texts[row];
        this.texts[row] = known === undefined ? ` ${fold(text)}` : `${known}\n ${fold(text)}`;
      });
      yield;
    }
  }

  /** 1 for each row in which every word is found, in whichever of its texts; null where nothing is looked for. */
  *find(query: string): Generator<void, Uint8Array<ArrayBuffer> | null> {
    const words = wordsOf(query).map(wanted).slice(0, MOST_WORDS);
    if (words.length === 0) return null;
    const all = 2 ** words.length - 1;
    const has = new Uint32Array(this.length);
    for (const { column, folded } of this.columns) yield* mark(has, column, folded, words);
    const found = new Uint8Array(this.length);
    for (let row = 0; row < this.length; row += 1) {
      if (row % STRIDE === STRIDE - 1) yield;
      let bits = has[row]!;
      const text = this.texts[row];
      if (bits !== all && text !== undefined) bits |= bitsOf(text, words);
      if (bits === all) found[row] = 1;
    }
    return found;
  }
}

function* mark(has: Uint32Array, { codes, rows }: FoundColumn, folded: readonly string[], words: readonly string[]): Generator<void> {
  const bits = new Uint32Array(folded.length);
  let any = 0;
  for (let at = 0; at < folded.length; at += 1) {
    if (at % STRIDE === STRIDE - 1) yield;
    any |= bits[at] = folded[at] === "" ? 0 : bitsOf(folded[at]!, words);
  }
  if (any === 0) return;
  for (let at = 0; at < codes.length; at += 1) has[rows ? rows[at]! : at]! |= bits[codes[at]!]!;
  yield;
}

function bitsOf(text: string, words: readonly string[]): number {
  let bits = 0;
  for (let at = 0; at < words.length; at += 1) if (text.includes(words[at]!)) bits |= 1 << at;
  return bits;
}

function foldedValue(value: unknown): string {
  if (typeof value === "string") return ` ${fold(value)}`;
  return Array.isArray(value) ? value.map((one) => ` ${fold(String(one))}`).join("\n") : "";
}
