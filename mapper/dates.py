"""When an event happened, as the source says it: EDTF text to earliest and latest day, and what lies between.

EDTF is the Extended Date/Time Format of the Library of Congress, part of ISO 8601-2. Read are its levels 0
and 1, and of level 2 the sets and unspecified digits at the ends of an interval. The years are 0001 to 9999,
because every date must have calendar days. A text that isn't EDTF is refused with what it could mean, never
guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from mapper.date_hints import could_mean
from mapper.errors import MapperError
from mapper.problems import shown

Kind = Literal["date", "span", "one_of", "all_of"]
Precision = Literal["day", "month", "season", "year", "decade", "century"]
PRECISIONS: tuple[Precision, ...] = ("day", "month", "season", "year", "decade", "century")

# EDTF leaves the months of a season open; these are northern, as in the PyPI package edtf. Winter is December
# alone, so that the seasons of a year stay within it, in order.
SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}

_POINT = re.compile(r"(?:([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}|XX))?|-XX(?:-XX)?)?|([0-9]{3}X|[0-9]{2}XX))([?~%]?)")
_TIME = re.compile(
    r"T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:Z|[+-](?:0[0-9]|1[0-3])(?::[0-5][0-9])?|[+-]14(?::00)?)?"
)
_SETS: dict[str, tuple[str, Kind]] = {"[": ("]", "one_of"), "{": ("}", "all_of")}
_OTHER_YEARS = re.compile(r"Y-?[1-9][0-9]*(?:E[1-9][0-9]*)?|-[0-9]{4}(?:-[0-9X]{2}){0,2}[?~%]?")
_NO_CALENDAR = "It is EDTF, but of a year before 0001 or after 9999, for which there is no calendar here."


class DateError(MapperError):
    """A text that isn't a date: ``code`` is ``date-not-edtf`` or ``date-order``, ``hint`` what to write."""

    def __init__(self, text: str, hint: str = "", code: str = "date-not-edtf") -> None:
        super().__init__(f"{shown(text)}: {hint}")
        self.text, self.hint, self.code = text, hint, code


@dataclass(frozen=True, slots=True)
class Point:
    """One date of an expression, such as the end of an interval; ``mark`` is its ``?``, ``~`` or ``%``."""

    earliest: date
    latest: date
    precision: Precision
    mark: str

    def said(self) -> dict[str, str]:
        """It as a moment of the Linked Places Format: ``in`` where ISO 8601-1 has a form for it."""
        length = {"day": 10, "month": 7, "year": 4}.get(self.precision)
        if length:
            return {"in": self.earliest.isoformat()[:length] + self.mark}
        return _between(self.earliest, self.latest, self.mark)


# The first and the last date of a member (the same, if it is one date); None where it is open or unknown.
Part = tuple[Point | None, Point | None]


@dataclass(frozen=True, slots=True)
class EventDate:
    """An EDTF expression (ISO 8601-2), read.

    ``earliest`` and ``latest`` are the outermost days that it allows, None where it is open or unknown, and
    ``kind`` says what lies between: a ``date`` is one day within (``2024-07``: some day of that month), a
    ``span`` went on throughout, ``one_of`` is one day within one of its members, ``all_of`` is each of them.
    ``precision`` is how exactly the date is known, of several dates the coarsest: ``2024-07-XX``, like
    ``2024-07``, is known to the month.
    """

    text: str
    kind: Kind
    precision: Precision
    earliest: date | None
    latest: date | None
    uncertain: bool
    approximate: bool
    parts: tuple[Part, ...]

    def timespans(self) -> list[dict[str, dict[str, str]]]:
        """The ``when.timespans`` of the Linked Places Format 1.1: ISO 8601 dates with EDTF's mark at the end.

        Several timespans all hold there, so ``one_of`` is one window for both start and end. A timespan must
        have a start, and one without end is all within the start: so an open start is *not after the end*,
        an open end *not before the start*. A window that is open on both sides has no timespan.
        """
        if self.kind != "one_of":
            return [_timespan(start, end) for start, end in self.parts]
        marks = {(True, True): "%", (True, False): "?", (False, True): "~"}
        window = _between(self.earliest, self.latest, marks.get((self.uncertain, self.approximate), ""))
        return [{"start": window, "end": dict(window)}] if window else []


def parse_date(text: str) -> EventDate:
    """Read EDTF text; white space around it is ignored. Raises DateError, and nothing else."""
    text = text.strip()
    try:
        return _parse(text)
    except DateError as error:
        raise DateError(text, error.hint or could_mean(text, _reads), error.code) from None


