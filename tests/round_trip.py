"""Ours, to a file, to ours: what differs then, member by member of the published events."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mapper import Project
from mapper.imports import Imported
from mapper.incoming import Loss

Member = tuple[str, str]


def emptied(root: Path, target: Path, *kept: str) -> Path:
    """A copy of a project without events and sources, and of its other data only what is to be kept."""
    shutil.copytree(root / "data", target / "data")
    shutil.copytree(root / "seeds", target / "seeds")
    for path in (target / "data").iterdir():
        if path.name not in ("map.toml", *kept):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if "seeds" not in kept:
        shutil.rmtree(target / "seeds")
        (target / "seeds").mkdir()
    return target


def collection(project: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Project.open(project).export(None, "geojson"))
    return read


def there_and_back(root: Path, scratch: Path, name: str, *kept: str) -> tuple[Imported, list[Loss], Path]:
    """Export in a format, import into an emptied copy: what was told on both ways, and the copy."""
    from mapper.formats import FORMATS

    project = Project.open(root)
    file = scratch / f"events{FORMATS[name].suffixes[0]}"
    project.export(file, name)
    twin = emptied(root, scratch / "twin", *kept)
    return Project.open(twin).import_file(file), project.losses(name), twin


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[Member]:
    """Which member of which event differs between two collections; ``event_id`` where one is missing."""
    old, new = ({one["id"]: dict(_members(one)) for one in read["features"]} for read in (before, after))
    found = {(event_id, "event_id") for event_id in old.keys() ^ new.keys()}
    for event_id in old.keys() & new.keys():
        names = old[event_id].keys() | new[event_id].keys()
        found |= {(event_id, name) for name in names if old[event_id].get(name) != new[event_id].get(name)}
    return found


def _members(feature: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "geometry", feature["geometry"]
    for name, value in feature["properties"].items():
        if name == "reports":
            names = dict.fromkeys(one for report in value for one in report)
            yield from ((f"reports.{one}", [report.get(one) for report in value]) for one in names)
        else:
            yield name, value


def unsaid(found: Iterable[Member], losses: Iterable[Loss]) -> set[Member]:
    """The differences of which no loss tells; a loss of ``reports`` tells of all their members."""
    said = {name for loss in losses for name in loss.columns}
    return {(event, name) for event, name in found if name not in said and name.partition(".")[0] not in said}
