"""UCDP Georeferenced Event Dataset (GED), as its codebook describes it: 49 columns, one row an event.

Reading keeps every column under its own name and translates what ours can say: ``where_prec`` 1 and 2 are points,
coarser ones the unit's polygon where the unit is known, else a circle whose radius is stated; a range of days is a
window for one event, a span for a summary of several.

Writing fills the columns that follow from ours, and leaves blank what would be a judgement of UCDP's (its ids of
conflicts, dyads and countries, whose deaths they were, …), and the kind of violence where ours isn't one of its three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from mapper.formats import Collection
from mapper.formats.happened import POINT_IS, SHAPE, Happened, OurRows, Sorted, common_losses, point_wkt, sort_out
from mapper.incoming import (
    STATED_RADIUS,
    Columns,
    Ground,
    Incoming,
    Loss,
    Refused,
    TableReading,
    number,
    short_id,
    short_title,
)
from mapper.places import Place
from mapper.tables import escape_formula, write_csv

# As the codebook of UCDP GED lists them, and ours at the end.
COLUMNS = (
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id"),
    *("conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a"),
    *("side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office"),
    *("source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description"),
    *("adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region"),
    *("event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians"),
    *("deaths_unknown", "best", "high", "low", "gwnoa", "gwnob", POINT_IS),
)
TYPES = {"1": "State-based conflict", "2": "Non-state conflict", "3": "One-sided violence"}
_UNITS = {"3": "adm2", "4": "adm1", "5": "region", "6": "country", "7": "region"}
_OURS = ("latitude", "longitude")
_NAME = "UCDP GED"


def recognises(header: Sequence[str]) -> bool:
    """Whether a table is one of UCDP's, by its columns."""
    return {"id", "relid", "where_prec", "date_start", "date_end", "best"} <= set(header)


def translate(columns: Columns, rows: Sequence[int], ground: Ground) -> Incoming:
    """The rows in our terms; ``rows`` numbers them as a spreadsheet does."""
    reading = _OursReading if POINT_IS in columns else _Reading
    return reading(columns, rows, ground).incoming()


def write(collection: Collection) -> bytes:
    """The events that happened as CSV in UTF-8, in the frame's order (by ``event_id``)."""
    return write_csv(COLUMNS, ([row.get(name, "") for name in COLUMNS] for row in map(_row, _sorted(collection).kept)))


def losses(collection: Collection) -> list[Loss]:
    """What a file of UCDP's columns doesn't hold."""
    found = _sorted(collection)
    units = ("adm2", "adm1", "country")
    return [*found.losses(), *_losses_of_columns(found.kept), *common_losses(collection, found.kept, units)]


def _losses_of_columns(kept: Sequence[Happened]) -> Iterator[Loss]:
    if kept:
        yield Loss("quote", len(kept), "UCDP has no column for the source's words.", ("reports.quote",))
    columns = ("event_type", "sub_event_type", "reports.event_type", "reports.sub_event_type")
    others = [event for event in kept if event.text("event_type") not in _CODES or event.text("sub_event_type")]
    if others:
        message = "Only UCDP's three kinds of violence have a code, and none has sub-types: blank."
        yield Loss("event-type", len(others), message, columns)
    changed = [event for event in kept if _date(*_dated(event)) != event.text("date")]
    if changed:
        message = "A date comes back as its first and last day: a window for one event, a span for a summary."
        yield Loss("date-as-range", len(changed), message, ("date", "date_start", "date_end", "when", "reports.date"))
    for name in ("assoc_actor_1", "assoc_actor_2", "fatalities_text"):
        count = sum(bool(event.text(name)) for event in kept)
        if count:
            yield Loss(name.replace("_", "-"), count, f"UCDP has no column for {name}.", (name, f"reports.{name}"))


def _sorted(collection: Collection) -> Sorted:
    return sort_out(collection, "ucdp_where_prec", _fits, several=5)


