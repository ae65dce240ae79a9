"""``mapper init``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", help="The map's title; else the folder's name.")
def command(folder: Path, title: str | None) -> None:
    """Make a new project folder: header-only tables, settings and READMEs. It builds at once."""
    from mapper.new_project import create_project

    created = create_project(folder, title)
    click.echo(created.root)
    click.echo("Put a text into seeds/, name it in data/sources.csv, then: mapper add --help", err=True)
