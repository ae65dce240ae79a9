"""Any bytes for tables and dates, as a fuzzer makes them: only the package's own errors surface, in bounded memory.

Eight seconds each; ``MAPPER_FUZZ_SECONDS`` gives more. The extra ``fuzz`` brings the fuzzer, atheris.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

FUZZ = Path(__file__).parent / "fuzz"
SECONDS = int(os.environ.get("MAPPER_FUZZ_SECONDS", "8"))
MEMORY_MB = 1024


@pytest.mark.parametrize("target", ["dates", "tables"])
def test_whatever_is_read_only_errors_of_its_own_surface(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        missing = "NO FUZZER (atheris, in the extra fuzz): what any bytes do was not tried"
        pytest.fail(missing, pytrace=False) if os.environ.get("MAPPER_REQUIRE_FUZZER") == "1" else pytest.skip(missing)
    corpus = tmp_path / "corpus"
    shutil.copytree(FUZZ / "corpus" / target, corpus)
    limits = [f"-max_total_time={SECONDS}", f"-rss_limit_mb={MEMORY_MB}", "-timeout=20", "-seed=1", "-max_len=4096"]
    # By way of a shell: a program's greatest memory, which libFuzzer looks at, counts that of the one which began it.
    shell = ["sh", "-c", '"$@"; exit $?', "sh"]
    command = [
        *shell,
        sys.executable,
        str(FUZZ / f"fuzz_{target}.py"),
        str(corpus),
        *limits,
        f"-artifact_prefix={tmp_path}/",
    ]
    around = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, env=around)
    found = [path.read_bytes() for path in tmp_path.glob("*-*") if path.is_file()]
    assert done.returncode == 0, f"{found}\n{done.stderr[-3000:]}"
    runs = re.search(r"Done (\d+) runs", done.stderr)
    assert runs
    assert int(runs[1]) > 100
