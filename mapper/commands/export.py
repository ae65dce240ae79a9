"""``mapper export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("export")
@click.argument("file")
@click.option("--format", "form", metavar="F", help="The format, where the suffix doesn't tell it: geojson, csv.")
@click.pass_obj
def command(project: Path, file: str, form: str | None) -> None:
    """Write the published events to FILE, in the format of its suffix; - is standard output.

    Exits 1 if rows with errors had to be left out.
    """
    from mapper.commands.report import show
    from mapper.formats import format_of
    from mapper.project import Project

    opened = Project.open(project)
    format_of(file, form)
    errors = [problem for problem in opened.check() if problem.is_error]
    show(errors, err=True)
    data = opened.export(None if file == "-" else file, form)
    if file == "-":
        click.echo(data, nl=False)
    sys.exit(bool(errors))
