"""Workbooks give the same text as CSV would, within limits that hold before memory is spent."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import ods, ods_row, ods_text, with_part, xlsx

from mapper.additions import append_row
from mapper.errors import TableError
from mapper.problems import Problem
from mapper.schema import Field, TableSchema
from mapper.tables import Table, read_table, write_csv

SCHEMA = TableSchema(
    "events",
    "Events",
    "",
    (
        Field("event_id", "Id", "", "string", required=True, unique=True),
        Field("title", "Title", "", "string", translatable=True),
        Field("date", "Date", "", "string", edtf=True),
        Field("coded_on", "Coded on", "", "date"),
        Field("latitude", "Latitude", "", "number"),
    ),
)
CLEAN = [["event_id", "title", "date"], ["e1", "Léogâne; menacée", "2024-07"], ["e2", 'two\nlines, "quoted"', ""]]
MANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, data: bytes, suffix: str = ".xlsx") -> Table:
    path = folder / "data" / f"events{suffix}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return read_table(path, "events", SCHEMA, folder)


def texts(table: Table) -> dict[str, list[str]]:
    return {name: column.tolist() for name, column in table.columns.items()}


def found(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in table.problems]


def only_problem(table: Table) -> Problem:
    assert len(table.problems) == 1
    return table.problems[0]


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def shared(workbook: bytes) -> bytes:
    """The workbook as Excel would write it: its texts in a part of their own, each named by its number."""
    texts: list[str] = []

    def number(found: re.Match[str]) -> str:
        texts.append(f"<si>{found[1]}</si>")
        return f't="s"><v>{len(texts) - 1}</v>'

    workbook = with_part(
        workbook, SHEET, lambda text: re.sub('t="inlineStr"><is>(.*?)</is>', number, text, flags=re.DOTALL)
    )
    namespace = "http://schemas.openxmlformats.org"
    link = f'<Relationship Id="strings" Type="{namespace}/officeDocument/2006/relationships/sharedStrings" '
    for part, end, more in (
        ("xl/_rels/workbook.xml.rels", "</Relationships>", f'{link} Target="sharedStrings.xml"/>'),
        ("[Content_Types].xml", "</Types>", f'<Override PartName="/{STRINGS}" ContentType="{SHARED_TYPE}"/>'),
    ):
        workbook = with_part(workbook, part, lambda text, end=end, more=more: text.replace(end, more + end))
    target = io.BytesIO(workbook)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(STRINGS, f'<sst xmlns="{namespace}/spreadsheetml/2006/main">{"".join(texts)}</sst>')
    return target.getvalue()


SHARED_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


@MANY
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n"), max_size=20),
            min_size=2,
            max_size=2,
        ),
        max_size=6,
    )
)
def test_text_cells_of_a_workbook_come_back_as_they_were(tmp_path: Path, rows: list[list[str]]) -> None:
    plain = [[re.sub(r"_x[0-9A-Fa-f]{4}_", "", cell) for cell in row] for row in rows]
    plain = [[cell if cell.strip(" \t\n") else "" for cell in row] for row in plain]  # as calamine has it
    book = xlsx([["event_id", "title"], *plain])
    filled = [(number, row) for number, row in enumerate(plain, 2) if any(cell.strip() for cell in row)]
    for form in (book, shared(book)):
        table = read(tmp_path, form)
        assert [list(row) for row in zip(*table.columns.values(), strict=True)] == [row for _, row in filled]
        assert list(table.rows) == [number for number, _ in filled]
        assert not any(problem.is_error for problem in table.problems)


def test_a_table_reads_alike_from_csv_xlsx_and_ods(tmp_path: Path) -> None:
    from_csv = read(tmp_path, write_csv(CLEAN[0], CLEAN[1:]), ".csv")
    from_xlsx = read(tmp_path, xlsx(CLEAN))
    rows = [[cell.replace("\n", "</text:p><text:p>").replace("&", "&amp;") for cell in row] for row in CLEAN]
    from_ods = read(tmp_path, ods("".join(ods_row(*map(ods_text, row)) for row in rows)), ".ods")
    assert texts(from_csv) == texts(from_xlsx) == texts(from_ods)
    assert list(from_csv.rows) == list(from_xlsx.rows) == list(from_ods.rows)
    assert from_csv.problems == from_xlsx.problems == from_ods.problems == ()
    assert from_xlsx.dialect is from_ods.dialect is None


def test_numbers_and_truths_of_a_workbook_read_as_they_are_shown(tmp_path: Path) -> None:
    values = [3.0, 3, -72.338800000000006, 0.1, 1e20, -0.0, True, False, "007", "1.0", "TRUE", "=1+1"]
    shown = ["3", "3", "-72.3388", "0.1", "1e+20", "0", "TRUE", "FALSE", "007", "1.0", "TRUE", "=1+1"]
    table = read(
        tmp_path, xlsx([["event_id", "title"], *([f"e{n}", value] for n, value in enumerate(values))]), ".xlsx"
    )
    assert table.columns["title"].tolist() == shown
    assert table.problems == ()


def test_rows_of_a_workbook_are_numbered_as_it_shows_them(tmp_path: Path) -> None:
    table = read(tmp_path, xlsx([[], ["event_id", "title"], ["a"], [], [None, " "], ["b", "x"]]))
    assert list(table.rows) == [3, 6]
    assert texts(table) == {"event_id": ["a", "b"], "title": ["", "x"]}
    assert table.problems == ()


@pytest.mark.parametrize("column", ["date", "coded_on"])
def test_a_date_cell_is_an_error_that_proposes_the_day_and_the_month(tmp_path: Path, column: str) -> None:
    day = datetime.datetime(2024, 7, 1)
    table = read(tmp_path, xlsx([["event_id", column], ["a", "2024-07"], ["b", day]]))
    problem = only_problem(table)
    assert (problem.code, problem.severity, problem.row, problem.column) == ("cell-date", "error", 3, column)
    assert (problem.params["day"], problem.params["month"]) == ("2024-07-01", "2024-07")
    assert table.columns[column].tolist() == ["2024-07", "2024-07-01"]


def test_a_date_cell_in_a_text_column_is_its_text(tmp_path: Path) -> None:
    moment = datetime.datetime(2024, 7, 1, 10, 5)
    rows = [["event_id", "title", "mine"], [datetime.date(2024, 7, 1), moment, datetime.time(3, 4)]]
    table = read(tmp_path, xlsx(rows))
    assert [table.column(name).tolist() for name in table.header] == [
        ["2024-07-01"],
        ["2024-07-01T10:05:00"],
        ["03:04:00"],
    ]
    assert table.problems == ()


def test_a_formula_gives_its_stored_result_and_without_one_it_is_an_error(tmp_path: Path) -> None:
    book = xlsx([["event_id", "title", "date"], ["a", "==B9", "==B9"], ["b", "==1+1", "x"]])
    stored = [('t="n"><f>B9</f><v></v>', "?"), ("<f>B9</f><v></v>", "<f>B9</f><v>4</v>")]
    book = with_part(book, SHEET, lambda text: text.replace("<v />", "<v></v>").replace(*stored[1], 1))
    book = with_part(
        book, SHEET, lambda text: re.sub(r'(<c r="C2")([^>]*)><f>B9</f><v></v>', r'\1 t="str"><f>B9</f><v></v>', text)
    )
    table = read(tmp_path, book)
    assert texts(table) == {"event_id": ["a", "b"], "title": ["4", "=1+1"], "date": ["", "x"]}
    assert found(table) == [("cell-uncalculated", 3, "title")]
    assert table.problems[0].is_error


@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_of_a_workbook_is_an_error_at_its_cell(tmp_path: Path, shown: str) -> None:
    book = with_part(
        xlsx([["event_id", "title"], ["a", "b"], ["c", 5]]),
        SHEET,
        lambda text: re.sub(r'<c r="B3"[^>]*><v>5</v>', f'<c r="B3" t="e"><v>{shown}</v>', text),
    )
    table = read(tmp_path, book)
    assert found(table) == [("cell-error", 3, "title")]
    assert (table.problems[0].value, table.columns["title"].tolist()) == (shown, ["b", shown])


def test_errors_dates_and_repeats_of_an_ods_table_are_read(tmp_path: Path) -> None:
    failed = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    day = '<table:table-cell office:value-type="date" office:date-value="2024-07-01"/>'
    number = '<table:table-cell office:value-type="float" office:value="3"><text:p>3,00</text:p></table:table-cell>'
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = [
        ods_row(*map(ods_text, ["event_id", "title", "date"]), empty),
        ods_row(empty, repeated=2),
        ods_row(ods_text("a"), failed, day),
        ods_row(
            ods_text("b<text:tab/>c<text:line-break/>d<text:s/>e"),
            '<table:table-cell table:formula="of:=1+1"/>',
            number,
        ),
        ods_row(ods_text("r"), ods_text("r"), ods_text(""), repeated=3),
        ods_row(empty, repeated=1_048_000),
    ]
    table = read(tmp_path, ods("".join(rows)), ".ods")
    assert list(table.rows) == [4, 5, 6, 7, 8]
    assert texts(table) == {
        "event_id": ["a", "b\tc\nd e", "r", "r", "r"],
        "title": ["#DIV/0!", "=1+1", "r", "r", "r"],
        "date": ["2024-07-01", "3", "", "", ""],
    }
    assert sorted(found(table)) == [
        ("cell-date", 4, "date"),
        ("cell-error", 4, "title"),
        ("cell-uncalculated", 5, "title"),
    ]


def test_the_sheet_named_like_the_table_is_read_else_the_first(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["event_id"])
    book.active.append(["first"])
    second = book.create_sheet("Events")
    second.append(["event_id"])
    second.append(["second"])
    target = io.BytesIO()
    book.save(target)
    assert read(tmp_path, target.getvalue()).columns["event_id"].tolist() == ["second"]
    second.title = "Notes"
    target = io.BytesIO()
    book.save(target)
    assert read(tmp_path, target.getvalue()).columns["event_id"].tolist() == ["first"]


def test_a_workbook_column_without_a_name_is_told(tmp_path: Path) -> None:
    assert found(read(tmp_path, xlsx([["event_id", None, "title"], ["a", "stray", "b"]]))) == [
        ("header-blank", 1, None)
    ]


NOT_WORKBOOKS = {
    "nothing": b"",
    "text": b"event_id,title\n",
    "half a zip": xlsx([["event_id"]])[:-100],
    "a zip without a sheet": with_part(xlsx([["event_id"]]), "xl/_rels/workbook.xml.rels", lambda text: "<x/>"),
    "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}


@pytest.mark.parametrize("kind", NOT_WORKBOOKS)
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_what_is_no_workbook_is_refused_with_what_to_do(tmp_path: Path, kind: str, suffix: str) -> None:
    with pytest.raises(TableError, match=r"data/events\.(xlsx|ods).*[Ss]ave it") as refused:
        read(tmp_path, NOT_WORKBOOKS[kind], suffix)
    assert ("password" in str(refused.value)) == (kind == "OLE")


def test_a_workbook_named_csv_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="is a workbook"):
        read(tmp_path, xlsx([["event_id"]]), ".csv")


@MANY
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    whole = shared(xlsx([["event_id", "title"], ["a", "b"], ["c", 4]]))
    part = data.draw(st.sampled_from([SHEET, "xl/workbook.xml", STRINGS, "xl/_rels/workbook.xml.rels"]))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        text = archive.read(part).decode()
    at = data.draw(st.integers(0, len(text)))
    size = data.draw(st.integers(0, 6))
    put = data.draw(
        st.sampled_from(["", "<", ">", '"', "9", "&", "</c>", '<c r="XFD1048576"><v>1</v></c>', "<v>7</v>"])
    )
    damaged = with_part(whole, part, lambda old: old[:at] + put + old[at + size :])
    try:
        table = read(tmp_path, damaged)
    except TableError:
        return
    assert all(len(column) == len(table) for column in table.columns.values())


def reading_within(more: int, path: Path) -> str:
    """Reads a workbook in a process that may use only so many bytes more; what it said when it refused."""
    script = (
        "import resource, sys; from pathlib import Path; from mapper.errors import TableError\n"
        "from mapper.schema import table_schema; from mapper.tables import read_table\n"
        "import mapper.spreadsheets\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        f"resource.setrlimit(resource.RLIMIT_AS, (used + {more}, used + {more}))\n"
        "path = Path(sys.argv[1])\n"
        "try:\n    read_table(path, 'events', table_schema('events'), path.parent)\n"
        "except TableError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def padded(workbook: bytes, size: int) -> bytes:
    return with_part(workbook, SHEET, lambda text: text + " " * size)


def lying(workbook: bytes) -> bytes:
    """The workbook with a small size for its sheet, wherever the archive says how large that is."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    return workbook.replace(size, (1000).to_bytes(4, "little"))


