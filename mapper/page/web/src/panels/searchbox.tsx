/**
 * The search box. What it finds is told by the counts and stands in the list, which Enter opens.
 */
import { useRef } from "preact/hooks";
import { useShared } from "../shared";

export function SearchBox() {
  const { state } = useShared();
  const words = state.words.value;
  const box = useRef<HTMLInputElement>(null);
  const clear = (): void => {
    state.seek("");
    box.current?.focus();
  };
  const byKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") {
      state.seek(state.query.value);
      state.open("events");
    } else if (event.key === "Escape" && state.query.value !== "") {
      // Esc closes one thing at a time.
      event.preventDefault();
      state.seek("");
    }
  };
  return (
    <div class="search" aria-busy={state.searching.value}>
      <svg class="search-sign" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.6">
        <circle cx="6.8" cy="6.8" r="4.6" /><path d="m10.3 10.3 4 4" stroke-linecap="round" />
      </svg>
      <input
        ref={box}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        spellcheck={false}
        aria-label={words.t("find.placeholder")}
        placeholder={words.t("find.placeholder")}
        value={state.query.value}
        onInput={(event) => (state.query.value = event.currentTarget.value)}
        onKeyDown={byKey}
      />
      {state.query.value !== "" && (
        <button type="button" class="search-clear" aria-label={words.t("find.clear_search")} title={words.t("find.clear_search")} onClick={clear}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" /></svg>
        </button>
      )}
      <span class="searching" role="status">{state.searching.value && words.t("find.searching")}</span>
    </div>
  );
}
