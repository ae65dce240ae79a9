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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mapper.errors import MapperError
from mapper.normal_form import is_nfc, nfc
from mapper.problems import Problem, shown

Span = tuple[int, int]

_LARGEST = 50 * 1024 * 1024
_LONGEST_NEAREST = 300
_COMPARED = 1 << 21  # characters of a text held against quotes that aren't in it, a tenth of a second's worth
_NOT_LOOKED_FOR = "(not looked for, since many quotes aren't in this source)"
_FEW = 30  # quotes, from which on they are looked for together
_STRIDES = (64, 16)  # characters by whose hash passages of at least that length are looked for
_WINDOW = 1 << 20  # characters of a text that are hashed at once
_FACTOR = 0x9E3779B1
_SLOTS = 20  # bits of a hash that tell whether it is worth a closer look
_MOST = 1000  # occurrences worth counting; a hostile text could hold millions that overlap
_BOM = b"\xef\xbb\xbf"
_APART = "[…]"
_SPACES = re.compile(r"\s+")
# Only from U+0300 on do characters combine with the one before them, or change in NFC by themselves.
_COMBINING = "\u0300"
_SPACE_TABLE = np.array([chr(code).isspace() for code in range(0x3002)])
_SPACE_CHARS = [chr(code) for code in np.flatnonzero(_SPACE_TABLE).tolist() if code != ord(" ")]
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

    @property
    def told(self) -> dict[str, object]:
        """What a problem's message needs of it."""
        return {"nearest": self.nearest}


class QuoteOutOfOrder(QuoteNotFound):
    """A passage stands in the text, but not after the passage that the quote puts in front of it."""

    code = "quote-order"


class QuoteAmbiguous(MapperError):
    """A passage of a quote stands in the text ``count`` times, so it doesn't say which is meant."""

    code = "quote-ambiguous"

    def __init__(self, passage: str, count: int) -> None:
        super().__init__(f"In the text {count} times: {shown(passage)}")
        self.passage, self.count = passage, count

    @property
    def told(self) -> dict[str, object]:
        """What a problem's message needs of it."""
        return {"count": self.count}


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
        self._known: dict[str, list[Span]] = {}
        self._compared = 0

    def locate_all(self, quotes: Sequence[str]) -> list[tuple[Span, ...] | QuoteNotFound | QuoteAmbiguous]:
        """What ``locate`` says of each quote, returned or raised; many are looked for in one pass over the text."""
        if len(quotes) > _FEW:
            self._look_for({passage for quote in quotes for passage in passages_of(quote)})
        known, none = self._known, ()
        alone = (known.get(quote.strip(), none) for quote in quotes)  # most quotes are one passage, found once
        return [
            (spans[0],) if len(spans) == 1 else self._outcome(quote) for quote, spans in zip(quotes, alone, strict=True)
        ]

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
        wanted = words.strip()
        if len(spans) == 1:
            return self._inside(wanted, *spans[0])
        return tuple(hit for start, end in spans for hit in self._inside(wanted, start, end))

    def _inside(self, wanted: str, start: int, end: int) -> tuple[Span, ...]:
        first = self.text.find(wanted, start, end) if wanted else -1
        last = first + len(wanted)
        if first >= 0 and self.text.find(wanted, first + 1, end) < 0 and _stands_alone(self.text, first, last, end):
            return ((first, last),)
        hits = tuple(_occurrences(self.text, wanted, start, end))
        alike = () if hits else TextIndex(self.text[start:end])._alike(wanted)
        return hits or tuple((start + one, start + other) for one, other in alike)

    def _outcome(self, quote: str) -> tuple[Span, ...] | QuoteNotFound | QuoteAmbiguous:
        try:
            return self.locate(quote)
        except (QuoteNotFound, QuoteAmbiguous) as miss:
            return miss

    def _look_for(self, passages: Iterable[str]) -> None:
        """Find the occurrences of many passages at once; those that don't stand in the text, in its normalised form."""
        self._known |= all_occurrences(self.text, passages)
        forms = {passage: _normalised(passage) for passage, spans in self._known.items() if not spans}
        if forms:
            found = all_occurrences(self._normal.text, forms.values())
            self._known |= {passage: self._originals(found[form]) for passage, form in forms.items()}

    def _only(self, passage: str) -> Span:
        hits = self.everywhere(passage)
        if not hits:
            raise QuoteNotFound(passage, self._nearest(passage))
        if len(hits) > 1:
            raise QuoteAmbiguous(passage, len(hits))
        return hits[0]

    def everywhere(self, passage: str) -> list[Span]:
        """Every place where a passage stands in the text, in order; a thousand at most."""
        if passage in self._known:
            return self._known[passage]
        return list(islice(_occurrences(self.text, passage), _MOST)) or self._alike(passage)

    def _alike(self, passage: str) -> list[Span]:
        """Where a passage stands in the normalised text."""
        return self._originals(islice(_occurrences(self._normal.text, _normalised(passage)), _MOST))

    def _originals(self, spans: Iterable[Span]) -> list[Span]:
        normal = self._normal
        found = ((normal.original(start), normal.original(end)) for start, end in spans)
        return [(start, end) for start, end in found if start is not None and end is not None]

    @cached_property
    def _normal(self) -> _Normalised:
        return _Normalised.of(self.text)

    def _nearest(self, passage: str) -> str:
        from rapidfuzz.fuzz import partial_ratio_alignment

        text = self._normal.text
        self._compared += len(text)
        if self._compared > max(_COMPARED, len(text)):
            return _NOT_LOOKED_FOR
        found = partial_ratio_alignment(_normalised(passage)[:_LONGEST_NEAREST], text)
        if found is None or not text:
            return ""
        return _whole_words(text, found.dest_start, found.dest_end)


