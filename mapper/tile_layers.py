"""Online tile layers that a project offers its readers: ``[[layers]]`` in ``data/map.toml``.

The page may ask nobody for anything but these, so a layer is refused unless it is certain which hosts will be
asked, and by ``https`` alone. They are off until the reader turns one on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mapper.errors import SettingsError
from mapper.problems import shown

_KEYS = ("name", "provider", "url", "subdomains", "attribution", "max_zoom")
_ADDRESS = re.compile(r"https://(?P<host>[^/?#]+)/[!-~]*")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?", re.IGNORECASE)
_SLOT = re.compile(r"\{([^{}]*)\}")
_SLOTS = ("z", "x", "y", "s", "r")
_SUBDOMAINS = ("a", "b", "c")  # as in Leaflet
_COARSEST, _FINEST = 1, 24


@dataclass(frozen=True)
class TileLayer:
    """A layer of map tiles in Web Mercator, 256 pixels each.

    ``url`` holds ``{z}``, ``{x}`` and ``{y}``, and may hold ``{s}`` (each of ``subdomains`` in turn) and ``{r}``
    (``@2x`` on fine screens); ``max_zoom`` is the finest level that is served.
    """

    name: str
    url: str
    attribution: str
    subdomains: tuple[str, ...] = ()
    max_zoom: int | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The origins that its tiles come from, as a Content-Security-Policy names them."""
        found = _ADDRESS.fullmatch(self.url)
        host = found["host"] if found else ""
        return tuple(f"https://{host.replace('{s}', one)}".lower() for one in self.subdomains or ("",))


def read_layers(raw: Any, where: str) -> tuple[TileLayer, ...]:
    """The layers of a list of tables; ``SettingsError`` says which, after ``where``, and what to write."""
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not all(isinstance(one, Mapping) for one in raw):
        raise SettingsError(f"{where}: layers must be tables, each under [[layers]], with name and provider or url.")
    layers = tuple(_layer(one, f"{where}: layer {number}") for number, one in enumerate(raw, 1))
    names = [layer.name for layer in layers]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{where}: two layers are called {shown(name)}. Give each a name of its own.")
    return layers


def _layer(raw: Mapping[str, Any], where: str) -> TileLayer:
    for key in raw:
        if key not in _KEYS:
            raise SettingsError(f"{where}: unknown key {shown(str(key))}. Known are: {', '.join(_KEYS)}.")
    name = _text(raw, "name", where)
    where = f"{where} ({shown(name)})"
    if ("provider" in raw) == ("url" in raw):
        raise SettingsError(f'{where}: give it either provider, such as "OpenTopoMap", or url and attribution.')
    known = _of_provider(_text(raw, "provider", where), where) if "provider" in raw else {}
    own = {**known, **raw}
    url = _checked(_text(own, "url", where), where)
    return TileLayer(
        name=name,
        url=url,
        attribution=_text(own, "attribution", where),
        subdomains=_subdomains(own, where) if "{s}" in url else (),
        max_zoom=_zoom(own, where),
    )


def _of_provider(name: str, where: str) -> dict[str, Any]:
    """What xyzservices knows of a provider, as the keys of a layer."""
    import xyzservices.providers

    providers = xyzservices.providers.flatten()
    found = providers.get(name)
    if found is None:
        raise SettingsError(f"{where}: xyzservices knows no provider {shown(name)}.{_alike(name, providers)}")
    if found.requires_token():
        raise SettingsError(
            f"{where}: {name} needs a key, which everyone who is given the page could read and use. Choose another."
        )
    if found.get("status") == "broken":
        raise SettingsError(f"{where}: {name} is out of service, as xyzservices says. Choose another.")
    if found.get("tms") or found.get("zoomOffset") or found.get("crs", "EPSG:3857") != "EPSG:3857":
        raise SettingsError(f"{where}: the tiles of {name} are cut differently from this page's map. Choose another.")
    layer = {"url": found.build_url(fill_subdomain=False).replace(" ", "%20"), "attribution": found.attribution}
    return layer | {key: found[key] for key in ("max_zoom", "subdomains") if key in found}


def _alike(name: str, providers: Iterable[str]) -> str:
    plain = {one.lower(): one for one in providers}
    tails = {one.rpartition(".")[2]: one for one in plain}
    close = [*get_close_matches(name.lower(), plain, n=3), *get_close_matches(name.lower(), tails, n=1)]
    named = dict.fromkeys(plain[tails.get(one, one)] for one in close)
    return f" Did you mean {' or '.join(named)}?" if named else " Their names are like OpenStreetMap.HOT."


def _checked(url: str, where: str) -> str:
    """The address of a layer's tiles, if it is certain what it will ask, and whom."""
    slots = _SLOT.findall(url)
    address = _ADDRESS.fullmatch(url)
    if not address or not {"z", "x", "y"} <= set(slots):
        raise SettingsError(
            f"{where}: {shown(url)} must begin with https:// and hold {{z}}, {{x}} and {{y}}, "
            "as https://tiles.example.org/{z}/{x}/{y}.png."
        )
    unknown = [slot for slot in slots if slot not in _SLOTS]
    if unknown or not _HOST.fullmatch(address["host"].replace("{s}", "s")):
        what = f"{{{unknown[0]}}} in it" if unknown else f"the host {shown(address['host'])}"
        raise SettingsError(f"{where}: {what} can't be filled in. Allowed are {{z}}, {{x}}, {{y}}, {{r}}, {{s}}.")
    return url


def _subdomains(raw: Mapping[str, Any], where: str) -> tuple[str, ...]:
    value = raw.get("subdomains", _SUBDOMAINS)
    if not isinstance(value, (str, Sequence)) or not value:
        value = [None]
    if not all(isinstance(one, str) and _HOST.fullmatch(one) for one in value):
        raise SettingsError(f'{where}: subdomains must be what stands for {{s}}, as ["a", "b", "c"].')
    return tuple(value)


def _zoom(raw: Mapping[str, Any], where: str) -> int | None:
    value = raw.get("max_zoom")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not _COARSEST <= value <= _FINEST:
        raise SettingsError(f"{where}: max_zoom = {value!r} must be a whole number from {_COARSEST} to {_FINEST}.")
    return value


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise SettingsError(f"{where}: {key} must be a text in double quotes, and not blank.")
    return value
