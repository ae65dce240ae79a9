/**
 * Which of the layouts the window has room for. Lengths are in the reader's own letters (`rem`), so that larger
 * letters bring the layout for little room.
 */
import { batch, effect } from "@preact/signals";
import type { Signal } from "@preact/signals";

/** Text beside map; map above and a sheet below; or, on a phone held sideways, the sheet beside the map. */
export type Layout = "desk" | "phone" | "side";

export interface Room {
  layout: Layout;
  /** Legend and credits are chips that open. */
  tight: boolean;
}

/** Width and height in letters. */
export function roomFor(width: number, height: number): Room {
  const side = height <= 30 && width >= 35;
  const phone = width <= 45 || (width <= 53.75 && height >= 43.75);
  return { layout: side ? "side" : phone ? "phone" : "desk", tight: side || phone || width <= 67.5 || height <= 37.5 };
}

interface Watched {
  layout: Signal<Layout>;
  tight: Signal<boolean>;
  embed: Signal<boolean>;
  tab: Signal<string>;
}

/** Keeps the signals true to the window and its letters, from now on. */
export function watchScreen({ layout, tight, embed, tab }: Watched): void {
  const read = (): void => {
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const room = roomFor(innerWidth / letter, innerHeight / letter);
    batch(() => {
      // A frame has no room for a sheet, nor anything to put into it.
      layout.value = embed.value ? "desk" : room.layout;
      // Beside the table the map has half of the window.
      tight.value = room.tight || tab.value === "table";
    });
  };
  effect(read);
  addEventListener("resize", read);
  const letter = document.createElement("div");
  letter.className = "one-letter";
  document.body.append(letter);
  new ResizeObserver(read).observe(letter);
}
