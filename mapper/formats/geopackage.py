"""GeoPackage: a layer each for points, lines and areas, tables for the rest, styles that QGIS shows.

Holds everything: what isn't located stands in a table without geometry; reports and sources have tables of their own,
joined by ``event_id`` and ``source_id``. A layer has one type, so that each geometry is one of one part or more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import TableError
from mapper.formats import Collection, Loss
from mapper.formats.flat import Column, columns, geometries, told
from mapper.formats.geopackage_file import GeoPackageFile
from mapper.formats.looks import KINDS, Kind, types_of
from mapper.formats.properties import OF_REPORT, OF_SOURCE
from mapper.formats.qgis import qml
from mapper.formats.sld import sld
from mapper.formats.vector import Layer, layer_names, read_layer, taken
from mapper.incoming import Ground, Incoming

LAYERS: dict[Kind, str] = {kind: f"event_{kind}" for kind in KINDS}
UNLOCATED, REPORTS, SOURCES, ABOUT = "event_unlocated", "reports", "sources", "about"
_KINDS: dict[str, Kind] = {"Point": "points", "LineString": "lines", "Polygon": "areas"}
_MULTI: dict[str, Any] = {
    "points": shapely.MultiPoint,
    "lines": shapely.MultiLineString,
    "areas": shapely.MultiPolygon,
}
_TYPE = {kind: name.upper() for name, kind in _KINDS.items()}
_SQL = {"text": "TEXT", "whole": "INTEGER", "real": "REAL", "day": "DATE", "json": "TEXT"}
_OF_ABOUT = ("name", "licence", "note")
_WHOLE = dict.fromkeys(("fatalities_low", "fatalities_best", "fatalities_high"), "INTEGER")


def write(collection: Collection) -> bytes:
    """The events as a GeoPackage, geometries in WGS 84, longitude first."""
    every = columns(collection)
    kept = [one for one in every if one.name != "reports"]
    ids, reports = every[0], next(one for one in every if one.name == "reports")
    shapes, types = geometries(collection), types_of(collection)
    kinds = np.array([_kind(shape) for shape in shapes], dtype=object)
    with GeoPackageFile() as file:
        for kind, name in LAYERS.items():
            rows = np.flatnonzero([one == kind for one in kinds])
            parted = [_as_multi(kind, shape) for shape in shapes[rows]]
            file.layer(name, f"Events: {kind}", f"MULTI{_TYPE[kind]}", _sql(kept), parted, _rows(kept, rows))
        nowhere = np.flatnonzero([one is None for one in kinds])
        file.table(UNLOCATED, "Events whose place isn't known", _sql(kept), _rows(kept, nowhere))
        _write_reports(file, ids.values, reports.values)
        sources = ([source.get(name) for name in OF_SOURCE] for source in collection.sources)
        file.table(SOURCES, "The sources of the reports", _texts(OF_SOURCE), sources)
        about = [getattr(collection, name) or None for name in _OF_ABOUT]
        file.table(ABOUT, "What the file is, and what whoever opens it must know", _texts(_OF_ABOUT), [about])
        file.styles((name, qml(kind, types), sld(name, kind, types)) for kind, name in LAYERS.items())
        return file.to_bytes()


def losses(collection: Collection) -> list[Loss]:
    """GeoPackage holds everything, but whether what has one part was written as if it had several."""
    single = [shape for shape in geometries(collection) if _is_multi_of_one(shape)]
    message = "A geometry of one part that was written as of several comes back as of one."
    return [Loss("single-parts", len(single), message, ("geometry",))] if single else []


def read(path: Path, ground: Ground) -> Incoming:
    """The rows of a GeoPackage: ours as they were published, of any other those of all layers that have a geometry.

    Raises ``TableError``.
    """
    return taken(collection_in(path.read_bytes(), str(path)), ground)


def collection_in(data: bytes, file: str) -> dict[str, Any]:
    """The FeatureCollection that a GeoPackage holds; else ``TableError``."""
    if data[:16] != b"SQLite format 3\0" or data[68:72] != b"GPKG":
        raise TableError(f"{file}: is no GeoPackage. Nothing was imported.")
    names = layer_names(data, file)
    if {*LAYERS.values(), UNLOCATED, REPORTS, SOURCES} <= names.keys():
        return _ours(data, file)
    layers = [read_layer(data, file, name) for name, has_geometry in names.items() if has_geometry]
    return {
        "type": "FeatureCollection",
        "features": [one for layer in layers for one in layer.features()],
        "warnings": [one for layer in layers for one in layer.warnings],
    }


def _ours(data: bytes, file: str) -> dict[str, Any]:
    """The FeatureCollection that one of our GeoPackages was made of."""
    names = (*LAYERS.values(), UNLOCATED, REPORTS, SOURCES)
    layers = {name: read_layer(data, file, name) for name in names}
    layers[REPORTS].require("event_id", "number", "report_id")
    for name in (*LAYERS.values(), UNLOCATED):
        layers[name].require("event_id", "geo_precision")
    reports = _read_reports(layers[REPORTS])
    features = [
        layer.feature({**cells, "reports": reports.get(cells["event_id"], [])}, _as_single(shape))
        for layer in map(layers.__getitem__, (*LAYERS.values(), UNLOCATED))
        for cells, shape in layer.pairs()
    ]
    return {
        "type": "FeatureCollection",
        "features": sorted(features, key=lambda one: str(one["id"])),
        "sources": list(layers[SOURCES].rows()),
        "warnings": [one for layer in layers.values() for one in layer.warnings],
    }


def _write_reports(file: GeoPackageFile, ids: Sequence[str], reports: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Each report of each event, numbered in its event from 1 on; ``report_id`` is its own row's id."""
    own = [("report_id" if name == "event_id" else name, _WHOLE.get(name, "TEXT")) for name in OF_REPORT]
    rows = (
        (event_id, number, *(told(report.get(name)) for name in OF_REPORT))
        for event_id, every in zip(ids, reports, strict=True)
        for number, report in enumerate(every, 1)
    )
    file.table(
        REPORTS, "What each source reports of an event", [("event_id", "TEXT"), ("number", "INTEGER"), *own], rows
    )
    file.join(REPORTS, "event_id")


