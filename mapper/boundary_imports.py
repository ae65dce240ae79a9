"""Units' polygons from any file that GDAL reads into ``data/boundaries/``, and a row of places.csv for each.

They are brought to WGS 84 and simplified together, so that borders that met still meet. What a row of places.csv says
is never changed, unless the caller asks for the units of a level to be replaced: then their codes are the file's.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from mapper.boundaries import encode_boundaries, read_boundaries
from mapper.checks import read_gazetteer
from mapper.errors import MapperError, TableError
from mapper.files import alone_in, write_whole
from mapper.geometry import AREAS, GeometryError, require
from mapper.imports import append_rows, open_table, rewrite_cells
from mapper.incoming import slug
from mapper.place_imports import LeftOut
from mapper.places import UNIT_KINDS, Gazetteer, Place, match_key
from mapper.settings import ProjectFolder
from mapper.tables import clean
from mapper.toponyms import Holder, Holders, Row, Toponym, aliases, id_of

if TYPE_CHECKING:
    import geopandas as gpd

_FINEST = 0.001  # degrees, about 100 m: what a page shows of a line when it is looked at closely
_CORNERS = 25_000  # in a page that opens at once; with more the lines are simplified further
_COARSEST = 0.05
_DECIMALS = 5
_SAME = 0.6  # of what two polygons cover together, shared by both: they are of one unit
_SHOWN = 5
_LISTED = 12
_CODES = ("ADM{0}_PCODE", "adm{0}_pcode", "GID_{0}", "shapeISO", "shapeID")
_NAMES = ("ADM{0}_EN", "ADM{0}_FR", "ADM{0}_ES", "ADM{0}_PT", "adm{0}_name", "NAME_{0}", "COUNTRY", "shapeName")
_SPELLINGS = r"(ADM{0}_[A-Z]{{2}}|ADM{0}ALT\d[A-Z]{{2}}|adm{0}_name\d*|(VAR|NL_)?NAME_{0}|COUNTRY|shapeName)"
_SOURCES = {"shapeISO": ("geoBoundaries", "CC BY 4.0"), "shapeID": ("geoBoundaries", "CC BY 4.0"), "GID": ("GADM", "")}


@dataclass(frozen=True)
class BoundariesAdded:
    """What became of each of a file's ``features``: those with a polygon and a code are ``units``, several of one code
    and name being one (``merged``); the others are ``left_out``.

    ``rows`` are the new ones of places.csv, ``joined`` those that stood there without a code, ``recoded`` those whose
    code was replaced, ``bare`` those of the level that have no polygon now. ``tolerance`` is in degrees.
    """

    file: str
    features: int
    units: int
    merged: int
    repaired: int
    tolerance: float
    corners: int
    rows: tuple[str, ...]
    joined: tuple[str, ...]
    recoded: tuple[str, ...]
    bare: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Taken:
    """A unit of the file."""

    code: str
    name: str
    shape: BaseGeometry
    spellings: tuple[str, ...] = ()


@dataclass
class _Sorted:
    """The features of a file, those that can be used and why the others can't."""

    units: list[_Taken] = field(default_factory=list)
    merged: int = 0
    repaired: int = 0
    _left_out: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def leave_out(self, why: str, *features: int) -> None:
        self._left_out[why] += features

    def left_out(self) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(why, len(rows), tuple(rows[:_SHOWN])) for why, rows in self._left_out.items())


