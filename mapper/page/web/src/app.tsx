/**
 * The page: header, what to read, map, card. Each part reads the one state, which it is given by context.
 */
import { colourOf } from "./colours";
import { Attribution } from "./panels/attribution";
import { Card } from "./panels/card";
import { Events } from "./panels/events";
import { Header } from "./panels/header";
import { Legend } from "./panels/legend";
import { Source } from "./panels/source";
import { Tabs } from "./panels/tabs";
import { Unlocated } from "./panels/unlocated";
import { SharedContext } from "./shared";
import type { State } from "./state";

export function App({ state }: { state: State }) {
  const shared = { state, colour: colourOf(state.payload.taxonomy) };
  return (
    <SharedContext.Provider value={shared}>
      <div class="app">
        <Header />
        <main class="body">
          <section class="reader">
            <Tabs />
            <Source />
            <Events />
          </section>
          <section class="map-pane">
            <div class="map-slot" />
            <Unlocated />
            <div class="map-foot">
              <Legend />
              <Attribution />
            </div>
          </section>
          <Card />
        </main>
      </div>
    </SharedContext.Provider>
  );
}
