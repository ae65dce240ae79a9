/**
 * Text without accents, case and punctuation, as search compares it, with the way back: where each folded letter
 * stands in the text as it was written.
 */

/** Letters that are no accented form of another. */
const LETTERS: Record<string, string> = {
  œ: "oe", æ: "ae", ß: "ss", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ħ: "h", ŋ: "n", ŧ: "t", ı: "i", ĸ: "k", ς: "σ",
};

const MARK = /\p{M}/gu;
const SPECIAL = /[œæßøđðþłħŋŧıĸς]/g;
const APART = /[^\p{L}\p{N}]+/gu;
const LETTER = /[\p{L}\p{N}]/u;
// Soft hyphen, joiners, direction marks, tatweel: they are in a word without being read.
const UNREAD = /[\p{Cf}\u0640]/u;

export interface Folded {
  text: string;
  /** For each UTF-16 unit of `text`, the first unit of the original that it comes from. */
  from: number[];
  /** The unit behind the last one. */
  to: number[];
}

/** What is neither letter nor digit becomes one space, apostrophes and hyphens too; none at either end. */
export function foldWithOffsets(original: string): Folded {
  let text = "";
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  for (const character of original) {
    const end = at + character.length;
    const folded = foldOne(character);
    if (folded === "") {
      // An accent belongs to its letter.
      if (to.length > 0 && text.at(-1) !== " ") to[to.length - 1] = end;
    } else if (folded !== " " || (text !== "" && text.at(-1) !== " ")) {
      for (let unit = 0; unit < folded.length; unit += 1) {
        from.push(at);
        to.push(end);
      }
      text += folded;
    }
    at = end;
  }
  const length = text.trimEnd().length;
  return { text: text.slice(0, length), from: from.slice(0, length), to: to.slice(0, length) };
}

// Of these, what one letter comes to doesn't depend on the others, nor on how many it is made of.
const COMMON = /^[\x00-\x7f\xa0\xc0-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u2010-\u201f\u2026]*$/;

export function fold(original: string): string {
  if (!COMMON.test(original)) return foldWithOffsets(original).text;
  const plain = original.normalize("NFKD").toLowerCase().normalize("NFKD").replace(MARK, "");
  return plain.replace(SPECIAL, (one) => LETTERS[one] ?? one).replace(APART, " ").trim();
}

/** The words of what a reader types. */
export function wordsOf(query: string): string[] {
  return [...new Set(fold(query).split(" "))].filter(Boolean);
}

function foldOne(character: string): string {
  if (character <= "\x7f") return /[a-z0-9]/.test(character) ? character : /[A-Z]/.test(character) ? character.toLowerCase() : " ";
  if (UNREAD.test(character)) return "";
  const plain = character.normalize("NFKD").toLowerCase().normalize("NFKD").replace(MARK, "");
  if (plain === "") return "";
  const letters = [...plain].map((one) => LETTERS[one] ?? one).filter((one) => LETTER.test(one)).join("");
  return letters === "" ? " " : letters;
}
