/**
 * Stacked counts, where bars would be too many: how many events touch each day, week, month or year, by type.
 */
import { useShared } from "../shared";
import { parseDay, range as periodText } from "../dates";
import { isoDay } from "../days";
import type { State } from "../state";
import { xOf } from "../timeline";

export function ColumnMarks({ height }: { height: number }) {
  const { state, colour } = useShared();
  const { time } = state;
  const { value: { starts, counts, types, most } } = time.columns;
  const over = time.over.value;
  const xs = starts.map((start) => Math.min(time.room.value.width, Math.max(0, xOf(time.domain.value!, start, time.room.value.width))));
  const floors = new Array<number>(starts.length).fill(0);
  const scale = (height - 14 * time.room.value.letter) / Math.max(1, most);
  return (
    <g class="columns">
      {over && "bucket" in over && <rect class="under" x={xs[over.bucket]} y="0" width={Math.max(1, (xs[over.bucket + 1] ?? 0) - (xs[over.bucket] ?? 0))} height={height} />}
      {types.map((type, group) => <path key={type} d={stack(counts[group] ?? [])} fill={colour(type)} />)}
      <text class="most" x="2" y={10 * time.room.value.letter}>{state.words.value.number(most)}</text>
      <path class="top" d={`M0 ${height - most * scale}H${time.room.value.width}`} />
    </g>
  );

  function stack(of: number[]): string {
    let path = "";
    of.forEach((count, i) => {
      if (count === 0) return;
      const floor = floors[i] ?? 0;
      floors[i] = floor + count;
      const left = xs[i] ?? 0;
      const width = (xs[i + 1] ?? 0) - left;
      const gap = width > 4 ? 1 : 0;
      path += `M${left.toFixed(1)} ${(height - floor * scale).toFixed(1)}h${(width - gap).toFixed(1)}v${(-count * scale).toFixed(1)}h${(gap - width).toFixed(1)}z`;
    });
    return path;
  }
}

/** First and last day of a bucket. */
export function bucketDays({ time }: State, bucket: number): [first: number, last: number] | null {
  const { starts } = time.columns.peek();
  const [first, next] = [starts[bucket], starts[bucket + 1]];
  return first === undefined || next === undefined ? null : [first, next - 1];
}

/** What a bucket holds, in words. */
export function BucketText({ bucket }: { bucket: number }) {
  const { state } = useShared();
  const words = state.words.value;
  const { counts, types } = state.time.columns.value;
  const [start, end] = (bucketDays(state, bucket) ?? [0, 0]).map((day) => parseDay(isoDay(day)));
  const figures = types.map((type, group) => ({ type, n: counts[group]?.[bucket] ?? 0 })).filter(({ n }) => n > 0);
  return (
    <>
      <strong>{start && end && periodText(words, start, end)}{words.t("list.dot")}{words.t("source.events", { n: figures.reduce((sum, { n }) => sum + n, 0) })}</strong>
      {figures.map(({ type, n }) => <span key={type}>{words.name("type", type)} {words.number(n)}</span>)}
    </>
  );
}
