"""Alone in a folder: two commands that write into one wait for each other.

The lock is the system's own, on the folder itself: no file stands for it, and a command that is killed lets go of it.
It holds among the programs of one computer. Where a file system has no locks, commands go on without.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 30.0  # seconds to wait for another program that is writing into the same folder
_STEP = 0.02
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF)
_held = threading.local()


@contextlib.contextmanager
def locked(folder: Path, patience: float | None = None) -> Iterator[None]:
    """Alone in the folder among the programs that write by this package; a thread that is so already goes on.

    Waits ``patience`` seconds, ``PATIENCE`` if not given; then raises ``OSError``, whose text says who is there.
    """
    if os.name == "nt":  # no lock on directories: there the moves alone must bear with each other
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with _once(handle) as first:
            if first:
                _take(handle, time.monotonic() + (PATIENCE if patience is None else patience))
            yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _once(handle: int) -> Iterator[bool]:
    """Whether this thread takes this folder for the first time: a second lock would wait for the first."""
    about = os.fstat(handle)
    place = (about.st_dev, about.st_ino)
    places: set[tuple[int, int]] = _held.__dict__.setdefault("places", set())
    first = place not in places
    places.add(place)
    try:
        yield first
    finally:
        if first:
            places.discard(place)


def _take(handle: int, deadline: float) -> None:
    import fcntl  # not on Windows

    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise OSError(error.errno, f"another program is writing into the folder{_holder(handle)}") from error
            time.sleep(_STEP)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return
            raise


def _holder(handle: int) -> str:
    """Which program has the lock, where the system tells (Linux does)."""
    about = os.fstat(handle)
    place = f"{os.major(about.st_dev):02x}:{os.minor(about.st_dev):02x}:{about.st_ino}"
    with contextlib.suppress(OSError):
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            _, kind, _, _, process, where, *_ = line.split()
            if (kind, where) == ("FLOCK", place):
                name = Path(f"/proc/{process}/comm").read_text(encoding="utf-8", errors="replace").strip()
                return f": process {process}, {name}"
    return ""
