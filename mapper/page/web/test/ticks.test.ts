import { describe, expect, it } from "vitest";
import { dayNumber } from "../src/days";
import { ticks } from "../src/ticks";
import type { Domain } from "../src/timeline";
import { english } from "./english";

const day = dayNumber as (iso: string) => number;
const domain = (first: string, last: string): Domain => ({ first: day(first), last: day(last), known: [day(first), day(last)] });
const named = (first: string, last: string, width: number): string[] =>
  ticks(domain(first, last), { width, letter: 1 }, english).map(({ text }) => text).filter(Boolean);

describe("the axis", () => {
  it("names days, weeks, months or years in the catalogue's words, with the year where it begins", () => {
    expect(named("2024-06-14", "2024-08-12", 800)).toEqual(["17 June 2024", "24 June", "1 July", "8 July", "15 July", "22 July", "29 July", "5 August"]);
    expect(named("2023-10-15", "2024-04-20", 800)).toEqual(["November 2023", "December", "January 2024", "February", "March", "April"]);
    expect(named("1998-05-01", "2024-05-01", 800)).toEqual(["2000", "2005", "2010", "2015", "2020"]);
  });

  it("names the new year rather than the months before it", () => {
    expect(named("2018-11-20", "2022-03-01", 720)).toContain("January 2019");
  });

  it("never writes one name over another or over the edge, at any width", () => {
    for (let width = 280; width <= 2000; width += 86)
      for (const [first, last] of [["2024-06-14", "2024-08-12"], ["2024-07-01", "2024-07-07"], ["2018-03-03", "2022-03-01"], ["1900-01-01", "2024-12-31"]] as const) {
        const shown = ticks(domain(first, last), { width, letter: 1 }, english).filter(({ text }) => text);
        expect(shown.length, `${first} at ${width}`).toBeGreaterThan(0);
        shown.forEach(({ x, text }, i) => expect(x + 4 + text.length * 6).toBeLessThanOrEqual(shown[i + 1]?.x ?? width));
      }
  });
});
