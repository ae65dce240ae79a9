"""What tables of others can hold of ours: events that happened, a row and a point each.

Only accepted events that a source reports, that have a place and a first and a last day: what is left out is counted,
by why. The point is where a number can stand on a map, and the row says what it is (``POINT_IS``): by that column a
reader knows our own rows, and takes no middle of an area for a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from mapper.dates import EventDate, parse_date
from mapper.formats import Collection, Loss, table
from mapper.formats.properties import DECIMALS
from mapper.formats.published import NOT_PUBLISHED
from mapper.incoming import Columns, Incoming, TableReading, short_id
from mapper.schema import precision_classes

POINT_IS = "label_point_is"
_SEVERAL = "the first of several places"
_LEFT_OUT = {
    "retracted": "Retracted events are left out.",
    "not-happened": "What was threatened or denied is left out: these tables hold what happened.",
    "unlocated": "Events without a place are left out: these tables hold points.",
    "place-too-coarse": "No code says that it happened somewhere in a country: left out.",
    "undated": "Events without a first and a last day are left out.",
    "date-too-coarse": "No code is as coarse as the date: left out.",
}
_SOURCE = ("source_id", "date_published", "url", "archived_url", "file", "reliability", "credibility", "spans")


@dataclass(frozen=True)
class Happened:
    """One such event: its columns as in the CSV, its date, its first and last day, and the code of its precision."""

    cells: Mapping[str, Any]
    when: EventDate
    start: date
    end: date
    precision: int
    several: bool

    def text(self, name: str) -> str:
        """A column as text, blank where nothing is stated."""
        return table.as_text(self.cells.get(name))

    @property
    def is_point(self) -> bool:
        return self.cells.get("latitude") is not None

    @property
    def point(self) -> dict[str, str]:
        """Where the row's point is, and what it is."""
        return {
            "latitude": self.text("label_latitude"),
            "longitude": self.text("label_longitude"),
            POINT_IS: _SEVERAL if self.several else self.text(POINT_IS),
        }

    def of_reports(self, name: str) -> str:
        """What the reports say in a column, each once."""
        return "; ".join(dict.fromkeys(table.as_text(one[name]) for one in self.cells["reports"] if one.get(name)))


@dataclass
class Sorted:
    """The events that a table holds, and how many were left out, by why."""

    kept: list[Happened] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def losses(self) -> Iterator[Loss]:
        for code, message in _LEFT_OUT.items():
            if self.left_out[code]:
                yield Loss(code, self.left_out[code], message, ("event_id",))


def sort_out(collection: Collection, code_of: str, fits: Callable[[date, date], bool], several: int) -> Sorted:
    """The events that a table holds whose codes are the ``code_of`` of the precision classes, ``several`` for events
    at several places, and whose dates are as fine as ``fits`` tells."""
    codes = {name: getattr(one, code_of) for name, one in precision_classes().items()}
    found = Sorted()
    for cells, shape in zip(table.rows(collection.table), collection.frame.geometry, strict=True):
        why = _why_not(cells, codes, fits)
        if why:
            found.left_out[why] += 1
            continue
        is_several = shape.geom_type == "MultiPoint"
        start, end = (date.fromisoformat(cells[name]) for name in ("date_start", "date_end"))
        precision = several if is_several else codes[cells["geo_precision"]]
        found.kept.append(Happened(cells, parse_date(cells["date"]), start, end, precision, is_several))
    return found


def _why_not(cells: Mapping[str, Any], codes: Mapping[str, int | None], fits: Callable[[date, date], bool]) -> str:
    """Why an event is left out; blank where it isn't."""
    if cells["status"] == "retracted":
        return "retracted"
    if cells["occurrence"] != "reported":
        return "not-happened"
    if cells.get("WKT") is None or cells.get("label_latitude") is None:
        return "unlocated"
    if codes.get(cells["geo_precision"]) is None:
        return "place-too-coarse"
    if cells["date_start"] is None or cells["date_end"] is None:
        return "undated"
    days = [date.fromisoformat(cells[name]) for name in ("date_start", "date_end")]
    return "" if fits(days[0], days[1]) else "date-too-coarse"


