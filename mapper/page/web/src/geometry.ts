/**
 * From the payload's integers to Leaflet's coordinates: latitude first, degrees, WGS 84.
 */
import type { Base, EventTable, Rings, Shape } from "./payload";

// Where Web Mercator ends.
const NORTHMOST = 85.0511287798;

export type LatLon = [lat: number, lon: number];

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, BASE64.indexOf(String.fromCharCode(code))));

/** A ring or line as its points: it comes as steps x, y, x, y, … in Base64 VLQ, which source maps use. */
export function decodeLine(coded: string, scale: number): LatLon[] {
  const points: LatLon[] = [];
  decode(coded, (x, y) => points.push([y / scale, x / scale]));
  return points;
}

/** The same in Web Mercator, x, y, x, y, …, as shares of the world: from the west, and from the north, where it ends. */
export function decodeRing(coded: string, scale: number): Float64Array {
  const points = new Float64Array(coded.length);
  let end = 0;
  decode(coded, (x, y) => {
    const [east, south] = inWorld(y / scale, x / scale);
    points[end++] = east;
    points[end++] = south;
  });
  return points.slice(0, end);
}

/** A place in Web Mercator, as shares of the world: from the west, and from the north, where it ends. */
export function inWorld(lat: number, lon: number): [x: number, y: number] {
  const sine = Math.sin((Math.max(-NORTHMOST, Math.min(NORTHMOST, lat)) * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

function decode(coded: string, call: (x: number, y: number) => void): void {
  let [x, y, value, shift] = [0, 0, 0, 0];
  let isX = true;
  for (let i = 0; i < coded.length; i += 1) {
    const digit = DIGITS[coded.charCodeAt(i)] ?? 0;
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    const step = value & 1 ? -(value >>> 1) : value >>> 1;
    value = shift = 0;
    if (isX) x += step;
    else call(x, (y += step));
    isX = !isX;
  }
}

/** Polygons as Leaflet nests them: polygon, ring, point. */
export function decodePolygons(polygons: Rings[], scale: number): LatLon[][][] {
  return polygons.map((rings) => rings.map((ring) => decodeLine(ring, scale)));
}

/** A longitude as it stands on the map, which may be cut open elsewhere than at the antimeridian. */
export function turned(lon: number, { seam }: Pick<Base, "seam">): number {
  return seam !== undefined && lon < seam ? lon + 360 : lon;
}

/** A ring or line, as a whole: it was split at the antimeridian, so that it lies on one side of it. */
function turnedLine(points: LatLon[], base: Base): LatLon[] {
  const isWest = base.seam !== undefined && points.every(([, lon]) => lon < (base.seam as number));
  return isWest ? points.map(([lat, lon]) => [lat, lon + 360]) : points;
}

/** What is to be drawn for an event: its shape with coordinates, or nothing but its label point. */
export type Drawn =
  | { kind: "area"; polygons: LatLon[][][] }
  | { kind: "line"; lines: LatLon[][] }
  | { kind: "disc"; centre: LatLon; radius: number }
  | { kind: "points"; points: LatLon[] };

export function drawn(shape: Shape, base: Base): Drawn {
  const area = (polygons: Rings[]): Drawn => ({
    kind: "area",
    polygons: decodePolygons(polygons, base.scale).map((rings) => rings.map((ring) => turnedLine(ring, base))),
  });
  switch (shape.type) {
    case "polygon":
      return area(shape.polygons);
    case "unit":
      return area(base.units[shape.unit]?.polygons ?? []);
    case "line":
      return { kind: "line", lines: shape.lines.map((line) => turnedLine(decodeLine(line, base.scale), base)) };
    case "disc":
      return { kind: "disc", centre: [shape.lat, turned(shape.lon, base)], radius: shape.radius_m };
    case "points":
      return { kind: "points", points: shape.points.map(([lon, lat]) => [lat, turned(lon, base)]) };
  }
}

/** Where the label point of a located event is on the map; null where there is none. */
export function labelPoint(events: EventTable, row: number, base: Base): LatLon | null {
  const lat = events.get("label_lat", row);
  const lon = events.get("label_lon", row);
  return events.isLocated(row) && lat !== null && lon !== null ? [lat, turned(lon, base)] : null;
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
