"""What ``[profiles.NAME]`` may say, which rows its rules mean, and what is asked by ``--profile``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from small_project import PLACES, event, make, source

from mapper.cli import cli
from mapper.disclosure import LEVELS, disclose
from mapper.errors import SettingsError, UnknownProfile
from mapper.project import Project, export, read_events
from mapper.settings import read_settings

HEAD = 'title = "Examplia"\n'
WHERE = '[displacement]\nsecret_env = "EXAMPLIA_SECRET"\nmetres = [500, 2000]\n'


def project(folder: Path, settings: str, *rows: Mapping[str, str], **parts: Any) -> Project:
    return Project.open(make(folder, rows or [event("a")], settings=HEAD + settings, **parts))


def levels(folder: Path, rule: str, *rows: Mapping[str, str], **parts: Any) -> list[str]:
    """What each row is shown as under a profile of that one rule."""
    opened = project(folder, f"[[profiles.p.{rule}", *rows, **parts)
    return [LEVELS[level] for level in disclose(opened.examined, opened.examined.settings.profile("p")).levels]


# What the settings may say.


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("profiles = 3", r"profiles must be tables, each under \[profiles\.NAME\]"),
        ("[profiles]\npublic = 3", r"profiles\.public must be a table"),
        ("[profiles.full]", r"profiles\.full: 'full' is built in"),
        ("[profiles.default]", r"profiles\.default: 'default' is built in"),
        ("[profiles.Public]", r"profiles\.Public: a profile's name is lower-case"),
        ("[profiles.p]\nhide = true", r"profiles\.p: unknown key hide\. Known are: withhold, coarsen, displace"),
        ("[profiles.p]\nname_sources = 1", r"profiles\.p\.name_sources = 1 must be true or false"),
        (
            "[profiles.p]\nwithhold = true",
            r"profiles\.p\.withhold must be tables, each under \[\[profiles\.p\.withhold",
        ),
        ("[[profiles.p.withhold]]", r"profiles\.p\.withhold\[1\]: say which rows"),
        ("[[profiles.p.withhold]]\nall = true\nplace = 'x'", r"withhold\[1\]: say which rows"),
        ("[[profiles.p.withhold]]\nall = false", r"withhold\[1\]\.all = False: write all = true"),
        (
            "[[profiles.p.withhold]]\ntype = 'x'",
            r"withhold\[1\]: unknown key type\. Known are: sensitivity, event_type",
        ),
        ("[[profiles.p.withhold]]\nto = 'adm1'\nall = true", r"withhold\[1\]: unknown key to"),
        ("[[profiles.p.withhold]]\nplace = 7", r"withhold\[1\]\.place = 7 must be a text, or a list of texts"),
        ("[[profiles.p.withhold]]\nplace = []", r"withhold\[1\]\.place = \[\] must be a text"),
        ("[[profiles.p.withhold]]\nplace = ['a', ' ']", r"withhold\[1\]\.place = .* must be a text"),
        (
            "[[profiles.p.withhold]]\nsensitivity = 'high'",
            r"withhold\[1\]\.sensitivity: high is none of public, coarsen",
        ),
        ("[[profiles.p.withhold]]\ndate = '3/4/24'", r"withhold\[1\]\.date: not a date in EDTF"),
        ("[[profiles.p.coarsen]]\nall = true\nto = 'adm3'", r"coarsen\[1\]\.to = 'adm3' must be one of adm2, adm1"),
        ("[[profiles.p.displace]]\nall = true", r"profiles\.p\.displace needs \[displacement\]"),
        ("displacement = 3", r"displacement must be a table"),
        (
            "[displacement]\nsecret = 'x'",
            r"displacement: unknown key secret\. Known are: secret_env, secret_file, metres",
        ),
        ("[displacement]\nmetres = [500, 2000]", r"displacement: give it either secret_env .* or secret_file"),
        ("[displacement]\nsecret_env = 'A B'\nmetres = [1, 2]", r"secret_env must be a variable's name"),
        ("[displacement]\nsecret_env = 'A'", r"displacement\.metres = None must be two numbers"),
        ("[displacement]\nsecret_env = 'A'\nmetres = [500, true]", r"displacement\.metres = .* must be two numbers"),
        ("[displacement]\nsecret_env = 'A'\nmetres = [50, 2000]", r"the least must be 100 or more"),
        ("[displacement]\nsecret_env = 'A'\nmetres = [500, 900]", r"at least twice that"),
        ("[displacement]\nsecret_env = 'A'\nmetres = [500, inf]", r"at most 100000"),
    ],
)
def test_a_mistake_in_the_settings_names_its_key_and_the_remedy(tmp_path: Path, settings: str, said: str) -> None:
    folder = make(tmp_path, [event("a")], settings=f"{settings}\n")
    with pytest.raises(SettingsError, match=rf"data/map\.toml: .*{said}|data/map\.toml: {said}"):
        read_settings(Project.open(folder).folder)


def test_a_secret_put_where_its_name_belongs_is_not_shown(tmp_path: Path) -> None:
    secret = "9f86d081884c7d659a2feaa0c55ad015 is the secret"
    folder = make(tmp_path, [event("a")], settings=f"[displacement]\nsecret_env = '{secret}'\nmetres = [500, 2000]\n")
    with pytest.raises(SettingsError) as stop:
        read_settings(Project.open(folder).folder)
    assert secret not in str(stop.value)


@pytest.mark.parametrize(
    "rule",
    ["event_type = 'Massacre'", "sub_event_type = 'Rape'", "place = ['market', 'Atlantis']", "source_id = 'nobody'"],
)
def test_a_rule_about_what_the_project_does_not_have_is_refused(tmp_path: Path, rule: str) -> None:
    opened = project(tmp_path, f"[[profiles.p.withhold]]\n{rule}\n[[profiles.q.withhold]]\nplace = 'market'\n")
    (problem,) = opened.check()
    assert (problem.code, problem.file, problem.is_error) == ("profile-value-unknown", "data/map.toml", True)
    assert problem.column == f"profiles.p.withhold[1].{rule.partition(' = ')[0]}"
    with pytest.raises(SettingsError, match=r"profiles\.p\.withhold\[1\]"):
        opened.export(None, "csv", profile="p")
    assert opened.export(None, "csv", profile="q").count(b"\n") == 1


# Which rows a rule means.


@pytest.mark.parametrize(
    ("rule", "cells", "met"),
    [
        ("all = true", {}, True),
        ("sensitivity = 'public'", {}, True),
        ("event_type = 'Violence against civilians'", {}, True),
        ("event_type = ['Battles', 'Riots']", {}, False),
        ("sub_event_type = 'Attack'", {"sub_event_type": "Attack"}, True),
        ("sub_event_type = 'Attack'", {}, False),
        ("source_id = 'gazette'", {}, True),
        ("source_id = 'wire'", {}, False),
        ("actor = 'gárde DU nord'", {"assoc_actor_2": "Army; Garde du Nord"}, True),
        ("actor = 'Garde'", {"actor1": "Garde du Nord"}, False),
        ("event_type = 'Violence against civilians'\nsource_id = 'wire'", {}, False),
        ("date = '2024-08'", {}, True),
        ("date = '2024-08-06/2024-09'", {}, False),
        ("date = '2024-08-06/2024-09'", {"date": "2024-08"}, True),
        ("date = '2020'", {"date": "[..2024-08-10]"}, True),
        ("date = 2024-08-05", {}, True),
        ("place = 'market'", {}, True),
        ("place = 'southtown'", {}, True),
        ("place = 'south'", {}, True),
        ("place = 'west'", {}, True),
        ("place = 'coast'", {}, True),
        ("place = 'north'", {}, False),
        ("place = 'harbour'", {}, False),
        ("place = 'south'", {"place": "west"}, False),
        ("place = 'south'", {"place": "coast-road"}, True),
        ("place = 'north'", {"place": "coast-road"}, False),
        ("place = 'south'", {"place": "northtown; southtown"}, True),
        ("place = 'south'", {"place": "plain"}, True),
        ("place = 'south'", {"place": "", "latitude": "10.2", "longitude": "20.2", "geo_precision": "exact"}, True),
        ("place = 'south'", {"place": "", "latitude": "11.005", "longitude": "20.2", "geo_precision": "exact"}, True),
        ("place = 'south'", {"place": "", "latitude": "11.5", "longitude": "20.2", "geo_precision": "exact"}, False),
        (
            "place = 'market'",
            {"place": "", "latitude": "10.5101", "longitude": "21.0201", "geo_precision": "exact"},
            True,
        ),
        ("place = 'south'", {"place": "Atlantis"}, True),
        ("place = 'south'", {"place": "", "latitude": "10.2"}, True),
        ("place = 'south'", {"place": ""}, False),
        ("place = 'south'", {"geo_precision": "unlocated"}, True),
    ],
)
def test_a_rule_means_the_rows_that_meet_each_condition_and_those_of_which_it_cannot_be_told(
    tmp_path: Path, rule: str, cells: dict[str, str], met: bool
) -> None:
    parts = {"sources": [source(), source("wire", file="", sha256="")]}
    assert levels(tmp_path, f"withhold]]\n{rule}\n", event("a") | cells, **parts) == ["withheld" if met else "shown"]


@pytest.mark.parametrize(
    ("rules", "sensitivity", "level"),
    [
        ("coarsen]]\nall = true\n", "", "adm2"),
        ("coarsen]]\nall = true\nto = 'country'\n", "", "country"),
        ("coarsen]]\nall = true\nto = 'country'\n", "coarsen", "country"),
        ("displace]]\nall = true\n", "", "displaced"),
        ("displace]]\nall = true\n", "coarsen", "adm2"),
        ("displace]]\nsensitivity = 'coarsen'\n", "coarsen", "displaced"),
        ("displace]]\nsensitivity = 'coarsen'\nplace = 'north'\n", "coarsen", "adm2"),
        ("displace]]\nall = true\n[[profiles.p.coarsen]]\nall = true\nto = 'adm1'\n", "", "adm1"),
        ("coarsen]]\nall = true\n[[profiles.p.withhold]]\nall = true\n", "", "withheld"),
        ("displace]]\nsensitivity = ['withhold', 'coarsen']\n", "withhold", "withheld"),
    ],
)
def test_the_strictest_rule_holds_and_what_the_table_marks_always_does(
    tmp_path: Path, rules: str, sensitivity: str, level: str
) -> None:
    text = f"{rules}{WHERE}" if "displace" in rules else rules
    assert levels(tmp_path, text, event("a", sensitivity=sensitivity)) == [level]


def test_a_report_shows_no_more_than_the_head_of_its_event(tmp_path: Path) -> None:
    rows = [event("a"), event("b", "southtown", same_event_as="a"), event("c", "northtown")]
    assert levels(tmp_path, "coarsen]]\nplace = 'market'\n", *rows) == ["adm2", "adm2", "shown"]


@pytest.mark.parametrize(
    ("to", "place", "shown"),
    [
        ("adm2", "market", "south"),
        ("adm1", "market", "west"),
        ("country", "market", "examplia"),
        ("adm1", "north", "west"),
        ("adm2", "west", "west"),
        ("adm1", "coast-road", "examplia"),
        ("adm2", "hill", "north"),
    ],
)
def test_a_coarsened_event_goes_to_the_level_that_the_rule_names_or_a_wider_one(
    tmp_path: Path, to: str, place: str, shown: str
) -> None:
    opened = project(tmp_path, f"[[profiles.p.coarsen]]\nall = true\nto = '{to}'\n", event("a", place))
    (feature,) = json.loads(opened.export(None, "geojson", profile="p"))["features"]
    assert feature["properties"]["place_id"] == shown
    assert feature["properties"]["coarsened_to"] == next(one["name"] for one in PLACES if one["place_id"] == shown)


@pytest.mark.parametrize("named", [True, False])
def test_a_profile_says_whether_a_coarsened_event_names_its_source(tmp_path: Path, named: bool) -> None:
    opened = project(
        tmp_path, f"[profiles.p]\nname_sources = {str(named).lower()}\n", event("a", sensitivity="coarsen")
    )
    (feature,) = json.loads(opened.export(None, "geojson", profile="p"))["features"]
    (report,) = feature["properties"]["reports"]
    assert (report["source_id"], report["quote"]) == ("gazette" if named else None, None)
    assert report["protected"] == ("quote" if named else "source")
    assert [one["source_id"] for one in opened.sources("p")] == (["gazette"] if named else [])


# Asking for one.


def test_only_the_profile_full_shows_what_is_hidden_and_it_says_so(tmp_path: Path) -> None:
    opened = project(tmp_path, "[profiles.p]\n", event("a"), event("b", sensitivity="withhold"))
    assert [list(opened.events(name)["event_id"]) for name in ("default", "p", "full")] == [["a"], ["a"], ["a", "b"]]
    assert "profile full" in json.loads(opened.export(None, "geojson", profile="full"))["note"]
    assert "note" not in json.loads(opened.export(None, "geojson"))
    for name in ("full", "default"):
        page = opened.build(profile=name).paths[0].read_text(encoding="utf-8")
        without_script = page.partition('<main class="plain">')[2].partition("</main>")[0]
        assert ("This copy shows what is kept from the published map" in without_script) == (name == "full")


def test_python_and_the_command_line_take_a_profile(tmp_path: Path) -> None:
    project(tmp_path, "[[profiles.p.withhold]]\nplace = 'market'\n", event("a"), event("b", "northtown"))
    assert list(read_events(tmp_path, "p")["event_id"]) == ["b"]
    export(tmp_path / "b.csv", tmp_path, profile="p")
    assert b"market" not in (tmp_path / "b.csv").read_bytes()
    run = CliRunner().invoke(cli, ["-C", str(tmp_path), "export", "-", "--format", "csv", "--profile", "p"])
    assert (run.exit_code, run.stdout_bytes) == (0, (tmp_path / "b.csv").read_bytes())
    run = CliRunner().invoke(cli, ["-C", str(tmp_path), "build", "--profile", "p"])
    assert (run.exit_code, "1 withheld" in run.stderr) == (0, True)
    assert json.loads((tmp_path / "output/build.json").read_bytes())["profile"] == "p"


@pytest.mark.parametrize("arguments", [["build", "--profile", "q"], ["export", "x.csv", "--profile", "q"]])
def test_an_unknown_profile_is_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    opened = project(tmp_path, "[profiles.p]\n")
    run = CliRunner().invoke(cli, ["-C", str(tmp_path), *arguments])
    assert (run.exit_code, "no profile q. Known are: default, full, p" in run.stderr) == (2, True)
    assert not (tmp_path / "output").exists()
    with pytest.raises(UnknownProfile):
        opened.events("q")
