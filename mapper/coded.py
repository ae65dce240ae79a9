"""A column in which equal values are kept once: codes, one a row, and the distinct values that they stand for.

What is asked of a cell is asked once of each distinct value and spread over the rows by the codes, so that a
table of a million rows costs what its distinct values cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value")
Other = TypeVar("Other")


@dataclass(frozen=True, eq=False)
class Coded(Generic[Value]):
    """``values[codes[row]]`` is the row's value. ``codes`` are int32, shape (rows,); no value need be used."""

    codes: npt.NDArray[np.int32]
    values: Sequence[Value]

    @classmethod
    def of(cls, cells: Sequence[Value]) -> Coded[Value]:
        """The column of these cells, its values in the order of their first row; they must be hashable."""
        known: dict[Value, int] = {}
        codes = np.fromiter((known.setdefault(cell, len(known)) for cell in cells), np.int32, len(cells))
        return cls(codes, list(known))

    @classmethod
    def constant(cls, value: Value, rows: int) -> Coded[Value]:
        """A column that says the same in every row."""
        return cls(np.zeros(rows, np.int32), [value])

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> Value:
        value: Value = self.values[int(self.codes[row])]
        return value

    def tolist(self) -> list[Value]:
        """One value a row."""
        values = self.values
        return [values[code] for code in self.codes.tolist()]

    def take(self, rows: npt.NDArray[Any]) -> Coded[Value]:
        """The column of these rows, in their order; a boolean mask or positions."""
        return Coded(self.codes[rows], self.values)

    def map(self, judge: Callable[[Value], Other]) -> Coded[Other]:
        """Another column, ``judge`` asked once of each distinct value."""
        return Coded(self.codes, [judge(value) for value in self.values])

    def where(self, test: Callable[[Value], bool]) -> npt.NDArray[np.bool_]:
        """The rows whose value passes, as a mask."""
        return np.fromiter(map(test, self.values), np.bool_, len(self.values))[self.codes]
