import { describe, expect, it } from "vitest";
import { placeLabels, spread } from "../src/layout";
import type { Box, Point } from "../src/layout";

function closest(points: Point[]): number {
  const pairs = points.flatMap((a, i) => points.slice(i + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)));
  return Math.min(...pairs);
}

describe("numbers on the map", () => {
  it("stand where they want to while there is room", () => {
    const wanted = [{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: -40, y: 30 }];
    expect(spread(wanted, 30)).toEqual(wanted);
  });

  it("stand side by side where two want the same spot", () => {
    expect(spread([{ x: 0, y: 0 }, { x: 0, y: 0 }], 30)).toEqual([{ x: 0, y: 0 }, { x: 30, y: 0 }]);
  });

  it("never hide one another, forty on one spot included", () => {
    const wanted = Array.from({ length: 40 }, () => ({ x: 5, y: 5 }));
    const spots = spread(wanted, 30);
    expect(closest(spots)).toBeGreaterThanOrEqual(29.9);
    expect(Math.max(...spots.map((one) => Math.hypot(one.x - 5, one.y - 5)))).toBeLessThan(200);
  });

  it("stay in sight, forty in a corner of the frame included", () => {
    const frame = { left: 0, top: 0, right: 390, bottom: 340 };
    const spots = spread(Array.from({ length: 40 }, () => ({ x: 350, y: 20 })), 30, frame);
    expect(closest(spots)).toBeGreaterThanOrEqual(29.9);
    expect(spots.every(({ x, y }) => x >= 0 && x <= 390 && y >= 0 && y <= 340)).toBe(true);
  });

  it("stay out of sight with what is out of it", () => {
    expect(spread([{ x: 500, y: 20 }], 30, { left: 0, top: 0, right: 390, bottom: 340 })).toEqual([{ x: 500, y: 20 }]);
  });

  it("leave the first where it belongs", () => {
    const spots = spread([{ x: 0, y: 0 }, { x: 4, y: 0 }, { x: -4, y: 2 }], 30);
    expect(spots[0]).toEqual({ x: 0, y: 0 });
    expect(closest(spots)).toBeGreaterThanOrEqual(29.9);
  });
});

const FRAME: Box = { left: -200, top: -200, right: 200, bottom: 200 };
const town = (x: number, y: number) => ({ at: { x, y }, width: 50, height: 12, gap: 6 });

describe("names on the map", () => {
  it("stand to the right of their place", () => {
    expect(placeLabels([town(0, 0)], [], FRAME)).toEqual([{ left: 6, top: -6, right: 56, bottom: 6 }]);
  });

  it("go to the other side of a number, or of the edge", () => {
    const number = { left: 4, top: -20, right: 60, bottom: 20 };
    expect(placeLabels([town(0, 0)], [number], FRAME)[0]).toMatchObject({ right: -6 });
    expect(placeLabels([town(170, 0)], [], FRAME)[0]).toMatchObject({ right: 164 });
  });

  it("are left out where there is no room, the more important first", () => {
    const wall = { left: -190, top: -190, right: 190, bottom: 190 };
    expect(placeLabels([town(0, 0)], [wall], FRAME)).toEqual([null]);
    const crowd = Array.from({ length: 30 }, () => town(0, 0));
    const found = placeLabels(crowd, [], FRAME);
    expect(found[0]).not.toBeNull();
    expect(found.at(-1)).toBeNull();
  });

  it("never touch", () => {
    const crowd = Array.from({ length: 60 }, (_, i) => town((i * 37) % 190, (i * 53) % 190));
    const boxes = placeLabels(crowd, [], FRAME).filter((box): box is Box => box !== null);
    const touching = boxes.flatMap((a, i) =>
      boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    expect(boxes.length).toBeGreaterThan(10);
    expect(touching).toEqual([]);
  });
});
