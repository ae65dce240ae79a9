"""A write is whole or not at all: whatever call fails, at whatever call the program is killed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mapper import files, locks
from mapper.errors import WriteError
from mapper.files import clear_leftovers, finish_staged, publish, sha256_hex, write_whole

OLD = {"map.html": b"old map", "events.csv": b"same", "events.geojson": b"old geojson"}
NEW = {"map.html": b"new map" * 1000, "events.csv": b"same", "events.geojson": b"", "more.txt": b"new only"}
CALLS = ("open", "write", "fsync", "chmod", "mkdir", "rename", "replace", "rmdir", "close")
FAULTS = (errno.ENOSPC, errno.EIO, errno.EACCES)
KILLED = """
import os, signal, sys
from pathlib import Path
from mapper import files, locks

at, after, work = int(sys.argv[1]), sys.argv[2] == "after", sys.argv[3]
count = 0

def killing(call):
    def killed(*arguments, **named):
        global count
        count += 1
        if count == at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return call(*arguments, **named)
        finally:
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
    return killed

for name in {calls!r}:
    setattr(os, name, killing(getattr(os, name)))
exec(work)
""".replace("{calls!r}", repr(CALLS))


def with_ledger(outputs: dict[str, bytes]) -> dict[str, bytes]:
    return {**outputs, "build.json": json.dumps({name: sha256_hex(data) for name, data in outputs.items()}).encode()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def assert_whole_and_as_the_ledger_says(folder: Path) -> None:
    ledger = json.loads((folder / "build.json").read_bytes())
    assert {name: sha256_hex((folder / name).read_bytes()) for name in ledger} == ledger


def leftovers(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if "mapper" in name]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder with a build in it, and a file that isn't a build's."""
    folder = tmp_path / "output"
    publish(folder, with_ledger(OLD), "build.json")
    (folder / "README.md").write_bytes(b"a curator's own")
    return folder


def killed_at_each_call(prepare: Callable[[], Path], work: str) -> Iterator[Path]:
    """Runs ``work`` on a fresh folder again and again, killed at its first, second, … call, before and after it."""
    for after in ("before", "after"):
        for at in range(1, 500):
            folder = prepare()
            script = f"folder = Path({str(folder)!r})\n{work}"
            done = subprocess.run(
                [sys.executable, "-S", "-c", KILLED, str(at), after, script],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                check=False,
                capture_output=True,
            )
            if done.returncode == 0:
                break
            assert done.returncode == -signal.SIGKILL, done.stderr
            yield folder


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_kill_at_any_call_of_a_build_leaves_the_old_outputs_or_a_build_that_the_next_command_completes(
    tmp_path: Path,
) -> None:
    old, new = with_ledger(OLD), with_ledger(NEW)
    made = 0

    def prepare() -> Path:
        nonlocal made
        made += 1
        folder = tmp_path / str(made)
        publish(folder, old, "build.json")
        return folder

    seen = set()
    for folder in killed_at_each_call(prepare, f"files.publish(folder, {new!r}, 'build.json')"):
        committed = (folder / files.READY).exists()
        if not committed:
            assert contents(folder) in (old, new)
        finish_staged(folder)
        clear_leftovers(folder)
        assert contents(folder) == (new if committed else contents(folder))
        assert contents(folder) in (old, new)
        assert_whole_and_as_the_ledger_says(folder)
        assert leftovers(folder) == []
        seen.add((committed, contents(folder) == new))
    assert {(False, False), (True, True)} <= seen
    assert made > 60


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_completing_a_build_may_itself_be_killed_at_any_call(tmp_path: Path) -> None:
    new = with_ledger(NEW)
    made = 0

    def prepare() -> Path:
        nonlocal made
        made += 1
        folder = tmp_path / str(made)
        publish(folder, with_ledger(OLD), "build.json")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "_move_staged", lambda folder: None)
            publish(folder, new, "build.json")
        return folder

    for folder in killed_at_each_call(prepare, "files.finish_staged(folder)"):
        finish_staged(folder)
        assert contents(folder) == new
        assert leftovers(folder) == []
    assert made > 20


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_kill_at_any_call_of_a_single_write_leaves_the_old_text_or_the_new(tmp_path: Path) -> None:
    made = 0

    def prepare() -> Path:
        nonlocal made
        made += 1
        folder = tmp_path / str(made)
        folder.mkdir()
        (folder / "events.csv").write_bytes(b"old")
        return folder

    seen = set()
    for folder in killed_at_each_call(prepare, "files.write_whole(folder / 'events.csv', b'new' * 1000)"):
        clear_leftovers(folder)
        assert os.listdir(folder) == ["events.csv"]
        seen.add((folder / "events.csv").read_bytes())
    assert seen == {b"old", b"new" * 1000}


