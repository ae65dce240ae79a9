"""The polygons of a project's units, from ``data/boundaries/*.geojson``, by P-code.

They are read by json and shapely alone, since GDAL's readers load geopandas, which ``check`` can do without.
A file ``land.geojson`` holds land that belongs to no unit: neighbours, drawn so that a coast is a coast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mapper.files import sha256_hex
from mapper.geometry import AREAS, GeometryError, is_wgs84, read_geojson, require
from mapper.problems import Problem
from mapper.settings import ProjectFolder


@dataclass(frozen=True, eq=False)
class Unit:
    """A polygon of ``data/boundaries/``: its P-code, name, level and geometry (longitude, latitude)."""

    code: str
    name: str
    level: str
    geometry: BaseGeometry


@dataclass(frozen=True, eq=False)
class Boundaries:
    """The polygons of a project: ``units`` by P-code, ``land`` that belongs to none, each file's SHA-256.

    ``accuracy`` is how far their lines may be off, in degrees, where a file says so.
    """

    units: Mapping[str, Unit] = field(default_factory=dict)
    land: tuple[BaseGeometry, ...] = ()
    attribution: tuple[tuple[str, str], ...] = ()
    accuracy: float = 0.0
    problems: tuple[Problem, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _File:
    """What one file holds; ``problems`` are all but the codes that several polygons share."""

    units: tuple[Unit, ...] = ()
    land: tuple[BaseGeometry, ...] = ()
    origin: tuple[str, str] | None = None
    accuracy: float = 0.0
    sha256: str = ""
    problems: tuple[Problem, ...] = ()


def encode_boundaries(
    features: Iterable[tuple[Mapping[str, str], BaseGeometry]], decimals: int, **about: str | float
) -> bytes:
    """A file for ``data/boundaries/``: GeoJSON (RFC 7946), a feature a line, its coordinates rounded to ``decimals``.

    ``about`` says where the polygons come from, ``source`` and ``licence``, and how far their lines may be off,
    ``accuracy`` in degrees. A polygon without area is left out.
    """
    head = "".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},\n" for key, value in about.items())
    lines = (
        json.dumps(
            {"type": "Feature", "properties": dict(properties), "geometry": _rounded(shape, decimals)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, shape in features
        if not shape.is_empty
    )
    return ('{"type": "FeatureCollection",\n' + head + '"features": [\n' + ",\n".join(lines) + "\n]}\n").encode()


def _rounded(shape: BaseGeometry, decimals: int) -> dict[str, Any]:
    """The geometry as GeoJSON, right-handed, with whole degrees as whole numbers."""
    rounded = shapely.transform(shapely.orient_polygons(shape), lambda points: points.round(decimals))
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return geometry


def read_boundaries(folder: ProjectFolder) -> Boundaries:
    """Every ``data/boundaries/*.geojson`` of a project; faults are in ``problems``, the rest is used.

    Of two polygons with one code neither is: which is meant can't be told.
    """
    paths = sorted(folder.boundaries.glob("*.geojson"))
    return _joined(tuple((folder.name_of(path), _read(path, folder)) for path in paths))


@lru_cache(maxsize=1)
def _joined(files: tuple[tuple[str, _File], ...]) -> Boundaries:
    units: dict[str, Unit | None] = {}
    problems: list[Problem] = []
    for file, found in files:
        for unit in found.units:
            if unit.code in units:
                problems.append(Problem("boundary-duplicate", file, value=unit.code))
            units[unit.code] = None if unit.code in units else unit
        problems += found.problems
    return Boundaries(
        {code: unit for code, unit in units.items() if unit is not None},
        tuple(shape for _, found in files for shape in found.land),
        tuple(dict.fromkeys(found.origin for _, found in files if found.origin)),
        max((found.accuracy for _, found in files), default=0.0),
        tuple(problems),
        {file: found.sha256 for file, found in files if found.sha256},
    )


def _read(path: Path, folder: ProjectFolder) -> _File:
    file = folder.name_of(path)
    try:
        return _parse(file, path.stem, path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return _File(problems=(Problem("boundary-unreadable", file, params={"why": why}),))


@lru_cache(maxsize=16)
def _parse(file: str, stem: str, data: bytes) -> _File:
    """A file's polygons, parsed once for all builds of a process between which it hasn't changed."""
    text = data.decode("utf-8-sig")
    collection = _read_collection(text)
    if not is_wgs84(collection.get("crs")):
        crs = json.dumps(collection["crs"], ensure_ascii=False)
        return _File(problems=(Problem("boundary-crs", file, value=crs),), sha256=sha256_hex(data))
    problems: list[Problem] = []
    shapes = list(_shapes(collection, text, file, problems))
    source = collection.get("source")
    return _File(
        units=() if stem == "land" else tuple(_units(shapes, stem, file, problems)),
        land=tuple(shape for _, shape in shapes) if stem == "land" else (),
        origin=(str(source), str(collection.get("licence", ""))) if source else None,
        accuracy=_accuracy(collection.get("accuracy")),
        sha256=sha256_hex(data),
        problems=tuple(problems),
    )


def _accuracy(stated: object) -> float:
    """Degrees, at most one; 0 where it isn't stated as a number."""
    is_number = isinstance(stated, int | float) and not isinstance(stated, bool)
    return float(stated) if is_number and 0 <= stated <= 1 else 0.0  # type: ignore[operator,arg-type]


def _read_collection(text: str) -> dict[str, Any]:
    collection = json.loads(text)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise ValueError("it is no FeatureCollection")
    for feature in collection["features"]:
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            raise ValueError("a feature, or its properties, is no object")
    return collection


def _shapes(
    collection: dict[str, Any], text: str, file: str, problems: list[Problem]
) -> Iterator[tuple[dict[str, Any], BaseGeometry]]:
    for number, (feature, parsed) in enumerate(zip(collection["features"], _parsed(collection, text), strict=True), 1):
        properties = feature.get("properties") or {}
        try:
            shape = read_geojson(feature.get("geometry")) if parsed is None else parsed
            require(shape, AREAS)
        except GeometryError as fault:
            name = str(properties.get("pcode") or properties.get("name") or f"of feature {number}")
            problems.append(Problem(f"boundary-{fault.kind}", file, value=name, params={"why": fault.why}))
        else:
            yield properties, shape


def _parsed(collection: dict[str, Any], text: str) -> list[BaseGeometry | None]:
    """Every feature's geometry, parsed in one go; ``None`` each where that can't be done, to find the faulty one."""
    try:
        parts = list(shapely.force_2d(shapely.get_parts(shapely.from_geojson(text))))
    except shapely.errors.GEOSException:
        parts = []
    features = collection["features"]
    return parts if len(parts) == len(features) else [None] * len(features)


def _units(
    shapes: Iterable[tuple[dict[str, Any], BaseGeometry]], stem: str, file: str, problems: list[Problem]
) -> Iterator[Unit]:
    uncoded = 0
    for properties, shape in shapes:
        code = str(properties.get("pcode") or "")
        if code:
            yield Unit(code, str(properties.get("name") or code), str(properties.get("level") or stem), shape)
        uncoded += not code
    if uncoded:
        problems.append(Problem("boundary-no-code", file, params={"count": uncoded}))
