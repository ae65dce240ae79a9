/**
 * What is chosen, one chip a choice, and what comes of it: counts that add up to all events.
 */
import { plainDate } from "../dates";
import { FACETS } from "../facets";
import { useShared } from "../shared";
import type { State } from "../state";
import { valueName } from "./facets";

interface Choice {
  /** "Actor: The Third Column". */
  name: string;
  drop: () => void;
}

export function Chosen() {
  const { state } = useShared();
  if (!state.filtering.value) return null;
  const words = state.words.value;
  const { shown, all } = state.counts.value;
  const isListed = state.panel.value !== "source" && state.panel.value !== "event";
  return (
    <div class="chosen-filters">
      <p>
        {shown === 0 ? words.t("filter.nothing") : words.t("find.result", { shown, n: all })}
        {!isListed && shown > 0 && <button type="button" class="see-list" onClick={() => state.open("events")}>{words.t("find.see_list")}</button>}
      </p>
      <ul>
        {choices(state).map(({ name, drop }) => (
          <li key={name}>
            <button type="button" class="chosen-chip" aria-label={words.t("find.remove", { name })} title={words.t("find.remove", { name })} onClick={drop}>
              <span>{name}</span>
              <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4.5 4.5l7 7M11.5 4.5l-7 7" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" /></svg>
            </button>
          </li>
        ))}
        <li><button type="button" class="clear-all" onClick={state.clearFilters}>{words.t("find.clear_all")}</button></li>
      </ul>
    </div>
  );
}

/** On the map, not on the map and filtered out: together they are all events. */
export function SumLine() {
  const { state } = useShared();
  const words = state.words.value;
  const { shownMapped, shownUnlocated, filtered, all, undated } = state.counts.value;
  return (
    <p class="sum">
      {words.t("find.sum", { mapped: shownMapped, unlocated: shownUnlocated, filtered, n: all })}
      {undated > 0 && words.t("list.dot") + words.t("count.undated", { n: undated })}
    </p>
  );
}

function choices(state: State): Choice[] {
  const words = state.words.value;
  const named = (key: string, value: string): string => words.t("find.choice", { facet: words.t(key), value });
  const values = FACETS.flatMap((facet) =>
    [...state.filters.value[facet]].map((value) => ({
      name: named(`find.facet.${facet}`, valueName(state, facet, value)),
      drop: () => state.choose(facet, [value]),
    })),
  );
  const query = state.sought.value.trim() && { name: named("find.words", state.sought.value.trim()), drop: () => state.seek("") };
  const range = state.range.value && { name: named("find.when", days(state)), drop: () => void (state.range.value = null) };
  const dated = state.range.value && !state.undated.value && { name: words.t("find.without_undated"), drop: () => void (state.undated.value = true) };
  return [query, ...values, range, dated].filter((one): one is Choice => !!one);
}

function days({ words, range }: State): string {
  const [from, to] = (range.value ?? [null, null]).map((day) => day && plainDate(words.value, day));
  if (from && to) return from === to ? from : words.value.t("date.from_to", { from, to });
  return from ? words.value.t("find.since", { date: from }) : words.value.t("find.until", { date: to ?? "" });
}
