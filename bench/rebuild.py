"""From save to written map while ``mapper build --watch`` runs on the Haiti project: milliseconds, by what was saved.

    python bench/rebuild.py [ROUNDS]

Each round changes a file for good, so that nothing can be taken from the build before last. The time runs from the
moment at which the file is in place to the line that tells of the build, after the last file is on the disk; the
target is 100 ms at most.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EDITS = {
    "data/events.csv": "the first Kenyan soldiers",  # its quote is checked; the row that holds it is rewritten
    "data/places.csv": "The point is for a label",
    "data/boundaries/adm2.geojson": "geoBoundaries",
    "data/map.toml": "Haiti, July 2024",
}


def edited(path: Path, word: str, number: int) -> bytes:
    """The file with a mark after the word, in a cell or value where any text may stand."""
    text = path.read_text(encoding="utf-8")
    if path.name == "events.csv":
        return text.replace("project editors", f"project editors {number}").encode()
    return text.replace(word, f"{word} {number}", 1).encode()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("data", "seeds"):
            shutil.copytree(ROOT / name, folder / name)
        command = [sys.executable, "-u", "-m", "mapper", "-C", scratch, "build", "--watch"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(1)
            for name, word in EDITS.items():
                times = []
                for number in range(rounds):
                    data = edited(ROOT / name, word, number)
                    (folder / ".new").write_bytes(data)
                    os.replace(folder / ".new", folder / name)
                    started = time.perf_counter()
                    process.stdout.readline()
                    times.append(1000 * (time.perf_counter() - started))
                    time.sleep(0.2)
                median, most = statistics.median(times), max(times)
                print(f"{name}: {median:.0f} ms from save to written map, at most {most:.0f} (target 100)")
            process.terminate()


if __name__ == "__main__":
    main()
