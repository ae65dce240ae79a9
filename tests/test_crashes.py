"""Whatever call fails, at whatever moment a command is killed: files are whole, and the next command sets all right.

Each writer of the package is a line in ``WRITERS``; each is put through everything here.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from forks import Ended, Forks
from long_run import Figures
from small_project import QUOTE, event, make

from mapper.files import sha256_hex
from mapper.formats import FORMATS, writes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks, signals and permission bits are POSIX")

KILLS = int(os.environ.get("MAPPER_KILLS", "100"))
EACH_FAULT = int(os.environ.get("MAPPER_EXAMPLES", "100")) >= 1000
FAULTS = (errno.ENOSPC, errno.EIO, errno.EACCES)
Tree = dict[str, bytes]


@dataclass(frozen=True)
class Writer:
    """A command that writes, and how often it is killed among all."""

    arguments: tuple[str, ...]
    weight: int = 1


ROW = ("--source", "gazette", "--place", "northtown", "--date", "2024-08-05", "--type", "Violence against civilians")
# All formats are written by one way; in the short run two stand for it, one of text, one that another library makes.
EXPORTED = writes() if EACH_FAULT else ["geojson", "geopackage"]
WRITERS = {
    "build": Writer(("build",), 6),
    "build elsewhere": Writer(("build", "-o", "../elsewhere/the-map.html"), 1),
    **{f"export {name}": Writer(("export", f"../elsewhere/shared{FORMATS[name].suffixes[0]}"), 1) for name in EXPORTED},
    "export with its report": Writer(("export", "../elsewhere/told.csv", "--report", "../elsewhere/report.json"), 1),
    "add": Writer(("add", "--title", "New", "--quote", QUOTE, *ROW, "--coded-on", "2024-09-01"), 3),
    "init": Writer(("init", "../new"), 1),
    "places import": Writer(("places", "import", "../towns.csv"), 1),
}


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    server = Forks()
    yield server
    server.close()


class Ground:
    """A folder with a project in it, beside it other folders to write to: as it was before a command, and after."""

    def __init__(self, forks: Forks, root: Path, writer: Writer) -> None:
        self._forks, self.root, self.writer = forks, root, writer
        self.project = make(root / "project", [event("first", coded_on="2024-08-20"), event("second", "west")])
        (self.project / "output").mkdir()
        (root / "elsewhere").mkdir()
        (root / "towns.csv").write_text("name,lat,lon\nMillford,10.6,20.9\n", encoding="utf-8")
        for arguments in (("build",), *(one.arguments for one in WRITERS.values() if one.arguments[0] != "init")):
            if arguments[0] not in ("add", "places"):
                assert forks.run(self.project, *arguments).code == 0
        with (self.project / "data/events.csv").open("ab") as table:  # so that new outputs differ from old ones
            table.write((self.project / "data/events.csv").read_bytes().splitlines(True)[1].replace(b"first", b"third"))
        self.before = snapshot(root)
        done = self.run()
        assert done.code == 0, done.err
        self.calls = done.calls
        self.after = snapshot(root)
        assert self.before != self.after
        self.restore()
        self.seconds = statistics.median(self._timed() for _ in range(5))

    def _timed(self) -> float:
        seconds = self.run().seconds
        self.restore()
        return seconds

    def run(self, **how: object) -> Ended:
        return self._forks.run(self.project, *self.writer.arguments, **how)

    def check(self) -> None:
        """A command that writes nothing, in each project."""
        for settings in self.root.glob("*/data/map.toml"):
            assert self._forks.run(settings.parents[1], "check").code == 0

    def now(self) -> Tree:
        return snapshot(self.root)

    def restore(self) -> None:
        now = self.now()
        if now == self.before:
            return
        for name in [name for name in now if name not in self.before and not name.endswith("/")]:
            (self.root / name).unlink()
        for name in sorted((name for name in now if name not in self.before and name.endswith("/")), reverse=True):
            (self.root / name).rmdir()
        for name, data in self.before.items():
            if now.get(name) != data:
                (self.root / name).write_bytes(data)

    def assert_the_next_command_completes(self) -> None:
        """All is as before or as after once any command has run (of what waits elsewhere none knows, until the next
        that writes there), and when it is done again it is as after, with nothing more."""
        self.check()
        now = self.now()
        assert visible(now) in (visible(self.before), visible(self.after)) or waits_elsewhere(now)
        assert not [name for name in now if ".mapper-" in name and name.startswith("project/")]
        again = self.run()
        assert "Traceback" not in again.err
        assert self.now() == self.after, again.err


def snapshot(root: Path) -> Tree:
    """Every file below, and every folder by its name with a slash."""
    found: Tree = {}
    for folder, folders, files in os.walk(root):
        at = Path(folder).relative_to(root)
        found |= {f"{(at / name).as_posix()}/": b"" for name in folders}
        found |= {(at / name).as_posix(): (Path(folder) / name).read_bytes() for name in files}
    return found


def visible(tree: Tree) -> Tree:
    """Without what a stopped write may leave until the next command."""
    return {name: data for name, data in tree.items() if "mapper-" not in name and name not in ("new/", "elsewhere/")}


Grounds = Callable[[str], Ground]


@pytest.fixture
def ground(forks: Forks) -> Iterator[Grounds]:
    """``ground(writer)``: in memory where the system has such a place, for most of the time goes into fsync."""
    memory = Path("/dev/shm")
    yield from grounds(forks, memory if os.access(memory, os.W_OK) else None)


@pytest.fixture
def ground_on_disk(forks: Forks) -> Iterator[Grounds]:
    yield from grounds(forks, None)


def grounds(forks: Forks, below: Path | None) -> Iterator[Grounds]:
    root = Path(tempfile.mkdtemp(prefix="mapper-test-", dir=below))
    os.chmod(root, 0o755)

    def made(writer: str) -> Ground:
        place = root / writer.replace(" ", "-")
        place.mkdir()
        return Ground(forks, place, WRITERS[writer])

    yield made
    shutil.rmtree(root)


def assert_said_in_one_line(done: Ended) -> None:
    assert done.code == 1, done.err
    assert done.err.startswith("mapper: "), done.err
    assert done.err.count("\n") == 1, done.err


def waits_elsewhere(tree: Tree) -> bool:
    """Something is half in place where only the same command comes by again."""
    return not tree.keys().isdisjoint({"elsewhere/.mapper-ready/", "new/.mapper-staging/"})


def errors_at(at: int) -> tuple[int, ...]:
    """What the at-th call meets: one of the three in turn; in the long run each."""
    return FAULTS if EACH_FAULT else (FAULTS[at % len(FAULTS)],)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_that_meets_an_error_at_any_call_says_so_in_one_line_and_leaves_all_whole(
    ground: Grounds, writer: str, figures: Figures
) -> None:
    place = ground(writer)
    assert place.calls > 10
    ends: Counter[str] = Counter()
    for at in range(1, place.calls + 1):
        for number in errors_at(at):
            done, now = place.run(at=at, error=number), place.now()
            if done.code == 0:  # something that would only have been nice to do
                assert visible(now) == visible(place.after)
            else:
                assert_said_in_one_line(done)
                assert any(os.strerror(one) in done.err for one in (number, errno.EBADF)), done.err
            if now not in (place.before, place.after):
                place.assert_the_next_command_completes()
            ends["done" if done.code == 0 else "untouched" if now == place.before else "completed"] += 1
            place.restore()
    assert ends["untouched"] > 3
    figures(faults=sum(ends.values()), **{f"faults_{end}": number for end, number in ends.items()})


@pytest.mark.parametrize("writer", WRITERS)
def test_a_file_that_cannot_be_read_ends_no_command_in_a_traceback_and_costs_no_file(
    ground: Grounds, writer: str
) -> None:
    place = ground(writer)
    for at in range(1, 40):
        done = place.run(at=at, error=FAULTS[at % 2 + 1], reading=True)
        assert "Traceback" not in done.err
        assert done.code in (0, 1)
        now = place.now()
        assert not [name for name in now if ".mapper-" in name]
        assert {name: now[name] for name in place.before if name.startswith("project/data")}.items() <= {
            **place.before,
            **(place.after if done.code == 0 else {}),
        }.items()
        if done.calls < at:
            break
        place.restore()
    assert writer == "init" or at > 5


def test_a_command_killed_at_any_moment_leaves_whole_files_or_what_the_next_command_completes(
    ground_on_disk: Grounds, figures: Figures
) -> None:
    chance = random.Random(2024)
    places = {writer: ground_on_disk(writer) for writer in WRITERS}
    ends: Counter[str] = Counter()
    missed = 0
    while ends.total() < KILLS:
        (writer,) = chance.choices(list(WRITERS), [one.weight for one in WRITERS.values()])
        place = places[writer]
        done, now = place.run(kill=chance.uniform(0, place.seconds)), place.now()
        if "project/output/.mapper-ready/" not in now and not waits_elsewhere(now):
            assert visible(now) in (visible(place.before), visible(place.after))
        if now not in (place.before, place.after):
            place.assert_the_next_command_completes()
        if done.code == -signal.SIGKILL:
            ends["as before" if now == place.before else "as after" if now == place.after else "in between"] += 1
        else:
            missed += 1  # it had ended already
            assert missed < 3 * KILLS
        place.restore()
    figures(kills=KILLS, **{f"kills_{end.replace(' ', '_')}": number for end, number in ends.items()})


@pytest.mark.parametrize("writer", WRITERS)
def test_a_disk_that_takes_no_more_bytes_leaves_all_whole(ground: Grounds, writer: str) -> None:
    """The system itself refuses: at the first byte, within a file, in the largest file alone."""
    place = ground(writer)
    new = [data for name, data in place.after.items() if place.before.get(name) != data]
    for limit in sorted({0, 1, *(len(data) - 1 for data in new if data)}):
        done = place.run(limit=limit)
        assert_said_in_one_line(done)
        assert os.strerror(errno.EFBIG) in done.err
        assert place.now() == place.before
    done = place.run(limit=max(map(len, new)))
    assert done.code == 0
    assert place.now() == place.after


FULL_DISK = """
mount -t tmpfs -o size=$1 none "$2" && cp -r "$3/." "$2" || exit 9
"$4" -m mapper -C "$2" build; code=$?
cp -r "$2/." "$5"; exit $code
"""


@pytest.mark.parametrize("room", [0, 60_000, 200_000], ids="{} bytes free".format)
def test_a_disk_without_room_leaves_the_previous_build(ground: Grounds, tmp_path: Path, room: int) -> None:
    """A real one, small, in memory, mounted for this command alone."""
    alone = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here without rights")
    place = ground("build")
    (tmp_path / "disk").mkdir()
    (tmp_path / "after").mkdir()
    taken = sum(4096 * (2 + len(data) // 4096) for name, data in place.before.items() if name.startswith("project/"))
    done = subprocess.run(
        [
            *(*alone, "sh", "-c", FULL_DISK, "sh", str(taken + room), str(tmp_path / "disk"), str(place.project)),
            *(sys.executable, str(tmp_path / "after")),
        ],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("mapper: ")
    assert done.stderr.endswith("(No space left on device); what stood there is untouched.\n")
    assert done.stderr.count("\n") == 1
    assert snapshot(tmp_path / "after") == snapshot(place.project)


@pytest.mark.parametrize("writer", [name for name in WRITERS if name != "build"])
def test_a_folder_of_another_user_is_said_in_one_line_and_left_as_it_is(ground: Grounds, writer: str) -> None:
    place = ground(writer)
    with write_protected(place.root):
        done = place.run(nobody=True)
        assert_said_in_one_line(done)
        assert os.strerror(errno.EACCES) in done.err
        assert place.now() == place.before


@contextlib.contextmanager
def write_protected(root: Path) -> Iterator[None]:
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for folder in folders:
        os.chmod(folder, 0o555)
    yield
    for folder in folders:
        os.chmod(folder, 0o755)


def test_a_reader_without_the_right_to_write_can_check_and_export_what_a_kill_left_unfinished(
    ground: Grounds, forks: Forks
) -> None:
    place = ground("build")
    at = next(at for at in range(1, 200) if place.run(at=at).code and (place.project / "output/.mapper-ready").is_dir())
    assert at
    with write_protected(place.root):
        assert forks.run(place.project, "check", nobody=True).code == 0
        done = forks.run(place.project, "export", "-", "--format", "csv", nobody=True)
        assert done.code == 0
        assert "Title of third" in done.out
        assert_said_in_one_line(forks.run(place.project, "build", nobody=True))
    place.check()
    assert place.now() == place.after


def test_commands_at_once_lose_nothing(ground: Grounds, forks: Forks) -> None:
    place = ground("add")
    add = place.writer.arguments
    commands = [
        *([*add, "--event-id", f"at-once-{number}"] for number in range(6)),
        *[add] * 3,  # each would make the same id of its title
        *([["build"], ["export", "../elsewhere/shared.csv"], ["check"]] * 2),
    ]
    ended = forks.run_together(place.project, commands)
    assert [one.code for one in ended] == [0] * len(commands), [one.err for one in ended]
    table = (place.project / "data/events.csv").read_bytes()
    old = place.before["project/data/events.csv"]
    assert table.startswith(old)
    added = [line.partition(b",")[0].decode() for line in table[len(old) :].splitlines()]
    assert sorted(added) == ["at-once-" + str(number) for number in range(6)] + ["new", "new-2", "new-3"]
    assert {one.out for one in ended[:9]} == {
        f"data/events.csv:{row}: {event_id}\n" for row, event_id in enumerate(added, 2 + len(old.splitlines()) - 1)
    }
    ledger = json.loads((place.project / "output/build.json").read_bytes())
    assert {name: sha256_hex((place.project / "output" / name).read_bytes()) for name in ledger["outputs"]} == (
        ledger["outputs"]
    )
    assert not [name for name in place.now() if ".mapper-" in name]


OWN = "id,title,type,town,description\n1,Toll at the bridge,Roadblock,Northtown (settlement),A toll was asked.\n"
UNIT = {
    "type": "Feature",
    "properties": {"n": "Hillside", "c": "XN0101"},
    "geometry": {"type": "Polygon", "coordinates": [[[20.1, 10.1], [20.4, 10.1], [20.4, 10.4], [20.1, 10.1]]]},
}
OF_SEVERAL_FILES = {
    "import": ("import", "../own.csv", "--map", "quote=description"),
    "boundaries": ("boundaries", "add", "../units.geojson", "--level", "adm3", "--name", "n", "--code", "c"),
}


@pytest.mark.parametrize("writer", OF_SEVERAL_FILES)
def test_an_import_that_fails_or_is_killed_anywhere_is_completed_by_the_same_import(
    forks: Forks, tmp_path: Path, writer: str
) -> None:
    project, command = make(tmp_path / "project", [event("first")]), OF_SEVERAL_FILES[writer]
    (tmp_path / "own.csv").write_text(OWN, encoding="utf-8")
    units = json.dumps({"type": "FeatureCollection", "features": [UNIT]})
    (tmp_path / "units.geojson").write_text(units, encoding="utf-8")
    before = snapshot(tmp_path)
    whole = forks.run(project, *command)
    assert whole.code == 0, whole.err
    after = snapshot(tmp_path)
    chance = random.Random(8)
    attempts = [{"at": at, "error": FAULTS[at % 3]} for at in range(1, whole.calls + 1)]
    attempts += [{"kill": chance.uniform(0, whole.seconds)} for _ in range(KILLS // 5)]
    for attempt in attempts:
        shutil.rmtree(tmp_path / "project")
        for name, data in before.items():
            path = tmp_path / name
            path.mkdir(parents=True, exist_ok=True) if name.endswith("/") else None
            if not name.endswith("/"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        done = forks.run(project, *command, **attempt)
        assert done.code in (0, 1, -signal.SIGKILL), attempt
        if done.code == 1:
            assert_said_in_one_line(done)
        for name, data in visible(snapshot(tmp_path)).items():
            assert data in (before.get(name), after.get(name)), (attempt, name)
        assert forks.run(project, *command).code == 0, attempt
        assert snapshot(tmp_path) == after, attempt
