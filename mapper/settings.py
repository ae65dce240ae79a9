"""A project folder: where its things are, and what ``data/map.toml`` says about the map."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapper import catalogues
from mapper.errors import ProjectNotFound, SettingsError, UnknownProfile
from mapper.files import sha256_hex
from mapper.problems import shown
from mapper.profiles import DEFAULT, FULL, DisplacementSettings, Profile, read_displacement, read_profiles
from mapper.schema import Taxonomy, parse_taxonomy, taxonomy
from mapper.tile_layers import TileLayer, read_layers

SETTINGS = "data/map.toml"
_LARGEST = 256 << 10
_LONGEST_LINE = 10_000
_KEYS = (
    *("title", "licence", "credits", "languages", "countries", "taxonomy", "layers"),
    *("profiles", "displacement", "imports"),
)


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
    """What ``data/map.toml`` says. ``countries`` are ISO 3166-1 codes of three letters. Of the page's ``languages``
    the first one comes first, and is that of ``title``; ``titles`` are in the others. ``taxonomy`` are those that are
    joined to one, ``layers`` the online tile layers that it offers. ``imports`` says by a file's name how its columns
    are taken: ``columns`` (ours to theirs), ``set`` (the same cell in every row), ``date_format``. ``profiles`` are by
    name."""

    title: str
    titles: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    credits: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    countries: tuple[str, ...] = ()
    taxonomy: tuple[str, ...] = ("acled",)
    layers: tuple[TileLayer, ...] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    displacement: DisplacementSettings | None = None
    sha256: str = ""
    imports: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def profile(self, name: str) -> Profile:
        """The profile of that name, ``default`` and ``full`` among them; else ``UnknownProfile``."""
        built_in = {DEFAULT: Profile(), FULL: Profile(FULL)}
        known = {**built_in, **self.profiles}
        if name not in known:
            raise UnknownProfile(
                f"{SETTINGS}: no profile {shown(name)}. Known are: {', '.join(known)}. [profiles.NAME] makes another."
            )
        return known[name]


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
        data = path.read_bytes()
        raw = tomllib.loads(_text_of(data))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{SETTINGS}: can't be read: {error}. It must be UTF-8 text in TOML.") from error
    languages = _languages(raw)
    titles = {f"title_{language}": language for language in languages[1:]}
    for key in raw:
        if key not in _KEYS and key not in titles:
            raise SettingsError(f"{SETTINGS}: unknown key {key!r}. Known are: {', '.join([*_KEYS, *titles])}.")
    profiles = read_profiles(raw.get("profiles", {}), SETTINGS)
    displacement = read_displacement(raw["displacement"], SETTINGS) if "displacement" in raw else None
    for profile in profiles.values():
        if displacement is None and any(rule.action == "displace" for rule in profile.rules):
            raise SettingsError(
                f"{SETTINGS}: profiles.{profile.name}.displace needs [displacement]: metres, and where its secret is."
            )
    return Settings(
        title=_text(raw, "title", folder.root.name),
        titles={language: text for key, language in titles.items() if (text := _text(raw, key, ""))},
        licence=_text(raw, "licence", ""),
        credits=_texts(raw, "credits", ()),
        languages=languages,
        countries=_countries(raw),
        taxonomy=_taxonomies(raw),
        layers=read_layers(raw.get("layers", []), SETTINGS),
        profiles=profiles,
        displacement=displacement,
        sha256=sha256_hex(data),
        imports=_imports(raw),
    )


def _text_of(data: bytes) -> str:
    """The text of a TOML file, within what can be read in time: keys of many parts take the square of theirs."""
    if len(data) > _LARGEST:
        raise ValueError(f"it is larger than {_LARGEST >> 10} KiB")
    text = io.StringIO(data.decode("utf-8-sig"), newline=None).read()
    if max(map(len, text.splitlines()), default=0) > _LONGEST_LINE:
        raise ValueError(f"a line has more than {_LONGEST_LINE:,} characters")
    return text


def read_taxonomy(folder: ProjectFolder, names: Sequence[str]) -> Taxonomy:
    """The taxonomies of these names, joined; a type of a later one stands for the same type of an earlier one."""
    found = [_one_taxonomy(folder, name) for name in names]
    types = {one.name: one for taxonomy_ in found for one in taxonomy_.types}
    return Taxonomy(found[0].name, " · ".join(one.title for one in found), tuple(types.values()))


def _one_taxonomy(folder: ProjectFolder, name: str) -> Taxonomy:
    """The taxonomy of that name: one that ships, else a JSON file of the same shape in ``data/``."""
    try:
        return taxonomy(name)
    except KeyError:
        pass
    path = folder.data / name
    if path.parent != folder.data or not _is_file(path):
        raise SettingsError(f'{SETTINGS}: no taxonomy {name!r}. Write "acled", or the name of a JSON file in data/.')
    try:
        return parse_taxonomy(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SettingsError(
            f"data/{name}: not a taxonomy: {error!r}. It needs name, title and types, each with name, colour "
            "and sub_event_types (each with a name), as mapper/schema/taxonomy.json has."
        ) from error


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or that no file can have
        return False


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


def _taxonomies(raw: dict[str, Any]) -> tuple[str, ...]:
    if isinstance(raw.get("taxonomy"), list):
        names = _texts(raw, "taxonomy", ())
        if not names:
            raise SettingsError(f'{SETTINGS}: taxonomy is empty. Name at least one, as ["acled"], or leave it out.')
        return names
    return (_text(raw, "taxonomy", "acled"),)


def _imports(raw: dict[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """How the columns of imported files are taken, by the file's name without its suffix."""
    found = raw.get("imports", {})
    if not isinstance(found, dict):
        raise SettingsError(f"{SETTINGS}: imports = {found!r} must be tables: [imports.NAME].")
    for name, entry in found.items():
        wrong = not isinstance(entry, dict) or not set(entry) <= {"columns", "set", "date_format"}
        tables = () if wrong else (entry.get("columns", {}), entry.get("set", {}))
        if wrong or not all(isinstance(one, dict) and all(isinstance(v, str) for v in one.values()) for one in tables):
            raise SettingsError(
                f"{SETTINGS}: [imports.{name}] must have columns and set, tables of texts, and date_format, a text."
            )
        if not isinstance(entry.get("date_format", ""), str):
            raise SettingsError(f'{SETTINGS}: imports.{name}.date_format must be a text, such as "%d/%m/%Y".')
    return found


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
