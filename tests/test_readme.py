"""The README's commands and examples, run as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def _blocks(readme: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.skipif(os.name == "nt", reason="the README's example is for a Unix shell")
def test_the_readmes_example_adds_a_report_to_an_event(haiti: Path, haiti_copy: Path, tmp_path: Path) -> None:
    command = tmp_path / "bin" / "mapper"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mapper "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = "set -e\n" + "".join(_blocks(haiti / "README.md", "sh"))
    environment = {**os.environ, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-c", script], cwd=haiti_copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    practice = haiti_copy / "practice"
    rows = json.loads((practice / "output" / "build.json").read_text(encoding="utf-8"))["rows"]
    assert (rows["merged"], rows["mapped"], rows["all"]) == (1, 8, 9)
    events = json.loads((practice / "output" / "events.geojson").read_text(encoding="utf-8"))["features"]
    reports = {event["id"]: event["properties"]["reports"] for event in events}
    assert [one["source_id"] for one in reports["croix-des-bouquets-customs-office-2024"]] == [
        "the-spark-2024-09-02",
        "fiction",
    ]


def test_the_readmes_python_runs(haiti: Path, haiti_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(haiti_copy)
    for block in _blocks(haiti / "README.md", "python"):
        exec(compile(block, "README.md", "exec"), {})
    assert (haiti_copy / "map.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (haiti_copy / "output" / "map.html").is_file()


def test_the_readmes_links_lead_somewhere(haiti: Path) -> None:
    for page in [haiti / "README.md", *sorted((haiti / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
