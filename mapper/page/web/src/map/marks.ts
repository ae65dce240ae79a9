/**
 * All events on the map: which of them are shown, where their numbers stand, which one is chosen. Every one can be
 * reached by mouse, finger and key, wherever others stand. A few have a mark each, with a number; of many in sight
 * there are dots and bubbles (`crowdlayer.ts`), and their areas once each (`areas.ts`).
 */
import * as L from "leaflet";
import { rowsOf } from "../filter";
import type { Mask as Rows } from "../filter";
import { colourOf } from "../colours";
import { extent, inside } from "../geometry";
import type { LatLon } from "../geometry";
import { spread } from "../layout";
import type { Box } from "../layout";
import type { State } from "../state";
import type { Words } from "../words";
import { Areas } from "./areas";
import { Choice } from "./choice";
import { mercator } from "./crowd";
import type { Bubble, Crowded } from "./crowd";
import { CrowdLayer } from "./crowdlayer";
import type { Look } from "./crowdlayer";
import { BADGE, MarkMaker, WIDE } from "./mark";
import type { Mark } from "./mark";
import { Tip } from "./tip";

// With more of them in sight than this, numbers would only hide the map: they are dots until the reader goes nearer.
const MANY = 150;

// So many marks are kept once made.
const KEPT = 1000;

// The line of credits below the map, in pixels.
const FOOT = 28;

// A bubble of so few is a list at once: going nearer would take longer than reading.
const FEW = 6;

/** What draws many. */
interface Crowding {
  layer: CrowdLayer;
  areas: Areas;
  /** Rows that are points to it, and those of them that are shown. */
  points: Uint8Array;
  dotted: Uint8Array;
}

export class Marks {
  private readonly maker: MarkMaker;
  private readonly made = new Map<number, Mark>();
  private readonly tip: Tip;
  private readonly choice: Choice;
  private readonly on = L.layerGroup();
  private crowding: Crowding | null = null;
  /** Shown events with a place, and how many they are. */
  private readonly mask: Uint8Array;
  private count = 0;
  private standing: Mark[] = [];
  private isCrowded = false;

  constructor(private readonly map: L.Map, private readonly state: State) {
    this.maker = new MarkMaker(map, state);
    this.tip = new Tip(map, state);
    this.choice = new Choice(map, state, (row) => this.pick(row));
    this.mask = new Uint8Array(state.events.length);
    CrowdLayer.makePane(map);
    this.on.addTo(map);
    map.on("mousemove", (event) => this.pointed(event));
    map.on("mouseout", () => this.crowding && this.leave());
    map.on("click", (event) => this.clicked(event));
  }

  /** What an event covers; null where it isn't on the map. */
  bounds(row: number): L.LatLngBounds | null {
    const mark = this.get(row);
    if (!mark) return null;
    const sizes = mark.paths.map((path) => boundsOf(path, mark.at));
    const radius = Math.max(this.state.events.get("radius_m", row) ?? 0, 9000);
    const own = L.latLng(mark.at).toBounds(radius * 4);
    return mark.shape && mark.shape.kind !== "points" ? sizes.reduce((sum, one) => sum.extend(one)) : own;
  }

  /** Names the numbers for those who don't see where they stand. */
  name(words: Words): void {
    for (const mark of this.made.values()) this.nameOne(mark, words);
    this.crowding?.layer.redraw();
  }

  /** Puts the shown events on the map, larger areas underneath, and takes the others off. */
  show(shown: Rows): void {
    const { located } = this.state.events;
    let count = 0;
    for (let row = 0; row < shown.length; row += 1) count += this.mask[row] = shown[row]! & located[row]!;
    this.count = count;
    this.choice.close();
    if (this.isMany) this.showMany();
    else this.crowding?.areas.hide();
    this.standing = [];
    this.on.clearLayers();
  }

  /** Lays the numbers so that none hides another; returns the room they take, in layer points. */
  arrange(): Box[] {
    const near = this.isMany ? this.inSight() : [...rowsOf(this.mask)];
    this.isCrowded = near === null;
    this.stand(near ?? []);
    if (this.isCrowded) return this.layCrowd();
    this.crowding?.layer.remove();
    return this.layNumbers();
  }

  /** Whether what is drawn hangs on what is in sight. */
  get isMany(): boolean {
    return this.count > MANY;
  }

  /** Lifts the chosen event out; the others step back. */
  choose(row: number | null): void {
    this.map.getContainer().classList.toggle("has-choice", row !== null && this.mask[row] === 1);
    const lacking = row !== null && this.mask[row] === 1 && !this.standing.some((mark) => mark.row === row);
    if (lacking || this.isCrowded) this.stand(this.isCrowded ? [] : this.standing.map((mark) => mark.row));
    for (const mark of this.standing) this.style(mark, mark.row === row);
  }

