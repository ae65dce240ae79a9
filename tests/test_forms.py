"""However clean tables are written, the same events are published, byte for byte, and nothing is called a fault."""

from __future__ import annotations

import itertools
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from planted import BASE, TABLES, Rows, read_rows, written

from mapper import Project

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be-mark", "cp1252")
DELIMITERS = ("comma", "semicolon", "tab")
NEWLINES = ("lf", "crlf", "cr")
Spelling = Callable[[str], str]


def _mixed(text: str) -> str:
    """Every other accent decomposed."""
    turns = itertools.cycle(["NFC", "NFD"])
    return "".join(char if char.isascii() else unicodedata.normalize(next(turns), char) for char in text)


# What stands around a cell, and how its accents are composed, means nothing.
SPELLINGS: Mapping[str, Spelling] = {
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "mixed": _mixed,
    "no-break spaces around": lambda text: f"\u00a0{text}\u00a0" if text else text,
    "narrow and ideographic spaces around": lambda text: f"\u202f{text}\u3000 " if text else text,
}


def project(folder: Path, form: str, spelling: Spelling = str, suffix: str = "csv") -> Project:
    """The base project, all its tables in one form and spelling; numbers and the header too."""
    shutil.copytree(BASE, folder)
    for name in TABLES:
        path = folder / f"data/{name}.csv"
        rows: Rows = [[spelling(cell) for cell in row] for row in read_rows(path)]
        path.unlink()
        path.with_suffix(f".{suffix}").write_bytes(written(rows, form))
    return Project.open(folder)


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return published(project(tmp_path_factory.mktemp("base") / "project", ""))


def published(opened: Project) -> dict[str, bytes]:
    return {name: opened.export(None, name) for name in ("geojson", "csv")}


def noticed(opened: Project) -> list[tuple[str, str]]:
    return [(problem.code, problem.file) for problem in opened.check()]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_form_of_clean_tables_publishes_the_same(
    encoding: str, delimiter: str, newline: str, spelling: str, tmp_path: Path, as_it_is: dict[str, bytes]
) -> None:
    if encoding == "cp1252" and spelling not in ("composed", "no-break spaces around"):
        pytest.skip("Windows-1252 has no combining accents and no such spaces")
    opened = project(tmp_path / "project", f"{encoding} {delimiter} {newline}", SPELLINGS[spelling])
    assert published(opened) == as_it_is
    files = [opened.folder.root / f"data/{name}.csv" for name in TABLES]
    told = {("table-delimiter", f"data/{file.name}") for file in files if delimiter != "comma"}
    if not encoding.startswith("utf-8"):  # a table in ASCII is UTF-8
        told |= {("table-encoding", f"data/{file.name}") for file in files if not _is_ascii(file)}
    assert sorted(noticed(opened)) == sorted(told)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_workbook_publishes_the_same_as_csv(
    suffix: str, spelling: str, tmp_path: Path, as_it_is: dict[str, bytes]
) -> None:
    opened = project(tmp_path / "project", suffix, SPELLINGS[spelling], suffix)
    assert published(opened) == as_it_is
    assert noticed(opened) == []


@pytest.mark.parametrize("form", ["comma", "semicolon crlf", "utf-16 tab", "cp1252 semicolon", "xlsx"])
def test_a_decimal_comma_publishes_the_same(form: str, tmp_path: Path, as_it_is: dict[str, bytes]) -> None:
    suffix = "xlsx" if form == "xlsx" else "csv"
    opened = project(
        tmp_path / "project", form, lambda text: text.replace(".", ",") if _is_decimal(text) else text, suffix
    )
    assert published(opened) == as_it_is
    assert {code for code, _ in noticed(opened)} - {"table-encoding", "table-delimiter"} == {"number-decimal-comma"}


def _is_ascii(file: Path) -> bool:
    data = file.read_bytes()
    return data.isascii() and b"\0" not in data


def _is_decimal(text: str) -> bool:
    whole, point, decimals = text.partition(".")
    return bool(point) and whole.isdigit() and decimals.isdigit()
