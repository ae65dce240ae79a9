import { describe, expect, it } from "vitest";
import { coded } from "./coded";
import { decodeLine, decodePolygons, drawn, extent, inside } from "../src/geometry";
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
