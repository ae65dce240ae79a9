"""Source texts: what a file under ``seeds/`` holds, and where in it a quote stands.

A quote is evidence only if it can be found again, so it must stand in the text as it is. Line breaks, kinds of
space and composed or decomposed accents may differ, because copying changes them unseen; nothing else may.
Offsets are Unicode code points, half-open, as in the W3C TextPositionSelector.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mapper.errors import MapperError
from mapper.normal_form import is_nfc, nfc
from mapper.problems import Problem, shown

Span = tuple[int, int]

_LARGEST = 50 * 1024 * 1024
_LONGEST_NEAREST = 300
_MOST = 1000  # occurrences worth counting; a hostile text could hold millions that overlap
_BOM = b"\xef\xbb\xbf"
_APART = "[…]"
_SPACES = re.compile(r"\s+")
# Only from U+0300 on do characters combine with the one before them, or change in NFC by themselves.
_MAY_CHANGE = re.compile(r"\s{2,}|[^\S ]|\S?[^\s\x00-\u02ff]+")
_FORBIDDEN = re.compile(r"[\x00-\x1f\\:]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE)
_JOINER = "\u200d"


class SourceFileError(MapperError):
    """A source's file can't be used; ``code`` is one of the catalogue's ``source-file-…``."""

    def __init__(self, code: str, file: str) -> None:
        problem = Problem(code, f"seeds/{file}", value=file)
        super().__init__(f"{problem.message} {problem.remedy}")
        self.code, self.file = code, file


class QuoteNotFound(MapperError):
    """A passage of a quote isn't in the text; ``nearest`` is what comes nearest to it, blank in a blank text."""

    code = "quote-not-found"

    def __init__(self, passage: str, nearest: str = "") -> None:
        super().__init__(f"Not in the text: {shown(passage)} The nearest passage is: {shown(nearest)}")
        self.passage, self.nearest = passage, nearest


class QuoteOutOfOrder(QuoteNotFound):
    """A passage stands in the text, but not after the passage that the quote puts in front of it."""

    code = "quote-order"


class QuoteAmbiguous(MapperError):
    """A passage of a quote stands in the text ``count`` times, so it doesn't say which is meant."""

    code = "quote-ambiguous"

    def __init__(self, passage: str, count: int) -> None:
        super().__init__(f"In the text {count} times: {shown(passage)}")
        self.passage, self.count = passage, count


@dataclass(frozen=True)
class SourceText:
    """A source's text as it is, line ends included, without byte order mark; ``sha256`` of the file's bytes."""

    text: str
    sha256: str


def read_source_text(seeds: Path, file: str) -> SourceText:
    """The text of a file by its path below ``seeds/``, with forward slashes; else ``SourceFileError``.

    Nothing outside ``seeds/`` is ever read, by ``..``, link or device name, whichever system made the name.
    """
    path = _inside(seeds, file)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise SourceFileError("source-file-unreadable", file)
        if about.st_size > _LARGEST:
            raise SourceFileError("source-file-too-large", file)
        data = path.read_bytes()
    except OSError:
        raise SourceFileError("source-file-unreadable", file) from None
    try:
        return SourceText(data.removeprefix(_BOM).decode("utf-8"), sha256(data).hexdigest())
    except UnicodeDecodeError:
        raise SourceFileError("source-file-undecodable", file) from None


def _inside(seeds: Path, file: str) -> Path:
    parts = file.split("/")
    if _FORBIDDEN.search(file) or any(part == ".." or _DEVICE.fullmatch(part) for part in parts) or not parts[0]:
        raise SourceFileError("source-file-outside", file)
    try:
        root = seeds.resolve(strict=True)
        path = (root / file).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # a loop of links; half a character in the name
        raise SourceFileError("source-file-missing", file) from None
    if not path.is_relative_to(root):
        raise SourceFileError("source-file-outside", file)
    return path


