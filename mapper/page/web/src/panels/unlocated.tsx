/**
 * Events without a place on the map stand on it all the same: counted, named, one click away.
 */
import { useShared } from "../shared";
import type { State } from "../state";
import { Chip } from "./chip";
import { Said } from "./said";

export function Unlocated() {
  const { state } = useShared();
  const n = state.counts.value.shownUnlocated;
  if (n === 0) return null;
  const open = state.unlocatedOpen.value;
  return (
    <section class={`unlocated${open ? " open" : ""}`}>
      <button type="button" class="unlocated-head" aria-expanded={open} onClick={() => (state.unlocatedOpen.value = !open)}>
        {state.words.value.t("map.unlocated", { n })}
        <span class="arrow" aria-hidden="true" />
      </button>
      {open && (
        <ul class="titles">
          {first(state).map((row) => (
            <li key={row}>
              <button type="button" aria-pressed={state.row.value === row} onClick={() => state.select(state.events.get("id", row), "list")}>
                <Chip row={row} />
                <Said column="title" row={row} />
              </button>
            </li>
          ))}
          {n > MOST && (
            <li><button type="button" onClick={() => all(state)}>{state.words.value.t("find.see_list")}</button></li>
          )}
        </ul>
      )}
    </section>
  );
}

// More than these are for the list.
const MOST = 200;

function first({ mask, events }: State): number[] {
  const [shown, { located }] = [mask.value, events];
  const rows: number[] = [];
  for (let row = 0; row < shown.length && rows.length < MOST; row += 1) if (shown[row] === 1 && located[row] === 0) rows.push(row);
  return rows;
}

function all(state: State): void {
  if (!state.filters.peek().geo_precision.has("unlocated")) state.choose("geo_precision", ["unlocated"]);
  state.open("events");
}
