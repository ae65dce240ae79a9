"""The events of a page read back from its bytes, by what is written of the format, not by the code that wrote it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

DATED = ("date", "date_kind", "date_precision", "date_start", "date_end", "date_uncertain", "date_approximate")
UNDATED = [None, None, None, None, None, False, False, None]
ELEMENT = re.compile(r'<script type="application/octet-stream" id="([a-z0-9-]+)">([A-Za-z0-9+/=]*)</script>')


def parts_of(html: str) -> dict[str, bytes]:
    """Everything binary in a page, by the id of its element, as it was before it was deflated."""
    return {name: inflated(base64.b64decode(text)) for name, text in ELEMENT.findall(html)}


def inflated(part: bytes) -> bytes:
    return zlib.decompress(part, -zlib.MAX_WBITS)


def read_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload that was not written yet, as ``read`` gives it."""
    events = payload["events"]
    return read({**payload, "events": events.index}, {name: inflated(part) for name, part in events.parts.items()})


def read(payload: Mapping[str, Any], parts: Mapping[str, bytes]) -> dict[str, Any]:
    """The payload with its events as one list a column, translations and timespans beside them."""
    reader = Reader(payload["events"], parts)
    translations = reader.translations()
    return {
        **payload,
        "locales": {**payload["locales"], **json.loads(parts.get("mapper-words", b"{}"))},
        "events": {"length": reader.length, "columns": reader.columns()},
        "timespans": reader.timespans(),
        **({"translations": translations} if translations else {}),
    }


class Reader:
    def __init__(self, index: Mapping[str, Any], parts: Mapping[str, bytes]) -> None:
        self.index, self.parts = index, parts
        self.blobs = (parts["mapper-hot"], parts["mapper-warm"])
        self.length: int = index["length"]

    def ints(self, coded: list[int]) -> list[int]:
        part, start, count, width, is_delta, least = coded
        planes = [self.blobs[part][start + at * count : start + (at + 1) * count] for at in range(width)]
        assert all(len(plane) == count for plane in planes)
        found, last = [], 0
        for row in range(count):
            number = sum(plane[row] << 8 * at for at, plane in enumerate(planes))
            if is_delta:
                last += -((number + 1) >> 1) if number & 1 else number >> 1
                number = last
            found.append(number + least)
        return found

    def values(self, coded: list[Any]) -> list[Any]:
        part, start, count, sizes = coded
        found: list[Any] = []
        for size in sizes:
            block = json.loads(self.blobs[part][start : start + size])
            assert len(block) == min(2048, count - len(found))
            found += block
            start += size
        return found

    def column(self, coded: list[Any]) -> list[Any]:
        values = self.values(coded[1])
        return [values[code] for code in self.ints(coded[0])]

    def cold(self, part: str, names: list[str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {name: [] for name in names}
        at = 0
        while names and (chunk := self.parts.get(f"{part}-{at}")) is not None:
            for name, values in zip(names, json.loads(chunk), strict=True):
                found[name] += values
            at += 1
        return found

    def columns(self) -> dict[str, list[Any]]:
        index = self.index
        told = {name: self.column(one) for name, one in index["columns"].items()}
        told |= self.cold("mapper-events", index["cold"])
        dates = [one or UNDATED for one in self.column(index["dates"])]
        spots = index["spots"]
        codes = self.ints(spots["codes"])
        lon, lat = ([None, *(one / spots["scale"] for one in self.ints(spots[axis]))] for axis in ("lon", "lat"))
        extra = index["extra"]
        columns = {
            **{name: values for name, values in told.items() if not name.startswith("extra:")},
            "title": [title or own for title, own in zip(told["title"], told["id"], strict=True)],
            "number": list(range(1, self.length + 1)),
            **{name: [one[at] for one in dates] for at, name in enumerate(DATED)},
            "label_lon": [lon[code] for code in codes],
            "label_lat": [lat[code] for code in codes],
            "shape": self.ints(index["shapes"]),
            "extra": [
                {name: told[f"extra:{name}"][row] for name in extra if told[f"extra:{name}"][row] is not None} or None
                for row in range(self.length)
            ],
        }
        return columns | {"reports": self.reports(columns, dates)}

    def reports(self, columns: dict[str, list[Any]], dates: list[Any]) -> list[list[dict[str, Any]]]:
        index = self.index["reports"]
        event = [row for row, count in enumerate(self.ints(index["counts"])) for _ in range(count)]
        assert len(event) == index["length"]
        told = {name: [values[row] for row in event] for name, values in (columns | {"dates": dates}).items()}
        told["event_id"] = told["id"]
        for name, (rows, codes, coded) in index["differing"].items():
            values = self.values(coded)
            for row, code in zip(self.ints(rows), self.ints(codes), strict=True):
                told[name][row] = values[code]
        rest = {name: self.column(one) for name, one in index["columns"].items()}
        rest |= self.cold("mapper-reports", index["cold"])
        names = [name for name in index["differing"] if name != "dates"]
        found: list[list[dict[str, Any]]] = [[] for _ in range(self.length)]
        for at, (row, source) in enumerate(zip(event, self.ints(index["sources"]), strict=True)):
            date = dict(zip(DATED, told["dates"][at] or UNDATED, strict=False))
            one = {name: told[name][at] for name in names} | {name: values[at] for name, values in rest.items()}
            if one["protected"] is None:
                del one["protected"]
            found[row].append({"source": source, **one, **date})
        return found

    def timespans(self) -> dict[str, Any]:
        dates = (one or UNDATED for one in self.values(self.index["dates"][1]))
        return {text: json.loads(spans) for text, *_, spans in dates if spans}

    def translations(self) -> dict[str, Any]:
        return {
            language: {name: self.column(one) for name, one in columns.items()}
            for language, columns in self.index["translations"].items()
            if columns
        }
