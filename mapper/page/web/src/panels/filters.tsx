/**
 * Finding: search, the types as chips, every other facet as a list with counts, and what is chosen, each choice
 * one click from being taken back. Beside the map it stands above what is read; on a phone it is a panel.
 */
import { useShared } from "../shared";
import type { State } from "../state";
import { Chosen, SumLine } from "./chosen";
import { FacetLists, hiddenChoices, TypeChips } from "./facets";
import { SearchBox } from "./searchbox";
import "./filters.css";

/** With `whole`, everything is unfolded at once, where there is a panel for it. */
export function Filters({ whole = false }: { whole?: boolean }) {
  const { state } = useShared();
  const words = state.words.value;
  if (state.counts.value.all === 0) return null;
  const more = whole || state.moreOpen.value;
  const chips = whole || state.chipsOpen.value;
  return (
    <section class={["find", whole && "whole", more && "more"].filter(Boolean).join(" ")} role="search" aria-label={words.t("find.label")}>
      <div class="find-top">
        <SearchBox />
        {!whole && <Fold />}
      </div>
      {chips && (
        <div class="find-chips">
          <TypeChips />
          {!whole && <More />}
        </div>
      )}
      <Chosen />
      {chips && more && (
        <div class="find-more" id="find-more">
          <FacetLists />
        </div>
      )}
      {chips && more && <SumLine />}
    </section>
  );
}

/** Folds all but the search box away, so that the text has the room. */
function Fold() {
  const { state } = useShared();
  const open = state.chipsOpen.value;
  const name = state.words.value.t(open ? "find.fold" : "find.unfold");
  return (
    <button type="button" class="find-fold" aria-expanded={open} aria-label={name} title={name} onClick={() => (state.chipsOpen.value = !open)}>
      <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round">
        <path d="M2 4h12M4.5 8h7M7 12h2" />
      </svg>
      <Badge n={open ? 0 : allChoices(state)} />
    </button>
  );
}

function More() {
  const { state } = useShared();
  const open = state.moreOpen.value;
  return (
    <button type="button" class="find-more-button" aria-expanded={open} aria-controls="find-more" onClick={() => (state.moreOpen.value = !open)}>
      {state.words.value.t(open ? "find.fewer" : "find.more")}
      <Badge n={open ? 0 : hiddenChoices(state)} />
      <span class="arrow" aria-hidden="true" />
    </button>
  );
}

function Badge({ n }: { n: number }) {
  const { state } = useShared();
  return n > 0 ? <span class="badge-figure">{state.words.value.number(n)}</span> : null;
}

function allChoices({ filters }: State): number {
  return hiddenChoices({ filters }) + filters.value.event_type.size;
}
