"""Projects and maps for all tests, and a real browser whose pages fail their test if they make any noise."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from mapper import Project

# A busy machine is slow at times; that is no fault of what is tested.
settings.register_profile("any machine", deadline=None, max_examples=int(os.environ.get("MAPPER_EXAMPLES", "100")))
settings.load_profile("any machine")

pytest_plugins = ["long_run"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Names and bars come with the second picture; what is no map of events has none.
WHOLE = """() => window.mapper?.start && new Promise((done) => new PerformanceObserver((list, self) => {
  if (list.getEntriesByName("mapper-whole").length > 0) (self.disconnect(), done());
}).observe({ type: "mark", buffered: true }))"""

# So many frames as whatever follows from a frame in a frame takes, and the time after them that nobody needs.
FRAMES = """async () => {
  for (let frame = 0; frame < 4; frame += 1) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await new Promise((done) => requestIdleCallback(done, { timeout: 1000 }));
}"""

ROOT = Path(__file__).parents[1]


def pause(page: Any, milliseconds: float) -> None:
    """Waits so long, and until frames have been drawn: on a busy machine time alone says nothing."""
    page.wait_for_timeout(milliseconds)
    page.evaluate(FRAMES)


@pytest.fixture(scope="session")
def haiti() -> Path:
    """The repository itself, which is the Haiti project: to be read, never written."""
    return ROOT


@pytest.fixture
def haiti_copy(tmp_path: Path) -> Path:
    """A copy of the Haiti project, without its outputs, to be written to."""
    return copy_project(ROOT, tmp_path / "haiti")


def copy_project(root: Path, target: Path) -> Path:
    """A project's tables and seeds in a new folder."""
    shutil.copytree(root / "data", target / "data")
    shutil.copytree(root / "seeds", target / "seeds")
    (target / "output").mkdir()
    return target


@pytest.fixture(scope="session")
def haiti_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Haiti map, as built now; its exports stand beside it."""
    return _built(ROOT, tmp_path_factory.mktemp("haiti"))


@pytest.fixture(scope="session")
def healthy_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map with several sources, undated, unlocated, retracted and disputed events; its exports beside it."""
    return _built(ROOT / "tests" / "projects" / "healthy", tmp_path_factory.mktemp("healthy"))


def _built(root: Path, folder: Path) -> Path:
    return Project.open(root).build(folder / "map.html").paths[0]


def with_events(root: Path, more: Callable[[dict[str, str]], list[dict[str, str]]]) -> Path:
    """The map of a copied project with rows added, which ``more`` makes from its first one."""
    table = root / "data" / "events.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, *more(rows[0])])
    return _built(root, root / "output")


@pytest.fixture(scope="session")
def mapper_command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``mapper_command(folder, *arguments, **environment)``: the command line in a process of its own."""

    def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mapper", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
        )

    return run


def browser_command(names: tuple[str, ...]) -> str:
    """The path of the first browser found; without one the test is skipped, or fails if browsers are required."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get("MAPPER_REQUIRE_BROWSERS") == "1":
        pytest.fail(f"no {names[0]} on this machine, and MAPPER_REQUIRE_BROWSERS=1 asks for one", pytrace=False)
    if found is None:
        pytest.skip(f"NO {names[0].upper()} ON THIS MACHINE: what the page shows was not tested")
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, headless; without one the test is skipped, or fails if browsers are required."""
    found = browser_command(CHROMIUM)
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """``open_page(file, fragment="", width=1400, height=860)``: that file in a tab of its own, as from disk.

    Any request but for the files themselves, any console message (a policy violation is one) and any error
    of a page fail the test when it ends.
    """
    contexts: list[Any] = []
    opened: set[str] = set()
    noise: list[str] = []

    def heard_request(request: Any) -> None:
        address = request.url.partition("#")[0]
        if address not in opened and not address.startswith(("data:", "blob:")):
            noise.append(f"request: {address[:200]}")

    def open_file(file: Path, fragment: str = "", width: int = 1400, height: int = 860, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", heard_request)
        page.on("console", lambda message: noise.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"error: {error}"))
        opened.add(file.resolve().as_uri())
        page.goto(file.resolve().as_uri() + fragment)
        if options.get("java_script_enabled", True):
            page.evaluate(WHOLE)
            # A link's words are looked for beside the page.
            page.locator('.search[aria-busy="true"]').first.wait_for(state="detached")
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert noise == []


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """``keep(page, name)``: a picture of the page as it is, in ``tests/artefacts`` or ``MAPPER_ARTEFACTS``."""
    folder = Path(os.environ.get("MAPPER_ARTEFACTS") or Path(__file__).with_name("artefacts"))

    def picture(page: Any, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{request.path.stem.removeprefix('test_')}-{name}.png")

    return picture


Figures = Callable[..., None]


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """``figures(name=number, …)``: what a test counted, for the summary of the long runs."""

    def record(**counted: object) -> None:
        for name, value in counted.items():
            record_property(name, value)

    return record
