"""``mapper export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mapper.commands import progress


@click.command("export")
@click.argument("file")
@click.option("--format", "form", metavar="F", help="The format, where the suffix doesn't tell it.")
@click.option("--profile", metavar="NAME", default="default", help="A publish profile of data/map.toml; full: all.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write there, as JSON, what the format can't hold of these events.",
)
@click.pass_obj
def command(project: Path, file: str, form: str | None, profile: str, report: Path | None) -> None:
    """Write the published events to FILE, in the format of its suffix; - is standard output.

    Says what the format can't hold. Exits 1 if rows with errors had to be left out.
    """
    from mapper.commands.report import show
    from mapper.formats import format_of
    from mapper.project import Project

    opened = Project.open(project)
    name = format_of(file, form)
    with progress.shown():
        errors = opened.problems(profile).only_errors()
    show(errors, err=True)
    with progress.shown():
        data = opened.export(None if file == "-" else file, name, report, profile=profile)
    if file == "-":
        click.echo(data, nl=False)
    for loss in opened.losses(name, profile):
        click.echo(f"{name}: not in the file ({loss.code}, {loss.count}): {loss.message}", err=True)
    sys.exit(bool(errors))
