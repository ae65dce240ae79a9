/**
 * The chart of the timeline: bars or stacked counts over an axis, and the brush over both. What a pointer does on
 * it is in `brushing`.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useShared } from "../shared";
import { daysOf, keyed, rangeOf } from "../brush";
import type { Days, Edge } from "../brush";
import { dateSentence, parseDay, range as periodText } from "../dates";
import { isoDay } from "../days";
import type { State } from "../state";
import { ticks } from "../ticks";
import { xOf } from "../timeline";
import type { Domain } from "../timeline";
import { BarMarks } from "./bars";
import { brushing } from "./brushing";
import { bucketDays, BucketText, ColumnMarks } from "./columns";
import { eventDate } from "./events";
import { Said } from "./said";

const COLUMNS_HEIGHT = 104;
const TOP = 4;
const AXIS = 20;

export function Chart() {
  const { state } = useShared();
  const { time } = state;
  const chart = useRef<HTMLDivElement>(null);
  const painted = state.painted.value;
  // With the marks, not before: their room is read once, and the first picture doesn't wait for it.
  useLayoutEffect(() => (painted && chart.current ? watchRoom(chart.current, state) : undefined), [painted]);
  useEffect(() => (chart.current ? brushing(chart.current, state) : undefined), []);
  const { width, letter } = time.room.value;
  const laid = time.bars.value;
  const marks = laid ? Math.max(laid.lanes * laid.pitch, 48 * letter) : COLUMNS_HEIGHT * letter;
  const height = TOP + marks + AXIS * letter;
  return (
    <div class={`chart${time.playing.value ? " playing" : ""}`} ref={chart} style={{ height: `${height}px` }}>
      <svg class="chart-marks" width={width} height={height} role="img" aria-label={summary(state)}>
        {painted && <Axis marks={TOP + marks} />}
        {painted && <g transform={`translate(0 ${TOP})`}>{laid ? <BarMarks laid={laid} /> : <ColumnMarks height={marks} />}</g>}
      </svg>
      <Brush bottom={AXIS * letter} />
      <Tip top={TOP} />
    </div>
  );
}

/** Keeps the room true to the chart's width and the reader's letters; returns how to stop that. */
function watchRoom(chart: HTMLElement, { time }: State): () => void {
  const read = (): void => {
    const letter = (parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) / 16;
    const now = time.room.peek();
    if (chart.clientWidth > 0 && (now.width !== chart.clientWidth || now.letter !== letter)) time.room.value = { width: chart.clientWidth, letter };
  };
  read();
  const observer = new ResizeObserver(read);
  observer.observe(chart);
  return () => observer.disconnect();
}

function summary({ words, time }: State): string {
  const [first, last] = time.domain.value?.known ?? [0, 0];
  return words.value.t(time.bars.value ? "time.summary" : `time.summary.${time.unit.value}`, {
    n: time.dated.value, period: period(words.value, [first, last]),
  });
}

function Axis({ marks }: { marks: number }) {
  const { state } = useShared();
  const { domain, room } = state.time;
  if (!domain.value) return null;
  return (
    <g class="axis" aria-hidden="true">
      <path d={`M0 ${marks + 0.5}H${room.value.width}`} />
      {ticks(domain.value, room.value, state.words.value).map(({ day, x, text }) => (
        <g key={day}>
          <path d={`M${Math.round(x) + 0.5} 0V${marks + (text ? 5 : 0)}`} />
          <text x={x + 4} y={marks + 14 * room.value.letter}>{text}</text>
        </g>
      ))}
    </g>
  );
}

/** The chosen days, with a handle at each end; without a range the handles wait at the edges. */
function Brush({ bottom }: { bottom: number }) {
  const { state } = useShared();
  const { domain: { value: domain }, room: { value: { width } } } = state.time;
  if (!domain) return null;
  const range = state.range.value;
  const days = daysOf(domain, range);
  const left = xOf(domain, days[0], width);
  const right = xOf(domain, days[1] + 1, width);
  // A bar that the range touches is shown whole; of columns, those beside the range step back.
  const veiled = range !== null && state.time.bars.value === null;
  return (
    <div class={`brush${range ? " on" : ""}`} style={{ bottom: `${bottom}px` }}>
      {veiled && <div class="veil" style={{ left: 0, width: `${left}px` }} />}
      {veiled && <div class="veil" style={{ left: `${right}px`, right: 0 }} />}
      {range && <div class="brushed" style={{ left: `${left}px`, width: `${right - left}px` }} />}
      <Handle edge="from" x={left} domain={domain} days={days} />
      <Handle edge="to" x={right} domain={domain} days={days} />
    </div>
  );
}

function Handle({ edge, x, domain, days }: { edge: Edge; x: number; domain: Domain; days: Days }) {
  const { state } = useShared();
  const words = state.words.value;
  const at = days[edge === "from" ? 0 : 1];
  const open = (state.range.value?.[edge === "from" ? 0 : 1] ?? null) === null;
  const byKey = (event: KeyboardEvent): void => {
    const moved = event.altKey || event.ctrlKey || event.metaKey ? null : keyed(domain, days, edge, event.key);
    if (!moved) return;
    event.preventDefault();
    state.time.choose(rangeOf(domain, moved));
  };
  return (
    <div
      class={`handle ${edge}`}
      data-edge={edge}
      role="slider"
      tabIndex={0}
      aria-label={words.t(`time.handle.${edge}`)}
      aria-valuemin={domain.first}
      aria-valuemax={domain.last}
      aria-valuenow={at}
      aria-valuetext={open ? words.t(`time.open.${edge}`) : period(words, [at, at])}
      style={{ left: `${x}px` }}
      onKeyDown={byKey}
    />
  );
}

function Tip({ top }: { top: number }) {
  const { state } = useShared();
  const { time } = state;
  const over = time.over.value;
  if (!over) return null;
  if ("bucket" in over) {
    const days = bucketDays(state, over.bucket);
    if (!days || !time.domain.value) return null;
    const x = xOf(time.domain.value, (days[0] + days[1] + 1) / 2, time.room.value.width);
    return <TipBox x={x} y={top}><BucketText bucket={over.bucket} /></TipBox>;
  }
  const bar = time.bars.value?.bars.find(({ row }) => row === over.row);
  if (!bar) return null;
  return (
    <TipBox x={(Math.max(0, bar.left) + Math.min(time.room.value.width, bar.right)) / 2} y={top + bar.lane * (time.bars.value?.pitch ?? 0)}>
      <strong>{state.events.get("number", bar.row)} · <Said column="title" row={bar.row} /></strong>
      <span>{dateSentence(state.words.value, eventDate(state.events, bar.row))}</span>
    </TipBox>
  );
}

function TipBox({ x, y, children }: { x: number; y: number; children: ComponentChildren }) {
  return <div class="time-tip" aria-hidden="true" style={{ left: `clamp(0px, ${x}px - 9rem, 100% - 18rem)`, bottom: `calc(100% - ${y}px + 5px)` }}><div>{children}</div></div>;
}

function period(words: State["words"]["value"], [first, last]: Days): string {
  const [start, end] = [parseDay(isoDay(first)), parseDay(isoDay(last))];
  return start && end ? periodText(words, start, end) : "";
}
