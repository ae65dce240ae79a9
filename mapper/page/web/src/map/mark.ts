/**
 * How one event is drawn, no more exact than its source: a dot for a point, a dashed ring for *near*, a hatched
 * area for *somewhere in it*, a dashed line for *along it*; hollow where it was only threatened, or denied.
 */
import * as L from "leaflet";
import { colourOf, ink, inkOn } from "../colours";
import type { Colour } from "../colours";
import { drawn, labelPoint } from "../geometry";
import type { Drawn, LatLon } from "../geometry";
import type { State } from "../state";
import { Hatches } from "./hatch";

const AREAS = "mapper-areas";
const LEADERS = "mapper-leaders";
const BADGES = "mapper-badges";
export const BADGE = 26;

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

export class MarkMaker {
  private readonly renderer: L.SVG;
  private readonly leaders: L.SVG;
  private readonly colour: Colour;
  private readonly hatches: Hatches;

  constructor(map: L.Map, private readonly state: State) {
    pane(map, AREAS, "390");
    pane(map, LEADERS, "600");
    pane(map, BADGES, "620");
    this.renderer = L.svg({ pane: AREAS, padding: 0.6 });
    this.leaders = L.svg({ pane: LEADERS, padding: 0.6 });
    this.colour = colourOf(state.payload.taxonomy);
    this.hatches = new Hatches(map.getContainer());
  }

  /** The mark of an event; null where it has no place on the map. */
  make(row: number): Mark | null {
    const { events, payload } = this.state;
    const at = labelPoint(events, row, payload.base);
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
        return [L.polygon(what.polygons, { ...this.areaStyle(row), smoothFactor: 0.6 })];
      case "disc":
        return [L.circle(what.centre, { ...this.areaStyle(row), radius: what.radius, className: "mark ring" })];
      case "line":
        return this.line(row, what.lines);
      case "points":
        return what.points.filter((point) => String(point) !== String(at)).map((point) => this.pin(row, point, 6));
      default:
        return [];
    }
  }

  private areaStyle(row: number): L.PathOptions {
    const colour = this.colourOf(row);
    const fillColor = this.isHollow(row) ? "#ffffff" : this.hatches.fill(colour);
    const ring = this.state.events.get("geo_precision", row) === "near";
    return {
      renderer: this.renderer, pane: AREAS, className: "mark area", color: colour, weight: 2, dashArray: "7 4",
      fillColor: ring && !this.isHollow(row) ? colour : fillColor, fillOpacity: this.isHollow(row) ? 0.55 : ring ? 0.2 : 1,
    };
  }

  /** The dashes, over a wide line that nobody sees but every finger finds. */
  private line(row: number, lines: LatLon[][]): L.Path[] {
    const color = this.colourOf(row);
    const common = { renderer: this.renderer, pane: AREAS, fill: false, smoothFactor: 0.6 };
    return [
      L.polyline(lines, { ...common, className: "mark line casing", color: "#ffffff", weight: 7, opacity: 0.75, interactive: false }),
      L.polyline(lines, { ...common, className: "mark line", color, weight: 4, dashArray: this.isHollow(row) ? "2 7" : "10 6", lineCap: "butt", interactive: false }),
      L.polyline(lines, { ...common, className: "grip", color, weight: 18, opacity: 0 }),
    ];
  }

  private ring(row: number, at: LatLon, radius: number): L.Circle {
    const color = this.colourOf(row);
    return L.circle(at, {
      renderer: this.renderer, pane: AREAS, radius, color, weight: 1.5, dashArray: "2 4", fillColor: color, fillOpacity: 0.06,
      interactive: false, className: "mark radius",
    });
  }

  private pin(row: number, at: LatLon, radius = 4): L.CircleMarker {
    const colour = this.colourOf(row);
    const hollow = this.isHollow(row);
    return L.circleMarker(at, {
      renderer: this.leaders, pane: LEADERS, radius, weight: hollow ? 2 : 1.5, color: hollow ? colour : "#ffffff",
      fillColor: hollow ? "#ffffff" : colour, fillOpacity: 1, className: "mark pin", interactive: radius > 4,
    });
  }

  private leader(row: number): L.Polyline {
    return L.polyline([], {
      renderer: this.leaders, pane: LEADERS, color: ink(this.colourOf(row)), weight: 1.3,
      className: "mark leader", interactive: false,
    });
  }

  private badge(at: LatLon, button: HTMLButtonElement): L.Marker {
    const icon = L.divIcon({ html: button, className: "badge-at", iconSize: [BADGE, BADGE] });
    return L.marker(at, { icon, pane: BADGES, interactive: false, keyboard: false });
  }

  private button(row: number, isPoint: boolean): HTMLButtonElement {
    const { events } = this.state;
    const button = document.createElement("button");
    button.type = "button";
    button.className = `badge ${isPoint ? "dot" : "tag"}`;
    button.classList.toggle("long", events.get("number", row) > 99);
    button.dataset["event"] = events.get("id", row);
    button.textContent = String(events.get("number", row));
    const colour = this.colourOf(row);
    button.style.setProperty("--colour", colour);
    button.style.setProperty("--ink", this.isHollow(row) ? ink(colour) : inkOn(colour));
    button.classList.toggle("hollow", this.isHollow(row));
    return button;
  }

  private colourOf(row: number): string {
    return this.colour(this.state.events.get("event_type", row));
  }

  private isHollow(row: number): boolean {
    return this.state.events.get("occurrence", row) !== "reported";
  }
}

function pane(map: L.Map, name: string, zIndex: string): void {
  map.createPane(name).style.zIndex = zIndex;
}
