/** Choices that look random and are the same each time. */
export function chooser(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    // Numerical Recipes' generator: good enough to mix cases.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const upTo = (n: number): number => Math.floor(next() * n);
  const one = <T>(all: readonly T[]): T => all[upTo(all.length)] as T;
  const some = <T>(all: readonly T[]): T[] => all.filter(() => next() < 0.4);
  return { upTo, one, some };
}
