/**
 * Where the drawn map comes from, and that it asked no server for anything. On a phone a button opens it.
 */
import { useEffect, useRef } from "preact/hooks";
import { chosenLayer } from "../map/tiles";
import { useShared } from "../shared";
import { safeLink } from "../sentences";

export function Attribution() {
  const { state } = useShared();
  const words = state.words.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => keepClear(box.current), []);
  const open = state.creditsOpen.value;
  const layer = chosenLayer(state);
  return (
    <div class={`attribution${open ? " open" : ""}`} ref={box}>
      <button type="button" class="attribution-chip" aria-expanded={open} onClick={() => (state.creditsOpen.value = !open)}>
        {words.t("map.data")}{words.t("list.dot")}{layer?.name ?? words.t("map.no_tiles")}
      </button>
      <p>
        {state.payload.base.attribution.map((one, i) => (
          <span key={i}><Credit {...one} />{words.t("list.dot")}</span>
        ))}
        <span>{layer ? layer.attribution || layer.name : words.t("map.no_tiles")}</span>
      </p>
    </div>
  );
}

export function Credit({ text, url, licence }: { text: string; url: string | null; licence: string | null }) {
  const words = useShared().state.words.value;
  const shown = licence ? words.t("map.licence", { text, licence }) : text;
  const address = safeLink(url);
  return address ? <a href={address} target="_blank" rel="noopener noreferrer">{shown}</a> : <>{shown}</>;
}

/** Tells the map's own controls how much room the lines take below them. */
function keepClear(box: HTMLElement | null): () => void {
  const pane = box?.closest<HTMLElement>(".map-pane");
  // On the corners themselves: a property that all of the map inherits would have all of it styled again.
  const observer = new ResizeObserver(() => {
    for (const corner of pane?.querySelectorAll<HTMLElement>(".leaflet-bottom") ?? []) corner.style.marginBottom = `${box?.offsetHeight ?? 0}px`;
  });
  if (box) observer.observe(box);
  return () => observer.disconnect();
}
