"""Composed text is what Unicode says, and no text takes more than its length."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.normal_form import is_nfc, nfc


@given(st.text() | st.text(st.sampled_from("aé\u0301\u0327\u1100\u1161"), max_size=400))
def test_text_is_composed_as_unicode_says(text: str) -> None:
    assert nfc(text) == unicodedata.normalize("NFC", text)
    assert is_nfc(text) == unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("letter", ["", "e"])
def test_a_letter_with_more_marks_than_any_language_writes_stays_as_it_is(letter: str) -> None:
    text = letter + "\u0301\u0327" * 500_000  # would take an hour to be put in order
    assert nfc(text) == text
    assert is_nfc(text)


def test_long_text_with_few_marks_on_each_letter_is_composed() -> None:
    assert nfc("e\u0301" * 1000) == "é" * 1000
    assert not is_nfc("e\u0301" * 1000)
