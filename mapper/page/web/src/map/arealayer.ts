/**
 * The canvas on which areas and lines of many events are drawn. Their outlines are laid out once a zoom; another choice,
 * or moving the map beyond what is drawn, only draws them again.
 */
import * as L from "leaflet";
import type { Drawn } from "../geometry";
import type { Look } from "./crowdlayer";
import { hatch } from "./hatch";
import { AREAS } from "./mark";
import { ViewCanvas } from "./viewcanvas";

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

export class AreaLayer extends ViewCanvas {
  private areas: readonly Area[] = [];
  private isThin = false;
  private paths = new Map<Area, Path2D>();
  private laid = "";

  constructor() {
    super(AREAS, "areas", ON_PAPER);
  }

  /** Draws these, the later ones above; with thin outlines where they would be all there is to see. */
  show(areas: readonly Area[], isThin: boolean): void {
    [this.areas, this.isThin] = [areas, isThin];
    // While the map flies its origin moves on: only what is laid out anew lies where it belongs.
    this._update();
  }

  protected draw(map: L.Map, drawn: { min: L.Point; max: L.Point }): void {
    const sheet = this.sheet();
    if (!sheet) return;
    const { context } = sheet;
    context.translate(-drawn.min.x, -drawn.min.y);
    context.lineJoin = "round";
    const [zoom, origin] = [map.getZoom(), map.getPixelOrigin()];
    const laid = `${zoom} ${origin}`;
    if (laid !== this.laid) this.paths.clear();
    this.laid = laid;
    const seen = L.latLngBounds(map.layerPointToLatLng(drawn.min), map.layerPointToLatLng(drawn.max));
    for (const area of this.areas) if (seen.intersects(area.bounds)) this.drawOne(context, area, 256 * 2 ** zoom, origin);
  }

  private drawOne(context: CanvasRenderingContext2D, area: Area, world: number, origin: L.Point): void {
    const { look: { colour, hollow }, what } = area;
    let path = this.paths.get(area);
    if (!path) this.paths.set(area, (path = pathOf(area, world, origin)));
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
