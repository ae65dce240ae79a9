"""A build: every output or none, the same bytes everywhere, and a ledger in which each row is found again."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import copy_project

import mapper
from mapper import Project
from mapper.errors import BuildRefused, ProjectNotFound, WriteError

OUTPUTS = ("map.html", "events.geojson", "events.csv", "build.json")
Run = Callable[..., subprocess.CompletedProcess[str]]


def _ledger(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    return loaded


def _matches_ledger(folder: Path) -> bool:
    outputs = _ledger(folder)["outputs"]
    assert isinstance(outputs, dict)
    return all(sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in outputs.items())


def _break_row(folder: Path, event_id: str, column: str, value: str) -> None:
    """Overwrite one cell of events.csv."""
    path = folder / "data" / "events.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        if row["event_id"] == event_id:
            row[column] = value
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def test_the_committed_tables_have_no_problem(haiti: Path) -> None:
    assert Project.open(haiti).check() == []


@pytest.mark.parametrize("was_on", [True, False])
def test_a_build_leaves_pythons_garbage_collector_as_it_was(haiti_copy: Path, was_on: bool) -> None:
    (gc.enable if was_on else gc.disable)()
    try:
        Project.open(haiti_copy).build()
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


@pytest.mark.parametrize("name", ["events.geojson", "events.csv"])
def test_the_committed_outputs_are_current(haiti: Path, haiti_copy: Path, name: str) -> None:
    Project.open(haiti_copy).build()
    assert (haiti / "output" / name).read_bytes() == (haiti_copy / "output" / name).read_bytes()


def test_every_output_is_in_the_ledger_with_its_hash(haiti_copy: Path) -> None:
    result = Project.open(haiti_copy).build()
    assert sorted(path.name for path in result.paths) == sorted(OUTPUTS)
    assert set(_ledger(haiti_copy / "output")["outputs"]) == set(OUTPUTS) - {"build.json"}  # type: ignore[call-overload]
    assert _matches_ledger(haiti_copy / "output")


def test_every_row_is_counted_once(haiti_copy: Path) -> None:
    Project.open(haiti_copy).build()
    rows = _ledger(haiti_copy / "output")["rows"]
    assert isinstance(rows, dict)
    with (haiti_copy / "data" / "events.csv").open(encoding="utf-8", newline="") as table:
        assert rows.pop("all") == sum(rows.values()) == sum(1 for _ in csv.DictReader(table))


def test_builds_are_the_same_bytes_in_any_folder_time_zone_locale_and_hash_order(
    haiti: Path, tmp_path: Path, mapper_command: Run
) -> None:
    settings = [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Port-au-Prince", "LC_ALL": "C.UTF-8"},
    ]
    folders = [copy_project(haiti, tmp_path / name) for name in ("one", "another folder")]
    for folder, environment in zip(folders, settings, strict=True):
        done = mapper_command(folder, "build", **environment)
        assert done.returncode == 0, done.stderr
    for name in OUTPUTS:
        first, second = ((folder / "output" / name).read_bytes() for folder in folders)
        assert first == second, name


def test_the_order_of_rows_does_not_matter(haiti: Path, tmp_path: Path) -> None:
    straight, turned = (copy_project(haiti, tmp_path / name) for name in ("straight", "turned"))
    path = turned / "data" / "events.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([header, *reversed(rows)]), encoding="utf-8")
    for folder in (straight, turned):
        Project.open(folder).build()
    for name in ("map.html", "events.geojson", "events.csv"):
        assert (straight / "output" / name).read_bytes() == (turned / "output" / name).read_bytes(), name


def test_output_goes_where_it_is_sent(haiti_copy: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "haiti.html"
    result = Project.open(haiti_copy).build(target)
    assert result.paths[0] == target
    assert {path.name for path in target.parent.iterdir()} == {"haiti.html", *OUTPUTS} - {"map.html"}
    assert list((haiti_copy / "output").iterdir()) == []


@pytest.mark.parametrize("name", ["events.csv", "events.geojson", "build.json"])
def test_the_map_may_not_take_another_outputs_name(haiti_copy: Path, name: str) -> None:
    with pytest.raises(WriteError, match=r"map\.html"):
        Project.open(haiti_copy).build(haiti_copy / "output" / name)


@pytest.mark.parametrize(
    ("column", "value", "fate", "code"),
    [
        ("place", "Nowhere", "unlocated", "place-unknown"),
        ("place", "Léogâne", "unlocated", "place-ambiguous"),
        ("quote", "words that nobody wrote", "rejected", "quote-not-found"),
        ("date", "03/04/2024", "rejected", "date-not-edtf"),
    ],
)
def test_a_row_with_an_error_is_named_and_the_rest_is_written(
    haiti_copy: Path, mapper_command: Run, column: str, value: str, fate: str, code: str
) -> None:
    _break_row(haiti_copy, "gressier-gangs-july-2024", column, value)
    done = mapper_command(haiti_copy, "build")
    assert done.returncode == 1
    assert f"data/events.csv:3:{column}: error" in done.stderr
    assert f"[{code}]" in done.stderr
    assert value in done.stderr
    ledger = _ledger(haiti_copy / "output")
    rows = ledger["rows"]
    assert isinstance(rows, dict)
    assert (rows[fate], rows["mapped"], rows["all"]) == (1, 7, 8)
    events = json.loads((haiti_copy / "output" / "events.geojson").read_text(encoding="utf-8"))["features"]
    placed = {event["id"]: event["geometry"] for event in events}
    assert len(placed) == (8 if fate == "unlocated" else 7)
    assert placed.get("gressier-gangs-july-2024") is None


def test_strict_writes_nothing_while_there_is_an_error(haiti_copy: Path) -> None:
    _break_row(haiti_copy, "gressier-gangs-july-2024", "date", "yesterday")
    with pytest.raises(BuildRefused):
        Project.open(haiti_copy).build(strict=True)
    assert list((haiti_copy / "output").iterdir()) == []


def test_no_project_is_said_in_a_sentence(tmp_path: Path, mapper_command: Run) -> None:
    with pytest.raises(ProjectNotFound):
        Project.open(tmp_path)
    done = mapper_command(tmp_path, "build")
    assert (done.returncode, done.stdout) == (2, "")
    assert "mapper init" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_a_killed_build_leaves_whole_outputs_or_the_next_command_completes_them(haiti_copy: Path) -> None:
    Project.open(haiti_copy).build()
    map_toml = haiti_copy / "data" / "map.toml"
    moments = [0.3 + 0.05 * step for step in range(12)]
    for number, moment in enumerate(moments):
        map_toml.write_text(f'title = "Build {number}"\ncountries = ["HTI"]\n', encoding="utf-8")
        with subprocess.Popen([sys.executable, "-m", "mapper", "-C", str(haiti_copy), "build"]) as process:
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
        Project.open(haiti_copy)
        assert _matches_ledger(haiti_copy / "output")
    Project.open(haiti_copy).build()
    assert {path.name for path in (haiti_copy / "output").iterdir()} == set(OUTPUTS)


def test_public_names_are_there_and_every_verb_has_its_call(haiti: Path, tmp_path: Path) -> None:
    assert all(getattr(mapper, name) is not None for name in mapper.__all__)
    assert mapper.check(haiti) == []
    assert len(mapper.read_events(haiti)) == 8
    mapper.export(tmp_path / "events.csv", haiti)
    assert (tmp_path / "events.csv").read_bytes() == (haiti / "output" / "events.csv").read_bytes()


@pytest.mark.parametrize("code", ["table-missing", "table-empty"])
def test_without_a_table_of_events_what_was_built_before_stays(
    haiti_copy: Path, mapper_command: Run, code: str
) -> None:
    Project.open(haiti_copy).build()
    before = {name: (haiti_copy / "output" / name).read_bytes() for name in OUTPUTS}
    table = haiti_copy / "data" / "events.csv"
    table.unlink() if code == "table-missing" else table.write_bytes(b"")
    done = mapper_command(haiti_copy, "build")
    assert done.returncode == 1
    assert f"[{code}]" in done.stderr
    assert "Nothing was written" in done.stderr
    assert {name: (haiti_copy / "output" / name).read_bytes() for name in OUTPUTS} == before


@pytest.mark.parametrize("target", ["data/map.html", "seeds/map.html"])
def test_nothing_is_written_among_the_curated_files(haiti_copy: Path, target: str) -> None:
    project = Project.open(haiti_copy)
    before = (haiti_copy / "data" / "events.csv").read_bytes()
    with pytest.raises(WriteError, match="never written"):
        project.build(haiti_copy / target)
    with pytest.raises(WriteError, match="never written"):
        project.export(haiti_copy / "data" / "events.csv")
    assert (haiti_copy / "data" / "events.csv").read_bytes() == before


@pytest.mark.parametrize("name", ["Events.CSV", "BUILD.json", "EVENTS.GEOJSON"])
def test_the_map_may_not_take_another_outputs_name_in_other_letters(haiti_copy: Path, name: str) -> None:
    """On many systems they are one file."""
    with pytest.raises(WriteError, match=r"map\.html"):
        Project.open(haiti_copy).build(haiti_copy / "output" / name)
    assert list((haiti_copy / "output").iterdir()) == []


@pytest.mark.parametrize("name", ["a\\b.csv", "half\udce9.csv", "nul\0.csv", ".mapper-ready", ".."])
def test_a_file_name_that_cannot_be_written_everywhere_is_refused_in_a_sentence(haiti_copy: Path, name: str) -> None:
    project = Project.open(haiti_copy)
    for write in (project.build, lambda file: project.export(file, "csv")):
        with pytest.raises(WriteError, match="names no file that can be written"):
            write(haiti_copy / "output" / name)
    assert list((haiti_copy / "output").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_lead_no_output_among_the_curated_files_nor_round_in_a_circle(haiti_copy: Path, tmp_path: Path) -> None:
    before = (haiti_copy / "data" / "events.csv").read_bytes()
    (tmp_path / "alias").symlink_to(haiti_copy / "data")
    (tmp_path / "link.csv").symlink_to(haiti_copy / "data" / "events.csv")
    (tmp_path / "circle.csv").symlink_to("circle.csv")
    project = Project.open(haiti_copy)
    for target in ("alias/below/events.csv", "link.csv"):
        with pytest.raises(WriteError, match="never written"):
            project.export(tmp_path / target)
    with pytest.raises(WriteError, match=r"circle\.csv couldn't be written"):
        project.export(tmp_path / "circle.csv")
    assert (haiti_copy / "data" / "events.csv").read_bytes() == before


def test_the_ledger_tells_the_settings_that_were_read_not_those_saved_meanwhile(haiti_copy: Path) -> None:
    read = sha256((haiti_copy / "data" / "map.toml").read_bytes()).hexdigest()
    project = Project.open(haiti_copy)
    assert project.check() == []
    (haiti_copy / "data" / "map.toml").write_text('title = "Later"\n', encoding="utf-8")
    project.build()
    inputs = _ledger(haiti_copy / "output")["inputs"]
    assert isinstance(inputs, dict)
    assert inputs["data/map.toml"] == read
