"""What of each row a reader may see under a publish profile, and which public words would tell the rest.

Only judged here; ``protect`` makes the published table of it. Whatever can't be told counts as guarded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from mapper.bibliography import Source
from mapper.checks import Examined
from mapper.dates import EventDate
from mapper.displacement import SAME_SPOT_M
from mapper.events import ACTORS
from mapper.locate import Location
from mapper.places import UNIT_KINDS, Gazetteer, Place, fold, split
from mapper.problems import Problem
from mapper.profiles import UNITS, Profile, Rule
from mapper.settings import SETTINGS
from mapper.sources import passages_of

# From what shows most to what shows least; of several rules the later one holds.
LEVELS = ("shown", "displaced", *UNITS, "withheld")
SHOWN, DISPLACED, COARSE, WITHHELD = 0, 1, LEVELS.index(UNITS[0]), LEVELS.index("withheld")
_TOLD_IN = ("title", "quote", "place", "place_text", "notes", "reason", "fatalities_text", *ACTORS)
_TRANSLATED = ("title", "notes")
_TOLD_IN_SOURCE = ("title", "author", "publisher", "original", "licence", "notes", "url", "archived_url", "file")
# A passage of fewer words is looked for by where it stands, not by what it says: it could stand anywhere.
_LEAST_WORDS = 4
_LEAST_LETTERS = 3
_HEAD = 3  # words by which a phrase is found
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
# Boundaries are simplified: coordinates this close to an area may well lie in it (degrees, about a kilometre).
_TOLERANCE = 0.01
_METRES_PER_DEGREE = 111_200

Mask = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Disclosure:
    """What a profile lets readers see. ``levels`` has one of ``LEVELS`` (its number) a row of events.csv.

    ``left_out`` gives, by column, the rows shown in full of which that cell would tell of others, and
    ``source_columns`` by source what of its row would (``text``: its text is not to be shown whole). ``problems``
    says so to the curator.
    """

    profile: Profile
    levels: Levels
    left_out: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    source_columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def disclose(examined: Examined, profile: Profile) -> Disclosure:
    """Judge every row by the rules that always hold and by the profile's own."""
    levels = _levels(examined, profile)
    guarded = _guarded(examined, levels)
    if profile.is_full or not guarded.any():
        return Disclosure(profile, levels)
    return _Telling(examined, levels, guarded).disclosure(profile)


def unknown_values(examined: Examined) -> list[Problem]:
    """What the profiles of the settings name that the project doesn't have: such a rule would protect nothing."""
    known: dict[str, Callable[[str], bool]] = {
        "event_type": lambda name: examined.taxonomy.get(name) is not None,
        "sub_event_type": {sub for one in examined.taxonomy.types for sub in one.sub_event_types}.__contains__,
        "place": examined.gazetteer.by_id.__contains__,
        "source_id": examined.sources.__contains__,
    }
    return [
        Problem("profile-value-unknown", SETTINGS, None, f"{rule.key}.{name}", value)
        for profile in examined.settings.profiles.values()
        for rule in profile.rules
        for name, values in rule.conditions.items()
        for value in values
        if name in known and not known[name](value)
    ]


def _levels(examined: Examined, profile: Profile) -> Levels:
    """Each row's level: the rules that always hold, the profile's, and that of the row that heads its event."""
    cells = examined.events
    levels = np.zeros(len(cells), np.int8)
    if profile.is_full:
        return levels
    sensitivity = cells.column("sensitivity")
    otherwise = sensitivity.where("coarsen".__eq__)
    rules = _Rules(examined)
    for rule in profile.rules:
        met = rules.met(rule)
        levels[met] = np.maximum(levels[met], _level(rule))
        if "coarsen" in rule.conditions.get("sensitivity", ()):
            otherwise = otherwise & ~met
    levels[otherwise] = np.maximum(levels[otherwise], COARSE)
    levels[sensitivity.where("withhold".__eq__)] = WITHHELD
    return _with_heads(examined, levels)


def _level(rule: Rule) -> int:
    return {"withhold": WITHHELD, "displace": DISPLACED}.get(rule.action, LEVELS.index(rule.unit))


