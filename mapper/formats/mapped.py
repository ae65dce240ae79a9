"""Any table of events: its columns named after ours, or mapped to them by the caller.

Every column that has no place among ours is kept under its own name. How exactly a table's coordinates are meant
is nothing that its numbers tell: the caller says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from mapper.errors import MapperError
from mapper.incoming import Columns, Ground, Incoming, Loss, short_title, slug, whole
from mapper.places import match_key
from mapper.schema import table_schema

# What tables of others call ours; a column is taken by one of these names alone where nobody says otherwise.
ALIASES = {
    "event_id": ("id", "event id", "incident id", "uid"),
    "date": ("event date", "date of event", "incident date", "day", "when"),
    "title": ("name", "headline", "summary", "event title"),
    "event_type": ("type", "event type", "category", "incident type"),
    "sub_event_type": ("sub type", "subtype", "subcategory", "sub category", "sub event type"),
    "latitude": ("lat", "y", "geo lat", "latitud", "geo latitude"),
    "longitude": ("lon", "lng", "long", "x", "geo lon", "longitud", "geo longitude"),
    "place": ("location", "town", "city", "village", "locality", "place name"),
    "actor1": ("actor", "perpetrator", "actor 1"),
    "actor2": ("target", "victim", "victims", "actor 2"),
    "fatalities_best": ("fatalities", "deaths", "killed", "dead"),
    "quote": ("description", "notes", "text", "details", "source text", "narrative"),
    "source_id": (),
}
_TIMES = (" 00:00:00", "T00:00:00", "T00:00:00Z", " 00:00:00.000")
_LONGEST_ROW = 2000


def translate(columns: Columns, rows: Sequence[int], ground: Ground) -> Incoming:
    """The rows in our terms. Raises MapperError where a mapped column isn't there, or where coordinates come
    without a word on how exact they are."""
    taken = _taken(columns, ground)
    cells = {ours: [whole(cell.strip()) for cell in columns[theirs]] for ours, theirs in taken.items()}
    cells |= {ours: [text] * len(rows) for ours, text in ground.constants.items()}
    _require_precision(cells)
    foreign = {
        name if name not in table_schema("events").names else f"{ground.name}_{name}": list(column)
        for name, column in columns.items()
        if name and name not in taken.values()
    }
    unread = _dates(cells, ground.date_format)
    made = _filled(cells, columns, rows, ground)
    given = bool(cells.get("source_id"))
    return Incoming(
        {**made, **foreign},
        len(rows),
        sources=[] if given else [{"source_id": slug(ground.name) or "import", "title": ground.name}],
        types=_types(made),
        losses=list(_losses(unread, taken, ground)),
    )


def _taken(columns: Columns, ground: Ground) -> dict[str, str]:
    """Which column holds what is ours: as the caller says, else by our own name, else by a usual one."""
    known = [field.name for field in table_schema("events").fields]
    for ours, theirs in ground.columns.items():
        if table_schema("events").field(ours) is None:
            raise MapperError(f"--map {ours}={theirs}: events.csv has no column {ours}. It has: {', '.join(known)}.")
        if theirs not in columns:
            raise MapperError(
                f"--map {ours}={theirs}: the file has no column {theirs!r}. It has: {', '.join(columns)}."
            )
    taken = dict(ground.columns)
    free = {match_key(name): name for name in reversed(columns) if name and name not in taken.values()}
    for name in columns:
        if table_schema("events").field(name) and name not in taken and name not in taken.values():
            taken[name] = name
            free.pop(match_key(name), None)
    for ours, usual in ALIASES.items():
        if ours not in taken and ours not in ground.constants:
            found = next((free.pop(one) for one in usual if one in free), None)
            taken |= {ours: found} if found else {}
    return {ours: theirs for ours, theirs in taken.items() if ours not in ground.constants}


def _require_precision(cells: Columns) -> None:
    if not any(cells.get("latitude", ())):
        return
    stated = cells.get("geo_precision")
    if not stated or not any(stated):
        raise MapperError(
            "The file gives coordinates, and no column says how exact they are; nothing was written. Say it with "
            "--set geo_precision=exact (a known spot), settlement (a town's point) or near with --set radius_m=METRES; "
            "or map the column that tells it, --map geo_precision=COLUMN."
        )


def _dates(cells: Columns, form: str) -> int:
    """Dates as EDTF where their form was named; a midnight that spreadsheets add is taken off. Counts the unread."""
    unread = 0
    dates = cells.get("date", [])
    for at, text in enumerate(dates):
        for time in _TIMES:
            dates[at] = dates[at].removesuffix(time)
        if form and text:
            try:
                dates[at] = datetime.strptime(text, form).date().isoformat()
            except ValueError:
                unread += 1
    return unread


def _filled(cells: Columns, columns: Columns, rows: Sequence[int], ground: Ground) -> Columns:
    """Every required cell: what a table doesn't have is said from what it has."""
    count = len(rows)
    blank = [""] * count

    def column(name: str) -> list[str]:
        return cells.get(name, blank)

    kinds = [kind or "Not stated" for kind in column("event_type")]
    words = [_row_words(columns, at) for at in range(count)]
    quotes = [quote or words[at] for at, quote in enumerate(column("quote"))]
    titles = [
        short_title(title or ": ".join(filter(None, (kind, place))))
        for title, kind, place in zip(column("title"), kinds, column("place"), strict=True)
    ]
    source = slug(ground.name) or "import"
    return {
        "event_id": _ids(column("event_id"), words, "" if "event_id" in columns else source, source),
        **{name: texts for name, texts in cells.items() if name != "event_id"},
        "event_type": kinds,
        "title": titles,
        "quote": quotes,
        "source_id": [one or source for one in column("source_id")],
    }


def _ids(native: Sequence[str], words: Sequence[str], prefix: str, source: str) -> list[str]:
    """The file's ids, with its name before those that aren't ours; of a row without one its words make an id."""
    taken: set[str] = set()
    made = []
    for text, row in zip(native, words, strict=True):
        own = f"{source}-{sha256(row.encode()).hexdigest()[:10]}"
        if slug(text):
            own = text if text == slug(text) and not prefix else slug(source, text)
        number = 2
        unique = own
        while unique in taken:
            unique, number = f"{own}-{number}", number + 1
        taken.add(unique)
        made.append(unique)
    return made


def _row_words(columns: Columns, at: int) -> str:
    """A row as it can be quoted: its columns' names and cells."""
    said = (f"{name}: {cells[at].strip()}" for name, cells in columns.items() if name and cells[at].strip())
    return "; ".join(said)[:_LONGEST_ROW]


def _types(cells: Columns) -> dict[str, list[str]]:
    types: dict[str, list[str]] = {}
    subs = cells.get("sub_event_type") or [""] * len(cells["event_type"])
    for name, sub in sorted(set(zip(cells["event_type"], subs, strict=True))):
        types.setdefault(name, []).extend([sub] if sub else [])
    return types


def _losses(unread: int, taken: dict[str, str], ground: Ground) -> Iterator[Loss]:
    renamed = [
        f"{ours} from {theirs}" for ours, theirs in taken.items() if ours != theirs and ours not in ground.columns
    ]
    if renamed:
        yield Loss("columns-taken", len(renamed), f"Taken by their usual names: {', '.join(renamed)}.")
    if unread:
        yield Loss("date-unread", unread, f"The date isn't written as {ground.date_format}: taken as written.")
