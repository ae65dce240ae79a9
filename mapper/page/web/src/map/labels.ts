/**
 * Names on the map: units in spaced capitals, places beside their dots; laid again after each move so that none
 * covers another, or a number.
 */
import * as L from "leaflet";
import { decodeLine, turned } from "../geometry";
import { placeLabels } from "../layout";
import type { Box, Label, Point } from "../layout";
import type { Base, BasePlace, Unit } from "../payload";

const PANE = "mapper-labels";
const MOST = 160;

interface Named {
  name: string;
  at: L.LatLng;
  className: string;
  /** Pixels from the dot; null for a unit's name, which has none. */
  gap: number | null;
  /** The zoom from which it may be shown, and its place among the others: the smaller comes first. */
  from: number;
  /** The zoom from which there is better to show: a country's name gives way to its parts'. */
  until: number;
  /** How wide a unit is, in degrees: its name is shown where it fits, more or less. */
  span: (() => number) | null;
  order: number;
}

export class Labels {
  private readonly pane: HTMLElement;
  private named: Named[] = [];
  private readonly sizes = new Map<string, Point>();
  private taken: Box[] = [];
  /** What stands, by how it is written. */
  private standing = new Map<string, HTMLElement>();

  constructor(private readonly map: L.Map, private readonly base: Base) {
    this.pane = map.createPane(PANE);
    this.pane.style.zIndex = "450";
    this.pane.style.pointerEvents = "none";
    this.pane.classList.add("leaflet-zoom-hide");
    this.pane.setAttribute("aria-hidden", "true");
    map.on("moveend", () => this.lay());
  }

  /** Takes the names of that language, each place's own name where it has none there. */
  speak(language: string): void {
    const { units, places, scale } = this.base;
    const called = <T extends Unit | BasePlace>(one: T): T => ({ ...one, name: one.names?.[language] ?? one.name });
    const east = (lon: number): number => turned(lon, this.base);
    this.named = [...units.flatMap((unit) => unitLabel(called(unit), scale, east)), ...places.map((place) => placeLabel(called(place), east))];
    this.named.sort((a, b) => a.order - b.order);
    this.lay();
  }

  /** Lays the names clear of these boxes, in layer points. */
  avoid(taken: Box[]): void {
    this.taken = taken;
    this.lay();
  }

  private lay(): void {
    const zoom = this.map.getZoom();
    const view = this.map.getBounds().pad(0.05);
    const inView = this.named.filter((one) => zoom >= one.from && zoom < one.until && view.contains(one.at));
    this.measure(inView);
    const towns = new Set(inView.filter((one) => one.gap !== null).map((one) => one.name.toLowerCase()));
    // Many a commune bears its chief town's name: once is enough.
    const near = inView.filter((one) => one.gap !== null || (!towns.has(one.name.toLowerCase()) && this.fits(one))).slice(0, MOST);
    const points = near.map((one) => this.map.latLngToLayerPoint(one.at));
    const labels = near.map((one, i) => this.label(one, points[i] as Point));
    const boxes = placeLabels(labels, [...this.taken, ...this.dots(near, points)], this.frame());
    this.stand(near.flatMap((one, i) => this.elements(one, points[i] as Point, boxes[i] ?? null)));
  }

  /** Puts up what isn't there, and takes down what is there no more: a name that stays isn't laid out again. */
  private stand(wanted: HTMLElement[]): void {
    const before = this.standing;
    this.standing = new Map(wanted.map((one) => [one.outerHTML, one]));
    for (const [said, one] of before) if (this.standing.has(said)) this.standing.set(said, one);
      else one.remove();
    this.pane.append(...[...this.standing].filter(([said]) => !before.has(said)).map(([, one]) => one));
  }

  private fits(one: Named): boolean {
    if (one.span === null) return true;
    const degree = (256 * 2 ** this.map.getZoom()) / 360;
    return this.size(one).x <= one.span() * degree * 1.05;
  }

