/**
 * A cell that may be translated: in the reader's language, or as it was written, and then marked as that.
 */
import type { Translatable } from "../payload";
import { useShared } from "../shared";

export function Said({ column, row }: { column: Translatable; row: number }) {
  const { state } = useShared();
  const { language } = state.words.value;
  return <span lang={state.events.langOf(column, row, language)}>{state.events.said(column, row, language)}</span>;
}
