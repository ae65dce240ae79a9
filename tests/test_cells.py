"""What a cell's text is worth: values by the schema, a fault where there is none, blank as not stated."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.cells import Cells, read_cells
from mapper.coded import Coded
from mapper.dates import EventDate
from mapper.problems import Problem
from mapper.schema import table_schema
from mapper.tables import Table


def cells_of(name: str = "events", broken: frozenset[int] = frozenset(), **columns: list[str]) -> Cells:
    """A table of these columns, with row numbers from 2 on."""
    length = len(next(iter(columns.values())))
    coded = {name: Coded.of(cells) for name, cells in columns.items()}
    table = Table(name, f"data/{name}.csv", tuple(columns), range(2, 2 + length), coded, (), broken)
    return read_cells(table, table_schema(name))


def fault(column: str, text: str, name: str = "events") -> str | None:
    found = cells_of(name, **{column: [text]}).problems
    assert all((one.row, one.column) == (2, column) for one in found)
    return found[0].code if found else None


def value(column: str, text: str) -> Any:
    return cells_of(**{column: [text]}).typed(column)[0]


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("event_id", "", "value-missing"),
        ("event_id", "Not A Slug", "value-pattern"),
        ("event_id", "double--hyphen", "value-pattern"),
        ("event_id", "a-1", None),
        ("status", "published", "value-unknown"),
        ("status", "", None),
        ("title", "x" * 81, "value-too-long"),
        ("title", "é" * 80, None),
        ("title_fr", "x" * 81, "value-too-long"),
        ("title_fr", "", None),
        ("date", "03/04/2024", "date-not-edtf"),
        ("date", "2024-07-31/2024-07-01", "date-order"),
        ("date", "", None),
        ("coded_on", "2024-02-30", "value-pattern"),
        ("coded_on", "2024-07", "value-pattern"),
        ("coded_on", "2024-07-21", None),
        ("latitude", "90", None),
        ("latitude", "-90.0001", "number-range"),
        ("latitude", "1e999", "number-range"),
        ("latitude", "NaN", "number-not"),
        ("latitude", "inf", "number-not"),
        ("latitude", "-Infinity", "number-not"),
        ("latitude", "18°33'N", "number-not"),
        ("latitude", "0x10", "number-not"),
        ("latitude", "1_0", "number-not"),
        ("latitude", "18,594", "number-decimal-comma"),
        ("longitude", "180.1", "number-range"),
        ("radius_m", "-1", "number-range"),
        ("radius_m", "1,500", "number-comma-ambiguous"),
        ("radius_m", "1,50", "number-decimal-comma"),
        ("radius_m", "0,500", "number-decimal-comma"),
        ("radius_m", "1,500,000", "number-not"),
        ("fatalities_low", "2.0", "number-not-whole"),
        ("fatalities_low", "dozens", "number-not-whole"),
        ("fatalities_low", "-3", "number-range"),
        ("fatalities_low", "1" * 16, "number-not-whole"),
        ("fatalities_low", "007", None),
    ],
)
def test_a_text_is_a_value_of_its_field_or_has_one_fault(column: str, text: str, code: str | None) -> None:
    assert fault(column, text) == code


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\ufeff"])
def test_a_blank_cell_is_not_stated_and_never_zero(text: str) -> None:
    for column in ("fatalities_best", "latitude", "date", "radius_m"):
        assert value(column, text) is None


def test_numbers_dates_and_whole_numbers_are_typed() -> None:
    assert value("latitude", " 18.5 ") == 18.5
    assert value("latitude", "18,5") == 18.5
    assert value("fatalities_best", "12") == 12
    date = value("date", "2024-07")
    assert isinstance(date, EventDate)
    assert date.precision == "month"


def test_a_faulty_cell_has_no_value() -> None:
    for column, text in [("latitude", "91"), ("fatalities_best", "2.5"), ("date", "soon"), ("radius_m", "1,500")]:
        assert value(column, text) is None


def test_what_could_be_thousands_or_decimals_names_both() -> None:
    (problem,) = cells_of(radius_m=["1,500"]).problems
    assert "1500 or 1.500" in problem.message


def test_text_is_read_as_text() -> None:
    cells = cells_of(title=["007", "NA", "null", "None", " padded ", "e\u0301"])
    assert cells.column("title").tolist() == ["007", "NA", "null", "None", "padded", "é"]


def test_an_id_that_stands_twice_is_wrong_in_both_rows() -> None:
    found = cells_of(event_id=["a", "b", "a "]).problems
    assert [(one.code, one.row) for one in found] == [("value-duplicate", 2), ("value-duplicate", 4)]
    assert all("2, 4" in one.message for one in found)


def test_blank_ids_are_missing_not_duplicates() -> None:
    assert [one.code for one in cells_of(event_id=["", ""]).problems] == ["value-missing", "value-missing"]


def test_a_row_that_could_not_be_read_whole_has_no_further_faults() -> None:
    assert list(cells_of(broken=frozenset({2}), date=["nonsense"]).problems) == []


def test_columns_that_the_table_lacks_are_blank() -> None:
    cells = cells_of(event_id=["a", "b"])
    assert cells.column("title").tolist() == ["", ""]
    assert list(cells.typed("latitude")) == [None, None]


def test_known_translated_and_foreign_columns_are_told_apart() -> None:
    cells = cells_of(event_id=["a"], title=["t"], title_fr=["u"], notes_ht=["n"], notes_from_me=["x"], desk=["y"])
    assert cells.translations("title") == ["title_fr"]
    assert cells.translations("notes") == ["notes_ht"]
    assert cells.foreign() == ["notes_from_me", "desk"]


@pytest.mark.parametrize(
    ("code", "column", "wrong"),
    [
        ("header-missing", "title", True),
        ("header-duplicate", "date", True),
        ("header-duplicate", "desk", False),
        ("header-near-miss", "dat", False),
        ("header-blank", None, False),
    ],
)
def test_a_header_is_wrong_where_no_row_can_be_certain(code: str, column: str | None, wrong: bool) -> None:
    problem = Problem(code, "data/events.csv", 1, column)
    table = Table("events", "data/events.csv", ("event_id",), range(2, 3), {"event_id": Coded.of(["a"])}, (problem,))
    assert read_cells(table, table_schema("events")).header_is_wrong is wrong


@given(st.sampled_from(["latitude", "longitude", "radius_m"]), st.text(max_size=12) | st.from_regex(r"[-+.,\deE]{1,8}"))
def test_no_text_makes_a_number_that_is_not_one(column: str, text: str) -> None:
    found = value(column, text)
    field = table_schema("events").field(column)
    assert field is not None
    assert found is None or (math.isfinite(found) and field.minimum <= found <= field.maximum)  # type: ignore[operator]


@given(st.floats(-90, 90))
def test_every_number_comes_back_as_written(number: float) -> None:
    assert value("latitude", repr(number)) == number
    assert fault("latitude", repr(number)) is None


@given(st.integers(0, 10**15 - 1))
def test_every_whole_number_comes_back_as_written(number: int) -> None:
    assert value("fatalities_best", str(number)) == number
