/**
 * Fills for areas: lines in the type's colour, each type at its own slant, since colour alone must not carry it.
 */
const SVG = "http://www.w3.org/2000/svg";
const SLANTS = [45, -45, 0, 90, 22, -22];

/** Adds one pattern a colour to the document, and returns the fill that names it. */
export class Hatches {
  private readonly names = new Map<string, string>();
  private readonly defs: SVGElement;

  constructor(parent: HTMLElement) {
    const svg = element("svg", { width: "0", height: "0", "aria-hidden": "true" });
    svg.classList.add("hatches");
    this.defs = element("defs", {});
    svg.append(this.defs);
    parent.append(svg);
  }

  fill(colour: string): string {
    const known = this.names.get(colour);
    if (known) return known;
    const id = `mapper-hatch-${this.names.size}`;
    this.defs.append(pattern(id, colour, SLANTS[this.names.size % SLANTS.length] ?? 45));
    const fill = `url(#${id})`;
    this.names.set(colour, fill);
    return fill;
  }
}

function pattern(id: string, colour: string, slant: number): SVGElement {
  const tile = element("pattern", {
    id, width: "7", height: "7", patternUnits: "userSpaceOnUse", patternTransform: `rotate(${slant})`,
  });
  tile.append(
    element("rect", { width: "7", height: "7", fill: colour, "fill-opacity": "0.13" }),
    element("rect", { width: "1.6", height: "7", fill: colour, "fill-opacity": "0.42" }),
  );
  return tile;
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const drawnOn = new Map<string, CanvasPattern>();

/** The same fill for a canvas; paler, for many lie on one another there. */
export function hatch(colour: string): CanvasPattern | string {
  const known = drawnOn.get(colour);
  if (known) return known;
  const tile = document.createElement("canvas");
  // Twice as large, and shrunk again: the lines stay sharp.
  tile.width = tile.height = 14;
  const context = tile.getContext("2d");
  if (!context) return colour;
  context.fillStyle = colour;
  context.globalAlpha = 0.1;
  context.fillRect(0, 0, 14, 14);
  context.globalAlpha = 0.32;
  context.fillRect(0, 0, 3.2, 14);
  const pattern = context.createPattern(tile, "repeat");
  if (!pattern) return colour;
  pattern.setTransform(new DOMMatrix().rotate(SLANTS[drawnOn.size % SLANTS.length] ?? 45).scale(0.5));
  drawnOn.set(colour, pattern);
  return pattern;
}
