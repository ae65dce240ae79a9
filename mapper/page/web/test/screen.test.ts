import { describe, expect, it } from "vitest";
import { roomFor } from "../src/screen";

/** Pixels, in letters of so many pixels. */
function layout(width: number, height: number, letter = 16): string {
  return roomFor(width / letter, height / letter).layout;
}

describe("the layout", () => {
  it("is text beside map where there is room", () => {
    expect([layout(1400, 860), layout(1024, 600), layout(860, 600)]).toEqual(["desk", "desk", "desk"]);
  });

  it("is a sheet below the map on phones and tall tablets", () => {
    expect([layout(390, 844), layout(320, 640), layout(720, 600), layout(820, 1180)]).toEqual(["phone", "phone", "phone", "phone"]);
  });

  it("is a sheet beside the map on a phone held sideways", () => {
    expect([layout(844, 390), layout(568, 320), layout(700, 430)]).toEqual(["side", "side", "side"]);
  });

  it("goes by the reader's letters", () => {
    expect([layout(1400, 860, 32), layout(780, 1688, 32)]).toEqual(["side", "phone"]);
  });
});
