"""What a text that isn't EDTF could mean, so that the error says what to write; it is never read that way.

It knows the forms that tables and sources bring: numbers in other orders, spreadsheets' serial numbers, month
names in English, French, Haitian Creole and Spanish, clock times, dashes between two dates, stray spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta

Reads = Callable[[str], bool]
# An order of reading, then year, month and day, not yet known to exist.
_Reading = tuple[str, str, str, str | None]

_FORMS = (
    "Write 2024-07-21, 2024-07 or 2024; 2024-07-01/2024-07-31 for a span; [2024-06-21..2024-06-30] for one"
    " day within; a ? after the date where it is uncertain, a ~ where it is approximate."
)
_LONGEST = 80
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30)  # true from March 1900 on, past the day that the 1900 system invents
_CLOCK = re.compile(r"(.+?)(?:T| +)[0-9]{1,2}:[0-9]{2}.*")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})(?:\2([0-9]{1,2}))?")
_YEAR_LAST = re.compile(r"(?:([0-9]{1,2})[-/.])?([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})")
_TO = re.compile(r" *[–—] *| *\.\. *| +(?:-|/|to|until|au|à|al|a|rive) +")
_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_SMALL_WORDS = {"le", "la", "du", "de", "del", "of", "the", "st", "nd", "rd", "th", "er"}
_MONTHS = [
    (name, number)
    for language in (
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "janvye fevriye mas avril me jen jiye out septanm oktob novanm desanm",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(language.split(), 1)
]


def could_mean(text: str, reads: Reads) -> str:
    """A sentence with the EDTF forms of what a text could mean; without any, one with the forms of EDTF.

    ``reads`` tells whether a text is EDTF.
    """
    if len(text) > _LONGEST:
        return _FORMS
    text = unicodedata.normalize("NFKC", text)
    serial = _SERIAL.fullmatch(text)
    if serial:
        day = _SERIAL_ZERO + timedelta(days=int(serial[1]))
        return f"It could be a spreadsheet's number for a day: {day}, if it counts from 1900."
    readings = _readings(text, reads)
    return f"It could be {' or '.join(readings)}." if readings else _FORMS


def _readings(text: str, reads: Reads) -> list[str]:
    tidy = "".join(text.split()).replace("x", "X").replace("‐", "-")
    if reads(tidy):
        return [tidy]
    days = _days(text, reads)
    if len(days) > 1:
        return [f"{day} ({order})" for day, order in days.items()]
    return list(days) or _spans(_TO.split(text), reads)


def _spans(halves: list[str], reads: Reads) -> list[str]:
    ends = [day for half in halves for day in ([half] if reads(half) else _days(half, reads))]
    if not len(halves) == len(ends) == 2:
        return []
    spans = {f"{ends[0]}/{ends[1]}": "throughout", f"[{ends[0]}..{ends[1]}]": "one day within"}
    return [f"{span} ({meaning})" for span, meaning in spans.items() if reads(span)]


def _days(text: str, reads: Reads) -> dict[str, str]:
    """The days or months that a text could be, in EDTF, and the order in which each was read."""
    clock = _CLOCK.fullmatch(text)
    text = clock[1] if clock else text
    if reads(text):
        return {text: ""}
    numbers = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    found: dict[str, str] = {}
    for order, year, month, day in _orders(numbers) if numbers else _in_words(text):
        try:
            exact = date(int(year), int(month), int(day or 1)).isoformat()
        except ValueError:
            continue
        found.setdefault(exact if day else exact[:7], order)
    return found


def _orders(numbers: re.Match[str]) -> Iterator[_Reading]:
    if numbers.re is _YEAR_FIRST:
        year, _, first, second = numbers.groups()
        yield "month first", year, first, second
        if second and int(first) > 12:
            yield "day first", year, second, first
        return
    first, second, year = numbers.groups()
    if first:
        year = f"20{year}"[-4:]
        yield "day first", year, second, first
        yield "month first", year, first, second
    elif len(year) == 4:
        yield "", year, second, None


def _in_words(text: str) -> Iterator[_Reading]:
    letters = (char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    words = [word for word in _WORD.findall("".join(letters).casefold()) if word not in _SMALL_WORDS]
    years = [word for word in words if word.isdecimal() and len(word) == 4]
    days = [word for word in words if word.isdecimal() and len(word) <= 2]
    months = [month for word in words for month in _month(word)]
    if len(years) == len(months) == 1 and len(days) <= 1 and len(words) == 2 + len(days):
        yield "", years[0], str(months[0]), days[0] if days else None


def _month(word: str) -> set[int]:
    exact = {number for name, number in _MONTHS if name == word}
    begun = {number for name, number in _MONTHS if len(word) >= 3 and name.startswith(word)}
    return exact or (begun if len(begun) == 1 else set())
