"""``mapper import``."""  # noqa: N999, the verb is a keyword of Python

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapper.commands import progress
from mapper.commands.report import pairs, plural

if TYPE_CHECKING:
    from mapper.imports import Imported

_TELLING = 10


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "form", metavar="F", help="The format, where the file doesn't tell it.")
@click.option(
    "--map", "maps", multiple=True, metavar="COLUMN=NAME", help="Our COLUMN stands in the file's column NAME."
)
@click.option("--set", "sets", multiple=True, metavar="COLUMN=TEXT", help="Every row gets this TEXT in our COLUMN.")
@click.option("--date-format", default="", metavar="FORM", help="How the dates are written, such as %d/%m/%Y.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write that there, as JSON."
)
@click.pass_obj
def command(  # noqa: PLR0917
    project: Path,
    file: Path,
    form: str | None,
    maps: tuple[str, ...],
    sets: tuple[str, ...],
    date_format: str,
    dry_run: bool,
    report: Path | None,
) -> None:
    """Take the events of FILE into the project: ACLED, UCDP GED, GeoJSON, or any table (CSV, XLSX, ODS).

    The same file again changes nothing; a newer one updates the rows that it changed, leaves those that a curator
    has edited, and says what it no longer has. Mappings are remembered in data/map.toml. Exits 1 if a row of the file
    could not be taken.
    """
    from mapper.files import write_whole
    from mapper.project import Project

    with progress.shown():
        imported = Project.open(project).import_file(
            file,
            form,
            columns=pairs("--map", maps),
            constants=pairs("--set", sets),
            date_format=date_format,
            dry_run=dry_run,
        )
    for line in _told(imported, dry_run):
        click.echo(line, err=True)
    if report:
        write_whole(report, (json.dumps(imported.as_dict(), ensure_ascii=False, indent=2) + "\n").encode())
    sys.exit(bool(imported.refused))


def _told(imported: Imported, dry_run: bool) -> Iterator[str]:
    for row in imported.refused[:_TELLING]:
        yield f"row {row.row}: left out: {row.why}"
    if len(imported.refused) > _TELLING:
        yield f"… and {len(imported.refused) - _TELLING} more rows left out"
    for loss in imported.losses:
        yield f"{imported.format}: ({loss.code}, {loss.count}): {loss.message}"
    for fate, why in (("kept", "edited here since, left as they are"), ("withdrawn", "no longer in the file")):
        ids = getattr(imported, fate)
        if ids:
            more = f" … and {len(ids) - _TELLING} more" if len(ids) > _TELLING else ""
            yield f"{fate} ({len(ids)}): {why}: {', '.join(ids[:_TELLING])}{more}"
    counts = {name: len(getattr(imported, name)) for name in ("added", "updated", "unchanged", "kept", "removed")}
    counts["left out"] = len(imported.refused)
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"
    new = f"; {plural(imported.places, 'new place')}" if imported.places else ""
    yield f"{'Would be: ' if dry_run else ''}{plural(imported.rows, 'row')} as {imported.format}: {told}{new}"
