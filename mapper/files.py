"""A write that is whole or not at all.

A disk fills up, a lid closes, a build is interrupted: what stood in a file before must then still stand there.
One file is written beside its target and renamed over it. The several outputs of a build are first staged in a
directory of their own; renaming that directory is the moment at which the build has happened. A kill before it
leaves the previous outputs, a kill after it leaves a finished build that the next command puts in place.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from mapper.errors import WriteError

STAGING = ".mapper-staging"
READY = ".mapper-ready"
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}\.mapper-tmp")
_STAGED = re.compile(r"\d{4}-(.+)", re.DOTALL)
_UNTOUCHED = "what stood there is untouched."
_PATIENCE = 30.0  # seconds to wait for another program that is writing into the same folder


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of some bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` into the file, which then holds either all of it or what it held before.

    A link is followed; the permission bits of a file that exists are kept. Raises ``WriteError``.
    """
    target = Path(os.path.realpath(path))
    temporary = target.parent / f".{target.name[:40]}.{secrets.token_hex(4)}.mapper-tmp"
    state = _UNTOUCHED
    try:
        with _locked(target.parent):
            try:
                _write_through(temporary, data, target)
                os.replace(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)
            state = "the new text is in place, but may be lost if the power fails now."
            _sync_directory(target.parent)
    except OSError as error:
        raise WriteError(f"{path} couldn't be written ({_why(error)}); {state}") from error


def publish(folder: Path, outputs: Mapping[str, bytes], last: str) -> None:
    """Put all ``outputs`` (file name to bytes) into the folder, together or not at all, ``last`` after the rest.

    Raises ``WriteError``: its text says whether the previous outputs are untouched, or whether the build was
    finished and waits to be put in place by ``finish_staged``.
    """
    names = [name for name in outputs if name != last] + [last]
    if any(name in ("", ".", "..") or set(name) & set("/\\\0") for name in names):
        raise ValueError(f"an output is named by its file name alone: {names}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            if (folder / READY).exists():
                _move_staged(folder)
            _clear(folder)
            _stage(folder, [(name, outputs[name]) for name in names])
            _move_staged(folder)
    except OSError as error:
        raise _not_all(folder, error) from error


def finish_staged(folder: Path) -> None:
    """Put in place what a build had finished when it was stopped; does nothing where there is nothing to do.

    May be called at any time, by several programs at once. Raises ``WriteError``.
    """
    if not (folder / READY).exists():
        return
    try:
        with _locked(folder):
            _move_staged(folder)
    except OSError as error:
        raise _not_all(folder, error) from error


def clear_leftovers(folder: Path) -> None:
    """Remove what writes that were stopped have left in the folder; files of others are never touched.

    What can't be removed stays; a folder into which another program is writing is left alone.
    """
    with contextlib.suppress(OSError), _locked(folder, patience=0):
        _clear(folder)


def _clear(folder: Path) -> None:
    if os.path.lexists(folder / STAGING):
        shutil.rmtree(folder / STAGING)
    for entry in os.listdir(folder):
        if _TEMPORARY.fullmatch(entry):
            (folder / entry).unlink(missing_ok=True)


def _stage(folder: Path, outputs: list[tuple[str, bytes]]) -> None:
    """Write the outputs aside; the renaming at the end is the moment from which on the build has happened."""
    staging = folder / STAGING
    try:
        os.mkdir(staging)
        for number, (name, data) in enumerate(outputs):
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")
            _write_through(staging / f"{number:04d}-{name}", data, folder / name)
        _sync_directory(staging)
        os.rename(staging, folder / READY)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _move_staged(folder: Path) -> None:
    """Move what is ready into place, in the order of its numbers; another program may be doing the same."""
    ready = folder / READY
    _sync_directory(folder)
    with contextlib.suppress(FileNotFoundError):
        while staged := sorted(filter(_STAGED.fullmatch, os.listdir(ready))):
            for entry in staged:
                if entry == staged[-1]:
                    _sync_directory(folder)  # the ledger must not reach the disk before what it tells of
                with contextlib.suppress(FileNotFoundError):
                    os.replace(ready / entry, folder / entry.partition("-")[2])
        _sync_directory(folder)
        shutil.rmtree(ready)


def _write_through(path: Path, data: bytes, like: Path) -> None:
    """A new file with these bytes, on the disk, with the permission bits of the file that it will replace."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        with contextlib.suppress(FileNotFoundError):
            os.chmod(path, stat.S_IMODE(os.stat(like).st_mode))
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_directory(folder: Path) -> None:
    if os.name == "nt":  # a directory can't be opened there, and a rename is on the disk when it returns
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # network shares that can't, and needn't
            raise
    finally:
        os.close(handle)


@contextlib.contextmanager
def _locked(folder: Path, patience: float | None = None) -> Iterator[None]:
    """Alone in the folder among the programs that write by this module (a kill lets go of it)."""
    if os.name == "nt":  # no lock on directories: there the moves alone must bear with each other
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _take_lock(handle, time.monotonic() + (_PATIENCE if patience is None else patience))
        yield
    finally:
        os.close(handle)


def _take_lock(handle: int, deadline: float) -> None:
    import fcntl  # not on Windows

    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise OSError(error.errno, "another program is writing into the folder") from error
            time.sleep(0.02)
        except OSError:
            return  # the file system has no locks


def _not_all(folder: Path, error: OSError) -> WriteError:
    kept = "a finished build is kept beside them, and the next command puts it in place."
    state = kept if (folder / READY).exists() else _UNTOUCHED
    return WriteError(f"{folder}: the outputs couldn't be written ({_why(error)}); {state}")


def _why(error: OSError) -> str:
    return error.strerror or str(error)