class Failing:
    """Lets the ``at``-th of the watched calls fail with an error of the system."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, number: int, calls: tuple[str, ...]) -> None:
        self.at, self.number, self.count = at, number, 0
        for name in calls:
            patch.setattr(os, name, self._watched(getattr(os, name)))

    def _watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self.at:
                raise OSError(self.number, os.strerror(self.number))
            return call(*arguments, **named)

        return watched


WRITING = ("open", "write", "fsync", "chmod", "mkdir", "rename", "replace")


@pytest.mark.parametrize("number", FAULTS, ids=errno.errorcode.get)
def test_a_build_that_meets_an_error_at_any_call_says_so_in_one_line_and_leaves_nothing_half_done(
    tmp_path: Path, number: int
) -> None:
    old, new = with_ledger(OLD), with_ledger(NEW)
    states = set()
    for at in range(1, 200):
        folder = tmp_path / str(at)
        publish(folder, old, "build.json")
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(patch, at, number, WRITING)
            try:
                publish(folder, new, "build.json")
            except WriteError as error:
                said, code = str(error), error.exit_code
            else:
                assert contents(folder) == new
                if failing.count < at:
                    break
                continue  # an error that doesn't matter: the folder can't be made, for it is there
        assert (code, said.count("\n")) == (1, 0)
        assert str(folder) in said
        assert os.strerror(number) in said
        kept = (folder / files.READY).exists()
        if kept:
            assert "the next command puts it in place" in said
        else:
            assert said.endswith("what stood there is untouched.")
            assert contents(folder) == old
            assert leftovers(folder) == []
        finish_staged(folder)
        assert contents(folder) == (new if kept else old)
        assert leftovers(folder) == []
        states.add(kept)
    assert states == {True, False}
    assert at > 30


@pytest.mark.parametrize("number", FAULTS, ids=errno.errorcode.get)
def test_a_single_write_that_meets_an_error_at_any_call_names_the_file_and_keeps_what_stood_there(
    tmp_path: Path, number: int
) -> None:
    target = tmp_path / "events.csv"
    outcomes = set()
    for at in range(1, 50):
        target.write_bytes(b"old")
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(patch, at, number, WRITING)
            try:
                write_whole(target, b"new")
                assert failing.count < at
                break
            except WriteError as error:
                said = str(error)
        assert said.startswith(str(target))
        assert os.strerror(number) in said
        assert ("untouched" in said) == (target.read_bytes() == b"old")
        assert os.listdir(tmp_path) == ["events.csv"]
        outcomes.add(target.read_bytes())
    assert b"old" in outcomes
    assert target.read_bytes() == b"new"


def test_a_write_in_parts_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
    write_whole(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


@pytest.mark.skipif(os.name == "nt", reason="limits of a process are POSIX")
def test_a_disk_that_takes_no_more_leaves_the_previous_build(output: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path; from mapper.errors import WriteError\n"
        "from mapper.files import publish\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try:\n    publish(Path(sys.argv[1]), {'map.html': b'x' * 9000, 'build.json': b''}, 'build.json')\n"
        "except WriteError as error:\n    print(error); sys.exit(error.exit_code)\n"
    )
    before = contents(output)
    done = subprocess.run([sys.executable, "-c", script, str(output)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.endswith("what stood there is untouched.\n")
    assert contents(output) == before
    assert leftovers(output) == []


@pytest.mark.skipif(os.name == "nt", reason="permission bits of folders are POSIX")
def test_a_read_only_folder_is_an_error_in_one_line(output: Path) -> None:
    script = (
        "import fcntl, os, sys; from pathlib import Path; from mapper.errors import WriteError\n"
        "from mapper.files import publish, write_whole\n"
        "folder = Path(sys.argv[1])\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "for write in (lambda: publish(folder, {'build.json': b''}, 'build.json'),\n"
        "              lambda: write_whole(folder / 'map.html', b'')):\n"
        "    try:\n        write(); sys.exit('written')\n"
        "    except WriteError as error:\n        print(error)\n"
    )
    before = contents(output)
    for parent in list(output.parents)[: -len(Path(tempfile.gettempdir()).parts)]:
        os.chmod(parent, 0o755)
    os.chmod(output, 0o555)
    try:
        done = subprocess.run([sys.executable, "-c", script, str(output)], capture_output=True, text=True, check=False)
    finally:
        os.chmod(output, 0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.count("Permission denied") for line in done.stdout.splitlines()] == [1, 1]
    assert contents(output) == before


def test_a_build_puts_all_its_outputs_in_place_and_touches_no_other_file(output: Path) -> None:
    publish(output, with_ledger(NEW), "build.json")
    assert contents(output) == {**with_ledger(NEW), "README.md": b"a curator's own"}
    assert os.listdir(output).count(files.READY) == 0


def test_the_ledger_is_moved_last_when_the_others_are_on_the_disk(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    replace, fsync = os.replace, os.fsync
    monkeypatch.setattr(os, "replace", lambda one, other: (done.append(Path(other).name), replace(one, other)))
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("fsync"), fsync(handle)))
    publish(output, {"build.json": b"", "z": b"", "a": b""}, "build.json")
    moves = done[done.index("z") :]
    assert moves == ["z", "a", "fsync", "build.json", "fsync"] if os.name != "nt" else ["z", "a", "build.json"]


def test_a_build_first_completes_the_one_that_was_stopped(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(files, "_move_staged", lambda folder: None)
        publish(output, with_ledger(NEW), "build.json")
    publish(output, {"build.json": b"{}"}, "build.json")
    assert contents(output) == {**NEW, "build.json": b"{}", "README.md": b"a curator's own"}
    assert leftovers(output) == []


def test_several_programs_may_complete_and_build_at_once(output: Path) -> None:
    builds = [with_ledger({name: bytes([number]) * 5000 for name in NEW}) for number in range(4)]
    errors: list[WriteError] = []

    def run(build: dict[str, bytes]) -> None:
        try:
            for _ in range(5):
                publish(output, build, "build.json")
                finish_staged(output)
                clear_leftovers(output)
        except WriteError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[build]) for build in builds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {
        name: data for name, data in contents(output).items() if name != "README.md" and name in builds[0]
    } in builds
    assert leftovers(output) == []


def test_moves_bear_with_another_program_that_makes_them_too(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a file system has no locks: all that stands in the way vanishes while we look."""
    with monkeypatch.context() as patch:
        patch.setattr(files, "_move_staged", lambda folder: None)
        publish(output, with_ledger(NEW), "build.json")
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda one, other: (replace(one, other), replace(one, other)))
    finish_staged(output)
    assert contents(output).items() >= with_ledger(NEW).items()
    assert leftovers(output) == []


