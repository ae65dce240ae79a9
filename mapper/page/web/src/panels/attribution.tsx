/**
 * Where the drawn map comes from, and that it asked no server for anything.
 */
import { useShared } from "../shared";
import { safeLink } from "../sentences";

export function Attribution() {
  const { state } = useShared();
  const words = state.words.value;
  return (
    <p class="attribution">
      {state.payload.base.attribution.map(({ text, url, licence }, i) => {
        const shown = licence ? words.t("map.licence", { text, licence }) : text;
        const address = safeLink(url);
        return (
          <span key={i}>
            {address ? <a href={address} target="_blank" rel="noopener noreferrer">{shown}</a> : shown}
            {words.t("list.dot")}
          </span>
        );
      })}
      <span>{words.t("map.no_tiles")}</span>
    </p>
  );
}
