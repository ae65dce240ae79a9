"""The one way in which a text of a user's becomes HTML outside the payload: escaped, never through a template."""

from __future__ import annotations

import re
from html import escape

_SURROGATE = re.compile("[\ud800-\udfff]")


def as_parsed(text: str) -> str:
    """Text as an HTML parser will see it: LF line ends, no NUL, nothing that UTF-8 can't hold."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return _SURROGATE.sub("\ufffd", text)


def escaped(text: str) -> str:
    """Text for an element's content or a quoted attribute."""
    return escape(as_parsed(text), quote=True)
