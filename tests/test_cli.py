"""The command line: a stable contract of verbs, exit codes and streams."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from frictionless import Package
from test_files import locked_by_another_program, named

from mapper import Project, additions, locks
from mapper.cli import VERBS, cli
from mapper.descriptions import as_markdown
from mapper.schema import table_schema

Run = Callable[..., subprocess.CompletedProcess[str]]


def _mapper(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(folder), *arguments], catch_exceptions=False)


@pytest.fixture
def fiction(tmp_path: Path) -> Path:
    """A new project with one plainly fictional source and two places."""
    folder = tmp_path / "examplia"
    assert _mapper(tmp_path, "init", str(folder), "--title", "Examplia").exit_code == 0
    text = "On Monday, masked men burned the mill of Northtown. In Southtown nothing happened."
    (folder / "seeds" / "gazette.txt").write_text(text, encoding="utf-8")
    (folder / "data" / "sources.csv").write_text(
        "source_id,title,date_published,file,sha256\n"
        f"gazette,The Examplia Gazette,2031-03-04,gazette.txt,{_sha256(text)}\n",
        encoding="utf-8",
    )
    (folder / "data" / "places.csv").write_text(
        "place_id,name,aliases,kind,latitude,longitude,radius_m\n"
        "northtown,Northtown,,settlement,10.5,20.5,2000\n"
        "southtown,Southtown,Twin,settlement,9.5,20.5,2000\n"
        "southtown-site,Southtown camp,Twin,site,9.6,20.5,\n",
        encoding="utf-8",
    )
    return folder


def _sha256(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()


MILL = [
    *("--title", "Mill of Northtown burned", "--quote", "masked men burned the mill of Northtown"),
    *("--source", "gazette", "--place", "Northtown", "--date", "2031-03-03", "--type", "Strategic developments"),
    *("--sub-type", "Looting/property destruction", "--coded-on", "2031-03-05"),
]


def test_help_names_every_verb(tmp_path: Path) -> None:
    told = _mapper(tmp_path, "--help").stdout
    assert all(f"\n  {verb} " in told for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_what_it_does(tmp_path: Path, verb: str) -> None:
    told = _mapper(tmp_path, verb, "--help")
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) > 4


def test_the_readme_names_every_verb(haiti: Path) -> None:
    readme = (haiti / "README.md").read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"mapper {verb}" not in readme] == []


def test_wrong_usage_exits_2(haiti: Path) -> None:
    assert _mapper(haiti, "build", "--no-such-option").exit_code == 2
    assert _mapper(haiti, "export", "events.shp").exit_code == 2


def test_a_new_project_has_header_only_tables_and_builds_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert _mapper(tmp_path, "init", str(folder), "--title", 'A "title" \\ with {{ braces }}').exit_code == 0
    for name in ("events", "sources", "places"):
        header = (folder / "data" / f"{name}.csv").read_text(encoding="utf-8")
        assert header == ",".join(table_schema(name).names) + "\n"
    settings = tomllib.loads((folder / "data" / "map.toml").read_text(encoding="utf-8"))
    assert settings["title"] == 'A "title" \\ with {{ braces }}'
    assert _mapper(folder, "check", "--strict").exit_code == 0
    assert _mapper(folder, "build").exit_code == 0
    assert (folder / "output" / "map.html").stat().st_size > 100_000


def test_init_leaves_a_folder_with_something_in_it_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = _mapper(tmp_path, "init", str(tmp_path))
    assert refused.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_title_that_is_no_whole_text_makes_no_project(tmp_path: Path) -> None:
    done = _mapper(tmp_path, "init", str(tmp_path / "new"), "--title", "half \udce9")
    assert done.exit_code == 1
    assert "--title" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_check_shows_nothing_and_exits_0_where_nothing_is_wrong(haiti: Path) -> None:
    done = _mapper(haiti, "check")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "0 errors, 0 warnings\n")


def test_strict_turns_a_warning_into_exit_1(fiction: Path) -> None:
    path = fiction / "data" / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("sha256\n", "sha257\n"), encoding="utf-8")
    assert _mapper(fiction, "check").exit_code == 0
    assert _mapper(fiction, "check", "--strict").exit_code == 1


def test_check_as_json_has_stable_names(fiction: Path) -> None:
    _append(fiction, 'mill,Riots,Mill burned,Nowhere,gazette,"burned the mill"')
    done = _mapper(fiction, "check", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["errors"], report["warnings"]) == (1, 1, 0)
    (problem,) = report["problems"]
    assert (problem["code"], problem["file"], problem["row"]) == ("place-unknown", "data/events.csv", 2)
    assert (problem["column"], problem["value"], problem["severity"]) == ("place", "Nowhere", "error")
    assert problem["message"]
    assert problem["remedy"]


def _append(folder: Path, row: str) -> None:
    path = folder / "data" / "events.csv"
    path.write_text(f"event_id,event_type,title,place,source_id,quote\n{row}\n", encoding="utf-8")


def test_added_events_are_on_the_next_map(fiction: Path) -> None:
    added = _mapper(fiction, "add", *MILL)
    assert (added.exit_code, added.stdout) == (0, "data/events.csv:2: mill-of-northtown-burned\n"), added.stderr
    assert _mapper(fiction, "build").exit_code == 0
    (event,) = json.loads((fiction / "output" / "events.geojson").read_text(encoding="utf-8"))["features"]
    assert event["id"] == "mill-of-northtown-burned"
    assert event["geometry"] == {"type": "Point", "coordinates": [20.5, 10.5]}
    assert event["properties"]["reports"][0]["spans"] == [[11, 50]]


def test_a_second_event_of_the_same_title_has_an_id_of_its_own(fiction: Path) -> None:
    _mapper(fiction, "add", *MILL)
    assert _mapper(fiction, "add", *MILL).stdout == "data/events.csv:3: mill-of-northtown-burned-2\n"


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--place", "Nowhere", "place-unknown"),
        ("--place", "Twin", "place-ambiguous"),
        ("--date", "3 March", "date-not-edtf"),
        ("--quote", "burned a mill", "quote-not-found"),
        ("--type", "Arson", "value-unknown"),
        ("--source", "herald", "source-unknown"),
        ("--event-id", "Not A Slug", "value-pattern"),
    ],
)
def test_a_row_with_an_error_is_not_added(fiction: Path, option: str, value: str, code: str) -> None:
    path = fiction / "data" / "events.csv"
    before = path.read_bytes()
    refused = _mapper(fiction, "add", *MILL, option, value)
    assert refused.exit_code == 1
    assert f"[{code}]" in refused.stderr
    assert "nothing was written" in refused.stderr
    assert path.read_bytes() == before


def test_a_workbook_is_not_added_to(fiction: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(table_schema("events").names))  # type: ignore[union-attr]
    (fiction / "data" / "events.csv").unlink()
    book.save(fiction / "data" / "events.xlsx")
    before = (fiction / "data" / "events.xlsx").read_bytes()
    refused = _mapper(fiction, "add", *MILL)
    assert refused.exit_code == 1
    assert "data/events.xlsx" in refused.stderr
    assert (fiction / "data" / "events.xlsx").read_bytes() == before


def test_find_lists_ids_and_how_each_matched(haiti: Path) -> None:
    lines = [line.split("\t") for line in _mapper(haiti, "find", "leogane").stdout.splitlines()]
    assert [(line[0], line[2]) for line in lines] == [
        ("ht-adm2-leogane", "adm2"),
        ("ht-town-leogane", "settlement"),
        ("ht-arr-leogane", "region"),
    ]
    assert lines[0][4] == "by name"


def test_find_offers_what_is_alike_and_exits_1(haiti: Path) -> None:
    missed = _mapper(haiti, "find", "Marianni")
    assert missed.exit_code == 1
    assert missed.stdout.splitlines()[0].startswith("ht-mariani\t")
    assert _mapper(haiti, "find", "Mariani", "--country", "LVA").stdout == ""


def test_export_writes_the_format_of_the_suffix(haiti: Path, tmp_path: Path) -> None:
    for name in ("events.geojson", "events.csv"):
        assert _mapper(haiti, "export", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_bytes() == (haiti / "output" / name).read_bytes()


def test_export_to_standard_output_is_bytes_of_the_file(haiti: Path, mapper_command: Run) -> None:
    done = mapper_command(haiti, "export", "-", "--format", "geojson")
    assert done.stdout == (haiti / "output" / "events.geojson").read_text(encoding="utf-8")


def test_the_datapackage_in_data_is_current_and_valid(haiti: Path) -> None:
    path = haiti / "data" / "datapackage.json"
    assert path.read_text(encoding="utf-8") == Project.open(haiti).datapackage()
    report = Package(str(path)).validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])


def test_frictionless_finds_a_wrong_cell_by_the_declared_schema(haiti_copy: Path) -> None:
    path = haiti_copy / "data" / "events.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",threatened,", ",feared,"), encoding="utf-8")
    assert not Package(str(haiti_copy / "data" / "datapackage.json")).validate().valid


def test_docs_of_the_tables_are_current(haiti: Path) -> None:
    assert (haiti / "docs" / "tables.md").read_text(encoding="utf-8") == as_markdown()


def test_a_broken_setting_is_a_sentence_not_a_traceback(fiction: Path, mapper_command: Run) -> None:
    (fiction / "data" / "map.toml").write_text("title = Examplia", encoding="utf-8")
    checked, built = mapper_command(fiction, "check"), mapper_command(fiction, "build")
    assert (checked.returncode, built.returncode) == (1, 1)
    assert checked.stdout.startswith("data/map.toml: error: ")
    assert checked.stdout.endswith(" [settings-wrong]\n")
    assert built.stderr.startswith("mapper: data/map.toml")
    assert len(checked.stdout.splitlines()) == len(built.stderr.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that takes no byte is Linux's")
@pytest.mark.parametrize(
    "arguments",
    [["schema"], ["export", "-", "--format", "geojson"], ["find", "Gressier"], ["check", "--format", "json"]],
)
@pytest.mark.parametrize("out", ["/dev/full", "closed"])
def test_a_standard_output_that_takes_nothing_is_a_sentence_or_silence(
    haiti: Path, arguments: list[str], out: str
) -> None:
    command = [sys.executable, "-m", "mapper", "-C", str(haiti), *arguments]
    where = ">&-" if out == "closed" else ">/dev/full"
    done = subprocess.run(
        ["sh", "-c", f'"$@" {where}', "sh", *command], stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False
    )
    if out == "closed":
        assert (done.returncode, done.stderr) == (0, "")
    else:
        assert (done.returncode, done.stderr) == (1, "mapper: No space left on device.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="paths may be longer there")
def test_a_folder_whose_name_is_too_long_is_a_sentence(tmp_path: Path) -> None:
    done = _mapper(tmp_path / ("x" * 300), "check")
    assert done.exit_code == 1
    assert done.stderr.startswith("mapper: ")
    assert done.stderr.endswith(": File name too long.\n")
    assert done.stderr.count("\n") == 1


def test_what_another_command_holds_up_says_which(fiction: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is told by a message at its end; the row is not written."""
    monkeypatch.setattr(locks, "PATIENCE", 0)
    before = (fiction / "data" / "events.csv").read_bytes()
    with locked_by_another_program(fiction / "data") as process:
        done = _mapper(fiction, "add", *MILL)
    assert done.exit_code == 1
    assert f"another program is writing into the folder{named(process)}" in done.stderr
    assert done.stderr.endswith("nothing was written. Run the command again.\n")
    assert (fiction / "data" / "events.csv").read_bytes() == before
    assert _mapper(fiction, "add", *MILL).exit_code == 0


