/**
 * What paper gets below the map: every shown event with its quotes and sources, the retractions, and the method.
 */
import { useShared } from "../shared";
import { dateSentence } from "../dates";
import type { Report } from "../payload";
import { actorLines, deathsSentence, grading, placeName, precisionSentence, protectionSentence, published } from "../sentences";
import { sortRows, typeText } from "../sorting";
import { Chip } from "./chip";
import { eventDate } from "./events";
import { Method } from "./method";
import { Said } from "./said";

export function PrintedPages() {
  const { state } = useShared();
  const words = state.words.value;
  const all = sortRows(state, state.ordered.value, state.sorting.value);
  const rows = all.subarray(0, MOST);
  return (
    <>
      <section class="printed-events">
        <h2>{words.t("print.events", { n: all.length })}</h2>
        {all.length > MOST && <p>{words.t("print.most", { most: MOST, n: all.length })}</p>}
        <Unread rows={rows} />
        {rows.length > 0 && <Events rows={rows} />}
      </section>
      {state.retracted.length > 0 && (
        <section class="printed-events">
          <h2>{words.t("event.retracted_list")}</h2>
          <Events rows={state.retracted.subarray(0, MOST)} />
        </section>
      )}
      <section class="printed-method">
        <h2>{words.t("method.title")}</h2>
        <Method />
      </section>
    </>
  );
}

// More rows than these nobody prints; they are in the files that the page saves.
export const MOST = 2000;

/** A browser that prints doesn't wait: what the page hasn't read by then is on the next print. */
function Unread({ rows }: { rows: Uint32Array }) {
  const { state } = useShared();
  const n = rows.reduce((sum, row) => sum + Number(state.events.get("reports", row).some((report) => report.unread)), 0);
  return n > 0 ? <p class="warning">{state.words.value.t("print.unread", { n })}</p> : null;
}

const HEADS = ["number", "date", "title", "place", "who", "deaths"] as const;

function Events({ rows }: { rows: Uint32Array }) {
  const words = useShared().state.words.value;
  return (
    <table class="printed-table">
      <thead><tr>{HEADS.map((name) => <th key={name} scope="col">{words.t(`table.${name}`)}</th>)}</tr></thead>
      {Array.from(rows, (row) => <Event key={row} row={row} />)}
    </table>
  );
}

function Event({ row }: { row: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const event = state.events.record(row);
  const kept = protectionSentence(words, state.events, row);
  const happened = event.occurrence === "reported" ? null : words.t(`occurrence.${event.occurrence}`);
  const retracted = event.status === "retracted" && (event.reason ? words.t("event.retracted_because", { reason: event.reason }) : words.t("event.retracted"));
  return (
    <tbody>
      <tr>
        <td><Chip row={row} /></td>
        <td>{dateSentence(words, eventDate(state.events, row))}</td>
        <th scope="row">
          <Said column="title" row={row} />
          <div class="printed-type">{typeText(words, event.event_type, event.sub_event_type)}</div>
          {[happened, retracted].map((line) => line && <div key={line} class="warning">{line}</div>)}
        </th>
        <td>{placeName(words, state.events, row)}<div class="quiet">{precisionSentence(words, state.events, row)}</div>{kept && <div class="warning">{kept}</div>}</td>
        <td>{actorLines(words, event).map((line) => <div key={line}>{line}</div>)}</td>
        <td>{deathsSentence(words, event)}</td>
      </tr>
      {event.reports.map((report, at) => <Quoted key={at} report={report} />)}
    </tbody>
  );
}

function Quoted({ report }: { report: Report }) {
  const { state } = useShared();
  const words = state.words.value;
  const source = state.payload.sources[report.source];
  if (!source) {
    return report.protected ? <tr class="printed-quote"><td /><td colSpan={HEADS.length - 1}>{words.t(`card.${report.protected}_protected`)}</td></tr> : null;
  }
  const grades = grading(words, source, report.credibility);
  return (
    <tr class="printed-quote">
      <td />
      <td colSpan={HEADS.length - 1}>
        {report.quote ? (
          <q lang={source.language ?? undefined}>{words.t("cite.quote", { quote: report.quote })}</q>
        ) : (
          <span class="quiet">{report.unread ? "…" : words.t(report.protected ? `card.${report.protected}_protected` : "card.no_quote")}</span>
        )}
        <div class="quiet">
          <span lang={source.language ?? undefined}>{source.title}</span>
          {[published(words, source), grades].map((part) => part && words.t("list.comma") + part)}
        </div>
      </td>
    </tr>
  );
}
