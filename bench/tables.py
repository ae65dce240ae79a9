"""A project of as many rows as wanted, made up from a seed: the same folder each time, for the benchmarks.

    python bench/tables.py ROWS FOLDER

Beside it, in ``bare.csv``, stand the same rows as one flat table that knows nothing of places: each with its own
coordinates, which is what other programs take.

Four countries that don't exist, 100 first- and 2,500 second-level units, 50,000 towns (a third with an alias) that
crowd in some districts, 200 sources, half of them with a text in ``seeds/``, and events of 20 columns with quotes of
about 200 characters. Most rows name a town; some a unit, some two towns, some bring their own coordinates, some have
no date or no place; a few have faults, as real tables do.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

COLUMNS = (
    "event_id", "same_event_as", "event_type", "sub_event_type", "occurrence", "title", "date", "place", "place_text",
    "geo_precision", "latitude", "longitude", "actor1", "actor2", "fatalities_low", "fatalities_best", "source_id",
    "quote", "notes", "coded_on",
)  # fmt: skip
TOWNS, SOURCES, COUNTRIES = 50_000, 200, ("Arvonia", "Belmark", "Cestria", "Dorvane")
TYPES = {
    "Battles": ("Armed clash", "Government regains territory"),
    "Explosions/Remote violence": ("Shelling/artillery/missile attack", "Air/drone strike"),
    "Violence against civilians": ("Attack", "Abduction/forced disappearance"),
    "Protests": ("Peaceful protest", "Protest with intervention"),
    "Riots": ("Mob violence",),
    "Strategic developments": ("Looting/property destruction", "Arrests"),
}
FIRST = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "dr", "kr", "tr")
SYLLABLES = [first + vowel for first in FIRST for vowel in ("a", "e", "i", "o", "u", "é")]
TITLE = {"country": "Country", "adm1": "Province", "adm2": "District"}

Row = dict[str, str]


def make(folder: Path, rows: int, seed: int = 1) -> Path:
    """Write the project and return its folder."""
    random = Random(seed)
    towns, units = _places(random)
    for part in ("data/boundaries", "seeds", "output"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "data/map.toml").write_text('title = "A made-up conflict"\nlanguages = ["en"]\n', encoding="utf-8")
    for level, kind in enumerate(TITLE):
        _write_units(folder / f"data/boundaries/adm{level}.geojson", [one for one in units if one["kind"] == kind])
    places = [{key: str(value) for key, value in one.items() if key != "box"} for one in units] + towns
    _write(folder / "data/places.csv", tuple(towns[0]), places)
    texts: list[list[str]] = [[] for _ in range(SOURCES)]
    points = {one["place_id"]: (one["latitude"], one["longitude"]) for one in towns}
    points |= {one["place_id"]: _middle(one["box"]) for one in units}
    points |= {one["name"]: points[one["place_id"]] for one in towns}
    with _writer(folder / "data/events.csv", COLUMNS) as events, _writer(folder / "bare.csv", COLUMNS) as bare:
        for row in _events(random, rows, towns, units, texts):
            events.writerow(row)
            bare.writerow(row if row.get("latitude") else row | _point(row["place"], points))
    _write_sources(folder, texts)
    return folder


def _word(random: Random, syllables: int) -> str:
    return "".join(random.choices(SYLLABLES, k=syllables))


def _places(random: Random) -> tuple[list[Row], list[dict[str, Any]]]:
    units: list[dict[str, Any]] = []

    def unit(kind: str, within: str, code: str, name: str, box: tuple[float, float, float, float]) -> None:
        row = {"place_id": code.lower(), "name": name, "aliases": "", "kind": kind, "within": within, "pcode": code}
        iso = f"X{code[-1]}X" if kind == "country" else ""
        units.append({**row, "iso_3166_2": iso, "latitude": "", "longitude": "", "radius_m": "", "box": box})

    for number, country in enumerate(COUNTRIES):
        west, south = 10.0 * (number % 2), 10.0 * (number // 2)
        code = "X" + country[0]
        unit("country", "", code, country, (west, south, west + 10, south + 10))
        for at in range(25):
            x, y = west + at % 5 * 2, south + at // 5 * 2
            first = f"{code}{at:02}"
            unit("adm1", code.lower(), first, f"Province {first}", (x, y, x + 2, y + 2))
            for inner in range(25):
                box = (x + inner % 5 * 0.4, y + inner // 5 * 0.4, x + inner % 5 * 0.4 + 0.4, y + inner // 5 * 0.4 + 0.4)
                unit("adm2", first.lower(), f"{first}{inner:02}", f"District {first}{inner:02}", box)
    crowded = [one for one in units if one["kind"] == "adm2"]
    random.shuffle(crowded)
    names: dict[str, None] = {}
    while len(names) < TOWNS + TOWNS // 3 + 1:
        names[_word(random, 4).capitalize()] = None
    spare = list(names)
    towns = []
    for number in range(TOWNS):
        holder = crowded[int(random.random() ** 3 * len(crowded))]
        west, south, east, north = holder["box"]
        towns.append(
            {
                "place_id": f"t{number}",
                "name": spare[number],
                "aliases": spare[TOWNS + number // 3] if number % 3 == 0 else "",
                "kind": "settlement",
                "within": holder["place_id"],
                "pcode": "",
                "iso_3166_2": "",
                "latitude": f"{random.uniform(south, north):.4f}",
                "longitude": f"{random.uniform(west, east):.4f}",
                "radius_m": "1000" if number % 4 else "",
            }
        )
    return towns, units


def _events(random: Random, rows: int, towns: list[Row], units: list[Any], texts: list[list[str]]) -> Iterator[Row]:
    words = [_word(random, 2 + number % 3) for number in range(4000)]
    # As often as words are in any language (Zipf's law), which is what a compressor meets.
    often = list(accumulate(1 / (number + 2.7) for number in range(len(words))))
    actors = [" ".join(random.choices(words, k=2)).title() for _ in range(400)]
    types = list(TYPES)
    first = date(2018, 1, 1)
    days = [(first + timedelta(days=day)).isoformat() for day in range(2400)]
    heads: list[str] = []
    for number in range(rows):
        kind = types[int(random.random() ** 2 * 6)]
        sub = random.choice(TYPES[kind])
        town = towns[int(random.random() ** 1.5 * TOWNS)]
        source = random.randrange(SOURCES)
        lead = " ".join(random.choices(words, cum_weights=often, k=4)).capitalize()
        quote = f"{lead} {town['name']} {' '.join(random.choices(words, cum_weights=often, k=23))}."
        texts[source].append(quote)
        day = days[int(random.random() * 2400)]
        dead = random.choice(["", "", "", "1", "2", "3", "5", "12"])
        row = {
            "event_id": f"e{number:07}",
            "same_event_as": random.choice(heads) if heads and random.random() < 0.03 else "",
            "event_type": kind,
            "sub_event_type": sub,
            "occurrence": "",
            "title": f"{sub} in {town['name']}"[:80],
            "date": day[:7] if random.random() < 0.1 else day,
            "place": town["name"],
            "place_text": town["name"],
            "actor1": random.choice(actors),
            "actor2": random.choice(actors) if random.random() < 0.6 else "",
            "fatalities_low": dead,
            "fatalities_best": dead,
            "source_id": f"s{source}",
            "quote": quote,
            "notes": f"See file {random.randrange(500)}" if random.random() < 0.1 else "",
            "coded_on": "2024-09-01",
        }
        _vary(random, row, town, towns, units)
        if not row["same_event_as"] and random.random() < 0.1:
            heads.append(row["event_id"])
        yield row


def _vary(random: Random, row: Row, town: Row, towns: list[Row], units: list[dict[str, Any]]) -> None:
    """Some rows say their place otherwise, and a few have a fault."""
    chance = random.random()
    if chance < 0.10:
        row["place"] = random.choice(units)["place_id"]
    elif chance < 0.12:
        row["place"] = f"{town['place_id']}; {random.choice(towns)['place_id']}"
    elif chance < 0.15:
        row["geo_precision"] = "exact"
        row["latitude"] = f"{float(town['latitude']) + random.uniform(-0.01, 0.01):.4f}"
        row["longitude"] = f"{float(town['longitude']) + random.uniform(-0.01, 0.01):.4f}"
    elif chance < 0.152:
        row["place"] = town["name"] + "x"
    elif chance < 0.153:
        row["date"] = "03/04/2024"
    elif chance < 0.154:
        row["quote"] = row["quote"][:50] + "never said" + row["quote"][60:]
    elif chance < 0.155:
        row["fatalities_low"], row["fatalities_best"] = "5", "2"
    elif chance < 0.175:
        row["place"], row["place_text"] = "", ""
    elif chance < 0.195:
        row["date"] = ""


def _middle(box: tuple[float, float, float, float]) -> tuple[str, str]:
    west, south, east, north = box
    return f"{(south + north) / 2:.4f}", f"{(west + east) / 2:.4f}"


def _point(place: str, points: dict[str, tuple[str, str]]) -> Row:
    """Where a flat table would put the row: at the first of its places, a unit's middle; nowhere without one."""
    return dict(zip(("latitude", "longitude"), points.get(place.partition(";")[0], ("", "")), strict=True))


