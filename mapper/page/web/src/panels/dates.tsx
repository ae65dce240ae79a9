/**
 * The range by hand: two typed dates, all of them, windows that step or play, and whether undated events stay.
 */
import { useShared } from "../shared";
import type { Edge } from "../brush";
import { UNITS } from "../days";
import type { Unit } from "../days";

const EDGES: Edge[] = ["from", "to"];

/** `name` keeps the ids apart where the fields stand twice. */
export function DateFields({ name }: { name: string }) {
  const { state } = useShared();
  const fault = state.time.fault.value;
  const words = state.words.value;
  return (
    <div class="time-dates" role="group" aria-label={words.t("time.dates")}>
      {EDGES.map((edge) => <DateField key={edge} edge={edge} id={`${name}-${edge}`} />)}
      <p class="time-fault" role="alert" id={`${name}-fault`}>{fault && words.t(`time.fault.${fault.why}`, { text: fault.text })}</p>
    </div>
  );
}

function DateField({ edge, id }: { edge: Edge; id: string }) {
  const { state } = useShared();
  const { time } = state;
  const words = state.words.value;
  const fault = time.fault.value?.edge === edge ? time.fault.value : null;
  const typed = fault?.text ?? state.range.value?.[edge === "from" ? 0 : 1] ?? "";
  const wrong = fault !== null;
  return (
    <label class="time-date">
      <span>{words.t(`time.${edge}`)}</span>
      <input
        type="text"
        id={id}
        value={typed}
        size={11}
        maxLength={20}
        placeholder={words.t("time.pattern")}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={wrong}
        aria-describedby={wrong ? id.replace(/-\w+$/, "-fault") : undefined}
        onChange={(event) => time.type(edge, event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && time.type(edge, event.currentTarget.value)}
      />
    </label>
  );
}

export function AllDates() {
  const { state } = useShared();
  const words = state.words.value;
  return (
    <button type="button" class="time-button all-dates" aria-disabled={state.range.value === null} onClick={() => state.time.choose(null)}>
      {words.t("time.all")}
    </button>
  );
}

/** A window of the chosen length: one back, on by itself, one on. */
export function Player() {
  const { state } = useShared();
  const { time } = state;
  const words = state.words.value;
  const playing = time.playing.value;
  return (
    <div class="time-player" role="group" aria-label={words.t("time.player")}>
      <StepButton by={-1} />
      <button type="button" class="time-button time-play" onClick={playing ? time.pause : time.play}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d={playing ? "M3.5 3h3v10h-3zM9.5 3h3v10h-3z" : "M4 2.5v11l9-5.5z"} fill="currentColor" /></svg>
        {words.t(playing ? "time.pause" : "time.play")}
      </button>
      <StepButton by={1} />
      <select
        class="time-step"
        aria-label={words.t("time.step")}
        value={time.step.value}
        onChange={(event) => (time.chosenStep.value = event.currentTarget.value as Unit)}
      >
        {UNITS.map((unit) => <option key={unit} value={unit}>{words.t(`time.by.${unit}`)}</option>)}
      </select>
    </div>
  );
}

export function StepButton({ by }: { by: 1 | -1 }) {
  const { state } = useShared();
  const { time } = state;
  const text = state.words.value.t(by === 1 ? "time.later" : "time.earlier");
  const there = by === 1 ? time.next.value : time.previous.value;
  return (
    <button type="button" class="time-button time-go" aria-label={text} title={text} aria-disabled={there === null} onClick={() => time.go(by)}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d={by === 1 ? "M6 3l5 5-5 5" : "M10 3 5 8l5 5"} fill="none" stroke="currentColor" stroke-width="1.8" /></svg>
    </button>
  );
}

/** How many events bear no date; while a range is chosen, whether they are shown with it. */
export function Undated() {
  const { state } = useShared();
  const words = state.words.value;
  const n = state.time.undatedCount.value;
  if (n === 0) return null;
  if (state.range.value === null) return <span class="time-undated">{words.t("time.undated", { n })}</span>;
  return (
    <label class="time-undated" title={words.t("time.undated.hint")}>
      <input type="checkbox" checked={state.undated.value} onChange={(event) => (state.undated.value = event.currentTarget.checked)} />
      {words.t("time.undated", { n })}
    </label>
  );
}
