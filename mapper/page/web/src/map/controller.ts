/**
 * Ties the map to the state: what is shown, what is chosen, where to look. The map is the one that the document
 * made; layers that somebody else put on it stay as they are.
 */
import { effect, untracked } from "@preact/signals";
import * as L from "leaflet";
import { roundView } from "../fragment";
import type { View } from "../fragment";
import { isStill } from "../scroll";
import type { State } from "../state";
import { makeBase } from "./base";
import type { DrawnBase } from "./base";
import { addControls } from "./controls";
import { Labels } from "./labels";
import { Marks } from "./marks";
import { showTiles } from "./tiles";

/** What covers the map: its first view leaves room for the legend, a chosen event for the card. */
export interface Covers {
  legend: () => HTMLElement | null;
  card: () => HTMLElement | null;
}

// As near as it makes sense to fly: to where communes are told apart, or not past the bare land outlines.
const CLOSEST = 10.75;
const CLOSEST_ON_LAND = 6.5;
const FLIGHT = { duration: 0.6 };

export class MapController {
  private readonly marks: Marks;
  private readonly labels: Labels;
  private readonly base: DrawnBase | null;
  /** Until somebody moves it, the map shows the whole of what there is to see, whatever its size. */
  private isWhole = true;
  private isFitting = false;
  /** Whether it stands where choosing an event took it: a link leads there by the event alone, on any screen. */
  private isFlown = false;
  private isFlying = false;
  /** Whether an address said where to look. */
  private isGiven = false;
  private isOnPaper = false;
  private isSpeaking = false;

  constructor(private readonly map: L.Map, private readonly state: State, private readonly covers: Covers) {
    // Asked for before anything changes the page, so that it is laid out once.
    const legend = covers.legend()?.getBoundingClientRect();
    map.attributionControl?.setPrefix(false);
    addControls(map, state, () => this.fit());
    if (!Number.isFinite(map.getMaxZoom())) map.setMaxZoom(16);
    if (!hasTiles(map)) map.options.zoomSnap = 0.25;
    this.base = makeBase(map, state.payload.base);
    this.fit(false, legend);
    this.base?.show();
    this.labels = new Labels(map, state.payload.base);
    this.marks = new Marks(map, state);
    this.bound();
    this.follow();
    if (state.payload.layers?.length) showTiles(map, state, (move) => this.asBefore(move));
  }

  /** Puts names on the map, from now on in the reader's language. */
  speak(): void {
    if (this.isSpeaking) return;
    this.isSpeaking = true;
    effect(() => this.labels.speak(this.state.language.value));
  }

  /** Draws what the first picture of the base map can do without. */
  drawWhole(): void {
    this.base?.complete();
  }

  /** The whole of what there is to see, clear of the legend. */
  fit(animate = !isStill(), legend = this.covers.legend()?.getBoundingClientRect()): void {
    const bounds = this.first();
    if (!bounds) return;
    this.isFitting = this.isWhole = true;
    this.map.fitBounds(bounds, { ...this.roomiest(bounds, legend), animate });
    if (!animate) this.isFitting = false;
  }

  /** Moves the map, which still shows the whole, or where it was led, if it did before. */
  private asBefore(move: () => void): void {
    [this.isFitting, this.isFlying] = [this.isWhole, this.isFlown];
    move();
    this.isFitting = this.isFlying = false;
  }

  /** Brings what is in sight into the size that the map has on paper; what it gives back undoes it. */
  forPrint(): () => void {
    this.speak();
    this.drawWhole();
    const { map, isWhole, isFlown } = this;
    const [centre, zoom, seen] = [map.getCenter(), map.getZoom(), map.getBounds()];
    this.isOnPaper = true;
    map.invalidateSize({ animate: false, pan: false });
    if (isWhole) map.fitBounds(this.first() ?? seen, { animate: false, padding: [16, 16] });
    else map.fitBounds(seen, { animate: false });
    return () => {
      map.invalidateSize({ animate: false, pan: false });
      map.setView(centre, zoom, { animate: false });
      [this.isWhole, this.isFlown] = [isWhole, isFlown];
      this.isOnPaper = false;
    };
  }