def add_boundaries(
    folder: ProjectFolder,
    file: str | Path,
    level: str,
    *,
    name: str = "",
    code: str = "",
    layer: str = "",
    source: str = "",
    licence: str = "",
    replace_level: bool = False,
    dry_run: bool = False,
) -> BoundariesAdded:
    """Put a file's units of a ``level`` (country, adm1, adm2, adm3) into the project.

    ``name`` and ``code`` are the columns that hold them; without, those that COD-AB, geoBoundaries and GADM use.
    ``replace_level`` takes them instead of the project's units of that level: rows of the same unit, by polygon or by
    name, get the file's code, and the other polygons of the level are removed. Raises MapperError where the file can't
    be read, or where a unit has a polygon already: then nothing has been written.
    """
    path = Path(file)
    frame = _read(path, layer)
    code, name = _column(frame, code, _CODES, level, "code"), _column(frame, name, _NAMES, level, "name")
    notes: list[str] = [f"code: from the column {code}; name: from the column {name}"]
    frame = _in_degrees(frame, path, notes)
    taken = _sorted(frame, code, name, _spelt(frame, level))
    if not taken.units:
        raise MapperError(f"{path}: no feature has a polygon and a code in {code}. Nothing was added.")
    shapes, tolerance = _simplified([unit.shape for unit in taken.units], notes)
    units = [replace(unit, shape=shape) for unit, shape in zip(taken.units, shapes, strict=True)]
    credit = _credit(path, code, source, licence)
    with alone_in(folder.data):
        stem = slug(path.stem)
        target = folder.boundaries / f"{stem if level in stem.split('-') else f'{stem}-{level}'.strip('-')}.geojson"
        plan = _Plan(folder, level, units, folder.name_of(target), credit["source"], replace_level)
        if not dry_run:
            plan.write(target, credit, tolerance)
    corners = int(shapely.get_num_coordinates(shapes).sum())
    return BoundariesAdded(
        plan.file,
        len(frame),
        len(units),
        taken.merged,
        taken.repaired,
        tolerance,
        corners,
        tuple(row["place_id"] for row in plan.rows),
        tuple(plan.joined),
        tuple(plan.recoded),
        tuple(plan.bare),
        taken.left_out(),
        tuple(notes),
    )


# --- the file ---


def _read(path: Path, layer: str) -> gpd.GeoDataFrame:
    """The features of a file, or of one of its layers. Raises ``TableError``."""
    import pyogrio

    if not path.exists():
        raise TableError(f"{path}: there is no such file.")
    try:
        layers = [str(one) for one in pyogrio.list_layers(path)[:, 0]]
        if layer not in layers and (layer or len(layers) > 1):
            asked = f"no layer {layer[:80]!r} in it" if layer else "it has several layers"
            raise TableError(f"{path}: {asked}. Name one by --layer: {', '.join(layers[:50])}.")
        frame: gpd.GeoDataFrame = pyogrio.read_dataframe(path, layer=layer or None)
        return frame
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: can't be read by GDAL: {error}. Nothing was added.") from error


def _column(frame: gpd.GeoDataFrame, given: str, usual: Iterable[str], level: str, what: str) -> str:
    """The column that holds a unit's code or name: the given one, else one that a usual source would have."""
    columns = [str(one) for one in frame.columns if one != "geometry"]
    candidates = [given] if given else [one.format(_number(level)) for one in usual]
    found = next((one for one in candidates if one in columns), None)
    if found is None:
        asked = f"--{what} {given[:80]}: there is no such column" if given else f"say which column holds the {what}"
        shown = ", ".join(f"{one} ({_example(frame[one])})" for one in columns[:_LISTED]) or "none"
        raise MapperError(f"{asked}: --{what} COLUMN. The file has: {shown}.")
    return found


def _number(level: str) -> str:
    return "0" if level == "country" else level.removeprefix("adm")


def _spelt(frame: gpd.GeoDataFrame, level: str) -> list[tuple[str, ...]]:
    """For each feature its names in other columns, as COD-AB and GADM have them."""
    pattern = re.compile(_SPELLINGS.format(_number(level)))
    columns = [frame[one] for one in map(str, frame.columns) if pattern.fullmatch(one)]
    if not columns:
        return [()] * len(frame)
    return [tuple(part for one in row for part in _text(one).split("|")) for row in zip(*columns, strict=True)]


def _example(column: Any) -> str:
    return next((str(one)[:30] for one in column if _text(one)), "blank")