def _read_reports(layer: Layer) -> dict[str, list[dict[str, Any]]]:
    """The reports of each event, by its id, in their order."""
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for row in layer.rows():
        event_id, number = row.pop("event_id"), row.pop("number")
        row["event_id"] = row.pop("report_id", None)
        row["spans"] = layer.parsed(row.get("spans"), "spans", list)
        kept = {name: value for name, value in row.items() if name != "protected" or value is not None}
        found.setdefault(event_id, []).append((number, kept))
    return {event_id: [one for _, one in sorted(every, key=lambda pair: pair[0])] for event_id, every in found.items()}


def _sql(kept: Sequence[Column]) -> list[tuple[str, str]]:
    return [(one.name, _SQL[one.kind]) for one in kept]


def _texts(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, "TEXT") for name in names]


def _rows(kept: Sequence[Column], rows: Any) -> Iterator[list[Any]]:
    return ([told(one.values[row]) for one in kept] for row in rows.tolist())


def _kind(shape: BaseGeometry | None) -> Kind | None:
    return None if shape is None else _KINDS[shape.geom_type.removeprefix("Multi")]


def _as_multi(kind: Kind, shape: Any) -> Any:
    return shape if shape.geom_type.startswith("Multi") else _MULTI[kind]([shape])


def _as_single(shape: Any) -> Any:
    return shape.geoms[0] if _is_multi_of_one(shape) else shape


def _is_multi_of_one(shape: Any) -> bool:
    return shape is not None and shape.geom_type.startswith("Multi") and len(shape.geoms) == 1
