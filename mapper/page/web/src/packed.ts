/**
 * Events out of the bytes that Python packed (`mapper/page/packing.py`): a column is codes, one a row, and the distinct
 * values that they stand for. Codes become typed arrays and values texts when somebody first asks for them, so that a
 * table of a million rows opens at the cost of what is looked at.
 */
import { signal } from "@preact/signals";

/** `[part, start, count, width, is_delta, least]`: byte planes, the lowest bytes first. */
export type PackedInts = readonly [part: number, start: number, count: number, width: number, isDelta: number, least: number];

/** `[part, start, count, sizes]`: JSON lists of 2,048 values each. */
export type PackedValues = readonly [part: number, start: number, count: number, sizes: readonly number[]];

export type PackedColumn = readonly [PackedInts, PackedValues];

/** What the rows of reports that don't say the same as their event say instead. */
export type PackedDiffering = readonly [rows: PackedInts, codes: PackedInts, PackedValues];

export interface PackedReports {
  length: number;
  counts: PackedInts;
  sources: PackedInts;
  differing: Record<string, PackedDiffering>;
  columns: Record<string, PackedColumn>;
  cold: string[];
}

export interface PackedEvents {
  length: number;
  columns: Record<string, PackedColumn>;
  dates: PackedColumn;
  spots: { scale: number; codes: PackedInts; lon: PackedInts; lat: PackedInts };
  shapes: PackedInts;
  extra: string[];
  translations: Record<string, Record<string, PackedColumn>>;
  cold: string[];
  reports: PackedReports;
}

/** Codes, or other whole numbers from 0: as narrow as they can be. */
export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** The bytes of a part of the page, by name. */
export type ReadPart = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Rows, and values, that stand together. */
const CHUNK_BITS = 11;
export const CHUNK = 1 << CHUNK_BITS;

const utf8 = new TextDecoder();

/** Hot and warm: bytes that are there. */
export class Bytes {
  constructor(private readonly parts: readonly Uint8Array[]) {}

  codes([part, start, count, width, isDelta, least]: PackedInts): Codes {
    const bytes = this.parts[part] as Uint8Array;
    if (width === 1 && !isDelta && least === 0) return bytes.subarray(start, start + count);
    const numbers = this.numbers([part, start, count, width, isDelta, least]);
    let most = 0;
    for (const one of numbers) if (one > most) most = one;
    return most < 1 << 8 ? Uint8Array.from(numbers) : most < 1 << 16 ? Uint16Array.from(numbers) : new Uint32Array(numbers.buffer);
  }

  numbers([part, start, count, width, isDelta, least]: PackedInts): Int32Array<ArrayBuffer> {
    const bytes = this.parts[part] as Uint8Array;
    const found = new Int32Array(count);
    for (let plane = 0; plane < width; plane += 1) {
      const from = start + plane * count;
      const shift = 8 * plane;
      for (let at = 0; at < count; at += 1) found[at]! |= bytes[from + at]! << shift;
    }
    if (isDelta) {
      let last = least;
      // The sign is in the lowest bit.
      for (let at = 0; at < count; at += 1) found[at] = last += (found[at]! >>> 1) ^ -(found[at]! & 1);
    } else if (least !== 0) {
      for (let at = 0; at < count; at += 1) found[at]! += least;
    }
    return found;
  }

  values<T>([part, start, count, sizes]: PackedValues): Values<T> {
    return new Values<T>(this.parts[part] as Uint8Array, start, count, sizes);
  }

  column<T>([codes, values]: PackedColumn): Column<T> {
    return new Column<T>(() => this.codes(codes), this.values<T>(values));
  }
}

/** Distinct values, read 2,048 at a time. */
export class Values<T> {
  private readonly blocks: (T[] | undefined)[] = [];
  private readonly starts: number[] = [];

  constructor(private readonly bytes: Uint8Array, start: number, readonly length: number, private readonly sizes: readonly number[]) {
    let at = start;
    for (const size of sizes) {
      this.starts.push(at);
      at += size;
    }
  }

  at(code: number): T {
    return this.block(code >> CHUNK_BITS)[code & (CHUNK - 1)] as T;
  }

  all(): T[] {
    return this.sizes.length === 1 ? this.block(0) : this.sizes.flatMap((_, at) => this.block(at));
  }

  /** The code of a text; -1 where no row has it. Only the block that holds it is read. */
  codeOf(text: string): number {
    const needle = JSON.stringify(text);
    for (const at of this.sizes.keys()) {
      const block = this.blocks[at] as string[] | undefined;
      if (!block && !this.json(at).includes(needle)) continue;
      const found = (this.block(at) as unknown[]).indexOf(text);
      if (found !== -1) return at * CHUNK + found;
    }
    return -1;
  }

  /** The bytes of each block, JSON in UTF-8, to be handed on. */
  get blocksOfBytes(): Uint8Array<ArrayBuffer>[] {
    return this.sizes.map((size, at) => this.bytes.slice(this.starts[at], (this.starts[at] ?? 0) + size));
  }

