"""Unicode's composed form (NFC, UAX #15) in bounded time.

Putting a run of marks into their order takes time that grows with its square: a cell of nothing else would stop a
build for minutes. Text that no language writes, hundreds of marks on one letter, therefore stays as it is.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby

_MOST_MARKS = 500  # UAX #15 calls 30 safe


def nfc(text: str) -> str:
    """``text`` composed; as it is where a letter bears more marks than any language writes."""
    return text if len(text) > _MOST_MARKS and _overladen(text) else unicodedata.normalize("NFC", text)


def is_nfc(text: str) -> bool:
    """Whether ``nfc`` would leave it as it is."""
    return unicodedata.is_normalized("NFC", text) if len(text) <= _MOST_MARKS else nfc(text) == text


def _overladen(text: str) -> bool:
    if text.isascii():
        return False
    runs = groupby(map(unicodedata.combining, text), bool)
    return any(marks and sum(1 for _ in run) > _MOST_MARKS for marks, run in runs)
