"""How problems are shown: one a line, for people, or as JSON with stable codes, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from mapper.problems import Problem


def show(problems: Sequence[Problem], err: bool) -> None:
    """Every problem on a line of its own: where, how bad, what, and what to do about it."""
    for problem in problems:
        colour = "red" if problem.is_error else "yellow"
        where = click.style(problem.where, bold=True)
        severity = click.style(problem.severity, fg=colour)
        click.echo(f"{where}: {severity}: {problem.message} {problem.remedy} [{problem.code}]", err=err)


def as_json(problems: Sequence[Problem]) -> str:
    """The problems as a JSON document: ``errors`` and ``warnings`` counted, ``problems`` listed."""
    document = {**count(problems), "problems": [problem.as_dict() for problem in problems]}
    return json.dumps(document, ensure_ascii=True, indent=2)


def pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """``COLUMN=NAME`` as given to an option that may be repeated."""
    found = {}
    for text in texts:
        column, equals, name = text.partition("=")
        if not equals or not column:
            raise click.UsageError(f"{option} {text}: write it as COLUMN={'NAME' if option == '--map' else 'TEXT'}.")
        found[column.strip()] = name
    return found


def count(problems: Sequence[Problem]) -> dict[str, int]:
    errors = sum(problem.is_error for problem in problems)
    return {"errors": errors, "warnings": len(problems) - errors}


def summary(problems: Sequence[Problem]) -> str:
    found = count(problems)
    return f"{plural(found['errors'], 'error')}, {plural(found['warnings'], 'warning')}"


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
