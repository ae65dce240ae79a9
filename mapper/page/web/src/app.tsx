/**
 * The page: header, what to read, map, card. Each part reads the one state, which it is given by context.
 */
import { useLayoutEffect } from "preact/hooks";
import { colourOf } from "./colours";
import { AstrayNote } from "./panels/astray";
import { Attribution } from "./panels/attribution";
import { Card, Walk } from "./panels/card";
import { EmbedTitle } from "./panels/embed";
import { Events } from "./panels/events";
import { Filters } from "./panels/filters";
import { Header } from "./panels/header";
import { TilesNote } from "./panels/layers";
import { Legend } from "./panels/legend";
import { MethodDialog } from "./panels/method";
import { RangeLine } from "./panels/rangeline";
import { EventPanel, FiltersPanel, SheetHead } from "./panels/sheet";
import { Source } from "./panels/source";
import { Spoken } from "./panels/spoken";
import { Table } from "./panels/table";
import { Tabs } from "./panels/tabs";
import { Timeline } from "./panels/timeline";
import { Unlocated } from "./panels/unlocated";
import { SharedContext, useShared } from "./shared";
import type { State } from "./state";

export function App({ state }: { state: State }) {
  const shared = { state, colour: colourOf(state.payload.taxonomy) };
  const layout = state.layout.value;
  const embed = state.embed.value;
  useLanguage(state);
  const parts = [!embed && <Reader key="reader" />, <MapPane key="map" />];
  return (
    <SharedContext.Provider value={shared}>
      <div class={["app", layout, layout !== "desk" && "small", state.tight.value && "tight", embed && "embed", state.payload.full && "full"].filter(Boolean).join(" ")}>
        {state.payload.full && <p class="full-note" role="note">{state.words.value.t("full.warning")}</p>}
        {!embed && <Header />}
        <main class={`body sheet-${state.sheet.value}`}>
          {layout === "phone" ? parts.reverse() : parts}
        </main>
        <Spoken />
        <MethodDialog />
      </div>
    </SharedContext.Provider>
  );
}

/** The document says in which language it speaks, and in that language what it is. */
function useLanguage({ language, title }: State): void {
  useLayoutEffect(() => {
    document.documentElement.lang = language.value;
    document.title = title.value;
  }, [language.value]);
}

function Reader() {
  const { state } = useShared();
  const desk = state.layout.value === "desk";
  return (
    <section class="reader">
      {desk ? <Tabs /> : <SheetHead />}
      {desk && <Filters />}
      {!desk && <EventPanel />}
      <Source />
      <Events />
      <Table />
      {!desk && <FiltersPanel />}
      {!desk && <Walk />}
    </section>
  );
}

function MapPane() {
  const { state } = useShared();
  const desk = state.layout.value === "desk";
  return (
    <section class="map-pane">
      <div class="map-area">
        <div class="map-slot" />
        <EmbedTitle />
        <AstrayNote />
        <Unlocated />
        <TilesNote state={state} />
        <div class="map-foot">
          <Legend />
          <Attribution />
        </div>
        {desk && <Card />}
      </div>
      {!state.embed.value && (desk ? <Timeline /> : <RangeLine />)}
    </section>
  );
}
