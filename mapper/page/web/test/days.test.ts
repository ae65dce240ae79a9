import { describe, expect, it } from "vitest";
import { dayNumber, isoDay, later, startOf, typedDay, window } from "../src/days";

const iso = ([first, last]: readonly [number, number]): string[] => [isoDay(first), isoDay(last)];

describe("days", () => {
  it("are whole numbers that come back as they were, in any century", () => {
    for (const day of ["1970-01-01", "2024-02-29", "1999-12-31", "0044-03-15", "-0044-03-15", "9999-12-31", "12024-01-01"])
      expect(isoDay(dayNumber(day))).toBe(day);
    expect(dayNumber("1970-01-02") - dayNumber("1969-12-31")).toBe(2);
    expect(dayNumber(null)).toBeNull();
  });

  it("stand in weeks from Monday to Sunday, months and years", () => {
    const day = dayNumber("2024-07-21");
    expect(iso(window("day", day))).toEqual(["2024-07-21", "2024-07-21"]);
    expect(iso(window("week", day))).toEqual(["2024-07-15", "2024-07-21"]);
    expect(iso(window("month", day))).toEqual(["2024-07-01", "2024-07-31"]);
    expect(iso(window("year", day))).toEqual(["2024-01-01", "2024-12-31"]);
    expect(isoDay(startOf("month", dayNumber("2024-02-29")))).toBe("2024-02-01");
  });

  it("go on by months to the last day of a shorter one", () => {
    expect(isoDay(later("month", dayNumber("2024-01-31"), 1))).toBe("2024-02-29");
    expect(isoDay(later("month", dayNumber("2024-03-31"), -1))).toBe("2024-02-29");
    expect(isoDay(later("year", dayNumber("2024-02-29"), 1))).toBe("2025-02-28");
    expect(isoDay(later("week", dayNumber("2024-12-30"), 1))).toBe("2025-01-06");
  });
});

describe("a typed date", () => {
  it("is a year, a month or a day: its first day from, its last day to", () => {
    expect(typedDay("2024", "first")).toBe("2024-01-01");
    expect(typedDay("2024", "last")).toBe("2024-12-31");
    expect(typedDay("2024-02", "first")).toBe("2024-02-01");
    expect(typedDay("2024-02", "last")).toBe("2024-02-29");
    expect(typedDay(" 2024-07-21 ", "last")).toBe("2024-07-21");
  });

  it("is refused where there is no such day, or where it could mean two", () => {
    for (const text of ["", "24", "2024-13", "2024-00", "2023-02-29", "2024-7-1", "21/07/2024", "July 2024", "2024-07-", "2024-07-21T10:00"])
      expect(typedDay(text, "first"), text).toBeNull();
  });
});
