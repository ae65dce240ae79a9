/**
 * What the map's two languages mean: colour is what happened, shape is how sure the place is. Its entries filter.
 * On a phone it is a chip that opens.
 */
import type { ComponentChildren } from "preact";
import { useShared } from "../shared";
import type { Facet } from "../facets";
import type { Mark } from "../payload";
import { protections } from "../sentences";
import "./tight.css";

const MARKS: Mark[] = ["dot", "ring", "area", "line"];

export function Legend() {
  const { state } = useShared();
  const words = state.words.value;
  if (state.counts.value.all === 0) return null;
  const open = state.legendOpen.value;
  return (
    <section class={`legend${open ? " open" : ""}`} aria-label={words.t("legend.title")}>
      <button type="button" class="legend-chip" aria-expanded={open} onClick={() => (state.legendOpen.value = !open)}>
        <DotSign colour="currentColor" /> {words.t("legend.title")}
      </button>
      <div class="legend-body">
        <What id="legend-what" />
        <Where id="legend-where" />
      </div>
    </section>
  );
}

function What({ id }: { id: string }) {
  const { state, colour } = useShared();
  const words = state.words.value;
  const counts = state.tallies.event_type.value;
  const order = state.payload.taxonomy.types.map((type) => type.name);
  const types = [...order.filter((name) => counts.has(name)), ...[...counts.keys()].filter((name) => !order.includes(name))];
  return (
    <div role="group" aria-labelledby={id}>
      <h2 id={id}>{words.t("legend.what")}</h2>
      {types.map((name) => (
        <Entry key={name} facet="event_type" values={[name]} count={counts.get(name)?.n ?? 0} name={words.name("type", name)}>
          <DotSign colour={colour(name)} />
        </Entry>
      ))}
    </div>
  );
}

function Where({ id }: { id: string }) {
  const { state } = useShared();
  const words = state.words.value;
  const counts = state.tallies.geo_precision.value;
  const classes = (mark: Mark): string[] => state.payload.precisions.filter((one) => one.mark === mark).map((one) => one.name);
  const sum = (names: string[]): number => names.reduce((total, name) => total + (counts.get(name)?.n ?? 0), 0);
  const used = MARKS.filter((mark) => classes(mark).some((name) => counts.has(name)));
  return (
    <div role="group" aria-labelledby={id}>
      <h2 id={id}>{words.t("legend.where")}</h2>
      {used.map((mark) => (
        <Entry key={mark} facet="geo_precision" values={classes(mark)} count={sum(classes(mark))} name={words.t(`legend.${mark}`)}>
          <Sign mark={mark} />
        </Entry>
      ))}
      <Hollow />
      <Kept />
    </div>
  );
}

function Hollow() {
  const { state } = useShared();
  const counts = state.tallies.occurrence.value;
  const values = ["threatened", "denied"].filter((name) => counts.has(name));
  if (values.length === 0) return null;
  const key = values.length > 1 ? "legend.hollow" : `legend.hollow.${values[0]}`;
  const total = values.reduce((sum, name) => sum + (counts.get(name)?.n ?? 0), 0);
  return (
    <Entry facet="occurrence" values={values} count={total} name={state.words.value.t(key)}>
      <HollowSign />
    </Entry>
  );
}

/** How many of the shown places aren't where they stand, or not as exactly as they are known. */
function Kept() {
  const { state } = useShared();
  const n = Object.values(protections(state.events, state.mask.value)).reduce((sum, one) => sum + one, 0);
  return n > 0 ? <p class="kept">{state.words.value.t("legend.protected", { n })}</p> : null;
}

interface EntryProps {
  facet: Facet;
  values: string[];
  name: string;
  count: number;
  children: ComponentChildren;
}

function Entry({ facet, values, name, count, children }: EntryProps) {
  const { state } = useShared();
  const chosen = state.filters.value[facet];
  const on = values.length > 0 && values.every((value) => chosen.has(value));
  const off = chosen.size > 0 && !on;
  return (
    <button type="button" class={`entry${off ? " off" : ""}`} aria-pressed={on} title={state.words.value.t("legend.hint")} onClick={() => state.choose(facet, values)}>
      {children}
      <span class="entry-name">{name}</span>
      <span class="figure">{state.words.value.number(count)}</span>
    </button>
  );
}

export function HollowSign() {
  return <svg class="sign" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="5.5" fill="none" stroke="currentColor" stroke-width="2.2" /></svg>;
}

export function DotSign({ colour }: { colour: string }) {
  return <svg class="sign" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="6" fill={colour} /></svg>;
}

export function Sign({ mark }: { mark: Mark }) {
  if (mark === "dot") return <DotSign colour="currentColor" />;
  return (
    <svg class="sign" viewBox="0 0 18 18" aria-hidden="true" fill="none" stroke="currentColor">
      {mark === "ring" && <circle cx="9" cy="9" r="7" stroke-width="1.6" stroke-dasharray="3 2" fill="currentColor" fill-opacity="0.15" />}
      {mark === "area" && <path d="M2 9 9 2M2 16 16 2M9 16 16 9" stroke-width="1.2" />}
      {mark === "area" && <rect x="1.8" y="1.8" width="14.4" height="14.4" stroke-width="1.5" stroke-dasharray="3.4 1.8" />}
      {mark === "line" && <path d="M1 13 8 8 17 5" stroke-width="3" stroke-dasharray="5 2.5" />}
    </svg>
  );
}
