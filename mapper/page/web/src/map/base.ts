/**
 * The base map, drawn from the payload: sea, land, units with their borders. One canvas below everything else
 * on the map, so that online tiles, if a project has them, cover it and leave it in place when they fail. Its lines
 * are decoded once, and laid out once a zoom; moving the map only draws them again.
 */
import * as L from "leaflet";
import { decodeRing } from "../geometry";
import type { Base, Rings, Unit } from "../payload";

export const BASE_PANE = "mapper-base";

type Level = Unit["level"];

interface Line {
  color: string;
  weight: number;
}

const SEA = "#dce8ef";
const HALO: Line = { color: "#c7dae5", weight: 5 };
const LAND = { color: "#d5cfc2", weight: 1, fill: "#ebe8e0" };
const GROUND = { color: "#a69e8d", weight: 1.2, fill: "#f7f4ec" };
const BORDERS: Record<Level, Line> = {
  adm3: { color: "#e2dccf", weight: 0.5 },
  adm2: { color: "#d3cbbb", weight: 0.8 },
  adm1: { color: "#a69e8d", weight: 1.5 },
  country: { color: "#857d6d", weight: 2 },
};
const LEVELS: Level[] = ["adm3", "adm2", "adm1", "country"];

// Nearer to the last one than this, in pixels, a point of an outline is left out.
const NEAR = 0.7;

// Units smaller than the one, in pixels, have no borders; those larger than the other have theirs whole.
const LEAST = 7;
const PLAIN = 22;

// Where the whole world is less wide than this, in pixels, outlines are thinner, down to a share of their weight.
const NEARBY = 4096;
const FAINT = 0.35;

// So near to the antimeridian, as a share of the world, a line runs along it.
const EDGE = 1e-6;

/** How far it is drawn beyond the view, as a share of it: at first hardly, so that it is there soon. */
const AT_FIRST = 0.02;
const AROUND = 0.6;

export interface DrawnBase {
  /** All that is drawn, and the part of it to look at first. */
  extent: L.LatLngBounds;
  focus: L.LatLngBounds;
  /** Puts it on the map: once the view stands, so that nothing is drawn twice. */
  show: () => void;
  /** Draws what a first look can do without: borders inside the units, and enough around the view to move about. */
  complete: () => void;
}

/** Makes it; null where there is nothing to draw. */
export function makeBase(map: L.Map, base: Base): DrawnBase | null {
  const pane = map.createPane(BASE_PANE);
  pane.style.zIndex = "150";
  pane.style.pointerEvents = "none";
  if (base.land.length + base.units.length === 0) return null;
  const ground = coarsest(base.units);
  const ofLand = decoded(base.land, base.scale);
  const ofGround = unitsOf(base, ground);
  const layer = new BaseLayer(base, ofLand, ofGround, ground ?? null);
  const all = boundsOf([...ofLand, ...ofGround]);
  const extent = base.seam === undefined ? all : L.latLngBounds([all.getSouth(), base.seam], [all.getNorth(), base.seam + 360]);
  return { extent, focus: ofGround.length > 0 ? boundsOf(ofGround) : extent, show: () => void layer.addTo(map), complete: () => layer.complete() };
}

/** Every ring of some polygons, in Web Mercator. */
function decoded(polygons: readonly Rings[], scale: number): Float64Array[] {
  return polygons.flatMap((polygon) => polygon.map((ring) => decodeRing(ring, scale)));
}

function unitsOf({ units, scale }: Base, level: Level | undefined): Float64Array[] {
  return decoded(units.filter((unit) => unit.level === level).flatMap((unit) => unit.polygons), scale);
}

/** What Leaflet's types leave out of its renderers. */
interface Rendered {
  _container: HTMLCanvasElement;
  _bounds?: L.Bounds;
  _map: L.Map & { _animatingZoom?: boolean };
  _update: () => void;
}

const RENDERER = L.Renderer.prototype as unknown as Rendered;

/** Outlines by what they bound: `land`, or a level of units. */
type Outlines = Map<Level | "land", Float64Array[]>;

class BaseLayer extends L.Renderer {
  declare private _container: HTMLCanvasElement;
  private readonly outlines: Outlines;
  private paths = new Map<string, Path2D>();
  private laid = "";
  private readonly sizes = new Map<Level | "land", number>();
  private world = 256;
  private isComplete = false;

  constructor(private readonly base: Base, land: Float64Array[], units: Float64Array[], private readonly ground: Level | null) {
    super({ pane: BASE_PANE, padding: AT_FIRST });
    this.outlines = new Map([["land", land]]);
    if (ground) this.outlines.set(ground, units);
  }

  complete(): void {
    if (this.isComplete) return;
    this.isComplete = true;
    for (const level of LEVELS)
      if (level !== this.ground) {
        const rings = unitsOf(this.base, level);
        this.outlines.set(level, rings);
        this.sizes.set(level, sizeOf(rings, this.base.units.filter((unit) => unit.level === level).length));
      }
    this.laid = "";
    this.options.padding = AROUND;
    this.replaceCanvas();
    this._update();
  }

  protected _initContainer(): void {
    this._container = document.createElement("canvas");
  }

  /** A canvas is the processor's or the graphics card's for good. */
  private replaceCanvas(): void {
    const { _container: first } = this;
    this._initContainer();
    this._container.className = first.className;
    first.replaceWith(this._container);
  }

  protected _destroyContainer(): void {
    this._container.remove();
  }

  /** Leaflet calls this whenever the view has changed; while it zooms, what is drawn is only stretched. */
  protected _update(): void {
    const { _map, _bounds } = this as unknown as Rendered;
    if (!_map || (_map._animatingZoom && _bounds)) return;
    RENDERER._update.call(this);
    this.layOut(_map);
    this.draw((this as unknown as Required<Rendered>)._bounds);
  }

