/**
 * What to read: the source's text, or the list of events; on a phone the card and the filters too.
 */
import type { ComponentChildren } from "preact";
import { useShared } from "../shared";
import { TABS } from "../fragment";
import type { Panel, State } from "../state";

const ON_PHONE: Panel[] = ["events", "event", "source", "filters"];

export function Tabs() {
  const { state } = useShared();
  const words = state.words.value;
  const all = state.layout.value === "desk" ? TABS : onPhone(state);
  const panels = all.filter((panel) => panel !== "source" || state.payload.sources.length > 0);
  return (
    <div class="tabs" role="tablist" aria-label={words.t("tabs.label")} onKeyDown={turn}>
      {panels.map((panel) => (
        <button
          key={panel}
          type="button"
          role="tab"
          id={`tab-${panel}`}
          aria-selected={state.panel.value === panel}
          aria-controls={`panel-${panel}`}
          tabIndex={state.panel.value === panel ? 0 : -1}
          onClick={() => state.open(panel)}
        >
          {name(state, panel)}
          <Figure n={figure(state, panel)} />
        </button>
      ))}
    </div>
  );
}

/** The table is too wide to be offered beside the others; who has asked for it finds it there. */
function onPhone({ tab }: State): Panel[] {
  return tab.value === "table" ? [...ON_PHONE, "table"] : ON_PHONE;
}

/** A panel of a tab: there for all that the tabs control, seen when it is in front. */
export function TabPanel({ of, children }: { of: Panel; children: ComponentChildren }) {
  const { state } = useShared();
  return (
    <div class={`panel ${of}-panel`} role="tabpanel" id={`panel-${of}`} aria-labelledby={`tab-${of}`} hidden={state.panel.value !== of} tabIndex={-1}>
      {children}
    </div>
  );
}

function Figure({ n }: { n: number }) {
  const { state } = useShared();
  return n > 0 ? <span class="figure">{state.words.value.number(n)}</span> : null;
}

function name({ words, payload, layout }: State, panel: Panel): string {
  if (panel === "source" && payload.sources.length > 1) return words.value.t("tab.sources");
  if (panel === "events" && layout.value !== "desk") return words.value.t("phone.list");
  return words.value.t(`tab.${panel}`);
}

function figure({ payload, counts }: State, panel: Panel): number {
  if (panel === "events") return counts.value.shown;
  return panel === "source" && payload.sources.length > 1 ? payload.sources.length : 0;
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
