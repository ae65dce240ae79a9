/**
 * Events on the map, no more exact than their source: a dot for a point, a dashed ring for *near*, a hatched
 * area for *somewhere in it*, a dashed line for *along it*; hollow where it was only threatened, or denied.
 * Every one has a number that can be reached by mouse, finger and key, wherever others stand.
 */
import L from "leaflet";
import { colourOf, ink, inkOn } from "../colours";
import type { Colour } from "../colours";
import { drawn, extent, inside, labelPoint } from "../geometry";
import type { Drawn, LatLon } from "../geometry";
import { spread } from "../layout";
import type { Box } from "../layout";
import type { State } from "../state";
import { Hatches } from "./hatch";
import { Tip } from "./tip";

const AREAS = "mapper-areas";
const LEADERS = "mapper-leaders";
const BADGES = "mapper-badges";
const BADGE = 26;
// With more of them in sight than this, numbers would only hide the map: they are dots until the reader goes nearer.
const MANY = 150;

export interface Mark {
  row: number;
  at: LatLon;
  shape: Drawn | null;
  /** Drawn on the map itself: area, line, disc, the points of a MultiPoint. */
  paths: L.Path[];
  /** A point's own radius: drawn while it is chosen. */
  radius: L.Circle | null;
  badge: L.Marker;
  button: HTMLButtonElement;
  leader: L.Polyline;
  /** Where a point truly is, while its number had to make room. */
  pin: L.CircleMarker | null;
}

export class Marks {
  readonly marks: Mark[];
  private readonly byRow: Map<number, Mark>;
  private readonly renderer: L.SVG;
  private readonly leaders: L.SVG;
  private readonly colour: Colour;
  private readonly hatches: Hatches;
  private readonly tip: Tip;
  private readonly on = L.layerGroup();

