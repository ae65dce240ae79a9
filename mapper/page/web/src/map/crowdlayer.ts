/**
 * The canvas on which many events are drawn: bubbles with their count and, around it, what it is made of; dots, hollow
 * where only threatened or denied, dashed rings for *near*; tags with the count of areas and lines.
 */
import * as L from "leaflet";
import type { Box } from "../layout";
import { Crowd } from "./crowd";
import type { Bubble, Crowded, View } from "./crowd";
import { ViewCanvas } from "./viewcanvas";

const PANE = "mapper-crowd";
const FONT = "system-ui, sans-serif";
const TEXT = "#1a2530";
/** With more dots than this each is smaller. */
const DENSE = 1500;
const ON_PAPER = 3;
/** More rings than this would only grey the map. */
const MOST_RINGS = 300;

/** A kind of dot: its colour, and how it is drawn. */
export interface Look {
  colour: string;
  hollow: boolean;
  ring: boolean;
}

/** The count of an area's or a line's events, at its label point. */
export interface Tag {
  /** In Web Mercator, from 0 to 1. */
  at: readonly [x: number, y: number];
  count: number;
  colour: string;
  hollow: boolean;
}

/** What else it has to know of events. */
export interface Said {
  /** A figure in the reader's language. */
  number: (n: number) => string;
  /** How wide *near* is, in metres. */
  metres: (row: number) => number;
  latitude: (row: number) => number;
}

export class CrowdLayer extends ViewCanvas {
  private readonly crowd: Crowd;
  private mask: Uint8Array = new Uint8Array(0);
  private tags: readonly Tag[] = [];
  private placed: { box: Box; tag: Tag }[] = [];
  private lit: number | null = null;
  private sprites: { size: string; made: (HTMLCanvasElement | undefined)[] } = { size: "", made: [] };

  constructor(private readonly events: Crowded, private readonly looks: readonly Look[], private readonly said: Said) {
    super(PANE, "crowd", ON_PAPER);
    this.crowd = new Crowd(events);
  }

  /** The pane in which it stands. */
  static makePane(map: L.Map): void {
    const pane = map.createPane(PANE);
    pane.style.zIndex = "605";
    pane.style.pointerEvents = "none";
  }

  /** Rows to be drawn, `mask` being 1, and the areas' counts. */
  show(mask: Uint8Array, tags: readonly Tag[]): void {
    [this.mask, this.tags] = [mask, tags];
    this._update();
  }

  /** Draws it again, in other words or another light. */
  redraw(): void {
    this._update();
  }

  /** Lights a row up, or none. */
  light(row: number | null): void {
    if (this.lit === row) return;
    this.lit = row;
    this.paint();
  }

  /** The events under a point of the map's container. */
  under(point: L.Point): { bubble: Bubble | null; rows: number[] } {
    const at = this.inView(point);
    return at ? this.crowd.under(at.x, at.y) : { bubble: null, rows: [] };
  }

  /** The tag under a point of the map's container, by its place among the tags; -1 for none. */
  tagUnder(point: L.Point): number {
    const at = this.inView(point);
    const hit = at && this.placed.find(({ box }) => at.x >= box.left && at.x <= box.right && at.y >= box.top && at.y <= box.bottom);
    return hit ? this.tags.indexOf(hit.tag) : -1;
  }

  isOneSpot(rows: readonly number[]): boolean {
    return this.crowd.isOneSpot(rows);
  }

  /** The room that bubbles and tags take, in layer points. */
  boxes(): Box[] {
    const min = this.drawn?.min ?? L.point(0, 0);
    const bubbles = this.crowd.bubbles.map(({ x, y, radius }) => ({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }));
    return [...bubbles, ...this.placed.map(({ box }) => box)].map(({ left, top, right, bottom }) => ({
      left: left + min.x, top: top + min.y, right: right + min.x, bottom: bottom + min.y,
    }));
  }