def with_rows(rows: str, first: str = "a") -> bytes:
    book = shared(xlsx([["event_id"], ["a"]]))
    book = with_part(book, SHEET, lambda text: text.replace("</sheetData>", rows + "</sheetData>"))
    return with_part(book, STRINGS, lambda text: text.replace("<t>a</t>", f"<t>{first}</t>"))


def of_repeated(cell: str, repeated: int) -> bytes:
    return ods(ods_row(ods_text("event_id")) + ods_row(cell, repeated=repeated))


VARIED = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(300_000))
ONE = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
FAULTY = ONE.replace("<table:table-cell", '<table:table-cell calcext:value-type="error"')
USES = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(3, 9000))
BOMBS = {
    "unpacks to more than 100 MiB": (
        lambda: padded(xlsx([[VARIED[n : n + 30_000]] for n in range(40)]), 101 << 20),
        "unpacks to 10[0-9] MiB",
    ),
    "unpacks more than 100-fold": (lambda: padded(xlsx([["event_id"]]), 30 << 20), "unpacks to 30 MiB, [0-9]{3} times"),
    "says that it is smaller than it is": (lambda: lying(padded(xlsx([["event_id"]]), 30 << 20)), "can't be read"),
    "one far cell": (
        lambda: with_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "row 1,048,576 and column 16,384",
    ),
    "a cell whose address is none": (
        lambda: with_rows(f'<row r="2"><c r="B{"n" * 30}2"><v>1</v></c></row>'),
        "can't be read",
    ),
    "a row whose address is none": (
        lambda: with_rows('<row r="99999999999"><c r="A3"><v>1</v></c></row>'),
        "can't be read",
    ),
    "far cells without an address": (
        lambda: with_rows(f'<row r="1048576">{"<c><v>1</v></c>" * 2000}</row>'),
        "row 1,048,576 and column 10",
    ),
    "one long text used everywhere": (lambda: with_rows(USES, VARIED), "more than 512 MiB of text"),
    "a number repeated everywhere": (lambda: of_repeated(ONE, 1_048_576), "row 1,048,577 and column 16,384"),
    "an error repeated everywhere": (lambda: of_repeated(FAULTY, 600), "more than 512 MiB of text"),
    "a long text repeated": (lambda: of_repeated(ods_text(VARIED[:60_000]), 100_000), "more than 512 MiB of text"),
    "another sheet that repeats": (
        lambda: ods(
            ods_row(ods_text("event_id")),
            more=f'<table:table table:name="two">{ods_row(ods_text("x"), repeated=90_000_000)}</table:table>',
        ),
        "row 90,000,000 and column 1",
    ),
}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured as Linux counts it")
@pytest.mark.parametrize("kind", BOMBS)
def test_a_workbook_that_would_fill_the_memory_is_refused_before_it_does(tmp_path: Path, kind: str) -> None:
    make, said = BOMBS[kind]
    data = make()
    path = tmp_path / ("events.xlsx" if SHEET.encode() in data else "events.ods")
    path.write_bytes(data)
    assert len(data) < 3 << 20
    assert re.search(f"^{path.name}.*{said}", reading_within(300 << 20, path))


def test_far_cells_that_are_only_coloured_are_no_fault(tmp_path: Path) -> None:
    book = with_part(
        xlsx([["event_id"], ["a"]]),
        SHEET,
        lambda text: text.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
    )
    assert texts(read(tmp_path, book)) == {"event_id": ["a"]}


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_workbook_is_not_written_to(tmp_path: Path, suffix: str) -> None:
    data = xlsx([["event_id"]]) if suffix == ".xlsx" else ods(ods_row(ods_text("event_id")))
    table = read(tmp_path, data, suffix)
    with pytest.raises(TableError, match=rf"data/events{re.escape(suffix)} is a workbook"):
        append_row(tmp_path / "data" / f"events{suffix}", table, {"event_id": "x"})