def passages_of(quote: str) -> list[str]:
    """The passages of a quote, which `` […] `` parts."""
    parts = quote.split(_APART) if _APART in quote else (quote,)
    return [passage for part in parts if (passage := part.strip())]


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
        for space in _SPACE_CHARS:  # one for one, so that offsets stay
            text = text.replace(space, " ")
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
    for match in _changeable(text):
        run, start = match.group(), match.start()
        if run[0].isspace():
            yield start, match.end(), " "
        elif not is_nfc(run):
            for piece in _clusters(run):
                form = nfc(piece)
                if form != piece:
                    yield start, start + len(piece), form
                start += len(piece)


def _changeable(text: str) -> Iterator[re.Match[str]]:
    """What ``_MAY_CHANGE`` finds in a text, looked for only where it may be."""
    done = 0
    for start in range(0, len(text), _WINDOW):
        for at in _odd(text[start : start + _WINDOW + 1]).tolist():
            first = start + at
            if first < done:
                continue
            marks_letter = first > done and not text[first].isspace() and not text[first - 1].isspace()
            found = _MAY_CHANGE.match(text, first - marks_letter)
            if found:
                yield found
                done = found.end()


def _odd(text: str) -> npt.NDArray[np.int64]:
    """Where a text has white space other than one space, or what may combine or change in NFC."""
    letters = _letters(text)
    is_space = _SPACE_TABLE[np.minimum(letters, len(_SPACE_TABLE) - 1)]
    doubled = is_space & np.append(is_space[1:], False)
    return np.flatnonzero((is_space & (letters != ord(" "))) | doubled | (letters >= ord(_COMBINING)))


def _clusters(run: str) -> list[str]:
    """A run parted before each character that stands by itself; whole, if its parts would then combine."""
    cuts = [at for at, char in enumerate(run) if at == 0 or not _extends(char)]
    clusters = [run[start:end] for start, end in zip(cuts, [*cuts[1:], len(run)], strict=True)]
    formed = "".join(nfc(cluster) for cluster in clusters)
    return clusters if formed == nfc(run) else [run]


def _normalised(text: str) -> str:
    return _SPACES.sub(" ", nfc(text))


