/**
 * The page's state in the address, behind the `#`, so that a link shows what its sender saw. The keys are a
 * contract; links that people have shared keep working:
 *
 * - `event`: the id of the chosen event
 * - `tab`: `source`, `events` or `table`; without it, the source where there is one
 *
 * Other keys are kept as they are. A page without an address of its own (a notebook's frame) has no fragment.
 */

export const TABS = ["source", "events", "table"] as const;

export type Tab = (typeof TABS)[number];

export interface Linked {
  event: string | null;
  tab: Tab | null;
}

export function parseFragment(hash: string): Linked {
  const keys = new URLSearchParams(hash.replace(/^#/, ""));
  const tab = TABS.find((one) => one === keys.get("tab")) ?? null;
  return { event: keys.get("event"), tab };
}

/** The fragment with these keys set, the others untouched. */
export function writeFragment(hash: string, { event, tab }: Linked): string {
  const keys = new URLSearchParams(hash.replace(/^#/, ""));
  for (const [key, value] of Object.entries({ event, tab })) value === null ? keys.delete(key) : keys.set(key, value);
  const text = keys.toString();
  return text ? `#${text}` : "";
}

export function readAddress(): Linked {
  try {
    return parseFragment(location.hash);
  } catch {
    return { event: null, tab: null };
  }
}

export function writeAddress(linked: Linked): void {
  try {
    const wanted = writeFragment(location.hash, linked);
    if (wanted !== location.hash) history.replaceState(history.state, "", wanted || location.pathname + location.search);
  } catch {
    // A frame made from a string may not touch its history: the page works without.
  }
}
