"""A project folder: where its things are, and what ``data/map.toml`` says about the map."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapper import catalogues
from mapper.errors import ProjectNotFound, SettingsError
from mapper.schema import Taxonomy, parse_taxonomy, taxonomy
from mapper.tile_layers import TileLayer, read_layers

SETTINGS = "data/map.toml"
_LARGEST = 256 << 10
_LONGEST_LINE = 10_000
_KEYS = ("title", "licence", "credits", "languages", "countries", "taxonomy", "layers", "profiles")


@dataclass(frozen=True)
class ProjectFolder:
    """The folder that holds ``data/`` (curated), ``seeds/`` (source texts) and ``output/`` (made)."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def seeds(self) -> Path:
        return self.root / "seeds"

    @property
    def output(self) -> Path:
        return self.root / "output"

    @property
    def boundaries(self) -> Path:
        return self.data / "boundaries"

    def name_of(self, path: Path) -> str:
        """A path as messages show it: relative to the project, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.name


@dataclass(frozen=True)
class Settings:
    """What ``data/map.toml`` says. ``countries`` are ISO 3166-1 codes of three letters; of the page's ``languages``
    the first one comes first; ``layers`` are the online tile layers that it offers."""

    title: str
    licence: str = ""
    credits: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    countries: tuple[str, ...] = ()
    taxonomy: str = "acled"
    layers: tuple[TileLayer, ...] = ()


def find_project(start: Path) -> ProjectFolder:
    """The nearest folder, from ``start`` upward, that holds ``data/map.toml``; else ``ProjectNotFound``."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return ProjectFolder(folder)
    raise ProjectNotFound(
        f"{start}: no project here or above (no {SETTINGS}). Make one with `mapper init DIR`, or name one with -C DIR."
    )


def read_settings(folder: ProjectFolder) -> Settings:
    """``data/map.toml`` as ``Settings``; ``SettingsError`` names the key, its value and the remedy."""
    path = folder.root / SETTINGS
    try:
        raw = tomllib.loads(_read(path))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{SETTINGS}: can't be read: {error}. It must be UTF-8 text in TOML.") from error
    for key in raw:
        if key not in _KEYS:
            raise SettingsError(f"{SETTINGS}: unknown key {key!r}. Known are: {', '.join(_KEYS)}.")
    return Settings(
        title=_text(raw, "title", folder.root.name),
        licence=_text(raw, "licence", ""),
        credits=_texts(raw, "credits", ()),
        languages=_languages(raw),
        countries=_countries(raw),
        taxonomy=_text(raw, "taxonomy", "acled"),
        layers=read_layers(raw.get("layers", []), SETTINGS),
    )


def _read(path: Path) -> str:
    """The text of a TOML file, within what can be read in time: keys of many parts take the square of theirs."""
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"it is larger than {_LARGEST >> 10} KiB")
    text = path.read_text(encoding="utf-8-sig")
    if max(map(len, text.splitlines()), default=0) > _LONGEST_LINE:
        raise ValueError(f"a line has more than {_LONGEST_LINE:,} characters")
    return text


def read_taxonomy(folder: ProjectFolder, name: str) -> Taxonomy:
    """The taxonomy of that name: one that ships, else a JSON file of the same shape in ``data/``."""
    try:
        return taxonomy(name)
    except KeyError:
        pass
    path = folder.data / name
    if path.parent != folder.data or not path.is_file():
        raise SettingsError(f'{SETTINGS}: no taxonomy {name!r}. Write "acled", or the name of a JSON file in data/.')
    try:
        return parse_taxonomy(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SettingsError(
            f"data/{name}: not a taxonomy: {error!r}. It needs name, title and types, each with name, colour "
            "and sub_event_types (each with a name), as mapper/schema/taxonomy.json has."
        ) from error


def _text(raw: dict[str, Any], key: str, default: str) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str) or "\0" in value:
        raise SettingsError(f"{SETTINGS}: {key} = {value!r} must be a text in double quotes.")
    return value


def _texts(raw: dict[str, Any], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = raw.get(key, list(default))
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise SettingsError(f'{SETTINGS}: {key} = {value!r} must be a list of texts, as ["en"].')
    return tuple(value)


def _languages(raw: dict[str, Any]) -> tuple[str, ...]:
    languages = _texts(raw, "languages", ("en",))
    if not languages:
        raise SettingsError(f'{SETTINGS}: languages is empty. Name at least one, as ["en"], or leave the key out.')
    catalogues.require(languages, SETTINGS)
    return languages


def _countries(raw: dict[str, Any]) -> tuple[str, ...]:
    codes = _texts(raw, "countries", ())
    for code in codes:
        if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
            raise SettingsError(
                f"{SETTINGS}: countries: {code!r} is not an ISO 3166-1 code of three capitals, such as HTI."
            )
    return codes
