import { describe, expect, it } from "vitest";
import { parseFragment, writeFragment } from "../src/fragment";

describe("the fragment", () => {
  it("holds the event and the tab", () => {
    expect(parseFragment("#event=a-b-1&tab=events")).toEqual({ event: "a-b-1", tab: "events" });
    expect(writeFragment("", { event: "a-b-1", tab: "source" })).toBe("#event=a-b-1&tab=source");
  });

  it("takes anything without harm", () => {
    expect(parseFragment("")).toEqual({ event: null, tab: null });
    expect(parseFragment("#tab=nonsense&%%%=&event")).toEqual({ event: "", tab: null });
  });

  it("keeps keys that it doesn't know", () => {
    expect(writeFragment("#x=1&event=a", { event: null, tab: "events" })).toBe("#x=1&tab=events");
  });

  it("gives back what was put in", () => {
    const odd = "é & = # + %20";
    expect(parseFragment(writeFragment("", { event: odd, tab: null })).event).toBe(odd);
  });
});
