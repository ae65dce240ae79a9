/**
 * Long lists of which only the rows in sight, and some around them, stand in the page. Rows may be of any height; what
 * stands above and below is room as high as rows are on the average, less where a browser could not bear it.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { reveal } from "./scroll";

/** So many rows are there in front of and behind those in sight. */
export const AROUND = 16;
/** As few as these are all there. */
export const WHOLE = 60;
/** Firefox draws nothing beyond 17 million pixels. */
const HIGHEST = 8_000_000;
/** Until rows are measured, in pixels. */
const USUAL = 90;

/** Rows `first` up to, not including, `last`. */
export interface Part {
  first: number;
  last: number;
}

/** The rows that stand in the page while row `at` is the first in sight, of so many in sight. */
export function partAt(count: number, at: number, inSight: number, whole = WHOLE): Part {
  if (count <= whole) return { first: 0, last: count };
  const seen = Math.max(0, Math.min(at, count - inSight));
  return { first: Math.max(0, seen - AROUND), last: Math.min(count, seen + inSight + AROUND) };
}

/** Whether one of the ends is near that isn't the list's own. */
export function isNearEnd({ first, last }: Part, count: number, at: number, inSight: number): boolean {
  const near = AROUND / 2;
  return (first > 0 && at - first < near) || (last < count && last - (at + inSight) < near);
}

/** How much room is kept for a row that isn't there. */
export function roomFor(count: number, height: number): number {
  return Math.min(height, HIGHEST / Math.max(1, count));
}

export interface Windowed extends Part {
  /** Pixels of the rows that don't stand there. */
  above: number;
  below: number;
  /** Brings a row into sight. */
  show: (at: number) => void;
  /** Lets Home and End go to the ends; the other keys are the list's own. */
  onKeyDown: (event: KeyboardEvent) => boolean;
}

/**
 * `box` holds the rows, each with `data-at`, its place in the list, and stands in `scroller`, which scrolls. `focus` is
 * what in a row can be focused. As few rows as `whole` are all there.
 */
export function useWindow(count: number, box: { current: HTMLElement | null }, scroller: string, focus: string, whole = WHOLE): Windowed {
  const [at, setAt] = useState(0);
  const height = useRef(USUAL);
  const inSight = useRef(12);
  /** What has to stand where it stood, and what to do once the rows are there. */
  const anchor = useRef<{ at: number; y: number } | null>(null);
  const wanted = useRef<{ at: number; focus: boolean; isFar: boolean } | null>(null);
  const part = partAt(count, at, inSight.current, whole);
  const room = roomFor(count, height.current);
  const live = useRef({ part, count, room });
  live.current = { part, count, room };

  const go = (to: number, withFocus: boolean): void => {
    if (to < 0 || to >= live.current.count) return;
    const { first, last } = live.current.part;
    const isFar = to < first || to >= last;
    wanted.current = { at: to, focus: withFocus, isFar };
    if (!isFar) return arrive();
    anchor.current = null;
    setAt(to);
  };
  const arrive = (): void => {
    const found = wanted.current && rowAt(box.current, wanted.current.at);
    if (!found) return;
    if (wanted.current?.focus) found.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
    // On a way there through rows that aren't there, the list would follow and lose them again.
    reveal(found.closest<HTMLElement>(scroller), found, wanted.current?.isFar);
    wanted.current = null;
  };

  useLayoutEffect(() => {
    // Where all rows are there, nothing has to be measured.
    if (live.current.count <= whole) return wanted.current ? arrive() : undefined;
    const [scrolled, rows] = [box.current?.closest<HTMLElement>(scroller), rowsIn(box.current)];
    const [first, last] = [rows[0], rows.at(-1)];
    if (!scrolled || !first || !last) return;
    const measured = (last.getBoundingClientRect().bottom - first.getBoundingClientRect().top) / rows.length;
    if (measured > 0) [height.current, inSight.current] = [measured, Math.ceil(scrolled.clientHeight / measured) + 1];
    const kept = anchor.current && rowAt(box.current, anchor.current.at);
    if (kept && anchor.current) scrolled.scrollTop += kept.getBoundingClientRect().top - scrolled.getBoundingClientRect().top - anchor.current.y;
    anchor.current = null;
    arrive();
  });

  const followed = useRef<(() => void) | null>(null);
  // Where a choice leaves fewer rows, those in sight may be others.
  useLayoutEffect(() => followed.current?.(), [count]);
  // Before anything is painted: whoever scrolls at once is followed too.
  useLayoutEffect(() => {
    const scrolled = box.current?.closest<HTMLElement>(scroller);
    if (!scrolled) return;
    const follow = (): void => {
      const { part: now, count: all, room: kept } = live.current;
      if (all <= whole || !box.current) return;
      const top = scrolled.getBoundingClientRect().top;
      const rows = rowsIn(box.current);
      const [seen, bottom] = [rows.find((row) => row.getBoundingClientRect().bottom > top), top + scrolled.clientHeight];
      const y = seen?.getBoundingClientRect().top ?? Infinity;
      const isThere = seen !== undefined && y < bottom;
      // Scrolled beyond the rows that are there, by the scroll bar for example.
      const away = top - (rows[0]?.getBoundingClientRect().top ?? top);
      const next = isThere ? Number(seen.dataset["at"]) : now.first + Math.floor(away / kept);
      if (isThere && !isNearEnd(now, all, next, inSight.current)) return;
      const near = Math.max(0, Math.min(all - 1, next));
      anchor.current = { at: near, y: isThere ? y - top : 0 };
      setAt(near);
    };
    followed.current = follow;
    scrolled.addEventListener("scroll", follow, { passive: true });
    return () => scrolled.removeEventListener("scroll", follow);
  }, []);

  return {
    ...part,
    above: part.first * room,
    below: (count - part.last) * room,
    show: (to) => go(to, false),
    onKeyDown: (event) => {
      if (event.key !== "Home" && event.key !== "End") return false;
      event.preventDefault();
      go(event.key === "Home" ? 0 : live.current.count - 1, true);
      return true;
    },
  };
}

function rowsIn(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>("[data-at]") ?? [])];
}

function rowAt(box: HTMLElement | null, at: number): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-at="${at}"]`) ?? null;
}
