"""``mapper check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

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
    from mapper.problems import Problem, Unreadable
    from mapper.project import Project
    from mapper.settings import SETTINGS

    opened = Project.open(project)
    try:
        problems = opened.check()
    except Unreadable as error:
        problems = [error.problem]
    except SettingsError as error:
        problems = [Problem("settings-wrong", SETTINGS, params={"why": str(error).removeprefix(f"{SETTINGS}: ")})]
    if form == "json":
        click.echo(as_json(problems))
    else:
        show(problems, err=False)
        click.echo(summary(problems), err=True)
    sys.exit(any(problem.is_error or strict for problem in problems))
