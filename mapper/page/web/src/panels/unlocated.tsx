/**
 * Events without a place on the map stand on it all the same: counted, named, one click away.
 */
import { useShared } from "../shared";
import { Chip } from "./chip";
import { Said } from "./said";

export function Unlocated() {
  const { state } = useShared();
  const rows = state.shown.value.filter((row) => !state.events.isLocated(row));
  if (rows.length === 0) return null;
  const open = state.unlocatedOpen.value;
  return (
    <section class={`unlocated${open ? " open" : ""}`}>
      <button type="button" class="unlocated-head" aria-expanded={open} onClick={() => (state.unlocatedOpen.value = !open)}>
        {state.words.value.t("map.unlocated", { n: rows.length })}
        <span class="arrow" aria-hidden="true" />
      </button>
      {open && (
        <ul class="titles">
          {rows.map((row) => (
            <li key={row}>
              <button type="button" aria-pressed={state.row.value === row} onClick={() => state.select(state.events.get("id", row), "list")}>
                <Chip row={row} />
                <Said column="title" row={row} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
