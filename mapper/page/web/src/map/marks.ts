/**
 * All events on the map: which of them are shown, where their numbers stand, which one is chosen. Every one can be
 * reached by mouse, finger and key, wherever others stand.
 */
import * as L from "leaflet";
import { extent, inside } from "../geometry";
import type { LatLon } from "../geometry";
import { spread } from "../layout";
import type { Box } from "../layout";
import type { State } from "../state";
import type { Words } from "../words";
import { BADGE, MarkMaker } from "./mark";
import type { Mark } from "./mark";
import { Tip } from "./tip";

// With more of them in sight than this, numbers would only hide the map: they are dots until the reader goes nearer.
const MANY = 150;

// The line of credits below the map, in pixels.
const FOOT = 28;

export class Marks {
  readonly marks: Mark[];
  private readonly byRow: Map<number, Mark>;
  private readonly tip: Tip;
  private readonly on = L.layerGroup();

  constructor(private readonly map: L.Map, private readonly state: State) {
    const maker = new MarkMaker(map, state);
    this.tip = new Tip(map, state);
    this.on.addTo(map);
    this.marks = state.accepted.map((row) => maker.make(row)).filter((mark): mark is Mark => mark !== null);
    this.byRow = new Map(this.marks.map((mark) => [mark.row, mark]));
    this.marks.forEach((mark) => this.listen(mark));
  }

  get(row: number | null): Mark | undefined {
    return row === null ? undefined : this.byRow.get(row);
  }

  /** What an event covers; null where it isn't on the map. */
  bounds(row: number): L.LatLngBounds | null {
    const mark = this.byRow.get(row);
    if (!mark) return null;
    const sizes = mark.paths.map((path) => boundsOf(path, mark.at));
    const radius = Math.max(this.state.events.get("radius_m", row) ?? 0, 9000);
    const own = L.latLng(mark.at).toBounds(radius * 4);
    return mark.shape && mark.shape.kind !== "points" ? sizes.reduce((sum, one) => sum.extend(one)) : own;
  }

  /** Names the numbers for those who don't see where they stand. */
  name(words: Words): void {
    const { events } = this.state;
    for (const { row, button } of this.marks) {
      const number = words.t("event.number", { n: events.get("number", row) });
      button.setAttribute("aria-label", `${number}: ${events.said("title", row, words.language)}`);
    }
  }

  /** Puts the shown events on the map, larger areas underneath, and takes the others off. */
  show(rows: ReadonlySet<number>): void {
    this.on.clearLayers();
    const shown = this.marks.filter((mark) => rows.has(mark.row));
    const areas = [...shown].sort((a, b) => size(b) - size(a));
    for (const mark of areas) mark.paths.forEach((path) => this.on.addLayer(path));
    for (const mark of shown) this.on.addLayer(mark.leader).addLayer(mark.badge);
  }

  /** Lays the numbers so that none hides another; returns the room they take, in layer points. */
  arrange(): Box[] {
    const shown = this.marks.filter((mark) => this.on.hasLayer(mark.badge));
    const view = this.map.getBounds().pad(0.1);
    const near = shown.length > MANY ? shown.filter((mark) => view.contains(mark.at)) : shown;
    const isCrowded = near.length > MANY;
    this.map.getContainer().classList.toggle("crowded", isCrowded);
    const ordered = [...near].sort((a, b) => rank(a) - rank(b) || a.row - b.row);
    const wanted = ordered.map((mark) => this.map.latLngToLayerPoint(mark.at));
    const spots = isCrowded ? wanted : spread(wanted, BADGE + (matchMedia("(pointer: coarse)").matches ? 4 : 3), this.frame());
    ordered.forEach((mark, i) => this.place(mark, wanted[i] as L.Point, L.point(spots[i]?.x ?? 0, spots[i]?.y ?? 0)));
    const half = isCrowded ? 6 : BADGE / 2 + 1;
    return spots.map(({ x, y }) => ({ left: x - half, top: y - half, right: x + half, bottom: y + half }));
  }

  /** The part of the map in which numbers stand whole, above its foot, in layer points. */
  private frame(): Box {
    const { x, y } = this.map.containerPointToLayerPoint([0, 0]);
    const size = this.map.getSize();
    const half = BADGE / 2 + 3;
    return { left: x + half, top: y + half, right: x + size.x - half, bottom: y + size.y - half - FOOT };
  }

  /** Whether the numbers have to be laid again when another part of the map comes into sight. */
  get isMany(): boolean {
    return this.marks.length > MANY;
  }