class TextIndex:
    """A text in which quotes are located: as it is first, else in its normalised form, which is made once.

    Normalised is NFC with each run of white space, no-break spaces and line breaks among it, as one space.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def locate(self, quote: str) -> tuple[Span, ...]:
        """Where each passage of a quote stands, in order; `` […] `` parts passages that are apart.

        Each must stand in the whole text exactly once, and after the one before it. Raises ``QuoteNotFound``
        (or ``QuoteOutOfOrder``, a kind of it) and ``QuoteAmbiguous``.
        """
        passages = passages_of(quote)
        if not passages:
            raise QuoteNotFound(quote)
        spans: list[Span] = []
        for passage in passages:
            span = self._only(passage)
            if spans and span[0] < spans[-1][1]:
                raise QuoteOutOfOrder(passage, self.text[slice(*span)])
            spans.append(span)
        return tuple(spans)

    def find_inside(self, words: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Every place where words stand within one of the spans, in order; empty where they don't."""
        return tuple(
            (offset + start, offset + end)
            for offset, stop in spans
            for start, end in TextIndex(self.text[offset:stop]).everywhere(words.strip())
        )

    def _only(self, passage: str) -> Span:
        hits = self.everywhere(passage)
        if not hits:
            raise QuoteNotFound(passage, self._nearest(passage))
        if len(hits) > 1:
            raise QuoteAmbiguous(passage, len(hits))
        return hits[0]

    def everywhere(self, passage: str) -> list[Span]:
        """Every place where a passage stands in the text, in order; a thousand at most."""
        exact = list(islice(_occurrences(self.text, passage), _MOST))
        if exact:
            return exact
        normal = self._normal
        alike = islice(_occurrences(normal.text, _normalised(passage)), _MOST)
        found = ((normal.original(start), normal.original(end)) for start, end in alike)
        return [(start, end) for start, end in found if start is not None and end is not None]

    @cached_property
    def _normal(self) -> _Normalised:
        return _Normalised.of(self.text)

    def _nearest(self, passage: str) -> str:
        from rapidfuzz.fuzz import partial_ratio_alignment

        text = self._normal.text
        found = partial_ratio_alignment(_normalised(passage)[:_LONGEST_NEAREST], text)
        if found is None or not text:
            return ""
        return _whole_words(text, found.dest_start, found.dest_end)


def passages_of(quote: str) -> list[str]:
    """The passages of a quote, which `` […] `` parts."""
    return [passage.strip() for passage in quote.split(_APART) if passage.strip()]


class _Piece(NamedTuple):
    """A stretch whose normalised form differs: where it stands there, and where in the text."""

    start: int
    end: int
    text_start: int
    text_end: int


@dataclass(frozen=True)
class _Normalised:
    """A text's normalised form, and the pieces by which its offsets lead back to the text's own."""

    text: str
    pieces: tuple[_Piece, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> _Normalised:
        parts: list[str] = []
        pieces: list[_Piece] = []
        done = length = 0
        for start, end, form in _changes(text):
            parts += [text[done:start], form]
            length += start - done
            pieces.append(_Piece(length, length + len(form), start, end))
            done, length = end, length + len(form)
        parts.append(text[done:])
        return cls("".join(parts), tuple(pieces), tuple(piece.start for piece in pieces))

    def original(self, offset: int) -> int | None:
        """The offset in the text; None within a piece, which can't be cut."""
        before = bisect_right(self.starts, offset) - 1
        if before < 0:
            return offset
        piece = self.pieces[before]
        if offset == piece.start:
            return piece.text_start
        return piece.text_end + offset - piece.end if offset >= piece.end else None


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """The stretches (start, end) that normalising changes, each as short as can be, and what they become."""
    for match in _MAY_CHANGE.finditer(text):
        run, start = match.group(), match.start()
        if run[0].isspace():
            yield start, match.end(), " "
        elif not is_nfc(run):
            for piece in _clusters(run):
                form = nfc(piece)
                if form != piece:
                    yield start, start + len(piece), form
                start += len(piece)


def _clusters(run: str) -> list[str]:
    """A run parted before each character that stands by itself; whole, if its parts would then combine."""
    cuts = [at for at, char in enumerate(run) if at == 0 or not _extends(char)]
    clusters = [run[start:end] for start, end in zip(cuts, [*cuts[1:], len(run)], strict=True)]
    formed = "".join(nfc(cluster) for cluster in clusters)
    return clusters if formed == nfc(run) else [run]


def _normalised(text: str) -> str:
    return _SPACES.sub(" ", nfc(text))


def _occurrences(text: str, words: str) -> Iterator[Span]:
    """Where words stand in a text, overlaps included, unless they begin or end within a combining sequence."""
    at = text.find(words) if words else -1
    while at >= 0:
        end = at + len(words)
        if not _extends(text[at]) and not (end < len(text) and _extends(text[end])):
            yield at, end
        at = text.find(words, at + 1)


def _extends(char: str) -> bool:
    """Whether a character belongs to the one before it: a mark, a joiner, a vowel or final of Hangul."""
    if char < "\u0300":
        return False
    jamo = "\u1160" <= char <= "\u11ff"
    return jamo or char == _JOINER or unicodedata.category(char)[0] == "M" or unicodedata.combining(char) > 0


def _whole_words(text: str, start: int, end: int) -> str:
    """A stretch of a text, grown to whole words but not beyond what is fit to show."""
    room = max(0, _LONGEST_NEAREST - (end - start))
    grown_start = text.rfind(" ", max(0, start - room // 2), start + 1) + 1 or max(0, start - room // 2)
    grown_end = text.find(" ", end, end + room // 2)
    return text[grown_start : grown_end if grown_end >= 0 else end + room // 2].strip()
