"""Whatever a file holds, it is read or refused in bounded memory and time: in a process that may use no more.

The limits are far above what an ordinary project takes, and far below what the hostile files here used to take.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import PLACES, event, make, source
from workbooks import ods, xlsx

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")

MEMORY = 1 << 30
SECONDS = 60
HEADER = "event_id,event_type,title,source_id,quote"
ROW = "{id},Protests,t,gazette,Later it rained."
MIB = 1 << 20
Planted = Callable[[Path], object]


def check(folder: Path, memory: int = MEMORY) -> subprocess.CompletedProcess[str]:
    """``mapper check`` in a process of its own, which is ended if it takes more memory or time than allowed."""
    script = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))\n"
        f"resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))\n"
        "from mapper.cli import main\nsys.argv[0] = 'mapper'\nmain()\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script, "-C", str(folder), "check", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
        env={"OPENBLAS_NUM_THREADS": "1", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[1])},
    )


def text(file: str, written: str) -> Planted:
    return lambda folder: (folder / file).write_text(written, encoding="utf-8")


def workbook(name: str, data: bytes) -> Planted:
    def plant(folder: Path) -> None:
        (folder / "data" / name).with_suffix(".csv").unlink()
        (folder / "data" / name).write_bytes(data)

    return plant


def of_event(**cells: str) -> Planted:
    """A project whose second event has these cells."""
    return lambda folder: make(folder, [event("a"), event("b", **cells)])


def of_place(**cells: str) -> Planted:
    return lambda folder: make(
        folder, [event("a")], places=[*PLACES, {"place_id": "odd", "name": "Odd", "kind": "region", **cells}]
    )


def stored(data: bytes, name: str, part: str) -> bytes:
    """The workbook with one part of it replaced or added, not compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in {*old.namelist(), name}:
            new.writestr(entry, part if entry == name else old.read(entry))
    return target.getvalue()


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
HOSTILE: dict[str, Planted] = {
    "marks that are out of order": of_event(title="e" + "\u0301\u0327" * (MIB // 2 - 9)),
    "marks in a place's name": of_event(place="e" + "\u0301\u0327" * (MIB // 2 - 9)),
    "a name and a kind apart": of_event(place="a" + " " * (MIB - 9) + "x"),
    "brackets in a name": of_event(place="a (" * (MIB // 3 - 9)),
    "half a million places": of_event(place="a;" * (MIB // 2 - 9)),
    "half a million words for the place": of_event(place_text="a;" * (MIB // 2 - 9)),
    "a set of many dates": of_event(date="[" + "2024," * (MIB // 5 - 9) + "2024]"),
    "many windows": of_event(date="[..2024," * (MIB // 8 - 9)),
    "a number of a million digits": of_event(latitude="1" * (MIB - 9), fatalities_low="1" * (MIB - 9)),
    "a quote of many omissions": of_event(quote="Nobody […] " * (MIB // 12)),
    "an id like none": of_event(same_event_as="ab" * (MIB // 2 - 9), source_id="ab" * (MIB // 2 - 9)),
    "half a million members": of_place(members="".join(f"m{n:x};" for n in range(150_000))),
    "collections within collections": of_place(geometry="GEOMETRYCOLLECTION (" * (MIB // 20 - 9)),
    "closed collections": of_place(geometry="GEOMETRYCOLLECTION(" * 40_000 + "POINT (1 1)" + ")" * 40_000),
    "a line of many corners": of_place(kind="road", geometry=f"LINESTRING ({'20 10, 21 11, ' * 70_000}20 10)"),
    "a hundred thousand columns": text(
        "data/events.csv", ",".join([HEADER, *(f"c{n}" for n in range(100_000))]) + "\n"
    ),
    "one column a hundred thousand times": text("data/events.csv", HEADER + ",title" * 100_000 + "\n"),
    "one id in thirty thousand rows": text("data/events.csv", "\n".join([HEADER, *[ROW.format(id="x")] * 30_000])),
    "quotes without end": text("data/events.csv", HEADER + "\n" + 'x,"' * 500_000),
    "delimiters alone": text("data/events.csv", HEADER + "\n" + "," * 5_000_000),
    "a source of marks out of order": lambda folder: make(
        folder,
        [event("a"), event("b", source_id="odd", quote="Nobody was here.")],
        sources=[source(), source("odd", file="odd.txt", sha256="")],
        seeds={"odd.txt": "e" + "\u0301\u0327" * 1_000_000 + " Nobody was hurt."},
    ),
    "lists within lists in the settings": text("data/map.toml", "a = " + "[" * 100_000),
    "tables within tables in the settings": text("data/map.toml", "a = " + "{a = " * 2_000),
    "a key of many parts": text("data/map.toml", ".".join("a" * 500_000) + " = 1"),
    "lists within lists in a taxonomy": lambda folder: (
        text("data/map.toml", 'taxonomy = "t.json"')(folder),
        text("data/t.json", "[" * 1_000_000)(folder),
    ),
    "lists within lists in boundaries": text("data/boundaries/x.geojson", '{"features": ' + "[" * 1_000_000),
    "collections within collections in boundaries": text(
        "data/boundaries/x.geojson",
        '{"features": [{"geometry": ' + '{"type": "GeometryCollection", "geometries": [' * 100_000,
    ),
    "a number of a million digits in boundaries": text("data/boundaries/x.geojson", f'{{"features": [{"1" * MIB}]}}'),
    "shared strings that never end": workbook("events.xlsx", stored(xlsx([["event_id"]]), STRINGS, "<si >" * 400_000)),
    "cells that never end": workbook("events.xlsx", stored(xlsx([["event_id"]]), SHEET, "<c " * 400_000)),
    "a list of sheets without end": workbook(
        "events.xlsx", stored(xlsx([["event_id"]]), "xl/workbook.xml", "<sheets>" + "<sheet/>" * 5_000_000)
    ),
    "elements within elements": workbook("events.ods", ods("<table:table-row>" * 300_000)),
    "tabs that never end": workbook("events.ods", ods("<text:tab" + " " * 400_000)),
    "columns of a workbook without end": workbook("events.xlsx", xlsx([[f"c{n}" for n in range(16_000)]])),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_in_bounded_memory_and_time(name: str, tmp_path: Path) -> None:
    HOSTILE[name](make(tmp_path / "project", [event("a")]))
    done = check(tmp_path / "project")
    assert done.returncode in (0, 1), (done.returncode, done.stderr[-500:])
    assert "Traceback" not in done.stderr
    assert "MemoryError" not in done.stderr
    assert done.stdout.startswith("{")


def test_a_process_that_takes_more_than_it_may_is_ended(tmp_path: Path) -> None:
    """Else the tests above would say nothing."""
    done = check(make(tmp_path / "project", [event("a")]), memory=64 << 20)
    assert done.returncode != 0
    assert not done.stdout.startswith("{")
