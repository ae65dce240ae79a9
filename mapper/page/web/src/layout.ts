/**
 * Where numbers and names stand on the screen, so that none hides another. Plain arithmetic on pixels: the
 * same input gives the same picture, and nothing here knows of a map.
 */

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const TURNS = 16;
const RINGS = 20;

/**
 * A place for each badge, in the order given: the first comes to stand where it wants to, a later one beside
 * those that stand there already, on the nearest free spot of growing rings. `distance` is between centres.
 * What wants to stand in the frame stays in it, as long as there is room.
 */
export function spread(wanted: Point[], distance: number, frame?: Box): Point[] {
  const grid = new Grid(distance);
  return wanted.map((point) => {
    const free = nearest(point, distance, (one) => grid.isFree(one)) ?? point;
    const stays = !frame || holds(frame, free) || !holds(frame, point);
    const spot = stays ? free : (nearest(point, distance, (one) => holds(frame, one) && grid.isFree(one)) ?? free);
    grid.add(spot);
    return spot;
  });
}

function* rings(centre: Point, distance: number): Generator<Point> {
  yield centre;
  for (let ring = 1; ring <= RINGS; ring++) {
    const turns = ring < 4 ? TURNS : 2 * TURNS;
    for (let turn = 0; turn < turns; turn++) {
      // Right, left, a little up and down from there: neighbours come to stand side by side first.
      const side = turn % 2 === 0 ? 0 : Math.PI;
      const step = Math.ceil(Math.floor(turn / 2) / 2) * (Math.floor(turn / 2) % 2 === 0 ? 1 : -1);
      const angle = side + (step * 2 * Math.PI) / turns;
      const radius = ring === 1 ? distance : distance * (0.6 + 0.4 * ring);
      yield { x: centre.x + Math.cos(angle) * radius, y: centre.y + Math.sin(angle) * radius };
    }
  }
}

function nearest(centre: Point, distance: number, test: (point: Point) => boolean): Point | undefined {
  for (const point of rings(centre, distance)) if (test(point)) return point;
  return undefined;
}

class Grid {
  private readonly cells = new Map<string, Point[]>();

  constructor(private readonly distance: number) {}

  add(point: Point): void {
    const key = this.key(this.cell(point.x), this.cell(point.y));
    this.cells.set(key, [...(this.cells.get(key) ?? []), point]);
  }

  isFree(point: Point): boolean {
    const column = this.cell(point.x);
    const row = this.cell(point.y);
    for (let dx = -1; dx <= 1; dx += 1)
      for (let dy = -1; dy <= 1; dy += 1)
        for (const one of this.cells.get(this.key(column + dx, row + dy)) ?? [])
          if (Math.hypot(one.x - point.x, one.y - point.y) < this.distance - 0.01) return false;
    return true;
  }

  private cell(value: number): number {
    return Math.floor(value / this.distance);
  }

  private key(column: number, row: number): string {
    return `${column}:${row}`;
  }
}

export interface Label {
  at: Point;
  width: number;
  height: number;
  /** Pixels between the point and its name; null centres the name on the point. */
  gap: number | null;
}

/**
 * A box for each label, in the order given (the more important first), or null where there is no room.
 * Boxes stay clear of each other and of `taken`, and inside `frame`.
 */
export function placeLabels(labels: Label[], taken: Box[], frame: Box): (Box | null)[] {
  const boxes = [...taken];
  return labels.map((label) => {
    const found = spots(label).find((box) => within(box, frame) && !boxes.some((one) => overlap(box, one)));
    if (found) boxes.push(found);
    return found ?? null;
  });
}

function spots(label: Label): Box[] {
  const { at, width, height, gap } = label;
  const box = (left: number, top: number): Box => ({ left, top, right: left + width, bottom: top + height });
  const middle = at.y - height / 2;
  const centre = at.x - width / 2;
  if (gap === null) {
    const below = [0, 0.8, -0.8, 1.6, -1.6].map((step) => box(centre, middle + step * height));
    return [...below, ...[1, -1].map((step) => box(centre + (step * width) / 2, middle))];
  }
  return [
    box(at.x + gap, middle),
    box(at.x - gap - width, middle),
    box(centre, at.y - gap - height),
    box(centre, at.y + gap),
    box(at.x + gap * 0.7, at.y + gap * 0.7),
    box(at.x + gap * 0.7, at.y - gap * 0.7 - height),
    box(at.x - gap * 0.7 - width, at.y + gap * 0.7),
    box(at.x - gap * 0.7 - width, at.y - gap * 0.7 - height),
  ];
}

function holds(box: Box, { x, y }: Point): boolean {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

function within(box: Box, frame: Box): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