def _fits(start: date, end: date) -> bool:
    """Whether a date precision of 1 to 5 is as coarse: a year at most."""
    return start.year == end.year or (end - start).days < 366


def _row(event: Happened) -> dict[str, str]:
    start, end, clarity = _dated(event)
    sides = [event.text(name) for name in ("actor1", "actor2")]
    texts = {
        "dyad_name": " - ".join(sides) if all(sides) else "",
        **dict(zip(("side_a", "side_b"), sides, strict=True)),
        "source_headline": event.of_reports("source_title"),
        "source_date": event.of_reports("date_published"),
        "where_coordinates": event.text("place"),
        "where_description": event.text("place_text"),
        **{theirs: event.text(ours) for theirs, ours in _UNIT_NAMES.items()},
        POINT_IS: event.point[POINT_IS],
    }
    sources = {one["source_id"] for one in event.cells["reports"] if one["source_id"]}
    return {
        **event.point,
        **{name: escape_formula(text) for name, text in texts.items()},
        "id": event.text("event_id"),
        "year": start[:4],
        "type_of_violence": _CODES.get(event.text("event_type"), ""),
        "number_of_sources": str(len(sources) or -1),
        "where_prec": str(event.precision),
        "geom_wkt": point_wkt(event),
        "priogrid_gid": _grid_cell(event) if event.is_point else "",
        **{"event_clarity": clarity, "date_prec": _date_prec(event), "date_start": start, "date_end": end},
        **{name: event.text(f"fatalities_{name}") for name in ("best", "high", "low")},
    }


def _dated(event: Happened) -> tuple[str, str, str]:
    """First and last day, and the clarity: 2 is a summary of what went on throughout, or on several days."""
    clarity = "2" if event.when.kind in ("span", "all_of") else "1"
    return event.start.isoformat(), event.end.isoformat(), clarity


def _date_prec(event: Happened) -> str:
    """1 a day, 2 two to six days, 3 a week, 4 a month, 5 a year."""
    days = (event.end - event.start).days + 1
    return next((code for most, code in ((1, "1"), (6, "2"), (7, "3"), (31, "4")) if days <= most), "5")


def _grid_cell(event: Happened) -> str:
    """The cell of half a degree in which the point lies, as PRIO-GRID numbers them: from the south-west, row by row."""
    row, column = (int((event.cells[name] + most) * 2) for name, most in (("latitude", 90), ("longitude", 180)))
    return str(row * 720 + column + 1)


_CODES = {name: code for code, name in TYPES.items()}
_UNIT_NAMES = {"country": "country", "adm_1": "admin1", "adm_2": "admin2"}


