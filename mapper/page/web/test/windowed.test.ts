import { describe, expect, it } from "vitest";
import { AROUND, isNearEnd, partAt, roomFor, WHOLE } from "../src/windowed";

describe("a long list", () => {
  it("is all there where it is short", () => {
    expect(partAt(WHOLE, 3, 10)).toEqual({ first: 0, last: WHOLE });
    expect(partAt(0, 0, 10)).toEqual({ first: 0, last: 0 });
  });

  it("else has what is in sight and some rows on either side, never more than there are", () => {
    for (const at of [0, 5, 70, 500_000, 999_999]) {
      const { first, last } = partAt(1_000_000, at, 20);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThanOrEqual(1_000_000);
      expect(last - first).toBeGreaterThanOrEqual(20 + AROUND);
      expect(last - first).toBeLessThanOrEqual(20 + 2 * AROUND);
      expect(at).toBeGreaterThanOrEqual(first);
      expect(at).toBeLessThan(last);
    }
    expect(partAt(1000, 500, 80)).toEqual({ first: 500 - AROUND, last: 500 - AROUND + 80 + 2 * AROUND });
  });

  it("asks for others before it comes to an end that isn't the list's", () => {
    const part = partAt(1000, 100, 20);
    expect(isNearEnd(part, 1000, 100, 20)).toBe(false);
    expect(isNearEnd(part, 1000, part.first + 1, 20)).toBe(true);
    expect(isNearEnd(part, 1000, part.last - 21, 20)).toBe(true);
    expect(isNearEnd(partAt(1000, 0, 20), 1000, 0, 20)).toBe(false);
    expect(isNearEnd(partAt(1000, 999, 20), 1000, 985, 20)).toBe(false);
  });

  it("is no higher than a browser can bear", () => {
    expect(roomFor(100, 90)).toBe(90);
    expect(roomFor(1_000_000, 90) * 1_000_000).toBeLessThan(17_000_000);
  });
});
