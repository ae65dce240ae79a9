/**
 * The title, how much of everything is being shown, and what can be done with it.
 */
import { Fragment } from "preact";
import type { ComponentChildren } from "preact";
import { useShared } from "../shared";
import { plainDate } from "../dates";
import type { State } from "../state";
import { Tools } from "./tools";

export function Header() {
  const { state } = useShared();
  return (
    <header class="header">
      <div class="header-title">
        <h1>{state.title.value}</h1>
        <p class="counts" role="status">{inLine(counted(state), state.words.value.t("list.dot"))}</p>
      </div>
      <Tools />
    </header>
  );
}

const FEW_LETTERS = 16;

/** No line begins with the sign between the parts, and a short part stands in one line. */
function inLine(parts: string[], sign: string): ComponentChildren {
  const end = `\u00a0${sign.trim()}`;
  return parts.map((part, at) => (
    <Fragment key={at}>
      {at > 0 && " "}
      <span class={part.length < FEW_LETTERS ? "whole" : undefined}>{at < parts.length - 1 ? part + end : part}</span>
    </Fragment>
  ));
}

/** "N of M events shown (K of them not on the map) · J undated · S sources · as of DATE". */
function counted({ words, counts, payload }: State): string[] {
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
  return parts.filter((part): part is string => !!part);
}