def _text(value: object) -> str:
    """A cell as text: blank for what is missing, a whole number without decimals."""
    if value is None or value != value:  # noqa: PLR0124, NaN is the one that differs from itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _in_degrees(frame: gpd.GeoDataFrame, path: Path, notes: list[str]) -> gpd.GeoDataFrame:
    if frame.geometry.isna().all():
        raise MapperError(f"{path}: no feature has a geometry. Nothing was added.")
    if frame.crs is not None:
        return frame.to_crs("EPSG:4326")
    west, south, east, north = frame.total_bounds
    if not (-180 <= west <= east <= 360 and -90 <= south <= north <= 90):
        raise MapperError(
            f"{path}: it doesn't say its coordinate reference system, and its numbers aren't degrees. Save it with one."
        )
    notes.append("the file doesn't say its coordinate reference system; its numbers are taken for degrees, WGS 84")
    return frame


def _sorted(frame: gpd.GeoDataFrame, code: str, name: str, spelt: Sequence[tuple[str, ...]]) -> _Sorted:
    """The features by code, those of one code and name joined."""
    found = _Sorted()
    parts: dict[str, list[tuple[int, str, BaseGeometry]]] = defaultdict(list)
    for number, (said, called, shape) in enumerate(zip(frame[code], frame[name], frame.geometry, strict=True), 1):
        key = _text(said)
        usable = _usable(shape, found)
        if isinstance(usable, str):
            found.leave_out(usable, number)
        elif not key:
            found.leave_out("they have no code", number)
        else:
            parts[key].append((number, _text(called) or key, usable))
    for key, several in parts.items():
        if len({called for _, called, _ in several}) > 1:
            found.leave_out(f"several units have the code {key}", *(number for number, _, _ in several))
            continue
        found.merged += len(several) - 1
        whole = several[0][2] if len(several) == 1 else shapely.union_all([shape for _, _, shape in several])
        found.units.append(_Taken(key, several[0][1], whole, spelt[several[0][0] - 1]))
    return found


def _usable(shape: BaseGeometry | None, found: _Sorted) -> BaseGeometry | str:
    """A valid area between 180 degrees west and east, or why there is none."""
    if shape is None or shape.is_empty:
        return "they have no geometry"
    flat = shapely.force_2d(shape)
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        return "a coordinate is NaN or infinite"
    valid = flat if flat.is_valid else shapely.make_valid(flat, method="structure", keep_collapsed=False)
    area = _areas(_within_180(valid))
    if area.is_empty:
        return f"their geometry is no area but a {shape.geom_type}"
    found.repaired += not flat.is_valid
    try:
        require(area, AREAS)
    except GeometryError as fault:
        return f"their geometry can't be used: {fault.why}"
    return area


def _within_180(shape: BaseGeometry) -> BaseGeometry:
    """What reaches beyond the antimeridian, cut there (RFC 7946, 3.1.9)."""
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return shape
    windows = (translate(shape, turn).intersection(shapely.box(-180, -90, 180, 90)) for turn in (-360, 0, 360))
    return shapely.union_all(list(windows))


def _areas(shape: BaseGeometry) -> BaseGeometry:
    parts = [one for one in shapely.get_parts(shapely.get_parts(shape)) if one.geom_type == "Polygon" and one.area > 0]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _simplified(shapes: Sequence[BaseGeometry], notes: list[str]) -> tuple[np.ndarray, float]:
    """The units simplified together, and the tolerance (degrees): as fine as a page can bear."""
    snapped = shapely.set_precision(np.array(shapes, dtype=object), 10**-_DECIMALS)
    whole = np.where(shapely.is_empty(snapped), np.array(shapes, dtype=object), snapped)
    if not shapely.coverage_is_valid(whole):
        overlaps = shapely.coverage_invalid_edges(whole)
        count = int((~shapely.is_empty(overlaps)).sum())
        notes.append(f"the borders of {count} units overlap or don't quite meet in the file; they are left so")
    tolerance = _FINEST
    while True:
        coarse = shapely.coverage_simplify(whole, tolerance)
        if shapely.get_num_coordinates(coarse).sum() <= _CORNERS or tolerance >= _COARSEST:
            break
        tolerance = min(tolerance * 2, _COARSEST)
    mended = [
        _areas(one if one.is_valid else shapely.make_valid(one, method="structure", keep_collapsed=False))
        for one in coarse
    ]
    kept = [fine if one.is_empty else one for one, fine in zip(mended, whole, strict=True)]
    return np.array(kept, dtype=object), tolerance


