/**
 * The base map, drawn from the payload: sea, land, units with their borders. One canvas below everything else
 * on the map, so that online tiles, if a project has them, cover it and leave it in place when they fail.
 */
import L from "leaflet";
import { decodeLine } from "../geometry";
import type { Base, Rings, Unit } from "../payload";

export const BASE_PANE = "mapper-base";

const SEA = { stroke: false, fill: true, fillColor: "#dce8ef", fillOpacity: 1 };
const HALO = { stroke: true, color: "#c7dae5", weight: 5, fill: false };
const LAND = { stroke: true, color: "#d5cfc2", weight: 1, fill: true, fillColor: "#ebe8e0", fillOpacity: 1 };
const GROUND = { stroke: true, color: "#a69e8d", weight: 1.2, fill: true, fillColor: "#f7f4ec", fillOpacity: 1 };
const BORDERS: Record<Unit["level"], L.PathOptions> = {
  adm3: { stroke: true, color: "#e2dccf", weight: 0.5, fill: false },
  adm2: { stroke: true, color: "#d3cbbb", weight: 0.8, fill: false },
  adm1: { stroke: true, color: "#a69e8d", weight: 1.5, fill: false },
  country: { stroke: true, color: "#857d6d", weight: 2, fill: false },
};
const LEVELS: Unit["level"][] = ["adm3", "adm2", "adm1", "country"];

export interface DrawnBase {
  /** All that is drawn, and the part of it to look at first. */
  extent: L.LatLngBounds;
  focus: L.LatLngBounds;
  /** Puts it on the map: once the view stands, so that nothing is projected twice. */
  show: () => void;
}

/** Makes it; null where there is nothing to draw. */
export function makeBase(map: L.Map, base: Base): DrawnBase | null {
  const pane = map.createPane(BASE_PANE);
  pane.style.zIndex = "150";
  pane.style.pointerEvents = "none";
  const renderer = L.canvas({ pane: BASE_PANE, padding: 0.6 });
  const layers: L.Path[] = [];
  // The same rings are drawn several times: as halo, ground and border.
  const known = new Map<Rings, L.LatLng[][]>();
  const corners = (rings: Rings): L.LatLng[][] => {
    const found = known.get(rings) ?? decodePolygon(rings, base.scale);
    known.set(rings, found);
    return found;
  };
  const add = (polygons: Rings[], style: L.PathOptions): L.Polygon => {
    const layer = L.polygon(polygons.map(corners), {
      ...style, renderer, pane: BASE_PANE, interactive: false, smoothFactor: 0.6, lineJoin: "round",
    });
    layers.push(layer);
    return layer;
  };
  if (base.land.length + base.units.length === 0) return null;

  const ground = base.units.filter((unit) => unit.level === coarsest(base.units));
  const all = [...base.land, ...ground.flatMap((unit) => unit.polygons)];
  // The pane behind it has the same colour on the screen; on paper only what is drawn is sure to be there.
  layers.push(L.rectangle([[-85.06, -540], [85.06, 540]], { ...SEA, renderer, pane: BASE_PANE, interactive: false }));
  const extent = add(all, HALO).getBounds();
  add(base.land, base.units.length > 0 ? LAND : GROUND);
  const focus = L.latLngBounds([]);
  ground.forEach((unit) => focus.extend(add(unit.polygons, GROUND).getBounds()));
  for (const level of LEVELS) {
    // A path a level: their borders have no inside that could be taken for another's.
    const borders = base.units.filter((unit) => unit.level === level).flatMap((unit) => unit.polygons);
    if (borders.length > 0) add(borders, BORDERS[level]);
  }
  return { extent, focus: focus.isValid() ? focus : extent, show: () => layers.forEach((layer) => layer.addTo(map)) };
}

function decodePolygon(rings: Rings, scale: number): L.LatLng[][] {
  return rings.map((ring) => decodeLine(ring, scale).map(([lat, lon]) => new L.LatLng(lat, lon)));
}

function coarsest(units: Unit[]): Unit["level"] | undefined {
  return [...LEVELS].reverse().find((level) => units.some((unit) => unit.level === level));
}
