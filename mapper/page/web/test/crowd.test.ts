import { describe, expect, it } from "vitest";
import { Crowd, mercator } from "../src/map/crowd";
import type { View } from "../src/map/crowd";
import { chooser } from "./random";

const VIEW: View = { world: 1000, x: 0, y: 0, width: 640, height: 640 };

/** Events at pixels of the view, a kind each. */
function crowd(points: [x: number, y: number][], kinds: number[] = points.map(() => 0)): { crowd: Crowd; mask: Uint8Array } {
  const known = new Map<string, number>([["none", 0]]);
  const codes = points.map((point) => {
    if (!known.has(String(point))) known.set(String(point), known.size);
    return known.get(String(point)) as number;
  });
  const at = [...known.keys()].slice(1).map((key) => key.split(",").map((one) => Number(one) / VIEW.world) as [number, number]);
  const axis = (i: 0 | 1): Float64Array => Float64Array.from([NaN, ...at.map((one) => one[i])]);
  const made = new Crowd({ spots: Uint32Array.from(codes), x: axis(0), y: axis(1), kinds: Uint16Array.from(kinds), kindCount: Math.max(...kinds) + 1 });
  return { crowd: made, mask: new Uint8Array(points.length).fill(1) };
}

describe("many events in one view", () => {
  it("are dots where they lie apart", () => {
    const { crowd: of, mask } = crowd([[10, 10], [200, 300], [600, 40]]);
    of.lay(VIEW, mask);
    expect(of.bubbles).toEqual([]);
    expect(of.dots.map(({ row, x, y }) => [row, Math.round(x), Math.round(y)])).toEqual([[0, 10, 10], [2, 600, 40], [1, 200, 300]]);
  });

  it("are a bubble where dots would hide each other, with the count of each kind", () => {
    const { crowd: of, mask } = crowd([...Array.from({ length: 20 }, (): [number, number] => [101, 102]), [400, 400]], [...Array.from({ length: 20 }, (_, i) => i % 2), 1]);
    of.lay(VIEW, mask);
    expect(of.bubbles.map(({ count, kinds, x, y }) => [count, kinds, Math.round(x), Math.round(y)])).toEqual([[20, [10, 10], 101, 102]]);
    expect(of.dots.map(({ row }) => row)).toEqual([20]);
  });

  it("of a few at one spot are a small bubble that knows them", () => {
    const { crowd: of, mask } = crowd([[100, 100], [100, 100], [120, 120]]);
    of.lay(VIEW, mask);
    expect(of.bubbles.map(({ count, rows }) => [count, [...(rows ?? [])].sort()])).toEqual([[2, [0, 1]]]);
    expect(of.under(100, 100).rows).toEqual([0, 1]);
    expect(of.isOneSpot([0, 1])).toBe(true);
    expect(of.isOneSpot([0, 1, 2])).toBe(false);
  });

  it("leave out what is filtered out, or out of sight", () => {
    const { crowd: of, mask } = crowd([[10, 10], [300, 300], [900, 900]]);
    mask[0] = 0;
    of.lay(VIEW, mask);
    expect(of.dots.map(({ row }) => row)).toEqual([1]);
  });

  it("are the same wherever the view stands", () => {
    const random = chooser(3);
    const points = Array.from({ length: 500 }, (): [number, number] => [150 + random.upTo(300), 150 + random.upTo(300)]);
    const { crowd: of, mask } = crowd(points);
    const seen = [0, 37, 64].map((by) => {
      of.lay({ ...VIEW, x: by, y: -by }, mask);
      return of.bubbles.map(({ x, y, count }) => [Math.round(x + by), Math.round(y - by), count]);
    });
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  it("can each be reached: by its dot, at its spot, or in its bubble", () => {
    const random = chooser(11);
    for (let round = 0; round < 20; round += 1) {
      const wide = 20 + random.upTo(600);
      const points = Array.from({ length: 10 + random.upTo(300) }, (): [number, number] => [random.upTo(wide), random.upTo(wide)]);
      const { crowd: of, mask } = crowd(points);
      of.lay(VIEW, mask);
      const inBubbles = of.bubbles.flatMap((bubble) => of.rowsOf(bubble));
      const counted = of.bubbles.reduce((sum, { count }) => sum + count, 0);
      expect(counted).toBe(inBubbles.length);
      const reached = new Set([...inBubbles, ...of.dots.flatMap(({ x, y }) => of.under(x, y).rows)]);
      expect(reached.size).toBe(points.length);
    }
  });

  it("have bubbles that don't lie on one another, but for the small ones", () => {
    const random = chooser(5);
    const points = Array.from({ length: 6000 }, (): [number, number] => [random.upTo(640), random.upTo(200)]);
    const { crowd: of, mask } = crowd(points);
    of.lay(VIEW, mask);
    const large = of.bubbles.filter(({ rows }) => !rows);
    const apart = large.every((a, i) => large.slice(i + 1).every((b) => Math.hypot(a.x - b.x, a.y - b.y) > (a.radius + b.radius) * 0.8));
    expect(large.length).toBeGreaterThan(10);
    expect(apart).toBe(true);
  });
});

it("places are laid out as tiles are", () => {
  const { x, y } = mercator(Float64Array.from([0, -180, 180, NaN]), Float64Array.from([0, 85.0511, -89, NaN]));
  expect([...x]).toEqual([0.5, 0, 1, NaN]);
  expect([...y].map((one) => Math.round(one * 1e4) / 1e4)).toEqual([0.5, 0, 1, NaN]);
});
