/** The other languages' catalogues say all that English says, with the same slots. */
import { describe, expect, it } from "vitest";
import taxonomy from "../../../schema/taxonomy.json";
import french from "../../locale/fr.json";
import haitian from "../../locale/ht.json";
import { dateSentence } from "../src/dates";
import type { EventDate } from "../src/dates";
import type { Catalogue } from "../src/payload";
import { Words } from "../src/words";
import { catalogue } from "./english";

const NAMES = taxonomy.types.flatMap(({ name, sub_event_types }) => [`type.${name}`, ...sub_event_types.map((sub) => `subtype.${sub.name}`)]);

const SHIPPED = import.meta.glob("../../locale/*.json", { import: "default", eager: true }) as Record<string, Catalogue>;
// Nouns of Haitian Creole don't change with their number; others have what the browser knows of their language.
const PLURALS: Record<string, string[]> = { fr: ["one", "other"], ht: ["other"] };
const TRANSLATED: [language: string, words: Catalogue, plurals: string[]][] = Object.entries(SHIPPED)
  .map(([path, words]) => [/(\w[\w-]*)\.json$/.exec(path)?.[1] ?? path, words] as const)
  .filter(([language]) => language !== "en")
  .map(([language, words]) => [language, words, PLURALS[language] ?? new Intl.PluralRules(language).resolvedOptions().pluralCategories]);

describe.each(TRANSLATED)("the catalogue %s", (language, words, plurals) => {
  // Signs, quotation marks and figures as French sets them.
  const isFrenchSet = language === "fr" || language === "ht";

  it("has every key of English, and names every type and sub-type", () => {
    expect([...Object.keys(catalogue), ...NAMES].filter((key) => !(key in words))).toEqual([]);
  });

  it("has no key that English lacks, but for names of the taxonomy", () => {
    const more = Object.keys(words).filter((key) => !(key in catalogue) && !NAMES.includes(key));
    expect(more).toEqual([]);
  });

  it("keeps the order of English", () => {
    const both = Object.keys(catalogue).filter((key) => key in words);
    expect(Object.keys(words).filter((key) => key in catalogue)).toEqual(both);
  });

  it("has the slots of English in every form", () => {
    const differing = Object.entries(words).filter(([key, text]) => key in catalogue && forms(text).some((form) => slots(form) !== slots(forms(catalogue[key] ?? "").at(-1) ?? "")));
    expect(differing).toEqual([]);
  });

  it("has the plural forms of the language, and some wherever English has", () => {
    expect(Object.values(words).filter((text) => typeof text !== "string" && Object.keys(text).join() !== plurals.join())).toEqual([]);
    expect(Object.keys(catalogue).filter((key) => typeof catalogue[key] !== "string" && typeof words[key] === "string")).toEqual([]);
  });

  it("names its language and its months, each once", () => {
    const months = Array.from({ length: 12 }, (_, at) => words[`month.${at + 1}`]);
    expect(new Set(months).size).toBe(12);
    expect(words["language.name"]).not.toBe(catalogue["language.name"]);
  });

  it("leaves nothing blank", () => {
    expect(Object.values(words).flatMap(forms).filter((text) => text === "" || /  /.test(text))).toEqual([]);
  });

  it.skipIf(!isFrenchSet)("breaks no line before a sign or inside quotation marks", () => {
    const texts = Object.values(words).flatMap(forms);
    expect(texts.filter((text) => /(^|[^\u00a0\u202f])[:;?!»](?!\d)|«[^\u00a0]| [:;?!»]|« |[“”"']/.test(text.replace(/\{\w+\}/g, "x")))).toEqual([]);
  });

  it.skipIf(!isFrenchSet)("groups figures so that they stay in one line", () => {
    expect(new Words(words, language, catalogue).number(1234567.5)).toBe("1\u202f234\u202f567,5");
  });
});

describe("dates", () => {
  const july = { date_precision: "month", date_start: "2024-07-01", date_end: "2024-07-31" } as const;
  const sentences: [when: EventDate, fr: string, ht: string][] = [
    [{ date: "2024-07-01", date_kind: "date", date_precision: "day", date_start: "2024-07-01", date_end: "2024-07-01" }, "1er juillet 2024", "1ye jiyè 2024"],
    [{ date: "2024-07", date_kind: "date", ...july }, "juillet 2024, un jour inconnu", "jiyè 2024, yon jou yo pa konnen"],
    [{ date: "2024-07-01/2024-07-31", date_kind: "span", ...july }, "juillet 2024, pendant toute la période", "jiyè 2024, pandan tout peryòd la"],
    [{ date: "../2024-08-10", date_kind: "span", date_end: "2024-08-10" }, "jusqu’au 10 août 2024, début inconnu", "jiska 10 out 2024, yo pa konnen kilè li kòmanse"],
    [{ date: "[..2024-08-10]", date_kind: "one_of", date_end: "2024-08-10" }, "au plus tard le 10 août 2024 (jour inconnu)", "pa apre 10 out 2024 (yo pa konnen ki jou)"],
    [
      { date: "[2024-06-21..2024-06-30]", date_kind: "one_of", date_start: "2024-06-21", date_end: "2024-06-30" },
      "21–30 juin 2024 (un jour, on ne sait lequel)",
      "21–30 jen 2024 (yon jou, yo pa konnen kilès)",
    ],
  ];

  it.each(sentences)("are sentences of the language: $date", (when, fr, ht) => {
    expect(dateSentence(new Words(french, "fr"), when)).toBe(fr);
    expect(dateSentence(new Words(haitian, "ht"), when)).toBe(ht);
  });
});

function forms(text: string | Record<string, string>): string[] {
  return typeof text === "string" ? [text] : Object.values(text);
}

function slots(text: string): string {
  return [...text.matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort().join();
}
