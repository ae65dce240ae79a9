"""The system's Firefox, by puppeteer: what a function gives back that runs in a page opened from disk."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import ROOT, browser_command

_EVALUATE = ROOT / "mapper" / "page" / "web" / "test" / "evaluate.mjs"


def in_firefox(file: Path, function: Path, timeout: float = 300) -> dict[str, Any]:
    """``result``, and the ``requests``, ``messages``, ``errors``, ``dialogs`` and ``pages`` that there were."""
    firefox = browser_command(("firefox-esr", "firefox"))
    own = Path(sys.executable).with_name("node")
    command = [str(own if own.exists() else shutil.which("node")), str(_EVALUATE), str(file), firefox, str(function)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=timeout)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
