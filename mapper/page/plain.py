"""A GeoDataFrame of anyone's as an event table: its columns named, its dates read, its geometry in degrees.

Nothing is dropped: what can't be read as a date or drawn stays as text, is counted, and is warned of.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.dates import DateError, EventDate, parse_date
from mapper.errors import MapperError
from mapper.problems import shown
from mapper.schema import PALETTE, REST, EventType, Taxonomy

DEGREES = "EPSG:4326"
ANY, NOT_STATED = "Event", "Not stated"


def as_events(
    frame: geopandas.GeoDataFrame, when: str | None, kind: str | None, title: str | None
) -> tuple[geopandas.GeoDataFrame, Taxonomy]:
    """The event table of a plain frame, and a taxonomy of the values of its column ``kind``.

    ``when``, ``kind`` and ``title`` name columns; every other column is kept in ``extra``. Dates may be
    datetimes, days or EDTF text (ISO 8601-2). Points are taken as exact, lines and areas as they are.
    Raises MapperError where a column is missing or a frame without CRS isn't in degrees.
    """
    _require(frame, when, kind, title)
    geometries = _drawable(_in_degrees(frame))
    dates, unread = _dates(frame, when)
    kinds = [one or (NOT_STATED if kind else ANY) for one in _texts(frame, kind)]
    ids = _unique(_label(name) for name in frame.index)
    columns: dict[str, Any] = {
        "event_id": _objects(ids),
        "event_type": _objects(kinds),
        "occurrence": "reported",
        "status": "accepted",
        "title": _objects(own or name for own, name in zip(_texts(frame, title), ids, strict=True)),
        **_date_columns(dates),
        **_place_columns(geometries),
        "extra": _extras(frame, [one for one in (kind, title) if one], when, unread),
    }
    events = geopandas.GeoDataFrame(columns, geometry=np.asarray(geometries, dtype=object), crs=DEGREES)
    return events, _taxonomy(kinds, kind)


def _objects(texts: Iterable[str]) -> pd.Series[Any]:
    """A column of texts whatever they hold: where pyarrow is installed, pandas' own kind of text can't be a half of a
    character."""
    return pd.Series(list(texts), dtype=object)


def _require(frame: geopandas.GeoDataFrame, *names: str | None) -> None:
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.active_geometry_name is None:
        raise MapperError("EventMap needs a GeoDataFrame with a geometry column: GeoDataFrame(df, geometry=…).")
    if not frame.columns.is_unique:
        twice = ", ".join(shown(one) for one in frame.columns[frame.columns.duplicated()])
        raise MapperError(f"The frame has several columns of the same name: {twice}. Rename them.")
    for name in names:
        if name is not None and name not in frame.columns:
            has = ", ".join(shown(one) for one in frame.columns)
            raise MapperError(f"The frame has no column {shown(name)}. It has: {has}.")


def _in_degrees(frame: geopandas.GeoDataFrame) -> list[BaseGeometry | None]:
    geometries = frame.geometry
    if geometries.crs is not None:
        return list(geometries.to_crs(DEGREES).array)
    west, south, east, north = geometries.total_bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise MapperError(
            f"The frame has no CRS, and its bounds ({west:g}, {south:g}, {east:g}, {north:g}) are not degrees. "
            "Say what they are: gdf.set_crs('EPSG:…')."
        )
    return list(geometries.array)


def _drawable(geometries: Sequence[BaseGeometry | None]) -> list[BaseGeometry | None]:
    """Each geometry in two dimensions and of one kind, ``None`` where there is nothing to draw."""
    drawable = [None if one is None or one.is_empty else _one_kind(shapely.force_2d(one)) for one in geometries]
    kept = [one if one is None or _in_world(one) else None for one in drawable]
    lost = sum(one is not None and two is None for one, two in zip(drawable, kept, strict=True))
    if lost:
        _warn(f"{lost} of {len(kept)} geometries lie outside the world; their events are shown as unlocated.")
    return kept


def _one_kind(geometry: BaseGeometry) -> BaseGeometry:
    """A collection of points, lines or areas alone as that; of a mixture its hull, which claims less."""
    if geometry.geom_type != "GeometryCollection":
        return geometry
    parts = [_one_kind(part) for part in shapely.get_parts(geometry) if not part.is_empty]
    if len({int(shapely.get_dimensions(part)) for part in parts}) == 1:
        return shapely.union_all(parts)
    return shapely.convex_hull(geometry)


def _in_world(geometry: BaseGeometry) -> bool:
    west, south, east, north = geometry.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _place_columns(geometries: Sequence[BaseGeometry | None]) -> dict[str, list[Any]]:
    placed = [_place(geometry) for geometry in geometries]
    precision, point, what = (list(column) for column in zip(*placed, strict=True)) if placed else ([], [], [])
    return {"geo_precision": precision, "label_point": point, "label_point_is": what}


def _place(geometry: BaseGeometry | None) -> tuple[str, tuple[float, float] | None, str | None]:
    if geometry is None:
        return "unlocated", None, None
    part = max(shapely.get_parts(geometry), key=lambda one: (one.area, one.length))
    if part.geom_type == "Point":
        return "exact", (part.x, part.y), "the place"
    if part.geom_type == "Polygon":
        inside = shapely.point_on_surface(part if part.is_valid else shapely.make_valid(part))
        return "region", (inside.x, inside.y), "inside the area"
    middle = shapely.line_interpolate_point(part, 0.5, normalized=True)
    return "line", (middle.x, middle.y), "on the line"


def _dates(frame: geopandas.GeoDataFrame, when: str | None) -> tuple[list[EventDate | None], dict[int, str]]:
    """Each row's date, and by position the text of those that could not be read or say more than a day."""
    if when is None:
        return [None] * len(frame), {}
    dates: list[EventDate | None] = []
    kept: dict[int, str] = {}
    unread: list[str] = []
    for position, value in enumerate(_values(frame, when)):
        text = _date_text(value)
        found = None
        try:
            found = parse_date(text) if text else None
        except DateError:
            unread.append(text)
        if text and (found is None or str(value) not in (text, f"{text} 00:00:00")):
            kept[position] = str(value)
        dates.append(found)
    if unread:
        _warn(
            f"{len(unread)} of {len(frame)} dates in column {shown(when)} can't be read, such as "
            f"{shown(unread[0])}; their events are shown as undated. Use dates, or EDTF text: 2024-07-21, 2024-07."
        )
    return dates, kept


