"""What a command says on a terminal while it works: a line after two seconds, gone at the end, nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from small_project import event, make

pty = pytest.importorskip("pty")
SLOW = """
import sys, time
from mapper import cells
from mapper.cli import main
read_cells = cells.stages.begin
def dawdle(stage):
    read_cells(stage)
    if stage == "Checking events":
        time.sleep({seconds})
cells.stages.begin = dawdle
sys.argv = ["mapper", "-C", {folder!r}, "check"]
main()
"""


def on_a_terminal(folder: Path, seconds: float, **environment: str) -> bytes:
    """What ``mapper check`` writes to a terminal on its stderr, where checking takes that long."""
    ours, theirs = pty.openpty()
    code = SLOW.format(seconds=seconds, folder=str(folder))
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=theirs, env=_environment(environment)
    )
    os.close(theirs)
    told = b""
    while part := _read(ours):
        told += part
    os.close(ours)
    assert process.wait() == 0
    return told


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    known = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
    return {**known, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **more}


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody writes there any more
        return b""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path, [event("a")])


def test_a_long_command_says_what_it_is_at_and_takes_the_line_away(folder: Path) -> None:
    told = on_a_terminal(folder, 3)
    assert "\r\x1b[K\x1b[2mChecking events … ".encode() in told
    before, _, after = told.rpartition(b"\r\x1b[K")
    assert b"Checking events" in before
    assert after.strip() == b"0 errors, 0 warnings"


def test_a_short_command_shows_no_progress(folder: Path) -> None:
    assert on_a_terminal(folder, 0).strip() == b"0 errors, 0 warnings"


def test_no_color_is_honoured(folder: Path) -> None:
    told = on_a_terminal(folder, 3, NO_COLOR="1")
    assert "\r\x1b[KChecking events … ".encode() in told
    assert b"\x1b[2m" not in told


def test_nothing_but_messages_is_written_where_there_is_no_terminal(folder: Path) -> None:
    code = SLOW.format(seconds=3, folder=str(folder))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "0 errors, 0 warnings\n")
