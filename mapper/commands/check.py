"""``mapper check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mapper.commands import progress
from mapper.commands.report import as_json, show, summary


@click.command("check")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How problems are shown.")
@click.option("--strict", is_flag=True, help="Exit 1 for warnings too.")
@click.pass_obj
def command(project: Path, form: str, strict: bool) -> None:
    """Show every problem of the project, each with its file, row, column and remedy.

    Exits 1 if there is an error; with --strict also if there is a warning.
    """
    from mapper.errors import SettingsError
    from mapper.problems import Finding, Problem, Problems, Unreadable
    from mapper.project import Project
    from mapper.settings import SETTINGS

    opened = Project.open(project)
    try:
        with progress.shown():
            problems = opened.problems()
    except Unreadable as error:
        problems = Problems([Finding.of(error.problem)])
    except SettingsError as error:
        why = str(error).removeprefix(f"{SETTINGS}: ")
        problems = Problems([Finding.of(Problem("settings-wrong", SETTINGS, params={"why": why}))])
    if form == "json":
        for part in as_json(problems):
            click.echo(part, nl=False)
    else:
        show(problems, err=False)
        click.echo(summary(problems), err=True)
    sys.exit(bool(problems.errors or (strict and problems)))
