"""Builds that follow the curator: one at once, then one after each change under ``data/`` or ``seeds/``.

What was saved is told by each file's size and time; the system's notices (by watchfiles) only say when to look,
so that a notice too many does nothing, and one that never came is made up for soon after.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from stat import S_ISREG

from mapper.errors import WatchUnavailable
from mapper.settings import ProjectFolder

_SETTLED_MS = 10  # how long nothing more must come after a notice: a file is often saved in several writes
_LONGEST_MS = 200
_LOOK_ANYWAY_MS = 500

Stamps = dict[str, tuple[int, int, int]]


def follow(folder: ProjectFolder, build: Callable[[], None]) -> None:
    """Call ``build`` now and after each change, until the process is interrupted (``KeyboardInterrupt``).

    Raises ``WatchUnavailable`` where watchfiles isn't installed.
    """
    built: Stamps | None = None
    for _ in chain([None], _notices(folder)):
        # Taken before the build: what is saved meanwhile differs, and is built next.
        now = stamps(folder)
        if now != built:
            built = now
            build()


def stamps(folder: ProjectFolder) -> Stamps:
    """Every file that a build may read: its time (ns), size and inode; hidden files are nobody's tables."""
    found = {}
    for root in (folder.data, folder.seeds):
        for path in _files_below(root):
            with contextlib.suppress(OSError):  # gone while we look
                about = os.stat(path)
                if S_ISREG(about.st_mode):
                    found[path] = (about.st_mtime_ns, about.st_size, about.st_ino)
    return found


def _files_below(root: Path) -> Iterator[str]:
    """What can't be looked into, or is gone while we look, has no files."""
    for folder, _, names in os.walk(root):
        for name in names:
            if not name.startswith(".") and not name.endswith("~"):
                yield os.path.join(folder, name)


def _notices(folder: ProjectFolder) -> Iterator[object]:
    try:
        from watchfiles import watch
    except ImportError:
        raise WatchUnavailable(
            "--watch needs the package watchfiles: pip install 'conflict-event-mapper[watch]'."
        ) from None
    return watch(
        *(path for path in (folder.data, folder.seeds) if path.is_dir()),
        step=_SETTLED_MS,
        debounce=_LONGEST_MS,
        rust_timeout=_LOOK_ANYWAY_MS,
        yield_on_timeout=True,
        watch_filter=None,
    )
