"""The licences of all code that a page carries stand in it, as the lock file names them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from test_document import Page, hostile_map

WEB = ROOT / "mapper" / "page" / "web"
HEAD = re.compile(r"^(\S+) (\d+\.\d+\.\d+\S*) \((.+)\)\n\n", re.MULTILINE)
PERMISSIVE = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"}
# Makes the bundle and is not in it.
BUILDS = {"esbuild"}


@pytest.fixture(scope="module")
def licences() -> dict[str, tuple[str, str, str]]:
    """By package: version, licence and its text, as a page holds them."""
    page = Page(hostile_map("x").to_html())
    (text,) = [text for attributes, text in page.all("script") if attributes.get("id") == "mapper-licences"]
    heads = [*HEAD.finditer(text)]
    ends = [*(one.start() for one in heads[1:]), len(text)]
    return {one[1]: (one[2], one[3], text[one.end() : end]) for one, end in zip(heads, ends, strict=True)}


@pytest.fixture(scope="module")
def locked() -> dict[str, dict[str, str]]:
    """What the lock file says of every package that isn't for development alone."""
    packages = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    shipped = {name: one for name, one in packages.items() if name and not one.get("dev") and not one.get("optional")}
    return {name.removeprefix("node_modules/"): one for name, one in shipped.items()}


def test_every_package_in_the_page_is_named_with_its_version_and_licence(
    licences: dict[str, tuple[str, str, str]], locked: dict[str, dict[str, str]]
) -> None:
    named = {name: (version, licence) for name, (version, licence, _) in licences.items()}
    assert named == {name: (locked[name]["version"], locked[name]["license"]) for name in named}
    assert {licence for _, licence in named.values()} <= PERMISSIVE


def test_every_licence_stands_there_whole(licences: dict[str, tuple[str, str, str]]) -> None:
    for name, (_, _, text) in licences.items():
        assert "copyright" in text.lower(), name
        assert re.search("as is|without warranty|disclaim", text, re.IGNORECASE), name
        assert len(text) > 600, name


def test_every_package_that_the_page_imports_is_named(licences: dict[str, tuple[str, str, str]]) -> None:
    found = re.compile(r"""^import\b[^"';]*["']((?:@[^/"']+/)?[^./"':][^/"':]*)["'/]""", re.MULTILINE)
    sources = [path for path in (WEB / "src").rglob("*") if path.suffix in (".ts", ".tsx")]
    imported = {name for path in sources for name in found.findall(path.read_text("utf-8"))}
    assert {"leaflet", "preact", "@preact/signals", "d3-time"} <= imported
    assert imported <= set(licences)


def test_what_the_named_packages_need_is_named_if_its_code_is_there(
    licences: dict[str, tuple[str, str, str]], locked: dict[str, dict[str, str]]
) -> None:
    script = (ROOT / "mapper/page/static/page.js").read_text("utf-8")
    # Of internmap nothing is used, so nothing is bundled.
    assert set(locked) - set(licences) - BUILDS == {"internmap"}
    assert "InternMap" not in script
    assert "_intern" not in script


def test_the_lock_file_names_no_host_and_vouches_for_every_package() -> None:
    text = Path(WEB / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert '"resolved"' not in text
    assert [name for name, one in packages.items() if name and not one.get("integrity", "").startswith("sha512-")] == []
