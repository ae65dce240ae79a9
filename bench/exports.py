"""What others need to write the same GeoJSON: CPU seconds from a table in memory to a written file.

    bench/.venv/bin/python bench/exports.py NAME EVENTS.parquet FIGURE.json

Each gets the published events with the same nested properties, as the kind of table that it works on; their
geometries come as GeoJSON texts, made beforehand, which is a favour that this package does without. ``parquet`` makes
that table from a GeoJSON file of this package.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HEAD, TAIL = b'{"type": "FeatureCollection", "features": [\n', b"\n]}\n"
GEOMETRY = "geometry"


def parquet(collection: Path, table: Path) -> None:
    """The features of a file that has one a line, after its head."""
    import orjson as fast
    import polars as pl

    lines = table.with_suffix(".ndjson")
    with collection.open("rb") as read, lines.open("wb") as written:
        next(read)
        for line in read:
            if line.startswith(b'{"type"'):
                one = fast.loads(line.rstrip().rstrip(b","))
                shape = one["geometry"] and fast.dumps(one["geometry"]).decode()
                written.write(fast.dumps({"id": one["id"], GEOMETRY: shape, **one["properties"]}) + b"\n")
    pl.scan_ndjson(lines, infer_schema_length=20_000).sink_parquet(table)
    lines.unlink()


def polars(table: Path, out: Path) -> float:
    import polars as pl

    events = pl.read_parquet(table)
    started = time.process_time()
    properties = pl.struct(pl.exclude("id", GEOMETRY)).struct.json_encode()
    feature = pl.concat_str(
        pl.lit('{"type":"Feature","id":"'), "id", pl.lit('","geometry":'), pl.col(GEOMETRY).fill_null("null"),
        pl.lit(',"properties":'), properties, pl.lit("}"),
    )  # fmt: skip
    with out.open("wb") as file:
        file.write(HEAD)
        file.write(",\n".join(events.select(feature.alias("feature"))["feature"].to_list()).encode())
        file.write(TAIL)
    return time.process_time() - started


def duckdb(table: Path, out: Path) -> float:
    import duckdb as db

    connection = db.connect()
    connection.execute(f"CREATE TABLE events AS FROM '{table}'")
    described = connection.execute("DESCRIBE events").fetchall()
    names = [f'"{name}"' for name, *_ in described if name not in ("id", GEOMETRY)]
    properties = ", ".join(f"{name} := {name}" for name in names)
    feature = (
        "json_object('type', 'Feature', 'id', id, 'geometry', CAST(geometry AS JSON), "
        f"'properties', struct_pack({properties}))"
    )
    started = time.process_time()
    # One text a line, as it is: the form in which the engine writes without a detour through Python.
    form = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x07'"
    connection.execute(f"COPY (SELECT {feature} AS feature FROM events) TO '{out}' ({form})")
    return time.process_time() - started


def orjson(table: Path, out: Path) -> float:
    import orjson as fast
    import pyarrow.parquet

    events = pyarrow.parquet.read_table(table).to_pylist()
    started = time.process_time()
    with out.open("wb") as file:
        file.write(HEAD)
        for at, event in enumerate(events):
            shape = fast.Fragment(event.pop(GEOMETRY) or "null")
            feature = {"type": "Feature", "id": event.pop("id"), "geometry": shape, "properties": event}
            file.write((b",\n" if at else b"") + fast.dumps(feature))
        file.write(TAIL)
    return time.process_time() - started


def pyogrio(table: Path, out: Path) -> float:
    """Nested values go as JSON texts, which the driver writes as JSON again."""
    import geopandas
    import pyarrow
    import pyarrow.parquet
    import shapely

    events = pyarrow.parquet.read_table(table)
    for at, field in enumerate(events.schema):
        if pyarrow.types.is_nested(field.type):
            texts = [None if one is None else json.dumps(one, ensure_ascii=False) for one in events[at].to_pylist()]
            events = events.set_column(at, field.name, pyarrow.array(texts, pyarrow.string()))
    frame = events.to_pandas()
    shapes = shapely.from_geojson(frame.pop(GEOMETRY).to_numpy(dtype=object, na_value=None))
    points = geopandas.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    started = time.process_time()
    points.to_file(out, driver="GeoJSON", engine="pyogrio", RFC7946="YES")
    return time.process_time() - started


PEERS: dict[str, Callable[[Path, Path], Any]] = {one.__name__: one for one in (polars, duckdb, orjson, pyogrio)}

if __name__ == "__main__":
    name, table, told = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if name == "parquet":
        parquet(table, told)
    else:
        written = told.with_suffix(f".{name}.geojson")
        told.write_text(json.dumps({"cpu": PEERS[name](table, written), "mb": written.stat().st_size / 2**20}))
