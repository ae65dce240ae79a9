"""What can be wrong with a project, as data: a code, where it stands, and what to do about it.

Every code is declared in ``schema/problems.json`` with its severity, its sentence and its remedy, so that the
command line, the JSON report and the docs say the same. A code, once published, keeps its meaning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from mapper.coded import Coded
from mapper.errors import TableError
from mapper.schema import declaration

_SHOWN = 80
_COMPARED = 1000  # of very many problems of one kind, those that are looked at for what they say
_EXPLAINED = 400


@dataclass(frozen=True)
class Problem:
    """One fault. ``row`` counts as a spreadsheet shows it: the header is row 1."""

    code: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: str = ""

    def __post_init__(self) -> None:
        if not self.severity:
            object.__setattr__(self, "severity", declaration("problems")[self.code]["severity"])

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def about_place(self) -> bool:
        """Whether it leaves the event unlocated instead of rejecting its row."""
        return bool(declaration("problems")[self.code].get("about_place", False))

    @property
    def message(self) -> str:
        """What is wrong, in a sentence."""
        return self._say("message")

    @property
    def remedy(self) -> str:
        """What to do about it, in a sentence."""
        return self._say("remedy")

    @property
    def where(self) -> str:
        """``file:row:column``, as far as each is known."""
        return ":".join(shown(part) for part in (self.file, self.row, self.column) if part is not None)

    def as_dict(self) -> dict[str, Any]:
        """For ``--format json``: every part under a stable name."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
            "params": dict(self.params),
        }

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.message} {self.remedy} [{self.code}]"

    def _say(self, part: str) -> str:
        words = {name: shown(value, _EXPLAINED) for name, value in self.params.items()}
        template: str = declaration("problems")[self.code][part]
        return template.format_map({"value": shown(self.value or ""), **words})


class Unreadable(TableError):
    """A table that can't be read at all, as a problem: nothing else can be said before it is mended."""

    def __init__(self, code: str, file: str, **params: Any) -> None:
        self.problem = Problem(code, file, params=params)
        super().__init__(f"{file}: {self.problem.message} {self.problem.remedy}")


