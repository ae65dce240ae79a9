/**
 * The shown events as a table that sorts. Rows come in portions, so that a thousand of them don't keep anyone
 * waiting for the first.
 */
import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "../shared";
import { dateSentence } from "../dates";
import { walk } from "../keys";
import { reveal } from "../scroll";
import { actorLines, deathsSentence, placeName, publisherOf } from "../sentences";
import { COLUMNS, nextSorting, sortRows, typeText } from "../sorting";
import type { Column } from "../sorting";
import { Chip } from "./chip";
import { eventDate, Filtered, Tags } from "./events";
import { TabPanel } from "./tabs";
import { Said } from "./said";
import "./table.css";

const PORTION = 150;

export function Table() {
  const { state } = useShared();
  const words = state.words.value;
  if (state.panel.value !== "table") return <TabPanel of="table"><></></TabPanel>;
  return (
    <TabPanel of="table">
      <Filtered />
      <div class="table-scroll" role="region" tabIndex={0} aria-label={words.t("table.label")}>
        <table class="table">
          <caption class="unseen">{words.t("table.label")}</caption>
          <thead data-sticky>
            <tr>{COLUMNS.map((column) => <Head key={column} column={column} />)}</tr>
          </thead>
          <Rows />
        </table>
      </div>
      {state.events.length === 0 && <p class="quiet">{words.t("event.none")}</p>}
    </TabPanel>
  );
}

function Head({ column }: { column: Column }) {
  const { state } = useShared();
  const sorting = state.sorting.value;
  const own = sorting?.by === column ? sorting : null;
  return (
    <th scope="col" class={`col-${column}`} aria-sort={own ? (own.down ? "descending" : "ascending") : undefined}>
      <button type="button" title={state.words.value.t("table.sort")} onClick={() => (state.sorting.value = nextSorting(sorting, column))}>
        {state.words.value.t(`table.${column}`)}
        <svg class={`sort${own ? " on" : ""}`} viewBox="0 0 10 12" aria-hidden="true">
          {!own?.down && <path d="M5 1 9 5H1Z" fill="currentColor" />}
          {(!own || own.down) && <path d="M5 11 1 7h8Z" fill="currentColor" />}
        </svg>
      </button>
    </th>
  );
}

function Rows() {
  const { state } = useShared();
  const body = useRef<HTMLTableSectionElement>(null);
  const sorted = useComputed(() => sortRows(state, state.ordered.value, state.sorting.value)).value;
  const [count, setCount] = useState(PORTION);
  const chosen = state.row.value === null ? -1 : sorted.indexOf(state.row.value);
  // The chosen one is there as soon as it is asked for.
  const there = Math.max(count, chosen + 1);
  useEffect(() => {
    if (there >= sorted.length) return;
    const next = setTimeout(() => setCount(there + PORTION), 30);
    return () => clearTimeout(next);
  }, [there, sorted.length]);
  useSignalEffect(() => {
    const at = state.row.value;
    void state.asked.value;
    const find = (): HTMLElement | null => body.current?.querySelector(`tr[data-row="${at}"]`) ?? null;
    if (at !== null && state.via.peek() !== "list") requestAnimationFrame(() => reveal(body.current?.closest<HTMLElement>(".table-scroll") ?? null, find()));
  });
  const focusable = chosen === -1 ? sorted[0] : sorted[chosen];
  return (
    <tbody ref={body} onKeyDown={(event) => walk(event, body.current, ".row-title")}>
      {sorted.slice(0, there).map((row) => <Row key={row} row={row} focusable={row === focusable} />)}
    </tbody>
  );
}

function Row({ row, focusable }: { row: number; focusable: boolean }) {
  const { state } = useShared();
  const words = state.words.value;
  const chosen = useComputed(() => state.row.value === row).value;
  const hovered = useComputed(() => state.hovered.value === row).value;
  const event = state.events.record(row);
  const choose = (): void => state.select(event.id, "list");
  const kind = [chosen && "chosen", hovered && "hover"].filter(Boolean).join(" ");
  return (
    <tr data-row={row} class={kind || undefined} onClick={choose} onMouseEnter={() => (state.hovered.value = row)} onMouseLeave={() => (state.hovered.value = null)}>
      <td class="col-number"><Chip row={row} /></td>
      <th scope="row" class="col-title">
        <button type="button" class="row-title" aria-pressed={chosen} tabIndex={focusable ? 0 : -1}><Said column="title" row={row} /></button>
        <Tags row={row} />
      </th>
      <td class="col-date">{dateSentence(words, eventDate(state.events, row))}</td>
      <td class="col-type">{typeText(words, event.event_type, event.sub_event_type)}</td>
      <td class="col-place"><Place row={row} /></td>
      <td class="col-who">{actorLines(words, event).map((line) => <div key={line}>{line}</div>)}</td>
      <td class="col-deaths">{deathsSentence(words, event)}</td>
      <td class="col-source"><Sources row={row} /></td>
      <td class="col-credibility"><Credibility row={row} /></td>
    </tr>
  );
}

export function Place({ row }: { row: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const precision = state.events.get("geo_precision", row) ?? "unlocated";
  return (
    <>
      {placeName(words, state.events, row)}
      <div class="quiet">{words.t(`precision.${precision}`)}</div>
    </>
  );
}

function Sources({ row }: { row: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const names = state.events.get("reports", row).map(({ source: at }) => {
    const source = state.payload.sources[at];
    return source ? publisherOf(words, source) : "";
  });
  return <>{[...new Set(names)].map((name) => <div key={name}>{name}</div>)}</>;
}

/** One grade a report. */
function Credibility({ row }: { row: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const grades = state.events.get("reports", row).map((report) => report.credibility);
  return (
    <>
      {grades.map((grade, at) => grade && (
        <div key={at}><abbr title={words.name("credibility", grade)}>{grade}</abbr></div>
      ))}
    </>
  );
}
