/**
 * An event's geometry as GeoJSON (RFC 7946) and as WKT, out of the payload's integers: longitude first, degrees.
 */
import { discRing } from "./geodesic";
import { decodeLine } from "./geometry";
import type { Base, EventTable, Rings, Shape } from "./payload";

type Position = [lon: number, lat: number];

export type Geometry =
  | { type: "Point"; coordinates: Position }
  | { type: "MultiPoint"; coordinates: Position[] }
  | { type: "LineString"; coordinates: Position[] }
  | { type: "MultiLineString"; coordinates: Position[][] }
  | { type: "Polygon"; coordinates: Position[][] }
  | { type: "MultiPolygon"; coordinates: Position[][][] };

/** What the page knows of where an event was; null where it is not on the map. Rings as they came: see `oriented`. */
export function geometryOf(events: EventTable, shapes: readonly Shape[], base: Base, row: number): Geometry | null {
  const shape = shapes[events.get("shape", row)];
  if (shape) return ofShape(shape, base);
  const [lon, lat] = [events.get("label_lon", row), events.get("label_lat", row)];
  return lon === null || lat === null ? null : { type: "Point", coordinates: [lon, lat] };
}

function ofShape(shape: Shape, base: Base): Geometry {
  switch (shape.type) {
    case "points":
      return { type: "MultiPoint", coordinates: shape.points };
    case "disc":
      return { type: "Polygon", coordinates: [discRing(shape.lon, shape.lat, shape.radius_m)] };
    case "line":
      return lines(shape.lines.map((line) => positions(line, base.scale)));
    case "unit":
      return areas(base.units[shape.unit]?.polygons ?? [], base.scale);
    case "polygon":
      return areas(shape.polygons, base.scale);
  }
}

function lines(all: Position[][]): Geometry {
  const [first, ...others] = all;
  if (first && others.length === 0) return { type: "LineString", coordinates: first };
  return { type: "MultiLineString", coordinates: all };
}

function areas(coded: Rings[], scale: number): Geometry {
  const all = coded.map((rings) => rings.map((ring) => closed(positions(ring, scale))));
  const [first, ...others] = all;
  if (first && others.length === 0) return { type: "Polygon", coordinates: first };
  return { type: "MultiPolygon", coordinates: all };
}

function positions(coded: string, scale: number): Position[] {
  return decodeLine(coded, scale).map(([lat, lon]) => [lon, lat]);
}

function closed(ring: Position[]): Position[] {
  return ring[0] ? [...ring, ring[0]] : ring;
}

/** The same with right-handed rings: the outer one against the clock, holes with it. */
export function oriented(geometry: Geometry): Geometry {
  if (geometry.type === "Polygon") return { ...geometry, coordinates: rightHanded(geometry.coordinates) };
  if (geometry.type === "MultiPolygon") return { ...geometry, coordinates: geometry.coordinates.map(rightHanded) };
  return geometry;
}

function rightHanded(rings: Position[][]): Position[][] {
  return rings.map((ring, at) => (againstClock(ring) === (at === 0) ? ring : [...ring].reverse()));
}

function againstClock(ring: Position[]): boolean {
  const doubled = ring.slice(1).reduce((sum, [lon, lat], i) => {
    const [before, beneath] = ring[i] as Position;
    return sum + before * lat - lon * beneath;
  }, 0);
  return doubled > 0;
}

/** Well-known text, as the CSV export has it. */
export function wkt(geometry: Geometry): string {
  return `${geometry.type.toUpperCase()} ${nested(geometry)}`;
}

function nested(geometry: Geometry): string {
  switch (geometry.type) {
    case "Point":
      return list([pair(geometry.coordinates)]);
    case "MultiPoint":
      return list(geometry.coordinates.map((one) => list([pair(one)])));
    case "LineString":
      return line(geometry.coordinates);
    case "MultiLineString":
    case "Polygon":
      return list(geometry.coordinates.map(line));
    case "MultiPolygon":
      return list(geometry.coordinates.map((rings) => list(rings.map(line))));
  }
}

function line(all: Position[]): string {
  return list(all.map(pair));
}

function list(texts: string[]): string {
  return `(${texts.join(", ")})`;
}

function pair([lon, lat]: Position): string {
  return `${lon} ${lat}`;
}
