"""From tables to events and exports, without the page: CPU and memory of each stage, beside reading the CSV alone.

    python bench/rows.py [ROWS…]

The project comes from ``bench/tables.py`` and is kept in the folder that BENCH_TABLES names, if it does. CPU is given
in multiples of ``pandas.read_csv`` of the same file, read just before, so that a busy machine slows both alike; memory
is the most that the process has held by the end of the stage.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10_000, 100_000, 350_000)
_RARELY = 1_000_000  # as the command line has it


class Watch:
    """CPU seconds and peak memory (MB) by stage, as the package itself names its stages."""

    def __init__(self) -> None:
        self.stage, self.begun = "", 0.0
        self.seconds: dict[str, float] = {}
        self.memory: dict[str, int] = {}

    def begin(self, stage: str) -> None:
        now = time.process_time()
        if self.stage:
            self.seconds[self.stage] = self.seconds.get(self.stage, 0.0) + now - self.begun
            self.memory[self.stage] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        self.stage, self.begun = stage, now


def measured(folder: Path) -> None:
    """One process's run over a project: a line a stage."""
    gc.set_threshold(_RARELY)
    import pandas

    started = time.process_time()
    pandas.read_csv(folder / "data/events.csv")
    floor = time.process_time() - started
    gc.collect()

    from mapper import Project, stages

    watch = Watch()
    stages.listen(watch.begin)
    opened = Project.open(folder)
    opened.problems()
    opened.sources()
    for form in ("geojson", "csv"):
        opened.export(None, form)
    watch.begin("")
    print(f"{len(opened.examined.events):,} rows; pandas reads them in {floor:.2f} s")
    for stage, seconds in watch.seconds.items():
        print(f"{seconds / floor:7.2f} × {watch.memory[stage]:6,} MB  {stage}")
    print(f"{sum(watch.seconds.values()) / floor:7.2f} ×             all", flush=True)


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--in":
        measured(Path(sys.argv[2]))
        return
    from tables import make

    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(os.environ.get("BENCH_TABLES") or scratch)
        for rows in map(int, sys.argv[1:] or SIZES):
            folder = kept / str(rows)
            if not folder.exists():
                make(folder, rows)
            environment = {**os.environ, "PYTHONPATH": str(root)}
            subprocess.run([sys.executable, __file__, "--in", str(folder)], check=True, env=environment)


if __name__ == "__main__":
    main()
