"""Columns in which equal values are kept once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapper.coded import Coded

CELLS = st.lists(st.sampled_from(["", "a", "b", "ç", "a "]))


@given(CELLS)
def test_a_column_gives_back_its_cells_and_keeps_each_value_once(cells: list[str]) -> None:
    column = Coded.of(cells)
    assert column.tolist() == cells
    assert [column[row] for row in range(len(column))] == cells
    assert list(column.values) == list(dict.fromkeys(cells))


@given(CELLS)
def test_a_column_is_judged_by_value_and_masked_by_row(cells: list[str]) -> None:
    column = Coded.of(cells)
    assert column.map(str.upper).tolist() == [cell.upper() for cell in cells]
    assert column.where(lambda cell: cell == "a").tolist() == [cell == "a" for cell in cells]
    mask = np.array([cell != "" for cell in cells], bool)
    assert column.take(mask).tolist() == [cell for cell in cells if cell]


def test_a_constant_column_says_the_same_in_every_row() -> None:
    assert Coded.constant("x", 3).tolist() == ["x", "x", "x"]


@given(CELLS, st.data())
def test_a_compact_column_says_the_same_with_the_values_that_it_has(cells: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1))) if cells else []
    taken = Coded.of(cells).take(np.array(rows, np.int64))
    assert taken.compact().tolist() == taken.tolist() == [cells[row] for row in rows]
    assert taken.compact().values == list(dict.fromkeys(cells[row] for row in rows))


@given(CELLS, CELLS)
def test_values_that_have_become_equal_are_kept_once(cells: list[str], others: list[str]) -> None:
    column = Coded.of(cells).map(str.strip)
    assert column.merged().tolist() == column.tolist()
    assert sorted(column.merged().values) == sorted({cell.strip() for cell in cells})
    shorter, longer = sorted((cells, others), key=len)
    both = Coded.of(longer[: len(shorter)]).otherwise(Coded.of(shorter))
    assert both.tolist() == [one or other for one, other in zip(longer, shorter, strict=False)]


@given(CELLS)
def test_some_rows_are_given_other_values(cells: list[str]) -> None:
    changed = {row: f"new {row}" for row in range(0, len(cells), 2)}
    assert Coded.of(cells).put(changed).tolist() == [changed.get(row, cell) for row, cell in enumerate(cells)]