  protected draw(map: L.Map, { min, max }: { min: L.Point; max: L.Point }): void {
    const origin = map.getPixelOrigin();
    const view = { world: 256 * 2 ** map.getZoom(), x: min.x + origin.x, y: min.y + origin.y, width: max.x - min.x, height: max.y - min.y };
    this.crowd.lay(view, this.mask);
    this.placeTags(view);
    this.paint();
  }

  private inView(point: L.Point): L.Point | null {
    return this.drawn && this._map ? this._map.containerPointToLayerPoint(point).subtract(this.drawn.min) : null;
  }

  private paint(): void {
    const sheet = this.sheet();
    if (!sheet) return;
    const { context, map, sharp } = sheet;
    this.paintRings(context, map);
    this.paintDots(context, sharp);
    for (const { box, tag } of this.placed) this.paintTag(context, box, tag);
    for (const bubble of this.crowd.bubbles) this.paintBubble(context, bubble);
    this.paintLit(context);
  }

  /** *Near* as wide as it is, where that is wider than its sign: the sign alone would claim too much. */
  private paintRings(context: CanvasRenderingContext2D, map: L.Map): void {
    const { kinds } = this.events;
    const equator = (40_075_017 / 256) * 2 ** -map.getZoom();
    let drawn = 0;
    context.setLineDash([7, 4]);
    context.lineWidth = 1.4;
    for (const { row, x, y } of this.crowd.dots) {
      const look = this.looks[kinds[row]!]!;
      const radius = look.ring ? this.said.metres(row) / (equator * Math.cos((this.said.latitude(row) * Math.PI) / 180)) : 0;
      if (radius < 9 || (drawn += 1) > MOST_RINGS) continue;
      circle(context, x, y, radius);
      context.fillStyle = look.hollow ? "#ffffff" : look.colour;
      context.globalAlpha = look.hollow ? 0.2 : 0.07;
      context.fill();
      context.globalAlpha = 0.75;
      context.strokeStyle = look.colour;
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  private paintDots(context: CanvasRenderingContext2D, sharp: number): void {
    const { dots } = this.crowd;
    const radius = dots.length > DENSE ? 3.4 : 4.6;
    const { kinds } = this.events;
    const made = this.spritesOf(radius, sharp);
    for (const dot of dots) {
      const kind = kinds[dot.row]!;
      const image = (made[kind] ??= sprite(this.looks[kind]!, radius, sharp));
      const side = image.width / sharp;
      context.drawImage(image, dot.x - side / 2, dot.y - side / 2, side, side);
    }
  }

  /** A dot of each kind, as far as it has been drawn in that size. */
  private spritesOf(radius: number, sharp: number): (HTMLCanvasElement | undefined)[] {
    const size = `${radius} ${sharp}`;
    if (this.sprites.size !== size) this.sprites = { size, made: [] };
    return this.sprites.made;
  }

  private paintBubble(context: CanvasRenderingContext2D, { x, y, radius, count, kinds }: Bubble): void {
    circle(context, x, y, radius + 1.5);
    context.fillStyle = "rgb(20 35 50 / 0.28)";
    context.fill();
    circle(context, x, y, radius);
    context.fillStyle = "#ffffff";
    context.fill();
    const band = Math.max(2.6, radius * 0.2);
    const shares = this.shares(kinds);
    let from = -Math.PI / 2;
    context.lineWidth = band;
    for (const [colour, share] of shares) {
      const to = from + (share / count) * 2 * Math.PI;
      context.beginPath();
      context.arc(x, y, radius - band / 2 - 0.5, from, to);
      context.strokeStyle = colour;
      context.stroke();
      from = to;
    }
    const text = this.said.number(count);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = TEXT;
    context.font = `700 ${Math.min(13, 1.5 * (radius - band), (1.75 * (radius - band)) / (0.58 * text.length)).toFixed(1)}px ${FONT}`;
    context.fillText(text, x, y + 0.5);
  }

  /** Counts by colour, the greatest first: how sure of the place, and whether it happened, is told nearer. */
  private shares(kinds: readonly number[]): [string, number][] {
    const found = new Map<string, number>();
    kinds.forEach((count, kind) => {
      const { colour } = this.looks[kind]!;
      if (count > 0) found.set(colour, (found.get(colour) ?? 0) + count);
    });
    return [...found].sort((a, b) => b[1] - a[1]);
  }

  /** Tags where they are free of one another and of bubbles, those of the most events first. */
  private placeTags(view: View): void {
    this.placed = [];
    for (const tag of [...this.tags].sort((a, b) => b.count - a.count)) {
      const [x, y] = [tag.at[0] * view.world - view.x, tag.at[1] * view.world - view.y];
      const [width, height] = tag.count > 1 ? [this.said.number(tag.count).length * 6.6 + 12, 19] : [12, 12];
      const box = { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
      if (box.right < 0 || box.bottom < 0 || box.left > view.width || box.top > view.height) continue;
      const free = this.placed.every(({ box: other }) => other.left > box.right + 2 || other.right < box.left - 2 || other.top > box.bottom + 2 || other.bottom < box.top - 2);
      const covered = this.crowd.bubbles.some((one) => far(one.x, box.left, box.right) ** 2 + far(one.y, box.top, box.bottom) ** 2 < one.radius ** 2);
      if (free && !covered) this.placed.push({ box, tag });
    }
  }

  private paintTag(context: CanvasRenderingContext2D, { left, top, right, bottom }: Box, tag: Tag): void {
    context.beginPath();
    context.roundRect(left, top, right - left, bottom - top, tag.count > 1 ? 5 : 3);
    context.fillStyle = tag.hollow || tag.count > 1 ? "#ffffff" : tag.colour;
    context.fill();
    context.lineWidth = tag.count > 1 || tag.hollow ? 2 : 1.5;
    context.strokeStyle = tag.count > 1 || tag.hollow ? tag.colour : "#ffffff";
    context.stroke();
    if (tag.count === 1) return;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = TEXT;
    context.font = `700 11px ${FONT}`;
    context.fillText(this.said.number(tag.count), (left + right) / 2, (top + bottom) / 2 + 0.5);
  }

  private paintLit(context: CanvasRenderingContext2D): void {
    if (this.lit === null || this.mask[this.lit] !== 1) return;
    const [x, y] = this.crowd.at(this.lit);
    const look = this.looks[this.events.kinds[this.lit]!]!;
    circle(context, x, y, 8);
    context.fillStyle = look.colour;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = "#ffffff";
    context.stroke();
    circle(context, x, y, 9.5);
    context.lineWidth = 1.5;
    context.strokeStyle = TEXT;
    context.stroke();
  }
}

/** How far a figure is from a span of them. */
function far(one: number, low: number, high: number): number {
  return Math.max(low - one, 0, one - high);
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/** One dot, drawn once and stamped wherever its kind is. */
function sprite({ colour, hollow, ring }: Look, radius: number, sharp: number): HTMLCanvasElement {
  const outer = radius + (ring ? 3 : 1.2);
  const side = 2 * Math.ceil(outer + 1);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: side * sharp, height: side * sharp });
  const context = canvas.getContext("2d")!;
  context.scale(sharp, sharp);
  const middle = side / 2;
  if (ring) {
    circle(context, middle, middle, outer);
    context.globalAlpha = hollow ? 0.85 : 0.25;
    context.fillStyle = hollow ? "#ffffff" : colour;
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash([3, 2]);
    [context.strokeStyle, context.lineWidth] = [colour, 1.6];
    context.stroke();
    return canvas;
  }
  circle(context, middle, middle, outer);
  context.fillStyle = "#ffffff";
  context.fill();
  circle(context, middle, middle, hollow ? radius - 0.6 : radius);
  context.fillStyle = hollow ? "#ffffff" : colour;
  context.fill();
  if (hollow) [context.strokeStyle, context.lineWidth] = [colour, 2];
  if (hollow) context.stroke();
  return canvas;
}
