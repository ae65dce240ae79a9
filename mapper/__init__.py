"""Conflict events, coded by hand from sources, as a map in which every dot answers to a sentence.

    from mapper import Project
    Project.open(".").build()

Public names are loaded when they are used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mapper.dates import parse_date
    from mapper.event_files import read_format
    from mapper.page.event_map import EventMap
    from mapper.places import Gazetteer
    from mapper.problems import Problem
    from mapper.project import Project, check, export, read_events

__version__ = "0.1.0"
__all__ = [
    "EventMap",
    "Gazetteer",
    "Problem",
    "Project",
    "__version__",
    "check",
    "export",
    "parse_date",
    "read_events",
    "read_format",
]

_HOMES = {
    "EventMap": "mapper.page.event_map",
    "Gazetteer": "mapper.places",
    "Problem": "mapper.problems",
    "Project": "mapper.project",
    "check": "mapper.project",
    "export": "mapper.project",
    "parse_date": "mapper.dates",
    "read_events": "mapper.project",
    "read_format": "mapper.event_files",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mapper' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
