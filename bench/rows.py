"""From tables to events without the page: CPU seconds of each stage, as multiples of reading the CSV with pandas.

    python bench/rows.py [ROWS…]

The project comes from ``bench/tables.py`` and is kept in the folder that BENCH_TABLES names, if it does. The floor is
``pandas.read_csv`` of the same file, read just before, so that a busy machine slows both alike.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tables import make

SIZES = (10_000, 100_000, 350_000)
_RARELY = 50_000  # as the command line has it


class Watch:
    """CPU seconds by stage; a stage within another is taken out of it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            started = time.process_time()
            try:
                return function(*given, **named)
            finally:
                took = time.process_time() - started
                self.seconds[stage] = self.seconds.get(stage, 0.0) + took - self._inner.pop()
                self._inner[-1] += took

        return timed


def measured(folder: Path) -> None:
    """One process's run over a project: a line a stage."""
    gc.set_threshold(_RARELY)
    import pandas

    started = time.process_time()
    pandas.read_csv(folder / "data/events.csv")
    floor = time.process_time() - started
    gc.collect()

    from mapper import checks, project

    watch = Watch()
    places = watch.around("places", checks.read_gazetteer)
    checks.read_gazetteer = places
    checks.read_table = watch.around("read", checks.read_table)
    checks.read_cells = watch.around("cells", checks.read_cells)
    checks.read_sources = watch.around("sources", checks.read_sources)
    checks._Rows._quotes = _listed(watch, "quotes", checks._Rows._quotes)
    checks._Rows._places = _listed(watch, "locate", checks._Rows._places)
    opened = project.Project.open(folder)
    watch.around("check", lambda: opened.examined)()
    watch.around("problems", opened.problems)()
    watch.around("events", opened.sources)()
    for form in ("geojson", "csv"):
        watch.around(form, opened.export)(None, form)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = len(opened.examined.events)
    total = sum(watch.seconds.values())
    told = " ".join(f"{stage} {took / floor:.2f}" for stage, took in watch.seconds.items())
    every = f"all {total / floor:.2f} ({total:.2f} s), {memory:.0f} MB"
    print(f"{rows} rows: floor {floor:.2f} s; {told}; {every}", flush=True)


def _listed(watch: Watch, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    return watch.around(stage, lambda *given: list(function(*given)))


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--in":
        measured(Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(os.environ.get("BENCH_TABLES") or scratch)
        for rows in map(int, sys.argv[1:] or SIZES):
            folder = kept / str(rows)
            if not folder.exists():
                make(folder, rows)
            subprocess.run([sys.executable, __file__, "--in", str(folder)], check=True)


if __name__ == "__main__":
    main()
