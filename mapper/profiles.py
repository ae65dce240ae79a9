"""Publish profiles: ``[profiles.NAME]`` in ``data/map.toml``, what a map for certain readers keeps from them.

A profile adds rules to those that always hold (rows marked ``withhold`` are left out, rows marked ``coarsen`` are
shown at their unit). It never takes one away, so a mistake in it can't publish what the table marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapper.dates import DateError, EventDate, parse_date
from mapper.errors import SettingsError
from mapper.problems import shown
from mapper.schema import table_schema

DEFAULT, FULL = "default", "full"
ACTIONS = ("withhold", "coarsen", "displace")
UNITS = ("adm2", "adm1", "country")
CONDITIONS = ("sensitivity", "event_type", "sub_event_type", "place", "within", "source_id", "actor", "date")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_KEYS = (*ACTIONS, "name_sources")
_DISPLACEMENT_KEYS = ("secret_env", "secret_file", "metres")
_LEAST_METRES, _MOST_METRES = 100, 100_000
_LEAST_OUTER = 500


@dataclass(frozen=True)
class Rule:
    """What is done with the rows that meet every condition: ``action`` is ``withhold``, ``coarsen`` or ``displace``.

    ``conditions`` gives, by name, the values of which a row must have one; without any it is every row. ``date`` is
    met by rows whose date touches it, and by those that have none. ``unit`` is the finest level that a coarsened row
    is shown at. ``key`` is where the rule stands in the settings.
    """

    key: str
    action: str
    conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date: EventDate | None = None
    unit: str = UNITS[0]


@dataclass(frozen=True)
class Profile:
    """The rules that come on top of those that always hold; ``full`` alone shows everything.

    ``names_sources``: whether an event that isn't shown in full still names its source and where to read it.
    """

    name: str = DEFAULT
    rules: tuple[Rule, ...] = ()
    names_sources: bool = False

    @property
    def is_full(self) -> bool:
        return self.name == FULL


@dataclass(frozen=True)
class DisplacementSettings:
    """``[displacement]``: where the secret is, and how far points are moved at least and at most, in metres."""

    least: float
    most: float
    secret_env: str = ""
    secret_file: str = ""


def read_profiles(raw: Any, where: str) -> dict[str, Profile]:
    """The profiles by name; ``SettingsError`` says, after ``where``, which key is wrong and what to write."""
    if not isinstance(raw, Mapping):
        raise SettingsError(f"{where}: profiles must be tables, each under [profiles.NAME].")
    return {name: _profile(name, one, where) for name, one in raw.items()}


def read_displacement(raw: Any, where: str) -> DisplacementSettings:
    """The table ``[displacement]``; ``SettingsError`` as for ``read_profiles``."""
    if not isinstance(raw, Mapping):
        raise SettingsError(f"{where}: displacement must be a table, under [displacement].")
    _known(raw, _DISPLACEMENT_KEYS, f"{where}: displacement")
    env, file = (_secret_place(raw, key, where) for key in ("secret_env", "secret_file"))
    if bool(env) == bool(file):
        raise SettingsError(
            f"{where}: displacement: give it either secret_env (the name of an environment variable) or secret_file "
            "(a file outside the project). The secret itself never stands here."
        )
    least, most = _metres(raw.get("metres"), where)
    return DisplacementSettings(least, most, env, file)


def _profile(name: str, raw: Any, where: str) -> Profile:
    key = f"profiles.{shown(name)}"
    if name in (DEFAULT, FULL):
        raise SettingsError(f"{where}: {key}: {name!r} is built in. Give the profile another name.")
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{where}: {key}: a profile's name is lower-case letters, digits, - and _, at most 40.")
    if not isinstance(raw, Mapping):
        raise SettingsError(f"{where}: {key} must be a table, as [{key}].")
    _known(raw, _KEYS, f"{where}: {key}")
    names_sources = raw.get("name_sources", False)
    if not isinstance(names_sources, bool):
        raise SettingsError(f"{where}: {key}.name_sources = {_said(names_sources)} must be true or false.")
    rules = (rule for action in ACTIONS for rule in _rules(raw.get(action, []), f"{key}.{action}", action, where))
    return Profile(name, tuple(rules), names_sources)


def _rules(raw: Any, key: str, action: str, where: str) -> list[Rule]:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not all(isinstance(one, Mapping) for one in raw):
        raise SettingsError(f"{where}: {key} must be tables, each under [[{key}]].")
    return [_rule(one, f"{key}[{number}]", action, where) for number, one in enumerate(raw, 1)]


def _rule(raw: Mapping[str, Any], key: str, action: str, where: str) -> Rule:
    own = ("all", *(("to",) if action == "coarsen" else ()))
    _known(raw, (*CONDITIONS, *own), f"{where}: {key}")
    conditions = {name: _values(raw[name], f"{key}.{name}", where) for name in CONDITIONS[:-1] if name in raw}
    date = _date(raw["date"], f"{key}.date", where) if "date" in raw else None
    if "all" in raw and raw["all"] is not True:
        raise SettingsError(f"{where}: {key}.all = {_said(raw['all'])}: write all = true, or leave the key out.")
    if bool(conditions or date) == ("all" in raw):
        raise SettingsError(
            f"{where}: {key}: say which rows are meant by one or more of {', '.join(CONDITIONS)}, "
            "or write all = true alone for every row."
        )
    if unknown := [one for one in conditions.get("sensitivity", ()) if one not in _sensitivities()]:
        raise SettingsError(
            f"{where}: {key}.sensitivity: {shown(unknown[0])} is none of {', '.join(_sensitivities())}."
        )
    return Rule(key, action, conditions, date, _unit(raw.get("to", UNITS[0]), key, where))


def _sensitivities() -> tuple[str, ...]:
    known = table_schema("events").field("sensitivity")
    return tuple(known.enum) if known else ()


def _values(value: Any, key: str, where: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(one, str) and one.strip() for one in values):
        raise SettingsError(f'{where}: {key} = {_said(value)} must be a text, or a list of texts, as ["one", "two"].')
    return tuple(one.strip() for one in values)


def _date(value: Any, key: str, where: str) -> EventDate:
    try:
        return parse_date(str(value))
    except DateError as error:
        raise SettingsError(f"{where}: {key}: not a date in EDTF: {error}") from None


def _unit(value: Any, key: str, where: str) -> str:
    if value not in UNITS:
        raise SettingsError(f"{where}: {key}.to = {_said(value)} must be one of {', '.join(UNITS)}.")
    return str(value)


def _secret_place(raw: Mapping[str, Any], key: str, where: str) -> str:
    """The name of a variable or file. What is written isn't shown: it could be the secret itself, misplaced."""
    value = raw.get(key, "")
    if not isinstance(value, str) or "\0" in value:
        raise SettingsError(f"{where}: displacement.{key} must be a text in double quotes.")
    if key == "secret_env" and value and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", value):
        raise SettingsError(f"{where}: displacement.secret_env must be a variable's name, such as MAPPER_SECRET.")
    return value


def _metres(value: Any, where: str) -> tuple[float, float]:
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 2 or not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in numbers):
        raise SettingsError(
            f"{where}: displacement.metres = {_said(value)} must be two numbers, the least and the most: [500, 2000]."
        )
    least, most = map(float, numbers)
    if not (least >= _LEAST_METRES and max(2 * least, _LEAST_OUTER) <= most <= _MOST_METRES):
        raise SettingsError(
            f"{where}: displacement.metres = {_said(value)}: the least must be {_LEAST_METRES} or more, and the most "
            f"at least twice that, at least {_LEAST_OUTER} and at most {_MOST_METRES}."
        )
    return least, most


def _known(raw: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in raw:
        if key not in known:
            raise SettingsError(f"{where}: unknown key {shown(str(key))}. Known are: {', '.join(known)}.")


def _said(value: Any) -> str:
    return shown(repr(value))
