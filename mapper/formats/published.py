"""Published events back into rows of the tables: what every format that holds our events shares when it is read.

An event's place is the project's own where its gazetteer has that id; else it is made of what the file says of it:
a point with its radius, a unit with its polygon, a road, a drawn area.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from mapper.formats.properties import DECIMALS, OF_SOURCE, PROPERTIES
from mapper.incoming import Columns, Ground, Incoming, Loss, Refused, degrees, number, short_id, slug
from mapper.locate import PRECISION_OF
from mapper.places import UNIT_KINDS, match_key, split

ACTORS = ("actor1", "assoc_actor_1", "actor2", "assoc_actor_2")
FIGURES = ("fatalities_low", "fatalities_best", "fatalities_high", "fatalities_text")
_OF_EVENT = (
    "event_type",
    "sub_event_type",
    "occurrence",
    "title",
    "status",
    "reason",
    "date",
    "place_text",
    *ACTORS,
    *FIGURES,
    "credibility",
    "notes",
)
_OF_REPORT = ("event_type", "sub_event_type", "occurrence", "date", "place_text", *ACTORS, *FIGURES, "credibility")
_DEFAULTS = {"occurrence": "reported", "status": "accepted"}
_UNITS = ("country", "adm1", "adm2", "adm3")
_HELD = ("country", "admin1", "admin1_pcode", "admin2", "admin2_pcode")
_SHAPES = (*_UNITS, "line", "region")
_POINTS = {"exact": "site", "settlement": "settlement", "near": "settlement"}
TRANSLATED = ("title_", "notes_")
_PARSED: dict[str, type] = {"reports": list, "extra": dict}
_SPREAD = (*_PARSED, "event_id", "latitude", "longitude", "label_latitude", "label_longitude", "WKT")
_SPREAD += ("source_id", "quote", "url")
_Sources = Iterable[Mapping[str, Any]]
NOT_PUBLISHED = "[not published]"
_WITHOUT_TEXT = "-not-published"


@dataclass(frozen=True)
class Record:
    """A published event: its properties (docs/formats.md) and its geometry (longitude, latitude; WGS 84)."""

    event_id: str
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None


class Unread(ValueError):
    """A row that doesn't hold a published event; its text says why."""


def record_of(cells: Mapping[str, str], reports: Sequence[Mapping[str, Any]] = ()) -> Record:
    """The event in a row of a table of ours, and its reports where they aren't in the row itself. Raises ``Unread``.

    A label point is no coordinate: only ``WKT``, or ``latitude`` and ``longitude``, say where an event is. A column
    that isn't ours is kept as one of the project's own.
    """
    if not cells.get("event_id"):
        raise Unread("it has no event_id")
    told = {name: text for name, text in cells.items() if name in PROPERTIES or name.startswith(TRANSLATED)}
    said: dict[str, Any] = {name: text or None for name, text in told.items()}
    for name, kind in _PARSED.items():
        said[name] = _json(name, cells.get(name, ""), kind)
    said["radius_m"] = number(cells.get("radius_m", ""))
    label = [number(cells.get(name, "")) for name in ("label_longitude", "label_latitude")]
    said["label_point"] = None if None in label else label
    head = {name: cells.get(name) or None for name in ("source_id", "quote", "url")}
    said["reports"] = list(reports) or said["reports"] or [{"event_id": cells["event_id"], **head}]
    others = {name: text for name, text in cells.items() if text and name and name not in {*told, *_SPREAD}}
    said["extra"] = {**(said["extra"] or {}), **others}
    return Record(cells["event_id"], said, _geometry(cells))


