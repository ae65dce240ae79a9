import { describe, expect, it } from "vitest";
import { coded } from "./coded";
import { decodeLine, decodePolygons, drawn, extent, inside, turned } from "../src/geometry";
import type { Drawn } from "../src/geometry";
import type { Base } from "../src/payload";

const BASE: Base = {
  land: [], places: [], attribution: [], scale: 100,
  units: [{ code: "A", level: "adm1", name: "A", polygons: [[coded([0, 0, 400, 0, 0, 400, -400, 0])]], label: [2, 2] }],
};

describe("delta-coded geometry", () => {
  it("becomes latitude and longitude", () => {
    expect(decodeLine(coded([-7234, 1854, 100, -50, -30, 20]), 100)).toEqual([[18.54, -72.34], [18.04, -71.34], [18.24, -71.64]]);
  });

  it("gives back every point that was coded", () => {
    const points = Array.from({ length: 50 }, (_, i) => [((i * 7919) % 3600) - 1800, ((i * 104729) % 1800) - 900] as const);
    const steps = points.flatMap(([x, y], i) => [x - (points[i - 1]?.[0] ?? 0), y - (points[i - 1]?.[1] ?? 0)]);
    expect(decodeLine(coded(steps), 1)).toEqual(points.map(([x, y]) => [y, x]));
  });

  it("keeps polygons, rings and holes apart", () => {
    const decoded = decodePolygons([[coded([0, 0, 1, 0, 0, 1]), coded([5, 5, 1, 0, 0, 1])], [coded([9, 9, 1, 0, 0, 1])]], 1);
    expect(decoded.map((rings) => rings.map((ring) => ring[0]))).toEqual([[[0, 0], [5, 5]], [[9, 9]]]);
  });
});

describe("a shape", () => {
  it("that names a unit is the unit's polygon", () => {
    expect(drawn({ type: "unit", unit: 0 }, BASE)).toEqual({ kind: "area", polygons: [[[[0, 0], [0, 4], [4, 4], [4, 0]]]] });
  });

  it("that names no unit is nothing", () => {
    expect(drawn({ type: "unit", unit: 7 }, BASE)).toEqual({ kind: "area", polygons: [] });
  });

  it("lies in the east where it is west of the seam, whole, and is elsewhere where it was", () => {
    const base = { ...BASE, seam: -100 };
    const line = (...lons: number[]): string => coded(lons.flatMap((lon, i) => [(lon - (lons[i - 1] ?? 0)) * 100, i === 0 ? 100 : 0]));
    const lons = (shape: Drawn): number[] => (shape.kind === "line" ? (shape.lines[0] ?? []).map(([, lon]) => lon) : []);
    expect(lons(drawn({ type: "line", lines: [line(-179, -170)] }, base))).toEqual([181, 190]);
    expect(lons(drawn({ type: "line", lines: [line(170, 179)] }, base))).toEqual([170, 179]);
    expect(lons(drawn({ type: "line", lines: [line(-110, -90)] }, base))).toEqual([-110, -90]);
    expect(drawn({ type: "disc", lon: -179, lat: 2, radius_m: 500 }, base)).toEqual({ kind: "disc", centre: [2, 181], radius: 500 });
    expect([turned(-179, base), turned(0, base), turned(-179, BASE)]).toEqual([181, 0, -179]);
  });

  it("of a disc keeps its radius in metres", () => {
    expect(drawn({ type: "disc", lon: 1, lat: 2, radius_m: 500 }, BASE)).toEqual({ kind: "disc", centre: [2, 1], radius: 500 });
  });
});

describe("an area", () => {
  const square = decodePolygons([[coded([0, 0, 4, 0, 0, 4, -4, 0]), coded([1, 1, 2, 0, 0, 2, -2, 0])]], 1);

  it("holds what is inside it, but not what is in its hole", () => {
    expect(inside([0.5, 0.5], square)).toBe(true);
    expect(inside([2, 2], square)).toBe(false);
    expect(inside([5, 2], square)).toBe(false);
  });

  it("is larger than another by its outer ring", () => {
    expect(extent(square)).toBe(32);
  });
});
