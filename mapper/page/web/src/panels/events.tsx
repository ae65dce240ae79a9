/**
 * The events as a list, in the order of the text or of time: the way to every one of them for those who can't use the map.
 */
import { useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useShared } from "../shared";
import { dateSentence } from "../dates";
import type { EventDate } from "../dates";
import { walk } from "../keys";
import type { EventTable } from "../payload";
import { placeName, protection } from "../sentences";
import type { State } from "../state";
import { useWindow } from "../windowed";
import { Chip } from "./chip";
import { Hits, Sought } from "./hits";
import { differ } from "./reports";
import { TabPanel } from "./tabs";
import "./reading.css";

/** Made when it comes to the front. */
export function Events() {
  const { state } = useShared();
  return <TabPanel of="events">{state.panel.value === "events" && <List />}</TabPanel>;
}

function List() {
  const { state } = useShared();
  const list = useRef<HTMLDivElement>(null);
  const words = state.words.value;
  const rows = useComputed(() => listed(state)).value;
  const part = useWindow(rows.length, list, ".panel", ".item");
  const place = useRef(part.show);
  place.current = part.show;
  useSignalEffect(() => {
    const at = state.row.value;
    void state.asked.value;
    if (at !== null) place.current(listed(state).indexOf(at));
  });
  const here = rows.subarray(part.first, part.last);
  const focusable = state.row.value !== null && here.includes(state.row.value) ? state.row.value : here[0];
  return (
    <>
      <Filtered />
      <OrderSwitch />
      {state.events.length === 0 && <p class="quiet">{words.t("event.none")}</p>}
      <div ref={list} class="windowed" style={{ paddingTop: `${part.above}px`, paddingBottom: `${part.below}px` }} onKeyDown={(event) => part.onKeyDown(event) || walk(event, list.current, ".item")}>
        {groups(state, here, part.first).map(({ title, items }) => (
          <section key={title}>
            {title && <h2 class="small-head">{title}</h2>}
            <ol class="items">{items.map(({ row, at }) => <Item key={row} row={row} at={at} of={rows.length} focusable={row === focusable} />)}</ol>
          </section>
        ))}
      </div>
    </>
  );
}

/** The shown events in the reader's order; then, if they aren't filtered out by words, the retracted ones. */
function listed({ ordered, retracted, found }: State): Uint32Array {
  const words = found.value;
  const last = retracted.filter((row) => words === null || words[row] === 1);
  const all = new Uint32Array(ordered.value.length + last.length);
  all.set(ordered.value);
  all.set(last, ordered.value.length);
  return all;
}

export function Filtered() {
  const { state } = useShared();
  // Beside the map, the choices stand above the list.
  if (!state.filtering.value || state.layout.value === "desk") return null;
  const words = state.words.value;
  const { shown, all } = state.counts.value;
  return (
    <p class="filtered" data-sticky>
      <span>{shown === 0 ? words.t("filter.nothing") : words.t("filter.on", { shown, n: all })}</span>
      <button type="button" onClick={state.clearFilters}>{words.t("filter.clear")}</button>
    </p>
  );
}

interface Group {
  title: string;
  items: { row: number; at: number }[];
}

/** In the order of the texts, several texts stand one after the other, each under its title; retractions come last. */
function groups({ order, events, payload, words }: State, rows: Uint32Array, first: number): Group[] {
  const many = payload.sources.length > 1 && order.value === "text";
  const { starts, sources } = events.reports;
  const titleOf = (row: number): string => {
    if (events.isRetracted(row)) return words.value.t("event.retracted_list");
    return many && starts[row]! < starts[row + 1]! ? (payload.sources[sources[starts[row]!]!]?.title ?? "") : "";
  };
  const found: Group[] = [];
  rows.forEach((row, at) => {
    const title = titleOf(row);
    if (found.at(-1)?.title !== title) found.push({ title, items: [] });
    found.at(-1)?.items.push({ row, at: first + at });
  });
  return found;
}

