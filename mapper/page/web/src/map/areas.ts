/**
 * Areas and lines of many events: each is drawn once, hatched in the colour of what happened there most, however many
 * events share it. None of it becomes a point; a tag at its label point tells the count.
 */
import * as L from "leaflet";
import { rowsOf } from "../filter";
import { drawn, extent, inside, inWorld } from "../geometry";
import type { LatLon } from "../geometry";
import type { State } from "../state";
import type { Look, Tag } from "./crowdlayer";
import { AreaLayer } from "./arealayer";
import type { Area } from "./arealayer";

/** So near, in pixels, the pointer is on a line. */
const NEAR = 9;

/** With more areas than this their outlines are thin, or they would be all there is to see. */
const DENSE = 250;

export class Areas {
  private readonly known = new Map<number, Area | null>();
  private readonly layer = new AreaLayer();
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
    const { events: { shapes }, payload } = this.state;
    const { length } = this.looks;
    const counts = new Uint32Array(payload.shapes.length * length);
    for (const row of this.rows) counts[shapes[row]! * length + this.kinds[row]!]! += mask[row]!;
    const tagged: [Area, Tag][] = [];
    for (let shape = 0; shape < payload.shapes.length; shape += 1) {
      let [count, most, at] = [0, 0, shape * length];
      for (let kind = 0; kind < length; kind += 1) {
        const own = counts[at + kind]!;
        count += own;
        if (own > counts[at + most]!) most = kind;
      }
      const area = count > 0 ? this.area(shape) : null;
      if (area) tagged.push([area, this.tag(area, count, this.looks[most]!)]);
    }
    tagged.sort(([a], [b]) => b.size - a.size || a.shape - b.shape);
    this.standing = tagged.map(([area]) => area);
    this.tags = tagged.map(([, tag]) => tag);
    if (!this.map.hasLayer(this.layer)) this.layer.addTo(this.map);
    this.layer.show(this.standing, this.standing.length > DENSE);
  }

  hide(): void {
    this.layer.remove();
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
  private tag(area: Area, count: number, most: Look): Tag {
    area.look = most;
    return { at: area.at, count, colour: most.colour, hollow: most.hollow };
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
    const lines = what.kind === "line" ? what.lines : what.polygons.flat();
    const outlines = lines.map((line) => Float64Array.from(line.flatMap(([lat, lon]) => inWorld(lat, lon))));
    const size = what.kind === "line" ? 0 : extent(what.polygons);
    return { shape, what, outlines, bounds: L.latLngBounds(lines.flat()), size, at: inWorld(events.lat[row]!, events.lon[row]!), look: this.looks[0]! };
  }
}
