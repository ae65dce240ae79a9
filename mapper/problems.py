"""What can be wrong with a project, as data: a code, where it stands, and what to do about it.

Every code is declared in ``schema/problems.json`` with its severity, its sentence and its remedy, so that the
command line, the JSON report and the docs say the same. A code, once published, keeps its meaning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapper.errors import TableError
from mapper.schema import declaration

_SHOWN = 80
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
