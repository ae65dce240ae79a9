import { describe, expect, it } from "vitest";
import { Words } from "../src/words";
import { catalogue, english } from "./english";

describe("words", () => {
  it("chooses the plural form that the language has for a number", () => {
    expect(english.t("count.sources", { n: 1 })).toBe("1 source");
    expect(english.t("count.sources", { n: 0 })).toBe("0 sources");
    const french = new Words({ x: { one: "{n} texte", other: "{n} textes" } }, "fr");
    expect(french.t("x", { n: 0 })).toBe("0 texte");
  });

  it("takes the only form there is in a language that the browser doesn't know", () => {
    expect(new Words({ x: { other: "{n} evènman" } }, "ht").t("x", { n: 1 })).toBe("1 evènman");
  });

  it("groups thousands as the catalogue says", () => {
    expect(english.number(1234567.5)).toBe("1,234,567.5");
    expect(english.number(-1000)).toBe("−1,000");
    expect(english.number(999)).toBe("999");
  });

  it("never reads braces in a value as a slot", () => {
    expect(english.t("date.until", { date: "{date} {n}" })).toBe("until {date} {n}, start unknown");
  });

  it("leaves names that the catalogue doesn't know as they are", () => {
    expect(english.name("type", "Battles")).toBe("Battles");
    expect(new Words({ "type.Battles": "Combats" }, "fr").name("type", "Battles")).toBe("Combats");
  });

  it("falls back to English key by key", () => {
    const partly = new Words({ "tab.events": "Evènman" }, "ht", catalogue);
    expect([partly.t("tab.events"), partly.t("tab.source")]).toEqual(["Evènman", "Source"]);
  });

  it("lists names", () => {
    expect(english.list(["a", "b", "c"])).toBe("a, b and c");
    expect(english.list(["a"])).toBe("a");
    expect(english.list([])).toBe("");
  });
});

describe("the catalogue", () => {
  const code = Object.values(import.meta.glob("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true })).join("\n");
  // Keys of closed lists are put together in code: `where.${name}`.
  const built = [...code.matchAll(/[`"]([a-z]+(?:\.[a-z]+)*\.)\$\{/g)].map((found) => found[1] ?? "");
  const lists = ["occurrence.", "precision.", "reliability.", "credibility.", "type.", "subtype."];
  const prefixes = [...built, ...lists];

  it("has every key that the code names", () => {
    const named = [...code.matchAll(/\bt\(\s*"([^"]+)"/g), ...code.matchAll(/\bt\([^()"]*\? "([^"]+)" : "([^"]+)"/g)].flatMap((found) => found.slice(1));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((key) => !(key in catalogue))).toEqual([]);
  });

  it("has no key that nothing uses", () => {
    const unused = Object.keys(catalogue).filter((key) => !code.includes(`"${key}"`) && !prefixes.some((one) => key.startsWith(one)));
    // The table for pages without script is Python's.
    const python = Object.values(import.meta.glob("../../*.py", { query: "?raw", import: "default", eager: true })).join("\n");
    expect(unused.filter((key) => !python.includes(`"${key}"`))).toEqual([]);
  });

  it("gives every plural the form other", () => {
    const plurals = Object.values(catalogue).filter((one) => typeof one !== "string");
    expect(plurals.every((one) => "other" in one)).toBe(true);
  });
});
