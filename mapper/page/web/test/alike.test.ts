/** The sentences that Python writes for the page without JavaScript, and these, are the same. */
import { describe, expect, it } from "vitest";
import { dateSentence, plainDate } from "../src/dates";
import type { EventDate } from "../src/dates";
import type { EventRow } from "../src/payload";
import { actorLines, deathsSentence, placeName, precisionSentence } from "../src/sentences";
import { english, table, tableWith } from "./english";
import { Words } from "../src/words";
import said from "./sentences.json";

describe("the sentences that Python writes too", () => {
  it.each(said.dates)("of the date $when.date", ({ when, sentence }) => {
    expect(dateSentence(english, when as EventDate)).toBe(sentence);
  });

  it.each(said.plain_dates)("of the plain date $edtf", ({ edtf, sentence }) => {
    expect(plainDate(english, edtf)).toBe(sentence);
  });

  it.each(said.deaths)("of the deaths $deaths", ({ deaths, sentence }) => {
    expect(deathsSentence(english, deaths)).toBe(sentence);
  });

  it.each(said.who)("of who $who", ({ who, lines }) => {
    expect(actorLines(english, who)).toEqual(lines);
  });

  it.each(said.where)("of where $where", ({ where, name, precision }) => {
    const events = table(where as Partial<EventRow>);
    expect([placeName(english, events, 0), precisionSentence(english, events, 0)]).toEqual([name, precision]);
  });

  it.each(said.numbers)("of $number", ({ number, text }) => {
    expect(english.number(number)).toBe(text);
  });
});

describe("a translated cell", () => {
  it("is said in the reader's language, and as it was written where nobody translated it", () => {
    const events = tableWith({ translations: { fr: { title: ["Un", null] } } }, { title: "A" }, { title: "B" });
    expect([0, 1].map((row) => events.said("title", row, "fr"))).toEqual(["Un", "B"]);
    expect([0, 1].map((row) => events.langOf("title", row, "fr"))).toEqual([undefined, "en"]);
    expect([0, 1].map((row) => [events.said("title", row, "en"), events.langOf("title", row, "en")])).toEqual([["A", undefined], ["B", undefined]]);
  });

  it("stands in the place's name", () => {
    const events = tableWith({ translations: { ht: { place: ["Nò"], country: ["Ayiti"] } } }, { place: "Nord", country: "Haïti" });
    expect(placeName(new Words({ "list.comma": ", " }, "ht"), events, 0)).toBe("Nò, Ayiti");
  });
});
