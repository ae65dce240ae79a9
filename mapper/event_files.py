"""A file of events as a GeoDataFrame, for whoever has no project and wants none.

It is what a new project would publish that has imported this file and nothing else, so that one set of rules says
what a precision, a date and a figure of others mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mapper.imports import import_file
from mapper.new_project import create_project
from mapper.project import Project

if TYPE_CHECKING:
    import geopandas as gpd


def read_format(
    path: str | Path,
    format_name: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    date_format: str = "",
) -> gpd.GeoDataFrame:
    """The events of a file: one row an event, in the published columns (docs/formats.md), in EPSG:4326.

    Takes whatever ``mapper import`` takes: ACLED, UCDP GED, GeoJSON, our own exports, any table. The suffix and the
    header tell the format, else ``format_name``. Of any other table ``columns`` maps our columns to the file's,
    ``constants`` gives every row the same cell, and ``date_format`` says how dates are written (``strptime``).

    ``geometry`` is never finer than the source: points (longitude, latitude), discs of a stated radius in metres,
    areas, lines, or None. A unit of which the file gives only a point is a circle, since there is no gazetteer.

    ``attrs`` of the frame: ``format``; ``losses``, what of the file has no place in these columns; ``refused``, rows
    that couldn't be taken, with ``row`` and ``why``; ``problems``, what is wrong in those taken; ``sources``.

    Raises ``MapperError`` where the file can't be read: ``UnknownFormat``, ``TableError``.
    """
    path = Path(path)
    with TemporaryDirectory(prefix="mapper-") as scratch:
        folder = create_project(Path(scratch) / "project", path.stem).folder
        told = import_file(folder, path, format_name, columns=columns, constants=constants, date_format=date_format)
        project = Project.open(folder.root)
        events = project.events()
        events.attrs |= {
            "format": told.format,
            "losses": [loss.as_dict() for loss in told.losses],
            "refused": [{"row": one.row, "why": one.why} for one in told.refused],
            "problems": [problem.as_dict() for problem in project.check() if problem.is_error],
            "sources": project.sources(),
        }
        return events
