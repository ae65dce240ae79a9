"""``mapper build``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapper.commands import progress
from mapper.commands.report import plural, show, summary

if TYPE_CHECKING:
    from mapper.project import BuildResult, Project


@click.command("build")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="The map's file.")
@click.option("--profile", metavar="NAME", default="default", help="A publish profile of data/map.toml; full: all.")
@click.option("--strict", is_flag=True, help="Write nothing if any row has an error; exit 1 for warnings too.")
@click.option("--open", "open_it", is_flag=True, help="Open the map in the browser.")
@click.option("--watch", is_flag=True, help="Build again after each change of data/ or seeds/, until Ctrl-C.")
@click.pass_obj
def command(project: Path, *, output: Path | None, profile: str, strict: bool, open_it: bool, watch: bool) -> None:
    """Write the map, events.geojson, events.csv and the ledger build.json.

    Without -o they go to the project's output/; with it, the map goes there and the others beside it. Rows with
    errors are left out and named, and the exit code is 1. Rows marked withhold and coarsen are protected always; a
    profile keeps more from the readers, and only the built-in profile full shows everything. With --watch and --open
    the open page follows the builds and keeps its state.
    """
    from mapper.project import Project

    opened = Project.open(project)
    if watch:
        _follow(opened, output, profile, strict, open_it)
        return
    with progress.shown():
        problems = opened.problems(profile)
    show(problems, err=True)
    with progress.shown():
        result = opened.build(output, profile=profile, strict=strict)
    click.echo(_told(result), err=True)
    if result.has_errors:
        missing = [f"{result.rows[fate]} {fate}" for fate in ("rejected", "unlocated") if result.rows[fate]]
        lost = " and ".join(missing) or "the other rows are written"
        click.echo(f"{summary(problems)}: {lost}; see above for what to mend.", err=True)
    click.echo(result.paths[0])
    if open_it:
        click.launch(str(result.paths[0].absolute()))
    sys.exit(result.has_errors or (strict and bool(problems)))


def _told(result: BuildResult) -> str:
    rows = {fate: count for fate, count in result.rows.items() if count}
    told = ", ".join(f"{count} {fate}" for fate, count in rows.items()) or "none"
    return f"{plural(sum(rows.values()), 'row')}: {told}"


def _follow(project: Project, output: Path | None, profile: str, strict: bool, open_it: bool) -> None:
    """Build after each change, a line each time, whatever is wrong with the tables, until Ctrl-C."""
    from mapper.project import Project
    from mapper.serve import LiveMap
    from mapper.watch import follow

    live: LiveMap | None = None

    def build() -> None:
        nonlocal live
        started = time.perf_counter()
        result = _attempt(Project(project.folder), output, profile, strict)
        if result is None:
            return
        took = f"{1000 * (time.perf_counter() - started):.0f} ms"
        click.echo(f"{_told(result)}. {summary(result.problems)}. {took}. {result.paths[0]}")
        if live:
            live.refresh()
        elif open_it:
            live = LiveMap(result.paths[0])
            click.echo(live.url)
            click.launch(live.url)

    try:
        follow(project.folder, build)
    except KeyboardInterrupt:
        click.echo("", err=True)
    finally:
        if live:
            live.close()


def _attempt(project: Project, output: Path | None, profile: str, strict: bool) -> BuildResult | None:
    """A build, or a line that says why there is none; the next change may mend it."""
    from mapper.errors import MapperError
    from mapper.problems import shown

    try:
        with progress.shown():
            problems = project.problems(profile)
        show(problems, err=True)
        with progress.shown():
            return project.build(output, profile=profile, strict=strict)
    except (MapperError, OSError) as error:
        click.echo(f"mapper: {shown(error, 10_000)}", err=True)
        return None
