"""A program started cold, and what the system says that it took: CPU seconds and memory.

CPU seconds are user and system time over all its threads; the peak is of resident memory. Both come from ``wait4``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LIMIT = 600.0
ROOT = Path(__file__).resolve().parents[1]
# The package beside this folder, whichever is installed. Without the second variable's absence Python would compile
# the program's own modules anew each time, which a reader's second run doesn't.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT["PYTHONPATH"] = str(ROOT)


@dataclass(frozen=True)
class Cost:
    """What a process took. ``failed`` is its last words, or that it was stopped; blank if it did what it should."""

    cpu: float
    peak_mb: float
    failed: str = ""
    said: str = ""


def cold(command: Sequence[str | Path], limit: float = LIMIT, fine: Sequence[int] = (0,)) -> Cost:
    """Run it to its end, or until it has taken ``limit`` CPU seconds, which a busy machine doesn't shorten; exit codes
    in ``fine`` are no failure."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f'ulimit -t {limit:.0f}; exec "$@"', "sh", *map(str, command)],
            stdout=out,
            stderr=errors,
            env=ENVIRONMENT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        said, words = out.read().decode(), errors.read().decode(errors="replace").strip()
    failed = "" if process.returncode in fine else words.rpartition("\n")[2][:200] or f"exit {process.returncode}"
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        failed = f"stopped after {used.ru_utime + used.ru_stime:.0f} s CPU"
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, failed, said)
