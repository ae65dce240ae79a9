/**
 * Which of the layouts the window has room for. Lengths are in the reader's own letters (`em`), so that larger
 * letters in the browser's settings bring the layout for little room.
 */
import type { Signal } from "@preact/signals";

/** Text beside map; map above and a sheet below; or, on a phone held sideways, the sheet beside the map. */
export type Layout = "desk" | "phone" | "side";

const SIDE = "(max-height: 30em) and (min-width: 35em)";
const PHONE = "(max-width: 45em), (max-width: 53.75em) and (min-height: 43.75em)";

/** Keeps the signal true to the window, from now on. */
export function watchScreen(layout: Signal<Layout>): void {
  const side = matchMedia(SIDE);
  const phone = matchMedia(PHONE);
  const read = (): void => void (layout.value = side.matches ? "side" : phone.matches ? "phone" : "desk");
  for (const query of [side, phone]) query.addEventListener("change", read);
  read();
}
