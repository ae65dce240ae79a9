import { describe, expect, it } from "vitest";
import { dateSentence, plainDate } from "../src/dates";
import type { DateKind, DatePrecision } from "../src/payload";
import { english } from "./english";

type Row = [edtf: string, kind: DateKind, precision: DatePrecision, start: string | null, end: string | null, sentence: string];

const SENTENCES: Row[] = [
  ["2024-07-21", "date", "day", "2024-07-21", "2024-07-21", "21 July 2024"],
  ["2024-07", "date", "month", "2024-07-01", "2024-07-31", "some day in July 2024 (day unknown)"],
  ["2024", "date", "year", "2024-01-01", "2024-12-31", "some day in 2024 (day unknown)"],
  ["2024-21", "date", "season", "2024-03-01", "2024-05-31", "some day in spring 2024 (day unknown)"],
  ["201", "date", "decade", "2010-01-01", "2019-12-31", "some day in the 2010s (day unknown)"],
  ["19", "date", "century", "1900-01-01", "1999-12-31", "some day in 1900–1999 (day unknown)"],
  ["2024-07-01/2024-07-31", "span", "day", "2024-07-01", "2024-07-31", "throughout July 2024"],
  ["2024-02-01/2024-02-29", "span", "day", "2024-02-01", "2024-02-29", "throughout February 2024"],
  ["2023-02-01/2023-02-27", "span", "day", "2023-02-01", "2023-02-27", "throughout 1–27 February 2023"],
  ["2024-07/2024-08", "span", "month", "2024-07-01", "2024-08-31", "throughout July–August 2024"],
  ["2024-12/2025-01", "span", "month", "2024-12-01", "2025-01-31", "throughout December 2024 – January 2025"],
  ["2023/2024", "span", "year", "2023-01-01", "2024-12-31", "throughout 2023–2024"],
  ["2024-07-01/2024-07-30", "span", "day", "2024-07-01", "2024-07-30", "throughout 1–30 July 2024"],
  ["2024-07-28/2024-08-03", "span", "day", "2024-07-28", "2024-08-03", "throughout 28 July – 3 August 2024"],
  ["2024-12-30/2025-01-02", "span", "day", "2024-12-30", "2025-01-02", "throughout 30 December 2024 – 2 January 2025"],
  ["../2024-08-10", "span", "day", null, "2024-08-10", "until 10 August 2024, start unknown"],
  ["2024-08-10/..", "span", "day", "2024-08-10", null, "from 10 August 2024, end unknown"],
  ["[2024-06-21..2024-06-30]", "one_of", "day", "2024-06-21", "2024-06-30", "21–30 June 2024 (one day, not known which)"],
  ["[2024-06-01..2024-06-30]", "one_of", "day", "2024-06-01", "2024-06-30", "June 2024 (one day, not known which)"],
  ["[..2024-08-10]", "one_of", "day", null, "2024-08-10", "not after 10 August 2024 (day unknown)"],
  ["[2024-08-10..]", "one_of", "day", "2024-08-10", null, "not before 10 August 2024 (day unknown)"],
  ["[2024-07-01,2024-07-03]", "one_of", "day", "2024-07-01", "2024-07-03", "1 July 2024 or 3 July 2024 (one of these, not known which)"],
  ["{2024-07-01,2024-07-03,2024-08}", "all_of", "day", "2024-07-01", "2024-08-31", "1 July 2024, 3 July 2024 and August 2024 (each of these)"],
];

describe("a date sentence says how exactly the day is known", () => {
  it.each(SENTENCES)("%s", (date, date_kind, date_precision, date_start, date_end, sentence) => {
    expect(dateSentence(english, { date, date_kind, date_precision, date_start, date_end })).toBe(sentence);
  });

  const day = { date: "2024-07-12", date_kind: "date", date_precision: "day", date_start: "2024-07-12", date_end: "2024-07-12" } as const;

  it("says that a date is uncertain, approximate, or both", () => {
    expect(dateSentence(english, { ...day, date_uncertain: true })).toBe("12 July 2024, uncertain");
    expect(dateSentence(english, { ...day, date_approximate: true })).toBe("about 12 July 2024");
    expect(dateSentence(english, { ...day, date_uncertain: true, date_approximate: true })).toBe("about 12 July 2024, uncertain");
  });

  it("says that no date is stated", () => {
    expect(dateSentence(english, { date: null })).toBe("date not stated");
  });

  it("shows what was written where it doesn't know the kind", () => {
    expect(dateSentence(english, { date: "2024-07-12" })).toBe("2024-07-12");
  });
});

describe("a plain date", () => {
  it.each([
    ["2024-09-02", "2 September 2024"],
    ["2024-09", "September 2024"],
    ["2024", "2024"],
    ["2024-09?", "September 2024"],
    ["2024-01/2024-03", "January 2024 – March 2024"],
    ["soon", "soon"],
  ])("%s", (edtf, text) => {
    expect(plainDate(english, edtf)).toBe(text);
  });
});
