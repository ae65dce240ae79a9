/**
 * The reports behind an event: what each of them says, where they differ, and how to find and cite them.
 */
import { useShared } from "../shared";
import { dateSentence, plainDate } from "../dates";
import type { Report } from "../payload";
import { differences, grading, published, safeLink } from "../sentences";
import type { State } from "../state";
import { Cite } from "./cite";
import { eventDate } from "./events";

export function Quote({ report }: { report: Report }) {
  const { state } = useShared();
  const words = state.words.value;
  const source = state.payload.sources[report.source];
  if (!report.quote && !source && !report.protected) return null;
  return (
    <figure class="quote">
      {report.quote ? (
        <blockquote lang={source?.language ?? undefined}>{words.t("cite.quote", { quote: report.quote })}</blockquote>
      ) : (
        <p class="quiet" aria-busy={report.unread}>{report.unread ? "…" : words.t(report.protected ? `card.${report.protected}_protected` : "card.no_quote")}</p>
      )}
      {source && <figcaption>{published(words, source) || source.title}</figcaption>}
    </figure>
  );
}

export function Differences({ row, reports }: { row: number; reports: Report[] }) {
  const { state } = useShared();
  const words = state.words.value;
  const found = differences(words, reports, (report) => dateOf(state, row, report));
  if (found.length === 0) return null;
  const sources = reports.map((report) => state.payload.sources[report.source]);
  return (
    <section class="disagree">
      <h3 class="small-head">{words.t("card.disagree")}</h3>
      <dl class="facts">
        {found.map(({ field, values }) => (
          <div key={field} class="fact">
            <dt>{words.t(`field.${field}`)}</dt>
            <dd>
              {values.map((value, i) => {
                const source = sources[i];
                return <div key={i}>{value}{source && <> <span class="quiet">({source.publisher ?? source.title})</span></>}</div>;
              })}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Whether several sources tell an event in different ways. */
export function differ(state: State, row: number, reports: Report[]): boolean {
  return reports.length > 1 && differences(state.words.value, reports, (report) => dateOf(state, row, report)).length > 0;
}

/** The head's date is the event's own; of the others the sentence can be made only if the payload says how. */
function dateOf({ words, events }: State, row: number, report: Report): string {
  if (report.date_kind !== undefined) return dateSentence(words.value, report);
  if (report.event_id === events.get("id", row)) return dateSentence(words.value, eventDate(events, row));
  return plainDate(words.value, report.date ?? "");
}

export function Sources({ row, reports }: { row: number; reports: Report[] }) {
  const { state } = useShared();
  const words = state.words.value;
  if (!reports.some((report) => state.payload.sources[report.source])) return null;
  return (
    <section class="card-sources">
      <h3 class="small-head">
        {reports.length > 1 ? words.t("card.reports", { n: reports.length }) : words.t("card.source")}
      </h3>
      {reports.map((report, i) => <SourceOf key={`${row}-${i}`} report={report} />)}
    </section>
  );
}

function SourceOf({ report }: { report: Report }) {
  const { state } = useShared();
  const words = state.words.value;
  const source = state.payload.sources[report.source];
  if (!source) return null;
  const links = [["source.archived", safeLink(source.archived_url)], ["source.link", safeLink(source.url)]] as const;
  const read = (): void => {
    state.source.value = report.source;
    state.via.value = "card";
    state.asked.value += 1;
    state.open("source");
  };
  return (
    <div class="card-source">
      <p><strong lang={source.language ?? undefined}>{source.title}</strong>{words.t("list.comma")}{published(words, source)}</p>
      <p class="quiet">{grading(words, source, report.credibility)}</p>
      <p class="actions">
        <button type="button" onClick={read}>{words.t("card.read")}</button>
        <Cite source={source} report={report} />
        {links.map(([key, address]) => address && <a key={key} href={address} target="_blank" rel="noopener noreferrer">{words.t(key)}</a>)}
      </p>
    </div>
  );
}