function OrderSwitch() {
  const { state } = useShared();
  const words = state.words.value;
  if (state.counts.value.shown < 2) return null;
  return (
    <div class="order" role="group" aria-label={words.t("reading.order")}>
      <span aria-hidden="true">{words.t("reading.order")}</span>
      {(["text", "time"] as const).map((order) => (
        <button key={order} type="button" aria-pressed={state.order.value === order} onClick={() => (state.order.value = order)}>
          {words.t(`reading.order.${order}`)}
        </button>
      ))}
    </div>
  );
}

function Item({ row, at: place, of, focusable }: { row: number; at: number; of: number; focusable: boolean }) {
  const { state } = useShared();
  const { events } = state;
  const words = state.words.value;
  const chosen = state.row.value === row;
  return (
    <li data-item={row} data-at={place} aria-setsize={of} aria-posinset={place + 1}>
      <button
        type="button"
        class={`item${state.hovered.value === row ? " hover" : ""}`}
        aria-pressed={chosen}
        tabIndex={focusable ? 0 : -1}
        onClick={() => state.select(events.get("id", row), "list")}
        onMouseEnter={() => (state.hovered.value = row)}
        onMouseLeave={() => (state.hovered.value = null)}
      >
        <Chip row={row} />
        <span class="item-body">
          <strong lang={events.langOf("title", row, words.language)}><Sought text={events.said("title", row, words.language)} /></strong>
          <Hits row={row} />
          <span>{typeLine(row)}</span>
          <span>{dateSentence(words, eventDate(events, row))}</span>
          <span>{whereLine(row)}</span>
          <Told row={row} />
          <Tags row={row} />
        </span>
      </button>
    </li>
  );

  function typeLine(at: number): string {
    const parts = [words.name("type", events.get("event_type", at)), words.name("subtype", events.get("sub_event_type", at) ?? "")];
    return parts.filter(Boolean).join(words.t("list.dot"));
  }

  function whereLine(at: number): string {
    if (!events.isLocated(at) && !events.get("place", at)) return words.t("where.none");
    return placeName(words, events, at) + words.t("list.dot") + words.t(`precision.${events.get("geo_precision", at) ?? "unlocated"}`);
  }
}

/** Who reports it, where more than one does. */
function Told({ row }: { row: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const reports = state.events.get("reports", row);
  if (reports.length < 2) return null;
  const names = reports.map(({ source }) => state.payload.sources[source]).map((source) => source?.publisher ?? source?.title ?? "");
  return <span class="told">{words.t("event.reports", { n: reports.length })}{words.t("reading.by")}{names.filter(Boolean).join(words.t("list.comma"))}</span>;
}

export function Tags({ row }: { row: number }) {
  const { state } = useShared();
  const { events } = state;
  const words = state.words.value;
  const reason = events.get("reason", row);
  const reports = events.get("reports", row);
  const occurrence = events.get("occurrence", row);
  const kept = protection(events, row);
  const tags = [
    events.isRetracted(row) && (reason ? words.t("event.retracted_because", { reason }) : words.t("event.retracted")),
    occurrence !== "reported" && words.t(`occurrence.${occurrence}.short`),
    !events.isLocated(row) && words.t("event.unlocated"),
    kept && words.t(`protected.${kept}`),
  ].filter((tag): tag is string => !!tag);
  const apart = differ(state, row, reports);
  if (tags.length === 0 && !apart) return null;
  return (
    <span class="tags">
      {tags.map((tag) => <span key={tag} class="tag-word">{tag}</span>)}
      {apart && <span class="tag-word apart">{words.t("reading.differ")}</span>}
    </span>
  );
}

/** A row's date in the form that sentences are made from. */
export function eventDate(events: EventTable, row: number): EventDate {
  return {
    date: events.get("date", row),
    date_kind: events.get("date_kind", row),
    date_precision: events.get("date_precision", row),
    date_start: events.get("date_start", row),
    date_end: events.get("date_end", row),
    date_uncertain: events.get("date_uncertain", row),
    date_approximate: events.get("date_approximate", row),
  };
}
