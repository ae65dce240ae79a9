/**
 * State and address follow each other: what the reader chooses stands behind the `#`, and what stands there is
 * chosen, when the page opens and when the reader goes back or forward. Events, tabs and languages are steps to go
 * back by; all else changes the step at which the reader is.
 */
import { batch, effect } from "@preact/signals";
import { FACETS } from "./facets";
import type { Filters } from "./filter";
import { parseFragment, roundView, writeFragment } from "./fragment";
import type { Linked, Tab } from "./fragment";
import { hasOwn } from "./payload";
import type { State } from "./state";

// Browsers take 100 to 200 changes of an address in half a minute, and then none: these two stay below.
const PAUSE = 500;
const STEPS = 40;
const HALF_MINUTE = 30_000;

/** What an address says of the state as it is. */
export function linkedOf(state: State): Linked {
  const { payload, filters } = state;
  const event = state.selected.value;
  const source = state.source.value;
  return {
    event,
    tab: state.tab.value === usualTab(state) ? null : state.tab.value,
    language: state.language.value === payload.language ? null : state.language.value,
    text: source === usualSource(state, event) ? null : (payload.sources[source]?.id ?? null),
    filters: Object.fromEntries(FACETS.map((facet) => [facet, [...filters.value[facet]]])) as unknown as Linked["filters"],
    range: state.range.value,
    undated: state.undated.value,
    query: state.query.value,
    order: state.order.value,
    view: state.view.value && roundView(state.view.value),
    layer: state.layer.value,
    embed: state.embed.value,
  };
}

/**
 * Makes the state what a fragment says, and what it leaves out what it usually is. `own` is whether the reader was
 * there before: an online layer that only a link asks for stays off, since nothing may be requested unasked.
 */
export function restore(state: State, linked: Linked, own: boolean): void {
  const { payload, events } = state;
  const known = linked.event === null || events.row(linked.event) !== undefined;
  const event = known ? linked.event : null;
  const layer = payload.layers?.some((one) => one.name === linked.layer) ? linked.layer : null;
  const isOn = layer === null || own || state.layer.peek() === layer;
  batch(() => {
    state.language.value = linked.language !== null && hasOwn(payload.locales, linked.language) ? linked.language : payload.language;
    state.tab.value = linked.tab ?? usualTab(state);
    state.filters.value = knownFilters(state, linked);
    state.range.value = linked.range;
    state.undated.value = linked.undated;
    state.seek(linked.query);
    state.order.value = linked.order;
    state.embed.value = linked.embed;
    state.layer.value = isOn ? layer : null;
    if (event !== state.selected.peek()) state.select(event, "link");
    const text = payload.sources.findIndex((source) => source.id === linked.text);
    state.source.value = text === -1 ? usualSource(state, event) : text;
    state.view.value = linked.view;
    state.astray.value = known && isOn ? null : { event: known ? null : linked.event, layer: isOn ? null : layer };
  });
}

/** The fragment for the state as it is, whether or not the address already has it. */
export function fragmentOf(state: State): string {
  return writeFragment(readHash(), linkedOf(state));
}

/** Reads the address, then keeps both alike from now on. */
export function followAddress(state: State): void {
  const writer = new Writer();
  // What stands in the address, or is about to.
  let last = readHash();
  let step = "";
  let reading = true;
  const read = (): void => {
    reading = true;
    restore(state, parseFragment(last), wasHere());
    reading = false;
  };
  read();
  reading = true;
  effect(() => {
    const wanted = writeFragment(last, linkedOf(state));
    const isStep = !reading && stepOf(state) !== step;
    step = stepOf(state);
    if (wanted === last) return;
    if (isStep) writer.push(last, wanted);
    else writer.replace(wanted);
    last = wanted;
  });
  reading = false;
  const moved = (): void => {
    if (readHash() === last) return;
    writer.forget();
    last = readHash();
    read();
  };
  addEventListener("popstate", moved);
  addEventListener("hashchange", moved);
  addEventListener("pagehide", () => writer.flush());
}

/** Writes no more often than browsers bear, and never fails: a frame made from a string has no history. */
class Writer {
  private pending: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private written = -PAUSE;
  private steps: number[] = [];

  replace(hash: string): void {
    this.pending = hash;
    clearTimeout(this.timer);
    const wait = this.written + PAUSE - performance.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  /** A new step; the one before it keeps what it had come to. */
  push(before: string, hash: string): void {
    const now = performance.now();
    this.steps = this.steps.filter((at) => at > now - HALF_MINUTE);
    if (this.steps.length >= STEPS) return this.replace(hash);
    this.steps.push(now);
    if (this.pending !== null) write("replaceState", before);
    this.forget();
    write("pushState", hash);
  }

  flush(): void {
    if (this.pending !== null) write("replaceState", this.pending);
    this.written = performance.now();
    this.forget();
  }

  forget(): void {
    clearTimeout(this.timer);
    this.pending = null;
  }
}

function write(how: "pushState" | "replaceState", hash: string): void {
  try {
    history[how]({ mapper: true }, "", hash || location.pathname + location.search);
  } catch {
    // The page works without an address.
  }
}

function readHash(): string {
  try {
    return location.hash;
  } catch {
    return "";
  }
}

/** Whether this page itself wrote the step at which the reader is. */
function wasHere(): boolean {
  try {
    return (history.state as { mapper?: boolean } | null)?.mapper === true;
  } catch {
    return false;
  }
}

function stepOf({ selected, tab, language }: State): string {
  return JSON.stringify([selected.value, tab.value, language.value]);
}

function usualTab({ payload }: State): Tab {
  return payload.sources.length > 0 ? "source" : "events";
}

/** The text that comes to the front with an event, where the reader chose no other. */
function usualSource({ events }: State, event: string | null): number {
  const row = events.row(event);
  const reports = row === undefined ? [] : events.get("reports", row);
  return reports.some(({ source }) => source === 0) ? 0 : (reports[0]?.source ?? 0);
}

function knownFilters({ facets }: State, linked: Linked): Filters {
  const known = FACETS.map((facet) => {
    const asked = linked.filters[facet];
    // Nobody has to know the values of what isn't asked for.
    const values = new Set(asked.length > 0 ? facets.values(facet) : []);
    return [facet, new Set(asked.filter((value) => values.has(value)))];
  });
  return Object.fromEntries(known) as Filters;
}
