"""Tables keep every cell as it was written, and say of each fault where it stands."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapper.additions import append_row
from mapper.errors import TableError
from mapper.mojibake import likely_meant
from mapper.problems import Problem
from mapper.schema import Field, TableSchema
from mapper.tables import (
    Table,
    clean,
    empty_table,
    escape_formula,
    find_table,
    read_table,
    unescape_formula,
    write_csv,
)

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
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TRICKY = st.text(st.sampled_from(list("a\"',;\t\r\n= é\ufeff\xa0")), max_size=8)
TEXT = st.one_of(ANY_TEXT, TRICKY)
MANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, data: bytes | str, suffix: str = ".csv") -> Table:
    path = folder / "data" / f"events{suffix}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path, "events", SCHEMA, folder)


def texts(table: Table) -> dict[str, list[str]]:
    return {name: column.tolist() for name, column in table.columns.items()}


def found(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in table.problems]


def only_problem(table: Table) -> Problem:
    assert len(table.problems) == 1
    return table.problems[0]


# Every form of one clean table


CLEAN = [["event_id", "title", "date"], ["e1", "Léogâne; menacée", "2024-07"], ["e2", 'two\nlines, "quoted"', ""]]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_a_clean_table_reads_alike_in_every_form(
    tmp_path: Path, encoding: str, delimiter: str, newline: str, last: bool
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(CLEAN)
    written = text.getvalue() if last else text.getvalue().removesuffix(newline)
    table = read(tmp_path, written.encode(encoding))
    assert table.header == tuple(CLEAN[0])
    assert list(texts(table).values()) == [list(column) for column in zip(*CLEAN[1:], strict=True)]
    assert list(table.rows) == [2, 3]
    assert table.broken == frozenset()
    warned = {"table-encoding"} if encoding in ("utf-16", "utf-16-le", "utf-16-be", "cp1252") else set()
    warned |= {"table-delimiter"} if delimiter != "," else set()
    assert {problem.code for problem in table.problems} == warned
    assert not any(problem.is_error for problem in table.problems)
    dialect = table.dialect
    assert dialect is not None
    assert (dialect.delimiter, dialect.newline, dialect.ends_with_newline) == (delimiter, newline, last)
    assert dialect.bom == (encoding in ("utf-8-sig", "utf-16"))


def test_a_utf_16_table_of_many_chunks_keeps_its_characters_whole(tmp_path: Path) -> None:
    cells = ["😀" * n for n in range(200)]
    table = read(tmp_path, ("event_id\n" + "".join(f"x{cell}\n" for cell in cells)).encode("utf-16"))
    assert table.columns["event_id"].tolist() == ["x" + cell for cell in cells]


def test_text_that_looks_like_a_value_stays_text(tmp_path: Path) -> None:
    cells = ["007", "NA", "null", "None", "1.0", "TRUE", "nan", " x ", "\xa0y", "#N/A", "1e5"]
    assert read(tmp_path, "event_id\n" + "\n".join(cells)).columns["event_id"].tolist() == cells


@MANY
@given(st.data())
def test_any_text_comes_back_from_a_written_table(tmp_path: Path, data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 4))
    extra = data.draw(
        st.lists(ANY_TEXT.map(str.strip).filter(clean), min_size=width - 1, max_size=width - 1, unique=True)
    )
    header = ["event_id", *(f"x{name}x" for name in extra)]
    rows = data.draw(st.lists(st.lists(TEXT, min_size=width, max_size=width)))
    table = read(tmp_path, write_csv(header, rows))
    filled = [(number, row) for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
    assert table.header == tuple(header)
    assert list(table.rows) == [number for number, _ in filled]
    assert [list(row) for row in zip(*table.columns.values(), strict=True)] == [row for _, row in filled]
    assert not any(problem.is_error for problem in table.problems)


@MANY
@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), max_size=8))
def test_every_record_that_is_not_blank_is_a_row(tmp_path: Path, rows: list[list[str]]) -> None:
    table = read(tmp_path, write_csv(["event_id", "title"], rows))
    filled = [number for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
    assert list(table.rows) == filled
    assert {len(column) for column in table.columns.values()} == {len(filled)}
    wrong = {number for number in filled if len(rows[number - 2]) < 2 or any(map(str.strip, rows[number - 2][2:]))}
    assert table.broken == wrong


@MANY
@given(st.binary(max_size=200), st.sampled_from([b"", b"event_id,title\n", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path: Path, data: bytes, start: bytes) -> None:
    try:
        table = read(tmp_path, start + data)
    except TableError:
        return
    assert all(len(column) == len(table) == len(table.rows) for column in table.columns.values())
    assert table.broken <= set(table.rows)


def test_a_large_table_keeps_its_order_and_shares_equal_cells(tmp_path: Path) -> None:
    rows = [[f"e{number}", f"type {number % 3}"] for number in range(20_000)]
    table = read(tmp_path, write_csv(["event_id", "title"], rows))
    assert [list(row) for row in zip(*table.columns.values(), strict=True)] == rows
    assert table.rows == range(2, 20_002)
    assert len({id(cell) for cell in table.columns["title"]}) == 3


# Rows count as a spreadsheet shows them


def test_blank_records_and_cells_of_several_lines_count_as_one_row_each(tmp_path: Path) -> None:
    table = read(tmp_path, 'event_id,title\n\na,"one\ntwo\r\nthree"\n,\n  ,\t\nb,x\n\n')
    assert list(table.rows) == [3, 6]
    assert texts(table) == {"event_id": ["a", "b"], "title": ["one\ntwo\r\nthree", "x"]}
    assert table.problems == ()


def test_blank_rows_above_the_header_are_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "\n,,\nevent_id,titel\na,b\n")
    assert list(table.rows) == [4]
    assert found(table) == [("header-near-miss", 3, "titel")]


# Faults of rows


def test_a_row_with_too_many_cells_is_broken_but_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,title\na,b\nc,d,e,f\ng,h\n")
    assert found(table) == [("row-too-long", 3, None)]
    assert (table.problems[0].value, table.problems[0].params) == ("e", {"cells": 4, "expected": 2})
    assert table.broken == {3}
    assert texts(table) == {"event_id": ["a", "c", "g"], "title": ["b", "d", "h"]}


def test_a_row_with_too_few_cells_is_broken_but_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,title,date\na,b,\nc,d\n")
    assert found(table) == [("row-too-short", 3, None)]
    assert table.problems[0].params == {"cells": 2, "expected": 3}
    assert table.broken == {3}
    assert table.columns["date"].tolist() == ["", ""]


def test_blank_cells_and_columns_that_spreadsheets_add_are_no_fault(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,title,,\na,b,,\nc,d\ne,f,,,,,\n")
    assert table.problems == ()
    assert table.header == ("event_id", "title")
    assert table.columns["event_id"].tolist() == ["a", "c", "e"]


def test_an_unclosed_quote_is_told_at_the_row_where_it_starts(tmp_path: Path) -> None:
    table = read(tmp_path, 'event_id,title\na,b\nc,"d\ne,f\ng,h\n')
    assert found(table) == [("quote-unclosed", 3, "title")]
    assert table.broken == {3}
    assert texts(table) == {"event_id": ["a", "c"], "title": ["b", "d\ne,f\ng,h\n"]}


@pytest.mark.parametrize("end", ['"', '"\n', '"closed"', '"closed"\n', "x", '"a""'])
def test_a_quote_at_the_very_end_is_told_from_a_closed_one(tmp_path: Path, end: str) -> None:
    table = read(tmp_path, f"event_id,title\na,{end}")
    assert [code for code, _, _ in found(table)] == (["quote-unclosed"] if end.count('"') % 2 else [])
    assert list(table.rows) == [2]


def test_an_unclosed_quote_in_a_large_file_is_told_without_reading_on_into_memory(tmp_path: Path) -> None:
    table = read(tmp_path, 'event_id,title\na,"b\n' + "c,d\n" * 400_000)
    assert found(table) == [("quote-unclosed", 2, "title")]
    assert texts(table) == {"event_id": ["a"], "title": [""]}


@pytest.mark.parametrize("cell", ["x" * 1_048_577, '"' + "x\n" * 600_000 + '"', '"' + 'x""' * 600_000 + '"'])
def test_a_cell_over_the_limit_breaks_its_row_and_no_other(tmp_path: Path, cell: str) -> None:
    table = read(tmp_path, f'event_id,title,date\na,b,\n"c,""1",{cell},2024\ne,f,\n')
    assert found(table) == [("cell-too-long", 3, "title")]
    assert table.problems[0].params["length"] > 1_048_576
    assert table.broken == {3}
    assert list(table.rows) == [2, 3, 4]
    assert table.columns["event_id"].tolist() == ["a", 'c,"1', "e"]


def test_a_cell_at_the_limit_is_read(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,title\na," + "x" * 1_048_576 + "\n")
    assert table.problems == ()
    assert len(table.columns["title"][0]) == 1_048_576


def test_reading_leaves_the_csv_module_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit(1234)
    try:
        read(tmp_path, "event_id\n" + "x" * 5000)
        assert csv.field_size_limit() == 1234
    finally:
        csv.field_size_limit(before)


# Faults of headers


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n", "\ufeff", "  \n"])
def test_a_table_without_a_header_says_so(tmp_path: Path, text: str) -> None:
    table = read(tmp_path, text)
    assert found(table) == [("table-empty", None, None)]
    assert (table.header, len(table)) == ((), 0)


def test_header_names_are_read_without_marks_and_white_space(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeff\ufeffevent_id , \xa0title\t\na,b\n").header == ("event_id", "title")


def test_a_column_named_twice_is_an_error_and_the_first_is_read(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,title,title\na,b,c\n")
    assert found(table) == [("header-duplicate", 1, "title")]
    assert texts(table) == {"event_id": ["a"], "title": ["b"]}
    assert table.problems[0].is_error


def test_a_column_with_cells_but_no_name_is_an_error(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,,title\na,stray,c\n")
    assert found(table) == [("header-blank", 1, None)]
    assert table.problems[0].params == {"position": 2}


def test_a_required_column_that_is_missing_is_an_error(tmp_path: Path) -> None:
    table = read(tmp_path, "title\na\n")
    assert found(table) == [("header-missing", 1, "event_id")]
    assert "event_id" in table.problems[0].message
    assert table.column("event_id").tolist() == [""]


@pytest.mark.parametrize(
    ("name", "known"),
    [("titel", "title"), ("Event ID", "event_id"), ("EVENT-ID", "event_id"), ("lattitude", "latitude")],
)
def test_a_near_miss_of_a_known_column_is_a_warning_with_its_name(tmp_path: Path, name: str, known: str) -> None:
    others = [column for column in SCHEMA.names if column != known]
    table = read(tmp_path, ",".join([name, *others]) + "\n")
    problem = table.problems[0]
    assert (problem.code, problem.severity, problem.column, problem.params["known"]) == (
        "header-near-miss",
        "warning",
        name,
        known,
    )
    assert name in table.header


@pytest.mark.parametrize("name", ["inter1", "my notes", "title_fr", "id", "source_scale", "update"])
def test_an_unknown_column_is_kept_in_silence(tmp_path: Path, name: str) -> None:
    table = read(tmp_path, f"event_id,{name},title\na,kept,b\n")
    assert table.problems == ()
    assert table.header == ("event_id", name, "title")
    assert table.column(name).tolist() == ["kept"]


# Faults of cells


def test_a_nul_is_an_error_at_its_cell(tmp_path: Path) -> None:
    table = read(tmp_path, b"event_id,title\na,b\nc,d\0e\n")
    assert found(table) == [("cell-nul", 3, "title")]
    assert table.columns["title"].tolist() == ["b", "d\0e"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8"])
def test_half_a_character_is_an_error_at_its_cell(tmp_path: Path, encoding: str) -> None:
    text = "event_id,title\n" + "x,é\n" * 3000 + "c,d\ud800e\nf,\udc00\n"
    table = read(tmp_path, text.encode(encoding, "surrogatepass"))
    assert [one for one in found(table) if one[0] != "table-encoding"] == [
        ("cell-surrogate", 3002, "title"),
        ("cell-surrogate", 3003, "title"),
    ]
    assert table.columns["title"].tolist()[-2:] == ["d\ud800e", "\udc00"]


def test_bytes_of_no_known_encoding_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"data/events\.csv.*Save it as CSV UTF-8"):
        read(tmp_path, b"event_id\n\x81\xff\n")


def test_mojibake_is_a_warning_with_the_likely_text_and_is_not_repaired(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,title\na,Léogâne\nb,Attaque Ã\xa0 LÃ©ogane hier\n")
    problem = only_problem(table)
    assert (problem.code, problem.severity, problem.row, problem.column) == ("cell-mojibake", "warning", 3, "title")
    assert table.columns["title"][1] == "Attaque Ã\xa0 LÃ©ogane hier"
    assert problem.params["likely"] == "à"


WORDS = re.split(
    " ",
    "Léogâne Leyogàn Nòdwès Pòtoprens « déjà » L’Artibonite d’accord ARRIVÉ… TUÉ» ÉTÉ” là\xa0» déjà\xa0»… À\xa0bientôt "
    "cœur Œuvre naïve Noël – PRÉCÉDÉ ÇA «Fuß» »Ärger« Å «Å» på» ÚŽAS ÚŽINA NÃO IRMÃ ESPAÑA «Panamá»… 3×½ Ø±0.1 "
    "Nguyễn Việt ĐÃ ĐÃ” ĐÃ… Đã Hải Phòng ƠN Ưu الجيش قصف غزة Київ Привет Αθήνα שלום हिन्दी ไทย 北京 東京 서울 😀 "
    "Łódź Źdźbło Şanlıurfa Iğdır Île Âge ÂGÉ° 5° №",
)


@pytest.mark.parametrize("word", [*WORDS, " ".join(WORDS)])
def test_real_text_of_many_languages_is_never_taken_for_mojibake(word: str) -> None:
    assert likely_meant(word) is None


MAY_BE_MEANT = {"«", "»", "Å"}


@pytest.mark.parametrize("word", [word for word in WORDS if not (word.isascii() or word in MAY_BE_MEANT)])
def test_garbled_words_are_told_and_undone(word: str) -> None:
    garbled = "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in word.encode()
    )
    meant = likely_meant(f"le {garbled} de")
    assert meant is not None, garbled
    assert meant[1] in word


# A cell's meaning


@pytest.mark.parametrize("space", [" ", "\t", "\n", "\xa0", "\u202f", "\u2007", "\ufeff", "\u200b", "\u3000", "\x85"])
def test_white_space_around_a_cell_means_nothing(space: str) -> None:
    assert clean(f"{space}Léo{space}gâne{space}") == f"Léo{space}gâne"


def test_accents_mean_the_same_composed_or_not() -> None:
    assert clean("Le\u0301ogane") == "Léogane"


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


# Where a table is


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods"])
def test_a_table_is_found_in_each_form(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"events{suffix}").touch()
    assert find_table(tmp_path, "events") == tmp_path / f"events{suffix}"


@pytest.mark.parametrize("pair", list(itertools.combinations([".csv", ".xlsx", ".ods"], 2)))
def test_a_table_in_two_forms_is_refused_with_both_names(tmp_path: Path, pair: tuple[str, str]) -> None:
    for suffix in pair:
        (tmp_path / f"events{suffix}").touch()
    with pytest.raises(TableError, match=".*".join(re.escape(f"events{suffix}") for suffix in pair)):
        find_table(tmp_path, "events")


def test_a_missing_table_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"/events\.csv"):
        find_table(tmp_path, "events")
    with pytest.raises(FileNotFoundError):
        find_table(tmp_path, "events")


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "events.csv").mkdir()
    with pytest.raises(TableError, match=r"^events\.csv: The table can't be read"):
        read_table(tmp_path / "events.csv", "events", SCHEMA, tmp_path)


def test_an_empty_table_has_the_columns_of_its_schema_and_no_row() -> None:
    table = empty_table("events", "data/events.csv", SCHEMA)
    assert (table.header, len(table), table.column("title").tolist()) == (SCHEMA.names, 0, [])


# One more row


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_a_row_is_appended_in_the_files_own_form_and_no_byte_before_it_changes(
    tmp_path: Path, encoding: str, delimiter: str, newline: str, last: bool
) -> None:
    lines = [["event_id", "mine", "title"], ["a", "é", "x"]]
    before = (newline.join(delimiter.join(line) for line in lines) + newline * last).encode(encoding)
    table = read(tmp_path, before)
    path = tmp_path / "data" / "events.csv"
    added = {"event_id": "b", "title": f'“x{delimiter}"y"\r\nz\n'}
    after = append_row(path, table, added)
    assert path.read_bytes() == after
    assert after.startswith(before)
    again = read_table(path, "events", SCHEMA, tmp_path)
    assert texts(again) == {"event_id": ["a", "b"], "mine": ["é", ""], "title": ["x", added["title"]]}
    assert found(again) == found(table)
    plain = append_row(path, again, {"event_id": "c"})
    codec = encoding.replace("-sig", "") if encoding != "utf-16" else "utf-16-le"
    assert plain == after + f"c{delimiter * 2}{newline}".encode(codec)


@MANY
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_any_text_can_be_appended(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    table = read(tmp_path, "event_id,title\n")
    path = tmp_path / "data" / "events.csv"
    for one, other in rows:
        append_row(path, table, {"event_id": "x" + one, "title": other})
        table = read_table(path, "events", SCHEMA, tmp_path)
    assert texts(table) == {"event_id": ["x" + one for one, _ in rows], "title": [other for _, other in rows]}


def test_a_repeated_or_unnamed_column_stays_in_its_place(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id,,title,title\n")
    assert append_row(tmp_path / "data" / "events.csv", table, {"title": "t", "event_id": "e"}).endswith(b"\ne,,t,\n")


REFUSALS = {
    "a column that isn't there": ("event_id\na\n", {"nope": "x"}, "no column nope"),
    "an open quote": ('event_id\n"a\n', {"event_id": "x"}, "open double quote"),
    "a NUL": ("event_id\na\n", {"event_id": "x\0"}, "NUL"),
    "half a character": ("event_id\na\n", {"event_id": "\ud800"}, r"utf-8, which can't hold '\\ud800'"),
    "a character that the encoding lacks": (
        "event_id\né\n".encode("cp1252"),
        {"event_id": "ọ"},
        "save it as CSV UTF-8|Save it as CSV UTF-8",
    ),
    "a table without a header": ("", {"event_id": "x"}, "no column event_id"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_row_that_cannot_be_appended_is_refused_and_the_file_kept(tmp_path: Path, kind: str) -> None:
    before, cells, said = REFUSALS[kind]
    table = read(tmp_path, before)
    path = tmp_path / "data" / "events.csv"
    held = path.read_bytes()
    with pytest.raises(TableError, match=said):
        append_row(path, table, cells)
    assert path.read_bytes() == held


def test_a_table_that_changed_under_us_is_refused(tmp_path: Path) -> None:
    table = read(tmp_path, "event_id\na\n")
    path = tmp_path / "data" / "events.csv"
    path.write_bytes(b"event_id\na\nb\n")
    with pytest.raises(TableError, match=r"data/events\.csv has changed"):
        append_row(path, table, {"event_id": "c"})
    assert path.read_bytes() == b"event_id\na\nb\n"


# Written tables


def test_a_written_table_is_utf_8_with_lf_and_quotes_only_where_needed() -> None:
    rows = [["a", "é"], ["b,c", 'd"e'], ["f\ng", "h\ri"], ["", " x "], ["y;z", "'"]]
    assert write_csv(["event_id", "title"], rows).decode() == (
        'event_id,title\na,é\n"b,c","d""e"\n"f\ng","h\ri"\n, x \ny;z,\'\n'
    )


def test_half_a_character_cannot_be_written() -> None:
    with pytest.raises(TableError):
        write_csv(["event_id"], [["\ud800"]])


@given(st.text() | st.text(st.sampled_from(list("'=+-@\t\r\na＝"))))
def test_escaping_formulas_is_undone_exactly_and_leaves_none(text: str) -> None:
    escaped = escape_formula(text)
    assert unescape_formula(escaped) == text
    assert not escaped.startswith(tuple("=+-@\t\r"))
    assert escaped in (text, "'" + text)


@pytest.mark.parametrize("text", ["=1+1", "+x", "-72.5", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert escape_formula(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "'a", "’=", "'", "it's", "72.5"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert escape_formula(text) == unescape_formula(text) == text
