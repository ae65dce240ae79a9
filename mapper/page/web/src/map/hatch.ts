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
