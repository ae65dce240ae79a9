"""A line on the terminal that says what a command is at, once it takes longer than two seconds.

It stands on stderr, is written over as the work goes on, and is gone when the command says anything or ends. Where
stderr is no terminal nothing is written.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

from mapper import stages

_PATIENCE = 2.0  # seconds
_PERIOD = 0.25
_CLEAR = "\r\x1b[K"


@contextlib.contextmanager
def shown() -> Iterator[None]:
    """Show the stages of what is done meanwhile, if there is somebody to see them."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    line = _Line(sys.stderr)
    stop = stages.listen(line.say)
    try:
        yield
    finally:
        stop()
        line.end()


class _Line:
    """The line, kept up by a thread, since a stage is busy."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal
        self.started = time.monotonic()
        self._stage, self._begun = "", self.started
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, daemon=True)
        self._thread.start()

    def say(self, stage: str) -> None:
        self._stage, self._begun = stage, time.monotonic()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _keep_up(self) -> None:
        drawn = False
        with contextlib.suppress(OSError):  # the terminal has been closed
            while not self._over.wait(_PERIOD):
                if self._stage and time.monotonic() - self.started >= _PATIENCE:
                    self._draw()
                    drawn = True
            if drawn:
                self.terminal.write(_CLEAR)
                self.terminal.flush()

    def _draw(self) -> None:
        told = f"{self._stage} … {time.monotonic() - self._begun:.0f} s"[: shutil.get_terminal_size().columns - 1]
        dim, plain = ("", "") if "NO_COLOR" in os.environ else ("\x1b[2m", "\x1b[22m")
        self.terminal.write(f"{_CLEAR}{dim}{told}{plain}")
        self.terminal.flush()
