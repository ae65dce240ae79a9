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