def _occurrences(text: str, words: str, start: int = 0, stop: int | None = None) -> Iterator[Span]:
    """Where words stand in a text, overlaps included, unless they begin or end within a combining sequence."""
    stop = len(text) if stop is None else stop
    at = text.find(words, start, stop) if words else -1
    while at >= 0:
        if _stands_alone(text, at, at + len(words), stop):
            yield at, at + len(words)
        at = text.find(words, at + 1, stop)


def _stands_alone(text: str, start: int, end: int, stop: int) -> bool:
    first, after = text[start], text[end] if end < stop else ""
    return (first < _COMBINING or not _extends(first)) and (after < _COMBINING or not _extends(after))


def all_occurrences(text: str, passages: Iterable[str]) -> dict[str, list[Span]]:
    """What ``_occurrences`` finds of each passage, in one pass over the text (Rabin and Karp's way).

    Every stretch of a certain length is hashed, all at once; only where the hash is that of a passage's beginning
    are the characters themselves compared. Short passages are looked for one by one.
    """
    found: dict[str, list[Span]] = {passage: [] for passage in passages}
    rest = list(found)
    for stride in _STRIDES:
        long = [passage for passage in rest if len(passage) >= stride]
        rest = [passage for passage in rest if len(passage) < stride]
        for at, passage in _candidates(text, long, stride):
            end = at + len(passage)
            known = found[passage]
            if text.startswith(passage, at) and len(known) < _MOST and _stands_alone(text, at, end, len(text)):
                known.append((at, end))
    found |= {passage: list(islice(_occurrences(text, passage), _MOST)) for passage in rest}
    return found


def _candidates(text: str, passages: Sequence[str], stride: int) -> Iterator[tuple[int, str]]:
    """Where a passage may stand, by the hash of its beginning, from the beginning of the text to its end."""
    if not passages:
        return
    letters = _letters("".join(passage[:stride] for passage in passages)).reshape(-1, stride)
    powers = [pow(_FACTOR, stride - 1 - at, 1 << 32) for at in range(stride)]
    beginnings = letters @ np.array(powers, np.uint32)
    order = np.argsort(beginnings, kind="stable")
    wanted = beginnings[order]
    is_wanted = np.zeros(1 << _SLOTS, bool)
    is_wanted[wanted >> (32 - _SLOTS)] = True
    for start in range(0, len(text), _WINDOW):
        hashes = _hashes(text[start : start + _WINDOW + stride - 1], stride)
        near = np.flatnonzero(is_wanted[hashes >> (32 - _SLOTS)])
        first, last = (np.searchsorted(wanted, hashes[near], side) for side in ("left", "right"))
        for at, low, high in zip(near.tolist(), first.tolist(), last.tolist(), strict=True):
            yield from ((start + at, passages[one]) for one in order[low:high].tolist())


def _hashes(text: str, stride: int) -> npt.NDArray[np.uint32]:
    """A hash of each stretch of ``stride`` characters (a power of two), made of those of its halves.

    It is the polynomial of which the characters are the coefficients, at ``_FACTOR``, modulo 2³².
    """
    hashes = _letters(text)
    half, factor = 1, _FACTOR
    while half < stride:
        hashes = hashes[:-half] * np.uint32(factor) + hashes[half:]
        half, factor = 2 * half, factor * factor & 0xFFFFFFFF
    return hashes


def _letters(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _extends(char: str) -> bool:
    """Whether a character belongs to the one before it: a mark, a joiner, a vowel or final of Hangul."""
    if char < _COMBINING:
        return False
    jamo = "\u1160" <= char <= "\u11ff"
    return jamo or char == _JOINER or unicodedata.category(char)[0] == "M" or unicodedata.combining(char) > 0


def _whole_words(text: str, start: int, end: int) -> str:
    """A stretch of a text, grown to whole words but not beyond what is fit to show."""
    room = max(0, _LONGEST_NEAREST - (end - start))
    grown_start = text.rfind(" ", max(0, start - room // 2), start + 1) + 1 or max(0, start - room // 2)
    grown_end = text.find(" ", end, end + room // 2)
    return text[grown_start : grown_end if grown_end >= 0 else end + room // 2].strip()
