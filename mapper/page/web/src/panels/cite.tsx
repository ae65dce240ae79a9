/**
 * *Cite*: the quote, its source, where it is archived and the event's id, as text on the clipboard. A file opened
 * from disk may be refused the clipboard; then the text is shown, selected, to be copied by hand.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "../shared";
import { copy } from "../clipboard";
import { plainDate } from "../dates";
import type { Report, Source } from "../payload";
import { citation } from "../sentences";

export function Cite({ source, report }: { source: Source; report: Report }) {
  const words = useShared().state.words.value;
  const [outcome, setOutcome] = useState<"none" | "done" | "by hand">("none");
  const retrieved = source.retrieved_on && plainDate(words, source.retrieved_on);
  const text = citation(words, source, report, retrieved);
  const cite = async (): Promise<void> => setOutcome((await copy(text)) ? "done" : "by hand");
  return (
    <>
      <button type="button" class="cite" onClick={() => void cite()}>{words.t("cite.action")}</button>
      <span class="cite-done" role="status">{outcome === "done" && words.t("cite.done")}</span>
      {outcome === "by hand" && <ByHand text={text} label={words.t("cite.by_hand")} onCopied={() => setOutcome("done")} />}
    </>
  );
}

export function ByHand({ text, label, onCopied }: { text: string; label: string; onCopied: () => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.select();
    // The old way still works where the new one is refused, but nobody promises it.
    if (document.execCommand("copy")) onCopied();
  }, []);
  return (
    <label class="by-hand">
      {label}
      <textarea readOnly rows={6} ref={area} value={text} />
    </label>
  );
}
