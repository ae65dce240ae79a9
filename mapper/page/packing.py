"""Columns as bytes: codes as whole numbers in byte planes, distinct values as JSON, deflated part by part.

What the page needs to filter and draw is the part ``hot``, what it needs besides is ``warm``; long texts that hardly
repeat stand in *chunks* of 2,048 rows, each deflated by itself and read when somebody asks for it. The index, which is
plain JSON, says where everything stands. Read by ``web/src/packed.ts``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import deflate
import numpy as np
import numpy.typing as npt

from mapper.coded import Coded

Numbers = npt.NDArray[Any]

CHUNK = 2048
HOT, WARM = 0, 1
# From here on a file is large enough that the time to deflate it counts for more than its last tenth.
_LARGE = 1 << 22
# Texts shorter than this in all are no burden, and then nobody has to wait for them.
_LONG = 1 << 18
_WIDEST = 4

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Packer:
    """Takes columns in; ``ints``, ``values`` and ``column`` return what the index has to say of each."""

    def __init__(self) -> None:
        self._parts: tuple[list[bytes], list[bytes]] = ([], [])
        self._sizes = [0, 0]

    def ints(self, numbers: Numbers, part: int) -> list[int]:
        """``[part, start, count, width, is_delta, least]``: ``width`` byte planes, the lowest bytes first.

        For numbers from -2^29 to 2^29, so that a step from one to another has room in four bytes.
        A number is ``least`` plus what stands there; with ``is_delta`` that is the step from the number before, its
        sign in the lowest bit. Without any width all are ``least``.
        """
        whole = np.asarray(numbers, np.int64)
        least = int(whole.min()) if len(whole) else 0
        plain = whole - least
        steps = np.diff(plain, prepend=0)
        zigzag = np.where(steps < 0, -2 * steps - 1, 2 * steps)
        is_delta = bool(_bits(zigzag) < _bits(plain))
        shown = zigzag if is_delta else plain
        width = _width(int(shown.max()) if len(shown) else 0)
        planes = shown.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width]
        return [part, self._add(planes.T.tobytes(), part), len(whole), width, int(is_delta), least]

    def values(self, values: Sequence[Any], part: int) -> list[Any]:
        """``[part, start, count, sizes]``: JSON lists of 2,048 values each, one after the other."""
        blocks = [json_bytes(values[start : start + CHUNK]) for start in range(0, len(values), CHUNK)]
        start = self._add(b"".join(blocks), part)
        return [part, start, len(values), [len(block) for block in blocks]]

    def column(self, column: Coded[Any], part: int) -> list[Any]:
        """``[codes, values]`` of a column without values that no row has."""
        return [self.ints(column.codes, part), self.values(column.values, part)]

    def parts(self) -> list[bytes]:
        """Hot and warm, not yet deflated."""
        return [b"".join(part) for part in self._parts]

    def _add(self, data: bytes, part: int) -> int:
        start = self._sizes[part]
        self._parts[part].append(data)
        self._sizes[part] += len(data)
        return start


def json_bytes(value: Any) -> bytes:
    """JSON in UTF-8; a lone surrogate, which UTF-8 can't hold, as its escape."""
    return _encode(value).encode("utf-8", "backslashreplace")


def is_long(column: Coded[Any]) -> bool:
    """Whether its values are long in all and hardly repeat, so that they are better read chunk by chunk."""
    used = len(column.values)
    return used * 4 > len(column) and sum(len(one) for one in column.values if isinstance(one, str)) > _LONG


def chunks(columns: Sequence[Coded[Any]]) -> Iterator[bytes]:
    """For each 2,048 rows the JSON of their values, a list a column."""
    rows = len(columns[0]) if columns else 0
    for start in range(0, rows, CHUNK):
        stop = start + CHUNK
        yield json_bytes([Coded(column.codes[start:stop], column.values).tolist() for column in columns])


def deflated(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each part deflated by itself (RFC 1951, raw), by libdeflate: the same bytes whichever zlib Python has."""
    level = 5 if sum(map(len, parts.values())) > _LARGE else 12
    # It lets go of the interpreter while it works.
    with ThreadPoolExecutor(2) as threads:
        packed = threads.map(lambda part: bytes(deflate.deflate_compress(part, level)), parts.values())
        return dict(zip(parts, packed, strict=True))


def _bits(numbers: Numbers) -> float:
    """About how many bits the numbers take, each by itself."""
    return float(np.log2(1.0 + numbers).sum())


def _width(greatest: int) -> int:
    """Bytes that hold it."""
    width = (greatest.bit_length() + 7) // 8
    if width > _WIDEST:
        raise ValueError(f"{greatest} takes more than {_WIDEST} bytes")
    return width
