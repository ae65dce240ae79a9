"""What a run of the tests counted, in one place: ``pytest --figures FILE`` writes it there and shows its sums.

A figure in docs/trust.md is one that was printed here.
"""

from __future__ import annotations

import json
import platform
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

Figures = Callable[..., None]
_EXAMPLES = re.compile(r"(\d+) passing")


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """``figures(name=number, …)``: what a test counted."""

    def record(**counted: int) -> None:
        for name, number in counted.items():
            record_property(name, number)

    return record


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", metavar="FILE", type=Path, help="Write there, as JSON, what each test counted.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Of a property also with how many examples it held."""
    report = yield
    if call.when == "call" and (told := getattr(item, "hypothesis_statistics", "")):
        report.user_properties.append(("examples", sum(map(int, _EXAMPLES.findall(told)))))
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    file: Path | None = config.getoption("--figures")
    if file is None:
        return
    tests = dict(_counted(terminalreporter.stats))
    document = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "python": platform.python_version(), **_sums(tests)}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**document, "tests": tests}, indent=1) + "\n", encoding="utf-8")
    terminalreporter.section(f"figures, also in {file}")
    for name, number in document.items():
        terminalreporter.write_line(f"{name}: {number}")


def _counted(stats: dict[str, list[Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each test counted, by its name."""
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in stats.get(outcome, ()):
            counted = {name: value for name, value in report.user_properties if isinstance(value, int)}
            yield report.nodeid, {"outcome": outcome, "seconds": round(report.duration, 1), **counted}


def _sums(tests: dict[str, dict[str, Any]]) -> dict[str, int]:
    """How many tests ended how, and the sums of all that was counted under one name."""
    sums = Counter(test["outcome"] for test in tests.values())
    sums["properties"] = sum("examples" in test for test in tests.values())
    for test in tests.values():
        sums.update({name: number for name, number in test.items() if name not in ("outcome", "seconds")})
    return dict(sums)
