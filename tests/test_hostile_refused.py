"""Where a hostile string can't be meant it is refused: at its row, with the remedy, in words that no terminal obeys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile import UNHOLDABLE, evaluated, holdable, strings
from hostile_project import toml
from small_project import PLACES, csv_bytes, event, make, source

from mapper import Project
from mapper.cli import cli
from mapper.errors import MapperError, SettingsError
from mapper.schema import table_schema
from mapper.settings import ProjectFolder, read_settings, read_taxonomy
from mapper.tables import clean

# What can harm no terminal: one line, without control or direction characters.
TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HARMFUL = [one for one in holdable() if TERMINAL.search(one)][::4]
CLOSED = [
    (table, field.name)
    for table in ("events", "sources", "places")
    for field in table_schema(table).fields
    if field.enum or field.pattern or field.edtf or not field.is_text or field.references or field.taxonomy
]
GOOD = {
    "events": [event("first")],
    "sources": [source()],
    "places": list(PLACES),
}


def test_the_closed_columns_are_those_of_the_schema() -> None:
    assert len(CLOSED) >= 30
    assert {("events", "event_id"), ("events", "date"), ("sources", "url"), ("places", "latitude")} <= set(CLOSED)


@pytest.mark.parametrize("at", range(len(CLOSED)), ids=[".".join(one) for one in CLOSED])
def test_a_hostile_string_in_a_closed_column_is_an_error_at_its_row(tmp_path: Path, at: int) -> None:
    table, column = CLOSED[at]
    texts = [one for one in holdable()[at % 6 :: 6] if clean(one) and not _is_meant(table, column, clean(one))]
    rows = [_row(table, number, {column: text}) for number, text in enumerate(texts)]
    problems = check(tmp_path, table, rows)
    first = len(GOOD[table]) + 2
    wrong = {problem.row for problem in problems if problem.is_error and problem.file == f"data/{table}.csv"}
    assert [texts[row - first] for row in range(first, first + len(rows)) if row not in wrong] == []


def _is_meant(table: str, column: str, text: str) -> bool:
    """Whether a string of the set happens to be what the column asks for: ``007`` is a number."""
    field = table_schema(table).field(column)
    assert field
    numeric = not field.is_text and re.fullmatch(r"[+-]?[\d.,eE+-]+", text)
    dated = (field.edtf or field.type == "date") and re.fullmatch(r"\d{4}(-\d\d)*", text)
    pattern = bool(field.pattern and re.fullmatch(field.pattern, text)) and not field.references
    nothing = bool(field.separator) and not text.strip("; ")
    return bool(numeric or dated or pattern or nothing)


def _row(table: str, number: int, cells: Mapping[str, str]) -> dict[str, str]:
    if table == "events":
        return event(f"hostile-{number}") | dict(cells)
    if table == "sources":
        return source(f"hostile-{number}") | dict(cells)
    own = {"place_id": f"hostile-{number}", "name": f"Name {number}", "kind": "region", "latitude": "", "longitude": ""}
    return {**own, **({"geometry": "", "longitude": "21"} if "latitude" in cells else {}), **cells}


def check(folder: Path, table: str, rows: Sequence[Mapping[str, str]]) -> Sequence[object]:
    make(folder, GOOD["events"])
    (folder / f"data/{table}.csv").write_bytes(csv_bytes([*GOOD[table], *rows]))
    project = Project.open(folder)
    problems = project.check()
    assert_harmless(map(str, problems))
    assert evaluated(json.dumps([problem.as_dict() for problem in problems])) == []
    counted = project.build().rows
    assert sum(counted.values()) == 1 + (len(rows) if table == "events" else 0)
    return problems


def assert_harmless(messages: Iterable[str]) -> None:
    assert [message for message in messages if TERMINAL.search(message) or evaluated(message)] == []


@pytest.mark.parametrize("text", UNHOLDABLE, ids=ascii)
def test_what_utf8_or_csv_cant_hold_is_an_error_at_its_cell(tmp_path: Path, text: str) -> None:
    make(tmp_path, [event("first"), event("second", notes="HERE")])
    table = tmp_path / "data/events.csv"
    table.write_bytes(table.read_bytes().replace(b"HERE", text.encode("utf-8", "surrogatepass")))
    project = Project.open(tmp_path)
    (problem,) = [one for one in project.check() if one.is_error]
    assert (problem.row, problem.column, problem.code in ("cell-nul", "cell-surrogate")) == (3, "notes", True)
    assert_harmless([str(problem)])
    assert project.build().rows["rejected"] == 1


def test_no_hostile_name_of_a_source_file_leads_out_of_the_seeds(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a secret", encoding="utf-8")
    names = [*holdable(), "../secret.txt", "x/../../secret.txt", str(tmp_path / "secret.txt"), "..\\secret.txt"]
    rows = [source(f"hostile-{number}", file=name) for number, name in enumerate(names)]
    problems = check(tmp_path, "sources", rows)
    wrong = {one.row for one in problems if one.is_error and one.code.startswith("source-file-")}  # type: ignore[attr-defined]
    assert wrong == set(range(3, 3 + len(rows)))
    assert "a secret" not in "".join(map(str, problems))


# --- settings


def settings(folder: Path, text: str) -> object:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data/map.toml").write_text(text, encoding="utf-8")
    return read_settings(ProjectFolder(folder))


KEYS = {
    "languages": "languages = [{}]",
    "countries": "countries = [{}]",
    "provider": '[[layers]]\nname = "A"\nprovider = {}',
    "url": '[[layers]]\nname = "A"\nattribution = "B"\nurl = {}',
    "an unknown key": "{} = 1",
    "an unknown key of a layer": '[[layers]]\nname = "A"\nprovider = "OpenTopoMap"\n{} = 1',
    "a type that is none": "title = [{}]",
}


@pytest.mark.parametrize("key", KEYS)
def test_a_hostile_setting_is_refused_in_words(tmp_path: Path, key: str) -> None:
    for text in holdable()[len(key) % 15 :: 15]:
        with pytest.raises(SettingsError) as refused:
            settings(tmp_path, KEYS[key].format(toml(text)))
        assert "data/map.toml" in str(refused.value)
        assert_harmless([str(refused.value)])


def test_settings_that_are_no_toml_are_refused_in_words(tmp_path: Path) -> None:
    for text in holdable()[::7]:
        try:
            settings(tmp_path, text)
        except SettingsError as refused:
            assert_harmless([str(refused)])


def test_hostile_titles_are_kept_as_they_are(tmp_path: Path) -> None:
    # A longer line of settings is refused.
    texts = tuple(text for text in holdable() if len(toml(text)) < 9_000)
    read = settings(tmp_path, "credits = [\n" + ",\n".join(map(toml, texts)) + "\n]")
    assert read.credits == texts  # type: ignore[attr-defined]
    for text in texts[::29]:
        read = settings(tmp_path, f"title = {toml(text)}\nlicence = {toml(text)}")
        assert (read.title, read.licence) == (text, text)  # type: ignore[attr-defined]


def test_no_hostile_name_of_a_taxonomy_leads_out_of_the_data(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    (tmp_path / "data").mkdir()
    for text in (*strings(), "../data/x", "/etc/passwd"):
        with pytest.raises(SettingsError) as refused:
            read_taxonomy(folder, [text])
        assert_harmless([str(refused.value)])


@pytest.mark.parametrize("part", ["colour", "name", "title"])
def test_a_taxonomy_with_a_colour_that_is_none_or_a_name_that_is_no_text_is_refused(tmp_path: Path, part: str) -> None:
    (tmp_path / "data").mkdir()
    for wrong in (*holdable()[::7], "", None, 7, ["#112233"]) if part == "colour" else (None, 7, ["a"], {}):
        kind = {"name": "A", "colour": "#112233", "sub_event_types": []}
        taxonomy = {"name": "own", "title": "Own", "types": [{**kind, **({part: wrong} if part != "title" else {})}]}
        (tmp_path / "data/own.json").write_text(json.dumps(taxonomy | ({"title": wrong} if part == "title" else {})))
        with pytest.raises(SettingsError) as refused:
            read_taxonomy(ProjectFolder(tmp_path), ["own.json"])
        assert_harmless([str(refused.value)])


# --- the command line


def run(folder: Path, *arguments: str) -> str:
    """What a command says; it may refuse, but never with a traceback."""
    done = CliRunner().invoke(cli, ["-C", str(folder), *arguments])
    assert done.exception is None or isinstance(done.exception, (SystemExit, MapperError)), done.exception
    return done.output


def test_hostile_arguments_are_answered_in_words(tmp_path: Path) -> None:
    make(tmp_path, [event("first")])
    for text in (*holdable()[::31], *HARMFUL):
        said = [run(tmp_path, "find", "--", text), run(tmp_path, "export", str(tmp_path / "x"), f"--format={text}")]
        said += [run(tmp_path, "add", f"--quote={text}", f"--title={text}", f"--place={text}", f"--date={text}")]
        assert_harmless(said)
    assert Project.open(tmp_path).check() == []


@pytest.mark.parametrize(
    "name", ["{{7*7}}.html", "${7*7} %s {0}.html", "<b>&amp;.html", "--help.html", "\u202elmth.html"]
)
def test_a_map_may_have_a_hostile_name(tmp_path: Path, name: str) -> None:
    make(tmp_path / "project", [event("first")])
    result = Project.open(tmp_path / "project").build(tmp_path / "out" / name)
    assert result.paths[0].name == name
    assert name in json.loads((tmp_path / "out/build.json").read_text("utf-8"))["outputs"]
