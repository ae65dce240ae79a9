"""``mapper boundaries``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapper.commands.report import plural

if TYPE_CHECKING:
    from mapper.boundary_imports import BoundariesAdded

_SHOWN = 5


@click.group("boundaries")
def command() -> None:
    """Add polygons of units to the project, data/boundaries/."""


@command.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--level", required=True, type=click.Choice(["country", "adm1", "adm2", "adm3"]), help="What they are.")
@click.option("--name", default="", metavar="COL", help="The column with their names; else a usual one is found.")
@click.option("--code", default="", metavar="COL", help="The column with their codes; else a usual one is found.")
@click.option("--layer", default="", metavar="L", help="Which of the file's layers, where it has several.")
@click.option("--source", default="", metavar="TEXT", help="Whom the map is to credit for them; else the file's name.")
@click.option("--licence", default="", metavar="TEXT", help="On what terms they may be used.")
@click.option("--replace", "replace_level", is_flag=True, help="Instead of the project's units of that level.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.pass_obj
def add(  # noqa: PLR0917
    project: Path,
    file: Path,
    level: str,
    name: str,
    code: str,
    layer: str,
    source: str,
    licence: str,
    replace_level: bool,
    dry_run: bool,
) -> None:
    """Take the units of FILE: a shapefile (zipped too), GeoPackage, GeoJSON, file geodatabase, whatever GDAL reads.

    Their polygons, in WGS 84 and simplified with their borders meeting, go into data/boundaries/, and units that
    places.csv lacks get a row there. Nothing that stands in places.csv is changed, but for codes with --replace.
    """
    from mapper.project import Project

    added = Project.open(project).add_boundaries(
        file,
        level,
        name=name,
        code=code,
        layer=layer,
        source=source,
        licence=licence,
        replace_level=replace_level,
        dry_run=dry_run,
    )
    for line in _told(added):
        click.echo(line, err=True)
    click.echo(f"{'Would be: ' if dry_run else ''}{added.file}: {_summary(added, level)}", err=True)


def _told(added: BoundariesAdded) -> Iterator[str]:
    yield from added.notes
    for one in added.left_out:
        features = ", ".join(map(str, one.rows)) + (", …" if one.count > len(one.rows) else "")
        yield f"left out ({one.count}): {one.why} (feature {features})"
    if added.repaired:
        yield f"repaired ({added.repaired}): their rings crossed themselves"
    if added.merged:
        yield f"joined ({added.merged}): parts with the code and name of another"
    if added.joined:
        yield f"pcode filled in ({len(added.joined)}): {_some(added.joined)}"
    if added.recoded:
        yield f"pcode replaced ({len(added.recoded)}): {_some(added.recoded)}"
    if added.bare:
        yield f"without a polygon now ({len(added.bare)}): {_some(added.bare)}"


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")


def _summary(added: BoundariesAdded, level: str) -> str:
    metres = round(added.tolerance * 111_200, -1)
    return (
        f"{added.units} units of {level}, {added.corners} corners, simplified to about {metres:.0f} m; "
        f"{plural(len(added.rows), 'new place')}"
    )
