/**
 * Takes in what can be searched and answers queries, a little at a time: in a worker, or, where the browser makes none,
 * in the page's idle time. A newer query puts an older one aside; what has come so far is answered at once.
 */
import { Finder } from "./finder";
import type { FoundColumn, FoundTexts } from "./finder";

export type Order =
  | { kind: "open"; length: number }
  | { kind: "column"; column: FoundColumn }
  | { kind: "texts"; texts: FoundTexts }
  /** No more comes. */
  | { kind: "whole" }
  | { kind: "find"; query: string };

export interface Answer {
  query: string;
  found: Uint8Array<ArrayBuffer> | null;
  /** Whether everything has been looked through. */
  isWhole: boolean;
}

/** How long to go on, in milliseconds, and how to pause then. */
export interface Pace {
  budget: number;
  pause: (go: () => void) => void;
}

export class Desk {
  private finder = new Finder(0);
  private readonly waiting: (FoundColumn | FoundTexts)[] = [];
  private hasAll = false;
  private query: string | null = null;
  private answered: "no" | "partly" | "wholly" = "no";
  private isRunning = false;
  /** Counts queries: a search for an older one stops. */
  private turn = 0;

  constructor(private readonly answer: (answer: Answer) => void, private readonly pace: Pace) {}

  receive(order: Order): void {
    if (order.kind === "open") this.finder = new Finder(order.length);
    else if (order.kind === "column") this.waiting.push(order.column);
    else if (order.kind === "texts") this.waiting.push(order.texts);
    else if (order.kind === "whole") this.hasAll = true;
    else [this.query, this.answered, this.turn] = [order.query, "no", this.turn + 1];
    if (this.isRunning) return;
    this.isRunning = true;
    this.pace.pause(() => this.go(this.work()));
  }

  private go(work: Generator<void>): void {
    const until = performance.now() + this.pace.budget;
    do if (work.next().done) return void (this.isRunning = false);
    while (performance.now() < until);
    this.pace.pause(() => this.go(work));
  }

  private *work(): Generator<void> {
    for (;;) {
      const next = this.waiting[0];
      if (next && (this.query === null || this.answered !== "no" || "blocks" in next)) {
        yield* "blocks" in next ? this.finder.addColumn(next) : this.finder.addTexts(next);
        this.waiting.shift();
      } else if (this.query !== null && (this.answered === "no" || (this.answered === "partly" && this.hasAll && !next))) {
        yield* this.search(this.query);
      } else return;
    }
  }

  private *search(query: string): Generator<void> {
    const { turn } = this;
    const isWhole = this.hasAll && this.waiting.length === 0;
    const search = this.finder.find(query);
    for (let step = search.next(); ; step = search.next()) {
      if (turn !== this.turn) return;
      if (step.done) {
        this.answered = isWhole ? "wholly" : "partly";
        return this.answer({ query, found: step.value, isWhole });
      }
      yield;
    }
  }
}
