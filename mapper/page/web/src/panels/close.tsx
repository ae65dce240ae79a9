/**
 * The cross that closes what lies over the page.
 */
export function Close({ kind, label, onClick }: { kind: string; label: string; onClick: () => void }) {
  return (
    <button type="button" class={kind} aria-label={label} title={label} onClick={onClick}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 3 13 13M13 3 3 13" stroke="currentColor" stroke-width="1.8" /></svg>
    </button>
  );
}
