/**
 * What to read: the source's text, or the list of events.
 */
import { useShared } from "../shared";
import { TABS } from "../fragment";
import type { Tab } from "../fragment";

export function Tabs() {
  const { state } = useShared();
  const words = state.words.value;
  const many = state.payload.sources.length > 1;
  const names: Record<Tab, string> = { source: words.t(many ? "tab.sources" : "tab.source"), events: words.t("tab.events") };
  const figures: Record<Tab, number> = { source: many ? state.payload.sources.length : 0, events: state.counts.value.shown };
  const tabs = TABS.filter((tab) => tab !== "source" || state.payload.sources.length > 0);
  return (
    <div class="tabs" role="tablist" aria-label={words.t("tabs.label")} onKeyDown={turn}>
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`tab-${tab}`}
          aria-selected={state.tab.value === tab}
          aria-controls={`panel-${tab}`}
          tabIndex={state.tab.value === tab ? 0 : -1}
          onClick={() => (state.tab.value = tab)}
        >
          {names[tab]}
          {figures[tab] > 0 && <span class="figure">{words.number(figures[tab])}</span>}
        </button>
      ))}
    </div>
  );
}

function turn(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const all = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>("[role=tab]")];
  const next = by && all[(all.indexOf(event.target as HTMLElement) + by + all.length) % all.length];
  if (!next) return;
  event.preventDefault();
  next.click();
  next.focus();
}
