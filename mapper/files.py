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
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mapper.errors import WriteError
from mapper.locks import locked

STAGING = ".mapper-staging"
READY = ".mapper-ready"
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}\.mapper-tmp")
_STAGED = re.compile(r"\d{4}-(.+)", re.DOTALL)
_UNTOUCHED = "what stood there is untouched."


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of some bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """For a change that reads first and writes then: until the end no other command writes into the folder.

    Raises ``WriteError``, which names the program that is there, after some patience.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(folder))
        except OSError as error:
            raise WriteError(f"{folder}: {_why(error)}; nothing was written. Run the command again.") from error
        yield


def write_whole(path: Path, data: bytes, over: str | None = None) -> None:
    """Put ``data`` into the file, which then holds either all of it or what it held before.

    With ``over``, the file must still hold the bytes of that SHA-256: what somebody saved meanwhile is not written
    over. A link is followed; owner and permission bits of a file that exists are kept; one that is write-protected,
    or no ordinary file, is left alone. What a write that was killed left in the folder is removed. Raises
    ``WriteError``.
    """
    target = Path(os.path.realpath(path))
    temporary = target.parent / f".{target.name[:40]}.{secrets.token_hex(4)}.mapper-tmp"
    state = _UNTOUCHED
    try:
        with locked(target.parent):
            if _is_folder(target.parent / READY):  # it mustn't be put over this file later
                _move_staged(target.parent)
            _clear_temporary(target.parent)
            try:
                _write_through(temporary, data, target)
                if over is not None and sha256_hex(target.read_bytes()) != over:
                    raise WriteError(f"{path} has changed since it was read; nothing was written. Run it again.")
                os.replace(temporary, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    temporary.unlink()
                raise
            state = "the new text is in place, but may be lost if the power fails now."
            _sync_directory(target.parent)
    except OSError as error:
        raise WriteError(f"{path} couldn't be written ({_why(error)}); {state}") from error


def plant(folder: Path, files: Mapping[str, bytes], last: str) -> None:
    """Make a tree of files (path below the folder to bytes) in a new or empty folder, its part ``last`` at the end.

    It is made aside, then its topmost folders are moved into place; what was stopped in between is completed when it
    is done again. Raises ``WriteError``.
    """
    is_new = not os.path.lexists(folder)
    state = "nothing was made."
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            _refuse_strangers(folder, {name.partition("/")[0] for name in files} - {last})
            try:
                _stage_tree(folder / STAGING, files)
                _move_tree(folder, last)
            except BaseException:
                if not _unplant(folder, is_new):
                    state = "do it again to complete it."
                raise
            state = "all is in place, but may be lost if the power fails now."
            _sync_directory(folder)
            shutil.rmtree(folder / STAGING)
    except OSError as error:
        raise WriteError(f"{folder} couldn't be made ({_why(error)}); {state}") from error


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
        with locked(folder):
            if _is_folder(folder / READY):
                _move_staged(folder)
            _clear(folder)
            _stage(folder, [(name, outputs[name]) for name in names])
            _move_staged(folder)
    except OSError as error:
        raise _not_all(folder, error) from error


def write_together(files: Sequence[tuple[Path, bytes]]) -> None:
    """Put each of these bytes into its file: in one folder all together or none, else each whole, in their order, so
    that the last one never stands there without the others.

    Links are followed. Raises ``WriteError``, also where two of the files are one.
    """
    targets = {Path(os.path.realpath(path)): data for path, data in files}
    if len({unicodedata.normalize("NFC", str(target)).casefold() for target in targets}) < len(files):
        raise WriteError(f"{' and '.join(str(path) for path, _ in files)} would be one file; nothing was written.")
    folders = {target.parent for target in targets}
    if len(files) > 1 and len(folders) == 1 and all(map(Path.is_dir, folders)):
        publish(folders.pop(), {target.name: data for target, data in targets.items()}, last=list(targets)[-1].name)
        return
    for path, data in files:
        write_whole(path, data)


def finish_staged(folder: Path) -> None:
    """Put in place what a build had finished when it was stopped; does nothing where there is nothing to do.

    May be called at any time, by several programs at once. Raises ``WriteError``.
    """
    if not _is_folder(folder / READY):
        return
    try:
        with locked(folder):
            _move_staged(folder)
    except OSError as error:
        raise _not_all(folder, error) from error


def clear_leftovers(folder: Path) -> None:
    """Remove what writes that were stopped have left in the folder; files of others are never touched.

    What can't be removed stays; a folder into which another program is writing is left alone.
    """
    with contextlib.suppress(OSError), locked(folder, patience=0):
        _clear(folder)


def _clear(folder: Path) -> None:
    if _is_folder(folder / STAGING):
        shutil.rmtree(folder / STAGING)
    _clear_temporary(folder)


def _clear_temporary(folder: Path) -> None:
    """What is another user's, or can't be removed for another reason, stays, and is in nobody's way."""
    for entry in os.listdir(folder):
        if _TEMPORARY.fullmatch(entry):
            with contextlib.suppress(OSError):
                (folder / entry).unlink()


