"""A tiny project in a folder, made of rows: the country Examplia, which lies at 20–24° E and 10–12° N."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mapper.tables import write_csv

Row = Mapping[str, str]

TEXT = """The Examplia Gazette, 10 August 2024.

Shots were fired in Northtown on Sunday. Two people were killed at the market. A crowd gathered in Southtown.
A witness, who lives behind the blue door, saw the convoy leave. A clinic beside the old mill treated eleven wounded.
Nobody was hurt. Later it rained. Nobody was hurt.
"""
QUOTE = "Two people were killed at the market."


def box(west: float, south: float, east: float, north: float, **properties: Any) -> dict[str, Any]:
    """A feature whose polygon has these sides, in degrees."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features: Mapping[str, Any], **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


BOUNDARIES = {
    "adm0.geojson": collection(box(20, 10, 24, 12, pcode="EX", level="country")),
    "adm1.geojson": collection(box(20, 10, 22, 12, pcode="EX1"), box(22, 10, 24, 12, pcode="EX2")),
    "adm2.geojson": collection(box(20, 11, 22, 12, pcode="EX11"), box(20, 10, 22, 11, pcode="EX12")),
    "adm3.geojson": collection(box(20, 11.5, 21, 12, pcode="EX111")),
    "land.geojson": collection(box(24, 10, 26, 12), box(18, 9, 19, 13)),
}
PLACES: tuple[Row, ...] = (
    {"place_id": "examplia", "name": "Examplia", "kind": "country", "pcode": "EX", "iso_3166_2": "EXA"},
    {"place_id": "west", "name": "West", "kind": "adm1", "within": "examplia", "pcode": "EX1"},
    {"place_id": "east", "name": "East", "kind": "adm1", "within": "examplia", "pcode": "EX2"},
    {"place_id": "north", "name": "Northtown", "kind": "adm2", "within": "west", "pcode": "EX11"},
    {"place_id": "south", "name": "Southtown commune", "kind": "adm2", "within": "west", "pcode": "EX12"},
    {"place_id": "hill", "name": "Hill Section", "kind": "adm3", "within": "north", "pcode": "EX111"},
    {
        **{"place_id": "northtown", "name": "Northtown", "name_fr": "Villenord", "aliases": "Nòrtoun;N'town"},
        **{"kind": "settlement", "within": "north", "latitude": "11.4", "longitude": "20.6", "radius_m": "1500"},
    },
    {
        **{"place_id": "southtown", "name": "Southtown", "kind": "settlement", "within": "south"},
        **{"latitude": "10.5", "longitude": "21"},
    },
    {
        **{"place_id": "eastville", "name": "Eastville", "kind": "settlement", "within": "east"},
        **{"latitude": "10.8", "longitude": "23.1"},
    },
    {
        **{"place_id": "harbour", "name": "The harbour", "kind": "neighbourhood", "within": "southtown"},
        **{"latitude": "10.48", "longitude": "20.98"},
    },
    {
        **{"place_id": "market", "name": "The market", "kind": "site", "within": "southtown"},
        **{"latitude": "10.51", "longitude": "21.02"},
    },
    {
        **{"place_id": "blue-door", "name": "House with the blue door", "kind": "site", "within": "southtown"},
        **{"latitude": "10.512321", "longitude": "21.013131"},
    },
    {
        **{"place_id": "mill-clinic", "name": "Old mill clinic", "kind": "site", "within": "southtown"},
        **{"latitude": "10.523451", "longitude": "21.034561", "geometry_note": "point by the nurse"},
    },
    {
        **{"place_id": "coast-road", "name": "Coast Road", "kind": "road", "within": "examplia"},
        **{"geometry": "LINESTRING (20.2 10.2, 21 10.5, 23.5 10.6)", "geometry_note": "schematic"},
    },
    {
        **{"place_id": "hill-road", "name": "Hill Road", "kind": "road", "within": "north"},
        **{"geometry": "LINESTRING (20.6 11.4, 20.6 11.9)"},
    },
    {"place_id": "coast", "name": "The coast", "kind": "region", "within": "examplia", "members": "south;east"},
    {
        **{"place_id": "plain", "name": "The plain", "kind": "region", "within": "west"},
        **{"geometry": "POLYGON ((20.1 10.1, 20.9 10.1, 20.9 10.9, 20.1 10.1))", "geometry_note": "drawn by hand"},
    },
    {"place_id": "lost", "name": "Lost", "kind": "settlement", "within": "examplia"},
)


def event(event_id: str, place: str = "market", **cells: str) -> dict[str, str]:
    """A row of events.csv with no fault, but for what ``cells`` say."""
    return {
        "event_id": event_id,
        "event_type": "Violence against civilians",
        "title": f"Title of {event_id}",
        "date": "2024-08-05",
        "place": place,
        "source_id": "gazette",
        "quote": QUOTE,
        **cells,
    }


def source(source_id: str = "gazette", text: str = TEXT, **cells: str) -> dict[str, str]:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known = {"title": f"Title of {source_id}", "date_published": "2024-08-10", "file": "gazette.txt", "sha256": sha256}
    return {"source_id": source_id, **known, **cells}


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """A table of rows, with every column that any of them has."""
    header = list(dict.fromkeys(column for row in rows for column in row))
    return write_csv(header, ([row.get(column, "") for column in header] for row in rows))


def make(
    folder: Path,
    events: Sequence[Row],
    *,
    places: Sequence[Row] = PLACES,
    sources: Iterable[Row] | None = None,
    boundaries: Mapping[str, str] = BOUNDARIES,
    seeds: Mapping[str, str] | None = None,
    settings: str = 'title = "Examplia"\ncountries = ["EXA"]\n',
) -> Path:
    """Write the project into a folder."""
    tables = {"events": events, "places": places, "sources": [source()] if sources is None else list(sources)}
    (folder / "data/boundaries").mkdir(parents=True, exist_ok=True)
    (folder / "seeds").mkdir(exist_ok=True)
    (folder / "data/map.toml").write_text(settings, encoding="utf-8")
    for name, rows in tables.items():
        (folder / f"data/{name}.csv").write_bytes(csv_bytes(rows))
    for name, text in boundaries.items():
        (folder / "data/boundaries" / name).write_text(text, encoding="utf-8")
    for name, text in {"gazette.txt": TEXT, **(seeds or {})}.items():
        (folder / "seeds" / name).write_text(text, encoding="utf-8", newline="")
    return folder
