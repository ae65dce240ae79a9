"""``mapper add``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mapper.commands import progress
from mapper.schema import Field, table_schema

_SHORT = {"source_id": "--source", "event_type": "--type", "sub_event_type": "--sub-type"}


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for field in reversed(table_schema("events").fields):
        function = _option(field)(function)
    return function


def _option(field: Field) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    names = [_SHORT[field.name]] if field.name in _SHORT else []
    text = field.description.partition(". ")[0].rstrip(".").replace("`", "")
    return click.option(*names, "--" + field.name.replace("_", "-"), field.name, metavar="TEXT", help=f"{text}.")


@click.command("add")
@_options
@click.option("--set", "others", multiple=True, metavar="COLUMN=TEXT", help="Any other column, such as title_fr.")
@click.pass_obj
def command(project: Path, /, others: tuple[str, ...], **cells: str | None) -> None:
    """Append a row to data/events.csv, once the whole row has passed the check.

    Without --event-id the id is made of the title; without --coded-on it is today. Exits 1, and writes nothing, if
    the row has an error.
    """
    from mapper.commands.report import show, summary
    from mapper.project import Project

    row = {column: text for column, text in cells.items() if text is not None}
    for other in others:
        column, equals, text = other.partition("=")
        if not equals:
            raise click.UsageError(f"--set {other}: write it as COLUMN=TEXT.")
        row[column] = text
    with progress.shown():
        added = Project.open(project).add(row)
    show(added.problems, err=True)
    if any(problem.is_error for problem in added.problems):
        click.echo(f"{summary(added.problems)}: nothing was written.", err=True)
        sys.exit(1)
    click.echo(f"{added.file}:{added.row}: {added.event_id}")
