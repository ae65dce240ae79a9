/**
 * In somebody's page: the title, which leads to the whole page.
 */
import { fragmentOf } from "../address";
import { useShared } from "../shared";
import { flagged } from "../share";
import "./embed.css";

export function EmbedTitle() {
  const { state } = useShared();
  if (!state.embed.value) return null;
  // What the reader has chosen in the frame goes along.
  const whole = (location.href.split("#")[0] ?? "") + flagged(fragmentOf(state), false);
  return (
    <a class="embed-title" href={whole} target="_blank" rel="noopener" title={state.words.value.t("embed.open")}>
      {state.title.value}
      <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M4.5 2H2v8h8V7.5M7 2h3v3M10 2 5.5 6.5" fill="none" stroke="currentColor" stroke-width="1.4" /></svg>
      <span class="unseen">{state.words.value.t("embed.open")}</span>
    </a>
  );
}
