"""A GeoDataFrame of anyone's as the page's table: its columns named, its dates read, its geometry in degrees.

Nothing is dropped: what can't be read as a date or drawn stays as text, is counted, and is warned of.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import geopandas
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.coded import Coded
from mapper.dates import DateError, parse_date
from mapper.errors import MapperError
from mapper.page.columns import COUNTS, DEFAULTS, TEXTS, Dated, PageTable, Text, dated
from mapper.page.frames import coded, no_reports
from mapper.problems import shown
from mapper.schema import PALETTE, REST, EventType, Taxonomy

DEGREES = "EPSG:4326"
ANY, NOT_STATED = "Event", "Not stated"

Geometries = npt.NDArray[np.object_]
_POINTS, _COLLECTION = (0, 4), 7


def as_events(
    frame: geopandas.GeoDataFrame, when: str | None, kind: str | None, title: str | None
) -> tuple[PageTable, Taxonomy]:
    """The page's table of a plain frame, and a taxonomy of the values of its column ``kind``.

    ``when``, ``kind`` and ``title`` name columns; every other column is kept in ``extra``. Dates may be
    datetimes, days or EDTF text (ISO 8601-2). Points are taken as exact, lines and areas as they are.
    Raises MapperError where a column is missing or a frame without CRS isn't in degrees.
    """
    _require(frame, when, kind, title)
    rows = len(frame)
    blank: Text = Coded.constant(None, rows)
    geometries = _drawable(_in_degrees(frame))
    dates, unsaid = _dates(frame, when)
    kinds: Coded[str] = _texts(frame, kind).map(lambda one: one or (NOT_STATED if kind else ANY))
    precision, longitude, latitude = _places(geometries)
    ids = _unique(map(_label, frame.index.tolist()))
    texts: dict[str, Text] = {
        **dict.fromkeys(TEXTS, blank),
        **{name: Coded.constant(value, rows) for name, value in DEFAULTS.items()},
        "event_id": Coded(np.arange(rows, dtype=np.int32), ids),
        "event_type": Coded(kinds.codes, kinds.values),
        "title": _texts(frame, title),
        "geo_precision": precision,
        "label_point_is": precision.map(_LABEL_IS.__getitem__),
    }
    table = PageTable(
        texts=texts,
        numbers=dict.fromkeys((*COUNTS, "radius_m"), Coded.constant(None, rows)),
        dates=dates,
        place_names=Coded.constant(None, rows),
        longitude=longitude,
        latitude=latitude,
        shapes=_shapes(geometries),
        extra={**_extra(frame, {kind, title, when, frame.geometry.name}), **({str(when): unsaid} if unsaid else {})},
        reports=no_reports(),
        translations={},
    )
    return table, _taxonomy(kinds, kind)


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


def _in_degrees(frame: geopandas.GeoDataFrame) -> Geometries:
    geometries = frame.geometry
    if geometries.crs is not None:
        return geometries.to_crs(DEGREES).to_numpy()
    west, south, east, north = geometries.total_bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise MapperError(
            f"The frame has no CRS, and its bounds ({west:g}, {south:g}, {east:g}, {north:g}) are not degrees. "
            "Say what they are: gdf.set_crs('EPSG:…')."
        )
    return geometries.to_numpy()


def _drawable(geometries: Geometries) -> Geometries:
    """Each geometry in two dimensions and of one kind, ``None`` where there is nothing to draw."""
    drawable = shapely.force_2d(geometries) if shapely.has_z(geometries).any() else geometries.copy()
    mixed = shapely.get_type_id(drawable) == _COLLECTION
    drawable[mixed] = [_one_kind(one) for one in drawable[mixed]]
    drawable[shapely.is_empty(drawable)] = None
    west, south, east, north = shapely.bounds(drawable).T
    lost = (west < -180) | (east > 180) | (south < -90) | (north > 90)
    if lost.any():
        _warn(f"{lost.sum()} of {len(drawable)} geometries lie outside the world; their events are shown as unlocated.")
        drawable[lost] = None
    return drawable


def _one_kind(geometry: BaseGeometry) -> BaseGeometry:
    """A collection of points, lines or areas alone as that; of a mixture its hull, which claims less."""
    if geometry.geom_type != "GeometryCollection":
        return geometry
    parts = [_one_kind(part) for part in shapely.get_parts(geometry) if not part.is_empty]
    if len({int(shapely.get_dimensions(part)) for part in parts}) == 1:
        return shapely.union_all(parts)
    return shapely.convex_hull(geometry)


_PRECISIONS = ("unlocated", "exact", "line", "region")
_LABEL_IS: dict[str | None, str | None] = {
    "unlocated": None,
    "exact": "the place",
    "line": "on the line",
    "region": "inside the area",
}


def _places(geometries: Geometries) -> tuple[Text, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How exactly each event is placed, and its label point."""
    longitude, latitude = shapely.get_x(geometries), shapely.get_y(geometries)
    for row in np.flatnonzero(_is_shape(geometries)).tolist():
        longitude[row], latitude[row] = _label_point(geometries[row])
    # Nothing is -1, points are 0, lines 1, areas 2.
    return Coded((shapely.get_dimensions(geometries) + 1).astype(np.int32), _PRECISIONS), longitude, latitude


