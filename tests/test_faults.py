"""Every class of faults, met in at least five ways: found where it stands, told with its remedy, no row lost.

The classes, their variants and their healthy twins are data: see ``planted.py`` and ``tests/faults/``.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from planted import BASE, Variant, classes, plant, variants

from mapper.cli import cli
from mapper.descriptions import as_problems_markdown
from mapper.problems import shown
from mapper.schema import declaration

VARIANTS = list(variants())
FATES = {"mapped": 6, "merged": 1}


@dataclass(frozen=True)
class Run:
    """A variant, checked and built by the command line."""

    folder: Path
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


def run(variant: Variant, scratch: Path) -> Run:
    folder = plant(variant, scratch / "project")
    told = [
        CliRunner().invoke(cli, ["-C", str(folder), *verb])
        for verb in (["check", "--format", "json"], ["check"], ["build"])
    ]
    for result in told:
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return Run(folder, *told)


@pytest.mark.parametrize("variant", [one for one in VARIANTS if not one.is_healthy], ids=str)
def test_a_fault_is_found_where_it_stands_and_no_row_is_lost(variant: Variant, tmp_path: Path) -> None:
    told = run(variant, tmp_path)
    assert variant.code in {problem["code"] for problem in told.problems}
    _assert_found(variant, told.problems)
    _assert_told(told)
    for words in [variant.edits["says"]] if "says" in variant.edits else []:
        assert any(words in problem["remedy"] for problem in told.problems), [one["remedy"] for one in told.problems]
    errors = any(problem["severity"] == "error" for problem in told.problems)
    assert (told.as_json.exit_code, told.as_text.exit_code, told.build.exit_code) == (errors,) * 3
    if variant.edits.get("refused"):
        assert told.build.stderr.startswith("mapper: ") or told.build.stderr.splitlines()[-1].startswith("mapper: ")
        assert not (told.folder / "output").exists()
        return
    _assert_accounted_for(told, variant.edits.get("fates", FATES))


@pytest.mark.parametrize("variant", [one for one in VARIANTS if one.is_healthy], ids=str)
def test_what_only_looks_like_a_fault_raises_no_alarm(variant: Variant, tmp_path: Path) -> None:
    told = run(variant, tmp_path)
    _assert_found(variant, told.problems)
    assert not any(problem["severity"] == "error" for problem in told.problems)
    assert (told.as_json.exit_code, told.build.exit_code) == (0, 0)
    _assert_accounted_for(told, variant.edits.get("fates", FATES))


def _assert_found(variant: Variant, problems: list[dict[str, Any]]) -> None:
    found = [tuple(problem[part] for part in ("code", "file", "row", "column", "value")) for problem in problems]
    if "count" in variant.edits:
        counts = variant.edits["count"]
        assert Counter(one[0] for one in found) == dict(zip(counts[::2], counts[1::2], strict=True))
        return
    expected = variant.expected
    stated = {one[:4] for one in expected if one[4] is not None}
    assert Counter(one if one[:4] in stated else (*one[:4], None) for one in found) == Counter(expected)


def _assert_told(told: Run) -> None:
    """The text says what the JSON says: a line a problem, with file, row, column, value and remedy."""
    lines = told.as_text.stdout.splitlines()
    assert len(lines) == len(told.problems)
    for line, problem in zip(lines, told.problems, strict=True):
        where = [shown(problem[part]) for part in ("file", "row", "column") if problem[part] is not None]
        assert line.startswith(f"{':'.join(where)}: {problem['severity']}: ")
        assert line.endswith(f" [{problem['code']}]")
        assert problem["remedy"] in line
        template = declaration("problems")[problem["code"]]
        if "{value}" in template["message"] + template["remedy"]:
            assert shown(problem["value"]) in line


def _assert_accounted_for(told: Run, fates: dict[str, int]) -> None:
    rows = told.ledger["rows"]
    total = rows.pop("all")
    assert {fate: count for fate, count in rows.items() if count} == fates
    assert sum(rows.values()) == total
    features = json.loads((told.folder / "output/events.geojson").read_bytes())["features"]
    assert len(features) == rows["retracted"] + rows["unlocated"] + rows["mapped"] == told.ledger["events"]


def test_the_project_without_a_fault_has_no_problem(tmp_path: Path) -> None:
    told = run(Variant("none", "as it is", {}, True), tmp_path)
    assert told.problems == []
    _assert_accounted_for(told, FATES)


def test_there_are_sixty_classes_and_five_different_variants_of_each() -> None:
    assert len(classes()) >= 60
    for name, one in classes().items():
        edits = [json.dumps({key: it for key, it in variant.items() if key != "is"}, default=str, sort_keys=True)
                 for variant in one["variants"]]  # fmt: skip
        assert len(set(edits)) >= 5, name
        assert one["healthy"], name


def test_every_code_of_the_catalogue_is_met() -> None:
    assert {one.code for one in VARIANTS} == set(declaration("problems"))


EXAMPLES = list({one.code: one for one in reversed(VARIANTS) if not one.is_healthy}.values())


@pytest.mark.parametrize("variant", EXAMPLES, ids=str)
def test_the_example_of_each_code_is_what_the_check_prints(variant: Variant, tmp_path: Path) -> None:
    """After a change of words: ``python tests/test_faults.py > mapper/schema/examples.json``."""
    assert declaration("examples")[variant.code] == example(variant, tmp_path)


def example(variant: Variant, scratch: Path) -> str:
    lines = run(variant, scratch).as_text.stdout.splitlines()
    return next(line for line in lines if line.endswith(f" [{variant.code}]"))


def test_the_docs_of_the_problems_are_current() -> None:
    assert (BASE.parents[2] / "docs/problems.md").read_text(encoding="utf-8") == as_problems_markdown()
    assert list(declaration("examples")) == list(declaration("problems"))


def test_the_base_is_written_as_the_harness_writes_it(tmp_path: Path) -> None:
    folder = plant(Variant("none", "as it is", {}, True), tmp_path / "project")
    for path in BASE.rglob("*.csv"):
        assert (folder / path.relative_to(BASE)).read_bytes() == path.read_bytes()


if __name__ == "__main__":
    known = {one.code: one for one in EXAMPLES}
    with tempfile.TemporaryDirectory() as scratch_folder:
        told = {code: example(known[code], Path(scratch_folder) / code) for code in declaration("problems")}
    print(json.dumps(told, ensure_ascii=False, indent=2))
