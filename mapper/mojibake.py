"""UTF-8 that was read as Windows-1252 (``LÃ©ogane``): found by its bytes, told apart from real text by its letters.

Turned back into bytes, such text is valid UTF-8, which real text hardly ever is: only where a letter stands before
quotation marks or dashes (``ARRIVÉ…``) does it happen, and there the letters around it decide.
"""

from __future__ import annotations

import re

_BYTES = {bytes([byte]).decode("cp1252", "replace"): byte for byte in range(0x80, 0x100)}
_BYTES |= {chr(byte): byte for byte in range(0x80, 0x100)}
_TAIL = "".join(re.escape(char) for char, byte in _BYTES.items() if byte < 0xC0 and char != "\ufffd")
_RUN = re.compile(f"(?:[Â-ß][{_TAIL}]|[à-ï][{_TAIL}]{{2}}|[ð-ô][{_TAIL}]{{3}})+")
_PUNCTUATION = frozenset("«»‘’“”‚„‹›…–—\u00a0")
_ALONE = re.compile("[\u00a0-\u017f\u01a0\u01a1\u01af\u01b0\u1e00-\u1eff\u2010-\u2122\U0001f000-\U0001faff]")


def likely_meant(text: str) -> tuple[str, str] | None:
    """The first garbled word and what it was before; ``None`` where the text looks sound."""
    for run in _RUN.finditer(text):
        if _decoded(run):
            start = text.rfind(" ", 0, run.start()) + 1
            end = text.find(" ", run.end())
            word = text[start : end if end >= 0 else len(text)]
            return word, _RUN.sub(lambda found: _decoded(found) or found[0], word)
    return None


def _decoded(run: re.Match[str]) -> str:
    """What a run of characters was in UTF-8; nothing where it can well be meant as it stands."""
    try:
        text = bytes(_BYTES[char] for char in run[0]).decode()
    except (KeyError, UnicodeDecodeError):
        return ""
    if len(text) > 1:
        return text if text.isprintable() or "\u00a0" in text else ""
    if not _ALONE.fullmatch(text):
        return ""
    if _PUNCTUATION.issuperset(run[0][1:]) and not run[0].startswith(("â€", "â„")):
        before, after = run.string[: run.start()][-1:], run.string[run.end() :][:1]
        if not ((before.islower() and run[0][0].isupper()) or after.isalpha() or run[0] == "Ã\u00a0"):
            return ""
    return text
