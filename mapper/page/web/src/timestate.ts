/**
 * What the timeline shows and does, for its parts on a computer and on a phone alike. The range itself stays where
 * every panel reads it.
 */
import { computed, signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import { opening, stepped, usualStep } from "./brush";
import type { Edge } from "./brush";
import { typedDay } from "./days";
import type { Unit } from "./days";
import { NOT_STATED } from "./facets";
import { rowsOf } from "./filter";
import type { Filters, Mask, Range } from "./filter";
import type { EventTable } from "./payload";
import { bucketStarts, countBuckets, domainOf, layBars, layBuckets, MANY, spanOf, unitFor } from "./timeline";
import type { Bars, Room, Span } from "./timeline";

/** A typed date that could not be taken: what it was, and what is wrong with it. */
export interface Fault {
  edge: Edge;
  text: string;
  why: "date" | "order";
}

/** What the pointer is on. */
export type Over = { row: number } | { bucket: number } | null;

/** Stacked counts: a list a type, of a figure a bucket. */
export interface Columns {
  /** First days of the buckets, and of the one after them. */
  starts: number[];
  types: string[];
  counts: number[][];
  /** In the fullest bucket, all types together. */
  most: number;
}

/** How long a window stands while time plays, in milliseconds. */
const BEAT = 1100;

interface Given {
  events: EventTable;
  /** Rows that are no retractions. */
  accepted: Mask;
  /** Rows that would be shown if no range were chosen. */
  passing: ReadonlySignal<Mask>;
  /** The same, whatever types are chosen. */
  anyType: ReadonlySignal<Mask>;
  filters: ReadonlySignal<Filters>;
  range: Signal<Range | null>;
  /** Names of the event types, in their order. */
  types: readonly string[];
}

export function createTime({ events, accepted, passing, anyType, filters, range, types }: Given) {
  const open = signal(true);
  /** On a phone: whether the dates are unfolded above their line. */
  const datesOpen = signal(false);
  const playing = signal(false);
  const chosenStep = signal<Unit | null>(null);
  const fault = signal<Fault | null>(null);
  const over = signal<Over>(null);
  // Near enough for the first view to leave the timeline the height that it will have.
  const room = signal<Room>({ width: 720, letter: 1 });
  const domain = computed(() => domainOf(events, accepted));
  const isDated = events.undated.map((one) => 1 - one);
  /** How many of them bear a date. */
  const dated = computed(() => countOf(passing.value, events.undated));
  /** Where they are few: each of them. */
  const spans = computed(() => (dated.value > MANY ? [] : spansOf(events, passing.value)));
  /** Null where they are too many for bars: then there are columns. */
  const bars = computed<Bars | null>(() =>
    domain.value && dated.value <= MANY ? layBars(spans.value, (span) => numberOf(events, span), domain.value, room.value) : null,
  );
  const unit = computed<Unit>(() => (domain.value ? unitFor(domain.value, room.value) : "month"));
  const starts = computed(() => (domain.value ? bucketStarts(domain.value, unit.value) : []));
  const buckets = computed(() => layBuckets(events, starts.value));
  const named = events.values("event_type");
  const used = [...new Set([...types, ...named])];
  /** Of each type: a choice of types only leaves some of them out. */
  const ofTypes = computed(() => {
    const groups = Uint32Array.from(named, (name) => used.indexOf(name));
    return countBuckets(buckets.value, Math.max(0, starts.value.length - 1), anyType.value, used.length, groups, events.codes("event_type"));
  });
  const columns = computed<Columns>(() => {
    const chosen = filters.value.event_type;
    const counts = ofTypes.value.map((of, at) => (chosen.size === 0 || chosen.has(used[at] ?? NOT_STATED) ? of : of.map(() => 0)));
    const totals = starts.value.slice(0, -1).map((_, i) => counts.reduce((sum, of) => sum + (of[i] ?? 0), 0));
    return { starts: starts.value, types: used, counts, most: totals.reduce((most, one) => Math.max(most, one), 0) };
  });
  /** Undated events that the other filters let pass. */
  const undatedCount = computed(() => countOf(passing.value, isDated));
  const step = computed<Unit>(() => chosenStep.value ?? (domain.value ? usualStep(domain.value) : "month"));
  const next = computed(() => domain.value && stepped(domain.value, range.value, step.value, 1));
  const previous = computed(() => domain.value && stepped(domain.value, range.value, step.value, -1));
  let clock: ReturnType<typeof setInterval> | undefined;

  /** Chooses the range by hand: time stops playing. */
  function choose(chosen: Range | null): void {
    pause();
    fault.value = null;
    range.value = chosen;
  }

  /** Takes what was typed for an end of the range, or says what is wrong with it. */
  function type(edge: Edge, text: string): void {
    const blank = text.trim() === "";
    const day = blank ? null : typedDay(text, edge === "from" ? "first" : "last");
    const [from, to] = range.peek() ?? [null, null];
    const wanted: Range = edge === "from" ? [day, to] : [from, day];
    if (!blank && day === null) fault.value = { edge, text, why: "date" };
    else if (wanted[0] !== null && wanted[1] !== null && wanted[0] > wanted[1]) fault.value = { edge, text, why: "order" };
    else choose(wanted[0] === null && wanted[1] === null ? null : wanted);
  }

  function go(by: 1 | -1): void {
    const to = by === 1 ? next.peek() : previous.peek();
    if (to) choose(to);
  }

  function play(): void {
    if (!domain.peek()) return;
    let mine = opening(domain.peek()!, range.peek(), step.peek());
    choose(mine);
    playing.value = true;
    clock = setInterval(() => {
      const to = next.peek();
      // Somebody else has chosen a range, or time is over.
      if (range.peek() !== mine || !to) return pause();
      range.value = mine = to;
    }, BEAT);
  }

  function pause(): void {
    clearInterval(clock);
    playing.value = false;
  }

  return {
    open, datesOpen, playing, step, chosenStep, fault, over, room, domain, dated, spans, bars, unit, columns, undatedCount, next, previous,
    choose, type, go, play, pause,
  };
}

function spansOf(events: EventTable, mask: Mask): Span[] {
  return Array.from(rowsOf(mask), (row) => spanOf(events, row)).filter((span) => span !== null);
}

/** How many rows of a mask another one doesn't mark. */
function countOf(mask: Mask, other: Mask): number {
  let count = 0;
  for (let row = 0; row < mask.length; row += 1) count += mask[row]! & (1 - other[row]!);
  return count;
}

/** As on the map, with a sign where the date is only about so, or unsure. */
function numberOf(events: EventTable, { row, approximate, uncertain }: Span): string {
  return `${approximate ? "≈" : ""}${events.get("number", row)}${uncertain ? "?" : ""}`;
}
