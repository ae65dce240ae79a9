/**
 * Says which event was come to by reading on, where focus stays as it is: a line that only a screen reader sees.
 */
import { useShared } from "../shared";

export function Spoken() {
  const { state } = useShared();
  const row = state.row.value;
  const words = state.words.value;
  const at = row === null ? -1 : state.ordered.value.indexOf(row);
  return (
    <p class="unseen" role="status">
      {row !== null && state.via.value === "card" &&
        words.t("reading.at", { at: at + 1, n: state.ordered.value.length, title: state.events.said("title", row, words.language) })}
    </p>
  );
}