def test_a_table_saved_while_the_row_was_checked_is_not_written_over(
    fiction: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = fiction / "data" / "events.csv"
    examine = additions.examine

    def examine_slowly(*arguments: Any) -> Any:
        table.write_bytes(table.read_bytes() + b"saved by an editor\n")
        return examine(*arguments)

    monkeypatch.setattr(additions, "examine", examine_slowly)
    done = _mapper(fiction, "add", *MILL)
    assert done.exit_code == 1
    assert "data/events.csv has changed since it was read; nothing was written" in done.stderr
    assert table.read_bytes().endswith(b"saved by an editor\n")


def _rows_with_faults(folder: Path, dates: list[str]) -> Path:
    header = "event_id,event_type,title,date,place,source_id,quote\n"
    quote = "masked men burned the mill of Northtown"
    rows = (f"e{at},Battles,Fire,{date},northtown,gazette,{quote}\n" for at, date in enumerate(dates))
    (folder / "data" / "events.csv").write_text(header + "".join(rows), encoding="utf-8")
    return folder


def test_ten_rows_with_one_fault_have_a_line_each(fiction: Path) -> None:
    lines = _mapper(_rows_with_faults(fiction, ["soon"] * 10), "check").stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"data/events.csv:{row}:date" for row in range(2, 12)]


