"""A new project folder: what a curator finds in it before the first row is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mapper import geonames
from mapper.countries import Beginning, beginning
from mapper.errors import WriteError
from mapper.files import plant
from mapper.schema import TABLES, table_schema
from mapper.settings import SETTINGS, ProjectFolder
from mapper.tables import write_csv
from mapper.world import Country, is_world, named_countries

_README = {
    "data": """# data/: the curated truth

- `events.csv`: one row is one source's report of one event.
- `sources.csv`: one row is one published text; the text itself stands in `seeds/`.
- `places.csv`: the project's own gazetteer; an event's place must be in it.
- `boundaries/*.geojson`: polygons of units, each with the property `pcode`, by which places are joined to them.
- `map.toml`: the map's title, languages and countries.

`mapper schema` tells what each column holds, `mapper check` what is wrong.
""",
    "data/boundaries": """# data/boundaries/: polygons of units

GeoJSON files named after their level (`adm1.geojson`); each feature has the property `pcode`, by which places.csv
joins it.
""",
    "seeds": """# seeds/: the source texts, never edited

One UTF-8 text file a source, named in the column `file` of `data/sources.csv`, with its SHA-256.
""",
    "output": """# output/: made by `mapper build`, never edited by hand

`map.html` opens by double-click, without a connection; `events.geojson` and `events.csv` are the published events;
`build.json` tells what became of each row.
""",
}
_SETTINGS = """# What the map is called, and what it is about.
title = {title}

# On what terms the published events may be used.
licence = ""

# Who is to be credited on the map, besides the boundaries, whose files say so themselves.
credits = {credits}

# The page's languages, the first one first.
languages = ["en"]

# ISO 3166-1 codes of three letters; coordinates outside these countries are warned of.
countries = {countries}
"""


@dataclass(frozen=True)
class Created:
    """A new project: where it is, how many units and towns it has; ``towns`` is ``None`` where none can be had."""

    folder: ProjectFolder
    units: int = 0
    towns: int | None = 0


def create_project(path: str | Path, title: str | None = None, codes: Sequence[str] = ()) -> Created:
    """Make a project in a new or empty folder, with the places and boundaries of countries, if any are named.

    ``codes`` are ISO 3166-1 codes of three letters; ``world`` means every country. Raises ``UnknownCountry``, and
    ``WriteError`` where something is in the folder already.
    """
    folder = ProjectFolder(Path(path).absolute())
    chosen = named_countries(codes)
    begun = beginning(chosen) if chosen else None
    plant(folder.root, _files(title or folder.root.name, chosen, begun), last="data")
    if begun is None:
        return Created(folder)
    return Created(folder, sum(row["kind"] == "adm1" for row in begun.places), begun.towns)


def _files(title: str, chosen: Sequence[Country], begun: Beginning | None) -> dict[str, bytes]:
    """What a new project consists of, by its path."""
    settings = _SETTINGS.format(
        title=_toml(title),
        credits=f"[{_toml(geonames.CREDIT)}]" if begun and begun.towns else "[]",
        # A project about the whole world has no countries that coordinates could lie outside of.
        countries="[]" if is_world(chosen) else f"[{', '.join(_toml(one.iso3) for one in chosen)}]",
    )
    files = {f"data/{name}.csv": write_csv(table_schema(name).names, []) for name in TABLES}
    files |= {f"{below}/README.md": text.encode() for below, text in _README.items()}
    if begun:
        names = table_schema("places").names
        files["data/places.csv"] = write_csv(names, ([row.get(name, "") for name in names] for row in begun.places))
        files |= {f"data/boundaries/{name}.geojson": data for name, data in begun.boundaries.items()}
    return {**files, SETTINGS: settings.encode()}


def _toml(text: str) -> str:
    """A text as a TOML basic string. Raises ``WriteError`` where it isn't whole characters."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise WriteError(f"{text!a} isn't UTF-8 text; nothing was made. Give the map's title by --title.") from error
    escaped = "".join(
        f"\\u{ord(char):04x}" if ord(char) < 32 or ord(char) == 127 else char
        for char in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'
