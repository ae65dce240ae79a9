/**
 * The title, how much of everything is being shown, and what can be done with it.
 */
import { useShared } from "../shared";
import { plainDate } from "../dates";
import type { State } from "../state";
import { Tools } from "./tools";

export function Header() {
  const { state } = useShared();
  return (
    <header class="header">
      <div class="header-title">
        <h1>{state.payload.title}</h1>
        <p class="counts" role="status">{countsLine(state)}</p>
      </div>
      <Tools />
    </header>
  );
}

/** "N of M events shown (K of them not on the map) · J undated · S sources · as of DATE". */
export function countsLine({ words, counts, payload }: State): string {
  const w = words.value;
  const c = counts.value;
  const shown = c.all === 0 ? w.t("count.none") : w.t("count.shown", { shown: c.shown, n: c.all });
  const unlocated = c.shownUnlocated > 0 ? ` ${w.t("count.unlocated", { n: c.shownUnlocated })}` : "";
  const parts = [
    shown + unlocated,
    c.unreported > 0 && w.t("count.unreported", { n: c.unreported }),
    c.undated > 0 && w.t("count.undated", { n: c.undated }),
    c.retracted > 0 && w.t("count.retracted", { n: c.retracted }),
    payload.sources.length > 0 && w.t("count.sources", { n: payload.sources.length }),
    payload.as_of && w.t("count.as_of", { date: plainDate(w, payload.as_of) }),
  ];
  return parts.filter(Boolean).join(w.t("list.dot"));
}
