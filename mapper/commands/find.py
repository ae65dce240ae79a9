"""``mapper find``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mapper.problems import shown

_HOW = {"id": "by its id", "name": "by name", "alias": "by alias", "alike": "only alike"}


@click.command("find")
@click.argument("name")
@click.option("--country", metavar="ISO3", help="Only places within this country (ISO 3166-1, three letters).")
@click.pass_obj
def command(project: Path, name: str, country: str | None) -> None:
    """List the project's places of that NAME, with their ids and how each matched.

    Exits 1 if no place has that name; names that are only alike are listed all the same.
    """
    from mapper.project import Project

    gazetteer = Project.open(project).gazetteer()
    found = gazetteer.find(name, country.upper() if country else None)
    for one in found:
        held = ", ".join(place.name for place in gazetteer.chain(one.place)[1:])
        matched = _HOW[one.how] + ("" if one.spelling == one.place.name else f" {one.spelling}")
        likeness = f" ({one.likeness:g} of 100)" if one.how == "alike" else ""
        columns = (one.place.place_id, one.place.name, one.place.kind, held, matched + likeness)
        click.echo("\t".join(map(shown, columns)))
    if not any(one.how != "alike" for one in found):
        click.echo(f"No place is called {shown(name)}.", err=True)
        sys.exit(1)
