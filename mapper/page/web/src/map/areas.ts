/**
 * Areas and lines of many events: each is drawn once, hatched in the colour of what happened there most, however many
 * events share it. None of it becomes a point; a tag at its label point tells the count.
 */
import * as L from "leaflet";
import { rowsOf } from "../filter";
import { drawn, extent, inside } from "../geometry";
import type { Drawn, LatLon } from "../geometry";
import type { State } from "../state";
import type { Look, Tag } from "./crowdlayer";
import { hatch } from "./hatch";
import { AREAS } from "./mark";

/** So near, in pixels, the pointer is on a line. */
const NEAR = 9;

/** With more areas than this their outlines are thin, or they would be all there is to see. */
const DENSE = 250;
const OUTLINE = { weight: 1.6, dashArray: "7 4", opacity: 1 };
const THIN = { weight: 0.7, dashArray: undefined, opacity: 0.55 };

interface Area {
  shape: number;
  what: Drawn & { kind: "area" | "line" };
  paths: L.Path[];
  bounds: L.LatLngBounds;
  size: number;
  at: L.LatLng;
  look: Look | null;
  isThin: boolean;
}

export class Areas {
  private readonly known = new Map<number, Area | null>();
  private readonly on = L.layerGroup();
  private readonly renderer = L.canvas({ pane: AREAS, padding: 0.6 });
  private standing: Area[] = [];
  private mask: Uint8Array = new Uint8Array(0);
  /** Rows that have a shape at all. */
  private readonly rows: Uint32Array;
  tags: Tag[] = [];

  /** `kinds` is each row's place among the looks. */
  constructor(private readonly map: L.Map, private readonly state: State, private readonly kinds: ArrayLike<number>, private readonly looks: readonly Look[]) {
    this.rows = rowsOf(Uint8Array.from(state.events.shapes, (shape) => Number(shape !== -1)));
  }

  /** Whether a row is drawn here: as an area or a line. */
  has(row: number): boolean {
    const type = this.state.payload.shapes[this.state.events.shapes[row]!]?.type;
    return type === "polygon" || type === "unit" || type === "line";
  }

  /** Draws the areas of the rows whose mask is 1. */
  show(mask: Uint8Array): void {
    this.mask = mask;
    const { shapes } = this.state.events;
    const { length } = this.looks;
    const counts = new Uint32Array(this.state.payload.shapes.length * length);
    for (const row of this.rows) if (mask[row] === 1) counts[shapes[row]! * length + this.kinds[row]!]! += 1;
    const countsOf = (shape: number): Uint32Array => counts.subarray(shape * length, (shape + 1) * length);
    const shown = this.state.payload.shapes.map((_, shape) => shape).filter((shape) => countsOf(shape).some((count) => count > 0));
    const standing = shown.map((shape) => this.area(shape)).filter((area): area is Area => area !== null);
    standing.sort((a, b) => b.size - a.size || a.shape - b.shape);
    this.tags = standing.map((area) => this.tag(area, countsOf(area.shape), standing.length > DENSE));
    const isSame = standing.length === this.standing.length && standing.every((area, at) => area === this.standing[at]);
    if (!isSame) this.on.clearLayers();
    this.standing = standing;
    if (!isSame) for (const { paths } of standing) for (const path of paths) this.on.addLayer(path);
    this.on.addTo(this.map);
  }

  hide(): void {
    this.on.clearLayers();
    [this.standing, this.tags] = [[], []];
  }

  /** The rows of the area under a tag. */
  ofTag(tag: number): number[] {
    const area = this.standing[tag];
    return area ? this.rowsOf([area]) : [];
  }

  /** The rows of all areas and lines at a place, of the smallest first. */
  under(at: L.LatLng): number[] {
    const hit = this.standing.filter((area) => (area.what.kind === "area" ? area.bounds.contains(at) && inside([at.lat, at.lng], area.what.polygons) : this.isOn(area.what.lines, at)));
    return this.rowsOf(hit.reverse());
  }

  private rowsOf(areas: readonly Area[]): number[] {
    const { shapes } = this.state.events;
    const place = new Map(areas.map(({ shape }, at) => [shape, at]));
    const rows = [...this.rows.filter((row) => this.mask[row] === 1 && place.has(shapes[row]!))];
    return rows.sort((a, b) => place.get(shapes[a]!)! - place.get(shapes[b]!)! || a - b);
  }

  private isOn(lines: readonly LatLon[][], at: L.LatLng): boolean {
    const point = this.map.latLngToLayerPoint(at);
    return lines.some((line) => {
      const points = line.map((one) => this.map.latLngToLayerPoint(one));
      return points.some((one, i) => i > 0 && L.LineUtil.pointToSegmentDistance(point, points[i - 1]!, one) <= NEAR);
    });
  }

  /** Its count; and its look is that of most of its events. */
  private tag(area: Area, counts: Uint32Array, isThin: boolean): Tag {
    const most = this.looks[counts.indexOf(Math.max(...counts))]!;
    const count = counts.reduce((sum, one) => sum + one, 0);
    this.paint(area, most, isThin);
    return { at: area.at, count, colour: most.colour, hollow: most.hollow };
  }

  private paint(area: Area, look: Look, isThin: boolean): void {
    if (area.look === look && area.isThin === isThin) return;
    [area.look, area.isThin] = [look, isThin];
    const { what, paths } = area;
    const { colour, hollow } = look;
    const [first, second] = paths;
    if (what.kind === "line") second?.setStyle({ color: colour, dashArray: hollow ? "2 7" : "10 6" });
    else first?.setStyle({ color: colour, ...(isThin ? THIN : OUTLINE), fillColor: hollow ? "#ffffff" : (hatch(colour) as unknown as string), fillOpacity: hollow ? 0.55 : isThin ? 0.6 : 1 });
  }

  private area(shape: number): Area | null {
    const known = this.known.get(shape);
    if (known !== undefined) return known;
    const found = this.make(shape);
    this.known.set(shape, found);
    return found;
  }

  private make(shape: number): Area | null {
    const { payload, events } = this.state;
    const what = drawn(payload.shapes[shape]!, payload.base);
    if (what.kind !== "area" && what.kind !== "line") return null;
    const row = events.shapes.indexOf(shape);
    const at = L.latLng(events.lat[row]!, events.lon[row]!);
    const common = { renderer: this.renderer, pane: AREAS, interactive: false, smoothFactor: 0.6 };
    if (what.kind === "line") {
      const casing = L.polyline(what.lines, { ...common, color: "#ffffff", weight: 7, opacity: 0.75 });
      const dashes = L.polyline(what.lines, { ...common, weight: 4, lineCap: "butt" });
      return { shape, what, paths: [casing, dashes], bounds: casing.getBounds(), size: 0, at, look: null, isThin: false };
    }
    const path = L.polygon(what.polygons, { ...common, ...OUTLINE });
    return { shape, what, paths: [path], bounds: path.getBounds(), size: extent(what.polygons), at, look: null, isThin: false };
  }
}