def _date_text(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _date_columns(dates: Sequence[EventDate | None]) -> dict[str, list[Any]]:
    return {
        "date": [one and one.text for one in dates],
        "date_kind": [one and one.kind for one in dates],
        "date_precision": [one and one.precision for one in dates],
        "date_start": [one and one.earliest and one.earliest.isoformat() for one in dates],
        "date_end": [one and one.latest and one.latest.isoformat() for one in dates],
        "date_uncertain": [bool(one and one.uncertain) for one in dates],
        "date_approximate": [bool(one and one.approximate) for one in dates],
    }


def _extras(
    frame: geopandas.GeoDataFrame, used: Iterable[str], when: str | None, unread: dict[int, str]
) -> list[dict[str, str] | None]:
    """The columns that have no place of their own, as text; of ``when`` what the date leaves unsaid."""
    left_out = {*used, when, frame.geometry.name}
    columns = {str(name): _texts(frame, name) for name in frame.columns if name not in left_out}
    extras: list[dict[str, str]] = [
        {name: text for name, column in columns.items() if (text := column[row])} for row in range(len(frame))
    ]
    for row, text in unread.items():
        extras[row][str(when)] = text
    return [one or None for one in extras]


def _values(frame: geopandas.GeoDataFrame, name: str) -> list[Any]:
    column = frame[name]
    values: list[Any] = column.astype(object).where(column.notna(), None).tolist()
    return values


def _texts(frame: geopandas.GeoDataFrame, name: str | None) -> list[str | None]:
    if name is None:
        return [None] * len(frame)
    return [None if value is None else str(value) or None for value in _values(frame, name)]


def _label(name: Any) -> str:
    return "-".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _unique(names: Iterable[str]) -> list[str]:
    """The names, with ``-2``, ``-3`` … after those that stood before."""
    taken: Counter[str] = Counter()
    unique = []
    for name in names:
        own = name
        while own in taken:
            taken[name] += 1
            own = f"{name}-{taken[name]}"
        taken[own] += 1
        unique.append(own)
    return unique


def _taxonomy(kinds: Iterable[str], column: str | None) -> Taxonomy:
    """The kinds, most frequent first, so that the palette serves most events; the rest share a grey."""
    counted = sorted(Counter(kinds).items(), key=lambda item: (item[0] == NOT_STATED, -item[1], item[0]))
    colours = [*PALETTE, *[REST] * len(counted)]
    types = tuple(
        EventType(name, REST if name == NOT_STATED else colour, ())
        for (name, _), colour in zip(counted, colours, strict=False)
    )
    return Taxonomy("own", str(column or ""), types)


def _warn(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=5)
