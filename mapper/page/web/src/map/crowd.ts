/**
 * Many events in one view, in pixels: where so many lie together that dots would hide one another there is a bubble
 * with their count, elsewhere a dot an event. Plain arithmetic on typed arrays: where a spot lies is known until the view
 * moves, so that another choice of rows is one walk over them. The same events in the same view give the same picture,
 * and nothing here knows of a map.
 */
import type { Codes } from "../packed";

/** Pixels across a cell of the grid that bubbles are gathered by; it hangs on the world, so that moving changes nothing. */
const CELL = 64;
/** Of dots that would stand on the same so many pixels one is drawn. */
const PIXEL = 2;
/** Cells with more than so many are bubbles, and those in which dots hide each other: so many a spot. */
const MOST = 56;
const SPOT = 5;
const HIDDEN = 2;
const LEAST = 9;
/** In a cell of few, events at one spot are a small bubble with their number. */
const SPARSE = 16;
const STACK = 9.5;
/** As near as this the pointer is on a dot. */
const NEAR = 8;

/** The part of the world that is seen: pixel `(x, y)` is `world * unit - origin`, `unit` in Web Mercator from 0 to 1. */
export interface View {
  world: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Events as they are gathered: for each row its spot, and its kind, by which it is coloured. */
export interface Crowded {
  spots: Codes;
  /** Web Mercator by spot, from 0 to 1; NaN for none. */
  x: Float64Array;
  y: Float64Array;
  kinds: Codes;
  kindCount: number;
}

export interface Bubble {
  x: number;
  y: number;
  radius: number;
  count: number;
  /** How many there are of each kind. */
  kinds: number[];
  /** Cells that it stands for; or the rows, where it is a few at one spot. */
  cells: number[];
  rows?: number[];
}

export interface Dot {
  row: number;
  x: number;
  y: number;
}

export class Crowd {
  bubbles: Bubble[] = [];
  dots: Dot[] = [];
  private view: View = { world: 1, x: 0, y: 0, width: 0, height: 0 };
  private mask: Uint8Array = new Uint8Array(0);
  private columns = 0;
  private cells = 0;
  private left = 0;
  private top = 0;
  /** The cell of each spot, the one after the last out of sight; and the rows of each spot: `rows[starts[spot]]` up to `starts[spot + 1]`. */
  private readonly cellOf: Int32Array;
  private readonly rows: Uint32Array;
  private readonly starts: Uint32Array;
  /** How many rows lie on each spot; the first spot of each cell, and after each spot the next of its cell; -1 ends. */
  private readonly here: Int32Array;
  private readonly next: Int32Array;
  private first = new Int32Array(0);
  private counts = new Int32Array(0);
  private bubbled = new Uint8Array(0);

  constructor(private readonly events: Crowded) {
    const spots = events.x.length;
    [this.cellOf, this.here, this.next] = [new Int32Array(spots), new Int32Array(spots), new Int32Array(spots)];
    [this.starts, this.rows] = bySpot(events.spots, spots);
  }

  /** Lays the rows whose `mask` is 1. */
  lay(view: View, mask: Uint8Array): void {
    if (!isSame(view, this.view)) this.look(view);
    this.mask = mask;
    const { spots, x, y, kinds, kindCount } = this.events;
    const { cells, cellOf, here, next } = this;
    const first = (this.first = new Int32Array(cells).fill(-1));
    const counts = (this.counts = new Int32Array(cells));
    // Out of sight is one more cell, of which nothing is asked: rows come without a pattern, and a branch would cost more.
    const ofKind = new Int32Array((cells + 1) * kindCount);
    here.fill(0);
    for (let row = 0; row < mask.length; row += 1) {
      const spot = spots[row]!;
      here[spot]! += mask[row]!;
      ofKind[cellOf[spot]! * kindCount + kinds[row]!]! += mask[row]!;
    }
    const places = new Int32Array(cells);
    const sumX = new Float64Array(cells);
    const sumY = new Float64Array(cells);
    const wide = Math.ceil(view.width / SPOT);
    const taken = new Uint8Array(wide * Math.ceil(view.height / SPOT));
    for (let spot = 0; spot < here.length; spot += 1) {
      const count = here[spot]!;
      const cell = cellOf[spot]!;
      if (count === 0 || cell === cells) continue;
      const atX = x[spot]! * view.world - view.x;
      const atY = y[spot]! * view.world - view.y;
      const place = ((atY / SPOT) | 0) * wide + ((atX / SPOT) | 0);
      if (taken[place] === 0) {
        taken[place] = 1;
        places[cell]! += 1;
      }
      counts[cell]! += count;
      sumX[cell]! += count * atX;
      sumY[cell]! += count * atY;
      next[spot] = first[cell]!;
      first[cell] = spot;
    }
    this.bubbled = new Uint8Array(cells);
    const bubbles: Bubble[] = [];
    for (let cell = 0; cell < cells; cell += 1) {
      const count = counts[cell]!;
      if (!(count > MOST || (count >= LEAST && count > HIDDEN * places[cell]!))) continue;
      this.bubbled[cell] = 1;
      const of = [...ofKind.subarray(cell * kindCount, (cell + 1) * kindCount)];
      bubbles.push({ x: sumX[cell]! / count, y: sumY[cell]! / count, radius: radiusOf(count), count, kinds: of, cells: [cell] });
    }
    this.bubbles = apart(bubbles);
    this.scatter();
  }

