"""The interface's words: one JSON file a language in ``page/locale/``, which is all that a new language needs.

A catalogue maps flat keys to texts with ``{slots}``, or to the plural forms of one. Where it lacks a key, English
stands in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from mapper.errors import MapperError, SettingsError
from mapper.problems import shown

LOCALE: Traversable = files("mapper").joinpath("page", "locale")
ENGLISH = "en"

Catalogue = dict[str, Any]


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue: English, then the others by their codes."""
    known = [one.name.removesuffix(".json") for one in LOCALE.iterdir() if one.name.endswith(".json")]
    return tuple(sorted(known, key=lambda name: (name != ENGLISH, name)))


def require(wanted: Sequence[str], where: str) -> None:
    """Raise ``SettingsError``, after ``where``, unless each language has a catalogue and stands there once."""
    known = languages()
    for language in wanted:
        if language not in known:
            there = ", ".join(f"{name}.json" for name in known)
            raise SettingsError(
                f"{where}: languages: there is no {shown(language)}.json in mapper/page/locale, but {there}. "
                "Name one that is there, or add a file with the keys of en.json."
            )
    if len(set(wanted)) < len(wanted):
        raise SettingsError(f"{where}: languages: {', '.join(wanted)}: one stands there twice. Leave it out once.")


def catalogue(language: str) -> Catalogue:
    """The words of a language, with English ones where it has none. Raises ``MapperError`` for a file that is none."""
    own = _read(LOCALE.joinpath(f"{language}.json").read_bytes(), language)
    return own if language == ENGLISH else {**catalogue(ENGLISH), **own}


@lru_cache(maxsize=64)
def _read(data: bytes, language: str) -> Catalogue:
    try:
        words = json.loads(data)
    except ValueError as error:
        raise MapperError(f"The catalogue {language}.json of the page can't be read: {error}.") from error
    if not isinstance(words, dict):
        raise MapperError(f"The catalogue {language}.json of the page must be a JSON object: keys and their texts.")
    return words