  hover(row: number | null): void {
    for (const mark of this.standing) {
      mark.button.classList.toggle("hover", mark.row === row);
      mark.paths.forEach((path) => path.getElement()?.classList.toggle("hover", mark.row === row));
    }
    if (this.isCrowded) this.crowding?.layer.light(row);
  }

  private get(row: number): Mark | null {
    const known = this.made.get(row);
    if (known) return known;
    const mark = this.maker.make(row);
    if (!mark) return null;
    if (this.made.size > KEPT) for (const one of this.made.keys()) if (!this.standing.some((other) => other.row === one)) this.made.delete(one);
    this.made.set(row, mark);
    this.listen(mark);
    this.nameOne(mark, this.state.words.peek());
    return mark;
  }

  private nameOne({ row, button }: Mark, words: Words): void {
    const { events } = this.state;
    const number = words.t("event.number", { n: events.get("number", row) });
    button.setAttribute("aria-label", `${number}: ${events.said("title", row, words.language)}`);
  }

  /** The shown events in sight; null if they are many. */
  private inSight(): number[] | null {
    const view = this.map.getBounds().pad(0.1);
    const { lon, lat } = this.state.events;
    const [west, south, east, north] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
    const found: number[] = [];
    for (let row = 0; row < this.mask.length; row += 1) {
      if (this.mask[row] === 0) continue;
      if (lon[row]! < west || lon[row]! > east || lat[row]! < south || lat[row]! > north) continue;
      if (found.push(row) > MANY) return null;
    }
    return found;
  }

  /** Puts the marks of these events on the map, and of the chosen one, if it is shown. */
  private stand(rows: readonly number[]): void {
    const chosen = this.state.row.peek();
    const wanted = chosen !== null && this.mask[chosen] === 1 && !rows.includes(chosen) ? [...rows, chosen] : rows;
    if (wanted.length === this.standing.length && this.standing.every((mark, i) => mark.row === wanted[i])) return;
    this.on.clearLayers();
    this.standing = wanted.map((row) => this.get(row)).filter((mark): mark is Mark => mark !== null);
    const drawn = this.isMany ? this.standing.filter(({ row }) => row === chosen || !this.crowd().areas.has(row)) : [...this.standing];
    for (const mark of drawn.sort((a, b) => size(b) - size(a))) mark.paths.forEach((path) => this.on.addLayer(path));
    for (const mark of this.standing) this.on.addLayer(mark.leader).addLayer(mark.badge);
    for (const mark of this.standing) this.style(mark, mark.row === chosen);
  }

  private layNumbers(): Box[] {
    const ordered = [...this.standing].sort((a, b) => rank(a) - rank(b) || a.row - b.row);
    const wanted = ordered.map((mark) => this.map.latLngToLayerPoint(mark.at));
    const wide = this.state.events.length > 999;
    const spots = spread(wanted, (wide ? WIDE : BADGE) + (matchMedia("(pointer: coarse)").matches ? 4 : 3), this.frame());
    ordered.forEach((mark, i) => this.place(mark, wanted[i] as L.Point, L.point(spots[i]?.x ?? 0, spots[i]?.y ?? 0)));
    return spots.map(({ x, y }) => boxAround(x, y, BADGE / 2 + 1));
  }

  private layCrowd(): Box[] {
    const { layer, areas, dotted } = this.crowd();
    if (!this.map.hasLayer(layer)) layer.addTo(this.map);
    layer.show(dotted, areas.tags);
    const lifted = this.standing.map((mark) => {
      const at = this.map.latLngToLayerPoint(mark.at);
      this.place(mark, at, at);
      return boxAround(at.x, at.y, BADGE / 2 + 1);
    });
    return [...lifted, ...layer.boxes()];
  }

  private showMany(): void {
    const { areas, dotted, points } = this.crowd();
    for (let row = 0; row < dotted.length; row += 1) dotted[row] = this.mask[row]! & points[row]!;
    areas.show(this.mask);
  }

  /** What draws many, made when there first are many. */
  private crowd(): Crowding {
    if (this.crowding) return this.crowding;
    const { events, payload, words } = this.state;
    const { looks, kinds } = looksOf(this.state);
    const { lat, codes } = events.spots;
    const crowded: Crowded = { spots: codes, ...mercator(events.eastings, lat), kinds, kindCount: looks.length };
    const areas = new Areas(this.map, this.state, kinds, looks);
    const isArea = payload.shapes.map(({ type }) => type === "polygon" || type === "unit" || type === "line");
    const points = Uint8Array.from(events.shapes, (shape) => (shape !== -1 && isArea[shape] ? 0 : 1));
    const layer = new CrowdLayer(crowded, looks, {
      number: (n) => words.peek().number(n),
      metres: (row) => events.get("radius_m", row) ?? 0,
      latitude: (row) => events.lat[row]!,
    });
    return (this.crowding = { layer, areas, points, dotted: new Uint8Array(events.length) });
  }

