"""A cold ``mapper build`` of the Haiti project beside importing geopandas and folium: CPU seconds, and their ratio.

    python bench/cold_build.py [ROUNDS]

The two are run in turn, so that a busy machine slows both alike. The import is the floor of any build with these
libraries; the target is a ratio of 1.3 at most.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else the package alone is compiled anew each time


def cpu_seconds(arguments: list[str]) -> float:
    """User and system time of one process, started cold."""
    before = os.times()
    code = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, *arguments])
    after = os.times()
    if code:
        sys.exit(f"{arguments} failed with {code}")
    return after.children_user - before.children_user + after.children_system - before.children_system


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        build = ["-m", "mapper", "-C", str(ROOT), "build", "-o", str(Path(folder, "map.html"))]
        floor = ["-c", "import geopandas, folium"]
        cpu_seconds(build)
        pairs = [(cpu_seconds(build), cpu_seconds(floor)) for _ in range(rounds)]
    built, imported = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"build {built:.2f} s, imports {imported:.2f} s, ratio {ratio:.2f} (median of {rounds}; target 1.3)")


if __name__ == "__main__":
    main()
