"""A column in which equal values are kept once: codes, one a row, and the values that they stand for.

What is asked of a cell is asked once of each value and spread over the rows by the codes, so that a table of a
million rows costs what its distinct values cost. Where nearly all values differ, as those of ids and quotes, looking
for equal ones costs more than it saves: such a column may hold a value twice, until it is asked to be ``merged``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import itemgetter, truth
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value")
Other = TypeVar("Other")

_FEW = 1 << 16


@dataclass(frozen=True, eq=False)
class Coded(Generic[Value]):
    """``values[codes[row]]`` is the row's value. ``codes`` are int32, shape (rows,); no value need be used."""

    codes: npt.NDArray[np.int32]
    values: Sequence[Value]

    @classmethod
    def of(cls, cells: Sequence[Value]) -> Coded[Value]:
        """The column of these cells, its values in the order of their first row; they must be hashable."""
        known: defaultdict[Value, int] = defaultdict(count().__next__)
        codes = np.fromiter(map(known.__getitem__, cells), np.int32, len(cells))
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

    def __iter__(self) -> Iterator[Value]:
        return map(self.values.__getitem__, self.codes.tolist())

    def tolist(self) -> list[Value]:
        """One value a row."""
        return list(self)

    def take(self, rows: npt.NDArray[Any]) -> Coded[Value]:
        """The column of these rows, in their order; a boolean mask or positions."""
        return Coded(self.codes[rows], self.values)

    def map(self, judge: Callable[[Value], Other]) -> Coded[Other]:
        """Another column, ``judge`` asked once of each distinct value."""
        return Coded(self.codes, [judge(value) for value in self.values])

    def where(self, test: Callable[[Value], object]) -> npt.NDArray[np.bool_]:
        """The rows whose value passes, as a mask."""
        return np.fromiter(map(truth, map(test, self.values)), np.bool_, len(self.values))[self.codes]

    def numbers(self, measure: Callable[[Value], float]) -> npt.NDArray[np.float64]:
        """A number a row, ``measure`` asked once of each value."""
        return np.fromiter(map(measure, self.values), np.float64, len(self.values))[self.codes]

    def put(self, values: Mapping[int, Value]) -> Coded[Value]:
        """The column with other values in some rows; what stood there may stay among the values."""
        codes = self.codes.copy()
        codes[list(values)] = np.arange(len(self.values), len(self.values) + len(values))
        return Coded(codes, [*self.values, *values.values()])

    def filled(self, rows: npt.NDArray[np.bool_], value: Value) -> Coded[Value]:
        """The column with one value in all rows of a mask; what stood there is no longer among the values."""
        if not rows.any():
            return self
        return Coded(np.where(rows, np.int32(len(self.values)), self.codes), [*self.values, value]).compact()

    def otherwise(self, other: Coded[Value]) -> Coded[Value]:
        """The column with another's value in the rows where its own is blank or nothing."""
        blank = self.where(lambda value: not value)
        codes = np.where(blank, other.codes + np.int32(len(self.values)), self.codes)
        return Coded(codes, [*self.values, *other.values])

    def merged(self) -> Coded[Value]:
        """The same column, equal values kept once; they must be hashable."""
        if len(set(self.values)) == len(self.values):
            return self
        known = Coded.of(self.values)
        return Coded(known.codes[self.codes], known.values)

    def paired(self, other: Coded[Other]) -> Coded[tuple[Value, Other]]:
        """The pairs that stand in the two columns, each once if theirs do."""
        width = max(len(other.values), 1)
        keys = self.codes.astype(np.int64) * width + other.codes
        if len(self.values) * width <= max(_FEW, 4 * len(keys)):
            there = np.zeros(len(self.values) * width, bool)
            there[keys] = True
            found = np.flatnonzero(there)
            codes = (np.cumsum(there, dtype=np.int32) - np.int32(1))[keys]
        else:
            found, codes = np.unique(keys, return_inverse=True)
        firsts, seconds = np.divmod(found, width)
        ours, theirs = self.values, other.values
        pairs = [(ours[a], theirs[b]) for a, b in zip(firsts.tolist(), seconds.tolist(), strict=True)]
        return Coded(codes.astype(np.int32, copy=False), pairs)

    def compact(self) -> Coded[Value]:
        """The same column without the values that no row has, the others in the order of their first row."""
        rows = len(self.codes)
        first = np.full(len(self.values), rows)
        first[self.codes[::-1]] = np.arange(rows - 1, -1, -1)
        order = np.argsort(first, kind="stable")[: np.count_nonzero(first < rows)]
        if len(order) == len(self.values) and (order[1:] > order[:-1]).all():
            return self
        place = np.empty(len(self.values), np.int32)
        place[order] = np.arange(len(order))
        return Coded(place[self.codes], list(map(self.values.__getitem__, order.tolist())))


class Coder(Generic[Value]):
    """Makes a column of cells that come block by block."""

    def __init__(self) -> None:
        self._codes: defaultdict[Value, int] | None = defaultdict(count().__next__)
        self._values: list[Value] = []
        self._blocks: list[npt.NDArray[np.int32]] = []
        self._rows = 0

    def extend(self, cells: Sequence[Value]) -> None:
        """Further rows. From the time when most values have proved to differ, equal ones are no longer looked for."""
        if self._codes is None:
            self._values.extend(cells)
        elif len(cells) < 2 or (cells[0] == cells[-1] and cells.count(cells[0]) == len(cells)):
            self._blocks.append(np.full(len(cells), self._codes[cells[0]] if cells else 0, np.int32))
        else:
            self._blocks.append(np.array(itemgetter(*cells)(self._codes), np.int32))
            if len(self._codes) > max(_FEW, (self._rows + len(cells)) // 2):
                self._values, self._codes = list(self._codes), None
        self._rows += len(cells)

    def column(self) -> Coded[Value]:
        """All rows so far, the values in the order of their first row."""
        values = self._values if self._codes is None else list(self._codes)
        known = sum(map(len, self._blocks))
        rest = np.arange(len(values) - (self._rows - known), len(values), dtype=np.int32)
        return Coded(np.concatenate([*self._blocks, rest]), values)
