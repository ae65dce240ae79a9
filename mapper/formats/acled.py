"""ACLED's event exports, as its codebook describes them: one row an event, with the older numeric interaction codes
or with texts.

Reading keeps every column under its own name and translates what ours can say. A precision of 3 is a unit, whose
polygon is taken where the unit is known: ACLED's coordinates are then those of its capital. Deaths of 0 are
*0 or not stated*, since ACLED writes 0 for both.

Writing fills the columns that follow from ours, and leaves blank what would be a judgement of ACLED's (interaction
codes, civilian targeting, region, …). A date that isn't a day is the middle of its week or month. Deaths that nobody
states are blank, not 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from mapper.formats import Collection
from mapper.formats.happened import POINT_IS, SHAPE, Happened, OurRows, Sorted, common_losses, sort_out
from mapper.incoming import (
    STATED_RADIUS,
    Columns,
    Ground,
    Incoming,
    Loss,
    Refused,
    TableReading,
    number,
    short_title,
    slug,
)
from mapper.schema import declaration
from mapper.tables import escape_formula, write_csv

# As ACLED's codebook lists them, and ours at the end.
COLUMNS = (
    *("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type"),
    *("actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting"),
    *("iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision"),
    *("source", "source_scale", "notes", "fatalities", "tags", "timestamp", POINT_IS),
)
_NAME = "ACLED"
# What is ours under the same name and means something else there.
_RENAMED = {"geo_precision": "acled_geo_precision"}
_OURS = ("event_type", "sub_event_type", "actor1", "assoc_actor_1", "actor2", "assoc_actor_2")
_TAKEN = (*_OURS, "latitude", "longitude", "notes")
_HALF_WEEK = timedelta(days=3)
_DATES = ("%Y-%m-%d", "%d %B %Y", "%d-%B-%Y", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y")
ZERO = "0 or not stated"


def recognises(header: Sequence[str]) -> bool:
    """Whether a table is one of ACLED's, by its columns."""
    return {"event_id_cnty", "event_date", "event_type", "fatalities"} <= set(header)


def translate(columns: Columns, rows: Sequence[int], ground: Ground) -> Incoming:
    """The rows in our terms; ``rows`` numbers them as a spreadsheet does."""
    reading = _OursReading if POINT_IS in columns else _Reading
    return reading(columns, rows, ground).incoming()


def write(collection: Collection) -> bytes:
    """The events that happened as CSV in UTF-8, in the frame's order (by ``event_id``)."""
    return write_csv(COLUMNS, ([row.get(name, "") for name in COLUMNS] for row in map(_row, _sorted(collection).kept)))


def losses(collection: Collection) -> list[Loss]:
    """What a file of ACLED's columns doesn't hold."""
    found = _sorted(collection)
    return [*found.losses(), *_losses_of_columns(found.kept), *common_losses(collection, found.kept, ("adm1",))]


def _losses_of_columns(kept: Sequence[Happened]) -> Iterator[Loss]:
    coarser = [event for event in kept if _read_date(*_dated(event)) != event.text("date")]
    if coarser:
        yield Loss("date-coarser", len(coarser), _COARSER, DATE_COLUMNS)
    ranges = [event for event in kept if any(event.text(name) for name in _RANGE)]
    places = [event for event in kept if event.text("place_text")]
    if places:
        message = "The source's words for the place aren't kept apart."
        yield Loss("place-text", len(places), message, ("place_text", "reports.place_text"))
    if ranges:
        message = "Of deaths only the best figure is in the file, not the lowest, the highest and the source's words."
        yield Loss("fatalities-range", len(ranges), message, (*_RANGE, *(f"reports.{name}" for name in _RANGE)))
    unstated = [event for event in kept if not event.text("fatalities_best")]
    if unstated:
        message = "Deaths that aren't stated are blank; ACLED's own tables have 0 there."
        yield Loss("fatalities-not-stated", len(unstated), message)
    silent = [event for event in kept if not event.text("quote")]
    if silent:
        yield Loss("quote-not-published", len(silent), "Without a quote, notes is blank.", ("reports",))


def _sorted(collection: Collection) -> Sorted:
    return sort_out(collection, "acled", _fits, several=2)


def _fits(start: date, end: date) -> bool:
    """Whether a time precision of 1 to 3 is as coarse: a day, a week, a month."""
    return (end - start).days < 7 or (start.year, start.month) == (end.year, end.month)


def _row(event: Happened) -> dict[str, str]:
    day, time_precision = _dated(event)
    units = {name: event.text(name) for name in ("country", "admin1", "admin2")}
    texts = {
        **{name: event.text(name) for name in _OURS},
        **units,
        "disorder_type": _DISORDER.get((event.text("event_type"), event.text("sub_event_type")), ""),
        "admin3": event.text("place") if event.text("geo_precision") == "adm3" else "",
        "location": event.text("place"),
        "source": event.of_reports("source_title"),
        "notes": event.text("quote"),
        POINT_IS: event.point[POINT_IS],
    }
    return {
        **event.point,
        **{name: escape_formula(text) for name, text in texts.items()},
        "event_id_cnty": event.text("event_id"),
        "event_date": day,
        "year": day[:4],
        "time_precision": time_precision,
        "geo_precision": str(event.precision),
        "fatalities": event.text("fatalities_best"),
    }