  /** Lifts the chosen event out; the others step back. */
  choose(row: number | null): void {
    this.map.getContainer().classList.toggle("has-choice", this.byRow.has(row ?? -1));
    for (const mark of this.marks) this.style(mark, mark.row === row);
  }

  hover(row: number | null): void {
    for (const mark of this.marks) {
      mark.button.classList.toggle("hover", mark.row === row);
      mark.paths.forEach((path) => path.getElement()?.classList.toggle("hover", mark.row === row));
    }
  }

  private place(mark: Mark, from: L.Point, to: L.Point): void {
    const moved = from.distanceTo(to) > 1;
    const at = this.map.layerPointToLatLng(to);
    mark.badge.setLatLng(at);
    mark.leader.setLatLngs(moved ? [L.latLng(mark.at), at] : []);
    if (!mark.pin) return;
    if (moved) this.on.addLayer(mark.pin);
    else this.on.removeLayer(mark.pin);
  }

  private style(mark: Mark, chosen: boolean): void {
    mark.button.classList.toggle("chosen", chosen);
    mark.button.setAttribute("aria-pressed", String(chosen));
    mark.badge.setZIndexOffset(chosen ? 10000 : 0);
    for (const path of [...mark.paths, mark.leader, ...(mark.pin ? [mark.pin] : [])]) path.getElement()?.classList.toggle("chosen", chosen);
    if (chosen) mark.paths.forEach((path) => this.on.hasLayer(path) && path.bringToFront());
    if (!mark.radius) return;
    if (chosen && this.on.hasLayer(mark.badge)) this.on.addLayer(mark.radius);
    else this.on.removeLayer(mark.radius);
  }

  private listen({ row, button, badge, paths }: Mark): void {
    L.DomEvent.on(button, "dblclick", L.DomEvent.stop);
    button.addEventListener("click", (event) => {
      // A drag that began on a number ends in a click that nobody meant; a key's click has no detail.
      const dragged = event.detail > 0 && wasDragged(this.map);
      if (!dragged) this.pick(row);
    });
    for (const name of ["mouseenter", "focus"] as const)
      button.addEventListener(name, () => this.tip.over([row], badge.getLatLng()));
    for (const name of ["mouseleave", "blur"] as const) button.addEventListener(name, () => this.tip.out());
    paths.filter((path) => path.options.interactive !== false).forEach((path) => this.listenTo(path, row));
  }

  private listenTo(path: L.Path, row: number): void {
    path.on("click", (event: L.LeafletMouseEvent) => {
      L.DomEvent.stop(event);
      this.pick(this.nextUnder(row, event.latlng));
    });
    path.on("mousemove", (event: L.LeafletMouseEvent) => this.tip.over(this.under(row, event.latlng), event.latlng));
    path.on("mouseout", () => this.tip.out());
  }

  private pick(row: number): void {
    this.tip.out();
    this.state.select(this.state.events.get("id", row), "map");
  }

  /** Where areas lie on one another, clicking again goes on to the next one. */
  private nextUnder(row: number, { lat, lng }: L.LatLng): number {
    const rows = this.under(row, L.latLng(lat, lng));
    const at = rows.indexOf(this.state.row.peek() ?? -1);
    return rows[(at + 1) % rows.length] ?? row;
  }

  /** Events of which a shape lies under a point: the one that was hit first, then the others, smallest first. */
  private under(row: number, { lat, lng }: L.LatLng): number[] {
    const hit = this.marks.filter(
      (mark) => mark.row !== row && this.on.hasLayer(mark.badge) && mark.shape?.kind === "area" && inside([lat, lng], mark.shape.polygons),
    );
    return [row, ...hit.sort((a, b) => size(a) - size(b)).map((mark) => mark.row)].sort((a, b) => a - b);
  }
}

/** Points keep their place, and what only stands inside an area makes room. */
function rank(mark: Mark): number {
  return ["points", "disc", "line", "area"].indexOf(mark.shape?.kind ?? "points");
}

function size(mark: Mark): number {
  return mark.shape?.kind === "area" ? extent(mark.shape.polygons) : 0;
}

function boundsOf(path: L.Path, at: LatLon): L.LatLngBounds {
  // A circle knows its bounds only once it is on a map.
  if (path instanceof L.Circle) return L.latLng(path.getLatLng()).toBounds(path.getRadius() * 2);
  return path instanceof L.Polyline ? path.getBounds() : L.latLng(at).toBounds(1000);
}

function wasDragged(map: L.Map): boolean {
  return (map.dragging as L.Handler & { moved?: () => boolean } | undefined)?.moved?.() ?? false;
}
