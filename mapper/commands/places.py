"""``mapper places``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapper.commands.report import pairs, plural

if TYPE_CHECKING:
    from mapper.place_imports import PlacesImported


@click.group("places")
def command() -> None:
    """Add places to the project's gazetteer, data/places.csv."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="ISO3",
    help="Only places of that country (SDN), else of the project's; may be repeated. `world`: of any.",
)
@click.option(
    "--map", "maps", multiple=True, metavar="COLUMN=NAME", help="Our COLUMN stands in the file's column NAME."
)
@click.option("--set", "sets", multiple=True, metavar="COLUMN=TEXT", help="Every row gets this TEXT in our COLUMN.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write that there, as JSON."
)
@click.pass_obj
def import_(  # noqa: PLR0917
    project: Path,
    file: Path,
    countries: tuple[str, ...],
    maps: tuple[str, ...],
    sets: tuple[str, ...],
    dry_run: bool,
    report: Path | None,
) -> None:
    """Take the places of FILE that data/places.csv lacks: a GeoNames dump (XX.txt, XX.zip), Who's On First (meta CSV,
    GeoJSON, SQLite), or any table or GeoJSON with names and coordinates.

    Nothing that stands in places.csv is changed, and the same file again adds nothing. What can't be taken is said.
    """
    from mapper.files import write_whole
    from mapper.project import Project

    imported = Project.open(project).import_places(
        file, countries=countries, columns=pairs("--map", maps), constants=pairs("--set", sets), dry_run=dry_run
    )
    for line in _told(imported, dry_run):
        click.echo(line, err=True)
    if report:
        write_whole(report, (json.dumps(imported.as_dict(), ensure_ascii=False, indent=2) + "\n").encode())


def _told(imported: PlacesImported, dry_run: bool) -> Iterator[str]:
    for one in imported.left_out:
        rows = ", ".join(map(str, one.rows)) + (", …" if one.count > len(one.rows) else "")
        yield f"left out ({one.count}): {one.why} (row {rows})"
    for ours, theirs in imported.columns.items():
        if ours != theirs:
            yield f"{ours}: from the column {theirs}"
    if imported.unheld:
        yield f"within no unit ({imported.unheld}): they lie in none of the project's polygons"
    start = "Would be: " if dry_run else ""
    counts = f"{len(imported.added)} added, {imported.known} there already"
    yield f"{start}{plural(imported.rows, 'row')} as {imported.format}: {counts}"
