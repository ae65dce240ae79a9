/**
 * The small box with the titles of what the pointer is on.
 */
import * as L from "leaflet";
import type { State } from "../state";

export class Tip {
  private readonly tooltip = L.tooltip({ direction: "top", offset: [0, -14], className: "mapper-tip", opacity: 1 });
  private shown = "";

  constructor(private readonly map: L.Map, private readonly state: State) {}

  over(rows: number[], at: L.LatLng | null): void {
    if (!at) return;
    this.state.hovered.value = rows[0] ?? null;
    const shown = `${this.state.language.value} ${rows}`;
    if (this.shown !== shown) this.tooltip.setContent(this.content(rows));
    this.shown = shown;
    this.tooltip.setLatLng(at);
    if (!this.map.hasLayer(this.tooltip)) this.tooltip.addTo(this.map);
  }

  out(): void {
    this.state.hovered.value = null;
    this.tooltip.remove();
  }

  private content(rows: number[]): HTMLElement {
    const { events, language } = this.state;
    const list = document.createElement("div");
    for (const row of rows) {
      const line = document.createElement("div");
      line.textContent = `${events.get("number", row)} · ${events.said("title", row, language.value)}`;
      list.append(line);
    }
    return list;
  }
}