def _with_heads(examined: Examined, levels: Levels) -> Levels:
    """A report shows no more than the row that heads its event."""
    ids, heads = examined.events.column("event_id"), examined.events.column("same_event_as")
    of_head: dict[str, int] = {}
    for at in np.flatnonzero(levels).tolist():
        of_head[ids[at]] = max(of_head.get(ids[at], 0), int(levels[at]))
    of_head.pop("", None)
    return np.maximum(levels, np.array([of_head.get(head, 0) for head in heads.values], np.int8)[heads.codes])


class _Rules:
    """Which rows meet a rule's conditions."""

    def __init__(self, examined: Examined) -> None:
        self._examined = examined
        self._cells = examined.events

    def met(self, rule: Rule) -> Mask:
        mask = np.ones(len(self._cells), bool)
        for name, values in rule.conditions.items():
            mask &= self._meets(name, values)
        if (asked := rule.date) is not None:
            mask &= self._examined.dates.where(lambda date: date is None or _touch(date, asked))
        return mask

    def _meets(self, name: str, values: Sequence[str]) -> Mask:
        if name == "place":
            return self._at_places(values)
        if name == "actor":
            wanted = {fold(value) for value in values}
            columns = (self._cells.column(column) for column in ACTORS)
            found = [column.where(lambda text: any(fold(one) in wanted for one in split(text))) for column in columns]
            return np.asarray(np.logical_or.reduce(found))
        blank = "public" if name == "sensitivity" else ""
        return self._cells.column(name).where(lambda text: (text or blank) in values)

    def _at_places(self, place_ids: Sequence[str]) -> Mask:
        """The rows at one of these places or within it, and those of which it can't be told."""
        areas = [_Area(self._examined.gazetteer, place_id) for place_id in place_ids]
        written = [self._cells.column(name).where(bool) for name in ("place", "latitude", "longitude")]
        nowhere = self._examined.locations.where(lambda one: one.geometry is None and not one.places)
        there = self._examined.locations.where(lambda one: any(area.holds(one) for area in areas))
        return np.asarray(there | (nowhere & np.logical_or.reduce(written)))


def _touch(one: EventDate, other: EventDate) -> bool:
    starts_before = one.earliest is None or other.latest is None or one.earliest <= other.latest
    return starts_before and (one.latest is None or other.earliest is None or other.earliest <= one.latest)


class _Area:
    """A place as a rule means it: itself, all that the gazetteer puts within it, and what lies there on the map."""

    def __init__(self, gazetteer: Gazetteer, place_id: str) -> None:
        self._gazetteer = gazetteer
        self._ids = _with_members(gazetteer, place_id)
        place = gazetteer.by_id.get(place_id)
        self._geometry = gazetteer.geometry(place) if place else None
        self._reach = 0.0
        if self._geometry is not None and self._geometry.geom_type == "Point" and place:
            self._reach = max(place.radius_m or 0, SAME_SPOT_M) / _METRES_PER_DEGREE

    def holds(self, location: Location) -> bool:
        chains = [self._gazetteer.chain(place) for place in location.places]
        if any(one.place_id in self._ids for chain in chains for one in chain):
            return True
        if self._geometry is None or location.geometry is None:
            return False
        certain = _is_places_own(location) and all(any(one.kind in UNIT_KINDS for one in chain) for chain in chains)
        reach = max(self._reach, 0.0 if certain else _TOLERANCE)
        if location.geometry.geom_type.endswith("Polygon") and location.geo_precision != "near":
            return bool(shapely.covers(shapely.buffer(self._geometry, reach), location.geometry))
        return bool(shapely.dwithin(self._geometry, location.geometry, reach))


