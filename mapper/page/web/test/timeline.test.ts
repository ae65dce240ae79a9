import { describe, expect, it } from "vitest";
import { dayNumber, isoDay } from "../src/days";
import type { EventRow, EventTable } from "../src/payload";
import { bucketOf, bucketStarts, countBuckets, dayAt, domainOf, layBars, layBuckets, pack, spanOf, unitFor, xOf } from "../src/timeline";
import type { Domain, Span } from "../src/timeline";
import { table } from "./english";

const day = dayNumber as (iso: string) => number;
const ROOM = { width: 800, letter: 1 };

function dated(differences: Partial<EventRow>): Span | null {
  return spanOf(table({ date: "as written", date_kind: "date", date_precision: "day", ...differences }), 0);
}

function span(from: string | null, to: string | null, row = 0): Span {
  return { row, from: from && day(from), to: to && day(to), look: "within", uncertain: false, approximate: false } as Span;
}

/** Events that last so long; null is open, and both null undated. */
function lasting(...spans: (readonly [from: string | null, to: string | null] | null)[]): EventTable {
  return table(...spans.map((one) => (one ? { date: "as written", date_start: one[0], date_end: one[1] } : {})));
}

function all(events: EventTable): Uint8Array {
  return new Uint8Array(events.length).fill(1);
}

function timeOf(...spans: Parameters<typeof lasting>): Domain | null {
  const events = lasting(...spans);
  return domainOf(events, all(events));
}

function domain(first: string, last: string): Domain {
  return { first: day(first), last: day(last), known: [day(first), day(last)] };
}

describe("what a bar says", () => {
  it("is a day where the day is known, however it was written", () => {
    expect(dated({ date_start: "2024-07-21", date_end: "2024-07-21" })?.look).toBe("day");
    expect(dated({ date_kind: "one_of", date_start: "2024-07-21", date_end: "2024-07-21" })?.look).toBe("day");
  });

  it("is throughout for a span, some day within for a month or a window, each for a set of days", () => {
    const month = { date_start: "2024-07-01", date_end: "2024-07-31" };
    expect(dated({ ...month, date_kind: "span" })?.look).toBe("throughout");
    expect(dated({ ...month, date_precision: "month" })?.look).toBe("within");
    expect(dated({ ...month, date_kind: "one_of" })?.look).toBe("within");
    expect(dated({ ...month, date_kind: "all_of" })?.look).toBe("each");
  });

  it("is open where the date is: not after, until, since", () => {
    const notAfter = dated({ date_kind: "one_of", date_start: null, date_end: "2024-08-10" });
    expect([notAfter?.from, notAfter?.to, notAfter?.look]).toEqual([null, day("2024-08-10"), "within"]);
    expect(dated({ date_kind: "span", date_start: "2024-08-10", date_end: null })?.to).toBeNull();
  });

  it("carries uncertain and approximate, and is nothing without a date", () => {
    expect(dated({ date_start: "2024-07-01", date_end: "2024-07-01", date_uncertain: true })).toMatchObject({ uncertain: true, approximate: false });
    expect(dated({ date: null })).toBeNull();
  });
});

describe("the time that is drawn", () => {
  it("reaches over all days that events name, with a margin, wider at an open end", () => {
    const closed = timeOf(["2024-06-21", "2024-06-30"], ["2024-07-01", "2024-08-10"]) as Domain;
    expect(closed.known.map(isoDay)).toEqual(["2024-06-21", "2024-08-10"]);
    expect(closed.known[0] - closed.first).toBe(closed.last - closed.known[1]);
    const open = timeOf(["2024-06-21", "2024-06-30"], [null, "2024-08-10"]) as Domain;
    expect(open.known).toEqual(closed.known);
    expect(open.known[0] - open.first).toBeGreaterThan(open.last - open.known[1]);
  });

  it("is a week at the least, and nothing without a day", () => {
    const one = timeOf(["2024-07-01", "2024-07-01"]) as Domain;
    expect(one.last - one.first + 1).toBeGreaterThanOrEqual(7);
    expect(timeOf()).toBeNull();
    expect(timeOf([null, null], null)).toBeNull();
  });

  it("leads from days to pixels and back", () => {
    const july = domain("2024-07-01", "2024-07-31");
    for (let at = july.first; at <= july.last; at++) expect(dayAt(july, xOf(july, at, 800) + 0.5, 800)).toBe(at);
    expect(dayAt(july, -50, 800)).toBe(july.first);
    expect(dayAt(july, 900, 800)).toBe(july.last);
  });
});

describe("lanes", () => {
  it("hold bars that don't touch, the earlier ones above, in as few lanes as there must be", () => {
    const extents = [{ left: 50, right: 90 }, { left: 0, right: 40 }, { left: 30, right: 60 }, { left: 60, right: 80 }];
    expect(pack(extents, 0)).toEqual([0, 0, 1, 1]);
    expect(pack(extents, 12)).toEqual([2, 0, 1, 0]);
  });

  it("never let one bar lie on another", () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const extents = Array.from({ length: 120 }, () => ({ left: random() * 700, right: 0 })).map(({ left }) => ({ left, right: left + 4 + random() * 90 }));
    const lanes = pack(extents, 2);
    extents.forEach((a, i) =>
      extents.forEach((b, j) => {
        if (i < j && lanes[i] === lanes[j]) expect(a.right + 2 <= b.left || b.right + 2 <= a.left).toBe(true);
      }),
    );
  });
});

