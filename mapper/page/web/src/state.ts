/**
 * What the reader has chosen: one object, which every panel reads and none keeps a copy of.
 */
import { batch, computed, signal } from "@preact/signals";
import { acceptedRows, count, NO_FILTERS, retractedRows, shownRows, toggle } from "./filter";
import type { Facet, Filters, Range } from "./filter";
import type { Tab } from "./fragment";
import { EventTable } from "./payload";
import type { Payload } from "./payload";
import { Words } from "./words";

/** Where a choice was made: a panel doesn't move under the hand that chose in it. */
export type Via = "map" | "text" | "list" | "card" | "link";

export interface View {
  lat: number;
  lon: number;
  zoom: number;
}

export type State = ReturnType<typeof createState>;

export function createState(payload: Payload) {
  const events = new EventTable(payload.events.columns, payload.events.length);
  const filters = signal<Filters>(NO_FILTERS);
  const range = signal<Range | null>(null);
  const view = signal<View | null>(null);
  const selected = signal<string | null>(null);
  const via = signal<Via>("link");
  /** Counts choices, so that choosing the same event again brings it back into view. */
  const asked = signal(0);
  const hovered = signal<number | null>(null);
  const tab = signal<Tab>(payload.sources.length > 0 ? "source" : "events");
  const source = signal(0);
  const language = signal(payload.language);
  const legendOpen = signal(false);
  const unlocatedOpen = signal(false);
  const creditsOpen = signal(false);
  /** On a phone the card can be folded to its title, to read the text behind it. */
  const folded = signal(false);

  const words = computed(() => {
    const english = payload.locales["en"] ?? {};
    return new Words(payload.locales[language.value] ?? english, language.value, english);
  });
  const shown = computed(() => shownRows(events, filters.value, range.value));
  const shownSet = computed(() => new Set(shown.value));
  const counts = computed(() => count(events, shown.value));
  const row = computed(() => events.row(selected.value) ?? null);

  /** Chooses an event; its source's text comes to the front, unless the text in front reports it too. */
  function select(id: string | null, from: Via): void {
    batch(() => {
      via.value = from;
      asked.value += 1;
      folded.value = false;
      selected.value = id;
      const reports = row.value === null ? [] : events.get("reports", row.value);
      if (reports.length > 0 && !reports.some((report) => report.source === source.value))
        source.value = reports[0]?.source ?? 0;
    });
  }

  /** Chooses the next (1) or previous (-1) of the shown events. */
  function step(by: 1 | -1, from: Via): void {
    const at = row.value === null ? -1 : shown.value.indexOf(row.value);
    const next = shown.value[at === -1 ? (by === 1 ? 0 : shown.value.length - 1) : at + by];
    if (next !== undefined) select(events.get("id", next), from);
  }

  return {
    payload,
    events,
    accepted: acceptedRows(events),
    retracted: retractedRows(events),
    filters,
    range,
    view,
    selected,
    via,
    asked,
    hovered,
    tab,
    source,
    language,
    legendOpen,
    unlocatedOpen,
    creditsOpen,
    folded,
    words,
    shown,
    shownSet,
    counts,
    row,
    select,
    step,
    choose: (facet: Facet, values: readonly string[]) => void (filters.value = toggle(filters.value, facet, values)),
    clearFilters: () => batch(() => void ((filters.value = NO_FILTERS), (range.value = null))),
  };
}
