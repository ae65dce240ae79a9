"""When, where, who and how many as sentences that say no more than the row does.

The same sentences as the page's (``web/src/dates.ts``, ``web/src/sentences.ts``), from the same keys of the
catalogue, made of an event or report as the payload has it; ``web/test/sentences.json`` holds both to it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from math import floor
from typing import Any, NamedTuple

from mapper.page.words import Words

Record = Mapping[str, Any]

_DAY = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)", re.ASCII)
_PARTIAL = re.compile(r"(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)
_SEASON = re.compile(r"-(2[1-4])\b", re.ASCII)
_BRACKETS = re.compile(r"[\[\]{}?~%]")
_MARKS = re.compile(r"[?~%]")


class Day(NamedTuple):
    year: int
    month: int
    day: int


def date_sentence(words: Words, when: Record) -> str:
    """When, and how exactly: "21–30 June 2024 (one day, not known which)"."""
    if when["date"] is None:
        return words.t("date.none")
    core = _core(words, when)
    uncertain, approximate = when.get("date_uncertain"), when.get("date_approximate")
    if uncertain or approximate:
        how = "both" if uncertain and approximate else "uncertain" if uncertain else "approximate"
        return words.t(f"date.{how}", date=core)
    return core


def plain_date(words: Words, edtf: str) -> str:
    """The same without how it is known: "21–30 June 2024"; EDTF of a year, a month, a day or an interval."""
    ends = [_partial(words, one) for one in _MARKS.sub("", edtf).split("/")]
    return words.t("date.from_to", **{"from": ends[0], "to": ends[1]}) if len(ends) == 2 else ends[0]


def _core(words: Words, when: Record) -> str:
    start, end = _day(when.get("date_start")), _day(when.get("date_end"))
    written, kind = str(when["date"]), when.get("date_kind")
    if kind == "date" and start and end:
        return _single(words, written, when.get("date_precision") or "day", start, end)
    if kind == "span":
        return _span(words, start, end)
    if kind == "one_of" and "," in written:
        return words.t("date.one_of", days=_members(words, written, "list.or"))
    if kind == "one_of":
        return _one_of(words, start, end)
    if kind == "all_of":
        return words.t("date.all_of", days=_members(words, written, "list.and"))
    return written


def _single(words: Words, written: str, precision: str, start: Day, end: Day) -> str:
    if precision == "day":
        return _day_text(words, start)
    return words.t("date.some_day", period=_period(words, written, precision, start, end))


def _period(words: Words, written: str, precision: str, start: Day, end: Day) -> str:
    season = _SEASON.search(written)
    if precision == "season" and season:
        return words.t(f"date.season.{season[1]}", year=str(start.year))
    if precision == "decade":
        return words.t("date.decade", year=str(start.year))
    if precision == "century":
        return words.t("date.years", **{"from": str(start.year), "to": str(end.year)})
    return _range(words, start, end)


def _span(words: Words, start: Day | None, end: Day | None) -> str:
    if start and end:
        return words.t("date.throughout", period=_range(words, start, end))
    return _half_open(words, start, end, "date.since", "date.until")


def _one_of(words: Words, start: Day | None, end: Day | None) -> str:
    if start and end:
        return words.t("date.window", period=_range(words, start, end))
    return _half_open(words, start, end, "date.not_before", "date.not_after")


def _half_open(words: Words, start: Day | None, end: Day | None, since: str, until: str) -> str:
    if end:
        return words.t(until, date=_day_text(words, end))
    return words.t(since, date=_day_text(words, start)) if start else words.t("date.none")


def _range(words: Words, start: Day, end: Day) -> str:
    """From one day to another, as short as it can be: a whole month is the month."""
    years = {"from": str(start.year), "to": str(end.year)}
    if start[1:] == (1, 1) and end[1:] == (12, 31):
        return words.t("date.years", **years) if start.year != end.year else years["to"]
    if start.day == 1 and end.day == monthrange(end.year, end.month)[1]:
        return _months(words, start, end)
    if start[:2] == end[:2]:
        first, last = _slots(words, start), _slots(words, end)
        return (
            _day_text(words, end)
            if start == end
            else words.t(
                "date.days", **{"from": first["day"], "to": last["day"]}, month=last["month"], year=last["year"]
            )
        )
    from_text = words.t("date.day_month", **_slots(words, start)) if start.year == end.year else _day_text(words, start)
    return words.t("date.from_to", **{"from": from_text, "to": _day_text(words, end)})


def _months(words: Words, start: Day, end: Day) -> str:
    first, last = _slots(words, start), _slots(words, end)
    if start[:2] == end[:2]:
        return words.t("date.month", **first)
    if start.year == end.year:
        return words.t("date.months", **{"from": first["month"], "to": last["month"]}, year=last["year"])
    return words.t("date.from_to", **{"from": words.t("date.month", **first), "to": words.t("date.month", **last)})


def _members(words: Words, edtf: str, joint: str) -> str:
    texts = []
    for member in _BRACKETS.sub("", edtf).split(","):
        first, dots, last = member.strip().partition("..")
        ends = {"from": _partial(words, first), "to": _partial(words, last)}
        texts.append(words.t("date.from_to", **ends) if dots else ends["from"])
    return words.list(texts, joint)


def _partial(words: Words, iso: str) -> str:
    found = _PARTIAL.fullmatch(iso)
    if not found:
        return words.t("date.open") if iso in ("", "..") else iso
    year, month, day = found.groups()
    if not month:
        return str(int(year))
    if int(month) > 12:
        return iso
    parsed = Day(int(year), int(month), int(day or 1))
    return _day_text(words, parsed) if day else words.t("date.month", **_slots(words, parsed))


def _day(iso: str | None) -> Day | None:
    found = _DAY.fullmatch(iso or "")
    return Day(*map(int, found.groups())) if found else None


def _day_text(words: Words, day: Day) -> str:
    return words.t("date.day", **_slots(words, day))


def _slots(words: Words, day: Day) -> dict[str, str]:
    number = words.t("date.first") if day.day == 1 else str(day.day)
    return {"day": number, "month": words.t(f"month.{day.month}"), "year": str(day.year)}


def place_name(words: Words, event: Record) -> str:
    """From the place outwards, nothing twice: "Gressier, Ouest, Haïti"."""
    parts = [event[name] for name in ("place", "admin2", "admin1", "country") if event.get(name)]
    return words.t("list.comma").join(dict.fromkeys(parts)) or event.get("place_text") or _coordinates(words, event)


def _coordinates(words: Words, event: Record) -> str:
    lat, lon = event.get("label_lat"), event.get("label_lon")
    if event.get("geo_precision") != "exact" or lat is None or lon is None:
        return words.t("where.none")
    return words.t("where.coordinates", lat=f"{lat:.4f}", lon=f"{lon:.4f}")


def precision_sentence(words: Words, event: Record) -> str:
    """How exactly the place is known: "somewhere in this commune or district; the source says no more"."""
    radius, name = event.get("radius_m"), event.get("geo_precision") or "unlocated"
    if event.get("coarsened_to"):
        name = {"near": "displaced", "unlocated": "unlocated"}.get(name, "coarse")
    key = f"where.{name}.radius" if radius is not None and words.has(f"where.{name}.radius") else f"where.{name}"
    sentence = words.t(key, radius="" if radius is None else distance(words, radius))
    note = event.get("geometry_note")
    return words.t("where.note", sentence=sentence, note=note) if note else sentence


def protection_sentence(words: Words, event: Record) -> str | None:
    """What was done to the place to protect people, and how far it is from the truth at most; None if nothing was."""
    unit, radius = event.get("coarsened_to"), event.get("radius_m")
    if not unit:
        return None
    if event.get("geo_precision") == "near" and radius is not None:
        return words.t("where.protected.displaced", radius=distance(words, radius))
    if (event.get("geo_precision") or "unlocated") == "unlocated":
        return words.t("where.protected.hidden")
    return words.t("where.coarsened", unit=event.get("place") or unit)


def distance(words: Words, metres: float) -> str:
    if metres < 1000:
        return words.t("distance.m", n=_rounded(metres))
    return words.t("distance.km", n=_rounded(metres / 100) / 10 if metres < 10000 else _rounded(metres / 1000))


def _rounded(number: float) -> int:
    return floor(number + 0.5)  # as JavaScript rounds


def actor_lines(words: Words, who: Record) -> list[str]:
    """One line a side: the actor, and those with it."""
    first = _side(words, who.get("actor1"), who.get("assoc_actor_1"))
    second = _side(words, who.get("actor2"), who.get("assoc_actor_2"))
    if first and second:
        return [first, words.t("who.other", actor=second)]
    return [first or words.t("who.only_second", actor=second)] if first or second else []


def _side(words: Words, actor: str | None, associates: str | None) -> str:
    others = words.list([one for part in (associates or "").split(";") if (one := part.strip())])
    return words.t("who.with", actor=actor, others=others) if actor and others else actor or others


def deaths_sentence(words: Words, deaths: Record) -> str:
    """How many were killed, in figures and in the source's words; blank is not stated, and that is never 0."""
    figure, said = _figure(words, deaths), deaths.get("fatalities_text")
    if not said:
        return words.t("deaths.none") if figure is None else figure
    return words.t("deaths.words" if figure is None else "deaths.figure_words", figure=figure or "", words=said)


def _figure(words: Words, deaths: Record) -> str | None:
    low, best, high = (deaths.get(f"fatalities_{which}") for which in ("low", "best", "high"))
    if low is not None and high is not None and low != high:
        between = words.t("deaths.between", low=low, high=high)
        return between if best is None else words.t("deaths.best", range=between, best=best)
    if best is None:
        return _one_sided(words, low, high)
    if low is not None and low < best:
        return words.t("deaths.best_from", best=best, low=low)
    if high is not None and high > best:
        return words.t("deaths.best_to", best=best, high=high)
    return words.number(best)


def _one_sided(words: Words, low: float | None, high: float | None) -> str | None:
    if low is not None and high is None:
        return words.t("deaths.at_least", n=low)
    if high is not None and low is None:
        return words.t("deaths.at_most", n=high)
    return None if low is None else words.number(low)


def published(words: Words, source: Record) -> str:
    """Who published it and when: "The Spark, 2 September 2024"."""
    when = source.get("date_published")
    parts = [source.get("author"), source.get("publisher"), when and plain_date(words, when)]
    return words.t("list.comma").join(filter(None, parts))
