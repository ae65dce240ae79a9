/**
 * One bar an event. Solid is *throughout*, dashed is *one day within*; an end that is open fades out into an arrow;
 * hollow is threatened or denied; a dotted edge is uncertain or approximate.
 */
import { useShared } from "../shared";
import { ink, inkOn, tint } from "../colours";
import type { Bar, Bars } from "../timeline";

export function BarMarks({ laid }: { laid: Bars }) {
  const { state } = useShared();
  const { width, letter } = state.time.room.value;
  const shown = state.mask.value;
  return (
    <>
      <Fades width={width} letter={letter} />
      {laid.bars.map((bar) => <BarMark key={bar.row} bar={bar} pitch={laid.pitch} faint={shown[bar.row] === 0} />)}
    </>
  );
}

/** Masks by which open ends fade out towards the edges. */
function Fades({ width, letter }: { width: number; letter: number }) {
  const reach = `${Math.min(0.45, (46 * letter) / width)}`;
  const ends = { start: [0, 1], end: [1, 0], both: [0, 0] };
  return (
    <defs>
      {Object.entries(ends).map(([name, [left, right]]) => (
        <g key={name}>
          <linearGradient id={`time-${name}`}>
            <stop offset="0" stop-color={left ? "#fff" : "#333"} />
            <stop offset={reach} stop-color="#fff" />
            <stop offset={1 - Number(reach)} stop-color="#fff" />
            <stop offset="1" stop-color={right ? "#fff" : "#333"} />
          </linearGradient>
          <mask id={`time-fade-${name}`} maskUnits="userSpaceOnUse" x="0" y="0" width={width} height="1000">
            <rect width={width} height="1000" fill={`url(#time-${name})`} />
          </mask>
        </g>
      ))}
    </defs>
  );
}

function BarMark({ bar, pitch, faint }: { bar: Bar; pitch: number; faint: boolean }) {
  const { state, colour } = useShared();
  const { events } = state;
  const own = colour(events.get("event_type", bar.row));
  const hollow = events.get("occurrence", bar.row) !== "reported";
  const solid = !hollow && (bar.look === "day" || bar.look === "throughout");
  const unsure = bar.uncertain || bar.approximate;
  const chosen = state.row.value === bar.row;
  const hovered = state.hovered.value === bar.row;
  const kind = ["bar", bar.look, hollow && "hollow", solid && "solid", unsure && "unsure", faint && "faint", chosen && "chosen", hovered && "hover"];
  const { letter } = state.time.room.value;
  const size = Math.max(6 * letter, pitch - (pitch > 10 * letter ? 3 : 2) * letter);
  const top = bar.lane * pitch + (pitch - size) / 2;
  return (
    <g
      class={kind.filter(Boolean).join(" ")}
      data-row={bar.row}
      transform={`translate(0 ${top})`}
      style={{ "--colour": own, "--arrow": ink(own), "--pale": tint(own, 0.13), "--label": bar.label?.inside && solid ? inkOn(own) : ink(own) }}
    >
      <rect class="grip" x={bar.left - 2} y={(size - pitch) / 2} width={bar.right - bar.left + 4} height={pitch} />
      <Body bar={bar} size={size} />
      <Arrows bar={bar} size={size} />
      {chosen && <rect class="frame" x={bar.left - 2.5} y={-2.5} width={bar.right - bar.left + 5} height={size + 5} rx="4" />}
      {bar.label && <text data-out={bar.label.inside ? undefined : ""} x={bar.label.x} y={size / 2 + 3.7 * letter} text-anchor={bar.label.anchor}>{bar.number}</text>}
    </g>
  );
}

function Body({ bar, size }: { bar: Bar; size: number }) {
  const faded = bar.from === null ? (bar.to === null ? "both" : "start") : bar.to === null ? "end" : null;
  const mask = faded ? `url(#time-fade-${faded})` : undefined;
  const inset = 0.9;
  // An open end runs on beyond the edge: it has no side there.
  const left = bar.left - (bar.from === null ? 6 : -inset);
  const width = bar.right + (bar.to === null ? 6 : -inset) - left;
  if (bar.look === "each") return <path class="body" d={`M${bar.left + 4} ${size / 2}H${bar.right - 4}M${bar.left} 0h6v${size}h-6zM${bar.right - 6} 0h6v${size}h-6z`} />;
  return (
    <g mask={mask}>
      <rect class="body" x={left} y={inset} width={Math.max(4, width)} height={size - 2 * inset} rx="2.5" />
    </g>
  );
}

function Arrows({ bar, size }: { bar: Bar; size: number }) {
  const half = Math.min(4, size / 2 - 1);
  const middle = size / 2;
  return (
    <>
      {bar.from === null && <path class="arrow-out" d={`M${bar.left + 2 + half} ${middle - half}l${-half} ${half} ${half} ${half}`} />}
      {bar.to === null && <path class="arrow-out" d={`M${bar.right - 2 - half} ${middle - half}l${half} ${half} ${-half} ${half}`} />}
    </>
  );
}
