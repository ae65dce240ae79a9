"""What an export can't hold is said, on the screen and in a report."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from mapper.formats import FORMATS, writes

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_an_export_prints_what_the_format_cannot_hold(mapper_command: Run, haiti: Path, tmp_path: Path) -> None:
    done = mapper_command(haiti, "export", str(tmp_path / "events.csv"), "--report", str(tmp_path / "report.json"))
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["format"] == "csv"
    assert [(loss["code"], loss["columns"]) for loss in report["losses"]] == [
        ("source-details", ["sources"]),
        ("collection-name", ["name", "licence"]),
    ]
    for loss in report["losses"]:
        assert f"({loss['code']}, {loss['count']}): {loss['message']}" in done.stderr


def test_geojson_holds_everything(mapper_command: Run, haiti: Path, tmp_path: Path) -> None:
    done = mapper_command(haiti, "export", "-", "--format", "geojson", "--report", str(tmp_path / "report.json"))
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == {"format": "geojson", "losses": []}
    assert "not in the file" not in done.stderr


def test_every_format_has_a_suffix_of_its_own() -> None:
    own = [FORMATS[name].suffixes[0] for name in writes()]
    assert len(set(own)) == len(own)