def test_nothing_to_complete_is_no_error_even_where_there_is_no_folder(tmp_path: Path) -> None:
    finish_staged(tmp_path / "nowhere")
    clear_leftovers(tmp_path / "nowhere")
    assert os.listdir(tmp_path) == []


def test_leftovers_are_cleared_and_files_of_others_are_not(tmp_path: Path) -> None:
    (tmp_path / files.STAGING).mkdir()
    (tmp_path / files.STAGING / "0000-map.html").write_bytes(b"half")
    (tmp_path / ".events.csv.0123abcd.mapper-tmp").write_bytes(b"half")
    theirs = {".hidden", "events.csv", "my.mapper-tmp", "events.csv~", ".events.csv.swp", ".x.tmp"}
    for name in theirs:
        (tmp_path / name).write_bytes(b"theirs")
    clear_leftovers(tmp_path)
    assert set(os.listdir(tmp_path)) == theirs


@contextlib.contextmanager
def locked_by_another_program(folder: Path) -> Iterator[int]:
    """Held by a process of its own, which is killed at the end, and lets go by that alone."""
    script = (
        "import sys, time; from pathlib import Path; from mapper.locks import locked\n"
        "with locked(Path(sys.argv[1])):\n    print(flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        try:
            yield holder.pid
        finally:
            holder.kill()


def named(process: int) -> str:
    """How a message names it, where the system tells who holds a lock."""
    return f": process {process}, " if os.access("/proc/locks", os.R_OK) else ""


@pytest.mark.skipif(os.name == "nt", reason="no lock on folders there")
def test_a_folder_into_which_another_program_writes_is_left_alone_and_named(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0)
    (output / files.STAGING).mkdir()
    with locked_by_another_program(output) as process:
        clear_leftovers(output)
        assert (output / files.STAGING).is_dir()
        with pytest.raises(WriteError, match=rf"another program is writing into the folder{named(process)}"):
            publish(output, {"build.json": b""}, "build.json")
    publish(output, {"build.json": b""}, "build.json")
    assert leftovers(output) == []


def test_an_output_whose_name_is_taken_by_a_folder_stops_the_build_before_anything_is_moved(output: Path) -> None:
    before = contents(output)
    (output / "more.txt").mkdir()
    with pytest.raises(WriteError, match=r"more\.txt is a folder.*untouched"):
        publish(output, with_ledger(NEW), "build.json")
    assert contents(output) == before
    assert leftovers(output) == []


@pytest.mark.parametrize("name", ["a/b", "..", "", "a\\b", "a\0b"])
def test_an_output_is_named_by_a_file_name_alone(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        publish(tmp_path, {name: b"", "build.json": b""}, "build.json")


@pytest.mark.skipif(os.name == "nt", reason="permission bits are POSIX")
def test_permission_bits_are_kept_and_new_files_follow_the_umask(tmp_path: Path) -> None:
    target = tmp_path / "events.csv"
    mask = os.umask(0o027)
    try:
        write_whole(target, b"1")
        publish(tmp_path, {"map.html": b"", "build.json": b""}, "build.json")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "map.html").stat().st_mode) == 0o640
    for name in ("events.csv", "map.html"):
        os.chmod(tmp_path / name, 0o604)
    write_whole(target, b"2")
    publish(tmp_path, {"map.html": b"2", "build.json": b""}, "build.json")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "map.html").stat().st_mode) == 0o604


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "real.csv").write_bytes(b"old")
    (tmp_path / "events.csv").symlink_to(tmp_path / "elsewhere" / "real.csv")
    write_whole(tmp_path / "events.csv", b"new")
    assert (tmp_path / "events.csv").is_symlink()
    assert (tmp_path / "elsewhere" / "real.csv").read_bytes() == b"new"


