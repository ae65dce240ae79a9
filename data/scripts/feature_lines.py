"""GeoJSON (RFC 7946) as the data folder keeps it: one feature a line, right-handed rings, the same bytes always."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

Feature = tuple[dict[str, str], BaseGeometry]


def write(path: Path, features: Iterable[Feature], *, decimals: int, **about: str) -> None:
    """A FeatureCollection with what is said ``about`` it; coordinates are degrees to that many decimals."""
    head = [("type", "FeatureCollection"), *about.items()]
    lines = [_feature(properties, shape, decimals) for properties, shape in features]
    members = ",\n".join(f"{_json(key)}: {_json(value)}" for key, value in head)
    text = "{" + members + ',\n"features": [\n' + ",\n".join(lines) + "\n]}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(lines)} features, {len(text.encode()) / 1000:.0f} kB")


def _feature(properties: dict[str, str], shape: BaseGeometry, decimals: int) -> str:
    ordered = shapely.orient_polygons(shapely.normalize(shape))
    geometry = shapely.geometry.mapping(ordered)
    rounded = {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"], decimals)}
    return _json({"type": "Feature", "properties": properties, "geometry": rounded})


def _rounded(coordinates: Any, decimals: int) -> Any:
    if isinstance(coordinates, float):
        number = round(coordinates, decimals)
        return int(number) if number == int(number) else number
    return [_rounded(one, decimals) for one in coordinates]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
