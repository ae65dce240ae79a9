"""The third-party packages that the data are made from, fetched by the registries' own clients and unpacked.

Nothing of them is kept in the repository: a script fetches what it needs into a temporary folder, or reads a
copy that its caller names.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path


def unpacked_wheel(requirement: str, folder: Path, wheel: Path | None = None) -> Path:
    """A wheel of that requirement (``name==version``), or the copy ``wheel``, unpacked into ``folder``."""
    if wheel is None:
        command = ["download", "--no-deps", "--only-binary=:all:", "--python-version", "3.12"]
        quiet = ["--quiet", "--disable-pip-version-check", "--dest", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", *command, *quiet, requirement], check=True)
        wheel = next(folder.glob("*.whl"))
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def unpacked_npm(package: str, folder: Path, tarball: Path | None = None) -> Path:
    """An npm package (``name@version``), or the copy ``tarball``, unpacked into ``folder``."""
    if tarball is None:
        beside_python = Path(sys.executable).with_name("npm")
        npm = str(beside_python) if beside_python.exists() else shutil.which("npm") or "npm"
        subprocess.run([npm, "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        tarball = next(folder.glob("*.tgz"))
    with tarfile.open(tarball) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"