def test_the_hash_is_sha_256() -> None:
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_somebody_saved_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor knows nothing of our lock: it saves while we write the file that is to replace what we read."""
    table = tmp_path / "events.csv"
    table.write_bytes(b"read")
    write = files._write_through

    def saved_meanwhile(*arguments: Any) -> None:
        write(*arguments)
        table.write_bytes(b"saved")

    monkeypatch.setattr(files, "_write_through", saved_meanwhile)
    with pytest.raises(WriteError, match=r"events\.csv has changed since it was read; nothing was written"):
        write_whole(table, b"read, and one more row", over=sha256_hex(b"read"))
    assert contents(tmp_path) == {"events.csv": b"saved"}


@pytest.mark.skipif(os.name == "nt", reason="no lock on folders there")
def test_where_a_file_system_has_no_locks_a_write_goes_on_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(number: int) -> None:
        def flock(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("fcntl.flock", flock)

    refuse(errno.ENOLCK)
    write_whole(tmp_path / "a", b"1")
    publish(tmp_path, {"map.html": b"1", "build.json": b""}, "build.json")
    assert contents(tmp_path) == {"a": b"1", "map.html": b"1", "build.json": b""}
    refuse(errno.EIO)
    with pytest.raises(WriteError, match=r"Input/output error\); what stood there is untouched"):
        write_whole(tmp_path / "a", b"2")


def test_alone_in_a_folder_one_may_write_there_and_no_other_thread_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0)
    refused: list[str] = []

    def write() -> None:
        try:
            write_whole(tmp_path / "a", b"theirs")
        except WriteError as error:
            refused.append(str(error))

    with files.alone_in(tmp_path):
        write_whole(tmp_path / "a", b"ours")
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert os.name == "nt" or len(refused) == 1
    write()
    assert len(refused) == (os.name != "nt")
    assert contents(tmp_path) == {"a": b"theirs"}


def test_a_single_write_clears_what_a_killed_one_left_and_first_completes_a_build(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (output / ".events.csv.0123abcd.mapper-tmp").write_bytes(b"half")
    with monkeypatch.context() as patch:
        patch.setattr(files, "_move_staged", lambda folder: None)
        publish(output, with_ledger(NEW), "build.json")
    write_whole(output / "events.csv", b"newest")
    finish_staged(output)
    assert contents(output) == {**with_ledger(NEW), "events.csv": b"newest", "README.md": b"a curator's own"}
    assert leftovers(output) == []


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_in_place_of_an_output_is_replaced_and_what_it_led_to_is_left(output: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"kept")
    for name, target in (("map.html", "elsewhere"), ("more.txt", "nowhere")):
        (output / name).unlink(missing_ok=True)
        (output / name).symlink_to(tmp_path / target)
    publish(output, with_ledger(NEW), "build.json")
    assert contents(output).items() >= with_ledger(NEW).items()
    assert not (output / "map.html").is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"kept"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_to_a_file_that_is_not_there_makes_it_and_one_that_leads_in_a_circle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("real")
    write_whole(tmp_path / "dangling", b"1")
    assert (tmp_path / "real").read_bytes() == b"1"
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(WriteError, match="circle couldn't be written"):
        write_whole(tmp_path / "circle", b"1")
    assert (tmp_path / "circle").is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.parametrize("name", [files.READY, files.STAGING])
def test_a_link_that_a_stranger_put_where_builds_are_staged_moves_and_removes_nothing(
    output: Path, tmp_path: Path, name: str
) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "2024-08-10.txt").write_bytes(b"a source")
    (output / name).symlink_to(seeds)
    finish_staged(output)
    clear_leftovers(output)
    with contextlib.suppress(WriteError):
        publish(output, with_ledger(NEW), "build.json")
    assert contents(seeds) == {"2024-08-10.txt": b"a source"}
    assert not (output / "08-10.txt").exists()


@pytest.mark.skipif(os.name == "nt", reason="pipes, devices and owners are POSIX")
@pytest.mark.parametrize("kind", ["pipe", "folder", "write-protected"])
def test_what_is_no_ordinary_file_or_is_write_protected_is_left_alone_and_said(output: Path, kind: str) -> None:
    target = output / "map.html"
    if kind != "write-protected":
        target.unlink()
        os.mkfifo(target) if kind == "pipe" else target.mkdir()
    else:
        os.chmod(target, 0o444)
    before = target.lstat()
    said = {"pipe": "is no ordinary file", "folder": "is a folder", "write-protected": "is write-protected"}[kind]
    with pytest.raises(WriteError, match=rf"map\.html {said}\); what stood there is untouched"):
        publish(output, with_ledger(NEW), "build.json")
    with pytest.raises(WriteError, match=rf"map\.html {said}\); what stood there is untouched"):
        write_whole(target, b"new")
    assert target.lstat() == before
    assert leftovers(output) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_root_leaves_a_file_to_its_owner(output: Path) -> None:
    for name in ("map.html", "events.csv"):
        os.chown(output / name, 1234, 5678)
        os.chmod(output / name, 0o640)
    publish(output, with_ledger(NEW), "build.json")
    write_whole(output / "events.csv", b"new")
    for name in ("map.html", "events.csv"):
        about = (output / name).stat()
        assert (about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)) == (1234, 5678, 0o640)


def test_a_tree_is_planted_in_a_new_or_empty_folder_alone(tmp_path: Path) -> None:
    tree = {"data/a.csv": b"a", "data/below/b.txt": b"b", "seeds/c.txt": b"c"}
    for folder in (tmp_path / "new" / "deep", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        files.plant(folder, tree, "data")
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
        assert found == tree
        with pytest.raises(WriteError, match=r"the folder isn't empty: name a new one.*nothing was made"):
            files.plant(folder, tree, "data")
        assert leftovers(folder) == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match="file couldn't be made"):
        files.plant(tmp_path / "file", tree, "data")


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_planting_may_be_killed_at_any_call_and_is_completed_when_done_again(tmp_path: Path) -> None:
    tree = {"data/a.csv": b"a", "seeds/c.txt": b"c"}
    made = 0

    def prepare() -> Path:
        nonlocal made
        made += 1
        return tmp_path / str(made)

    for folder in killed_at_each_call(prepare, f"files.plant(folder, {tree!r}, 'data')"):
        is_made = (folder / "data").exists()
        assert not is_made or (folder / "seeds" / "c.txt").read_bytes() == b"c"
        if not is_made:
            files.plant(folder, tree, "data")
        clear_leftovers(folder)
        assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} == set(tree)
        assert leftovers(folder) == []
    assert made > 20
