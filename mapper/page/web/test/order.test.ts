import { describe, expect, it } from "vitest";
import { inOrder } from "../src/order";
import { table } from "./english";

function numbers(events: ReturnType<typeof table>, order: "text" | "time"): number[] {
  return [...inOrder(events, new Uint8Array(events.length).fill(1), order)].map((row) => row + 1);
}

describe("the order of the events", () => {
  const events = table(
    { date_start: "2024-07-21", date_end: "2024-07-21" },
    {},
    { date_start: "2024-07-01", date_end: "2024-07-31" },
    { date_start: null, date_end: "2024-07-10" },
    { date_start: "2024-07-01", date_end: "2024-07-01" },
    { date_start: "2024-07-01", date_end: null },
  );

  it("of the text is that of the numbers", () => {
    expect(numbers(events, "text")).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("of time goes by the first day, then by the last; undated events stand at the end", () => {
    expect(numbers(events, "time")).toEqual([5, 3, 6, 4, 1, 2]);
  });

  it("holds what is shown alone", () => {
    expect([...inOrder(events, Uint8Array.of(1, 1, 0, 0, 1, 0), "time")]).toEqual([4, 0, 1]);
  });

  it("of time keeps to the numbers where the days are the same", () => {
    const same = { date_start: "2024-07-01", date_end: "2024-07-01" };
    expect(numbers(table(same, same, same), "time")).toEqual([1, 2, 3]);
  });
});