describe("bars", () => {
  const july = domain("2024-07-01", "2024-07-31");
  const number = ({ row }: Span): string => String(row + 1);

  it("reach from the earliest to the latest day, open ends to the edge", () => {
    const [closed, open] = layBars([span("2024-07-01", "2024-07-10"), span("2024-07-20", null, 1)], number, july, ROOM)?.bars ?? [];
    expect([closed?.left, closed?.right]).toEqual([0, xOf(july, day("2024-07-11"), 800)]);
    expect(open?.right).toBe(800);
  });

  it("are wide enough to be hit, even for a day among years", () => {
    const decade = domain("2014-01-01", "2024-01-01");
    const bar = layBars([span("2019-05-05", "2019-05-05")], number, decade, ROOM)?.bars[0];
    expect((bar?.right ?? 0) - (bar?.left ?? 0)).toBeGreaterThanOrEqual(6);
  });

  it("bear their number: on them at the known end, or beside them within the chart", () => {
    const spans = [span(null, "2024-07-20"), span("2024-07-02", "2024-07-02", 1), span("2024-07-31", "2024-07-31", 2)];
    const [open, short, late] = layBars(spans, number, july, { width: 320, letter: 1 })?.bars ?? [];
    expect(open?.label).toMatchObject({ anchor: "end", inside: true });
    expect(short?.label).toMatchObject({ anchor: "start", inside: false });
    expect(late?.label).toMatchObject({ anchor: "end", inside: false });
    expect(late?.label?.x).toBeLessThan(late?.left ?? 0);
  });

  it("give way to counts where they are too many, all told or at one time", () => {
    const apart = (n: number): Span[] => Array.from({ length: n }, (_, i) => ({ ...span("2024-07-01", "2024-07-01", i), from: july.first + (i % 31), to: july.first + (i % 31) }));
    expect(layBars(apart(150), number, july, ROOM)?.bars).toHaveLength(150);
    expect(layBars(apart(151), number, july, ROOM)).toBeNull();
    const together = Array.from({ length: 21 }, (_, i) => span("2024-07-01", "2024-07-31", i));
    expect(layBars(together, number, july, ROOM)).toBeNull();
    expect(layBars(together.slice(1), number, july, ROOM)?.lanes).toBe(20);
  });
});

describe("stacked counts", () => {
  it("go by the shortest unit for which there is room", () => {
    expect(unitFor(domain("2024-07-01", "2024-08-31"), ROOM)).toBe("day");
    expect(unitFor(domain("2024-01-01", "2025-12-31"), ROOM)).toBe("week");
    expect(unitFor(domain("2015-01-01", "2024-12-31"), ROOM)).toBe("month");
    expect(unitFor(domain("1960-01-01", "2024-12-31"), ROOM)).toBe("year");
    expect(unitFor(domain("2024-07-01", "2024-08-31"), { width: 300, letter: 2 })).toBe("week");
  });

  it("begin with the unit in which the time begins and end after the one in which it ends", () => {
    expect(bucketStarts(domain("2024-06-21", "2024-08-10"), "month").map(isoDay)).toEqual(["2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01"]);
    expect(bucketStarts(domain("2024-07-03", "2024-07-08"), "week").map(isoDay)).toEqual(["2024-07-01", "2024-07-08", "2024-07-15"]);
  });

  const months = bucketStarts(domain("2024-06-01", "2024-09-30"), "month");
  const counts = (groups: number, groupOf: (row: number) => number, ...spans: Parameters<typeof lasting>): number[][] => {
    const events = lasting(...spans);
    const rows = Uint32Array.from(all(events), (_, row) => row);
    return countBuckets(layBuckets(events, months), months.length - 1, all(events), groups, Array.from(rows, groupOf), rows);
  };
  const counted = (...spans: Parameters<typeof lasting>): number[] => counts(1, () => 0, ...spans)[0] ?? [];

  it("count an event in each bucket that its interval touches", () => {
    expect(counted(["2024-07-31", "2024-08-01"])).toEqual([0, 1, 1, 0]);
    expect(counted(["2024-07-01", "2024-07-31"], ["2024-07-15", "2024-07-15"])).toEqual([0, 2, 0, 0]);
    expect(counted([null, "2024-07-01"])).toEqual([1, 1, 0, 0]);
    expect(counted(["2024-08-31", null])).toEqual([0, 0, 1, 1]);
    expect(counted([null, null])).toEqual([1, 1, 1, 1]);
  });

  it("leave out what bears no date and what a mask leaves out", () => {
    expect(counted(null, ["2024-06-01", "2024-06-01"])).toEqual([1, 0, 0, 0]);
    const events = lasting(["2024-06-01", "2024-06-01"], ["2024-07-01", "2024-07-01"]);
    expect(countBuckets(layBuckets(events, months), 4, Uint8Array.of(0, 1), 1, [0], [0, 0])).toEqual([[0, 1, 0, 0]]);
  });

  it("leave out what lies wholly before or after", () => {
    expect(counted(["2024-01-01", "2024-05-31"], ["2024-10-01", null])).toEqual([0, 0, 0, 0]);
    expect(counted(["2024-01-01", "2024-06-01"])).toEqual([1, 0, 0, 0]);
  });

  it("keep groups apart", () => {
    expect(counts(2, (row) => row, ["2024-06-01", "2024-06-01"], ["2024-06-02", "2024-07-02"])).toEqual([[1, 0, 0, 0], [1, 1, 0, 0]]);
  });

  it("find the bucket of a day", () => {
    expect([day("2024-05-31"), day("2024-06-01"), day("2024-07-31"), day("2024-10-01")].map((one) => bucketOf(months, one))).toEqual([-1, 0, 1, 4]);
  });
});
