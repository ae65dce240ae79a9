/**
 * An event's number in its type's colour: the same chip in text, list, box and card.
 */
import { useShared } from "../shared";
import { ink, inkOn } from "../colours";

export function Chip({ row }: { row: number }) {
  const { state, colour } = useShared();
  const { events } = state;
  const number = events.get("number", row);
  const hollow = events.get("occurrence", row) !== "reported";
  const retracted = events.isRetracted(row);
  const own = retracted ? "#5c6670" : colour(events.get("event_type", row));
  const kind = `chip${hollow ? " hollow" : ""}${retracted ? " struck" : ""}`;
  return (
    <span class={kind} data-row={row} style={{ "--colour": own, "--ink": hollow ? ink(own) : inkOn(own) }}>
      {number}
    </span>
  );
}
