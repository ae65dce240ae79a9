/**
 * What every panel is given: the state, and the colours of its event types.
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Colour } from "./colours";
import type { State } from "./state";

export interface Shared {
  state: State;
  colour: Colour;
}

export const SharedContext = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (!shared) throw new Error("a panel stands outside the page");
  return shared;
}