def test_very_many_rows_with_one_fault_are_told_by_the_first_that_differ_and_a_count(fiction: Path) -> None:
    dates = ["soon", "soon", "never", "2031-03-04", "once", "soon", "later", *["soon"] * 2000]
    checked = _mapper(_rows_with_faults(fiction, dates), "check")
    lines = checked.stdout.splitlines()
    wheres = [f"data/events.csv:{row}:date" for row in (2, 4, 6)]
    assert [line.split(": ")[0] for line in lines] == [*wheres, "data/events.csv:date"]
    assert lines[-1] == (
        "data/events.csv:date: error: 2,003 more like these in rows 3, 7, 8 …. "
        "`mapper check --format json` lists them all. [date-not-edtf]"
    )
    assert checked.stderr == "2,006 errors, 0 warnings\n"


def test_the_json_lists_every_problem_however_many_there_are(fiction: Path) -> None:
    checked = _mapper(_rows_with_faults(fiction, ["soon"] * 500), "check", "--format", "json")
    report = json.loads(checked.stdout)
    assert (report["errors"], len(report["problems"])) == (500, 500)
    assert [problem["row"] for problem in report["problems"]] == list(range(2, 502))
    assert checked.stdout == json.dumps(report, indent=2) + "\n"


def test_the_ledger_lists_every_problem_however_many_there_are(fiction: Path) -> None:
    _mapper(_rows_with_faults(fiction, ["soon"] * 500), "build")
    ledger = json.loads((fiction / "output" / "build.json").read_text(encoding="utf-8"))
    first = {"code": "date-not-edtf", "severity": "error", "file": "data/events.csv", "row": 2, "column": "date"}
    assert ledger["problems"][0] == first
    assert len(ledger["problems"]) == 500 == ledger["rows"]["rejected"]
