"""``mapper build``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mapper.commands.report import plural, show, summary


@click.command("build")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="The map's file.")
@click.option("--strict", is_flag=True, help="Write nothing if any row has an error; exit 1 for warnings too.")
@click.option("--open", "open_it", is_flag=True, help="Open the map in the browser.")
@click.pass_obj
def command(project: Path, output: Path | None, strict: bool, open_it: bool) -> None:
    """Write the map, events.geojson, events.csv and the ledger build.json.

    Without -o they go to the project's output/; with it, the map goes there and the others beside it. Rows with
    errors are left out and named, and the exit code is 1.
    """
    from mapper.errors import BuildRefused
    from mapper.project import Project

    opened = Project.open(project)
    problems = opened.check()
    show(problems, err=True)
    try:
        result = opened.build(output, strict=strict)
    except BuildRefused as refused:
        click.echo(f"mapper: {refused}", err=True)
        sys.exit(1)
    rows = {fate: count for fate, count in result.rows.items() if count}
    told = ", ".join(f"{count} {fate}" for fate, count in rows.items()) or "none"
    click.echo(f"{plural(sum(rows.values()), 'row')}: {told}", err=True)
    missing = [fate for fate in ("rejected", "unlocated") if rows.get(fate)]
    if result.has_errors:
        lost = " and ".join(f"{rows[fate]} {fate}" for fate in missing) or "the other rows are written"
        click.echo(f"{summary(problems)}: {lost}; see above for what to mend.", err=True)
    click.echo(result.paths[0])
    if open_it:
        click.launch(str(result.paths[0].absolute()))
    sys.exit(result.has_errors or (strict and bool(problems)))
