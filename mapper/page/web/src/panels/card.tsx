/**
 * One event, whole: what the source's words are, when and where and how exactly, who, how many, who says so.
 */
import { useEffect, useRef } from "preact/hooks";
import { useShared } from "../shared";
import { ink, tint } from "../colours";
import { dateSentence } from "../dates";
import { isByKey } from "../keys";
import type { EventRow } from "../payload";
import { actorLines, deathsSentence, placeName, precisionSentence, protectionSentence } from "../sentences";
import type { State } from "../state";
import { Chip } from "./chip";
import { eventDate } from "./events";
import { Differences, Quote, Sources } from "./reports";
import { Said } from "./said";

export function Card() {
  const { state } = useShared();
  const row = state.row.value;
  return row === null ? null : <Shown row={row} />;
}

function Shown({ row }: { row: number }) {
  const { state, colour } = useShared();
  const { events } = state;
  const words = state.words.value;
  const heading = useRef<HTMLHeadingElement>(null);
  useFocus(state, heading, row);
  const own = colour(events.get("event_type", row));
  const types = [words.name("type", events.get("event_type", row)), words.name("subtype", events.get("sub_event_type", row) ?? "")];
  const reports = events.get("reports", row);
  return (
    <section
      class="card"
      role="region"
      aria-label={words.t("card.label")}
      style={{ "--colour": own, "--ink": ink(own), "--pale": tint(own, 0.1) }}
    >
      <header class="card-head">
        <Chip row={row} />
        <h2 tabIndex={-1} ref={heading}><Said column="title" row={row} /></h2>
        <button type="button" class="close" aria-label={words.t("card.close")} onClick={() => state.select(null, "card")}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 3 13 13M13 3 3 13" stroke="currentColor" stroke-width="1.8" /></svg>
        </button>
      </header>
      <div class="card-body" key={row} tabIndex={0}>
        <p class="card-type">{types.filter(Boolean).join(words.t("list.dot"))}</p>
        <Status row={row} />
        {reports.map((report, i) => <Quote key={i} report={report} />)}
        <Facts row={row} />
        {reports.length > 1 && <Differences row={row} reports={reports} />}
        <Sources row={row} reports={reports} />
        <Extra row={row} />
      </div>
      {state.layout.value === "desk" && <Walk />}
    </section>
  );
}

/** By keyboard, focus goes into the card when it opens and back to where it was when it closes. */
function useFocus(state: State, heading: { current: HTMLElement | null }, row: number): void {
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current = document.activeElement;
    return () => {
      const back = opener.current;
      // What was behind the card comes to the front first.
      if (isByKey()) requestAnimationFrame(() => back instanceof HTMLElement && back.isConnected && back.focus());
    };
  }, []);
  useEffect(() => {
    if (isByKey() && state.via.peek() !== "card" && state.via.peek() !== "link") heading.current?.focus();
  }, [row]);
}

function Status({ row }: { row: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const occurrence = state.events.get("occurrence", row);
  const reason = state.events.get("reason", row);
  return (
    <>
      {state.events.isRetracted(row) && (
        <p class="warning">{reason ? words.t("event.retracted_because", { reason }) : words.t("event.retracted")}</p>
      )}
      {occurrence !== "reported" && <p class="warning">{words.t(`occurrence.${occurrence}`)}</p>}
    </>
  );
}

function Facts({ row }: { row: number }) {
  const { state } = useShared();
  const { events } = state;
  const words = state.words.value;
  const who = actorLines(words, actors(row));
  return (
    <dl class="facts">
      <dt>{words.t("card.when")}</dt>
      <dd>{dateSentence(words, eventDate(events, row))}</dd>
      <dt>{words.t("card.where")}</dt>
      <dd><WhereText row={row} /></dd>
      <dt>{words.t("card.who")}</dt>
      <dd>{who.length > 0 ? who.map((line) => <div key={line}>{line}</div>) : <span class="quiet">{words.t("who.none")}</span>}</dd>
      <dt>{words.t("card.deaths")}</dt>
      <dd>{deathsSentence(words, deaths(row))}</dd>
      {events.get("notes", row) && <dt>{words.t("card.notes")}</dt>}
      {events.get("notes", row) && <dd><Said column="notes" row={row} /></dd>}
    </dl>
  );

  function actors(at: number): Pick<EventRow, "actor1" | "assoc_actor_1" | "actor2" | "assoc_actor_2"> {
    return {
      actor1: events.get("actor1", at),
      assoc_actor_1: events.get("assoc_actor_1", at),
      actor2: events.get("actor2", at),
      assoc_actor_2: events.get("assoc_actor_2", at),
    };
  }

  function deaths(at: number): Pick<EventRow, "fatalities_low" | "fatalities_best" | "fatalities_high" | "fatalities_text"> {
    return {
      fatalities_low: events.get("fatalities_low", at),
      fatalities_best: events.get("fatalities_best", at),
      fatalities_high: events.get("fatalities_high", at),
      fatalities_text: events.get("fatalities_text", at),
    };
  }
}

function WhereText({ row }: { row: number }) {
  const { state } = useShared();
  const { events } = state;
  const words = state.words.value;
  const kept = protectionSentence(words, events, row);
  const text = events.get("place_text", row);
  const mark = state.payload.precisions.find((one) => one.name === events.get("geo_precision", row))?.mark;
  return (
    <>
      {placeName(words, events, row)} <span class="quiet">({precisionSentence(words, events, row)})</span>
      {kept && <div class="warning">{kept}</div>}
      {text && <div class="quiet">{words.t("where.source_says", { words: text })}</div>}
      {mark === "area" && <div class="quiet">{words.t("where.label")}</div>}
      {mark === "line" && <div class="quiet">{words.t("where.label.line")}</div>}
    </>
  );
}

/** Columns of the project's own, as they are. */
function Extra({ row }: { row: number }) {
  const { state } = useShared();
  const extra = Object.entries(state.events.get("extra", row) ?? {}).filter(([, text]) => text !== "");
  if (extra.length === 0) return null;
  return (
    <section>
      <h3 class="small-head">{state.words.value.t("card.more")}</h3>
      <dl class="facts">
        {extra.map(([name, text]) => (
          <div key={name} class="fact"><dt>{name}</dt><dd>{text}</dd></div>
        ))}
      </dl>
    </section>
  );
}

/** To the previous and the next of the shown events; on a phone it is always there, with the event's date. */
export function Walk() {
  const { state } = useShared();
  const words = state.words.value;
  const all = state.ordered.value;
  const row = state.row.value;
  const at = row === null ? -1 : all.indexOf(row);
  const date = row !== null && state.layout.value !== "desk" && dateSentence(words, eventDate(state.events, row));
  return (
    <footer class="walk">
      <button type="button" disabled={at === 0 || all.length === 0} onClick={() => state.step(-1, "card")}>‹ {words.t("card.previous")}</button>
      <span class="walk-at">
        {at >= 0 && words.t("card.position", { at: at + 1, n: all.length })}
        {at >= 0 && date && words.t("list.dot")}
        {date}
        {row === null && state.layout.value !== "desk" && words.t("source.events", { n: all.length })}
      </span>
      <button type="button" disabled={at === all.length - 1} onClick={() => state.step(1, "card")}>{words.t("card.next")} ›</button>
    </footer>
  );
}