  /** In another width: the whole, or the chosen event, whichever was to be seen. */
  private keepInSight(): void {
    const row = this.state.row.peek();
    if (this.isWhole) this.fit(false);
    else if (row !== null && !this.isGiven) requestAnimationFrame(() => this.goTo(row));
  }

  /** Goes where the state says, which is where the map is unless an address said otherwise. */
  private look(view: View | null): void {
    const { map } = this;
    if (view === null) {
      if (this.isWhole || this.isFlown) return;
      const row = this.state.row.peek();
      this.fit(false);
      if (row !== null) requestAnimationFrame(() => this.goTo(row));
    } else if (!isSame(view, this.seen())) {
      this.isGiven = true;
      map.setView([view.lat, view.lon], view.zoom, { animate: false });
    }
  }

  private seen(): View {
    const { lat, lng } = this.map.getCenter();
    return roundView({ lat, lon: lng, zoom: this.map.getZoom() });
  }

  private follow(): void {
    const { state, map } = this;
    map.on("resize", ({ oldSize, newSize }) => oldSize.x !== newSize.x && !this.isOnPaper && this.keepInSight());
    map.on("zoomend viewreset resize", () => this.arrange());
    map.on("movestart", () => {
      this.isWhole = this.isFitting;
      this.isFlown = this.isFlying;
    });
    map.on("moveend", () => {
      this.isFitting = false;
      if (this.marks.isMany) this.arrange();
      if (this.isOnPaper) return;
      state.view.value = this.isWhole || this.isFlown ? null : this.seen();
    });
    effect(() => {
      const view = state.view.value;
      untracked(() => this.look(view));
    });
    effect(() => {
      this.marks.show(state.mask.value);
      this.arrange();
      this.marks.choose(state.row.peek());
    });
    effect(() => {
      const row = state.row.value;
      void state.asked.value;
      untracked(() => this.chosen(row));
    });
    effect(() => this.marks.name(state.words.value));
    effect(() => this.marks.hover(state.hovered.value));
  }

  private arrange(): void {
    this.labels.avoid(this.marks.arrange());
  }

  private chosen(row: number | null): void {
    this.marks.choose(row);
    const isThere = this.state.via.peek() === "link" && this.state.view.peek() !== null;
    if (row === null) return this.stay();
    if (isThere) return;
    this.isGiven = false;
    // The card takes its room first, then the map knows what is left.
    requestAnimationFrame(() => this.goTo(row));
  }

  /** Without the event, the map stays where it is, which is a view of its own; a link that names none has the whole. */
  private stay(): void {
    if (!this.isFlown) return;
    if (this.state.via.peek() === "link") this.fit(false);
    else this.state.view.value = this.seen();
    this.isFlown = false;
  }

  private goTo(row: number): void {
    const bounds = this.marks.bounds(row);
    if (!bounds || this.state.row.peek() !== row) return;
    const free = this.free();
    if (this.state.via.peek() === "map") this.uncover(bounds, free);
    else if (!this.isPlain(bounds, free)) this.fly(bounds, free);
  }

  /** Chosen on the map itself: it keeps its scale and moves only as far as the event is covered. */
  private uncover(bounds: L.LatLngBounds, free: L.Bounds): void {
    const { min, max } = sides(this.box(bounds));
    const room = sides(free);
    const dx = shift(min.x, max.x, room.min.x + 20, room.max.x - 60);
    const dy = shift(min.y, max.y, room.min.y + 20, room.max.y - 20);
    if (dx !== 0 || dy !== 0) this.map.panBy([dx, dy], { animate: !isStill() });
  }

  /** Whether it is in sight already, and large enough to be seen. */
  private isPlain(bounds: L.LatLngBounds, free: L.Bounds): boolean {
    const box = this.box(bounds);
    const size = box.getSize();
    return free.contains(box) && Math.max(size.x, size.y) >= 120;
  }

