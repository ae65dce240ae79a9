"""A server that has everything imported and runs each command in a fork of its own: a build there takes a twentieth
of a second, so that it can be made to fail at each of its calls, or killed at a moment by chance, a thousand times.

Run as a program it reads a request a line, a JSON object, and answers each with one line: see ``Forks``.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import gc
import io
import json
import mmap
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WRITING = (
    *("open", "write", "fsync", "close", "rename", "replace", "mkdir", "rmdir", "unlink", "chmod", "chown"),
    *("truncate", "ftruncate", "link", "symlink"),
)
_NOBODY = 65534


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (below 0: the signal), how long it ran, and how many calls it made of
    those that can be made to fail."""

    code: int
    seconds: float
    calls: int
    out: str
    err: str


class Forks:
    """The server as the tests see it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def run(self, folder: Path, *arguments: str, **how: Any) -> Ended:
        """``mapper`` with these arguments in that folder.

        ``at`` and ``error``: the at-th call that writes fails with that errno (with ``reading``, that opens a file to
        read it). ``kill``: seconds until SIGKILL. ``limit``: bytes that a file may have. ``nobody``: as another user.
        """
        return self.run_together(folder, [arguments], **how)[0]

    def run_together(self, folder: Path, commands: Sequence[Sequence[str]], **how: Any) -> list[Ended]:
        """Several commands at once, each in a process of its own."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"folder": str(folder), "commands": commands, **how}) + "\n")
        self._process.stdin.flush()
        return [Ended(**ended) for ended in json.loads(self._process.stdout.readline())]

    def close(self) -> None:
        self._process.communicate()


class Calls:
    """Counts calls, in memory that outlives the process, and lets one of them fail."""

    def __init__(self, count: mmap.mmap, at: int, error: int) -> None:
        self._count, self._at, self._error = count, at, error

    def watch(self, module: Any, name: str, matters: Callable[..., bool] = lambda *_, **__: True) -> None:
        call = getattr(module, name)

        def watched(*arguments: Any, **named: Any) -> Any:
            if matters(*arguments, **named) and self._next() == self._at:
                if name == "close":  # closed it is, whatever close says
                    call(*arguments, **named)
                raise OSError(self._error, os.strerror(self._error))
            return call(*arguments, **named)

        setattr(module, name, watched)

    def _next(self) -> int:
        number = int.from_bytes(self._count[:8], "little") + 1
        self._count[:8] = number.to_bytes(8, "little")
        return number


def _reads(_file: Any, mode: str = "r", *_: Any, **__: Any) -> bool:
    return "r" in mode


def _prepare(request: dict[str, Any], count: mmap.mmap) -> None:
    os.chdir(request["folder"])
    if request.get("limit") is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["limit"], request["limit"]))
    if request.get("nobody") and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    calls = Calls(count, request.get("at", 0), request.get("error", errno.EIO))
    if request.get("reading"):
        for module in (builtins, io):
            calls.watch(module, "open", _reads)
    else:
        for name in WRITING:
            calls.watch(os, name)
        calls.watch(fcntl, "flock")


def _child(request: dict[str, Any], arguments: Sequence[str], count: mmap.mmap, out: int, err: int) -> None:
    """Never returns."""
    code = 1
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(end, "w", closefd=False)) for end in (1, 2))
        _prepare(request, count)
        sys.argv = ["mapper", *arguments]
        from mapper.cli import main

        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 (what a command lets through is what the tests look for)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


class Child:
    """One command, running."""

    def __init__(self, request: dict[str, Any], arguments: Sequence[str]) -> None:
        self._count = mmap.mmap(-1, 8)
        pipes = [os.pipe() for _ in range(2)]
        self._started = time.perf_counter()
        self.process = os.fork()
        if self.process == 0:
            _child(request, arguments, self._count, *(end for _, end in pipes))
        for _, end in pipes:
            os.close(end)
        self._texts = [start for start, _ in pipes]

    def ended(self) -> dict[str, Any]:
        out, err = (_text(start) for start in self._texts)
        _, status = os.waitpid(self.process, 0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": time.perf_counter() - self._started,
            "calls": int.from_bytes(self._count[:8], "little"),
            "out": out,
            "err": err,
        }


def _answer(request: dict[str, Any]) -> list[dict[str, Any]]:
    children = [Child(request, arguments) for arguments in request["commands"]]
    if request.get("kill") is not None:
        time.sleep(request["kill"])
        for child in children:
            os.kill(child.process, signal.SIGKILL)
    return [child.ended() for child in children]


def _text(pipe: int) -> str:
    with open(pipe, "rb") as file:
        return file.read().decode(errors="replace")


def _warm() -> None:
    """All that a command imports, and what it makes once."""
    from small_project import event, make

    from mapper import Project
    from mapper.cli import VERBS, cli
    from mapper.formats import writes

    for verb in VERBS:
        cli.get_command(None, verb)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as scratch:
        project = Project.open(make(Path(scratch), [event("warm")]))
        project.build()
        project.add(event("warmer"))
        for name in writes():
            project.export(None, name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _warm()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)
