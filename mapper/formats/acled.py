"""ACLED's event exports, as its codebook describes them: one row an event, with the older numeric interaction codes
or with texts.

Reading keeps every column under its own name and translates what ours can say. A precision of 3 is a unit, whose
polygon is taken where the unit is known: ACLED's coordinates are then those of its capital. Deaths of 0 are
*0 or not stated*, since ACLED writes 0 for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

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
    return _Reading(columns, rows, ground).incoming()


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
        """EDTF: a day, a window of the week around it, or its month."""
        day = _day(text)
        if day is None:
            self.unread_dates += 1
            return text
        if precision == "2":
            return f"[{day - _HALF_WEEK}..{day + _HALF_WEEK}]"
        return f"{day:%Y-%m}" if precision == "3" else day.isoformat()

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
            yield Loss(
                "unit-unknown", self.places.circles, "The unit isn't in the project's gazetteer: drawn as a circle."
            )
        if self.unread_dates:
            yield Loss("date-unread", self.unread_dates, "The date is in none of ACLED's forms: taken as written.")
        yield from self.left_out()


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