class _Reading(TableReading):
    source = _NAME

    def __init__(self, columns: Columns, rows: Sequence[int], ground: Ground) -> None:
        super().__init__(columns, rows, ground)
        self.reversed = 0

    def incoming(self) -> Incoming:
        events = self.events(_OURS, {})
        return Incoming(
            events,
            len(self.rows),
            sources=[_SOURCE],
            places=list(self.places.rows.values()),
            types=dict.fromkeys([*TYPES.values(), *events.get("event_type", ())], ()),
            refused=self.refused,
            losses=list(self._losses()),
        )

    def event(self, at: int) -> dict[str, str] | None:
        def cell(name: str) -> str:
            return self.cell(name, at)

        if not cell("id"):
            self.refused.append(Refused(self.rows[at], "it has no id"))
            return None
        place, point = self._place(at)
        quote = cell("source_headline").strip(" ;.") or cell("source_article") or cell("where_description")
        return {
            "event_id": short_id_of(cell("id")),
            "event_type": TYPES.get(cell("type_of_violence"), cell("type_of_violence") or "Not stated"),
            "title": short_title(cell("dyad_name") or cell("conflict_name") or cell("id")),
            "date": _date(cell("date_start")[:10], cell("date_end")[:10], cell("event_clarity")),
            "place": place,
            "place_text": cell("where_coordinates").replace(";", ","),
            **point,
            "actor1": cell("side_a"),
            "actor2": cell("side_b"),
            **self._deaths(at),
            "source_id": "ucdp-ged",
            "quote": quote or cell("dyad_name") or cell("id"),
        }

    def _deaths(self, at: int) -> dict[str, str]:
        """Low, best and high; where they aren't in this order, best alone, and the others stay in their columns."""
        low, best, high = (self.cell(name, at) for name in ("low", "best", "high"))
        figures = [number(one) for one in (low, best, high) if one]
        if None in figures or figures != sorted(figures):  # type: ignore[type-var]
            self.reversed += 1
            return {"fatalities_low": "", "fatalities_best": best, "fatalities_high": ""}
        return {"fatalities_low": low, "fatalities_best": best, "fatalities_high": high}

    def _place(self, at: int) -> tuple[str, dict[str, str]]:
        """The place_id, and the row's own precision, of an event."""
        lat, lon = number(self.cell("latitude", at)), number(self.cell("longitude", at))
        precision = self.cell("where_prec", at)
        holders = self._holders(at, lon, lat)
        kind = _UNITS.get(precision)
        name = self.cell("where_coordinates", at) or self.cell("adm_1", at) or self.cell("country", at)
        if kind and kind in holders:
            return holders[kind].place_id, {}
        if lat is None or lon is None or precision not in ("1", "2", *_UNITS):
            return "", {"geo_precision": "unlocated"}
        within = holders.get("adm2") or holders.get("adm1") or holders.get("country")
        if kind:
            return self.places.circle(kind, name, lon, lat, None if precision == "7" else within), {}
        near = {"geo_precision": "near", "radius_m": str(STATED_RADIUS["near"])}
        return self.places.settlement(name, lon, lat, within), near if precision == "2" else {}

    def _holders(self, at: int, lon: float | None, lat: float | None) -> dict[str, Place]:
        """The units of the row that the gazetteer knows, by kind."""
        country = self.units.country(self.cell("country", at), lon, lat)
        adm1 = self.units.unit("adm1", self.cell("adm_1", at), country, lon, lat) if country else None
        adm2 = self.units.unit("adm2", self.cell("adm_2", at), adm1 or country, lon, lat) if country else None
        found = {"country": country, "adm1": adm1, "adm2": adm2}
        return {kind: place for kind, place in found.items() if place is not None}

    def _losses(self) -> Iterator[Loss]:
        if self.places.circles:
            yield Loss("unit-unknown", self.places.circles, UNIT_UNKNOWN, SHAPE)
        if self.reversed:
            message = "Low, best and high aren't in this order: best alone is taken, all three stay as foreign columns."
            yield Loss("fatalities-order", self.reversed, message)
        yield from self.left_out()


class _OursReading(OurRows, _Reading):
    written = COLUMNS
    id_column, source_column, place_text_column = "id", "source_headline", "where_description"

    def incoming(self) -> Incoming:
        return self.with_sources(super().incoming())


UNIT_UNKNOWN = (
    "The unit isn't in the project's gazetteer under that name: the event is drawn as a circle of a stated radius. "
    "With that unit's boundary (mapper boundaries add), or that name as an alias in places.csv, import the file again."
)


def short_id_of(native: str) -> str:
    """The event_id of one of UCDP's ids."""
    return short_id(native) if not native.isdigit() else f"ucdp-{native}"


def _date(start: str, end: str, clarity: str) -> str:
    """EDTF: a day; a window for one event; a span for several that were reported together."""
    if start == end or not end:
        return start
    return f"{start}/{end}" if clarity == "2" else f"[{start}..{end}]"


_SOURCE = {
    "source_id": "ucdp-ged",
    "title": "UCDP Georeferenced Event Dataset",
    "publisher": "Uppsala Conflict Data Program",
    "url": "https://ucdp.uu.se/downloads/",
    "licence": "CC BY 4.0",
}