# The value at fault and the words that the message needs.
Said = tuple[str | None, Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Finding:
    """One fault in one column of a table, and all rows in which it was found, with what each says.

    A row of 0 stands for none: the fault is the file's.
    """

    code: str
    file: str
    column: str | None
    rows: npt.NDArray[np.int64]
    said: Coded[Said]
    severity: str = ""

    def __post_init__(self) -> None:
        if not self.severity:
            object.__setattr__(self, "severity", declaration("problems")[self.code]["severity"])

    @classmethod
    def of(cls, problem: Problem) -> Finding:
        """A problem that stands alone."""
        said = Coded.constant((problem.value, problem.params), 1)
        rows = np.array([problem.row or 0])
        return cls(problem.code, problem.file, problem.column, rows, said, problem.severity)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def about_place(self) -> bool:
        """Whether it leaves the events unlocated instead of rejecting their rows."""
        return bool(declaration("problems")[self.code].get("about_place", False))

    def take(self, which: npt.NDArray[Any]) -> Finding:
        """The same fault in some of its rows: a mask, or where they stand in ``rows``."""
        return replace(self, rows=self.rows[which], said=self.said.take(which))

    def problem(self, at: int) -> Problem:
        """The problem in one of the rows."""
        value, params = self.said[at]
        return Problem(self.code, self.file, int(self.rows[at]) or None, self.column, value, params, self.severity)


@dataclass(frozen=True)
class Group:
    """Problems as a person may want to read them: some, how many more are like them, and the first rows of those."""

    shown: tuple[Problem, ...]
    more: int = 0
    rows: tuple[int, ...] = ()


class Problems(Sequence[Problem]):
    """Problems in their order, kept as findings: each is made when it is asked for, for there may be millions."""

    def __init__(self, findings: Iterable[Finding] = (), columns: Sequence[str] | None = None) -> None:
        """With the ``columns`` of a table they are in the order of file, row, column and code."""
        self.findings = tuple(one for one in findings if len(one))
        self._columns = columns
        self._sizes = np.array([len(one) for one in self.findings], np.int64)
        self._order = np.arange(len(self)) if columns is None else self._by_place(columns)

    def __len__(self) -> int:
        return int(self._sizes.sum())

    @overload
    def __getitem__(self, at: int) -> Problem: ...
    @overload
    def __getitem__(self, at: slice) -> list[Problem]: ...
    def __getitem__(self, at: int | slice) -> Problem | list[Problem]:
        if isinstance(at, slice):
            return [self[one] for one in range(len(self))[at]]
        number = int(self._order[at])
        return self._problem(int(np.searchsorted(self._ends, number, "right")), number)

    def __iter__(self) -> Iterator[Problem]:
        owners = np.searchsorted(self._ends, self._order, "right")
        return map(self._problem, owners.tolist(), self._order.tolist())

    @property
    def errors(self) -> int:
        """How many are errors; the others are warnings."""
        return sum(len(one) for one in self.findings if one.is_error)

    def spots(self) -> Iterator[tuple[Finding, int | None]]:
        """The finding and the row of each problem, in their order."""
        rows = np.concatenate([one.rows for one in self.findings]) if self.findings else self._order
        owners = np.searchsorted(self._ends, self._order, "right")
        for owner, row in zip(owners.tolist(), rows[self._order].tolist(), strict=True):
            yield self.findings[owner], row or None

    def only_errors(self) -> Problems:
        """Those that are errors, in their order."""
        return Problems([one for one in self.findings if one.is_error], self._columns)

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        return np.cumsum(self._sizes)

    def _problem(self, owner: int, number: int) -> Problem:
        return self.findings[owner].problem(number - int(self._ends[owner] - self._sizes[owner]))

    def groups(self, most: int, shown: int) -> Iterator[Group]:
        """The problems in their order. Where one fault was found in more than ``most`` rows of a column, those rows
        come together: the first ``shown`` that say different things, and the rest by number."""
        keys = _ranks([(one.file, one.column or "", one.code, one.severity) for one in self.findings])
        owners = np.searchsorted(self._ends, self._order, "right")
        of_key = keys[owners] if len(self) else keys
        grouped = np.argsort(of_key, kind="stable")
        bounds = np.flatnonzero(np.diff(of_key[grouped], prepend=-1, append=-1)).tolist()
        runs = [grouped[start:end] for start, end in pairwise(bounds)]
        few = [np.array([at]) for run in runs if len(run) <= most for at in run.tolist()]
        many = [run for run in runs if len(run) > most]
        for run in sorted((*few, *many), key=lambda run: int(run[0])):
            yield self._group(run, shown)

    def _group(self, run: npt.NDArray[np.int64], shown: int) -> Group:
        if len(run) == 1:
            return Group((self[int(run[0])],))
        said: dict[str, tuple[int, Problem]] = {}
        for at in run[:_COMPARED].tolist():
            problem = self[at]
            said.setdefault(problem.message + problem.remedy, (at, problem))
            if len(said) == shown:
                break
        first = [at for at, _ in said.values()]
        rest = run[~np.isin(run, first)]
        rows = [row for at in rest[:shown].tolist() if (row := self[at].row)]
        return Group(tuple(problem for _, problem in said.values()), len(rest), tuple(rows))

    def _by_place(self, columns: Sequence[str]) -> npt.NDArray[np.int64]:
        position = {column: at for at, column in enumerate(columns)}
        keys: list[list[Any]] = [
            [one.code for one in self.findings],
            [one.column or "" for one in self.findings],
            [position.get(one.column or "", -1) for one in self.findings],
            [one.file for one in self.findings],
        ]
        code, name, at, file = (np.repeat(_ranks(key), self._sizes) for key in keys)
        rows = np.concatenate([one.rows for one in self.findings]) if self.findings else file
        return np.lexsort((code, name, at, rows, file))


def _ranks(keys: Sequence[Any]) -> npt.NDArray[np.int64]:
    order = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return np.array([order[key] for key in keys], np.int64)


def shown(value: object, longest: int = _SHOWN) -> str:
    """A value as a terminal may show it: one line, no control or direction characters, cut to a length."""
    if isinstance(value, (list, tuple)):
        return "; ".join(shown(one) for one in value)
    text = str(value)
    start = "".join(
        "\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char
        for char in text[:longest].replace("\n", " ")
    )
    return start if len(text) <= longest else start[:-1] + "…"
