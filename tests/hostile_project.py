"""A project in which every text that its tables, settings, files and boundaries can hold is a hostile string."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from hostile import holdable, strings
from small_project import box, collection, csv_bytes

from mapper.problems import shown
from mapper.schema import TABLES, table_schema
from mapper.sources import SourceFileError, read_source_text
from mapper.tables import clean

OF_EVENT = (
    "title", "title_fr", "title_ht", "notes", "notes_fr", "reason", "place_text", "actor1", "assoc_actor_1", "actor2",
    "assoc_actor_2", "fatalities_text", "coder", "quote",
)  # fmt: skip
OF_SOURCE = ("title", "author", "publisher", "original", "licence", "notes")
OF_PLACE = ("name", "name_fr", "aliases", "geometry_note", "source", "notes", "pcode")
FOREIGN, SOURCES, PLACES, TYPES, CREDITS, LAYERS = 8, 20, 40, 24, 6, 4
COLUMNS = len(OF_EVENT) + FOREIGN
EVENTS = -(-len(holdable()) // COLUMNS)
RETRACTED = EVENTS // 11
_TITLE = 80


@dataclass
class Planted:
    """A project's folder and what must come out of it: for each event, source, … its texts as they were meant."""

    root: Path
    title: str = ""
    events: dict[str, dict[str, str]] = field(default_factory=dict)
    extras: dict[str, dict[str, str]] = field(default_factory=dict)
    sources: list[dict[str, str]] = field(default_factory=list)
    places: list[dict[str, str]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Pool:
    """Hostile strings, one after the other from a point on, those that a place for them can hold."""

    def __init__(self, start: int) -> None:
        self.start = start

    def take(self, count: int, longest: int = 1 << 20, without: str = "", alone: bool = False) -> list[str]:
        """The next ones: as they are, or ``alone``: each once, and the same after cleaning."""
        kept = [one for one in holdable() if len(clean(one)) <= longest and clean(one) and not set(without) & set(one)]
        kept = list(dict.fromkeys(map(clean, kept))) if alone else kept
        start, self.start = self.start, self.start + count
        return list(islice(cycle(kept), start % len(kept), start % len(kept) + count))


def plant(root: Path, turn: int = 0) -> Planted:
    """Write the project. In the turns 0 to ``COLUMNS - 1`` every string stands in every column of an event once."""
    there = Planted(root)
    pool = Pool(turn * EVENTS)
    for folder in ("data/boundaries", "seeds", "output"):
        (root / folder).mkdir(parents=True)
    _settings(there, pool)
    _taxonomy(there, pool)
    _boundaries(there, pool)
    _places(there, pool)
    _events_and_sources(there, turn, pool)
    return there


def toml(text: str) -> str:
    """A basic string of TOML 1.0."""
    return re.sub("[\x00-\x1f\x7f]", lambda one: f"\\u{ord(one[0]):04x}", json.dumps(text, ensure_ascii=False))


def _settings(there: Planted, pool: Pool) -> None:
    there.title, licence = pool.take(2)
    there.credits, there.layers = pool.take(CREDITS), pool.take(LAYERS, alone=True)
    lines = [f"title = {toml(there.title)}", f"licence = {toml(licence)}"]
    lines += [f"credits = [{', '.join(map(toml, there.credits))}]", 'languages = ["en", "fr", "ht"]']
    lines += ['countries = ["EXA"]', 'taxonomy = "types.json"']
    for number, (name, credit) in enumerate(zip(there.layers, pool.take(LAYERS), strict=True)):
        lines += ["[[layers]]", f"name = {toml(name)}", f"attribution = {toml(credit)}"]
        lines += [f'url = "https://t{number}.example.invalid/{{z}}/{{x}}/{{y}}.png"']
    (there.root / "data/map.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _taxonomy(there: Planted, pool: Pool) -> None:
    there.types = pool.take(TYPES, alone=True)
    types = [
        {"name": name, "colour": f"#{0x335500 + 997 * at:06x}", "sub_event_types": [{"name": f"sub {name}"}]}
        for at, name in enumerate(there.types)
    ]
    taxonomy = {"name": pool.take(1)[0], "title": pool.take(1)[0], "types": types}
    (there.root / "data/types.json").write_text(json.dumps(taxonomy), encoding="utf-8")


def _boundaries(there: Planted, pool: Pool) -> None:
    there.units = pool.take(2, alone=True)
    credit = dict(zip(("source", "licence"), pool.take(2, longest=300), strict=True))
    units = [
        box(20, 10, 22, 12, pcode="EX1", name=there.units[0], level="adm1"),
        box(22, 10, 24, 12, pcode="EX2", name=there.units[1], level="adm1"),
    ]
    name = next(one for one in pool.take(900, longest=60) if _is_file_name(one))
    there.files.append(f"{name}.geojson")
    boundaries = there.root / "data/boundaries"
    (boundaries / f"{name}.geojson").write_text(collection(*units, **credit), encoding="utf-8")
    (boundaries / "adm0.geojson").write_text(collection(box(20, 10, 24, 12, pcode="EX", level="country")), "utf-8")


def _is_file_name(name: str) -> bool:
    return not set(name) & set("/\\") and name.isprintable() and not name.startswith(".")


def _places(there: Planted, pool: Pool) -> None:
    country = {"place_id": "examplia", "name": "Examplia", "kind": "country", "pcode": "EX", "iso_3166_2": "EXA"}
    units = [
        {"place_id": f"unit{number}", "name": name, "kind": "adm1", "within": "examplia", "pcode": f"EX{number}"}
        for number, name in enumerate(there.units, 1)
    ]
    texts = {column: pool.take(PLACES, alone=column == "name") for column in OF_PLACE}
    texts["aliases"] = pool.take(PLACES, without=";")
    there.places = [
        {
            **{"place_id": f"place{at}", "kind": "settlement", "within": "unit1" if at % 2 else "unit2"},
            **{"latitude": f"{10.1 + at / 25:.2f}", "longitude": f"{(20.1 if at % 2 else 22.1) + at / 25:.2f}"},
            **{column: texts[column][at] for column in OF_PLACE},
        }
        for at in range(PLACES)
    ]
    (there.root / "data/places.csv").write_bytes(csv_bytes([country, *units, *there.places]))


def _events_and_sources(there: Planted, turn: int, pool: Pool) -> None:
    columns = [*OF_EVENT, *_foreign(pool)]
    texts = {
        column: Pool((turn + at) % COLUMNS * EVENTS).take(
            EVENTS, longest=_TITLE if column.startswith("title") else 1 << 20
        )
        for at, column in enumerate(columns)
    }
    rows = [_event(there, at, {column: texts[column][at] for column in columns}) for at in range(EVENTS)]
    (there.root / "data/events.csv").write_bytes(csv_bytes(rows))
    for row in rows:
        event_id = row["event_id"]
        there.events[event_id] = {column: clean(row[column]) for column in (*OF_EVENT, "event_type", "status")}
        there.events[event_id]["place"] = next(p["name"] for p in there.places if p["place_id"] == row["place"])
        there.extras[event_id] = {clean(name): clean(row[name]) for name in (*columns[len(OF_EVENT) :], "row mark")}
    _sources(there, pool, rows)


def _foreign(pool: Pool) -> list[str]:
    """Names of columns that no schema knows."""
    known = {name for table in TABLES for name in table_schema(table).names}
    taken = pool.take(FOREIGN * 4, alone=True)
    return [one for one in taken if one not in known and one.casefold() not in ("sensitivity", "status")][:FOREIGN]


def _event(there: Planted, at: int, texts: dict[str, str]) -> dict[str, str]:
    kind = there.types[at % TYPES]
    # What is quoted stands in the source once, the place's words within it.
    quote = f"q{at}. {texts['quote']} | {texts['place_text']} .q{at}"
    return {
        **{"event_id": f"event-{at:03}", "status": "retracted" if at % 11 == 10 else "accepted", "event_type": kind},
        **{"sub_event_type": f"sub {kind}", "date": "2024-08-05", "place": f"place{at % PLACES}"},
        **{"source_id": f"source{at % SOURCES}", "row mark": f"row-{at:03}-mark", **texts, "quote": quote},
    }


def _sources(there: Planted, pool: Pool, rows: list[dict[str, str]]) -> None:
    texts = {column: pool.take(SOURCES, alone=column == "title") for column in OF_SOURCE}
    addresses = [re.sub(r"\s", "", one) for one in pool.take(SOURCES * 2, longest=400)]
    names = iter(_seed_names(there.root))
    for number in range(SOURCES):
        quotes = [row["quote"] for row in rows if row["source_id"] == f"source{number}"]
        text, name = "\n\n".join(["A headline", *quotes, pool.take(1)[0]]), next(names)
        data = text.encode()
        (there.root / "seeds" / name).write_bytes(data)
        there.files.append(name)
        urls = (f"https://example.invalid/{one}" for one in addresses[2 * number : 2 * number + 2])
        row = {
            **{"source_id": f"source{number}", "date_published": "2024-08-10", "file": name, "show": "whole"},
            **{"sha256": hashlib.sha256(data).hexdigest(), **dict(zip(("url", "archived_url"), urls, strict=True))},
            **{column: texts[column][number] for column in OF_SOURCE},
        }
        there.sources.append({**row, "text": text})
    bare = [{name: text for name, text in row.items() if name != "text"} for row in there.sources]
    (there.root / "data/sources.csv").write_bytes(csv_bytes(bare))


def _seed_names(root: Path) -> list[str]:
    """Hostile names that a file below seeds/ can have and that a cell means as they are."""
    found = []
    for name in strings():
        if clean(name) == name and name.isprintable() and "/" not in name and len(name.encode()) < 200:
            try:
                read_source_text(root / "seeds", name)
            except SourceFileError as error:
                found += [name] if error.code == "source-file-missing" else []
    return found[7::23]


def told(text: str) -> str:
    """A text in a message of a failing test."""
    return shown(text, 120)
