/**
 * What the reader has chosen: one object, which every panel reads and none keeps a copy of.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { FACETS, FacetTable } from "./facets";
import type { Facet } from "./facets";
import { isFiltering, NO_FILTERS, rowsOf, Sieve, toggle } from "./filter";
import type { Choice, Filters, Mask, Range, Tally } from "./filter";
import type { Tab, View } from "./fragment";
import { inOrder } from "./order";
import type { Order } from "./order";
import type { EventTable, Payload } from "./payload";
import type { Layout } from "./screen";
import type { Sorting } from "./sorting";
import { createTime } from "./timestate";
import { Searcher } from "./searcher";
import { Words } from "./words";

/** Where a choice was made: a panel doesn't move under the hand that chose in it. */
export type Via = "map" | "text" | "list" | "card" | "time" | "link";

/** What can stand in front of the others: on a phone the card and the filters too take the place of a tab. */
export type Panel = Tab | "event" | "filters";

export const HEIGHTS = ["peek", "half", "full"] as const;

/** How far a phone's sheet stands over the map. */
export type Height = (typeof HEIGHTS)[number];

/** An online tile layer that was asked for: how its tiles come in. */
export type Tiles = "none" | "waiting" | "shown" | "failed";

/** What the page has just done with the clipboard, or must say. */
export interface Notice {
  said: string | null;
  done: string | null;
  /** What the clipboard was refused, to be copied by hand. */
  byHand: string | null;
}

export type { View } from "./fragment";

/** What a link asked for and did not get. */
export interface Astray {
  /** The id of an event that isn't in this map. */
  event: string | null;
  /** An online layer that the reader has not turned on. */
  layer: string | null;
}

// So long the search waits for the next letter, in milliseconds.
const TYPING = 120;

export type State = ReturnType<typeof createState>;

