"""UCDP Georeferenced Event Dataset (GED), as its codebook describes it: 49 columns, one row an event.

Reading keeps every column under its own name and translates what ours can say: ``where_prec`` 1 and 2 are points,
coarser ones the unit's polygon where the unit is known, else a circle whose radius is stated; a range of days is a
window for one event, a span for a summary of several.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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

TYPES = {"1": "State-based conflict", "2": "Non-state conflict", "3": "One-sided violence"}
_UNITS = {"3": "adm2", "4": "adm1", "5": "region", "6": "country", "7": "region"}
_OURS = ("latitude", "longitude")
_NAME = "UCDP GED"


def recognises(header: Sequence[str]) -> bool:
    """Whether a table is one of UCDP's, by its columns."""
    return {"id", "relid", "where_prec", "date_start", "date_end", "best"} <= set(header)


def translate(columns: Columns, rows: Sequence[int], ground: Ground) -> Incoming:
    """The rows in our terms; ``rows`` numbers them as a spreadsheet does."""
    return _Reading(columns, rows, ground).incoming()


class _Reading(TableReading):
    source = _NAME

    def __init__(self, columns: Columns, rows: Sequence[int], ground: Ground) -> None:
        super().__init__(columns, rows, ground)
        self.reversed = 0

    def incoming(self) -> Incoming:
        return Incoming(
            self.events(_OURS, {}),
            len(self.rows),
            sources=[_SOURCE],
            places=list(self.places.rows.values()),
            types=dict.fromkeys(TYPES.values(), ()),
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
            yield Loss("unit-unknown", self.places.circles, UNIT_UNKNOWN)
        if self.reversed:
            message = "Low, best and high aren't in this order: best alone is taken, all three stay as foreign columns."
            yield Loss("fatalities-order", self.reversed, message)
        yield from self.left_out()


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
