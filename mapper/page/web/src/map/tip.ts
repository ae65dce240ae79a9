/**
 * The small box with the titles of what the pointer is on; of many the first, and how many more.
 */
import * as L from "leaflet";
import type { State } from "../state";

const MOST = 6;

export class Tip {
  private readonly tooltip = L.tooltip({ direction: "top", offset: [0, -14], className: "mapper-tip", opacity: 1 });
  private shown = "";

  constructor(private readonly map: L.Map, private readonly state: State) {}

  over(rows: readonly number[], at: L.LatLng | null): void {
    if (!at) return;
    this.state.hovered.value = rows.length <= MOST ? (rows[0] ?? null) : null;
    const shown = `${this.state.language.value} ${rows.length} ${rows.slice(0, MOST)}`;
    if (this.shown !== shown) this.tooltip.setContent(this.content(rows));
    this.shown = shown;
    this.tooltip.setLatLng(at);
    if (!this.map.hasLayer(this.tooltip)) this.tooltip.addTo(this.map);
  }

  out(): void {
    this.state.hovered.value = null;
    this.tooltip.remove();
  }

  private content(rows: readonly number[]): HTMLElement {
    const { events, language } = this.state;
    const words = this.state.words.value;
    const list = document.createElement("div");
    const add = (text: string): void => {
      const line = document.createElement("div");
      line.textContent = text;
      list.append(line);
    };
    if (rows.length > MOST) add(words.t("many.here", { n: rows.length }));
    for (const row of rows.slice(0, MOST)) add(`${events.get("number", row)} · ${events.said("title", row, language.value)}`);
    if (rows.length > MOST) add(words.t("many.rest", { n: rows.length - MOST }));
    return list;
  }
}
