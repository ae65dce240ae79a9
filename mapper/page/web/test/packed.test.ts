import { effect } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { Bytes, CHUNK, ColdColumns } from "../src/packed";
import { EVER } from "../src/payload";
import { report, table } from "./english";

/** Planes of numbers as Python writes them. */
function planes(numbers: number[], width: number): number[] {
  return Array.from({ length: width }, (_, plane) => numbers.map((one) => (one >>> (8 * plane)) & 255)).flat();
}

describe("whole numbers", () => {
  const bytes = new Bytes([Uint8Array.from([9, ...planes([1, 70000, 3], 3), ...planes([2, 1, 4], 1)])]);

  it("stand in planes of bytes", () => {
    expect([...bytes.numbers([0, 1, 3, 3, 0, 0])]).toEqual([1, 70000, 3]);
    expect([...bytes.numbers([0, 1, 3, 3, 0, -5])]).toEqual([-4, 69995, -2]);
    expect(bytes.codes([0, 1, 3, 3, 0, 0])).toBeInstanceOf(Uint32Array);
  });

  it("may be steps, whose sign is the lowest bit", () => {
    expect([...bytes.numbers([0, 10, 3, 1, 1, 100])]).toEqual([101, 100, 102]);
    expect(bytes.codes([0, 10, 3, 1, 1, 0])).toBeInstanceOf(Uint8Array);
  });

  it("take no room where all are equal", () => {
    expect([...bytes.numbers([0, 0, 4, 0, 0, 7])]).toEqual([7, 7, 7, 7]);
    expect([...bytes.codes([0, 0, 2, 0, 0, 0])]).toEqual([0, 0]);
  });
});

describe("the table, all rows at once", () => {
  const events = table(
    { event_type: "Riots", date: "2024-07-01", date_start: "2024-07-01", date_end: "2024-07-03", label_lon: -72.5, label_lat: 18.25 },
    { event_type: "Battles", date: "../1970-01-02", date_end: "1970-01-02", label_lon: null, label_lat: null, reports: [report(), report({ source: 3 })] },
    { event_type: "Riots", status: "retracted", shape: 4, reports: [report({ source: 2 })] },
  );

  it("has codes and the values that they stand for", () => {
    expect([...events.codes("event_type")].map((code) => events.values("event_type")[code])).toEqual(["Riots", "Battles", "Riots"]);
    expect([...events.mask("event_type", (type) => type === "Riots")]).toEqual([1, 0, 1]);
  });

  it("has days, with ends that are open, and undated events that touch none", () => {
    expect([...events.days("start")]).toEqual([19905, EVER.first, EVER.last]);
    expect([...events.days("end")]).toEqual([19907, 1, EVER.first]);
    expect([...events.undated]).toEqual([0, 0, 1]);
  });

  it("knows what is where", () => {
    expect([...events.located]).toEqual([1, 0, 1]);
    expect([...events.retracted]).toEqual([0, 0, 1]);
    expect([events.lon[0], events.lat[0], events.lon[1]]).toEqual([-72.5, 18.25, NaN]);
    expect([...events.shapes]).toEqual([-1, -1, 4]);
  });

  it("has the sources of all reports", () => {
    expect([[...events.reports.starts], [...events.reports.sources]]).toEqual([[0, 0, 2, 3], [0, 3, 2]]);
  });

  it("finds an event by its id, and none by a text that only looks like one", () => {
    expect([events.row("event-2"), events.row("event"), events.row('event-1","event-2'), events.row(null)]).toEqual([1, undefined, undefined, undefined]);
  });

  it("knows thousands of ids", () => {
    const many = table(...Array.from({ length: 3 * CHUNK + 1 }, () => ({})));
    expect([1, CHUNK, 3 * CHUNK + 1].map((n) => many.row(`event-${n}`))).toEqual([0, CHUNK - 1, 3 * CHUNK]);
  });
});

describe("long texts", () => {
  function cold() {
    const asked: string[] = [];
    const columns = new ColdColumns("mapper-events", ["notes"], 2 * CHUNK, (name) => {
      asked.push(name);
      const values = Array.from({ length: CHUNK }, (_, at) => (at === 1 ? null : `${name} ${at}`));
      return Promise.resolve(new TextEncoder().encode(JSON.stringify([values])));
    });
    return { asked, columns };
  }

  it("come when somebody asks, who is then asked again", async () => {
    const { asked, columns } = cold();
    const seen: unknown[] = [];
    effect(() => void seen.push(columns.at("notes", CHUNK + 5)));
    await columns.fetch([CHUNK + 5]);
    expect(seen).toEqual([null, "mapper-events-1 5"]);
    expect(columns.at("notes", CHUNK + 1)).toBe(null);
    expect(asked).toEqual(["mapper-events-1"]);
    expect([columns.isHere(0), columns.isHere(CHUNK)]).toEqual([false, true]);
  });

  it("can be walked through without being kept", async () => {
    const { columns } = cold();
    const firsts: [number, unknown][] = [];
    for await (const { first, columns: found } of columns.walk()) firsts.push([first, found["notes"]?.[0]]);
    expect(firsts).toEqual([[0, "mapper-events-0 0"], [CHUNK, "mapper-events-1 0"]]);
    expect(columns.isHere(0)).toBe(false);
  });
});
