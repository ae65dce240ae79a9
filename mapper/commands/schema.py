"""``mapper schema``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("schema")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json", "datapackage", "problems"]),
    default="markdown",
    help="datapackage: this project's tables, with the columns that they have; problems: what check can find.",
)
@click.pass_obj
def command(project: Path, form: str) -> None:
    """Print what the tables are: their columns, what each holds, and the values that it may have."""
    from mapper.descriptions import as_json, as_markdown, as_problems_markdown

    if form == "markdown":
        click.echo(as_markdown(), nl=False)
    elif form == "json":
        click.echo(as_json(), nl=False)
    elif form == "problems":
        click.echo(as_problems_markdown(), nl=False)
    else:
        from mapper.project import Project

        click.echo(Project.open(project).datapackage(), nl=False)
