/**
 * What of an event can be searched, and as which field it is named.
 */
import { parts } from "./facets";
import type { EventTable, Report } from "./payload";
import { FIELDS } from "./search";
import type { Field, Searched } from "./search";

/** Columns of text that an event has; those that reports may tell otherwise. */
export const EVENT_TEXTS = ["place", "place_text", "admin2", "admin1", "country", "place_names", "actor1", "assoc_actor_1", "actor2", "assoc_actor_2", "notes", "title"] as const;
export const REPORT_TEXTS = ["place", "place_text", "actor1", "assoc_actor_1", "actor2", "assoc_actor_2"] as const;

const ACTORS = ["actor1", "assoc_actor_1", "actor2", "assoc_actor_2"] as const;

/** A row's texts, each once, in the order of the fields. */
export function textsOf(events: EventTable, row: number): Searched {
  const reports = events.get("reports", row);
  const said = (read: (report: Report) => string | null): (string | null)[] => reports.map(read);
  const texts: Record<Field, (string | null)[]> = {
    place: [
      ...(["place", "place_text", "admin2", "admin1", "country"] as const).map((name) => events.get(name, row)),
      // The head's is the event's own.
      ...said((report) => report.place).slice(1),
      ...said((report) => report.place_text),
    ],
    spelling: events.get("place_names", row) ?? [],
    actor: [...ACTORS.map((name) => events.get(name, row)), ...ACTORS.flatMap((name) => said((report) => report[name]))].flatMap(parts),
    quote: said((report) => report.quote),
    notes: [events.get("notes", row), ...events.translations("notes", row)],
    title: [events.get("title", row), ...events.translations("title", row)],
  };
  const seen = new Set<string>();
  return FIELDS.flatMap((field) =>
    texts[field]
      .filter((text): text is string => !!text && !seen.has(text) && !!seen.add(text))
      .map((text) => ({ field, text })),
  );
}