@lru_cache(maxsize=1 << 15)
def _parse(text: str) -> EventDate:
    closing, kind = _SETS.get(text[:1], ("", "date"))
    if closing and text.endswith(closing):
        return _event_date(text, kind, _members(text[1:-1].split(",")))
    start, slash, end = text.partition("/")
    if slash:
        return _event_date(text, "span", [_ordered(text, _end(start), _end(end))])
    point = _point(text[:10] if _TIME.fullmatch(text, 10) else text)
    return _event_date(text, "date", [(point, point)])


def _reads(text: str) -> bool:
    try:
        return bool(_parse(text))
    except DateError:
        return False


def _event_date(text: str, kind: Kind, parts: list[Part]) -> EventDate:
    starts, ends = [start for start, _ in parts], [end for _, end in parts]
    points = [point for point in (*starts, *ends) if point]
    if not points:
        raise DateError(text, "Without any date it says nothing: leave the cell blank.")
    marks = {point.mark for point in points}
    return EventDate(
        text=text,
        kind=kind,
        precision=max((point.precision for point in points), key=PRECISIONS.index),
        earliest=None if None in starts else min(start.earliest for start in starts if start),
        latest=None if None in ends else max(end.latest for end in ends if end),
        uncertain=bool(marks & {"?", "%"}),
        approximate=bool(marks & {"~", "%"}),
        parts=tuple(parts),
    )


def _members(items: list[str]) -> list[Part]:
    if len(items) == 1 and ".." not in items[0]:
        raise DateError(items[0], "A set needs two members or a range; one date is written without brackets.")
    last = len(items) - 1
    return [_member(item, at_start=number == 0, at_end=number == last) for number, item in enumerate(items)]


def _member(item: str, at_start: bool, at_end: bool) -> Part:
    start, dots, end = item.partition("..")
    if not dots:
        point = _listed(item)
        return point, point
    if not (start or at_start) or not (end or at_end):
        raise DateError(item, "In a set, .. without a date stands only at the beginning or at the end.")
    first = _ranged(start) if start else None
    last = _ranged(end) if end else None
    if first and last and first.precision != last.precision:
        raise DateError(item, "Write both dates around .. as days, both as months or both as years.")
    return _ordered(item, first, last)


def _listed(text: str) -> Point:
    point = _point(text)
    if point.precision == "season":
        raise DateError(text, "EDTF has no seasons within a set: write their months.")
    return point


def _ranged(text: str) -> Point:
    if text[-1] in "?~%X":
        raise DateError(text, "Within a set, write the dates around .. without ?, ~, % and X.")
    return _listed(text)


def _end(text: str) -> Point | None:
    """An end of an interval; unknown (blank) and open (``..``) are both None."""
    return None if text in ("", "..") else _point(text)


def _ordered(text: str, start: Point | None, end: Point | None) -> Part:
    if start and end and end.latest < start.earliest:
        raise DateError(text, "Write the earlier date first.", "date-order")
    return start, end


def _point(text: str) -> Point:
    found = _POINT.fullmatch(text)
    if not found:
        raise DateError(text, _NO_CALENDAR if _OTHER_YEARS.fullmatch(text) else "")
    year, month, day, masked, mark = found.groups()
    if masked:
        first, last = _first_day(masked.replace("X", "0"), 1), _last_day(masked.replace("X", "9"), 12)
        return Point(first, last, "century" if masked.endswith("XX") else "decade", mark)
    if not month:
        return Point(_first_day(year, 1), _last_day(year, 12), "year", mark)
    if int(month) in SEASON_MONTHS and not day:
        from_month, to_month = SEASON_MONTHS[int(month)]
        return Point(_first_day(year, from_month), _last_day(year, to_month), "season", mark)
    if not 1 <= int(month) <= 12:
        raise DateError(text)
    first, last = _first_day(year, int(month)), _last_day(year, int(month))
    if not day or day == "XX":
        return Point(first, last, "month", mark)
    if not 1 <= int(day) <= last.day:
        raise DateError(text, f"The days of {year}-{month} are 01 to {last.day}.")
    exact = first.replace(day=int(day))
    return Point(exact, exact, "day", mark)


def _first_day(year: str, month: int) -> date:
    if year == "0000":
        raise DateError(year, _NO_CALENDAR)
    return date(int(year), month, 1)


def _last_day(year: str, month: int) -> date:
    return date(int(year), month, monthrange(int(year), month)[1])


def _timespan(start: Point | None, end: Point | None) -> dict[str, dict[str, str]]:
    if start and end:
        one_moment = start == end and "in" in start.said()
        return {"start": start.said()} if one_moment else {"start": start.said(), "end": end.said()}
    if start:
        return {"start": start.said(), "end": _between(start.earliest, None, start.mark)}
    return {"start": _between(None, end.latest, end.mark), "end": end.said()} if end else {}


def _between(earliest: date | None, latest: date | None, mark: str) -> dict[str, str]:
    days = {"earliest": earliest, "latest": latest}
    return {name: day.isoformat() + mark for name, day in days.items() if day}
