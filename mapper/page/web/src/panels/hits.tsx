/**
 * Where the words that are looked for were found in an event: the field, and the text around them with the words
 * marked.
 */
import { marked, where } from "../search";
import type { Piece } from "../search";
import { textsOf } from "../searched";
import { useShared } from "../shared";

export function Hits({ row }: { row: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const sought = state.sought.value;
  const title = state.events.said("title", row, words.language);
  // Not kept: quotes may come later.
  const hits = sought.trim() === "" ? [] : where(textsOf(state.events, row), sought);
  return (
    <>
      {hits.map(({ field, pieces }, i) => (
        <span key={i} class="hit">
          <span class="hit-field">{words.t(`find.in.${field}`)}</span>
          {/* The title stands just above, marked, unless the words are those of another language. */}
          {(field !== "title" || !isMarked(title, sought)) && <>{words.t("reading.by")}<Pieces pieces={pieces} /></>}
        </span>
      ))}
    </>
  );
}

function isMarked(text: string, sought: string): boolean {
  return marked(text, sought).some((piece) => piece.marked);
}

/** A text with the words that are looked for marked in it. */
export function Sought({ text }: { text: string }) {
  const sought = useShared().state.sought.value;
  return sought.trim() === "" ? <>{text}</> : <Pieces pieces={marked(text, sought)} />;
}

function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return <>{pieces.map((piece, i) => (piece.marked ? <mark key={i}>{piece.text}</mark> : piece.text))}</>;
}
