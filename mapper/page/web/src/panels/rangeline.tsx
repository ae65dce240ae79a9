/**
 * Time on a phone: one line with the chosen dates and a step to either side. The dates unfold above it to be typed,
 * or to play.
 */
import { useRef } from "preact/hooks";
import { useShared } from "../shared";
import { daysOf } from "../brush";
import { plainDate, parseDay, range as periodText } from "../dates";
import { isoDay } from "../days";
import type { State } from "../state";
import { xOf } from "../timeline";
import { AllDates, DateFields, Player, StepButton, Undated } from "./dates";
import "./time.css";

export function RangeLine() {
  const { state } = useShared();
  const { time } = state;
  const words = state.words.value;
  const now = useRef<HTMLButtonElement>(null);
  if (!time.domain.value) return null;
  const open = time.datesOpen.value;
  const close = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    time.pause();
    time.datesOpen.value = false;
    now.current?.focus();
  };
  return (
    <section class="range-line" aria-label={words.t("time.label")} onKeyDown={close}>
      {open && (
        <div class="range-dates" id="range-dates">
          <DateFields name="range" />
          <Player />
          <div class="range-rest"><AllDates /><Undated /></div>
        </div>
      )}
      <StepButton by={-1} />
      <button type="button" class="range-now" ref={now} aria-expanded={open} title={words.t("time.change")} onClick={() => (time.datesOpen.value = !open)}>
        <span>{allDates(state)}<span class="range-words">{rangeText(state)}</span></span>
        <span class="arrow" aria-hidden="true" />
        <Track />
      </button>
      <StepButton by={1} />
    </section>
  );
}

/** What stands before the dates while none are chosen. */
function allDates({ words, range }: State): string {
  return range.value ? "" : words.value.t("time.all") + words.value.t("list.dot");
}

/** The dates chosen, in words. */
function rangeText({ words, range, time }: State): string {
  const w = words.value;
  const [from, to] = range.value ?? [null, null];
  const days = time.domain.value?.known.map(isoDay) ?? [];
  const [start, end] = (range.value ? [from, to] : days).map(parseDay);
  if (start && end) return periodText(w, start, end);
  return from !== null ? w.t("time.since", { date: plainDate(w, from) }) : w.t("time.until", { date: plainDate(w, to ?? "") });
}

/** Where in time that is. */
function Track() {
  const { state } = useShared();
  const domain = state.time.domain.value;
  if (!domain) return null;
  const [first, last] = daysOf(domain, state.range.value);
  const left = xOf(domain, first, 100);
  return (
    <span class="range-track" aria-hidden="true">
      <span style={{ left: `${left}%`, width: `${xOf(domain, last + 1, 100) - left}%` }} />
    </span>
  );
}
