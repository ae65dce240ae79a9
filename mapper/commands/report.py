"""How problems are shown: for people a line each, those of very many rows together; for programs as JSON.

The JSON is complete, whatever its length, and its codes are stable.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click

from mapper.problems import Finding, Group, Problem, Problems

_MOST = 10  # rows of one fault in one column that have a line each
_FIRST = 3  # of more than that


def show(problems: Sequence[Problem], err: bool) -> None:
    """Where, how bad, what, and what to do about it: a line a problem, but for those of which there are very many."""
    known = problems if isinstance(problems, Problems) else Problems(map(Finding.of, problems))
    for group in known.groups(_MOST, _FIRST):
        for problem in group.shown:
            _line(problem.where, problem, f"{problem.message} {problem.remedy}", err)
        if group.more:
            first = group.shown[0]
            where = f"{first.file}:{first.column}" if first.column else first.file
            _line(where, first, _more(group), err)


def _line(where: str, problem: Problem, text: str, err: bool) -> None:
    severity = click.style(problem.severity, fg="red" if problem.is_error else "yellow")
    click.echo(f"{click.style(where, bold=True)}: {severity}: {text} [{problem.code}]", err=err)


def _more(group: Group) -> str:
    rows = f" in rows {', '.join(map(str, group.rows))}{' …' if group.more > len(group.rows) else ''}"
    return f"{group.more:,} more like these{rows if group.rows else ''}. `mapper check --format json` lists them all."


def as_json(problems: Sequence[Problem]) -> Iterator[str]:
    """The problems as a JSON document, piece by piece: ``errors`` and ``warnings`` counted, ``problems`` listed."""
    yield json.dumps({**count(problems), "problems": []}, indent=2).removesuffix("]\n}")
    between = "\n    "
    for problem in problems:
        yield between + json.dumps(problem.as_dict(), ensure_ascii=True, indent=2).replace("\n", "\n    ")
        between = ",\n    "
    yield "\n  ]\n}\n" if problems else "]\n}\n"


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
    errors = problems.errors if isinstance(problems, Problems) else sum(problem.is_error for problem in problems)
    return {"errors": errors, "warnings": len(problems) - errors}


def summary(problems: Sequence[Problem]) -> str:
    found = count(problems)
    return f"{plural(found['errors'], 'error')}, {plural(found['warnings'], 'warning')}"


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
