"""The order of the rooms: a module imports only from those above its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mapper

PACKAGE = Path(mapper.__file__).parent
ORDER = [
    "errors",
    "stages",
    "memory",
    "locks",
    "files",
    "coded",
    "normal_form",
    "schema",
    "problems",
    "geometry",
    "world",
    "date_hints",
    "dates",
    "mojibake",
    "delimited",
    "spreadsheets",
    "tables",
    "cells",
    "catalogues",
    "tile_layers",
    "profiles",
    "settings",
    "sources",
    "bibliography",
    "boundaries",
    "places",
    "toponyms",
    "geonames",
    "countries",
    "locate",
    "displacement",
    "checks",
    "events",
    "disclosure",
    "protect",
    "page",
    "incoming",
    "formats",
    "imports",
    "place_files",
    "place_imports",
    "boundary_imports",
    "descriptions",
    "blank_workbook",
    "additions",
    "new_project",
    "project",
    "event_files",
    "watch",
    "serve",
    "commands",
    "cli",
    "__main__",
]
HEAVY = {"folium", "branca", "geopandas"}


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_rooms_above_its_own(path: Path) -> None:
    allowed = {*ORDER[: ORDER.index(_room(path)) + 1], "__version__"}
    rooms = {name.split(".")[1] for name in _imported(path) if name.startswith("mapper.")}
    assert rooms <= allowed


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_page_imports_folium(path: Path) -> None:
    imported = {name.split(".")[0] for name in _imported(path)}
    assert _room(path) == "page" or not imported & {"folium", "branca"}


LIGHT = [["--help"], ["check"], ["find", "Gressier"], ["schema"], ["schema", "--format", "xlsx"]]


@pytest.mark.parametrize("arguments", LIGHT, ids=" ".join)
def test_light_commands_load_neither_folium_nor_geopandas(arguments: list[str], haiti: Path) -> None:
    script = (
        "import sys\n"
        "from mapper.cli import cli\n"
        "try:\n    cli(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, "-C", str(haiti), *arguments], capture_output=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == b"[]"
