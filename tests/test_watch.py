"""Building while the curator works: after each change, from what changed alone, and with the open page following."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import multiprocessing
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from small_project import BOUNDARIES, PLACES, TEXT, collection, csv_bytes, event, make, source
from test_document import Page

from mapper import Project
from mapper.serve import LiveMap, live_copy
from mapper.settings import ProjectFolder
from mapper.watch import follow, stamps

unix = pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a signal")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "project", [event("a"), event("b", "southtown")])


# --- what a build takes from the one before


def _build_cold(folder: str, target: str) -> None:
    Project.open(folder).build(target)


def _retitled(folder: Path) -> None:
    _write(folder / "data/events.csv", csv_bytes([event("a", title="Another title"), event("b", "southtown")]))


def _moved(folder: Path) -> None:
    moved = [
        {**place, "name": "New Southtown", "latitude": "10.6"} if place["place_id"] == "southtown" else place
        for place in PLACES
    ]
    _write(folder / "data/places.csv", csv_bytes(moved))


def _redrawn(folder: Path) -> None:
    _write(folder / "data/boundaries/adm2.geojson", BOUNDARIES["adm2.geojson"].replace("22", "21.9").encode())


def _unlanded(folder: Path) -> None:
    _write(folder / "data/boundaries/land.geojson", collection().encode())


def _without_a_level(folder: Path) -> None:
    (folder / "data/boundaries/adm3.geojson").unlink()


def _doubled(folder: Path) -> None:
    _write(folder / "data/boundaries/more.geojson", BOUNDARIES["adm1.geojson"].encode())


def _recited(folder: Path) -> None:
    _write(folder / "data/sources.csv", csv_bytes([source(title="Another paper", show="whole")]))


def _retyped(folder: Path) -> None:
    text = TEXT.replace("Later it rained.", "Later it snowed.")
    _write(folder / "seeds/gazette.txt", text.encode())
    _write(folder / "data/sources.csv", csv_bytes([source(text=text, show="whole")]))


def _resettled(folder: Path) -> None:
    _write(folder / "data/map.toml", b'title = "Another"\ncountries = ["ABC"]\n')


def _unplaced(folder: Path) -> None:
    (folder / "data/places.csv").unlink()


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


CHANGES = (
    _retitled, _moved, _redrawn, _unlanded, _without_a_level, _doubled, _recited, _retyped, _resettled, _unplaced,
)  # fmt: skip


@unix
def test_a_build_after_a_change_is_the_one_that_a_new_process_makes(folder: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mapper.page.event_map", "mapper.formats.geojson", "mapper.formats.table"])
    Project.open(folder).build()
    for change in CHANGES:
        change(folder)
        Project.open(folder).build()
        cold = context.Process(target=_build_cold, args=(str(folder), str(tmp_path / "cold/map.html")))
        cold.start()
        cold.join()
        for name in ("build.json", "map.html", "events.geojson", "events.csv"):
            warm, fresh = (folder / "output" / name).read_bytes(), (tmp_path / "cold" / name).read_bytes()
            assert warm == fresh, f"{name} after {change.__name__}"


def test_a_change_and_its_undoing_give_the_first_build_again(folder: Path) -> None:
    first = {path.name: path.read_bytes() for path in Project.open(folder).build().paths}
    for change, name in ((_moved, "data/places.csv"), (_redrawn, "data/boundaries/adm2.geojson")):
        before = (folder / name).read_bytes()
        change(folder)
        Project.open(folder).build()
        (folder / name).write_bytes(before)
    assert {path.name: path.read_bytes() for path in Project.open(folder).build().paths} == first


# --- when it builds


class Enough(Exception):
    """Ends the following of a project from inside its build."""


def _follow(folder: Path, *changes: Callable[[], object]) -> int:
    """Make each change from within the build before it; how many builds came of them."""
    pending: Iterator[Callable[[], object]] = iter(changes)
    builds = 0

    def build() -> None:
        nonlocal builds
        builds += 1
        change = next(pending, None)
        if change is None:
            raise Enough
        change()

    pytest.importorskip("watchfiles")
    with pytest.raises(Enough):
        follow(ProjectFolder(folder), build)
    return builds


def test_each_change_of_a_table_a_seed_or_a_boundary_is_followed_by_a_build(folder: Path) -> None:
    assert (
        _follow(
            folder,
            lambda: _retitled(folder),
            lambda: (folder / "seeds/new.txt").write_text("New."),
            lambda: _without_a_level(folder),
            lambda: os.replace(folder / "seeds/new.txt", folder / "seeds/newer.txt"),
        )
        == 5
    )


def test_outputs_and_hidden_files_are_no_change(folder: Path) -> None:
    before = stamps(ProjectFolder(folder))
    Project.open(folder).build()
    (folder / "data/.events.csv.swp").write_text("x")
    (folder / "data/events.csv~").write_text("x")
    assert stamps(ProjectFolder(folder)) == before
    _retitled(folder)
    assert stamps(ProjectFolder(folder)) != before


# --- the command


def _interruptible(command: list[str]) -> subprocess.Popen[str]:
    """A process that Ctrl-C ends, also where the tests run in the background, and so ignore it."""
    heard = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, heard)


@unix
def test_watching_tells_each_build_on_a_line_survives_errors_and_ends_with_0(folder: Path) -> None:
    pytest.importorskip("watchfiles")
    command = [sys.executable, "-u", "-m", "mapper", "-C", str(folder), "build", "--watch"]
    with _interruptible(command) as process, contextlib.ExitStack() as stack:
        stack.callback(process.kill)
        assert process.stdout
        assert process.stderr
        first = process.stdout.readline()
        assert re.fullmatch(r"2 rows: 2 mapped\. 0 errors, 0 warnings\. \d+ ms\. .*map\.html\n", first)
        (folder / "data/map.toml").write_text("oops = [", encoding="utf-8")
        assert "map.toml: can't be read" in process.stderr.readline()
        _resettled(folder)
        (folder / "data/events.csv").write_bytes(csv_bytes([event("a", "Nowhere at all")]))
        while "1 unlocated" not in (line := process.stdout.readline()):
            assert line
        assert "1 error" in line
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()
    assert "Another" in (folder / "output/map.html").read_text(encoding="utf-8")


def test_without_watchfiles_it_says_what_to_install(folder: Path) -> None:
    hidden = "import sys; sys.modules['watchfiles'] = None; from mapper.cli import main; main()"
    command = [sys.executable, "-c", hidden, "-C", str(folder), "build", "--watch"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'conflict-event-mapper[watch]'" in done.stderr
    assert "Traceback" not in done.stderr


# --- the page that follows


@pytest.fixture
def live(folder: Path) -> Iterator[LiveMap]:
    Project.open(folder).build()
    served = LiveMap(folder / "output/map.html")
    yield served
    served.close()


def _fetch(address: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_the_open_page_shows_the_new_build_and_keeps_its_state(folder: Path, live: LiveMap, chromium: Any) -> None:
    noise: list[str] = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.goto(f"{live.url}#event=b&tab=events")
        page.locator(".card", has_text="Title of b").wait_for()
        _retitled(folder)
        Project.open(folder).build()
        live.refresh()
        page.get_by_text("Another title").first.wait_for()
        page.locator(".card", has_text="Title of b").wait_for()
        assert page.url == f"{live.url}#event=b&tab=events"
    assert noise == []


def test_the_file_itself_has_nothing_of_it(folder: Path, live: LiveMap) -> None:
    before = (folder / "output/map.html").read_text(encoding="utf-8")
    _, served = _fetch(live.url)
    assert "/version" in served
    assert "/version" not in before
    assert (folder / "output/map.html").read_text(encoding="utf-8") == before


def test_the_served_copy_opens_its_policy_to_this_server_and_these_lines_alone(folder: Path, live: LiveMap) -> None:
    html = (folder / "output/map.html").read_text(encoding="utf-8")
    file, served = Page(html), Page(live_copy(html, 3))
    added = [text for _, text in served.all("script")][-1]
    digest = hashlib.sha256(added.encode()).digest()
    assert len(list(served.all("script"))) == len(list(file.all("script"))) + 1
    policy = served.policy
    assert policy.pop("connect-src") == ["'self'"]
    (own,) = set(policy.pop("script-src")) - set(file.policy["script-src"])
    assert own == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert policy == {name: value for name, value in file.policy.items() if name != "script-src"}


def test_a_question_waits_for_the_next_version(live: LiveMap) -> None:
    live.refresh()
    assert _fetch(f"{live.url}version?after=0") == (200, "1")


def test_nobody_else_is_answered(live: LiveMap) -> None:
    assert live.url.startswith("http://127.0.0.1:")
    assert _fetch(live.url, Host="elsewhere.example")[0] == 403
    assert _fetch(f"{live.url}version?after=0", Host="elsewhere.example:80")[0] == 403
    assert _fetch(f"{live.url}../data/events.csv")[0] == 404
    assert _fetch(f"{live.url}version?after=x")[0] == 404


def test_a_page_that_leaves_before_its_answer_is_no_news_and_a_map_that_is_gone_is_said_to_the_page(
    folder: Path, live: LiveMap, capfd: pytest.CaptureFixture[str]
) -> None:
    address = urlsplit(live.url)
    for _ in range(3):
        with socket.create_connection((address.hostname, address.port)) as left:
            left.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            left.sendall(f"GET / HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
    (folder / "output/map.html").unlink()
    assert _fetch(live.url)[0] == 503
    Project.open(folder).build()
    assert _fetch(live.url)[0] == 200
    assert capfd.readouterr().err == ""


def test_a_folder_that_vanishes_while_we_look_has_no_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamps(ProjectFolder(folder))
    (folder / "data/draft").mkdir()
    (folder / "data/draft/more.csv").write_bytes(b"")
    scandir = os.scandir

    def vanishing(path: Any) -> Any:
        if str(path).endswith("draft"):
            raise FileNotFoundError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", vanishing)
    assert stamps(ProjectFolder(folder)) == before
