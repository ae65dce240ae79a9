/**
 * What the looks of bars say, in the words of dates: only those that stand on the timeline.
 */
import type { ComponentChildren } from "preact";
import { useShared } from "../shared";
import type { Span } from "../timeline";

interface Entry {
  key: string;
  has: (span: Span) => boolean;
  sign: ComponentChildren;
}

const ENTRIES: Entry[] = [
  { key: "day", has: ({ look }) => look === "day", sign: <rect x="8" y="1" width="8" height="8" rx="2" fill="currentColor" /> },
  { key: "throughout", has: ({ look }) => look === "throughout", sign: <rect x="1" y="1" width="22" height="8" rx="2" fill="currentColor" /> },
  {
    key: "within", has: ({ look }) => look === "within",
    sign: <rect x="1.8" y="1.8" width="20.4" height="6.6" rx="2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="3.5 2" />,
  },
  {
    key: "open", has: ({ from, to }) => from === null || to === null,
    sign: <path d="M5 1 1 5l4 4M9 5h4M15 3v4h8V3z" fill="none" stroke="currentColor" stroke-width="1.6" />,
  },
  {
    key: "unsure", has: ({ uncertain, approximate }) => uncertain || approximate,
    sign: <rect x="1.5" y="1.5" width="21" height="7" rx="2" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="0.1 3" stroke-linecap="round" />,
  },
];

export function BarKey() {
  const { state } = useShared();
  const words = state.words.value;
  const spans = state.time.spans.value;
  if (!state.time.bars.value) return null;
  return (
    <ul class="bar-key" aria-label={words.t("time.key")}>
      {ENTRIES.filter(({ has }) => spans.some(has)).map(({ key, sign }) => (
        <li key={key}>
          <svg viewBox="0 0 24 10" aria-hidden="true">{sign}</svg>
          {words.t(`time.key.${key}`)}
        </li>
      ))}
    </ul>
  );
}
