/**
 * The shown events as a table that sorts.
 */
import { useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useShared } from "../shared";
import { dateSentence } from "../dates";
import { walk } from "../keys";
import { actorLines, deathsSentence, placeName, protection, publisherOf } from "../sentences";
import { COLUMNS, nextSorting, sortRows, typeText } from "../sorting";
import type { Column } from "../sorting";
import { useWindow } from "../windowed";
import type { Windowed } from "../windowed";
import { Chip } from "./chip";
import { eventDate, Filtered, Tags } from "./events";
import { TabPanel } from "./tabs";
import { Said } from "./said";
import "./table.css";

export function Table() {
  const { state } = useShared();
  const words = state.words.value;
  if (state.panel.value !== "table") return <TabPanel of="table"><></></TabPanel>;
  return (
    <TabPanel of="table">
      <Filtered />
      <Sheet />
      {state.events.length === 0 && <p class="quiet">{words.t("event.none")}</p>}
    </TabPanel>
  );
}

function Sheet() {
  const { state } = useShared();
  const words = state.words.value;
  const box = useRef<HTMLTableSectionElement>(null);
  const sorted = useComputed(() => sortRows(state, state.ordered.value, state.sorting.value)).value;
  const part = useWindow(sorted.length, box, ".table-scroll", ".row-title");
  const live = useRef({ show: part.show, sorted });
  live.current = { show: part.show, sorted };
  useSignalEffect(() => {
    const at = state.row.value;
    void state.asked.value;
    if (at !== null && state.via.peek() !== "list") live.current.show(live.current.sorted.indexOf(at));
  });
  return (
    <div class="table-scroll" role="region" tabIndex={0} aria-label={words.t("table.label")}>
      <table class="table" aria-rowcount={sorted.length + 1}>
        <caption class="unseen">{words.t("table.label")}</caption>
        <thead data-sticky>
          <tr aria-rowindex={1}>{COLUMNS.map((column) => <Head key={column} column={column} />)}</tr>
        </thead>
        <Rows sorted={sorted} part={part} box={box} />
      </table>
    </div>
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

function Rows({ sorted, part, box }: { sorted: Uint32Array; part: Windowed; box: { current: HTMLTableSectionElement | null } }) {
  const { state } = useShared();
  const here = sorted.subarray(part.first, part.last);
  const focusable = state.row.value !== null && here.includes(state.row.value) ? state.row.value : here[0];
  return (
    <>
      <Room height={part.above} />
      <tbody ref={box} onKeyDown={(event) => part.onKeyDown(event) || walk(event, box.current, ".row-title")}>
        {Array.from(here, (row, at) => <Row key={row} row={row} at={part.first + at} focusable={row === focusable} />)}
      </tbody>
      <Room height={part.below} />
    </>
  );
}

/** In place of rows that aren't there. */
function Room({ height }: { height: number }) {
  return height > 0 ? <tbody class="room" aria-hidden="true"><tr><td colSpan={COLUMNS.length} style={{ height: `${height}px` }} /></tr></tbody> : null;
}

function Row({ row, at, focusable }: { row: number; at: number; focusable: boolean }) {
  const { state } = useShared();
  const words = state.words.value;
  const chosen = useComputed(() => state.row.value === row).value;
  const hovered = useComputed(() => state.hovered.value === row).value;
  const event = state.events.record(row);
  const choose = (): void => state.select(event.id, "list");
  const kind = [chosen && "chosen", hovered && "hover"].filter(Boolean).join(" ");
  return (
    <tr data-row={row} data-at={at} aria-rowindex={at + 2} class={kind || undefined} onClick={choose} onMouseEnter={() => (state.hovered.value = row)} onMouseLeave={() => (state.hovered.value = null)}>
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
  const kept = protection(state.events, row);
  return (
    <>
      {placeName(words, state.events, row)}
      <div class="quiet">{kept ? words.t(`protected.${kept}`) : words.t(`precision.${precision}`)}</div>
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