def _with_members(gazetteer: Gazetteer, place_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [place_id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            place = gazetteer.by_id.get(one)
            waiting += place.members if place else ()
    return found


def _is_places_own(location: Location) -> bool:
    """Whether a location is its place's as the gazetteer has it, not coordinates of the row's own."""
    points = [(place.longitude, place.latitude) for place in location.places]
    return bool(points) and (
        location.geo_precision not in ("exact", "settlement", "near") or location.label_point in points
    )


def _guarded(examined: Examined, levels: Levels) -> Mask:
    """The rows whose words must not be read elsewhere: those that aren't shown in full, reports of such an event,
    and those of which it can't be told (a misspelt sensitivity, a row that couldn't be read)."""
    cells = examined.events
    unclear = cells.column("sensitivity").where(lambda value: value not in ("", "public", "coarsen", "withhold"))
    own = (levels > SHOWN) | cells.broken | unclear
    events = set(cells.column("event_id").take(own).tolist()) - {""}
    return np.asarray(own | cells.column("same_event_as").where(events.__contains__))


class _Telling:
    """Looks for words of guarded rows, and for the names of their places, in what is shown of the others."""

    def __init__(self, examined: Examined, levels: Levels, guarded: Mask) -> None:
        self._examined = examined
        self._cells = examined.events
        self._levels = levels
        self._guarded = np.flatnonzero(guarded).tolist()
        self._shown = ~guarded & examined.unpublished.where("".__eq__)

    def disclosure(self, profile: Profile) -> Disclosure:
        found = {column: rows for column in self._columns if (rows := self._told_in(column))}
        quotes = {**found.get("quote", {}), **self._overlapping()}
        found |= {"quote": dict(sorted(quotes.items()))} if quotes else {}
        sources = {name: told for name, source in self._examined.sources.items() if (told := self._told_by(source))}
        return Disclosure(
            profile=profile,
            levels=self._levels,
            left_out={column: np.array(sorted(rows), np.int64) for column, rows in found.items()},
            source_columns={name: frozenset(told) for name, told in sources.items()},
            problems=(*self._problems(found), *self._source_problems(sources)),
        )

    @cached_property
    def _columns(self) -> list[str]:
        translations = (column for name in _TRANSLATED for column in self._cells.translations(name))
        return [*_TOLD_IN, *translations, *self._cells.foreign()]

    def _told_in(self, column: str) -> dict[int, int]:
        """The shown rows whose cell tells of a guarded one, and of which."""
        texts = self._cells.text.get(column) or self._cells.table.columns.get(column)
        if texts is None:
            return {}
        rows = np.flatnonzero(self._shown)
        there = texts.take(rows).compact()
        by_code = {code: of for code, text in enumerate(there.values) if (of := self._words.told_by(text)) is not None}
        hits = np.flatnonzero(np.isin(there.codes, list(by_code)))
        return {int(rows[at]): by_code[int(there.codes[at])] for at in hits.tolist()}

    def _overlapping(self) -> dict[int, int]:
        """The shown rows whose quote shares words of its source with a guarded passage."""
        names = self._cells.column("source_id")
        watched = np.flatnonzero(self._shown & names.where(self._passages.__contains__))
        spans = self._examined.spans
        found = ((at, self._passages[names[at]].overlapping(spans[at])) for at in watched.tolist())
        return {at: of for at, of in found if of is not None}

    def _told_by(self, source: Source) -> dict[str, int]:
        """The columns of a source's row that tell of a guarded row, and of which; ``text`` is its text."""
        cells = {column: source.cells.get(column, "") for column in _TOLD_IN_SOURCE}
        found = {column: of for column, text in cells.items() if (of := self._words.told_by(text)) is not None}
        if source.show == "whole" and source.text:
            cited = self._cited.get(source.source_id)
            passage = self._passages[source.source_id].first if source.source_id in self._passages else None
            named = self._words.told_by(source.text.text)
            told = next((at for at in (cited, passage, named) if at is not None), None)
            found |= {} if told is None else {"text": told}
        return found

    @cached_property
    def _cited(self) -> dict[str, int]:
        """A guarded row of each source that they cite."""
        return {self._cells.column("source_id")[at]: at for at in reversed(self._guarded)}

    @cached_property
    def _passages(self) -> dict[str, _Passages]:
        """By source, where guarded words stand in its text: the rows' own passages, and the same words elsewhere."""
        spans: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        quotes = self._cells.column("quote")
        texts = {name: source.text for name, source in self._examined.sources.items() if source.text}
        for at in self._guarded:
            own = self._cells.column("source_id")[at]
            spans[own] += [(start, end, at) for start, end in self._examined.spans[at]]
            for passage in passages_of(quotes[at]):
                for name, text in texts.items():
                    if name == own or len(passage.split()) >= _LEAST_WORDS:
                        spans[name] += [(start, end, at) for start, end in text.everywhere(passage)]
        return {name: _Passages(found) for name, found in spans.items() if found}

    @cached_property
    def _words(self) -> _Words:
        """Words that only guarded rows have: names of their places, long passages, ids."""
        words = _Words()
        common = self._spellings_shown
        for at in self._guarded:
            for phrase in self._phrases(at):
                if phrase not in common:
                    words.add(phrase, at)
            words.add_id(self._cells.column("event_id")[at], at)
        return words

    def _phrases(self, at: int) -> Iterator[str]:
        location = self._examined.locations[at]
        hidden = [place for place in location.places if place.place_id not in self._places_shown]
        yield from (fold(name) for place in hidden for name in place.spellings)
        if hidden or not location.places:
            yield from (
                fold(name) for column in ("place", "place_text") for name in split(self._cells.column(column)[at])
            )
        passages = (fold(passage) for passage in passages_of(self._cells.column("quote")[at]))
        yield from (passage for passage in passages if passage.count(" ") + 1 >= _LEAST_WORDS)

    @cached_property
    def _places_shown(self) -> dict[str, Place]:
        """The places that events shown in full name, with all that hold them, and the units of the coarsened."""
        shown = self._examined.locations.take(np.flatnonzero(self._shown)).compact().values
        chain = self._examined.gazetteer.chain
        known = {one.place_id: one for location in shown for place in location.places for one in chain(place)}
        for at in self._guarded:
            if SHOWN < self._levels[at] < WITHHELD:
                least = max(int(self._levels[at]), COARSE)
                units = self._examined.locations[at].admin
                known |= {unit.place_id: unit for unit in units if unit.kind in LEVELS[least:]}
        return known

    @cached_property
    def _spellings_shown(self) -> set[str]:
        return {fold(name) for place in self._places_shown.values() for name in place.spellings}

    def _problems(self, found: Mapping[str, Mapping[int, int]]) -> Iterator[Problem]:
        for column, rows in found.items():
            for at, of in rows.items():
                yield self._cells.problem("guarded-words", at, column, guarded=self._cells.table.rows[of])

    def _source_problems(self, sources: Mapping[str, Mapping[str, int]]) -> Iterator[Problem]:
        table = next(table for table in self._examined.tables if table.name == "sources")
        for name, columns in sources.items():
            for column, of in columns.items():
                if column != "text":
                    row, guarded = self._examined.sources[name].row, self._cells.table.rows[of]
                    yield Problem("guarded-words", table.file, row, column, params={"guarded": guarded})


class _Passages:
    """Where guarded words stand in one text: half-open spans, those that touch or overlap as one."""

    def __init__(self, spans: Iterable[tuple[int, int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._rows: list[int] = []
        for start, end, row in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)
                self._rows.append(row)

    @property
    def first(self) -> int:
        return self._rows[0]

    def overlapping(self, spans: Iterable[tuple[int, int]]) -> int | None:
        """The guarded row of which one of the spans holds words; None where none does."""
        for start, end in spans:
            at = bisect_right(self._ends, start)
            if at < len(self._starts) and self._starts[at] < end:
                return self._rows[at]
        return None


class _Words:
    """Phrases to be found in texts, both folded, by their first words; and ids, as they are written."""

    def __init__(self) -> None:
        self._phrases: dict[tuple[str, ...], list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        self._ids: dict[str, int] = {}

    def add(self, phrase: str, row: int) -> None:
        words = tuple(phrase.split())
        if len(phrase) >= _LEAST_LETTERS:
            self._phrases[words[:_HEAD]].append((words, row))

    def add_id(self, event_id: str, row: int) -> None:
        """An id of one word is a word like others, and isn't looked for."""
        if _ID.fullmatch(event_id):
            self._ids.setdefault(event_id, row)

    def told_by(self, text: str) -> int | None:
        """The row of a phrase or id that the text holds; None where it holds none."""
        if not text or not (self._phrases or self._ids):
            return None
        found = next((self._ids[word] for word in _ID.findall(text) if word in self._ids), None)
        return self._phrase_in(tuple(fold(text).split())) if found is None else found

    def _phrase_in(self, words: tuple[str, ...]) -> int | None:
        for at in range(len(words)):
            for length in range(1, _HEAD + 1):
                for phrase, row in self._phrases.get(words[at : at + length], ()):
                    if words[at : at + len(phrase)] == phrase:
                        return row
        return None