def _dated(event: Happened) -> tuple[str, str]:
    """The middle day, and 1 for a day, 2 for a week at most, 3 for a month."""
    days = (event.end - event.start).days
    middle = event.start + timedelta(days=days // 2)
    return middle.isoformat(), "1" if days == 0 else "2" if days < 7 else "3"


_DISORDER = {
    (one["name"], sub["name"]): sub["disorder_type"]
    for one in declaration("taxonomy")["types"]
    for sub in one["sub_event_types"]
}
_RANGE = ("fatalities_low", "fatalities_high", "fatalities_text")
_COARSER = "A date comes back as the day, the week or the month that its code says."
DATE_COLUMNS = ("date", "date_start", "date_end", "when", "reports.date")


class _Reading(TableReading):
    source = _NAME

    def __init__(self, columns: Columns, rows: Sequence[int], ground: Ground) -> None:
        super().__init__(columns, rows, ground)
        self.zeros = self.unread_dates = 0

    def incoming(self) -> Incoming:
        events = self.events(_TAKEN, _RENAMED)
        types: dict[str, list[str]] = {}
        pairs = zip(events.get("event_type", ()), events.get("sub_event_type", ()), strict=True)
        for name, sub in sorted(set(pairs)):
            types.setdefault(name, []).extend([sub] if sub else [])
        return Incoming(
            events,
            len(self.rows),
            sources=[_SOURCE],
            places=list(self.places.rows.values()),
            types=types,
            refused=self.refused,
            losses=list(self._losses()),
        )

    def event(self, at: int) -> dict[str, str] | None:
        def cell(name: str) -> str:
            return self.cell(name, at)

        native = cell("event_id_cnty")
        if not slug(native):
            self.refused.append(Refused(self.rows[at], "it has no event_id_cnty"))
            return None
        place, point = self._place(at)
        what = cell("sub_event_type") or cell("event_type")
        return {
            "event_id": f"acled-{slug(native)}",
            "title": short_title(f"{what}: {cell('location')}" if cell("location") else what),
            **{name: cell(name) for name in _OURS},
            "date": self._date(cell("event_date"), cell("time_precision")),
            "place": place,
            "place_text": cell("location").replace(";", ","),
            **point,
            **self._deaths(cell("fatalities")),
            "source_id": "acled",
            "quote": cell("notes") or short_title(what),
        }

    def _date(self, text: str, precision: str) -> str:
        self.unread_dates += _day(text) is None
        return _read_date(text, precision)

    def _deaths(self, figure: str) -> dict[str, str]:
        if figure == "0":
            self.zeros += 1
            return {"fatalities_best": "", "fatalities_text": ZERO}
        return {"fatalities_best": figure, "fatalities_text": ""}

    def _place(self, at: int) -> tuple[str, dict[str, str]]:
        """The place_id, and the row's own precision, of an event."""
        lat, lon = number(self.cell("latitude", at)), number(self.cell("longitude", at))
        precision = self.cell("geo_precision", at)
        country = self.units.country(self.cell("country", at), lon, lat)
        adm1 = self.units.unit("adm1", self.cell("admin1", at), country, lon, lat) if country else None
        if precision == "3" and adm1:
            return adm1.place_id, {}
        if lat is None or lon is None or precision not in ("1", "2", "3"):
            return "", {"geo_precision": "unlocated"}
        if precision == "3":
            name = self.cell("admin1", at) or self.cell("location", at)
            return self.places.circle("adm1", name, lon, lat, country), {}
        adm2 = self.units.unit("adm2", self.cell("admin2", at), adm1, lon, lat) if adm1 else None
        place_id = self.places.settlement(self.cell("location", at), lon, lat, adm2 or adm1 or country)
        near = {"geo_precision": "near", "radius_m": str(STATED_RADIUS["near"])}
        return place_id, near if precision == "2" else {}

    def _losses(self) -> Iterator[Loss]:
        if self.zeros:
            message = f"ACLED writes 0 where nobody died and where nobody says: marked {ZERO!r}, no figure taken."
            yield Loss("fatalities-zero", self.zeros, message)
        if self.places.circles:
            message = "The unit isn't in the project's gazetteer: drawn as a circle."
            yield Loss("unit-unknown", self.places.circles, message, SHAPE)
        if self.unread_dates:
            yield Loss("date-unread", self.unread_dates, "The date is in none of ACLED's forms: taken as written.")
        yield from self.left_out()


class _OursReading(OurRows, _Reading):
    written = COLUMNS
    id_column, source_column, quote_column = "event_id_cnty", "source", "notes"

    def incoming(self) -> Incoming:
        return self.with_sources(super().incoming())

    def _deaths(self, figure: str) -> dict[str, str]:
        """A 0 is one that was stated."""
        return {"fatalities_best": figure, "fatalities_text": ""}


def _read_date(text: str, precision: str) -> str:
    """EDTF: a day, a window of the week around it, or its month."""
    day = _day(text)
    if day is None:
        return text
    if precision == "2":
        return f"[{day - _HALF_WEEK}..{day + _HALF_WEEK}]"
    return f"{day:%Y-%m}" if precision == "3" else day.isoformat()


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


_SOURCE = {
    "source_id": "acled",
    "title": "Armed Conflict Location & Event Data (ACLED)",
    "publisher": "ACLED",
    "url": "https://acleddata.com/",
    "licence": "ACLED's terms of use",
    "show": "quotes",
}