def common_losses(collection: Collection, kept: Sequence[Happened], comes_back: Sequence[str]) -> Iterator[Loss]:
    """What a row a point can't hold; ``comes_back`` are the precisions whose units are found again by their names."""

    def counted(code: str, message: str, *names: str) -> Iterator[Loss]:
        count = sum(any(event.cells.get(name) not in (None, "", {}) for name in names) for event in kept)
        if count:
            yield Loss(code, count, message, names)

    languages = [name for name in table.header(collection.table) if name.startswith(("title_", "notes_"))]
    yield from counted(
        "words", "Title, notes and reason have no place in the file.", "title", "notes", "reason", *languages
    )
    yield from counted("extra", "The columns that the schema doesn't know aren't in the file.", "extra")
    yield from counted("credibility", "How credible a report is isn't in the file.", "credibility")
    several = [event for event in kept if len(event.cells["reports"]) > 1]
    if several:
        yield Loss("reports", len(several), "Of several reports of an event only one is in the file.", ("reports",))
    sources = tuple(f"reports.{name}" for name in _SOURCE)
    if kept:
        yield Loss("source-details", len(kept), "Of a source only its title is in the file.", (*sources, "sources"))
        yield Loss("place-details", len(kept), _PLACE_DETAILS, _PLACE)
    shapes = [event for event in kept if not event.is_point and event.cells["geo_precision"] not in comes_back]
    if shapes:
        yield Loss("shape", len(shapes), _SHAPE_LOST, SHAPE)
    protected = [event for event in kept if event.cells.get("coarsened_to") or event.of_reports("protected")]
    if protected:
        message = "That something was left out to protect people isn't said in the file."
        yield Loss("protected", len(protected), message, ("coarsened_to", "reports"))
    if collection.name or collection.licence:
        yield Loss("collection-name", 1, table.COLLECTION_NAME, ("name", "licence"))


_PLACE_DETAILS = (
    "Of a place only name, units and a point are in the file: not its id, radius and note, nor whether it is a spot or "
    "a town."
)
_PLACE = ("place", "place_id", "geo_precision", "radius_m", "geometry_note", "reports.place", "reports.geo_precision")
_SHAPE_LOST = "Discs, lines and areas are a point in the file, which says how it was chosen; the precision is a code."
SHAPE = ("geometry", "label_point", "label_point_is", "country", "admin1", "admin1_pcode", "admin2", "admin2_pcode")


def point_wkt(event: Happened) -> str:
    """The row's point as WKT, longitude first."""
    lon, lat = event.cells["label_longitude"], event.cells["label_latitude"]
    return f"POINT ({round(lon, DECIMALS)} {round(lat, DECIMALS)})"


class OurRows(TableReading):
    """Rows that were written here: they keep their ids, their words and their sources' titles.

    Stands before the reading of a format in the bases of a class that names the columns.
    """

    written: tuple[str, ...] = ()
    id_column = source_column = quote_column = place_text_column = ""

    def cell(self, name: str, at: int) -> str:
        """A cell as it was written."""
        return self.columns[name][at] if name in self.columns else ""

    def events(self, taken: Sequence[str], renamed: Mapping[str, str]) -> Columns:
        return super().events((*taken, *self.written), renamed)

    def event(self, at: int) -> dict[str, str] | None:
        record = super().event(at)
        if record is None:
            return None
        return {
            **record,
            "event_id": self.cell(self.id_column, at),
            "source_id": self._source(at)["source_id"],
            "quote": self.cell(self.quote_column, at) or NOT_PUBLISHED,
            "place_text": self.cell(self.place_text_column, at),
        }

    def with_sources(self, incoming: Incoming) -> Incoming:
        """What was read, with the sources that the rows name."""
        named = {one["source_id"]: one for one in map(self._source, range(len(self.rows)))}
        return replace(incoming, sources=list(named.values()))

    def _source(self, at: int) -> dict[str, str]:
        title = self.cell(self.source_column, at) or "not named"
        return {"source_id": short_id(title), "title": title}