  /** Where each spot lies in this view. */
  private look(view: View): void {
    const { x, y } = this.events;
    const { world, width, height } = view;
    this.view = view;
    this.left = Math.floor(view.x / CELL);
    this.top = Math.floor(view.y / CELL);
    this.columns = Math.floor((view.x + width) / CELL) - this.left + 1;
    this.cells = this.columns * (Math.floor((view.y + height) / CELL) - this.top + 1);
    for (let spot = 0; spot < x.length; spot += 1) {
      const atX = x[spot]! * world - view.x;
      const atY = y[spot]! * world - view.y;
      const isIn = atX >= 0 && atY >= 0 && atX < width && atY < height;
      this.cellOf[spot] = isIn ? (Math.floor((atY + view.y) / CELL) - this.top) * this.columns + Math.floor((atX + view.x) / CELL) - this.left : this.cells;
    }
  }

  /** Rows under a pixel: those of a bubble, or the events of the spots right there. */
  under(x: number, y: number): { bubble: Bubble | null; rows: number[] } {
    // The larger ones are drawn first, the smaller ones above them.
    const bubble = [...this.bubbles].reverse().find((one) => Math.hypot(one.x - x, one.y - y) <= one.radius) ?? null;
    if (bubble) return { bubble, rows: this.rowsOf(bubble) };
    let [least, nearest] = [NEAR, -1];
    const around: number[] = [];
    for (const cell of this.cellsAround(x, y))
      this.each(cell, (row, atX, atY) => {
        const far = Math.hypot(atX - x, atY - y);
        if (far <= NEAR + PIXEL) around.push(row);
        if (far < least) [least, nearest] = [far, row];
      });
    if (nearest === -1) return { bubble: null, rows: [] };
    const [spotX, spotY] = this.at(nearest);
    const rows = around.filter((row) => {
      const [atX, atY] = this.at(row);
      return Math.abs(atX - spotX) <= PIXEL && Math.abs(atY - spotY) <= PIXEL;
    });
    return { bubble: null, rows: rows.sort((a, b) => a - b) };
  }

  /** Where a row is, in pixels of the view. */
  at(row: number): [x: number, y: number] {
    const { spots, x, y } = this.events;
    const spot = spots[row]!;
    return [x[spot]! * this.view.world - this.view.x, y[spot]! * this.view.world - this.view.y];
  }

  rowsOf({ cells, rows: known = [] }: Bubble): number[] {
    const rows = [...known];
    for (const cell of cells) this.each(cell, (row) => rows.push(row));
    return rows.sort((a, b) => a - b);
  }

  /** Whether these all lie on one spot, so that going nearer would not part them. */
  isOneSpot(rows: readonly number[]): boolean {
    const { spots } = this.events;
    return rows.every((row) => spots[row] === spots[rows[0] ?? 0]);
  }

