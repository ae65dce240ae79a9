/**
 * The source's text with its passages: choose one and the map goes to its event; choose an event anywhere and
 * the text comes to its passage. Words that no event rests on stay plain, so that omissions can be seen.
 */
import { useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { useShared } from "../shared";
import { plainDate } from "../dates";
import { segment } from "../passages";
import type { Source as SourceRow } from "../payload";
import { ending, imprintLines, passages, quotes, reportCounts, reportsOf } from "../reported";
import { safeLink } from "../sentences";
import { reveal } from "../scroll";
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
  return (
    <nav class="sources" aria-label={words.t("tab.sources")}>
      {state.payload.sources.map((source, index) => (
        <button key={source.id} type="button" aria-pressed={state.source.value === index} onClick={() => (state.source.value = index)}>
          <strong>{source.title}</strong>
          <span>
            {[source.publisher, source.date_published && plainDate(words, source.date_published), words.t("source.events", { n: reportCounts(state.events)[index] ?? 0 })]
              .filter(Boolean)
              .join(words.t("list.dot"))}
          </span>
        </button>
      ))}
    </nav>
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

function Body({ source, index }: { source: SourceRow; index: number }) {
  const words = useShared().state.words.value;
  if (source.show === "whole" && source.text !== null) return <Whole text={source.text} index={index} />;
  if (source.show === "quotes") return <Quotes index={index} />;
  return (
    <>
      <p class="quiet">{words.t(source.show === "none" ? "source.titles" : "source.no_text")}</p>
      <Titles rows={[...new Set(reportsOf(useShared().state.events, index).map(({ row }) => row))]} />
    </>
  );
}

function Whole({ text, index }: { text: string; index: number }) {
  const { state } = useShared();
  const reports = useMemo(() => reportsOf(state.events, index), [state, index]);
  const paragraphs = useMemo(() => segment(text, passages(reports)), [text, reports]);
  const without = reports.filter(({ report }) => report.spans.length === 0).map(({ row }) => row);
  const imprint = imprintLines(paragraphs);
  return (
    <>
      <div class="text">
        {paragraphs.map((runs, at) => (
          <p key={at} class={at < imprint ? "imprint" : undefined}>{runs.map((run, i) => <Marked key={i} run={run} ends={ending(run, runs[i + 1])} />)}</p>
        ))}
      </div>
      {without.length > 0 && <Without rows={without} />}
    </>
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
