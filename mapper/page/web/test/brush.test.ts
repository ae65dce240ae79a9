import { describe, expect, it } from "vitest";
import { daysOf, keyed, moveBoth, moveEdge, opening, rangeOf, stepped, usualStep } from "../src/brush";
import { dayNumber, isoDay } from "../src/days";
import type { Range } from "../src/filter";
import type { Domain } from "../src/timeline";

const day = dayNumber as (iso: string) => number;
const domain: Domain = {
  first: day("2024-06-15"), last: day("2024-08-16"), known: [day("2024-06-21"), day("2024-08-10")],
};
const days = (first: string, last: string): [number, number] => [day(first), day(last)];
const iso = (pair: readonly number[] | null): string[] | null => pair && pair.map(isoDay);

describe("the range on the timeline", () => {
  it("is open where it reaches the edge, and none where it reaches both", () => {
    expect(rangeOf(domain, days("2024-07-01", "2024-07-31"))).toEqual(["2024-07-01", "2024-07-31"]);
    expect(rangeOf(domain, days("2024-07-31", "2024-07-01"))).toEqual(["2024-07-01", "2024-07-31"]);
    expect(rangeOf(domain, days("2024-06-15", "2024-07-31"))).toEqual([null, "2024-07-31"]);
    expect(rangeOf(domain, days("2024-06-15", "2024-08-16"))).toBeNull();
  });

  it("is drawn within the edges", () => {
    expect(iso(daysOf(domain, null))).toEqual(["2024-06-15", "2024-08-16"]);
    expect(iso(daysOf(domain, ["2024-07-01", null]))).toEqual(["2024-07-01", "2024-08-16"]);
    expect(iso(daysOf(domain, ["1999-01-01", "2024-07-01"]))).toEqual(["2024-06-15", "2024-07-01"]);
  });

  it("comes back as it was from what is drawn", () => {
    for (const range of [null, ["2024-07-01", null], [null, "2024-07-01"], ["2024-07-01", "2024-07-01"]] as (Range | null)[])
      expect(rangeOf(domain, daysOf(domain, range))).toEqual(range);
  });

  it("stops at its other end, and at the edge", () => {
    const july = days("2024-07-01", "2024-07-31");
    expect(iso(moveEdge(domain, july, "from", day("2024-08-05")))).toEqual(["2024-07-31", "2024-07-31"]);
    expect(iso(moveEdge(domain, july, "to", day("2030-01-01")))).toEqual(["2024-07-01", "2024-08-16"]);
    expect(iso(moveBoth(domain, july, -1))).toEqual(["2024-06-30", "2024-07-30"]);
    expect(iso(moveBoth(domain, july, 400))).toEqual(["2024-07-17", "2024-08-16"]);
  });
});

describe("keys on an end of the range", () => {
  const july = days("2024-07-01", "2024-07-31");

  it("move it by a day or by a month", () => {
    expect(iso(keyed(domain, july, "from", "ArrowRight"))).toEqual(["2024-07-02", "2024-07-31"]);
    expect(iso(keyed(domain, july, "to", "ArrowDown"))).toEqual(["2024-07-01", "2024-07-30"]);
    expect(iso(keyed(domain, july, "from", "PageDown"))).toEqual(["2024-06-15", "2024-07-31"]);
    expect(iso(keyed(domain, days("2024-06-20", "2024-07-05"), "to", "PageUp"))).toEqual(["2024-06-20", "2024-08-05"]);
  });

  it("move it all the way, but not past the other end", () => {
    expect(iso(keyed(domain, july, "from", "Home"))).toEqual(["2024-06-15", "2024-07-31"]);
    expect(iso(keyed(domain, july, "to", "End"))).toEqual(["2024-07-01", "2024-08-16"]);
    expect(iso(keyed(domain, july, "to", "Home"))).toEqual(["2024-07-01", "2024-07-01"]);
  });

  it("are left alone where they mean nothing", () => {
    expect(keyed(domain, july, "to", "Tab")).toBeNull();
  });
});

describe("steps through time", () => {
  function walk(unit: "day" | "week" | "month" | "year", by: 1 | -1): (Range | null)[] {
    const all: Range[] = [];
    for (let at = stepped(domain, null, unit, by); at; at = stepped(domain, at, unit, by)) all.push(at);
    return all;
  }

  it("go from the first window with a known day to the last one, and back over the same", () => {
    expect(walk("month", 1)).toEqual([["2024-06-01", "2024-06-30"], ["2024-07-01", "2024-07-31"], ["2024-08-01", "2024-08-31"]]);
    for (const unit of ["day", "week", "month", "year"] as const) expect(walk(unit, -1)).toEqual(walk(unit, 1).reverse());
    expect(walk("day", 1)).toHaveLength(51);
    expect(walk("week", 1)[0]).toEqual(["2024-06-17", "2024-06-23"]);
  });

  it("go on from any range, and end where nothing is known beyond", () => {
    expect(stepped(domain, ["2024-07-03", "2024-07-14"], "week", 1)).toEqual(["2024-07-15", "2024-07-21"]);
    expect(stepped(domain, ["2024-07-03", "2024-07-14"], "month", -1)).toEqual(["2024-07-01", "2024-07-31"]);
    expect(stepped(domain, [null, "2024-07-14"], "week", -1)).toBeNull();
    expect(stepped(domain, ["2024-07-03", null], "week", 1)).toBeNull();
    expect(stepped(domain, ["1999-01-01", "1999-12-31"], "week", 1)).toEqual(["2024-06-17", "2024-06-23"]);
  });

  it("play from the range, and from the beginning where it stands at the end", () => {
    expect(opening(domain, null, "week")).toEqual(["2024-06-17", "2024-06-23"]);
    expect(opening(domain, ["2024-07-03", "2024-07-04"], "week")).toEqual(["2024-07-01", "2024-07-07"]);
    expect(opening(domain, ["2024-08-05", "2024-08-11"], "week")).toEqual(["2024-06-17", "2024-06-23"]);
  });

  it("are short for a short time", () => {
    const over = (first: string, last: string): string => usualStep({ first: 0, last: 0, known: [day(first), day(last)] });
    expect([over("2024-07-01", "2024-07-14"), over("2024-06-21", "2024-08-10"), over("2021-01-01", "2024-01-01"), over("1990-01-01", "2024-01-01")]).toEqual(["day", "week", "month", "year"]);
  });
});