  private block(at: number): T[] {
    return (this.blocks[at] ??= JSON.parse(this.json(at)) as T[]);
  }

  private json(at: number): string {
    const start = this.starts[at] ?? 0;
    return utf8.decode(this.bytes.subarray(start, start + (this.sizes[at] ?? 0)));
  }
}

export class Column<T> {
  private known: Codes | null = null;

  constructor(private readonly read: () => Codes, readonly values: Values<T>) {}

  get codes(): Codes {
    return (this.known ??= this.read());
  }

  at(row: number): T {
    return this.values.at(this.codes[row] ?? 0);
  }
}

// Chunks that nobody has looked at for so long are let go, if there are more than so many.
const KEPT = 64;
const KEPT_FOR = 30_000;

/**
 * Columns that come 2,048 rows at a time, each when somebody first asks for a row of it. Who asks within a component,
 * a computed or an effect is asked again once it has come.
 */
export class ColdColumns {
  private readonly chunks = new Map<number, { columns: unknown[][]; used: number }>();
  private readonly coming = new Map<number, Promise<void>>();
  private readonly arrived = signal(0);

  constructor(private readonly part: string, readonly names: readonly string[], private readonly length: number, private readonly read: ReadPart) {}

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Null as long as it hasn't come. */
  at(name: string, row: number): unknown {
    const chunk = this.chunks.get(row >> CHUNK_BITS);
    if (chunk) {
      chunk.used = Date.now();
      return chunk.columns[this.names.indexOf(name)]?.[row & (CHUNK - 1)] ?? null;
    }
    void this.arrived.value;
    void this.load(row >> CHUNK_BITS);
    return null;
  }

  /** Whether the row's chunk is here. */
  isHere(row: number): boolean {
    return this.names.length === 0 || this.chunks.has(row >> CHUNK_BITS);
  }

  /** Reads the chunks of these rows. */
  async fetch(rows: Iterable<number>): Promise<void> {
    if (this.names.length === 0) return;
    await Promise.all([...new Set([...rows].map((row) => row >> CHUNK_BITS))].map((at) => this.load(at)));
  }

  /** Every chunk in turn, a list a column, none of them kept: for a walk through all texts. */
  async *walk(): AsyncGenerator<{ first: number; columns: Record<string, unknown[]> }> {
    for (let at = 0; this.names.length > 0 && at * CHUNK < this.length; at += 1) {
      const columns = this.chunks.get(at)?.columns ?? (await this.decoded(at));
      yield { first: at * CHUNK, columns: Object.fromEntries(this.names.map((name, i) => [name, columns[i] ?? []])) };
    }
  }

  /** Every chunk in turn as its bytes, to be handed on: JSON in UTF-8, a list a column in the order of `names`. */
  async *bytes(): AsyncGenerator<{ first: number; bytes: Uint8Array<ArrayBuffer> }> {
    for (let at = 0; this.names.length > 0 && at * CHUNK < this.length; at += 1)
      yield { first: at * CHUNK, bytes: await this.read(`${this.part}-${at}`) };
  }

  private load(at: number): Promise<void> {
    if (this.chunks.has(at)) return Promise.resolve();
    const known = this.coming.get(at);
    if (known) return known;
    const promise = this.decoded(at).then((columns) => {
      this.chunks.set(at, { columns, used: Date.now() });
      this.coming.delete(at);
      // Many that were asked for together are told of once.
      if (this.coming.size === 0) {
        this.letGo();
        this.arrived.value += 1;
      }
    });
    this.coming.set(at, promise);
    return promise;
  }

  private async decoded(at: number): Promise<unknown[][]> {
    return JSON.parse(utf8.decode(await this.read(`${this.part}-${at}`))) as unknown[][];
  }

  private letGo(): void {
    const now = Date.now();
    for (const [at, { used }] of this.chunks) {
      if (this.chunks.size <= KEPT) return;
      if (now - used > KEPT_FOR) this.chunks.delete(at);
    }
  }
}

/** Reads a part out of the page's element of that name, as soon as the browser has got so far. */
export async function partOfPage(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const element = document.getElementById(name) ?? (await parsed(), document.getElementById(name));
  return inflate(bytesOf(element?.textContent ?? ""));
}

function parsed(): Promise<void> {
  return new Promise((done) => {
    if (document.readyState !== "loading") done();
    else document.addEventListener("DOMContentLoaded", () => done(), { once: true });
  });
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64) return fromBase64.call(Uint8Array, base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  void writer.write(bytes);
  void writer.close();
  // Read piece by piece: a `Response` would take what there is through another thread, and the page waits for it.
  const reader = stream.readable.getReader();
  const pieces: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value);
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let end = 0;
  for (const one of pieces) {
    whole.set(one, end);
    end += one.length;
  }
  return whole;
}