  /** The part of the map in which numbers stand whole, above its foot, in layer points. */
  private frame(): Box {
    const { x, y } = this.map.containerPointToLayerPoint([0, 0]);
    const size = this.map.getSize();
    const half = BADGE / 2 + 3;
    return { left: x + half, top: y + half, right: x + size.x - half, bottom: y + size.y - half - FOOT };
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
      event.stopPropagation();
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

  /** Of many: what the pointer is on. */
  private pointed({ containerPoint, latlng, originalEvent }: L.LeafletMouseEvent): void {
    if (!this.isMany || !isOnMap(originalEvent)) return;
    const { rows } = this.hit(containerPoint, latlng);
    this.map.getContainer().classList.toggle("over-mark", rows.length > 0);
    if (rows.length > 0) this.tip.over(rows, latlng);
    else this.tip.out();
  }

  private leave(): void {
    this.map.getContainer().classList.remove("over-mark");
    this.tip.out();
  }

  private clicked({ containerPoint, latlng, originalEvent }: L.LeafletMouseEvent): void {
    if (!this.isMany || !isOnMap(originalEvent)) return;
    const { rows, bubble } = this.hit(containerPoint, latlng);
    this.tip.out();
    if (rows.length === 1) this.pick(rows[0]!);
    else if (bubble && rows.length > FEW && this.goNearer(rows)) return;
    else if (rows.length > 1) this.choice.open(rows, latlng);
  }

  private hit(point: L.Point, at: L.LatLng): { rows: number[]; bubble: Bubble | null } {
    const { layer, areas } = this.crowd();
    if (!this.isCrowded) return { rows: areas.under(at), bubble: null };
    const found = layer.under(point);
    if (found.rows.length > 0) return found;
    const tag = layer.tagUnder(point);
    return { rows: tag === -1 ? areas.under(at) : areas.ofTag(tag), bubble: null };
  }

  /** Shows a bubble's events larger; false where that would not part them. */
  private goNearer(rows: readonly number[]): boolean {
    const { layer } = this.crowd();
    const { lon, lat } = this.state.events;
    const zoom = this.map.getZoom();
    if (layer.isOneSpot(rows) || zoom >= this.map.getMaxZoom()) return false;
    const bounds = L.latLngBounds([]);
    for (const row of rows) bounds.extend([lat[row]!, lon[row]!]);
    const wanted = Math.min(this.map.getBoundsZoom(bounds, false, L.point(60, 60)), zoom + 4, this.map.getMaxZoom());
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.setView(bounds.getCenter(), Math.max(wanted, Math.min(zoom + 1, this.map.getMaxZoom())), { animate: !still });
    return true;
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
    const hit = this.standing.filter((mark) => mark.row !== row && mark.shape?.kind === "area" && inside([lat, lng], mark.shape.polygons));
    return [row, ...hit.sort((a, b) => size(a) - size(b)).map((mark) => mark.row)].sort((a, b) => a - b);
  }
}

/** Every way in which dots differ: colour, hollow or not, ring or not; and which of them each row is. */
function looksOf({ events, payload }: State): { looks: Look[]; kinds: Uint16Array } {
  const colour = colourOf(payload.taxonomy);
  const ofType = events.values("event_type").map(colour);
  const colours = [...new Set(ofType)];
  const types = events.codes("event_type");
  const hollow = events.mask("occurrence", (one) => one !== "reported");
  const ring = events.mask("geo_precision", (one) => one === "near");
  const colourAt = ofType.map((one) => colours.indexOf(one));
  const kinds = new Uint16Array(events.length);
  for (let row = 0; row < kinds.length; row += 1) kinds[row] = colourAt[types[row]!]! * 4 + hollow[row]! * 2 + ring[row]!;
  const looks = colours.flatMap((one) => [0, 1, 2, 3].map((how) => ({ colour: one, hollow: (how & 2) !== 0, ring: (how & 1) !== 0 })));
  return { looks, kinds };
}

/** Not on a number, a button or a list that stands over it. */
function isOnMap({ target }: MouseEvent): boolean {
  return !(target instanceof Element) || !target.closest(".badge, .leaflet-control, .leaflet-popup, .leaflet-interactive");
}

function boxAround(x: number, y: number, half: number): Box {
  return { left: x - half, top: y - half, right: x + half, bottom: y + half };
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