@contextmanager
def _writer(path: Path, columns: tuple[str, ...]) -> Iterator[csv.DictWriter[str]]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        yield writer


def _write(path: Path, columns: tuple[str, ...], rows: Any) -> None:
    with _writer(path, columns) as writer:
        writer.writerows(rows)


def _write_units(path: Path, units: list[dict[str, Any]]) -> None:
    def feature(unit: dict[str, Any]) -> dict[str, Any]:
        west, south, east, north = (round(side, 4) for side in unit["box"])
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        properties = {"pcode": unit["pcode"], "name": unit["name"], "level": unit["kind"]}
        return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    features = [feature(unit) for unit in units]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _write_sources(folder: Path, texts: list[list[str]]) -> None:
    rows = []
    for number, passages in enumerate(texts):
        row = {"source_id": f"s{number}", "title": f"Dispatches, part {number}", "publisher": "The Gazette"}
        row |= {"date_published": "2024-08-31", "url": f"https://example.org/{number}", "reliability": "B"}
        if number % 2 == 0:
            data = "\n".join(passages).encode()
            (folder / f"seeds/{number}.txt").write_bytes(data)
            row |= {"file": f"{number}.txt", "sha256": hashlib.sha256(data).hexdigest()}
        rows.append(row)
    names = ("source_id", "title", "publisher", "date_published", "url", "reliability", "file", "sha256")
    _write(folder / "data/sources.csv", names, rows)


if __name__ == "__main__":
    print(make(Path(sys.argv[2]), int(sys.argv[1])))
