"""``mapper schema``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("schema")
@click.argument("file", default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json", "datapackage", "problems", "xlsx"]),
    default="markdown",
    help="datapackage: this project's tables, with the columns that they have; problems: what check can find; "
    "xlsx: a table as an empty workbook to fill in.",
)
@click.option(
    "--table",
    type=click.Choice(["events", "sources", "places"]),
    help="Of xlsx the table; else the one that FILE is named after, else events.",
)
@click.pass_obj
def command(project: Path, file: str, form: str, table: str | None) -> None:
    """Write to FILE what the tables are: their columns, what each holds, and the values that it may have.

    FILE is a new file; - is standard output.
    """
    data = _blank(project, file, table) if form == "xlsx" else _described(project, form)
    if file == "-":
        click.echo(data, nl=False)
        return
    from mapper.errors import WriteError
    from mapper.files import write_whole

    if Path(file).exists():
        raise WriteError(f"{file}: is there already; nothing was written. Name a new file.")
    write_whole(Path(file), data if isinstance(data, bytes) else data.encode())


def _described(project: Path, form: str) -> str:
    from mapper.descriptions import as_json, as_markdown, as_problems_markdown

    if form == "datapackage":
        from mapper.project import Project

        return Project.open(project).datapackage()
    return {"markdown": as_markdown, "json": as_json, "problems": as_problems_markdown}[form]()


def _blank(project: Path, file: str, table: str | None) -> bytes:
    """An empty workbook, with the taxonomy of the project if there is one here."""
    from mapper.blank_workbook import blank_workbook
    from mapper.errors import ProjectNotFound
    from mapper.schema import TABLES, taxonomy
    from mapper.settings import find_project, read_settings, read_taxonomy

    name = table or (Path(file).stem if Path(file).stem in TABLES else "events")
    try:
        folder = find_project(project)
    except ProjectNotFound:
        return blank_workbook(name, taxonomy())
    return blank_workbook(name, read_taxonomy(folder, read_settings(folder).taxonomy))
