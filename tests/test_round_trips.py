"""Ours, to a file, to ours: what comes back is what went out, but for what the format says that it can't hold."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import small_project

from mapper import Project

HEALTHY = Path(__file__).parent / "projects" / "healthy"


def emptied(root: Path, target: Path, *kept: str) -> Path:
    """A copy of a project without events and sources, and of its other data only what is to be kept."""
    shutil.copytree(root / "data", target / "data")
    shutil.copytree(root / "seeds", target / "seeds")
    for path in (target / "data").iterdir():
        if path.name not in ("map.toml", *kept):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if "seeds" not in kept:
        shutil.rmtree(target / "seeds")
        (target / "seeds").mkdir()
    return target


def collection(project: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Project.open(project).export(None, "geojson"))
    return read


def test_our_geojson_comes_back_whole_where_the_project_has_its_places_and_texts(haiti: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.geojson"
    Project.open(haiti).export(file)
    twin = emptied(haiti, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    told = Project.open(twin).import_file(file)
    assert told.losses == ()
    assert collection(twin) == json.loads(file.read_text(encoding="utf-8"))


def test_reports_retractions_and_all_kinds_of_places_come_back_and_coarsened_events_without_their_words(
    tmp_path: Path,
) -> None:
    file = tmp_path / "events.geojson"
    Project.open(HEALTHY).export(file)
    twin = emptied(HEALTHY, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    told = Project.open(twin).import_file(file)
    before, after = json.loads(file.read_text(encoding="utf-8"))["features"], collection(twin)["features"]
    coarse = [one["id"] for one in before if one["properties"]["coarsened_to"]]
    assert [(loss.code, loss.count) for loss in told.losses] == [("coarsened", len(coarse))]
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert [one for one in after if one["id"] not in coarse] == [one for one in before if one["id"] not in coarse]
    assert [one["geometry"] for one in after] == [one["geometry"] for one in before]


def test_a_report_comes_back_to_the_place_of_the_kind_that_its_precision_has(tmp_path: Path) -> None:
    rows = [
        small_project.event("a", "northtown"),
        small_project.event("b", "north", same_event_as="a"),
        small_project.event("c", "coast; hill", same_event_as="a"),
    ]
    project, file = small_project.make(tmp_path / "project", rows), tmp_path / "events.geojson"
    Project.open(project).export(file)
    twin = emptied(project, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    assert Project.open(twin).import_file(file).losses == ()
    assert collection(twin) == json.loads(file.read_text(encoding="utf-8"))


def test_our_geojson_comes_back_into_an_empty_project_but_for_its_texts(haiti: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.geojson"
    Project.open(haiti).export(file)
    twin = emptied(haiti, tmp_path / "twin")
    told = Project.open(twin).import_file(file)
    assert [loss.code for loss in told.losses] == ["place-written"]
    assert [problem.code for problem in Project.open(twin).check() if problem.is_error] == []
    before, after = json.loads(file.read_text(encoding="utf-8"))["features"], collection(twin)["features"]
    for old, new in zip(before, after, strict=True):
        for report in (*old["properties"]["reports"], *new["properties"]["reports"]):
            del report["file"], report["spans"], report["place"]
        # A label point is computed anew, from a shape with six decimals.
        assert new["properties"].pop("label_point") == pytest.approx(old["properties"].pop("label_point"), abs=0.02)
        assert new == old


def test_any_geojson_gives_points_lines_and_areas(tmp_path: Path) -> None:
    project = small_project.make(tmp_path / "project", [])
    shapes = {
        "one": {"type": "Point", "coordinates": [20.6, 11.4]},
        "two": {"type": "LineString", "coordinates": [[20.1, 10.1], [20.9, 10.9]]},
        "three": {"type": "Polygon", "coordinates": [[[20, 10], [21, 10], [21, 11], [20, 10]]]},
        "four": None,
    }
    given = [
        {"type": "Feature", "properties": {"name": name, "date": "2024-08-05", "size": 3}, "geometry": shape}
        for name, shape in shapes.items()
    ]
    (tmp_path / "any.geojson").write_text(small_project.collection(*given), encoding="utf-8")
    Project.open(project).import_file(tmp_path / "any.geojson", constants={"geo_precision": "exact"})
    found = {one["properties"]["title"]: one for one in collection(project)["features"]}
    assert {title: one["geometry"] for title, one in found.items()} == shapes
    precisions = {title: one["properties"]["geo_precision"] for title, one in found.items()}
    assert precisions == {"one": "exact", "two": "line", "three": "region", "four": "unlocated"}
    assert {one["properties"]["extra"]["size"] for one in found.values()} == {"3"}
