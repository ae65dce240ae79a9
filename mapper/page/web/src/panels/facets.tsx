/**
 * The facets: what can be chosen, how many events each choice would show, and what there is none of, in grey.
 */
import { FACETS, NOT_STATED } from "../facets";
import type { Facet } from "../facets";
import type { Tally } from "../filter";
import { useShared } from "../shared";
import type { State } from "../state";

const LISTED = FACETS.filter((facet) => facet !== "event_type");

// More values than this are listed on demand.
const FEW = 8;

/** A value in the reader's words. */
export function valueName({ words, payload }: Pick<State, "words" | "payload">, facet: Facet, value: string): string {
  const w = words.value;
  if (value === NOT_STATED) return w.t(facet === "admin1" ? "find.coarser" : "find.not_stated");
  if (facet === "admin1") return payload.base.units.find(({ level, name }) => level === "adm1" && name === value)?.names?.[w.language] ?? value;
  if (facet === "event_type") return w.name("type", value);
  if (facet === "sub_event_type") return w.name("subtype", value);
  if (facet === "geo_precision") return w.name("precision", value);
  if (facet === "occurrence") return w.t(`find.happened.${value}`);
  if (facet === "source") return payload.sources.find((source) => source.id === value)?.title ?? value;
  if (facet === "credibility") return w.t("find.grade", { code: value, meaning: w.name("credibility", value) });
  return value;
}

/** How many choices stand in the lists that may be folded away. */
export function hiddenChoices({ filters }: Pick<State, "filters">): number {
  return LISTED.reduce((sum, facet) => sum + filters.value[facet].size, 0);
}

export function TypeChips() {
  const { state } = useShared();
  const words = state.words.value;
  const { rows, left } = listed(state, "event_type");
  return (
    <div class="type-chips" role="group" aria-label={words.t("find.facet.event_type")}>
      {rows.map(([value, tally]) => <TypeChip key={value} value={value} tally={tally} />)}
      {left > 0 && <ShowAll facet="event_type" left={left} />}
    </div>
  );
}

function TypeChip({ value, tally }: { value: string; tally: Tally }) {
  const { state, colour } = useShared();
  const chosen = state.filters.value.event_type;
  const on = chosen.has(value);
  const kind = ["type-chip", tally.n === 0 && "none", chosen.size > 0 && !on && "off"].filter(Boolean).join(" ");
  return (
    <button type="button" class={kind} aria-pressed={on} onClick={() => state.choose("event_type", [value])}>
      <svg class="type-dot" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill={colour(value)} /></svg>
      <span>{valueName(state, "event_type", value)}</span>
      <span class="figure">{state.words.value.number(tally.n)}</span>
    </button>
  );
}

export function FacetLists() {
  const { state } = useShared();
  // A facet of which nothing is stated can't tell events apart.
  const useful = LISTED.filter((facet) => state.facets.values(facet).some((value) => value !== NOT_STATED));
  return <div class="facets">{useful.map((facet) => <FacetList key={facet} facet={facet} />)}</div>;
}

function FacetList({ facet }: { facet: Facet }) {
  const { state } = useShared();
  const words = state.words.value;
  const open = state.facetsOpen.value.has(facet);
  const chosen = state.filters.value[facet].size;
  return (
    <section class="facet">
      <h2>
        <button type="button" id={`facet-${facet}`} aria-expanded={open} aria-controls={`values-${facet}`} onClick={() => (state.facetsOpen.value = flipped(state.facetsOpen.value, facet))}>
          <span class="arrow" aria-hidden="true" />
          <span class="facet-name">{words.t(`find.facet.${facet}`)}</span>
          {chosen > 0
            ? <span class="facet-chosen">{words.t("find.chosen", { n: chosen })}</span>
            : <span class="figure">{words.number(state.facets.values(facet).length)}</span>}
        </button>
      </h2>
      <div id={`values-${facet}`} role="group" aria-labelledby={`facet-${facet}`} hidden={!open}>
        {open && <Values facet={facet} />}
      </div>
    </section>
  );
}

function Values({ facet }: { facet: Facet }) {
  const { state } = useShared();
  const { rows, left } = listed(state, facet);
  return (
    <>
      <ul>{rows.map(([value, tally]) => <Value key={value} facet={facet} value={value} tally={tally} />)}</ul>
      {left > 0 && <ShowAll facet={facet} left={left} />}
    </>
  );
}

function Value({ facet, value, tally: { n, undated } }: { facet: Facet; value: string; tally: Tally }) {
  const { state } = useShared();
  const words = state.words.value;
  return (
    <li class={n === 0 ? "none" : undefined}>
      <label>
        <input type="checkbox" checked={state.filters.value[facet].has(value)} onChange={() => state.choose(facet, [value])} />
        <span class="value-name">{valueName(state, facet, value)}</span>
        {undated > 0 && <span class="value-undated">{words.t("find.undated", { n: undated })}</span>}
        <span class="figure">{words.number(n)}</span>
      </label>
    </li>
  );
}

function ShowAll({ facet, left }: { facet: Facet; left: number }) {
  const { state } = useShared();
  return (
    <button type="button" class="show-all" onClick={() => (state.wholeFacets.value = flipped(state.wholeFacets.value, facet))}>
      {state.words.value.t("find.show_all", { n: left })}
    </button>
  );
}

/** The values to list: all, or the first few and what is chosen; and how many are left. */
function listed({ tallies, wholeFacets, filters }: State, facet: Facet): { rows: [string, Tally][]; left: number } {
  const all = [...tallies[facet].value];
  const chosen = filters.value[facet];
  if (wholeFacets.value.has(facet) || all.length <= FEW + 1) return { rows: all, left: 0 };
  const rows = all.filter(([value], at) => at < FEW || chosen.has(value));
  return { rows, left: all.length - rows.length };
}

function flipped(set: ReadonlySet<Facet>, facet: Facet): ReadonlySet<Facet> {
  const next = new Set(set);
  if (!next.delete(facet)) next.add(facet);
  return next;
}