def _stage(folder: Path, outputs: list[tuple[str, bytes]]) -> None:
    """Write the outputs aside; the renaming at the end is the moment from which on the build has happened."""
    staging = folder / STAGING
    try:
        os.mkdir(staging)
        for number, (name, data) in enumerate(outputs):
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
    """A new file with these bytes, on the disk, with the owner and permission bits of the one that it will replace."""
    replaced = _replaceable(like)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if replaced:
            _dress(path, replaced)
        os.fsync(handle)
    finally:
        os.close(handle)


def _replaceable(file: Path) -> os.stat_result | None:
    """What stands there; ``OSError`` where it is nothing that a write may replace."""
    try:
        about = os.stat(file)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, f"{file.name} is a folder")
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, f"{file.name} is no ordinary file")
    if not about.st_mode & 0o222:
        raise PermissionError(errno.EACCES, f"{file.name} is write-protected")
    return about


def _dress(path: Path, like: os.stat_result) -> None:
    """Only root may give a file away, and a member of a group may give it to that group."""
    own = os.stat(path)
    if os.name != "nt" and (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        for owner, group in ((like.st_uid, -1), (-1, like.st_gid)):
            with contextlib.suppress(PermissionError):
                os.chown(path, owner, group)
    os.chmod(path, stat.S_IMODE(like.st_mode))


def _is_folder(path: Path) -> bool:
    """A folder of its own: a link in its place, which may lead anywhere, is none of ours."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False


def _refuse_strangers(folder: Path, own: set[str]) -> None:
    """Beside what a planting that was killed has left, the folder must be empty."""
    here = set(os.listdir(folder))
    if here and not (STAGING in here and here <= {STAGING, *own}):
        raise OSError(errno.ENOTEMPTY, "the folder isn't empty: name a new one")


def _stage_tree(staging: Path, files: Mapping[str, bytes]) -> None:
    if _is_folder(staging):
        shutil.rmtree(staging)
    os.mkdir(staging)
    for name, data in files.items():
        path = staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(path, data, path)
    for part, _, _ in os.walk(staging):
        _sync_directory(Path(part))


def _move_tree(folder: Path, last: str) -> None:
    staging = folder / STAGING
    for part in sorted(os.listdir(staging), key=lambda name: (name == last, name)):
        if not os.path.lexists(folder / part):  # else it was moved before a kill
            os.rename(staging / part, folder / part)


def _unplant(folder: Path, is_new: bool) -> bool:
    """As if nothing had been made, unless a part is in place already: then all is left to be completed."""
    with contextlib.suppress(OSError):
        if os.listdir(folder) == [STAGING]:
            shutil.rmtree(folder / STAGING)
        if not os.listdir(folder):
            if is_new:
                os.rmdir(folder)
            return True
    return False


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


def _not_all(folder: Path, error: OSError) -> WriteError:
    kept = f"a finished build is kept in {READY} beside them, and the next command puts it in place."
    state = kept if _is_folder(folder / READY) else _UNTOUCHED
    return WriteError(f"{folder}: the outputs couldn't be written ({_why(error)}); {state}")


def _why(error: OSError) -> str:
    return error.strerror or str(error)
