import { describe, expect, it } from "vitest";
import { segment } from "../src/passages";
import type { Paragraph, Passage } from "../src/passages";

function passage(row: number, spans: [number, number][], places: [number, number][] = []): Passage {
  return { row, spans, places };
}

/** "plain|1:words|1,2:words": runs with their rows. */
function shown(paragraph: Paragraph | undefined): string {
  return (paragraph ?? [])
    .map((run) => {
      const text = run.pieces.map((piece) => (piece.place ? `_${piece.text}_` : piece.text)).join("");
      return run.rows.length > 0 ? `${run.rows.join(",")}:${text}` : text;
    })
    .join("|");
}

describe("a text is cut at its passages", () => {
  it("leaves words plain on which no event rests", () => {
    expect(segment("one two three", [passage(0, [[4, 7]])]).map(shown)).toEqual(["one |0:two| three"]);
  });

  it("shows shared words once, with all their events", () => {
    const cut = segment("one two three four", [passage(0, [[0, 13]]), passage(1, [[4, 18]])]);
    expect(cut.map(shown)).toEqual(["0:one |0,1:two three|1: four"]);
  });

  it("takes nested and equal passages", () => {
    const cut = segment("one two three", [passage(0, [[0, 13]]), passage(1, [[4, 7]]), passage(2, [[4, 7]])]);
    expect(cut.map(shown)).toEqual(["0:one |0,1,2:two|0: three"]);
  });

  it("marks the words that name the place inside the passage, without a cut in it", () => {
    expect(segment("in Ville A today", [passage(0, [[0, 16]], [[3, 10]])]).map(shown)).toEqual(["0:in _Ville A_ today"]);
  });

  it("takes several spans of one event", () => {
    expect(segment("one two three", [passage(0, [[0, 3], [8, 13]])]).map(shown)).toEqual(["0:one| two |0:three"]);
  });

  it("goes on in the next paragraph", () => {
    const text = "one two\n\nthree four";
    expect(segment(text, [passage(0, [[4, 14]])]).map(shown)).toEqual(["one |0:two", "0:three| four"]);
  });

  it("counts code points, not UTF-16 units", () => {
    expect(segment("🔥🔥 fire", [passage(0, [[3, 7]])]).map(shown)).toEqual(["🔥🔥 |0:fire"]);
  });

  it("parts paragraphs at blank lines of any kind, and keeps single line ends", () => {
    expect(segment("a\r\n\r\nb\n \nc\nd\n\n\n\ne", []).map(shown)).toEqual(["a", "b", "c\nd", "e"]);
  });

  it("loses no word, whatever the passages are", () => {
    const text = "The first paragraph.\n\nThe second, with a few more words.\n\nThe third.";
    const random = generator(7);
    for (let round = 0; round < 300; round++) {
      const passages = Array.from({ length: 5 }, (_, row) => {
        const [a, b] = [random(text.length), random(text.length)];
        return passage(row, [[Math.min(a, b), Math.max(a, b)]], [[random(text.length), random(text.length)]]);
      });
      const words = segment(text, passages).map((runs) => runs.flatMap((run) => run.pieces).map((piece) => piece.text).join(""));
      expect(words).toEqual(text.split("\n\n"));
    }
  });
});

/** The same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
}
