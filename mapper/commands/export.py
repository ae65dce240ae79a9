"""``mapper export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("export")
@click.argument("file")
@click.option("--format", "form", metavar="F", help="The format, where the suffix doesn't tell it.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write there, as JSON, what the format can't hold of these events.",
)
@click.pass_obj
def command(project: Path, file: str, form: str | None, report: Path | None) -> None:
    """Write the published events to FILE, in the format of its suffix; - is standard output.

    Says what the format can't hold. Exits 1 if rows with errors had to be left out.
    """
    from mapper.commands.report import show
    from mapper.formats import format_of
    from mapper.project import Project

    opened = Project.open(project)
    name = format_of(file, form)
    errors = [problem for problem in opened.check() if problem.is_error]
    show(errors, err=True)
    data = opened.export(None if file == "-" else file, name, report)
    if file == "-":
        click.echo(data, nl=False)
    for loss in opened.losses(name):
        click.echo(f"{name}: not in the file ({loss.code}, {loss.count}): {loss.message}", err=True)
    sys.exit(bool(errors))
