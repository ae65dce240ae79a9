"""What can stop a command: each error is one sentence for the person at the keyboard, and an exit code."""

from __future__ import annotations


class MapperError(Exception):
    """Base of every error that the package raises on purpose. Its text says what, where and what to do."""

    exit_code = 1


class ProjectNotFound(MapperError):
    """No project folder (one that holds ``data/map.toml``) here or above."""

    exit_code = 2


class SettingsError(MapperError):
    """``data/map.toml`` can't be used as it stands."""


class TableError(MapperError):
    """A table can't be read at all: missing, locked, in two forms at once, too large, of unknown encoding."""


class WriteError(MapperError):
    """A file couldn't be written; what stood there before is untouched."""


class BuildRefused(MapperError):
    """Nothing was written, because the project has problems and the caller asked for strictness."""


class UnknownFormat(MapperError):
    """A file's suffix, or ``--format``, names no format that the package knows."""

    exit_code = 2


class FormatLimit(MapperError):
    """There are more events than a format can hold; nothing was written."""


class FormatUnavailable(MapperError):
    """A format needs a package that isn't installed; the text says which."""

    exit_code = 2


class UnknownProfile(MapperError):
    """``--profile`` names none that the package or ``data/map.toml`` knows."""

    exit_code = 2


class UnsupportedLayer(MapperError):
    """A folium element that a page without requests can't carry; the text says what to use instead."""


class WatchUnavailable(MapperError):
    """``--watch`` needs a package that isn't installed; the text says which."""

    exit_code = 2


class UnknownCountry(MapperError):
    """``--country`` names none; the text says which may be meant."""

    exit_code = 2