def _credit(path: Path, code: str, source: str, licence: str) -> dict[str, str]:
    known = _SOURCES.get(code) or _SOURCES.get(code.partition("_")[0], ("", ""))
    return {"source": source or known[0] or path.name, "licence": licence or ("" if source else known[1])}


# --- the project ---


class _Plan:
    """What adding units would change in a project: new rows, rows that are joined, polygons that give way."""

    def __init__(  # noqa: PLR0917
        self,
        folder: ProjectFolder,
        level: str,
        units: Sequence[_Taken],
        file: str,
        source: str,
        replace_level: bool,
    ) -> None:
        self.folder, self.level, self.units, self.file, self.source = folder, level, units, file, source
        self.table = open_table(folder, "places")
        self.gazetteer = read_gazetteer(folder)[0]
        self.replace_level = replace_level
        self.codes: dict[str, str] = {}
        self.joined: list[str] = []
        self.recoded: list[str] = []
        self.rows: list[Row] = []
        self._refuse_known_codes()
        self._match()

    def _refuse_known_codes(self) -> None:
        """A code that has a polygon elsewhere would have two, and neither would be used."""
        if self.replace_level:
            return
        mine = {unit.code for unit in self.units}
        for path in sorted(self.folder.boundaries.glob("*.geojson")):
            theirs = mine & {unit.code for unit in _units_in(self.folder, path)}
            if theirs and self.folder.name_of(path) != self.file:
                some = ", ".join(sorted(theirs)[:3])
                raise MapperError(
                    f"{self.folder.name_of(path)} has polygons of {len(theirs)} of these units already ({some}). "
                    "Nothing was added. To take the file's instead: --replace."
                )

    def _match(self) -> None:
        """Which rows stand for the file's units; the others get new ones."""
        standing = [place for place in self.gazetteer if place.kind == self.level]
        by_code = {place.pcode: place for place in standing if place.pcode}
        known = {unit.code for unit in self.units}
        same = _Same([place for place in standing if place.pcode not in known], self.gazetteer)
        clashes: list[str] = []
        new: list[_Taken] = []
        for unit in self.units:
            if unit.code in by_code:
                continue
            place = same.of(unit)
            if place is None or place.place_id in self.codes:
                new.append(unit)
            elif place.pcode and not self.replace_level:
                clashes.append(f"{unit.name} ({place.pcode}, here {unit.code})")
            else:
                (self.recoded if place.pcode else self.joined).append(place.place_id)
                self.codes[place.place_id] = unit.code
        if clashes:
            raise MapperError(
                f"{len(clashes)} units stand in places.csv under other codes: {', '.join(clashes[:3])}. Nothing was "
                "added. To take the file's polygons and codes instead: --replace."
            )
        self.rows = list(self._new_rows(new))

    @property
    def bare(self) -> list[str]:
        """The rows of the level whose polygon gives way and that the file has none for."""
        if not self.replace_level:
            return []
        known = {unit.code for unit in self.units}
        standing = (place for place in self.gazetteer if place.kind == self.level and place.pcode not in known)
        return [
            place.place_id
            for place in standing
            if place.place_id not in self.codes and place.pcode in self.gazetteer.boundaries.units
        ]

    def _new_rows(self, units: Sequence[_Taken]) -> Iterator[Row]:
        taken = {clean(one) for one in self.table.column("place_id")}
        for unit, holder in zip(units, self._holders_of(units), strict=True):
            country = self._country(holder) if holder else None
            prefix = (country.pcode if country and len(country.pcode) == 2 else "").lower()
            plain = id_of(prefix, self.level, unit.name)
            candidates = (plain, id_of(plain, holder.name) if holder else plain, id_of(plain, unit.code))
            place_id = next((one for one in candidates if one not in taken), f"{plain}-{len(taken)}")
            taken.add(place_id)
            yield {
                "place_id": place_id,
                "name": unit.name,
                "aliases": ";".join(aliases(unit.name, unit.spellings)),
                "kind": self.level,
                "within": holder.place_id if holder else "",
                "pcode": unit.code,
                "source": self.source,
            }

    def _holders_of(self, units: Sequence[_Taken]) -> list[Place | None]:
        """What holds each unit: the coarser unit whose code begins its own, as P-codes do, else the one around it."""
        coarser = [one for one in self.gazetteer if one.kind in UNIT_KINDS[: UNIT_KINDS.index(self.level)]]
        coarser = [one for one in coarser if one.place_id not in self.gazetteer.faulty]
        shapes = {one.place_id: self.gazetteer.geometry(one) for one in coarser}
        polygons = [
            Holder(one.place_id, one.kind, one.name, shape)
            for one in coarser
            if (shape := shapes[one.place_id]) is not None
        ]
        points = [shapely.point_on_surface(unit.shape) for unit in units]
        around = Holders(polygons).of(
            [Toponym(unit.code, unit.name, self.level, one.y, one.x) for unit, one in zip(units, points, strict=True)]
        )
        by_code = {self.codes.get(one.place_id, one.pcode): one for one in coarser}
        return [
            _by_prefix(by_code, unit.code) or (self.gazetteer.by_id[holder.place_id] if holder else None)
            for unit, holder in zip(units, around, strict=True)
        ]

    def _country(self, place: Place) -> Place | None:
        return next((one for one in self.gazetteer.chain(place) if one.kind == "country"), None)

    def write(self, target: Path, credit: Mapping[str, str], tolerance: float) -> None:
        """The polygons first, then the rows that name them; done again, it completes what was stopped."""
        features = [
            ({"pcode": unit.code, "name": unit.name, "level": self.level}, unit.shape)
            for unit in sorted(self.units, key=lambda unit: unit.code)
        ]
        self.folder.boundaries.mkdir(exist_ok=True)
        write_whole(target, encode_boundaries(features, _DECIMALS, **credit, accuracy=tolerance))
        if self.replace_level:
            for path in sorted(self.folder.boundaries.glob("*.geojson")):
                if path != target:
                    _drop_level(self.folder, path, self.level)
        if self.codes:
            self.table = rewrite_cells(self.folder, self.table, "pcode", self.codes)
        append_rows(self.folder, self.table, self.rows)


