import { describe, expect, it } from "vitest";
import { embedCode, flagged, isServed } from "../src/share";

describe("the flag for frames", () => {
  it("is set and taken away, and nothing else changes", () => {
    expect(flagged("#event=a&q=x%20y", true)).toBe("#embed&event=a&q=x%20y");
    expect(flagged("#embed&event=a", true)).toBe("#embed&event=a");
    expect(flagged("#event=a&embed=", false)).toBe("#event=a");
    expect([flagged("", true), flagged("#embed", false), flagged("", false)]).toEqual(["#embed", "", ""]);
  });
});

describe("the code for a frame", () => {
  const disk = { protocol: "file:", href: "file:///home/me/map.html#event=a", pathname: "/home/me/map.html", hash: "#event=a" };

  it("names a served page by its address", () => {
    const served = { protocol: "https:", href: "https://a.example/b?c=1#event=a", pathname: "/b", hash: "#event=a" };
    expect(embedCode(served, "A map")).toBe('<iframe src="https://a.example/b?c=1#embed&amp;event=a" title="A map" width="600" height="400"></iframe>');
  });

  it("names a file as if it lay beside the page, and tells nothing of the disk", () => {
    expect(embedCode(disk, "A map")).toContain('src="map.html#embed&amp;event=a"');
    expect(embedCode(disk, "A map")).not.toContain("home");
  });

  it("lets no title out of its attribute", () => {
    expect(embedCode(disk, '"><script>&')).toContain('title="&quot;>&lt;script>&amp;"');
  });
});

describe("what was served", () => {
  it("has an address that others can open", () => {
    expect(["https:", "http:", "file:", "blob:", "about:"].map(isServed)).toEqual([true, true, false, false, false]);
  });
});
