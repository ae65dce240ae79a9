/**
 * The menu of online tile layers, for projects that offer some; off until the reader turns one on, since whoever
 * serves them then sees that this map is read.
 */
import type { State } from "../state";
import "./layers.css";

export function LayerMenu({ state }: { state: State }) {
  const words = state.words.value;
  const open = state.layersOpen.value;
  const layers = state.payload.layers ?? [];
  return (
    <div class="layers">
      <button type="button" class="layers-button" aria-expanded={open} aria-controls="layer-menu" aria-label={words.t("layer.title")} title={words.t("layer.title")} onClick={() => (state.layersOpen.value = !open)}>
        <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"><path d="M8 2 14.5 5.5 8 9 1.5 5.5ZM1.5 8.5 8 12 14.5 8.5M1.5 11 8 14.5 14.5 11" /></svg>
      </button>
      <fieldset class="layer-menu" id="layer-menu" hidden={!open}>
        <legend>{words.t("layer.title")}</legend>
        <Choice state={state} name={null} text={words.t("layer.none")} />
        {layers.map(({ name }) => <Choice key={name} state={state} name={name} text={name} />)}
        <p class="quiet">{words.t("layer.hint")}</p>
      </fieldset>
    </div>
  );
}

function Choice({ state, name, text }: { state: State; name: string | null; text: string }) {
  return (
    <label class="layer">
      <input type="radio" name="mapper-layer" checked={state.layer.value === name} onChange={() => (state.layer.value = name)} />
      <span>{text}</span>
    </label>
  );
}

/** Says when online tiles don't come. */
export function TilesNote({ state }: { state: State }) {
  return <p class="tiles-note" role="status">{state.tiles.value === "failed" && state.words.value.t("layer.failed")}</p>;
}