def _label_point(geometry: BaseGeometry) -> tuple[float, float]:
    part = max(shapely.get_parts(geometry), key=lambda one: (one.area, one.length))
    if part.geom_type == "Polygon":
        part = shapely.point_on_surface(part if part.is_valid else shapely.make_valid(part))
    elif part.geom_type != "Point":
        part = shapely.line_interpolate_point(part, 0.5, normalized=True)
    return part.x, part.y


def _is_shape(geometries: Geometries) -> npt.NDArray[np.bool_]:
    """What isn't a single point, nor nothing."""
    found: npt.NDArray[np.bool_] = shapely.get_type_id(geometries) > 0
    return found


def _shapes(geometries: Geometries) -> Coded[Any]:
    rows = np.flatnonzero(_is_shape(geometries))
    codes = np.zeros(len(geometries), np.int32)
    codes[rows] = np.arange(1, len(rows) + 1)
    return Coded(codes, [None, *geometries[rows]])


class _Read(NamedTuple):
    """A cell of ``when``: the date, what the date leaves unsaid, and the text that couldn't be read."""

    date: Dated
    unsaid: str | None = None
    unread: str | None = None


def _dates(frame: geopandas.GeoDataFrame, when: str | None) -> tuple[Coded[Dated], Text | None]:
    """Each row's date, and the texts of those that could not be read or say more than a day."""
    if when is None:
        return Coded.constant(Dated(), len(frame)), None
    cells = coded(frame[when], _read)
    unread = cells.where(lambda one: one.unread is not None)
    if unread.any():
        first = cells[int(np.argmax(unread))].unread or ""
        _warn(
            f"{unread.sum()} of {len(frame)} dates in column {shown(when)} can't be read, such as "
            f"{shown(first)}; their events are shown as undated. Use dates, or EDTF text: 2024-07-21, 2024-07."
        )
    unsaid: Text = cells.map(lambda one: one.unsaid)
    return cells.map(lambda one: one.date), unsaid if any(unsaid.values) else None


def _read(value: Any) -> _Read:
    text = _date_text(value)
    try:
        found = parse_date(text) if text else None
    except DateError:
        return _Read(Dated(), str(value), text)
    says_more = text and str(value) not in (text, f"{text} 00:00:00")
    return _Read(dated(found), str(value) if says_more else None)


def _date_text(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _extra(frame: geopandas.GeoDataFrame, used: set[Any]) -> dict[str, Text]:
    """The columns that have no place of their own, as text."""
    return {str(name): _texts(frame, name) for name in frame.columns if name not in used}


def _texts(frame: geopandas.GeoDataFrame, name: Any) -> Text:
    if name is None:
        return Coded.constant(None, len(frame))
    return coded(frame[name], lambda cell: None if cell is None else str(cell) or None)


def _label(name: Any) -> str:
    return "-".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _unique(names: Iterable[str]) -> list[str]:
    """The names, with ``-2``, ``-3`` … after those that stood before."""
    names = list(names)
    if len(set(names)) == len(names):
        return names
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


def _taxonomy(kinds: Coded[str], column: str | None) -> Taxonomy:
    """The kinds, most frequent first, so that the palette serves most events; the rest share a grey."""
    found: Counter[str] = Counter()
    for kind, rows in zip(kinds.values, np.bincount(kinds.codes, minlength=len(kinds.values)).tolist(), strict=True):
        found[kind] += rows
    counted = sorted((+found).items(), key=lambda item: (item[0] == NOT_STATED, -item[1], item[0]))
    colours = [*PALETTE, *[REST] * len(counted)]
    types = tuple(
        EventType(name, REST if name == NOT_STATED else colour, ())
        for (name, _), colour in zip(counted, colours, strict=False)
    )
    return Taxonomy("own", str(column or ""), types)


def _warn(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=5)