  private label(one: Named, at: Point): Label {
    const size = this.size(one);
    // A place under a number gets its name beside the number.
    const covered = one.gap !== null && this.taken.some((box) => contains(box, at));
    return { at, width: size.x, height: size.y, gap: one.gap === null ? null : covered ? 20 : one.gap };
  }

  /** Names also stay clear of the dots of other places. */
  private dots(near: Named[], points: Point[]): Box[] {
    const dotted = points.filter((_, i) => near[i]?.gap !== null);
    return dotted.map(({ x, y }) => ({ left: x - 2, top: y - 2, right: x + 2, bottom: y + 2 }));
  }

  private elements(one: Named, at: Point, box: Box | null): HTMLElement[] {
    if (!box) return [];
    const text = document.createElement("span");
    text.className = `map-name ${one.className}`;
    text.textContent = one.name;
    L.DomUtil.setPosition(text, L.point(Math.round(box.left), Math.round(box.top)));
    if (one.gap === null || this.taken.some((other) => contains(other, at))) return [text];
    const dot = document.createElement("span");
    dot.className = `map-place ${one.className}`;
    L.DomUtil.setPosition(dot, L.point(Math.round(at.x), Math.round(at.y)));
    return [dot, text];
  }

  private size(one: Named): Point {
    return this.sizes.get(keyOf(one)) ?? { x: 0, y: 0 };
  }

  /** Takes the sizes of names that are new, all at once: the browser lays them out a single time. */
  private measure(named: Named[]): void {
    const probes = new Map<string, HTMLElement>();
    for (const one of named) {
      const key = keyOf(one);
      if (this.sizes.has(key) || probes.has(key)) continue;
      const probe = document.createElement("span");
      probe.className = `map-name ${one.className}`;
      probe.textContent = one.name;
      probes.set(key, probe);
    }
    if (probes.size === 0) return;
    this.pane.append(...probes.values());
    const found = [...probes].map(([key, { offsetWidth: x, offsetHeight: y }]) => [key, { x, y }] as const);
    probes.forEach((probe) => probe.remove());
    for (const [key, size] of found) if (size.x > 0) this.sizes.set(key, size);
  }

  private frame(): Box {
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    const size = this.map.getSize();
    return { left: corner.x + 2, top: corner.y + 2, right: corner.x + size.x - 2, bottom: corner.y + size.y - 2 };
  }
}

function keyOf({ className, name }: Named): string {
  return `${className}\n${name}`;
}

function contains(box: Box, { x, y }: Point): boolean {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

const UNIT_FROM: Record<Unit["level"], number> = { country: 0, adm1: 3, adm2: 9, adm3: 11 };
const UNIT_ORDER: Record<Unit["level"], number> = { country: 0, adm1: 2, adm2: 5, adm3: 6 };

function unitLabel(unit: Unit, scale: number, east: (lon: number) => number): Named[] {
  if (!unit.name) return [];
  const [lon, lat] = unit.label;
  let known: number | undefined;
  const span = (): number => (known ??= Math.max(...unit.polygons.map((rings) => width(rings[0] ?? "", scale))));
  const at = L.latLng(lat, east(lon));
  return [{ name: unit.name, at, className: unit.level, gap: null, span, until: unit.level === "country" ? 6.5 : Infinity, from: UNIT_FROM[unit.level], order: UNIT_ORDER[unit.level] }];
}

function width(ring: string, scale: number): number {
  const lons = decodeLine(ring, scale).map(([, lon]) => lon);
  return lons.length > 0 ? Math.max(...lons) - Math.min(...lons) : 0;
}

function placeLabel(place: BasePlace, east: (lon: number) => number): Named {
  const at = L.latLng(place.lat, east(place.lon));
  const rank = Math.min(Math.max(place.rank, 0), 2);
  const from = [5, 7.4, 9.5][rank] ?? 9.5;
  return { name: place.name, at, className: `rank${rank}`, gap: 6, span: null, until: Infinity, from, order: [1, 3, 4][rank] ?? 4 };
}
