"""Whole projects, each with one planted fault: what the command line says of it, and what becomes of every row.

A folder of ``tests/projects/`` is a project as a curator has it, and ``expected.json`` beside it: the exit codes,
the complete list of problems, words that the remedies hold, what became of the rows, and the events published.
"""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner, Result

from mapper.cli import cli
from mapper.problems import shown
from mapper.schema import declaration

PROJECTS = Path(__file__).parent / "projects"
NAMES = sorted(path.parent.name for path in PROJECTS.glob("*/expected.json"))
PARTS = ("code", "severity", "file", "row", "column", "value")


@dataclass(frozen=True)
class Run:
    """One project, checked and built by the command line in a copy of its folder."""

    name: str
    folder: Path
    expected: dict[str, Any]
    as_json: Result
    as_text: Result
    build: Result

    @property
    def problems(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.as_json.stdout)["problems"]
        return found

    @property
    def ledger(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "output/build.json").read_text(encoding="utf-8"))
        return loaded

    @property
    def features(self) -> list[dict[str, Any]]:
        collection = json.loads((self.folder / "output/events.geojson").read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = collection["features"]
        return found


_RUNS: dict[str, Run] = {}


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The project that the test names, run once for all its tests."""
    name: str = request.param
    if name not in _RUNS:
        _RUNS[name] = _run(name, tmp_path_factory.mktemp(name))
    return _RUNS[name]


def _run(name: str, scratch: Path) -> Run:
    folder = Path(shutil.copytree(PROJECTS / name, scratch / "project"))
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for link, target in expected.get("links", {}).items():
        (folder / link).symlink_to(target)
    before = _bytes_below(folder)
    told = [
        CliRunner().invoke(cli, ["-C", str(folder), *verb])
        for verb in (["check", "--format", "json"], ["check"], ["build"])
    ]
    for result in told:
        assert result.exception is None or isinstance(result.exception, SystemExit)
    assert _bytes_below(folder) == before
    return Run(name, folder, expected, *told)


def _bytes_below(folder: Path) -> dict[Path, bytes]:
    """What a build must not touch: everything but ``output/``."""
    files = (path for path in folder.rglob("*") if path.is_file() and "output" not in path.relative_to(folder).parts)
    return {path: path.read_bytes() for path in files}


every_project = pytest.mark.parametrize("run", NAMES, indirect=True)


@every_project
def test_the_check_finds_exactly_the_planted_problems(run: Run) -> None:
    found = [{part: problem[part] for part in PARTS} for problem in run.problems]
    assert found == run.expected["problems"]


@every_project
def test_the_exit_codes_tell_whether_there_is_an_error(run: Run) -> None:
    codes = {"check": run.as_json.exit_code, "build": run.build.exit_code}
    assert codes == run.expected["exit"]
    assert run.as_text.exit_code == run.as_json.exit_code


@every_project
def test_the_text_names_file_row_column_value_and_remedy(run: Run) -> None:
    lines = run.as_text.stdout.splitlines()
    assert len(lines) == len(run.problems)
    for line, problem in zip(lines, run.problems, strict=True):
        where = [str(problem[part]) for part in ("file", "row", "column") if problem[part] is not None]
        assert line.startswith(f"{':'.join(where)}: {problem['severity']}: ")
        assert line.endswith(f" [{problem['code']}]")
        assert problem["remedy"] in line
        if "{value}" in "".join(declaration("problems")[problem["code"]][part] for part in ("message", "remedy")):
            assert shown(problem["value"]) in line
        assert line in run.build.stderr.splitlines()
    for words in run.expected.get("remedy_says", ()):
        assert any(words in problem["remedy"] for problem in run.problems)


@every_project
def test_every_row_is_accounted_for(run: Run) -> None:
    rows = run.ledger["rows"]
    total = rows.pop("all")
    assert {fate: count for fate, count in rows.items() if count} == run.expected["rows"]
    assert sum(rows.values()) == total
    assert len(run.features) == rows["retracted"] + rows["unlocated"] + rows["mapped"] == run.ledger["events"]


@every_project
def test_the_other_rows_are_still_published(run: Run) -> None:
    assert [feature["id"] for feature in run.features] == run.expected["events"]
    with (run.folder / "output/events.csv").open(encoding="utf-8", newline="") as file:
        assert [row["event_id"] for row in csv.DictReader(file)] == run.expected["events"]


@every_project
def test_no_event_stands_where_none_can_be(run: Run) -> None:
    for feature in run.features:
        if feature["geometry"] is None:
            assert feature["properties"]["geo_precision"] == "unlocated"
            assert feature["properties"]["label_point"] is None
            continue
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        assert not shape.is_empty
        assert not shape.intersects(shapely.Point(0, 0))
        west, south, east, north = shape.bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        polygons = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
        assert all(ring.is_ccw for ring in (polygon.exterior for polygon in polygons))


@every_project
def test_the_ledger_holds_every_problem_and_no_cell(run: Run) -> None:
    kept = [{part: problem[part] for part in PARTS if part != "value"} for problem in run.problems]
    assert run.ledger["problems"] == kept


@pytest.mark.parametrize("run", [name for name in NAMES if name != "healthy"], indirect=True)
def test_a_strict_build_with_an_error_writes_nothing(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "strict" / "map.html"
    result = CliRunner().invoke(cli, ["-C", str(run.folder), "build", "--strict", "-o", str(target)])
    assert result.exit_code == int(bool(run.problems))
    assert target.exists() == (run.expected["exit"]["build"] == 0)


@pytest.mark.parametrize("run", ["bom-crlf-nfd", "cp1252", "utf-16", "semicolons", "tabs"], indirect=True)
def test_however_a_table_is_written_the_same_events_are_published(run: Run, tmp_path: Path) -> None:
    twin = _run(run.expected["same_geojson_as"], tmp_path)
    for name in ("events.geojson", "events.csv"):
        assert (run.folder / "output" / name).read_bytes() == (twin.folder / "output" / name).read_bytes()


@pytest.mark.parametrize("run", ["formula"], indirect=True)
def test_a_spreadsheet_runs_nothing_that_a_cell_holds(run: Run) -> None:
    text = (run.folder / "output/events.csv").read_text(encoding="utf-8")
    assert all(part in text for part in run.expected["csv_has"])


@pytest.mark.parametrize("run", ["column-unknown"], indirect=True)
def test_an_unknown_column_is_kept(run: Run) -> None:
    planted = next(feature for feature in run.features if feature["id"] == "planted")
    assert planted["properties"]["extra"] == {"desk": "North", "Bemerkung": "=1+1"}


@pytest.mark.parametrize("run", ["antimeridian"], indirect=True)
def test_what_crosses_the_antimeridian_is_split_there(run: Run) -> None:
    shapes = {feature["id"]: feature["geometry"] for feature in run.features}
    for event_id in ("planted", "shelf"):
        assert shapes[event_id]["type"] == "MultiPolygon"
        assert len(shapes[event_id]["coordinates"]) == 2
