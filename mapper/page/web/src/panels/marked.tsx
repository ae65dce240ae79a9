/**
 * Words of a source on which events rest, in their types' colours; each event's number stands where its passage
 * ends. Where several share the same words, choosing again goes from one to the next; a click on a number chooses
 * that one.
 */
import { useShared } from "../shared";
import { tint } from "../colours";
import type { Piece, Run } from "../passages";
import { Chip } from "./chip";

export function Marked({ run, ends }: { run: Run; ends: number[] }) {
  const { state, colour } = useShared();
  const { events } = state;
  const words = run.pieces.map((piece, i) => <Words key={i} piece={piece} />);
  const last = run.pieces.at(-1) ?? { text: "", place: false };
  const [head, tail, after] = lastWord(last.text);
  const live = run.rows.filter((row) => state.mask.value[row] === 1 || events.isRetracted(row));
  if (run.rows.length === 0) return <>{words}</>;
  if (live.length === 0) return <span class="passage muted" data-rows={run.rows.join(" ")}>{words}</span>;
  const chosen = live.find((row) => row === state.row.value);
  const choose = (event: Event): void => {
    const named = (event.target as Element).closest<HTMLElement>(".chip")?.dataset["row"];
    const next = live[(live.indexOf(chosen ?? -1) + 1) % live.length];
    const row = named !== undefined ? Number(named) : next;
    if (row !== undefined) state.select(events.get("id", row), "text");
  };
  const numbers = (rows: number[]): string =>
    state.words.value.list(rows.map((row) => String(events.get("number", row))));
  const colours = live.map((row) => (events.isRetracted(row) ? "#5c6670" : colour(events.get("event_type", row))));
  const main = colours[chosen === undefined ? 0 : live.indexOf(chosen)] ?? "#5c6670";
  const hovered = state.hovered.value !== null && live.includes(state.hovered.value);
  const ended = live.filter((row) => ends.includes(row));
  // The first few keep to the last word; where many events rest on the same words, the others may go on below.
  const [first, more] = [ended.slice(0, 3), ended.slice(3)];
  return (
    <span
      class={`passage${chosen === undefined ? "" : " chosen"}${hovered ? " hover" : ""}`}
      role="button"
      tabIndex={0}
      aria-pressed={chosen !== undefined}
      data-rows={live.join(" ")}
      style={{ "--colour": main, "--pale": tint(main, 0.15), "--strong": tint(main, 0.34), "--lines": underlines(colours) }}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(event);
      }}
      onMouseEnter={() => (state.hovered.value = live[0] ?? null)}
      onMouseLeave={() => (state.hovered.value = null)}
    >
      {run.pieces.slice(0, -1).map((piece, i) => <Words key={i} piece={piece} />)}
      <Words piece={{ text: head, place: last.place }} />
      <span class="chips"><Words piece={{ text: tail, place: last.place }} />
        <span aria-hidden="true">{first.map((row) => <Chip key={row} row={row} />)}</span>
      </span>
      <span class="more-chips" aria-hidden="true">{more.map((row) => <Chip key={row} row={row} />)}</span>
      {after}
      <span class="unseen">{state.words.value.t("passage.events", { n: live.length, numbers: numbers(live) })}</span>
    </span>
  );
}

function Words({ piece }: { piece: Piece }) {
  return piece.place ? <span class="place">{piece.text}</span> : <>{piece.text}</>;
}

/** A number keeps to the last word, or it would stand alone on the next line. */
function lastWord(text: string): [head: string, word: string, space: string] {
  const found = /^([^]*?)(\S{0,24})(\s*)$/.exec(text);
  return [found?.[1] ?? "", found?.[2] ?? "", found?.[3] ?? ""];
}

/** One line under the words for each colour, so that no type hides another. */
function underlines(colours: string[]): string {
  const unique = [...new Set(colours)].slice(0, 3);
  return unique.map((one, i) => `linear-gradient(${one}, ${one}) 0 calc(100% - ${i * 3}px) / 100% 2px no-repeat`).join(", ");
}
