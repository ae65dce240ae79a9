"""What an export can't hold is said, on the screen and in a report."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("same", ["events.csv", "./events.csv", "EVENTS.csv", "link.csv"])
def test_a_report_is_never_written_over_its_file(mapper_command: Run, haiti: Path, tmp_path: Path, same: str) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "events.csv")
    (tmp_path / "events.csv").write_text("before", encoding="utf-8")
    done = mapper_command(haiti, "export", str(tmp_path / "events.csv"), "--report", f"{tmp_path}/{same}")
    assert done.returncode == 1
    assert "would be one file; nothing was written" in done.stderr
    assert (tmp_path / "events.csv").read_text(encoding="utf-8") == "before"


def test_a_report_that_cannot_be_written_leaves_the_file_as_it_was(
    mapper_command: Run, haiti: Path, tmp_path: Path
) -> None:
    (tmp_path / "events.csv").write_text("before", encoding="utf-8")
    for report in (tmp_path / "nowhere/report.json", tmp_path / "folder"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        done = mapper_command(haiti, "export", str(tmp_path / "events.csv"), "--report", str(report))
        assert (done.returncode, "Traceback" in done.stderr) != (0, True)
        assert done.returncode in (1, 2)
        assert (tmp_path / "events.csv").read_text(encoding="utf-8") == "before"


def test_file_and_report_may_stand_in_different_folders(mapper_command: Run, haiti: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    report = tmp_path / "reports/report.json"
    assert mapper_command(haiti, "export", str(tmp_path / "events.csv"), "--report", str(report)).returncode == 0
    assert json.loads(report.read_text(encoding="utf-8"))["format"] == "csv"
    assert (tmp_path / "events.csv").is_file()


def test_every_format_has_a_suffix_of_its_own() -> None:
    own = [FORMATS[name].suffixes[0] for name in writes()]
    assert len(set(own)) == len(own)
