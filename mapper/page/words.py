"""A catalogue's words as Python needs them, for the table that is read without JavaScript.

The page itself words everything in ``web/src/words.ts``; what both say is the same, and a test holds them to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mapper.catalogues import Catalogue

_SLOT = re.compile(r"\{(\w+)\}", re.ASCII)
_THOUSANDS = re.compile(r"\B(?=(\d{3})+$)")
# Of CLDR's rules for whole numbers those that differ from English; the standard library has none.
_ZERO_IS_ONE = ("fr", "pt")


class Words:
    """The texts of one language by key."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self.catalogue = catalogue
        self.language = language

    def has(self, key: str) -> bool:
        return key in self.catalogue

    def t(self, key: str, **slots: str | float) -> str:
        """The text of a key, its slots filled; ``n`` chooses among plural forms. An unknown key shows itself."""
        found: Any = self.catalogue.get(key, key)
        text = found if isinstance(found, str) else self._form(found, slots.get("n", 0))
        filled = {name: value if isinstance(value, str) else self.number(value) for name, value in slots.items()}
        return _SLOT.sub(lambda slot: filled.get(slot[1], slot[0]), text)

    def name(self, closed_list: str, name: str) -> str:
        """A name of the taxonomy, or of another closed list: translated where the catalogue knows it."""
        key = f"{closed_list}.{name}"
        return self.t(key) if self.has(key) else name

    def number(self, value: float) -> str:
        plain = int(value) if float(value).is_integer() else value
        whole, _, part = str(abs(plain)).partition(".")
        grouped = _THOUSANDS.sub(lambda _: self.t("number.group"), whole)
        return ("−" if value < 0 else "") + grouped + (self.t("number.decimal") + part if part else "")

    def list(self, items: Sequence[str], joint: str = "list.and") -> str:
        """Names one after the other: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return self.t(joint, head=self.t("list.comma").join(items[:-1]), last=items[-1])

    def _form(self, forms: dict[str, str], n: Any) -> str:
        one = n in (0, 1) if self.language in _ZERO_IS_ONE else n == 1
        return forms.get("one" if one else "other", forms.get("other", ""))