def rows_of(columns: Columns, numbers: Sequence[int], ground: Ground, sources: _Sources = (), **more: Any) -> Incoming:
    """The rows of a table of ours; ``numbers`` are those that a spreadsheet shows, ``reports`` those of each event
    where they stand apart. Rows that hold no event are refused."""
    records, refused = [], []
    reports: Mapping[str, Sequence[Mapping[str, Any]]] = more.get("reports") or {}
    for at, row in enumerate(numbers):
        cells = {name: texts[at] for name, texts in columns.items()}
        try:
            records.append(record_of(cells, reports.get(cells.get("event_id", ""), ())))
        except Unread as error:
            refused.append(Refused(row, str(error)))
    incoming = incoming_of(records, sources, ground)
    return replace(incoming, rows=incoming.rows + len(refused), refused=refused)


def _json(name: str, text: str, kind: type) -> Any:
    """What stands in a cell as JSON; ``None`` where it is blank."""
    try:
        value = json.loads(text) if text else None
    except (ValueError, RecursionError) as error:
        raise Unread(f"its {name} can't be read as JSON ({error})") from error
    records = value if isinstance(value, list) else [value or {}]
    if not isinstance(value, kind | None) or not all(isinstance(one, dict) for one in records):
        raise Unread(f"its {name} isn't what an export writes there")
    return value


def _geometry(cells: Mapping[str, str]) -> BaseGeometry | None:
    try:
        if cells.get("WKT"):
            return shapely.force_2d(shapely.from_wkt(cells["WKT"]))
    except ShapelyError as error:
        raise Unread(f"its WKT can't be read ({error})") from error
    lon, lat = (number(cells.get(name, "")) for name in ("longitude", "latitude"))
    return None if lon is None or lat is None else shapely.Point(lon, lat)


def incoming_of(records: Sequence[Record], sources: Iterable[Mapping[str, Any]], ground: Ground) -> Incoming:
    """The rows that publish as these events: the head's first, then those of the other reports."""
    reading = _Reading(ground)
    # Each event's own place first: what further reports mean depends on all that there are.
    places = [reading.where(record) for record in records]
    drawn = reading.drawn_names()
    kept = [reading.no_more(record, where, drawn) for record, where in zip(records, places, strict=True)]
    rows = [row for record, where in zip(records, kept, strict=True) for row in reading.rows(record, where)]
    names = ["event_id", *dict.fromkeys(name for row in rows for name in row if name != "event_id")]
    events: Columns = {name: [row.get(name, "") for row in rows] for name in names}
    types: dict[str, list[str]] = {}
    for row in rows:
        subs = types.setdefault(row["event_type"], [])
        if row["sub_event_type"] and row["sub_event_type"] not in subs:
            subs.append(row["sub_event_type"])
    return Incoming(
        events,
        len(rows),
        sources=list(_sources(records, sources, ground)),
        places=list(reading.places.values()),
        boundaries=list(reading.boundaries.values()),
        types=types,
        losses=list(reading.losses()),
    )


