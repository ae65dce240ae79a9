/**
 * Several events at one spot: a list to choose from, every one of them reachable, a page of it at a time.
 */
import * as L from "leaflet";
import { dateSentence } from "../dates";
import { eventDate } from "../panels/events";
import type { State } from "../state";
import "./crowd.css";

const PAGE = 40;

export class Choice {
  private readonly popup = L.popup({ className: "mapper-choice", closeButton: false, maxWidth: 300, minWidth: 220, autoPanPadding: [12, 12] });

  constructor(private readonly map: L.Map, private readonly state: State, private readonly pick: (row: number) => void) {}

  open(rows: readonly number[], at: L.LatLng): void {
    this.popup.setLatLng(at).setContent(this.content(rows)).openOn(this.map);
    this.popup.getElement()?.querySelector("button")?.focus({ preventScroll: true });
  }

  close(): void {
    this.popup.remove();
  }

  private content(rows: readonly number[]): HTMLElement {
    const words = this.state.words.value;
    const box = document.createElement("div");
    box.setAttribute("role", "dialog");
    const heading = document.createElement("p");
    heading.className = "choice-head";
    heading.textContent = words.t("many.here", { n: rows.length });
    box.setAttribute("aria-label", heading.textContent);
    const list = document.createElement("ol");
    box.append(heading, list);
    this.page(box, list, rows, 0);
    L.DomEvent.disableScrollPropagation(box);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // The card stays: it is the list that closes.
      event.preventDefault();
      this.close();
      this.map.getContainer().focus({ preventScroll: true });
    });
    return box;
  }

  private page(box: HTMLElement, list: HTMLElement, rows: readonly number[], from: number): void {
    const first = rows.slice(from, from + PAGE).map((row) => this.line(row));
    list.append(...first);
    if (from > 0) first[0]?.querySelector("button")?.focus();
    const rest = rows.length - from - PAGE;
    if (rest <= 0) return;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "choice-more";
    more.textContent = this.state.words.value.t("many.more", { n: Math.min(PAGE, rest) });
    more.addEventListener("click", (event) => {
      // Leaflet takes a click on what is no longer there for one on the map.
      event.stopPropagation();
      more.remove();
      this.page(box, list, rows, from + PAGE);
    });
    box.append(more);
  }

  private line(row: number): HTMLElement {
    const { events } = this.state;
    const words = this.state.words.value;
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "choice-item";
    const title = document.createElement("strong");
    title.textContent = events.said("title", row, words.language);
    const when = document.createElement("span");
    when.textContent = [words.number(events.get("number", row)), dateSentence(words, eventDate(events, row))].join(words.t("list.dot"));
    button.append(title, when);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.close();
      this.pick(row);
    });
    item.append(button);
    return item;
  }
}
