import { describe, expect, it } from "vitest";
import { fold, foldWithOffsets, wordsOf } from "../src/folding";
import { Desk } from "../src/desk";
import type { Answer } from "../src/desk";
import { Finder } from "../src/finder";
import { Searcher } from "../src/searcher";
import { marked, snippet, spans, where } from "../src/search";
import type { Searched } from "../src/search";
import { textsOf } from "../src/searched";
import { report, table } from "./english";
import { chooser } from "./random";

const LETTERS = [..."aZé́Èœ Æß-'’.Ł\u00adİıΣ名👩‍👧ﬁ\ud800½ـ"];

const bytesOf = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

function whole<T>(steps: Generator<void, T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** The rows in which a query is found, each with texts of its own; null where nothing is looked for. */
function search(rows: readonly string[][], query: string): number[] | null {
  const finder = new Finder(rows.length);
  whole(finder.addTexts({ bytes: bytesOf([rows.flat()]), lists: [0], rows: Uint32Array.from(rows.flatMap((texts, row) => texts.map(() => row))) }));
  const mask = whole(finder.find(query));
  return mask && [...mask.keys()].filter((row) => mask[row] === 1);
}

function anyText({ upTo, one }: ReturnType<typeof chooser>): string {
  return Array.from({ length: upTo(24) }, () => one(LETTERS)).join("");
}

describe("folding", () => {
  it("leaves accents and case aside, and parts words at apostrophes, hyphens and other signs", () => {
    expect(fold("Léogâne")).toBe("leogane");
    expect(fold("L’Anse-à-Veau, GRAND'ANSE!")).toBe("l anse a veau grand anse");
    expect(fold("  Œuvre; CÆSAR; Straße; Łódź; Đà Nẵng; Ærø  ")).toBe("oeuvre caesar strasse lodz da nang aero");
    expect(fold("İstanbul ISPARTA ısı")).toBe("istanbul isparta isi");
  });

  it("makes one of the ways in which a text can be written", () => {
    for (const text of ["Léogâne", "Ouanaminthe", "Ẫ", "가나", "Ещё"]) expect(fold(text.normalize("NFD"))).toBe(fold(text.normalize("NFC")));
    expect(fold("co\u00adope\u200dra\u2060tive")).toBe("cooperative");
  });

  it("comes to the same, letter by letter or all at once", () => {
    const random = chooser(17);
    const common = [..."aZéÈœ Æß-'’.ŁİıĳĿŀŉſ“…\u00a0Ǆ½"];
    for (let round = 0; round < 400; round += 1) {
      const text = Array.from({ length: random.upTo(12) }, () => random.one(common)).join("");
      expect(fold(text)).toBe(foldWithOffsets(text).text);
    }
  });

  it("is the same done twice, and knows where each letter comes from", () => {
    const random = chooser(11);
    for (let round = 0; round < 400; round += 1) {
      const text = anyText(random);
      const folded = foldWithOffsets(text);
      expect(fold(folded.text)).toBe(folded.text);
      expect(folded.from).toHaveLength(folded.text.length);
      expect(folded.to).toHaveLength(folded.text.length);
      [...folded.text.matchAll(/\S+/g)].forEach(({ 0: word, index }) => {
        const original = text.slice(folded.from[index], folded.to[index + word.length - 1]);
        expect(fold(original)).toContain(word);
      });
    }
  });

  it("takes a query for its words", () => {
    expect(wordsOf("  Port-au-Prince, au port ")).toEqual(["port", "au", "prince"]);
    expect(wordsOf("?!")).toEqual([]);
  });
});

describe("search", () => {
  const rows: Searched[] = [
    [{ field: "place", text: "Léogâne" }, { field: "quote", text: "The gangs want to march on Léogâne." }, { field: "title", text: "Léogâne named by the gangs" }],
    [{ field: "place", text: "Port-au-Prince" }, { field: "spelling", text: "Pòtoprens" }, { field: "title", text: "Soldiers land" }],
    [{ field: "actor", text: "Unidentified gangs" }, { field: "notes", text: "A pause because of heavy rain" }],
  ];
  const found = (query: string) => search(rows.map((texts) => texts.map(({ text }) => text)), query);

  it("finds events in which all words stand, wherever each does", () => {
    expect(found("gangs")).toEqual([0, 2]);
    expect(found("LEOGANE gang")).toEqual([0]);
    expect(found("potoprens soldiers")).toEqual([1]);
    expect(found("gangs soldiers")).toEqual([]);
  });

  it("looks for very short words at the beginning of words alone", () => {
    expect(found("au")).toEqual([1]);
    expect(found("port au prince")).toEqual([1]);
  });

  it("looks for nothing where no word was typed", () => {
    expect(found("")).toBeNull();
    expect(found(" ’ -")).toBeNull();
  });

  it("says where: as few texts as have all the words", () => {
    const hits = where(rows[0]!, "leogane gangs");
    expect(hits.map(({ field }) => field)).toEqual(["quote"]);
    expect(hits[0]?.pieces.filter((piece) => piece.marked).map((piece) => piece.text)).toEqual(["gangs", "Léogâne"]);
    expect(where(rows[1]!, "pòto land").map(({ field }) => field)).toEqual(["spelling", "title"]);
  });

  it("marks the words together where they stand together", () => {
    expect(spans("Port-au-Prince, the port", "port au prince")).toEqual([[0, 14]]);
    expect(spans("Prince of the port", "port prince")).toEqual([[0, 6], [14, 18]]);
  });

  it("marks what is written, accents and all", () => {
    expect(marked("à Le\u0301oga\u0302ne!", "leogane")).toEqual([{ text: "à ", marked: false }, { text: "Le\u0301oga\u0302ne", marked: true }, { text: "!", marked: false }]);
    expect(marked("l’œuvre", "oe")).toEqual([{ text: "l’", marked: false }, { text: "œ", marked: true }, { text: "uvre", marked: false }]);
  });

  it("cuts a long text around the words, between words", () => {
    const text = `${"Before it nothing. ".repeat(20)}The Gressier road was closed. ${"After it nothing. ".repeat(20)}`;
    const pieces = snippet(text, "gressier");
    expect(pieces.map((piece) => piece.text).join("")).toMatch(/^… .*The Gressier road was closed\..* …$/);
    expect(pieces.filter((piece) => piece.marked)).toEqual([{ text: "Gressier", marked: true }]);
    expect(pieces.map((piece) => piece.text).join("").length).toBeLessThan(150);
  });

  it("gives every text back unaltered, whatever is looked for", () => {
    const random = chooser(3);
    for (let round = 0; round < 400; round += 1) {
      const [text, query] = [anyText(random), anyText(random)];
      expect(marked(text, query).map((piece) => piece.text).join("")).toBe(text);
      const long = `${text} `.repeat(12);
      const inside = snippet(long, query).map((piece) => piece.text).join("").replace(/^… /, "").replace(/ …$/, "");
      expect(long).toContain(inside);
    }
  });

  it("finds an event by any part of a text of its, and marks it there", () => {
    const random = chooser(5);
    for (let round = 0; round < 300; round += 1) {
      const text = anyText(random);
      const words = wordsOf(text);
      if (words.length === 0) continue;
      const query = random.one(words);
      expect(search([[text]], query)).toEqual([0]);
      expect(marked(text, query).some((piece) => piece.marked)).toBe(true);
    }
  });
});

describe("what is searched", () => {
  const events = table({
    title: "A convoy", place: "Gressier", place_text: "at Gressier", place_names: ["Gresye", "Gressier"], admin1: "Ouest", actor1: "A", assoc_actor_1: "B; C",
    notes: "N", reports: [report({ quote: "Q1", actor2: "D" }), report({ quote: "Q2", place_text: "near the bridge" })],
  });

  it("is every name, actor, quote and note, each once", () => {
    const texts = textsOf(events, 0);
    const of = (field: string) => texts.filter((one) => one.field === field).map((one) => one.text);
    expect([of("place"), of("spelling"), of("actor"), of("quote"), of("notes"), of("title")]).toEqual([
      ["Gressier", "at Gressier", "Ouest", "near the bridge"], ["Gresye"], ["A", "B", "C", "D"], ["Q1", "Q2"], ["N"], ["A convoy"],
    ]);
  });
});

describe("a search beside the page", () => {
  const events = table(
    { title: "A convoy", place: "Gressier", place_names: ["Gresye"], actor1: "Pòl", reports: [report({ quote: "It rained." }), report({ place: "Nò", actor2: "Jàk", quote: "Rain." })] },
    { title: "Rain", status: "retracted", notes: "At night" },
    {},
  );

  async function answers(query: string): Promise<Answer> {
    return new Promise((done) => new Searcher(events, (answer) => answer.isWhole && done(answer), null).look(query));
  }

  it("finds what any text of an event says, and what its reports say otherwise", async () => {
    const found = async (query: string) => [...((await answers(query)).found ?? [])];
    expect(await found("gresye convoy")).toEqual([1, 0, 0]);
    expect(await found("rain")).toEqual([1, 1, 0]);
    expect(await found("jak no pol")).toEqual([1, 0, 0]);
    expect(await found("night")).toEqual([0, 1, 0]);
    expect(await found("nowhere")).toEqual([0, 0, 0]);
  });

  it("finds a word in an event just where it says where it is", async () => {
    for (const query of ["gressier", "pol", "rain", "jak", "convoy", "night", "it"]) {
      const found = (await answers(query)).found ?? new Uint8Array(3);
      expect([...found]).toEqual([0, 1, 2].map((row) => Number(where(textsOf(events, row), query).length > 0)));
    }
  });

  it("answers with what it has, then with all of it; an older query goes unanswered", () => {
    const told: Answer[] = [];
    const waiting: (() => void)[] = [];
    const desk = new Desk((answer) => told.push(answer), { budget: -1, pause: (go) => waiting.push(go) });
    const rest = (): void => {
      for (let go = waiting.shift(); go; go = waiting.shift()) go();
    };
    desk.receive({ kind: "open", length: 2 });
    desk.receive({ kind: "find", query: "first" });
    desk.receive({ kind: "find", query: "second" });
    desk.receive({ kind: "column", column: { codes: Uint8Array.of(0, 1), blocks: [bytesOf(["second", null])], rows: null } });
    rest();
    expect(told.map(({ query, found, isWhole }) => [query, [...(found ?? [])], isWhole])).toEqual([["second", [1, 0], false]]);
    desk.receive({ kind: "texts", texts: { bytes: bytesOf([["x", "a second one"]]), lists: [0], rows: Uint32Array.of(0, 1) } });
    desk.receive({ kind: "whole" });
    rest();
    expect(told.slice(1).map(({ found, isWhole }) => [[...(found ?? [])], isWhole])).toEqual([[[1, 1], true]]);
  });
});
