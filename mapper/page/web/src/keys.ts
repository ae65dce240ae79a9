/**
 * Whether the reader works by keyboard just now: only then does focus follow a choice, since it would otherwise
 * jump under the mouse.
 */
let byKey = false;

addEventListener("keydown", () => void (byKey = true), true);
addEventListener("pointerdown", () => void (byKey = false), true);

export function isByKey(): boolean {
  return byKey;
}

/** What arrow keys do in a column of buttons: one of them is in the tab order, the arrows go on from it. */
export function walk(event: KeyboardEvent, container: Element | null, selector: string): void {
  const all = [...(container?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const goals: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const goal = all[goals[event.key] ?? -1];
  if (at === -1 || !goal) return;
  event.preventDefault();
  goal.focus();
}
