/** Events packed as Python packs them, only plainly: four bytes a number, nothing deflated. */
import type { PackedColumn, PackedDiffering, PackedEvents, PackedInts, PackedValues } from "../src/packed";
import { EventTable } from "../src/payload";
import type { EventRow, Report } from "../src/payload";

const DATED = ["date", "date_kind", "date_precision", "date_start", "date_end", "date_uncertain", "date_approximate"] as const;
const OTHERS = new Set<string>([...DATED, "number", "label_lon", "label_lat", "shape", "reports", "extra"]);
const SCALE = 1e6;

class Packing {
  private readonly bytes: number[] = [];

  ints(numbers: readonly number[]): PackedInts {
    const start = this.bytes.length;
    for (const shift of [0, 8, 16, 24]) for (const one of numbers) this.bytes.push((one >>> shift) & 255);
    return [0, start, numbers.length, 4, 0, 0];
  }

  values(values: readonly unknown[]): PackedValues {
    const start = this.bytes.length;
    const blocks = Array.from({ length: Math.ceil(values.length / 2048) }, (_, at) => values.slice(at * 2048, at * 2048 + 2048));
    const sizes = blocks.map((block) => new TextEncoder().encode(JSON.stringify(block))).map((block) => (this.bytes.push(...block), block.length));
    return [0, start, values.length, sizes];
  }

  column(cells: readonly unknown[]): PackedColumn {
    const known = new Map<string, number>();
    const codes = cells.map((cell) => {
      const key = JSON.stringify(cell);
      if (!known.has(key)) known.set(key, known.size);
      return known.get(key) as number;
    });
    return [this.ints(codes), this.values([...known.keys()].map((key) => JSON.parse(key)))];
  }

  differing(cells: readonly unknown[]): PackedDiffering {
    return [this.ints(cells.map((_, row) => row)), ...this.column(cells)];
  }

  get part(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

/** What Python can tell of the events beside their rows. */
export interface Beside {
  timespans?: Record<string, unknown>;
  /** By language and column, a text or null an event. */
  translations?: Record<string, Record<string, (string | null)[]>>;
  language?: string;
}

export function packed(rows: readonly EventRow[], { timespans = {}, translations = {}, language }: Beside = {}): EventTable {
  const packing = new Packing();
  const columnsOf = (columns: Record<string, (string | null)[]>) =>
    Object.fromEntries(Object.entries(columns).map(([name, texts]) => [name, packing.column(texts)]));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !OTHERS.has(name));
  const extra = [...new Set(rows.flatMap((row) => Object.keys(row.extra ?? {})))];
  const cells = (name: string): unknown[] => rows.map((row) => (row as unknown as Record<string, unknown>)[name] ?? null);
  const reports = rows.flatMap((row) => row.reports);
  const told = (name: keyof Report): unknown[] => reports.map((one) => one[name] ?? null);
  const dated = (of: Partial<EventRow> | Report): unknown[] => {
    const spans = timespans[of.date ?? ""];
    return [...DATED.map((name) => of[name] ?? null), spans ? JSON.stringify(spans) : null];
  };
  const words = ["quote", "spans", "place_spans"] as const;
  const located = rows.map((row) => row.label_lon !== null && row.label_lat !== null);
  const degrees = (name: "label_lon" | "label_lat"): number[] => rows.filter((_, row) => located[row]).map((row) => Math.round((row[name] ?? 0) * SCALE));
  const index: PackedEvents = {
    length: rows.length,
    columns: {
      ...Object.fromEntries(names.map((name) => [name, packing.column(cells(name))])),
      ...Object.fromEntries(extra.map((name) => [`extra:${name}`, packing.column(rows.map((row) => row.extra?.[name] ?? null))])),
    },
    dates: packing.column(rows.map((row) => ((row.date ?? row.date_start ?? row.date_end) === null ? null : dated(row)))),
    spots: {
      scale: SCALE,
      codes: packing.ints(located.map((there, row) => (there ? located.slice(0, row + 1).filter(Boolean).length : 0))),
      lon: packing.ints(degrees("label_lon")),
      lat: packing.ints(degrees("label_lat")),
    },
    shapes: packing.ints(rows.map((row) => row.shape)),
    extra,
    translations: Object.fromEntries(Object.entries(translations).map(([name, columns]) => [name, columnsOf(columns)])),
    cold: [],
    reports: {
      length: reports.length,
      counts: packing.ints(rows.map((row) => row.reports.length)),
      sources: packing.ints(reports.map((one) => one.source)),
      differing: {
        ...Object.fromEntries(
          Object.keys(reports[0] ?? {})
            .filter((name) => name !== "source" && !name.startsWith("date") && !words.includes(name as "quote"))
            .map((name) => [name, packing.differing(told(name as keyof Report))]),
        ),
        dates: packing.differing(reports.map(dated)),
      },
      columns: Object.fromEntries(words.map((name) => [name, packing.column(told(name))])),
      cold: [],
    },
  };
  return new EventTable(index, [packing.part, packing.part], () => Promise.reject(new Error("nothing is cold here")), language);
}
