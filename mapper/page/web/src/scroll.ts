/**
 * Scrolls inside one panel, at once if asked to. `scrollIntoView` would also move the page around a notebook's frame.
 */
export function reveal(panel: HTMLElement | null, target: HTMLElement | null, atOnce = false): void {
  if (!panel || !target || panel.clientHeight === 0) return;
  const box = target.getBoundingClientRect();
  const view = panel.getBoundingClientRect();
  const sticky = panel.querySelector<HTMLElement>("[data-sticky]")?.offsetHeight ?? 0;
  if (box.top >= view.top + sticky + 8 && box.bottom <= view.bottom - 8) return;
  const room = Math.max(sticky + 12, (view.height - box.height) / 3);
  panel.scrollTo({ top: panel.scrollTop + box.top - view.top - room, behavior: atOnce || isStill() ? "auto" : "smooth" });
}

/** Whether the reader asked for less motion. */
export function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