class _Reading:
    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.places: dict[str, dict[str, str]] = {}
        self.boundaries: dict[str, dict[str, Any]] = {}
        self.named_only: set[str] = set()
        self.depths: dict[str, int] = {}
        self.coarsened = self.protected = self.joined = self.unknown = 0
        self.without_text = self.retracted = self.spots = self.unnamed = 0
        self.retracted_places = self.unheld = self.found = 0

    def drawn_names(self) -> set[str]:
        """The names of the places made so far that have a point or a shape."""
        rows = self.places.values()
        return {match_key(row["name"]) for row in rows if row.get("latitude") or row.get("geometry")}

    def no_more(self, record: Record, where: Mapping[str, str], drawn: set[str]) -> Mapping[str, str]:
        """The place of an event that isn't drawn: unlocated also where its name would be drawn here."""
        said = record.properties
        is_named = record.geometry is None and not said.get("place_id") and not where["geo_precision"]
        if not is_named or not any(match_key(one) in drawn or self._is_drawn(one) for one in split(where["place"])):
            return where
        self.found += 1
        return {**where, "geo_precision": "unlocated"}

    def rows(self, record: Record, where: Mapping[str, str]) -> Iterator[dict[str, str]]:
        said = record.properties
        reports: Sequence[Mapping[str, Any]] = said.get("reports") or [{}]
        titles = [name for name in said if name.startswith(TRANSLATED)]
        extra = {str(name): str(text) for name, text in (said.get("extra") or {}).items()}
        self.coarsened += said.get("coarsened_to") is not None
        # A retraction needs its reason, which isn't published of an event that was coarsened.
        reason = said.get("reason") or (NOT_PUBLISHED if said.get("status") == "retracted" else "")
        yield {
            "event_id": record.event_id,
            "same_event_as": "",
            **{name: _cell(name, said.get(name)) for name in (*_OF_EVENT, *titles)},
            "reason": reason,
            **where,
            **self._words(reports[0]),
            **extra,
        }
        silenced = any(one.get("protected") for one in reports) or bool(said.get("place_id") and not said.get("place"))
        self.protected += said.get("coarsened_to") is None and silenced
        for at, report in enumerate(reports[1:], 2):
            own = str(report.get("event_id") or record.event_id)
            yield {
                # Of a report that is protected the event's id stands for its own.
                "event_id": own if own != record.event_id else f"{own}-report-{at}",
                "same_event_as": record.event_id,
                "title": _cell("title", said.get("title")),
                **{name: _cell(name, report.get(name)) for name in _OF_REPORT},
                **self._where_reported(report),
                **self._words(report),
            }

    def _words(self, report: Mapping[str, Any]) -> dict[str, str]:
        """The source and the quote; what was not published can't stand in a text that the project has."""
        source, quote = str(report.get("source_id") or "unknown"), report.get("quote")
        self.without_text += bool(report.get("file") and report.get("file") not in self.ground.seeds)
        if quote is None and report.get("file") in self.ground.seeds:
            source = f"{source}{_WITHOUT_TEXT}"
        return {"source_id": source, "quote": str(quote or NOT_PUBLISHED)}

    def where(self, record: Record) -> dict[str, str]:
        said = record.properties
        geometry: Any = record.geometry
        ids = [one for one in str(said.get("place_id") or "").split(";") if one]
        self.unnamed += bool(ids) and not said.get("place")
        precision = str(said.get("geo_precision") or "unlocated")
        radius = "" if said.get("radius_m") is None else f"{said['radius_m']:g}"
        if geometry is None and precision in _SHAPES and ids and all(map(self.ground.gazetteer.by_id.get, ids)):
            return {"place": ";".join(ids), "geo_precision": "", **_NOWHERE}
        if geometry is None or precision == "unlocated":
            return self._nowhere(said, ids)
        # A disc across the antimeridian is two polygons.
        if precision in _POINTS and geometry.geom_type in ("Point", "Polygon", "MultiPolygon"):
            return self._point(record, ids, precision, radius)
        if home := self._home(said, ids):
            return {"place": ";".join(home), "geo_precision": "", **_NOWHERE}
        if geometry.geom_type == "MultiPoint" and len(ids) == len(geometry.geoms):
            for one, name, point in zip(ids, _names(said, ids), geometry.geoms, strict=True):
                self._place(one, name, "settlement", record, latitude=degrees(point.y), longitude=degrees(point.x))
            return {"place": ";".join(ids), "geo_precision": "", **_NOWHERE}
        return {"place": self._area(record, geometry, ids, precision), "geo_precision": "", **_NOWHERE}

    def _home(self, said: Mapping[str, Any], ids: Sequence[str]) -> Sequence[str]:
        """The places as they are here: the region that an earlier import made of several, or each by itself."""
        known = self.ground.gazetteer.by_id
        if (joined := _joined(said, ids)) in known:
            self.joined += 1
            return [joined]
        return ids if all(one in known for one in ids) else []

    def _nowhere(self, said: Mapping[str, Any], ids: Sequence[str]) -> dict[str, str]:
        """The place of an event that has no geometry; one that is retracted isn't drawn, whatever its place."""
        report = next(iter(said.get("reports") or [{}]))
        reported = str(report.get("geo_precision") or "unlocated")
        is_retracted = said.get("status") == "retracted"
        if is_retracted and reported != "unlocated" and any(one not in self.ground.gazetteer.by_id for one in ids):
            self.retracted_places += 1
        known = [self._known(one, name) for one, name in zip(ids, _names(said, ids), strict=True)]
        if known:
            # How near isn't published of one that is retracted.
            self.retracted += reported == "near"
            drawn = "" if reported == "near" else reported
            kept = drawn if is_retracted else "unlocated"
            return {"place": ";".join(known), "geo_precision": kept, **_NOWHERE}
        # A name that no gazetteer knew, or knew without a point: as it was written.
        self.retracted += reported != "unlocated"
        return {"place": str(said.get("place") or ""), "geo_precision": "", **_NOWHERE}

    def _point(self, record: Record, ids: Sequence[str], precision: str, radius: str) -> dict[str, str]:
        """A point stands in its place's row; where the event knows better than the place, in its own."""
        said = record.properties
        self.unheld += precision == "near" and self._is_unheld(said)
        lon, lat = said.get("label_point") or (record.geometry.x, record.geometry.y)  # type: ignore[union-attr]
        own = {"latitude": degrees(lat), "longitude": degrees(lon), "radius_m": radius}
        if len(ids) != 1:
            return {"place": ";".join(ids), "geo_precision": precision, **own}
        known = self.ground.gazetteer.by_id.get(ids[0])
        if known is None:
            self._place(ids[0], str(said.get("place") or ids[0]), _POINTS[precision], record, **own)
            row = self.places[ids[0]]
            same = all(row.get(name, "") == text for name, text in own.items())
        else:
            there = (known.longitude, known.latitude)
            same = None not in there and [degrees(float(one)) for one in there if one is not None] == [
                own["longitude"],
                own["latitude"],
            ]
            same = same and radius == ("" if known.radius_m is None else f"{known.radius_m:g}")
        return {"place": ids[0], "geo_precision": precision, **(_NOWHERE if same else own)}

    @cached_property
    def _shaped(self) -> set[str]:
        """The names of all places here that have a shape."""
        return {one.name for one in self.ground.gazetteer if self.ground.gazetteer.geometry(one) is not None}

    def _is_unheld(self, said: Mapping[str, Any]) -> bool:
        """Whether a unit is stated whose polygon isn't here, which alone could tell that all of a disc lies in it."""
        return any(said.get(name) and said[name] not in self._shaped for name in ("country", "admin1", "admin2"))

    def _area(self, record: Record, geometry: BaseGeometry, ids: Sequence[str], precision: str) -> str:
        """The place_id of an event that covers an area or follows a line."""
        said = record.properties
        self.joined += len(ids) > 1
        name = str(said.get("place") or record.event_id)
        place_id = _joined(said, ids) or (ids[0] if ids else short_id(name, record.event_id))
        kind = "road" if precision == "line" else precision if precision in _UNITS else "region"
        if place_id not in self.places and place_id not in self.ground.gazetteer.by_id:
            self._place(place_id, name, kind, record)
            row = self.places[place_id]
            if kind in _UNITS:
                code = str(said.get({"adm1": "admin1_pcode", "adm2": "admin2_pcode"}.get(kind, "")) or place_id)
                row["pcode"] = code
                self.boundaries[code] = _feature(code, name, kind, geometry)
            else:
                row["geometry"] = shapely.to_wkt(geometry, rounding_precision=DECIMALS)
        return place_id

    def _place(self, place_id: str, name: str, kind: str, record: Record, **point: str) -> None:
        said = record.properties
        depth = sum(bool(said.get(name)) for name in ("country", "admin1", "admin2"))
        if place_id in self.places and place_id not in self.named_only:
            if depth > self.depths[place_id]:  # an event at several places says less of where each is
                self.places[place_id]["within"], self.depths[place_id] = self._holder(said, kind), depth
            return
        self.named_only.discard(place_id)
        self.depths[place_id] = depth
        self.places[place_id] = {
            "place_id": place_id,
            "name": name,
            "kind": kind,
            "within": self._holder(said, kind),
            **point,
            "geometry_note": str(said.get("geometry_note") or ""),
            "source": self.ground.name,
        }

    def _holder(self, said: Mapping[str, Any], kind: str) -> str:
        """The place_id of the smallest unit that holds the event, made with those around it where there is none."""
        holder = ""
        for level, name, code in (
            ("country", said.get("country"), None),
            ("adm1", said.get("admin1"), said.get("admin1_pcode")),
            ("adm2", said.get("admin2"), said.get("admin2_pcode")),
        ):
            if name and level != kind:
                holder = self._unit(level, str(name), str(code or ""), holder)
        return holder

    def _unit(self, level: str, name: str, code: str, within: str) -> str:
        for place in self.ground.gazetteer:
            if place.kind == level and (place.pcode == code if code else match_key(place.name) == match_key(name)):
                return place.place_id
        for row in self.places.values():
            if row["kind"] == level and row["name"] == name and row.get("pcode", "") in ("", code):
                return row["place_id"]
        place_id = short_id(name, level, code, within)
        row = {"place_id": place_id, "name": name, "kind": level, "within": within, "pcode": code}
        self.places[place_id] = {**row, "source": self.ground.name}
        return place_id

    def _known(self, place_id: str, name: str) -> str:
        """A place of which nothing but its name is known."""
        if place_id not in self.ground.gazetteer.by_id and place_id not in self.places:
            self.named_only.add(place_id)
            self.places[place_id] = {
                "place_id": place_id,
                "name": name or place_id,
                "kind": "settlement",
                "source": self.ground.name,
            }
        return place_id

    def _where_reported(self, report: Mapping[str, Any]) -> dict[str, str]:
        """Another report's place, by its name, if the gazetteer knows it."""
        precision, names = str(report.get("geo_precision") or ""), self._named(report)
        if precision == "near" or (not names and precision not in ("", "unlocated")):
            self.spots += 1
            precision = ""
        if precision == "unlocated" and not all(map(self._is_drawn, names)):
            precision = ""  # it follows from the place, whose name then stays as it was written
        made = {name for row in self.places.values() for name in (row["name"], f"{row['name']} ({row['kind']})")}
        if all(self.ground.gazetteer.resolve(name).place or name in made for name in names):
            return {"place": "; ".join(names), "geo_precision": precision, **_NOWHERE}
        self.unknown += 1
        return {"place": "", "geo_precision": "unlocated", **_NOWHERE}

    def _is_drawn(self, name: str) -> bool:
        """Whether the gazetteer knows where a place is."""
        place = self.ground.gazetteer.resolve(name).place
        return place is not None and (place.latitude is not None or self.ground.gazetteer.geometry(place) is not None)

    def _named(self, report: Mapping[str, Any]) -> list[str]:
        """The places that a report names, each narrowed by kind where it has to be."""
        precision = str(report.get("geo_precision") or "")
        return [self._narrowed(name, precision) for name in split(str(report.get("place") or ""))]

    def _narrowed(self, name: str, precision: str) -> str:
        """A name of several places with its kind, where only one of them gives that precision, alone or with others."""
        resolve, own = self.ground.gazetteer.resolve, match_key(name)
        made = [row for row in self.places.values() if match_key(row["name"]) == own]
        units = UNIT_KINDS if precision == "region" else ()
        kinds = [*units, *(kind for kind, one in PRECISION_OF.items() if one == precision)]
        meant = [
            f"{name} ({kind})"
            for kind in kinds
            if resolve(f"{name} ({kind})").place or any(row["kind"] == kind for row in made)
        ]
        known = resolve(name)
        return meant[0] if len(meant) == 1 and (known.ambiguous or len(made) + bool(known.place) > 1) else name

    def losses(self) -> Iterator[Loss]:
        if self.coarsened:
            message = "Coarsened events come back at their unit, without their words."
            yield Loss("coarsened", self.coarsened, message, ("coarsened_to", "reason", "reports"))
        if self.protected:
            message = "What was left out of a report to protect people stays out, and isn't marked any more."
            yield Loss("protected", self.protected, message, ("place", "reports"))
        if self.unnamed:
            message = "A place whose name isn't published comes back under the name that its id has here."
            yield Loss("place-name", self.unnamed, message, ("place", "reports.place"))
        if self.retracted:
            message = "How near, and where without a named place, isn't published of a retracted event."
            yield Loss("retracted-spot", self.retracted, message, ("reports.geo_precision",))
        if self.retracted_places:
            message = "Where a retracted event was isn't published: of a place that isn't known here only the name is."
            yield Loss("retracted-place", self.retracted_places, message, ("place_id", *_HELD, "reports.geo_precision"))
        if self.found:
            message = "A name of which the event's own project knew no place is one of this project's; it isn't drawn."
            yield Loss("place-found", self.found, message, ("place_id", "reports.geo_precision"))
        if self.unheld:
            message = "Units around what is near a place, known by their polygons alone, which aren't here."
            yield Loss("near-unit", self.unheld, message, _HELD)
        if self.joined:
            message = "Several areas of one event come back as one region."
            yield Loss("places-joined", self.joined, message, ("place", "place_id", "reports.place"))
        if self.unknown:
            message = "Places that only a further report names are not known."
            yield Loss("report-place", self.unknown, message, ("reports.place", "reports.geo_precision"))
        if self.spots:
            message = "How near, and where without a named place, isn't published of a further report."
            yield Loss("report-spot", self.spots, message, ("reports.geo_precision",))
        if self.without_text:
            message = "Texts that the project doesn't have in seeds/: their quotes can't be found in them."
            yield Loss("text-missing", self.without_text, message, ("reports.file", "reports.spans"))


