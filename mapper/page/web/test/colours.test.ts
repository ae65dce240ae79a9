import { describe, expect, it } from "vitest";
import shipped from "../../../schema/taxonomy.json";
import { colourOf, ink, inkOn, tint } from "../src/colours";

describe("colours", () => {
  it("come from the taxonomy; grey for a type it doesn't know, or a colour that isn't one", () => {
    const colour = colourOf({
      name: "t", title: "t",
      types: [
        { name: "A", colour: "#b3261e", sub_event_types: [] },
        { name: "B", colour: "url(https://example.org)", sub_event_types: [] },
      ],
    });
    expect([colour("A"), colour("B"), colour("C")]).toEqual(["#b3261e", "#5c6670", "#5c6670"]);
  });

  it("carry numbers that can be read", () => {
    expect(inkOn("#ffee00")).toBe("#111111");
    expect(shipped.types.map(({ colour }) => inkOn(colour))).toEqual(shipped.types.map(() => "#ffffff"));
  });

  it("are darkened for words on white only as far as needed", () => {
    expect(ink("#7b2d8e")).toBe("rgb(123 45 142)");
    expect(ink("#ffee00")).not.toBe("rgb(255 238 0)");
  });

  it("are mixed with white", () => {
    expect(tint("#000000", 0.5)).toBe("rgb(128 128 128)");
  });
});
