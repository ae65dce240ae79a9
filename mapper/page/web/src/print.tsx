/**
 * The page on paper: the map as it stands with its legend, the shown events with quotes and sources, the method.
 * The pages are made when somebody prints, and taken away afterwards.
 */
import { render } from "preact";
import { colourOf } from "./colours";
import { PrintedPages } from "./panels/printed";
import { SharedContext } from "./shared";
import type { State } from "./state";
import "./print.css";

/** `fitMap` brings the map into its size on paper; what it gives back undoes it. */
export function watchPrint(state: State, fitMap: () => () => void): void {
  const root = document.documentElement;
  // Beside the page's main part: all that a page holds stands in some landmark.
  const pages = document.createElement("aside");
  pages.className = "app printed";
  let undo: (() => void) | null = null;
  const before = (): void => {
    if (undo) return;
    document.body.append(pages);
    const shared = { state, colour: colourOf(state.payload.taxonomy) };
    render(<SharedContext.Provider value={shared}><PrintedPages /></SharedContext.Provider>, pages);
    root.classList.add("mapper-printing");
    undo = fitMap();
  };
  const after = (): void => {
    if (!undo) return;
    root.classList.remove("mapper-printing");
    undo();
    undo = null;
    render(null, pages);
    pages.remove();
  };
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  // For browsers, and programs, that turn to print without either event.
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? before() : after()));
}
