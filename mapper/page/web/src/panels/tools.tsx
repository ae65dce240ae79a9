/**
 * What can be done with the whole page: read it in another language, hand it on, take its events along, see how it
 * was made. With little room it is one menu.
 */
import { useEffect } from "preact/hooks";
import { useShared } from "../shared";
import { copy } from "../clipboard";
import { fileName, fileOf, FORMATS } from "../download";
import type { Format } from "../download";
import { fragmentOf } from "../address";
import { embedCode, flagged, isServed } from "../share";
import type { State } from "../state";
import { ByHand } from "./cite";
import { Close } from "./close";
import { Menu } from "./menu";
import type { Group, Item } from "./menu";
import "./header.css";

export function Tools() {
  const { state } = useShared();
  const words = state.words.value;
  return (
    <div class="tools">
      {state.layout.value === "desk" ? <Several /> : (
        <Menu name="all" label={words.t("head.menu")} groups={everything(state)}>
          <span class="unseen">{words.t("head.menu")}</span>
          <svg class="tool-bars" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 5h14M3 10h14M3 15h14" stroke="currentColor" stroke-width="1.8" /></svg>
        </Menu>
      )}
      <Notice />
    </div>
  );
}

function Several() {
  const { state } = useShared();
  const words = state.words.value;
  const own = state.language.value.split("-")[0]?.toUpperCase();
  return (
    <>
      {languages(state).length > 1 && (
        <Menu name="language" label={words.t("head.language", { name: words.t("language.name") })} groups={[{ items: languages(state) }]}>
          {own} <span class="unseen">{words.t("head.language", { name: words.t("language.name") })}</span>
          <span class="arrow" aria-hidden="true" />
        </Menu>
      )}
      <Menu name="share" label={words.t("head.share")} groups={[{ items: sharing(state) }]}>
        {words.t("head.share")} <span class="arrow" aria-hidden="true" />
      </Menu>
      <Menu name="download" label={words.t("head.download")} groups={downloads(state)}>
        {words.t("head.download")} <span class="arrow" aria-hidden="true" />
      </Menu>
      <button type="button" class="tool" aria-haspopup="dialog" onClick={() => (state.methodOpen.value = true)}>{words.t("method.title")}</button>
    </>
  );
}

function everything(state: State): Group[] {
  const words = state.words.value;
  const named = languages(state).length > 1 ? [{ title: words.t("head.languages"), items: languages(state) }] : [];
  const more = [
    ...(state.tab.value === "table" ? [] : [{ text: words.t("head.table"), act: () => state.open("table") }]),
    { text: words.t("method.title"), act: () => void (state.methodOpen.value = true) },
  ];
  return [{ items: more }, { title: words.t("head.share"), items: sharing(state) }, ...downloads(state), ...named];
}

function languages(state: State): Item[] {
  const { locales } = state.payload;
  return Object.entries(locales).map(([code, catalogue]) => ({
    text: String(catalogue["language.name"] ?? code),
    lang: code,
    checked: state.language.value === code,
    act: () => void (state.language.value = code),
  }));
}

function sharing(state: State): Item[] {
  const words = state.words.value;
  const served = isServed(location.protocol);
  const link = { text: words.t("head.share.link"), act: () => shareLink(state) };
  const app = { text: words.t("head.share.app"), act: () => shareWithApp(state) };
  const code = { text: words.t("head.share.embed"), note: words.t("head.share.embed.note"), act: () => shareCode(state) };
  return served && "share" in navigator ? [link, app, code] : [link, code];
}

function shareLink(state: State): void {
  const words = state.words.value;
  const ending = flagged(fragmentOf(state), false);
  if (isServed(location.protocol)) void hand(state, location.href.split("#")[0] + ending, words.t("head.share.done"), null);
  else if (ending) void hand(state, ending, words.t("head.share.file.done"), words.t("head.share.file"));
  else state.notice.value = { said: words.t("head.share.file"), done: null, byHand: null };
}

function shareCode(state: State): void {
  const words = state.words.value;
  const { protocol, href, pathname } = location;
  const said = isServed(protocol) ? null : words.t("head.share.embed.file");
  void hand(state, embedCode({ protocol, href, pathname, hash: fragmentOf(state) }, state.title.value), words.t("head.share.embed.done"), said);
}

function shareWithApp(state: State): void {
  // Whoever thinks better of it in the system's own window is no error.
  navigator.share({ title: state.title.value, url: location.href.split("#")[0] + flagged(fragmentOf(state), false) }).catch(() => undefined);
}

/** Puts a text on the clipboard and says so, or shows it to be copied by hand. */
async function hand(state: State, text: string, done: string, said: string | null): Promise<void> {
  state.notice.value = { said, done, byHand: (await copy(text)) ? null : text };
}

function downloads(state: State): Group[] {
  const words = state.words.value;
  const { events, retracted } = state;
  const shown = (): Uint32Array => state.shown.peek();
  const all = (): Uint32Array => Uint32Array.from({ length: events.length }, (_, row) => row);
  const items = (rows: () => Uint32Array, ending: string, of?: number): Item[] => [
    { text: "GeoJSON", note: words.t("head.download.geojson"), act: () => void save(state, "geojson", rows(), ending, of) },
    { text: "CSV", note: words.t("head.download.csv"), act: () => void save(state, "csv", rows(), ending, of) },
  ];
  const every = words.t("head.download.all", { n: events.length });
  return [
    { title: words.t("head.download.shown", { n: state.counts.value.shown }), items: items(shown, "-shown", events.length) },
    { title: retracted.length > 0 ? words.t("head.download.retracted", { all: every, n: retracted.length }) : every, items: items(all, "") },
  ];
}

// A file of more events than these takes its time, and the page says so.
const LONG = 5000;

async function save(state: State, format: Format, rows: Uint32Array, ending: string, of?: number): Promise<void> {
  const { payload, events } = state;
  if (rows.length > LONG) state.notice.value = { said: state.words.value.t("head.saving"), done: null, byHand: null };
  const pieces: Blob[] = [];
  for await (const piece of fileOf(format, payload, events, rows, of)) pieces.push(new Blob([piece]));
  if (rows.length > LONG) state.notice.value = { said: null, done: state.words.value.t("head.saved"), byHand: null };
  const file = new Blob(pieces, { type: `${FORMATS[format]};charset=utf-8` });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = fileName(payload.title, `${ending}.${format}`);
  link.click();
  // Not at once: some browsers read it only later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Stays until it is closed, or something else is done. */
function Notice() {
  const { state } = useShared();
  const words = state.words.value;
  const notice = state.notice.value;
  const close = (): void => void (state.notice.value = null);
  useEffect(() => {
    if (!notice) return;
    const outside = (event: Event): void => void ((event.target as Element).closest(".notice") || close());
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [notice]);
  return (
    <div role="status">
      {notice && (
        <div class="notice">
          <div class="notice-text">
            {notice.said && <p>{notice.said}</p>}
            {notice.byHand === null && <p class="notice-done">{notice.done}</p>}
            {notice.byHand !== null && <ByHand key={notice.byHand} text={notice.byHand} label={words.t("cite.by_hand")} onCopied={() => (state.notice.value = { ...notice, byHand: null })} />}
          </div>
          <Close kind="close-small" label={words.t("card.close")} onClick={close} />
        </div>
      )}
    </div>
  );
}