  private fly(bounds: L.LatLngBounds, free: L.Bounds): void {
    const { min, max } = sides(free);
    const closest = this.state.payload.base.units.length > 0 ? CLOSEST : CLOSEST_ON_LAND;
    const padding = {
      paddingTopLeft: min.add([24, 24]),
      paddingBottomRight: this.map.getSize().subtract(max).add([24, 24]),
      maxZoom: Math.max(this.map.getZoom(), Math.min(closest, this.map.getMaxZoom())),
    };
    this.isFlying = true;
    if (isStill()) this.map.fitBounds(bounds, { ...padding, animate: false });
    else this.map.flyToBounds(bounds, { ...padding, ...FLIGHT });
    this.isFlying = false;
  }

  private box(bounds: L.LatLngBounds): L.Bounds {
    const corners = [bounds.getNorthWest(), bounds.getSouthEast()].map((one) => this.map.latLngToContainerPoint(one));
    return L.bounds(corners);
  }

  /** The part of the map that card and legend leave free, in container points. */
  private free(): L.Bounds {
    const size = this.map.getSize();
    const map = this.map.getContainer().getBoundingClientRect();
    const card = this.covers.card()?.getBoundingClientRect();
    const legend = this.covers.legend()?.getBoundingClientRect();
    const isBeside = card && card.left > map.left + 180 && card.top < map.bottom - 40;
    const isOver = card && !isBeside && card.top > map.top + 60 && card.top < map.bottom;
    const isBelow = legend && legend.height > 0 && legend.height < size.y * 0.3;
    const left = Math.min(60, size.x / 6);
    return L.bounds([left, 0], [isBeside ? card.left - map.left : size.x, isOver ? card.top - map.top : isBelow ? legend.top - map.top : size.y]);
  }

  private first(): L.LatLngBounds | null {
    const { bounds } = this.state.payload;
    if (!bounds) return this.base?.focus ?? null;
    const [west, south, east, north] = bounds;
    return L.latLngBounds([south, west], [north, east]);
  }

  /** Room for the legend below or beside, whichever leaves the map larger. */
  private roomiest(bounds: L.LatLngBounds, legend: DOMRect | undefined): L.FitBoundsOptions {
    const size = this.map.getSize();
    if (!legend || legend.height < 60 || legend.height > size.y * 0.8)
      return { paddingTopLeft: [60, 10], paddingBottomRight: [14, Math.min(size.x < 500 ? 92 : 30, size.y / 4)] };
    const below = { paddingTopLeft: L.point(14, 14), paddingBottomRight: L.point(14, legend.height + 22) };
    const beside = { paddingTopLeft: L.point(legend.width + 22, 14), paddingBottomRight: L.point(14, 14) };
    const zoom = (one: typeof below): number =>
      this.map.getBoundsZoom(bounds, false, one.paddingTopLeft.add(one.paddingBottomRight));
    return zoom(beside) > zoom(below) ? beside : below;
  }

  /** Keeps the reader near what there is to see, whoever put it there. */
  private bound(): void {
    const all = L.latLngBounds([]);
    for (const one of [this.first(), this.base?.extent]) if (one) all.extend(one);
    if (!all.isValid()) return;
    this.map.eachLayer((layer) => {
      if (layer instanceof L.Polyline || layer instanceof L.Circle) all.extend(layer.getBounds());
      else if (layer instanceof L.Marker || layer instanceof L.CircleMarker) all.extend(layer.getLatLng());
    });
    this.map.setMaxBounds(all.pad(0.6));
    this.map.options.maxBoundsViscosity = 0.7;
    const widest = this.map.getBoundsZoom(this.first() ?? all);
    this.map.setMinZoom(Math.max(0, Math.min(widest, this.map.getZoom()) - 1.5));
  }
}

function sides(box: L.Bounds): { min: L.Point; max: L.Point } {
  return { min: box.getTopLeft(), max: box.getBottomRight() };
}

/** How far to move so that `from…to` lies between the walls; what is wider than they are is centred. */
function shift(from: number, to: number, low: number, high: number): number {
  if (to - from > high - low) return (from + to - low - high) / 2;
  return Math.min(0, from - low) + Math.max(0, to - high);
}

function isSame(a: View, b: View): boolean {
  return a.lat === b.lat && a.lon === b.lon && a.zoom === b.zoom;
}

function hasTiles(map: L.Map): boolean {
  let found = false;
  map.eachLayer((layer) => void (found ||= layer instanceof L.TileLayer));
  return found;
}
