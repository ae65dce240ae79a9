/**
 * How this map was made: the rules of coding, what the marks mean, where everything comes from, what it is made
 * with. A dialogue on the screen, the last pages in print.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useShared } from "../shared";
import { plainDate } from "../dates";
import { DATE_KINDS as KINDS } from "../payload";
import type { CodedColumn, EventRow, Source } from "../payload";
import { protections, published, safeLink } from "../sentences";
import type { State } from "../state";
import { reportCounts } from "../reported";
import { Credit } from "./attribution";
import { Close } from "./close";
import { DotSign, HollowSign, Sign } from "./legend";
import "./method.css";

export function MethodDialog() {
  const { state } = useShared();
  const words = state.words.value;
  const box = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const open = state.methodOpen.value;
  const close = (): void => void (state.methodOpen.value = false);
  useEffect(() => {
    if (!open) return box.current?.close();
    box.current?.showModal();
    body.current?.focus();
  }, [open]);
  return (
    <dialog
      class="method-dialog"
      ref={box}
      aria-labelledby="method-title"
      onClose={close}
      onClick={(event) => event.target === box.current && close()}
      // What the keys do behind it is not meant here.
      onKeyDown={(event) => event.stopPropagation()}
    >
      {open && (
        <div class="method-frame">
          <header class="method-head">
            <h2 id="method-title">{words.t("method.title")}</h2>
            <Close kind="close-small" label={words.t("card.close")} onClick={close} />
          </header>
          <div class="method-body" tabIndex={0} ref={body}><Method /></div>
        </div>
      )}
    </dialog>
  );
}

export function Method() {
  const { state } = useShared();
  return (
    <div class="method">
      <Coding />
      <What />
      <Where />
      <When />
      <Happened />
      {state.payload.sources.length > 0 && <Grades />}
      {state.payload.sources.length > 0 && <Sources />}
      <Drawn />
      <Rows />
      <Software />
    </div>
  );
}

function Part({ title, text, children }: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {text && <p>{text}</p>}
      {children}
    </section>
  );
}

function Coding() {
  const { state } = useShared();
  const words = state.words.value;
  const { starts } = state.events.reports;
  const several = state.accepted.some((accepted, row) => accepted === 1 && starts[row + 1]! - starts[row]! > 1);
  const kept = protections(state.events, state.accepted);
  if (state.payload.sources.length === 0) return <p class="method-lead">{words.t("method.lead.plain")}</p>;
  return (
    <>
      <p class="method-lead">{words.t("method.lead")}</p>
      <Part title={words.t("method.coding")} text={words.t("method.coding.event")}>
        <p>{words.t("method.coding.quote")}</p>
        <p>{words.t("method.coding.blank")}</p>
        {several && <p>{words.t("method.coding.reports")}</p>}
        {kept.coarse > 0 && <p>{words.t("method.coding.coarse")}</p>}
        {kept.displaced > 0 && <p>{words.t("method.coding.displaced")}</p>}
      </Part>
    </>
  );
}

interface Line {
  sign?: ComponentChildren;
  name: string;
  meaning?: string;
  n: number;
}

/** What there is of each kind. */
function Kinds({ lines }: { lines: Line[] }) {
  const words = useShared().state.words.value;
  const signs = lines.some((line) => line.sign);
  return (
    <table class={`kinds${lines.some((line) => line.meaning !== undefined) ? "" : " plain"}`}>
      <tbody>
        {lines.map((line) => (
          <tr key={line.name}>
            {signs && <td class="kinds-sign">{line.sign}</td>}
            <th scope="row">{line.name}</th>
            {line.meaning !== undefined && <td>{line.meaning}</td>}
            <td class="figure">{words.number(line.n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function What() {
  const { state, colour } = useShared();
  const { taxonomy } = state.payload;
  const words = state.words.value;
  const of = tally(state, "event_type", (type) => type);
  const lines = taxonomy.types.filter(({ name }) => of(name) > 0).map(({ name }) => ({ sign: <DotSign colour={colour(name)} />, name: words.name("type", name), n: of(name) }));
  return <Part title={words.t("legend.what")} text={words.t("method.what", { taxonomy: taxonomy.title || taxonomy.name })}><Kinds lines={lines} /></Part>;
}

function Where() {
  const { state } = useShared();
  const words = state.words.value;
  const of = tally(state, "geo_precision", (name) => name ?? "unlocated");
  const lines = state.payload.precisions.map(({ name, mark }) => ({
    sign: mark === "none" ? undefined : <Sign mark={mark} />,
    name: words.t(`precision.${name}`),
    meaning: words.t(`where.${name}`),
    n: of(name),
  }));
  return (
    <Part title={words.t("legend.where")} text={words.t("method.where")}>
      <Kinds lines={lines} />
      <p>{words.t("where.label")}</p>
    </Part>
  );
}

function When() {
  const { state } = useShared();
  const words = state.words.value;
  const of = useDateKinds(state);
  const lines = KINDS.map((name) => ({ name: words.t(`method.when.${name}`), meaning: words.t(`method.when.${name}.meaning`), n: of(name) }));
  return <Part title={words.t("method.when")} text={words.t("method.when.text")}><Kinds lines={lines} /></Part>;
}

function Happened() {
  const { state } = useShared();
  const words = state.words.value;
  const of = tally(state, "occurrence", (name) => name);
  const line = (name: "reported" | "threatened" | "denied"): Line => ({
    sign: name === "reported" ? <DotSign colour="currentColor" /> : <HollowSign />,
    name: words.t(`occurrence.${name}`),
    n: of(name),
  });
  return (
    <Part title={words.t("method.occurrence")} text={words.t("method.occurrence.text")}>
      <Kinds lines={[line("reported"), line("threatened"), line("denied")]} />
    </Part>
  );
}

function Grades() {
  const { state } = useShared();
  const words = state.words.value;
  const { sources } = state.payload;
  const graded = useGrades(state);
  const letters = [..."ABCDEF"].map((code) => ({ name: code, meaning: words.name("reliability", code), n: sources.filter((one) => one.reliability === code).length }));
  const figures = [..."123456"].map((code) => ({ name: code, meaning: words.name("credibility", code), n: graded(code) }));
  return (
    <Part title={words.t("method.grades")} text={words.t("method.grades.text")}>
      <div class="method-pair">
        <div><h4>{words.t("method.grades.sources")}</h4><Kinds lines={letters} /></div>
        <div><h4>{words.t("method.grades.reports")}</h4><Kinds lines={figures} /></div>
      </div>
    </Part>
  );
}

function Sources() {
  const { state } = useShared();
  const words = state.words.value;
  return (
    <Part title={words.t("tab.sources")}>
      {state.payload.sources.map((source, at) => <OneSource key={source.id} source={source} reports={reportCounts(state.events)[at] ?? 0} />)}
    </Part>
  );
}

function OneSource({ source, reports }: { source: Source; reports: number }) {
  const words = useShared().state.words.value;
  const original = source.original && words.t(source.original_date ? "source.original_date" : "source.original", { original: source.original, date: plainDate(words, source.original_date ?? "") });
  const grade = source.reliability && words.t("grade.source", { code: source.reliability, meaning: words.name("reliability", source.reliability) });
  const shown = { whole: null, quotes: words.t("source.quotes"), none: words.t("source.titles") }[source.show];
  const links = [["source.link", source.url], ["source.archived", source.archived_url]] as const;
  const lines = [
    published(words, source),
    original,
    [words.t("method.source.reports", { n: reports }), grade].filter(Boolean).join(words.t("list.dot")),
    source.licence && words.t("source.licence", { licence: source.licence }),
    shown,
    source.retrieved_on && words.t("cite.retrieved", { date: plainDate(words, source.retrieved_on) }),
    source.notes,
  ];
  return (
    <div class="method-source">
      <h4 lang={source.language ?? undefined}>{source.title}</h4>
      {lines.map((line) => line && <p key={line}>{line}</p>)}
      {links.map(([key, address]) => address && <p key={key}><Address name={words.t(key)} address={address} /></p>)}
      {source.sha256 && <p>{words.t("method.source.sha256")} <code>{source.sha256}</code></p>}
    </div>
  );
}

/** The whole address, for paper too. */
function Address({ name, address }: { name: string; address: string }) {
  const words = useShared().state.words.value;
  const safe = safeLink(address);
  return <>{words.t("method.source.address", { name })} {safe ? <a href={safe} target="_blank" rel="noopener noreferrer">{address}</a> : address}</>;
}

function Drawn() {
  const { state } = useShared();
  const words = state.words.value;
  const { attribution } = state.payload.base;
  return (
    <Part title={words.t("method.map")} text={words.t(state.payload.layers?.length ? "method.map.layers" : "method.map.text")}>
      {attribution.length > 0 && <p>{words.t("method.map.from")}</p>}
      {attribution.length > 0 && <ul class="method-list">{attribution.map((one) => <li key={one.text}><Credit {...one} /></li>)}</ul>}
    </Part>
  );
}

function Rows() {
  const { state } = useShared();
  const words = state.words.value;
  const { counts, licence, as_of } = state.payload;
  const lines = (["mapped", "unlocated", "retracted", "rows"] as const).map((name) => ({ name: words.t(`method.rows.${name}`), n: counts[name] }));
  return (
    <Part title={words.t("method.rows")} text={words.t(state.payload.full ? "method.rows.full" : "method.rows.text")}>
      <Kinds lines={lines} />
      {as_of && <p>{words.t("method.as_of", { date: plainDate(words, as_of) })}</p>}
      {licence && <p>{words.t("method.licence", { licence })}</p>}
    </Part>
  );
}

function Software() {
  const { state } = useShared();
  const words = state.words.value;
  const all = document.getElementById("mapper-licences")?.textContent?.trim() ?? "";
  const names = [...all.matchAll(/^(\S+ \S+) \(([^()]+)\)$/gm)].map(([, name = "", licence = ""]) => words.t("map.licence", { text: name, licence }));
  return (
    <Part title={words.t("method.software")} text={words.t("method.software.text", { name: state.payload.generator ?? "conflict-event-mapper" })}>
      {all && (
        <>
          <p>{words.t("method.software.inside", { names: words.list(names) })}</p>
          <details class="licences">
            <summary>{words.t("method.software.licences")}</summary>
            <pre lang="en">{all}</pre>
          </details>
        </>
      )}
    </Part>
  );
}

/** How many events there are of each kind, which a column tells; retracted ones don't count. */
function tally<K extends CodedColumn>({ accepted, events }: State, column: K, kind: (value: EventRow[K]) => string): (name: string) => number {
  const names = events.values(column).map(kind);
  const codes = events.codes(column);
  return counted(names, (add) => codes.forEach((code, row) => accepted[row] === 1 && add(code)));
}

/** How often each name is meant, of which `each` gives the places. */
function counted(names: readonly string[], each: (add: (at: number) => void) => void): (name: string) => number {
  const numbers = new Uint32Array(names.length);
  each((at) => void (numbers[at]! += 1));
  const counts = new Map<string, number>();
  names.forEach((name, at) => counts.set(name, (counts.get(name) ?? 0) + numbers[at]!));
  return (name) => counts.get(name) ?? 0;
}

function useDateKinds({ accepted, events }: State): (name: string) => number {
  return useMemo(() => counted(KINDS, (add) => events.dateKinds.forEach((code, row) => accepted[row] === 1 && add(code))), []);
}

/** Reports of accepted events, by their grade. */
function useGrades({ accepted, events }: State): (name: string) => number {
  return useMemo(() => {
    const { codes, values } = events.reportCodes("credibility");
    const { starts } = events.reports;
    return counted(values.map((value) => value ?? ""), (add) =>
      accepted.forEach((one, row) => one === 1 && codes.subarray(starts[row], starts[row + 1]).forEach(add)),
    );
  }, []);
}
