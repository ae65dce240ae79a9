/**
 * Colours of event types, as a project's taxonomy gives them: made safe, readable and pale where needed.
 */
import type { Payload } from "./payload";

const UNKNOWN = "#5c6670";

export type Colour = (eventType: string) => string;

/** The colour of each type; grey for one that the taxonomy doesn't know, or whose colour is no `#rrggbb`. */
export function colourOf(taxonomy: Payload["taxonomy"]): Colour {
  const known = new Map(taxonomy.types.map((type) => [type.name, type.colour]));
  return (eventType) => {
    const colour = known.get(eventType) ?? UNKNOWN;
    return /^#[0-9a-f]{6}$/i.test(colour) ? colour : UNKNOWN;
  };
}

/** The colour mixed with white; `share` is the colour's part. */
export function tint(colour: string, share: number): string {
  return `rgb(${channels(colour).map((one) => Math.round(one * share + 255 * (1 - share))).join(" ")})`;
}

/** The colour for words on white: darkened until its contrast is 4.5 to 1. */
export function ink(colour: string): string {
  let parts = channels(colour);
  while (contrast(luminance(parts), 1) < 4.6) parts = parts.map((one) => one * 0.94);
  return `rgb(${parts.map(Math.round).join(" ")})`;
}

/** Black or white, whichever reads better on the colour. */
export function inkOn(colour: string): string {
  const light = luminance(channels(colour));
  return contrast(light, 1) >= contrast(light, 0) ? "#ffffff" : "#111111";
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance(parts: number[]): number {
  const [r = 0, g = 0, b = 0] = parts.map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