def _joined(said: Mapping[str, Any], ids: Sequence[str]) -> str:
    """The place_id of a region made of several places; blank where there aren't several."""
    return short_id(str(said.get("place") or ""), *ids) if len(ids) > 1 else ""


_NOWHERE = {"latitude": "", "longitude": "", "radius_m": ""}


def _names(said: Mapping[str, Any], ids: Sequence[str]) -> list[str]:
    """The published name of each of the places, blank where it isn't told."""
    names = str(said.get("place") or "").split("; ")
    return names if len(names) == len(ids) else [""] * len(ids)


def _cell(name: str, value: Any) -> str:
    text = "" if value is None else str(value)
    return "" if text == _DEFAULTS.get(name) else text


def _feature(code: str, name: str, level: str, geometry: BaseGeometry) -> dict[str, Any]:
    properties = {"pcode": code, "name": name, "level": level}
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(geometry)}


def _sources(
    records: Sequence[Record], sources: Iterable[Mapping[str, Any]], ground: Ground
) -> Iterator[dict[str, str]]:
    """The rows of sources.csv: what the file says of each, else what its reports say."""
    known = {str(one["source_id"]): one for one in sources if one.get("source_id")}
    reports = [report for record in records for report in record.properties.get("reports") or [{}]]
    told: dict[str, Mapping[str, Any]] = {}
    for report in reports:
        source_id = str(report.get("source_id") or "unknown")
        if report.get("quote") is None and report.get("file") in ground.seeds:
            told.setdefault(f"{source_id}{_WITHOUT_TEXT}", {"title": report.get("source_title")})
        else:
            told.setdefault(source_id, report)
    for source_id, report in told.items():
        full = known.get(source_id, {**report, "title": report.get("source_title") or report.get("title")})
        names = [name for name in OF_SOURCE[1:] if full.get(name)]
        row = {"source_id": source_id, **{name: str(full[name]) for name in names}}
        row.setdefault("title", slug(source_id) or ground.name)
        # A file that isn't in seeds/ would be an error: its quotes then can't be checked, which is a warning.
        file = str(report.get("file") or "")
        if file and file in ground.seeds:
            row["file"] = file
        else:
            row.pop("sha256", None)
        yield row