  /** The outlines in pixels from the map's origin, which moves with the zoom alone. */
  private layOut(map: L.Map): void {
    const origin = map.getPixelOrigin();
    const laid = `${map.getZoom()} ${origin}`;
    if (laid === this.laid) return;
    this.laid = laid;
    const world = 256 * 2 ** map.getZoom();
    this.world = world;
    this.paths = new Map([...this.outlines].map(([name, rings]) => [name, pathOf(rings, world, origin)]));
    if (this.base.seam === undefined) return;
    // Cut open elsewhere than at the antimeridian, the world goes on beyond it: what lies there is drawn a second time,
    // and where polygons were split there, there is no border.
    for (const [name, rings] of this.outlines) this.paths.set(`${name} lines`, linesOf(rings, world, origin));
    for (const path of this.paths.values()) path.addPath(new Path2D(path), new DOMMatrix([1, 0, 0, 1, world, 0]));
  }

  private draw({ min, max }: L.Bounds): void {
    const { _container: canvas, ground } = this;
    // The first picture doesn't wait for the graphics card.
    const context = canvas.getContext("2d", { alpha: false, willReadFrequently: !this.isComplete });
    if (!context || !min || !max) return;
    const sharp = L.Browser.retina ? 2 : 1;
    const [width, height] = [max.x - min.x, max.y - min.y];
    L.DomUtil.setPosition(canvas, min);
    Object.assign(canvas, { width: width * sharp, height: height * sharp });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    context.scale(sharp, sharp);
    // The pane behind it has the same colour on the screen; on paper only what is drawn is sure to be there.
    context.fillStyle = SEA;
    context.fillRect(0, 0, width, height);
    context.translate(-min.x, -min.y);
    context.lineJoin = "round";
    const stroke = (name: string, { color, weight }: Line): void => {
      const path = this.paths.get(`${name} lines`) ?? this.paths.get(name);
      if (!path) return;
      [context.strokeStyle, context.lineWidth] = [color, weight];
      context.stroke(path);
    };
    const fill = (name: string, style: Line & { fill: string }): void => {
      const path = this.paths.get(name);
      if (!path) return;
      context.fillStyle = style.fill;
      context.fill(path, "evenodd");
      stroke(name, style);
    };
    if (this.isComplete) for (const name of ["land", ground ?? ""]) stroke(name, HALO);
    fill("land", ground ? LAND : GROUND);
    fill(ground ?? "", GROUND);
    for (const level of LEVELS) {
      const { color, weight } = BORDERS[level];
      const shown = level === ground ? Math.min(1, Math.max(FAINT, this.world / NEARBY)) : plainness((this.sizes.get(level) ?? 0) * this.world);
      if (shown > 0) stroke(level, { color, weight: weight * shown });
    }
  }
}

/** How plainly units of that size, in pixels, may be drawn: not at all where their borders would cover the land. */
function plainness(size: number): number {
  return Math.min(1, Math.max(0, (size - LEAST) / (PLAIN - LEAST)));
}

/** How wide a unit is, more or less, as a share of the world. */
function sizeOf(rings: readonly Float64Array[], count: number): number {
  const area = rings.reduce((sum, ring) => sum + areaOf(ring), 0);
  return count > 0 ? Math.sqrt(area / count) : 0;
}

function areaOf(ring: Float64Array): number {
  let twice = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    twice += (ring[j] ?? 0) * (ring[i + 1] ?? 0) - (ring[i] ?? 0) * (ring[j + 1] ?? 0);
  return Math.abs(twice) / 2;
}

function pathOf(rings: readonly Float64Array[], world: number, { x, y }: L.Point): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    let [lastX, lastY] = [Infinity, Infinity];
    for (let i = 0; i < ring.length; i += 2) {
      const atX = (ring[i] ?? 0) * world - x;
      const atY = (ring[i + 1] ?? 0) * world - y;
      if (i === 0) path.moveTo(atX, atY);
      else if (Math.abs(atX - lastX) < NEAR && Math.abs(atY - lastY) < NEAR) continue;
      else path.lineTo(atX, atY);
      [lastX, lastY] = [atX, atY];
    }
    path.closePath();
  }
  return path;
}

/** The rings without what runs along the antimeridian. */
function linesOf(rings: readonly Float64Array[], world: number, { x, y }: L.Point): Path2D {
  const path = new Path2D();
  const isEdge = (one: number): boolean => one < EDGE || one > 1 - EDGE;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [fromX, fromY, toX, toY] = [ring[j] ?? 0, ring[j + 1] ?? 0, ring[i] ?? 0, ring[i + 1] ?? 0];
      const isOff = isEdge(fromX) && isEdge(toX);
      if (i === 0 && !isOff) path.moveTo(fromX * world - x, fromY * world - y);
      if (isOff) path.moveTo(toX * world - x, toY * world - y);
      else path.lineTo(toX * world - x, toY * world - y);
    }
  return path;
}

function boundsOf(rings: readonly Float64Array[]): L.LatLngBounds {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings)
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [ring[i] ?? 0, ring[i + 1] ?? 0];
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < north) north = y;
      if (y > south) south = y;
    }
  if (west > east) return L.latLngBounds([]);
  return L.latLngBounds([latitude(south), longitude(west)], [latitude(north), longitude(east)]);
}

function longitude(x: number): number {
  return (x - 0.5) * 360;
}

function latitude(y: number): number {
  return (360 / Math.PI) * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - 90;
}

function coarsest(units: readonly Unit[]): Level | undefined {
  return [...LEVELS].reverse().find((level) => units.some((unit) => unit.level === level));
}
