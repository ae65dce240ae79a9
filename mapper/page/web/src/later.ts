/**
 * Work that can wait: until what stands has gone to be painted, or until the browser has nothing better to do.
 */

// So long at most, in milliseconds.
const PATIENCE = 500;

export function afterFrame(call: () => void): void {
  requestAnimationFrame(() => setTimeout(call));
}

export function whenIdle(call: () => void): void {
  // Safari knows no idle time.
  if (typeof requestIdleCallback === "function") requestIdleCallback(call, { timeout: PATIENCE });
  else setTimeout(call);
}

/** One after the other in idle time, so that whoever is quick finds the page free in between. */
export function inTurn([first, ...others]: readonly (() => void)[]): void {
  if (!first) return;
  whenIdle(() => {
    first();
    inTurn(others);
  });
}