/** `worker` is the script by which a search runs beside the page. */
export function createState(payload: Payload, events: EventTable, worker: string | null = null) {
  const filters = signal<Filters>(NO_FILTERS);
  const range = signal<Range | null>(null);
  /** Whether undated events are shown while a range is chosen. */
  const undated = signal(true);
  const query = signal("");
  /** The query that the page goes by: the typed one, once typing pauses. */
  const sought = signal("");
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
  /** Whether the source's notes, licence and proof are unfolded. */
  const aboutOpen = signal(false);
  const order = signal<Order>("text");
  /** Whether the first picture stands: what nobody misses in it waits until then. */
  const painted = signal(false);
  const layout = signal<Layout>("desk");
  const tight = signal(false);
  const sheet = signal<Height>("half");
  /** On a phone: what stands before the tab. */
  const front = signal<"event" | "filters" | null>(null);
  /** The online tile layer that the reader turned on, by name. */
  const layer = signal<string | null>(null);
  const tiles = signal<Tiles>("none");
  const layersOpen = signal(false);
  /** Which menu of the header is open, by name. */
  const menu = signal<string | null>(null);
  const notice = signal<Notice | null>(null);
  const methodOpen = signal(false);
  /** By which column the table is sorted; null: as the list is. */
  const sorting = signal<Sorting | null>(null);
  /** Whether the page stands in a frame of somebody's: map, legend and card alone. */
  const embed = signal(false);
  const astray = signal<Astray | null>(null);
  /** Whether the chips of the types are unfolded, below the search box. */
  const chipsOpen = signal(true);
  const moreOpen = signal(false);
  const facetsOpen = signal<ReadonlySet<Facet>>(new Set());
  /** Facets whose values are all listed, however many. */
  const wholeFacets = signal<ReadonlySet<Facet>>(new Set());

  const words = computed(() => {
    const english = payload.locales["en"] ?? {};
    return new Words(payload.locales[language.value] ?? english, language.value, english);
  });
  const title = computed(() => payload.titles?.[language.value] ?? payload.title);
  const accepted = Uint8Array.from(events.retracted, (one) => 1 - one);
  const facets = facetsOf(payload, events);
  /** Where the words are that were sought last. */
  const found = signal<Mask | null>(null);
  const searching = signal(false);
  const choice = computed<Choice>(() => ({ filters: filters.value, range: range.value, undated: undated.value, found: found.value }));
  const sieve = new Sieve(events, facets);
  // A new object for each choice, whoever asks first.
  const sifted = computed(() => (sieve.choose(choice.value), {}));
  const of = <T>(told: () => T) => computed(() => (void sifted.value, told()));
  /** Rows that are shown. */
  const mask = of(() => sieve.shown);
  const shown = computed(() => rowsOf(mask.value));
  /** What would be shown at any time. */
  const passing = of(() => sieve.passing);
  const tallies = Object.fromEntries(FACETS.map((facet) => [facet, of(() => sieve.tally(facet))])) as Record<Facet, ReadonlySignal<ReadonlyMap<string, Tally>>>;
  const filtering = computed(() => isFiltering(choice.value));
  const anyType = of(() => sieve.anyType);
  const time = createTime({ events, accepted, range, passing, anyType, filters, types: payload.taxonomy.types.map(({ name }) => name) });
  const counts = of(() => sieve.counts());
  const row = computed(() => events.row(selected.value) ?? null);
  const ordered = computed(() => inOrder(events, mask.value, order.value));
  const panel = computed<Panel>(() => (layout.value === "desk" ? tab.value : (front.value ?? tab.value)));

  let pause: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const typed = query.value;
    clearTimeout(pause);
    if (typed !== sought.peek()) pause = setTimeout(() => (sought.value = typed), TYPING);
  });
  const searcher = new Searcher(events, ({ query: asked, found: rows, isWhole }) => {
    if (asked !== sought.peek()) return;
    batch(() => ((found.value = rows), (searching.value = !isWhole)));
  }, worker);
  effect(() => {
    const words = sought.value;
    searching.value = words.trim() !== "";
    if (searching.peek()) searcher.look(words);
    else found.value = null;
  });

  /** Searches now, without waiting for another letter. */
  function seek(words: string): void {
    batch(() => ((query.value = words), (sought.value = words)));
  }

  function clearFilters(): void {
    batch(() => {
      filters.value = NO_FILTERS;
      range.value = null;
      undated.value = true;
      seek("");
    });
  }

  /** Chooses an event; its source's text comes to the front, unless the text in front reports it too. */
  function select(id: string | null, from: Via): void {
    batch(() => {
      via.value = from;
      asked.value += 1;
      selected.value = id;
      bring(id, from);
      const reports = row.value === null ? [] : events.get("reports", row.value);
      if (reports.length > 0 && !reports.some((report) => report.source === source.value))
        source.value = reports[0]?.source ?? 0;
    });
  }

  /** On a phone the chosen event comes to the front, and the map stays in sight; reading on moves nothing. */
  function bring(id: string | null, from: Via): void {
    if (id === null) front.value = front.value === "event" ? null : front.value;
    else if (from !== "card") {
      front.value = "event";
      sheet.value = "half";
    }
  }

  /** Brings a panel to the front, high enough to be read. */
  function open(wanted: Panel): void {
    batch(() => {
      if (wanted === "event" || wanted === "filters") front.value = wanted;
      else {
        front.value = null;
        tab.value = wanted;
      }
      if (sheet.value === "peek") sheet.value = "half";
    });
  }

  /** Chooses the next (1) or previous (-1) of the shown events, in the order that the reader chose. */
  function step(by: 1 | -1, from: Via): void {
    const all = ordered.value;
    const at = row.value === null ? -1 : all.indexOf(row.value);
    const next = all[at === -1 ? (by === 1 ? 0 : all.length - 1) : at + by];
    if (next !== undefined) select(events.get("id", next), from);
  }

  return {
    payload,
    events,
    accepted,
    retracted: rowsOf(events.retracted),
    filters,
    range,
    undated,
    time,
    query,
    sought,
    facets,
    found,
    searching,
    passing,
    tallies,
    filtering,
    astray,
    chipsOpen,
    moreOpen,
    facetsOpen,
    wholeFacets,
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
    aboutOpen,
    order,
    painted,
    layout,
    tight,
    sheet,
    front,
    layer,
    tiles,
    layersOpen,
    menu,
    notice,
    methodOpen,
    sorting,
    embed,
    words,
    title,
    mask,
    shown,
    counts,
    row,
    ordered,
    panel,
    select,
    open,
    step,
    seek,
    choose: (facet: Facet, values: readonly string[]) => void (filters.value = toggle(filters.value, facet, values)),
    clearFilters,
  };
}

function facetsOf({ taxonomy, precisions, sources }: Payload, events: EventTable): FacetTable {
  const ids = sources.map((source) => source.id);
  return new FacetTable(events, ids, {
    event_type: taxonomy.types.map((type) => type.name),
    sub_event_type: taxonomy.types.flatMap((type) => type.sub_event_types),
    geo_precision: precisions.map((one) => one.name),
    occurrence: ["reported", "threatened", "denied"],
    source: ids,
    credibility: ["1", "2", "3", "4", "5", "6"],
  });
}
