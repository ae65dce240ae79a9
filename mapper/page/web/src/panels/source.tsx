/**
 * The source's text with its passages: choose one and the map goes to its event; choose an event anywhere and
 * the text comes to its passage. Words that no event rests on stay plain, so that omissions can be seen. Of a source
 * that is long only the part in sight stands in the page.
 */
import { useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { useShared } from "../shared";
import { plainDate } from "../dates";
import { segment } from "../passages";
import type { Paragraph } from "../passages";
import type { Source as SourceRow } from "../payload";
import { ending, imprintLines, passages, quoted, quotes, reportCounts, reported, reportRows, reportsOf } from "../reported";
import { safeLink } from "../sentences";
import { reveal } from "../scroll";
import { useWindow } from "../windowed";
import { Chip } from "./chip";
import { Marked } from "./marked";
import { Said } from "./said";

export function Source() {
  const { state } = useShared();
  const panel = useRef<HTMLDivElement>(null);
  const source = state.payload.sources[state.source.value];
  useSignalEffect(() => {
    const { row, panel: inFront, source: shown, asked } = state;
    const at = row.value;
    void asked.value;
    if (inFront.value === "source" && shown.value >= 0 && at !== null && state.via.peek() !== "text")
      requestAnimationFrame(() => reveal(panel.current, panel.current?.querySelector(`[data-rows~="${at}"]`) ?? null));
  });
  if (!source) return null;
  return (
    <div class="panel source-panel" role="tabpanel" id="panel-source" aria-labelledby="tab-source" hidden={state.panel.value !== "source"} tabIndex={0} ref={panel}>
      {state.payload.sources.length > 1 && <Switcher />}
      <article class="source" lang={source.language ?? undefined}>
        <Head source={source} />
        <Body source={source} index={state.source.value} />
      </article>
    </div>
  );
}

function Switcher() {
  const { state } = useShared();
  const words = state.words.value;
  const { sources } = state.payload;
  const box = useRef<HTMLDivElement>(null);
  const part = useWindow(sources.length, box, ".sources", "button");
  const live = useRef(part.show);
  live.current = part.show;
  useSignalEffect(() => live.current(state.source.value));
  return (
    <nav class="sources" aria-label={words.t("tab.sources")}>
      <div ref={box} style={{ paddingTop: `${part.above}px`, paddingBottom: `${part.below}px` }}>
        {sources.slice(part.first, part.last).map((source, at) => <Switch key={source.id} source={source} index={part.first + at} />)}
      </div>
    </nav>
  );
}

function Switch({ source, index }: { source: SourceRow; index: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const parts = [source.publisher, source.date_published && plainDate(words, source.date_published), words.t("source.events", { n: reportCounts(state.events)[index] ?? 0 })];
  return (
    <button type="button" data-at={index} aria-pressed={state.source.value === index} onClick={() => (state.source.value = index)}>
      <strong>{source.title}</strong>
      <span>{parts.filter(Boolean).join(words.t("list.dot"))}</span>
    </button>
  );
}

function Head({ source }: { source: SourceRow }) {
  const { state } = useShared();
  const words = state.words.value;
  const lines = [source.author, source.publisher, source.date_published && plainDate(words, source.date_published)];
  const links = [["source.archived", safeLink(source.archived_url)], ["source.link", safeLink(source.url)]] as const;
  const open = state.aboutOpen.value;
  return (
    <header class="source-head" lang={words.language}>
      <h2 lang={source.language ?? undefined}>{source.title}</h2>
      <p>{lines.filter(Boolean).join(words.t("list.dot"))}</p>
      <p class="source-proof">
        {links.map(([key, address]) => address && <a key={key} href={address} target="_blank" rel="noopener noreferrer">{words.t(key)}</a>)}
        {source.sha256 && <span><Tick /> {words.t("source.verified")}</span>}
        {hasMore(source) && (
          <button type="button" class="about" aria-expanded={open} aria-controls="about-source" onClick={() => (state.aboutOpen.value = !open)}>
            {words.t("reading.about")}
            <span class="arrow" aria-hidden="true" />
          </button>
        )}
      </p>
      <div id="about-source" hidden={!open}><About source={source} /></div>
    </header>
  );
}

function hasMore({ original, sha256, licence, notes }: SourceRow): boolean {
  return [original, sha256, licence, notes].some(Boolean);
}

function About({ source }: { source: SourceRow }) {
  const words = useShared().state.words.value;
  const original = source.original && (source.original_date
    ? words.t("source.original_date", { original: source.original, date: plainDate(words, source.original_date) })
    : words.t("source.original", { original: source.original }));
  return (
    <>
      {original && <p>{original}</p>}
      {source.licence && <p>{words.t("source.licence", { licence: source.licence })}</p>}
      {source.notes && <p>{source.notes}</p>}
      {source.sha256 && <p class="digest">{words.t("source.sha256", { digest: source.sha256 })}</p>}
    </>
  );
}

function Tick() {
  return (
    <svg class="tick" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M2 6.5 5 9.5 10 3" fill="none" stroke="currentColor" stroke-width="1.8" />
    </svg>
  );
}

// As many reports of one source as are gathered by what they quote; and as many paragraphs as all stand in the page.
const MANY = 200;

function Body({ source, index }: { source: SourceRow; index: number }) {
  const { state } = useShared();
  const words = state.words.value;
  if (source.show === "whole" && source.text !== null) return <Whole key={index} text={source.text} index={index} />;
  if ((reportCounts(state.events)[index] ?? 0) > MANY) return <Many key={index} index={index} said={words.t(SAID[source.show])} />;
  if (source.show === "quotes") return <Quotes index={index} />;
  return (
    <>
      <p class="quiet">{words.t(SAID[source.show])}</p>
      <Titles rows={[...new Set(reportsOf(state.events, index).map(({ row }) => row))]} />
    </>
  );
}

const SAID = { whole: "source.no_text", quotes: "source.quotes", none: "source.titles" } as const;

/** Of a source with very many reports: each by its quote, or by its event's title, those in sight alone. */
function Many({ index, said }: { index: number; said: string }) {
  const { state } = useShared();
  const { events } = state;
  const { reports, rows } = useMemo(() => reportRows(events, index), [events, index]);
  const box = useRef<HTMLDivElement>(null);
  const part = useWindow(reports.length, box, ".panel", "[role=button], button");
  useInSight(part.show, (row) => rows.indexOf(row));
  return (
    <>
      <p class="quiet" lang={state.words.value.language}>{said}</p>
      <div ref={box} class="text quotes" style={{ paddingTop: `${part.above}px`, paddingBottom: `${part.below}px` }} onKeyDown={part.onKeyDown}>
        {Array.from(reports.subarray(part.first, part.last), (report, at) => (
          <div key={report} data-at={part.first + at}><OneOfMany at={report} row={rows[part.first + at]!} /></div>
        ))}
      </div>
    </>
  );
}

function OneOfMany({ at, row }: { at: number; row: number }) {
  const { events } = useShared().state;
  const { quote, place_text } = reported(events, at, row).report;
  if (quote) return <p><Marked run={{ rows: [row], pieces: quoted(quote, place_text) }} ends={[row]} /></p>;
  return events.longTexts.reports.isHere(at) ? <Titles rows={[row]} /> : <p>…</p>;
}

/** Brings what is chosen elsewhere into sight, by its place in a list of which a part stands in the page. */
function useInSight(show: (at: number) => void, placeOf: (row: number) => number): void {
  const { state } = useShared();
  const live = useRef({ show, placeOf });
  live.current = { show, placeOf };
  useSignalEffect(() => {
    const at = state.row.value;
    void state.asked.value;
    if (at !== null && state.panel.value === "source" && state.via.peek() !== "text") live.current.show(live.current.placeOf(at));
  });
}

function Whole({ text, index }: { text: string; index: number }) {
  const { state } = useShared();
  const reports = useMemo(() => reportsOf(state.events, index), [state, index]);
  const paragraphs = useMemo(() => segment(text, passages(reports)), [text, reports]);
  const without = reports.filter(({ report }) => report.spans.length === 0).map(({ row }) => row);
  const imprint = imprintLines(paragraphs);
  return (
    <>
      <Text paragraphs={paragraphs} imprint={imprint} />
      {without.length > 0 && <Without rows={without} />}
    </>
  );
}

function Text({ paragraphs, imprint }: { paragraphs: Paragraph[]; imprint: number }) {
  const box = useRef<HTMLDivElement>(null);
  const part = useWindow(paragraphs.length, box, ".panel", "[role=button]", MANY);
  useInSight(part.show, (row) => (paragraphs.length > MANY ? paragraphs.findIndex((runs) => runs.some((run) => run.rows.includes(row))) : -1));
  return (
    <div ref={box} class="text" style={{ paddingTop: `${part.above}px`, paddingBottom: `${part.below}px` }}>
      {paragraphs.slice(part.first, part.last).map((runs, i) => {
        const at = part.first + i;
        return <p key={at} data-at={at} class={at < imprint ? "imprint" : undefined}>{runs.map((run, i) => <Marked key={i} run={run} ends={ending(run, runs[i + 1])} />)}</p>;
      })}
    </div>
  );
}

function Quotes({ index }: { index: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const reports = reportsOf(state.events, index);
  const quoted = quotes(reports);
  const without = reports.filter(({ report }) => !report.quote).map(({ row }) => row);
  return (
    <>
      <p class="quiet" lang={words.language}>{words.t("source.quotes")}</p>
      <div class="text quotes">
        {quoted.map((run, at) => (
          <p key={at}><Marked run={run} ends={run.rows} /></p>
        ))}
      </div>
      {without.length > 0 && <Without rows={without} />}
    </>
  );
}

function Without({ rows }: { rows: number[] }) {
  const words = useShared().state.words.value;
  return (
    <section lang={words.language}>
      <h3 class="small-head">{words.t("source.without")}</h3>
      <Titles rows={rows} />
    </section>
  );
}

function Titles({ rows }: { rows: number[] }) {
  const { state } = useShared();
  return (
    <ul class="titles">
      {rows.map((row) => (
        <li key={row} data-rows={row}>
          <button type="button" aria-pressed={state.row.value === row} onClick={() => state.select(state.events.get("id", row), "text")}>
            <Chip row={row} />
            <Said column="title" row={row} />
          </button>
        </li>
      ))}
    </ul>
  );
}
