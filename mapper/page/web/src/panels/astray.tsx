/**
 * What a link asked for and this map hasn't, or leaves off: said gently, and closed by the reader.
 */
import { useShared } from "../shared";

export function AstrayNote() {
  const { state } = useShared();
  const words = state.words.value;
  const astray = state.astray.value;
  return (
    <div class="astray-slot" role="status">
      {astray && (
        <div class="astray">
          <span>
            {astray.event !== null && <span>{words.t("find.astray.event", { id: astray.event })}</span>}
            {astray.layer !== null && <span>{words.t("find.astray.layer", { name: astray.layer })}</span>}
          </span>
          <button type="button" aria-label={words.t("card.close")} onClick={() => (state.astray.value = null)}>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 3 13 13M13 3 3 13" stroke="currentColor" stroke-width="1.8" /></svg>
          </button>
        </div>
      )}
    </div>
  );
}