class _Same:
    """Which row stands for a unit of a file: the one whose polygon is nearly the same, else the only one so named."""

    def __init__(self, places: Sequence[Place], gazetteer: Gazetteer) -> None:
        self._named: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            for key in {match_key(one) for one in place.spellings}:
                self._named[key].append(place)
        shapes = [(place, gazetteer.geometry(place)) for place in places]
        self._drawn: list[tuple[Place, BaseGeometry]] = [(one, shape) for one, shape in shapes if shape is not None]
        self._tree = shapely.STRtree([shape for _, shape in self._drawn])

    def of(self, unit: _Taken) -> Place | None:
        near: list[int] = self._tree.query(unit.shape, predicate="intersects").tolist()
        for place, shape in (self._drawn[at] for at in near):
            shared = float(shape.intersection(unit.shape).area)
            if shared > _SAME * (shape.area + unit.shape.area - shared):
                return place
        named = self._named.get(match_key(unit.name), [])
        return named[0] if len(named) == 1 else None


def _by_prefix(by_code: Mapping[str, Place], code: str) -> Place | None:
    starts = (code[:length] for length in range(len(code) - 1, 1, -1))
    return next((by_code[one] for one in starts if one in by_code), None)


def _units_in(folder: ProjectFolder, path: Path) -> list[Any]:
    everyone = read_boundaries(folder).units
    codes = {one["properties"].get("pcode") for one in _features(path)}
    return [unit for code, unit in everyone.items() if code in codes]


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []  # what is wrong with it is for ``mapper check`` to say
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("properties"), dict)]


def _drop_level(folder: ProjectFolder, path: Path, level: str) -> None:
    """A file without its units of that level; one that has no others is removed."""
    features = _features(path)
    stays = [one for one in features if str(one["properties"].get("level") or path.stem) != level]
    if not features or len(stays) == len(features) or path.stem == "land":
        return
    if not stays:
        path.unlink()
        return
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    text = json.dumps({**document, "features": stays}, ensure_ascii=False, separators=(",", ":"))
    write_whole(path, (text + "\n").encode())
