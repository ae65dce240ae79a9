"""The Data Package: one archive that an independent judge finds valid, and that holds everything."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import small_project
from frictionless import Package, system
from hostile_project import plant
from round_trip import emptied

from mapper import Project
from mapper.errors import TableError

HEALTHY = Path(__file__).parent / "projects" / "healthy"


def unpacked(data: bytes, folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("root", [HEALTHY, Path(__file__).parents[1], None], ids=["healthy", "haiti", "hostile"])
def test_frictionless_finds_it_valid(tmp_path: Path, root: Path | None) -> None:
    root = root or plant(tmp_path / "hostile").root
    unpacked(Project.open(root).export(None, "datapackage"), tmp_path / "package")
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "package/datapackage.json")).validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])[:5]
    assert [task.name for task in report.tasks][:3] == ["events", "reports", "sources"]


def test_frictionless_finds_a_figure_that_is_none(tmp_path: Path) -> None:
    files = unpacked(Project.open(HEALTHY).export(None, "datapackage"), tmp_path)
    (tmp_path / "events.csv").write_bytes(files["events.csv"].replace(b"reported", b"feared", 1))
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_it_holds_the_tables_the_geojson_and_the_licence(tmp_path: Path) -> None:
    settings = 'title = "Two words"\nlicence = "CC BY 4.0"\ncountries = ["EXA"]\n'
    opened = Project.open(small_project.make(tmp_path / "p", [small_project.event("one")], settings=settings))
    files = unpacked(opened.export(None, "datapackage"), tmp_path / "package")
    assert list(files) == [
        *("datapackage.json", "events.csv", "reports.csv", "sources.csv", "events.geojson", "LICENCE.txt")
    ]
    assert files["events.geojson"] == opened.export(None, "geojson")
    told = json.loads(files["datapackage.json"])
    assert (told["name"], told["title"]) == ("two-words", "Two words")
    assert told["licenses"] == [{"path": "LICENCE.txt", "title": "CC BY 4.0"}]
    assert files["LICENCE.txt"] == b"CC BY 4.0\n"
    for resource in told["resources"][:3]:
        header = files[resource["path"]].split(b"\n")[0].decode().split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert [field["name"] for field in resource["schema"]["fields"] if "description" not in field] == []


def test_what_was_made_with_the_full_profile_says_so(tmp_path: Path) -> None:
    opened = Project.open(small_project.make(tmp_path / "p", [small_project.event("one")]))
    files = unpacked(opened.export(None, "datapackage", profile="full"), tmp_path / "package")
    assert "Not for publication" in json.loads(files["datapackage.json"])["description"]


def test_its_table_alone_is_read_too(tmp_path: Path) -> None:
    rows = [small_project.event("one", title="=1+1"), small_project.event("two", "west")]
    opened = Project.open(small_project.make(tmp_path / "p", rows))
    unpacked(opened.export(None, "datapackage"), tmp_path / "package")
    twin = emptied(opened.folder.root, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    Project.open(twin).import_file(tmp_path / "package/events.csv")
    features = json.loads(Project.open(twin).export(None, "geojson"))["features"]
    assert [one["properties"]["title"] for one in features] == ["=1+1", "Title of two"]
    assert [one["geometry"]["type"] for one in features] == ["Point", "Polygon"]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"readme.txt": "x"}, "is no Data Package that was exported here"),
        ({"datapackage.json": "{}", "events.geojson": "{"}, "can't be read as GeoJSON"),
        (None, "can't be read as a ZIP archive"),
    ],
)
def test_another_archive_is_refused_in_one_sentence(tmp_path: Path, files: dict[str, str] | None, why: str) -> None:
    project = small_project.make(tmp_path / "p", [])
    (tmp_path / "other.zip").write_bytes(b"PK not really")
    if files is not None:
        with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
    with pytest.raises(TableError, match=why):
        Project.open(project).import_file(tmp_path / "other.zip")
