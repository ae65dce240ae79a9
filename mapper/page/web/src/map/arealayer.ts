/**
 * The canvas on which areas and lines of many events are drawn. Their outlines are laid out once a zoom; another choice,
 * or moving the map beyond what is drawn, only draws them again.
 */
import * as L from "leaflet";
import type { Drawn } from "../geometry";
import type { Look } from "./crowdlayer";
import { hatch } from "./hatch";
import { AREAS } from "./mark";

/** So much around the view is drawn too, as a share of it: moving within it costs nothing. */
const PADDING = 0.2;
/** How sharp it is drawn for paper. */
const ON_PAPER = 2;
// Nearer to the last one than this, in pixels, a point of an outline is left out.
const NEAR = 0.6;

const OUTLINE = { weight: 1.6, dashes: [7, 4], opacity: 1, fill: 1 };
const THIN = { weight: 0.7, dashes: [], opacity: 0.55, fill: 0.6 };

/** What is drawn: rings or lines in Web Mercator, as shares of the world, and how. */
export interface Area {
  shape: number;
  what: Drawn & { kind: "area" | "line" };
  outlines: Float64Array[];
  bounds: L.LatLngBounds;
  size: number;
  /** Its label point, in Web Mercator. */
  at: readonly [x: number, y: number];
  look: Look;
}

/** What Leaflet's types leave out of its renderers. */
interface Rendered {
  _container: HTMLCanvasElement;
  _bounds?: L.Bounds;
  _map: (L.Map & { _animatingZoom?: boolean }) | null;
  _update: () => void;
}

const RENDERER = L.Renderer.prototype as unknown as Rendered;

export class AreaLayer extends L.Renderer {
  declare private _container: HTMLCanvasElement;
  private areas: readonly Area[] = [];
  private isThin = false;
  private paths = new Map<Area, Path2D>();
  private laid = "";
  private zoom = NaN;
  private frame = 0;

  constructor() {
    super({ pane: AREAS, padding: PADDING });
  }

  override getEvents(): Record<string, L.LeafletEventHandlerFn> {
    return { ...super.getEvents?.(), move: () => this.follow() };
  }

  /** Draws these, the later ones above; with thin outlines where they would be all there is to see. */
  show(areas: readonly Area[], isThin: boolean): void {
    [this.areas, this.isThin] = [areas, isThin];
    // While the map flies its origin moves on: only what is laid out anew lies where it belongs.
    this._update();
  }

  protected _initContainer(): void {
    this._container = document.createElement("canvas");
  }

  protected _destroyContainer(): void {
    cancelAnimationFrame(this.frame);
    this._container.remove();
  }

  /** Leaflet calls this whenever the view has changed; while it zooms, what is drawn is only stretched. */
  protected _update(): void {
    const { _map: map, _bounds } = this as unknown as Rendered;
    if (!map || (map._animatingZoom && _bounds)) return;
    RENDERER._update.call(this);
    this.zoom = map.getZoom();
    this.draw();
  }

  private follow(): void {
    const { _map: map, _bounds } = this as unknown as Rendered;
    if (!map || map._animatingZoom || map.getZoom() !== this.zoom) return;
    const corner = map.containerPointToLayerPoint([0, 0]);
    if (_bounds?.contains(L.bounds(corner, corner.add(map.getSize())))) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this._update());
  }

  private draw(): void {
    const { _map: map, _bounds, _container: canvas } = this as unknown as Rendered;
    const context = canvas?.getContext("2d");
    if (!map || !_bounds?.min || !context) return;
    const sharp = document.documentElement.classList.contains("mapper-printing") ? ON_PAPER : L.Browser.retina ? 2 : 1;
    const { min } = _bounds;
    const size = _bounds.getSize();
    const [width, height] = [size.x * sharp, size.y * sharp];
    L.DomUtil.setPosition(canvas, min);
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      Object.assign(canvas.style, { width: `${size.x}px`, height: `${size.y}px` });
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(sharp, 0, 0, sharp, -min.x * sharp, -min.y * sharp);
    context.lineJoin = "round";
    const origin = map.getPixelOrigin();
    const laid = `${this.zoom} ${origin}`;
    if (laid !== this.laid) this.paths.clear();
    this.laid = laid;
    const seen = L.latLngBounds(map.layerPointToLatLng(_bounds.getBottomLeft()), map.layerPointToLatLng(_bounds.getTopRight()));
    for (const area of this.areas) if (seen.intersects(area.bounds)) this.drawOne(context, area, origin);
  }

  private drawOne(context: CanvasRenderingContext2D, area: Area, origin: L.Point): void {
    const { look: { colour, hollow }, what } = area;
    let path = this.paths.get(area);
    if (!path) this.paths.set(area, (path = pathOf(area, 256 * 2 ** this.zoom, origin)));
    if (what.kind === "line") {
      context.lineCap = "round";
      stroke(context, path, "#ffffff", { weight: 7, dashes: [], opacity: 0.75 });
      context.lineCap = "butt";
      stroke(context, path, colour, { weight: 4, dashes: hollow ? [2, 7] : [10, 6], opacity: 1 });
      return;
    }
    const style = this.isThin ? THIN : OUTLINE;
    context.globalAlpha = hollow ? 0.55 : style.fill;
    context.fillStyle = hollow ? "#ffffff" : hatch(colour);
    context.fill(path, "evenodd");
    context.lineCap = "round";
    stroke(context, path, colour, style);
  }
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, { weight, dashes, opacity }: { weight: number; dashes: number[]; opacity: number }): void {
  context.globalAlpha = opacity;
  context.strokeStyle = colour;
  context.lineWidth = weight;
  context.setLineDash(dashes);
  context.stroke(path);
}

/** In pixels from the map's origin, which moves with the zoom alone. */
function pathOf({ what, outlines }: Area, world: number, { x, y }: L.Point): Path2D {
  const path = new Path2D();
  for (const outline of outlines) {
    let [lastX, lastY] = [Infinity, Infinity];
    for (let i = 0; i < outline.length; i += 2) {
      const atX = outline[i]! * world - x;
      const atY = outline[i + 1]! * world - y;
      const isLast = what.kind === "line" && i + 2 === outline.length;
      if (i === 0) path.moveTo(atX, atY);
      else if (!isLast && Math.abs(atX - lastX) < NEAR && Math.abs(atY - lastY) < NEAR) continue;
      else path.lineTo(atX, atY);
      [lastX, lastY] = [atX, atY];
    }
    if (what.kind === "area") path.closePath();
  }
  return path;
}
