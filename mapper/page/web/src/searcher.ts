/**
 * Search as the page sees it: words go in, a mask of rows comes back. The work is done by a worker; where none can be
 * made, by the same desk in the page's idle time.
 */
import { Desk } from "./desk";
import type { Answer, Order } from "./desk";
import { whenIdle } from "./later";
import { CHUNK } from "./packed";
import type { ColdColumns, Column } from "./packed";
import type { EventTable } from "./payload";
import { EVENT_TEXTS, REPORT_TEXTS } from "./searched";

export class Searcher {
  private send: ((order: Order, given?: ArrayBufferLike[]) => void) | null = null;
  private asked: string | null = null;

  /** `code` is the worker's script, if there is one. */
  constructor(private readonly events: EventTable, private readonly tell: (answer: Answer) => void, private readonly code: string | null) {}

  look(query: string): void {
    this.asked = query;
    if (!this.send) {
      this.send = (this.code && this.worker(this.code)) || this.here();
      void this.feed(this.send);
    }
    this.send({ kind: "find", query });
  }

  private worker(code: string): Searcher["send"] {
    try {
      const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
      const worker = new Worker(address);
      worker.onmessage = ({ data }: MessageEvent<Answer>) => this.tell(data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.giveUp(worker);
      };
      return (order, given = []) => worker.postMessage(order, given as Transferable[]);
    } catch {
      return null;
    }
  }

  /** A worker that a browser forbids says so only afterwards: then the page does it all. */
  private giveUp(worker: Worker): void {
    worker.terminate();
    this.send = this.here();
    void this.feed(this.send);
    if (this.asked !== null) this.send({ kind: "find", query: this.asked });
  }

  private here(): NonNullable<Searcher["send"]> {
    const desk = new Desk(this.tell, { budget: 8, pause: whenIdle });
    return (order) => desk.receive(order);
  }

  private async feed(send: NonNullable<Searcher["send"]>): Promise<void> {
    const { events } = this;
    send({ kind: "open", length: events.length });
    // A column at a time, so that whoever types meanwhile isn't held up.
    const give = async (column: Column<unknown> | undefined, rows: Uint32Array | null): Promise<void> => {
      if (!column || this.send !== send) return;
      const blocks = column.values.blocksOfBytes;
      send({ kind: "column", column: { codes: column.codes, blocks, rows } }, blocks.map(({ buffer }) => buffer));
      await new Promise((done) => setTimeout(done));
    };
    for (const name of namesOf(events)) await give(events.coded(name), null);
    const { reports, events: own } = events.longTexts;
    const all = events.reports.starts[events.length] ?? 0;
    const rowOf = new Uint32Array(all);
    for (let row = 0; row < events.length; row += 1) rowOf.fill(row, events.reports.starts[row], events.reports.starts[row + 1]);
    await give(events.codedOfReports("quote"), rowOf);
    for (const name of REPORT_TEXTS) {
      if (this.send !== send) return;
      const { rows, codes, values } = events.ownOfReports(name);
      send({ kind: "column", column: { codes, blocks: values.blocksOfBytes, rows } });
    }
    await this.feedTexts(send, own, namesOf(events), (first, count) => Uint32Array.from({ length: count }, (_, at) => first + at), events.length);
    await this.feedTexts(send, reports, ["quote"], (first, count) => rowOf.slice(first, first + count), all);
    send({ kind: "whole" });
  }

  private async feedTexts(send: NonNullable<Searcher["send"]>, cold: ColdColumns, names: readonly string[], rows: (first: number, count: number) => Uint32Array, length: number): Promise<void> {
    const lists = names.map((name) => cold.names.indexOf(name)).filter((at) => at !== -1);
    if (lists.length === 0) return;
    for await (const { first, bytes } of cold.bytes()) {
      // Another one has taken over.
      if (this.send !== send) return;
      const own = rows(first, Math.min(CHUNK, length - first));
      send({ kind: "texts", texts: { bytes, lists, rows: own } }, [bytes.buffer, own.buffer]);
    }
  }
}

/** An event's own columns of text, translations too. */
function namesOf(events: EventTable): string[] {
  return [...EVENT_TEXTS, ...events.translationColumns("notes"), ...events.translationColumns("title")];
}
