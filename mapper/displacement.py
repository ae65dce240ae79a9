"""Where a point must stay on the map and must not be the true one: it is moved, for each place in one way only.

The direction and the distance come from the HMAC (SHA-256, RFC 2104) of the *place* under a secret of the curator's.
The same place has the same moved point in every release, so that no number of events or releases averages it away;
who doesn't know the secret can't tell which way it was moved. Donut masking, in the literature: never less than a
least distance, evenly spread over the ring up to the greatest.
"""

from __future__ import annotations

import hmac
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import shapely

from mapper.errors import SettingsError
from mapper.locate import LonLat
from mapper.places import POINT_KINDS, Gazetteer, Place
from mapper.profiles import DisplacementSettings
from mapper.settings import SETTINGS, ProjectFolder

# Points nearer to each other than this are one spot, whatever they are called and whoever gave the coordinates.
SAME_SPOT_M = 100.0
_SPOT_DECIMALS = 3  # of coordinates that no place has: cells of about 100 m
_LEAST_SECRET, _LEAST_DISTINCT, _LARGEST_SECRET = 32, 10, 4096
_MAKE_ONE = 'Make one with: python -c "import secrets; print(secrets.token_hex(32))"'


@dataclass(frozen=True)
class Displacement:
    """Moves points; ``least`` and ``most`` are metres between the true point and the published one."""

    secret: bytes = field(repr=False)
    least: float
    most: float

    def moved(self, spot: str, base: LonLat) -> LonLat:
        """The published point (longitude, latitude) of a spot at ``base``: always the same one for the same name."""
        from pyproj import Geod

        words = f"displacement 1\0{self.least:g}\0{self.most:g}\0{spot}"
        digest = hmac.digest(self.secret, words.encode(), "sha256")
        turn, share = (int.from_bytes(digest[at : at + 8], "big") / 2**64 for at in (0, 8))
        # A spot's base is up to SAME_SPOT_M from the true point, so the ring is that much narrower on both sides.
        inner, outer = self.least + SAME_SPOT_M, self.most - SAME_SPOT_M
        metres = math.sqrt(inner**2 + share * (outer**2 - inner**2))
        longitude, latitude, _ = Geod(ellps="WGS84").fwd(*base, 360 * turn, metres)
        return float(longitude), float(latitude)


class Spots:
    """Which spot a point belongs to, so that two names of one spot, or coordinates beside a known place, move alike."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def of(self, point: LonLat) -> tuple[str, LonLat]:
        """A spot's name and its base (longitude, latitude), within ``SAME_SPOT_M`` of the point: of the places that
        are so near the one whose id comes first, else the cell of the grid that holds it."""
        places, tree = self._points
        near = tree.query(shapely.Point(point).buffer(_degrees(point[1])), predicate="intersects")
        found = [places[at] for at in near if _apart(_point(places[at]), point) <= SAME_SPOT_M]
        if found:
            first = min(found, key=lambda place: place.place_id)
            return f"place {first.place_id}", _point(first)
        longitude, latitude = (round(degrees, _SPOT_DECIMALS) for degrees in point)
        return f"cell {longitude:.3f} {latitude:.3f}", (longitude, latitude)

    @cached_property
    def _points(self) -> tuple[Sequence[Place], Any]:
        places = [place for place in self._gazetteer if place.kind in POINT_KINDS and place.latitude is not None]
        return places, shapely.STRtree([shapely.Point(_point(place)) for place in places])


def read_secret(settings: DisplacementSettings, folder: ProjectFolder) -> bytes:
    """The secret, from the variable or file that the settings name; ``SettingsError`` never shows any of it."""
    if settings.secret_env:
        named = f"the environment variable {settings.secret_env}"
        written = os.environ.get(settings.secret_env)
        if written is None:
            raise SettingsError(f"{SETTINGS}: displacement: {named} isn't set. Set it to the secret. {_MAKE_ONE}")
        return _checked(os.fsencode(written), named)
    named = f"the file {settings.secret_file}"
    try:
        with secret_path(settings, folder).open("rb") as file:
            return _checked(file.read(_LARGEST_SECRET + 1), named)
    except OSError as error:
        raise SettingsError(
            f"{SETTINGS}: displacement: {named} can't be read: {error.strerror}. Put the secret there. {_MAKE_ONE}"
        ) from None


def secret_path(settings: DisplacementSettings, folder: ProjectFolder) -> Path:
    """The secret's file: outside the project folder, which is what people share and commit; else ``SettingsError``."""
    path = folder.root / Path(settings.secret_file).expanduser()
    places = (Path(os.path.normpath(path.absolute())), path.resolve())
    roots = (Path(os.path.normpath(folder.root.absolute())), folder.root.resolve())
    if any(place.is_relative_to(root) for place in places for root in roots):
        raise SettingsError(
            f"{SETTINGS}: displacement.secret_file: {settings.secret_file} lies in the project folder, which is shared "
            "and committed. Keep the secret elsewhere, such as ~/.config/mapper/secret."
        )
    return path


def _checked(written: bytes, named: str) -> bytes:
    secret = written.removeprefix(b"\xef\xbb\xbf").strip()
    if len(secret) < _LEAST_SECRET or len(set(secret)) < _LEAST_DISTINCT or len(secret) > _LARGEST_SECRET:
        raise SettingsError(
            f"{SETTINGS}: displacement: {named} must hold {_LEAST_SECRET} to {_LARGEST_SECRET} characters, "
            f"at least {_LEAST_DISTINCT} of them different. {_MAKE_ONE}"
        )
    return secret


def _point(place: Place) -> LonLat:
    assert place.longitude is not None
    assert place.latitude is not None
    return place.longitude, place.latitude


def _apart(one: LonLat, other: LonLat) -> float:
    from pyproj import Geod

    return float(Geod(ellps="WGS84").inv(*one, *other)[2])


def _degrees(latitude: float) -> float:
    """A radius in degrees that surely holds ``SAME_SPOT_M`` at that latitude."""
    return SAME_SPOT_M / 100_000 / max(math.cos(math.radians(latitude)), 0.01)