  constructor(private readonly map: L.Map, private readonly state: State) {
    pane(map, AREAS, "390");
    pane(map, LEADERS, "600");
    pane(map, BADGES, "620");
    this.renderer = L.svg({ pane: AREAS, padding: 0.6 });
    this.leaders = L.svg({ pane: LEADERS, padding: 0.6 });
    this.colour = colourOf(state.payload.taxonomy);
    this.hatches = new Hatches(map.getContainer());
    this.tip = new Tip(map, state);
    this.on.addTo(map);
    this.marks = state.accepted.map((row) => this.mark(row)).filter((mark): mark is Mark => mark !== null);
    this.byRow = new Map(this.marks.map((mark) => [mark.row, mark]));
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

  /** Puts the shown events on the map, larger areas underneath, and takes the others off. */
  show(rows: ReadonlySet<number>): void {
    this.on.clearLayers();
    const shown = this.marks.filter((mark) => rows.has(mark.row));
    const areas = [...shown].sort((a, b) => size(b) - size(a));
    for (const mark of areas) mark.paths.forEach((path) => this.on.addLayer(path));
    for (const mark of shown) this.on.addLayer(mark.leader).addLayer(mark.badge);
    this.arrange();
    this.choose(this.state.row.peek());
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
    const spots = isCrowded ? wanted : spread(wanted, BADGE + (matchMedia("(pointer: coarse)").matches ? 4 : 3));
    ordered.forEach((mark, i) => this.place(mark, wanted[i] as L.Point, L.point(spots[i]?.x ?? 0, spots[i]?.y ?? 0)));
    const half = isCrowded ? 6 : BADGE / 2 + 1;
    return spots.map(({ x, y }) => ({ left: x - half, top: y - half, right: x + half, bottom: y + half }));
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

  private mark(row: number): Mark | null {
    const { events, payload } = this.state;
    const at = labelPoint(events, row);
    if (!at) return null;
    const shape = payload.shapes[events.get("shape", row)];
    const what = shape ? drawn(shape, payload.base) : null;
    const isPoint = what === null || what.kind === "points";
    const radius = isPoint ? events.get("radius_m", row) : null;
    const button = this.button(row, isPoint);
    return {
      row,
      at,
      shape: what,
      paths: this.paths(row, what, at),
      radius: radius ? this.ring(row, at, radius) : null,
      button,
      badge: this.badge(at, button),
      leader: this.leader(row),
      pin: what === null ? this.pin(row, at) : null,
    };
  }

  private paths(row: number, what: Drawn | null, at: LatLon): L.Path[] {
    switch (what?.kind) {
      case "area":
        return [this.live(row, L.polygon(what.polygons, { ...this.areaStyle(row), smoothFactor: 0.6 }))];
      case "disc":
        return [this.live(row, L.circle(what.centre, { ...this.areaStyle(row), radius: what.radius, className: "mark ring" }))];
      case "line":
        return this.line(row, what.lines);
      case "points":
        return what.points.filter((point) => String(point) !== String(at)).map((point) => this.live(row, this.pin(row, point, 6)));
      default:
        return [];
    }
  }

  private areaStyle(row: number): L.PathOptions {
    const colour = this.colour(this.state.events.get("event_type", row));
    const fillColor = this.isHollow(row) ? "#ffffff" : this.hatches.fill(colour);
    const ring = this.state.events.get("geo_precision", row) === "near";
    return {
      renderer: this.renderer, pane: AREAS, className: "mark area", color: colour, weight: 2, dashArray: "7 4",
      fillColor: ring && !this.isHollow(row) ? colour : fillColor, fillOpacity: this.isHollow(row) ? 0.55 : ring ? 0.2 : 1,
    };
  }

  /** The dashes, over a wide line that nobody sees but every finger finds. */
  private line(row: number, lines: LatLon[][]): L.Path[] {
    const color = this.colour(this.state.events.get("event_type", row));
    const common = { renderer: this.renderer, pane: AREAS, fill: false, smoothFactor: 0.6 };
    return [
      L.polyline(lines, { ...common, className: "mark line casing", color: "#ffffff", weight: 7, opacity: 0.75, interactive: false }),
      L.polyline(lines, { ...common, className: "mark line", color, weight: 4, dashArray: this.isHollow(row) ? "2 7" : "10 6", lineCap: "butt", interactive: false }),
      this.live(row, L.polyline(lines, { ...common, className: "grip", color, weight: 18, opacity: 0 })),
    ];
  }

  private ring(row: number, at: LatLon, radius: number): L.Circle {
    const color = this.colour(this.state.events.get("event_type", row));
    return L.circle(at, {
      renderer: this.renderer, pane: AREAS, radius, color, weight: 1.5, dashArray: "2 4", fillColor: color, fillOpacity: 0.06,
      interactive: false, className: "mark radius",
    });
  }

  private pin(row: number, at: LatLon, radius = 4): L.CircleMarker {
    const colour = this.colour(this.state.events.get("event_type", row));
    const hollow = this.isHollow(row);
    return L.circleMarker(at, {
      renderer: this.leaders, pane: LEADERS, radius, weight: hollow ? 2 : 1.5, color: hollow ? colour : "#ffffff",
      fillColor: hollow ? "#ffffff" : colour, fillOpacity: 1, className: "mark pin", interactive: radius > 4,
    });
  }

  private leader(row: number): L.Polyline {
    return L.polyline([], {
      renderer: this.leaders, pane: LEADERS, color: ink(this.colour(this.state.events.get("event_type", row))), weight: 1.3,
      className: "mark leader", interactive: false,
    });
  }

  private badge(at: LatLon, button: HTMLButtonElement): L.Marker {
    const icon = L.divIcon({ html: button, className: "badge-at", iconSize: [BADGE, BADGE] });
    return L.marker(at, { icon, pane: BADGES, interactive: false, keyboard: false });
  }

  private button(row: number, isPoint: boolean): HTMLButtonElement {
    const { events, words } = this.state;
    const button = document.createElement("button");
    button.type = "button";
    button.className = `badge ${isPoint ? "dot" : "tag"}`;
    button.classList.toggle("long", events.get("number", row) > 99);
    button.dataset["event"] = events.get("id", row);
    button.textContent = String(events.get("number", row));
    const name = words.peek().t("event.number", { n: events.get("number", row) });
    button.setAttribute("aria-label", `${name}: ${events.get("title", row)}`);
    const colour = this.colour(events.get("event_type", row));
    button.style.setProperty("--colour", colour);
    button.style.setProperty("--ink", this.isHollow(row) ? ink(colour) : inkOn(colour));
    button.classList.toggle("hollow", this.isHollow(row));
    this.listen(row, button);
    return button;
  }

  private listen(row: number, button: HTMLButtonElement): void {
    L.DomEvent.on(button, "dblclick", L.DomEvent.stop);
    button.addEventListener("click", (event) => {
      // A drag that began on a number ends in a click that nobody meant; a key's click has no detail.
      const dragged = event.detail > 0 && wasDragged(this.map);
      if (!dragged) this.pick(row);
    });
    for (const name of ["mouseenter", "focus"] as const)
      button.addEventListener(name, () => this.tip.over([row], this.get(row)?.badge.getLatLng() ?? null));
    for (const name of ["mouseleave", "blur"] as const) button.addEventListener(name, () => this.tip.out());
  }

  private live<T extends L.Path>(row: number, path: T): T {
    path.on("click", (event: L.LeafletMouseEvent) => {
      L.DomEvent.stop(event);
      this.pick(this.nextUnder(row, event.latlng));
    });
    path.on("mousemove", (event: L.LeafletMouseEvent) => this.tip.over(this.under(row, event.latlng), event.latlng));
    path.on("mouseout", () => this.tip.out());
    return path;
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

  private isHollow(row: number): boolean {
    return this.state.events.get("occurrence", row) !== "reported";
  }
}

function pane(map: L.Map, name: string, zIndex: string): void {
  map.createPane(name).style.zIndex = zIndex;
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