  /** Dots, and small bubbles for the few at one spot, in the cells that aren't bubbles themselves. */
  private scatter(): void {
    const columns = Math.ceil(this.view.width / PIXEL);
    const taken = new Uint8Array(columns * Math.ceil(this.view.height / PIXEL));
    this.dots = [];
    for (let cell = 0; cell < this.counts.length; cell += 1) {
      if (this.bubbled[cell] === 1 || this.counts[cell] === 0) continue;
      const several = this.counts[cell]! <= SPARSE ? this.stack(cell) : null;
      this.each(cell, (row, x, y) => {
        const here = ((y / PIXEL) | 0) * columns + ((x / PIXEL) | 0);
        if (taken[here] === 1 || several?.has(this.events.spots[row]!)) return;
        taken[here] = 1;
        this.dots.push({ row, x, y });
      });
    }
  }

  /** Makes bubbles of the spots of a cell that have several events, and returns these spots. */
  private stack(cell: number): Set<number> {
    const rows = new Map<number, number[]>();
    this.each(cell, (row) => {
      const spot = this.events.spots[row]!;
      rows.set(spot, [...(rows.get(spot) ?? []), row]);
    });
    const several = [...rows].filter(([, at]) => at.length > 1);
    for (const [, at] of several) {
      const [x, y] = this.at(at[0]!);
      const kinds = new Array<number>(this.events.kindCount).fill(0);
      for (const row of at) kinds[this.events.kinds[row]!]! += 1;
      this.bubbles.push({ x, y, radius: STACK, count: at.length, kinds, cells: [], rows: at });
    }
    return new Set(several.map(([spot]) => spot));
  }

  private each(cell: number, call: (row: number, x: number, y: number) => void): void {
    const { x, y } = this.events;
    const { view, mask, rows, starts } = this;
    for (let spot = this.first[cell] ?? -1; spot !== -1; spot = this.next[spot]!) {
      const [atX, atY] = [x[spot]! * view.world - view.x, y[spot]! * view.world - view.y];
      for (let at = starts[spot]!; at < starts[spot + 1]!; at += 1) if (mask[rows[at]!] === 1) call(rows[at]!, atX, atY);
    }
  }

  private cellsAround(x: number, y: number): number[] {
    const found = new Set<number>();
    for (const dx of [-NEAR, NEAR])
      for (const dy of [-NEAR, NEAR]) {
        const column = Math.floor((x + dx + this.view.x) / CELL) - this.left;
        const row = Math.floor((y + dy + this.view.y) / CELL) - this.top;
        if (column >= 0 && column < this.columns && row >= 0) found.add(row * this.columns + column);
      }
    return [...found].filter((cell) => cell < this.counts.length && this.bubbled[cell] === 0);
  }
}

/** Rows sorted by their spot, and where each spot's begin. */
function bySpot(spots: Codes, count: number): [starts: Uint32Array, rows: Uint32Array] {
  const starts = new Uint32Array(count + 1);
  for (let row = 0; row < spots.length; row += 1) starts[spots[row]! + 1]! += 1;
  for (let spot = 0; spot < count; spot += 1) starts[spot + 1]! += starts[spot]!;
  const next = starts.slice();
  const rows = new Uint32Array(spots.length);
  for (let row = 0; row < spots.length; row += 1) rows[next[spots[row]!]!++] = row;
  return [starts, rows];
}

function isSame(a: View, b: View): boolean {
  return a.world === b.world && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function radiusOf(count: number): number {
  return 9 + 5.2 * Math.log10(count);
}

/** The larger bubbles first; one that would lie on a larger one goes into it. */
function apart(bubbles: Bubble[]): Bubble[] {
  const standing: Bubble[] = [];
  for (const one of bubbles.sort((a, b) => b.count - a.count)) {
    const over = standing.find((other) => Math.hypot(other.x - one.x, other.y - one.y) < (other.radius + one.radius) * 0.9);
    if (!over) standing.push(one);
    else {
      over.count += one.count;
      over.kinds = over.kinds.map((count, kind) => count + (one.kinds[kind] ?? 0));
      over.cells.push(...one.cells);
      over.radius = radiusOf(over.count);
    }
  }
  return standing;
}

/** Web Mercator from 0 to 1, as tiles have it, of degrees. */
export function mercator(lon: Float64Array, lat: Float64Array): { x: Float64Array; y: Float64Array } {
  const x = lon.map((one) => one / 360 + 0.5);
  const y = lat.map((one) => 0.5 - Math.asinh(Math.tan((Math.max(-85.0511, Math.min(85.0511, one)) * Math.PI) / 180)) / (2 * Math.PI));
  return { x, y };
}
