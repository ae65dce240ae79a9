/**
 * From the payload's integers to Leaflet's coordinates: latitude first, degrees, WGS 84.
 */
import type { Base, EventTable, Rings, Shape } from "./payload";

export type LatLon = [lat: number, lon: number];

/** A delta-coded ring or line, `[x0, y0, dx, dy, …]`, as its points. */
export function decodeLine(coded: number[], scale: number): LatLon[] {
  const points: LatLon[] = [];
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < coded.length; i += 2) {
    x += coded[i] ?? 0;
    y += coded[i + 1] ?? 0;
    points.push([y / scale, x / scale]);
  }
  return points;
}

/** Polygons as Leaflet nests them: polygon, ring, point. */
export function decodePolygons(polygons: Rings[], scale: number): LatLon[][][] {
  return polygons.map((rings) => rings.map((ring) => decodeLine(ring, scale)));
}

/** What is to be drawn for an event: its shape with coordinates, or nothing but its label point. */
export type Drawn =
  | { kind: "area"; polygons: LatLon[][][] }
  | { kind: "line"; lines: LatLon[][] }
  | { kind: "disc"; centre: LatLon; radius: number }
  | { kind: "points"; points: LatLon[] };

export function drawn(shape: Shape, base: Base): Drawn {
  switch (shape.type) {
    case "polygon":
      return { kind: "area", polygons: decodePolygons(shape.polygons, base.scale) };
    case "unit":
      return { kind: "area", polygons: decodePolygons(base.units[shape.unit]?.polygons ?? [], base.scale) };
    case "line":
      return { kind: "line", lines: shape.lines.map((line) => decodeLine(line, base.scale)) };
    case "disc":
      return { kind: "disc", centre: [shape.lat, shape.lon], radius: shape.radius_m };
    case "points":
      return { kind: "points", points: shape.points.map(([lon, lat]) => [lat, lon]) };
  }
}

/** The label point of a located event; null where there is none. */
export function labelPoint(events: EventTable, row: number): LatLon | null {
  const lat = events.get("label_lat", row);
  const lon = events.get("label_lon", row);
  return events.isLocated(row) && lat !== null && lon !== null ? [lat, lon] : null;
}

/** Whether a point lies inside polygons with holes, by the even-odd rule. */
export function inside([lat, lon]: LatLon, polygons: LatLon[][][]): boolean {
  return polygons.some((rings) => rings.filter((ring) => inRing(lat, lon, ring)).length % 2 === 1);
}

function inRing(lat: number, lon: number, ring: LatLon[]): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [latA, lonA] = ring[i] as LatLon;
    const [latB, lonB] = ring[j] as LatLon;
    if (latA > lat !== latB > lat && lon < ((lonB - lonA) * (lat - latA)) / (latB - latA) + lonA) odd = !odd;
  }
  return odd;
}

/** Twice the area in square degrees would do as well: it only orders areas, the larger underneath. */
export function extent(polygons: LatLon[][][]): number {
  return polygons.reduce((sum, rings) => sum + Math.abs(signedArea(rings[0] ?? [])), 0);
}

function signedArea(ring: LatLon[]): number {
  return ring.reduce((sum, [lat, lon], i) => {
    const [nextLat, nextLon] = ring[(i + 1) % ring.length] as LatLon;
    return sum + lon * nextLat - nextLon * lat;
  }, 0);
}
