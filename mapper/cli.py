"""The command line: one verb, one file in ``commands/``, loaded when the verb is asked for."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from mapper import __version__
from mapper.errors import MapperError

# Objects between two searches for garbage: what a command makes lives about as long as it does, and importing
# geopandas and folium, or reading a large table, makes a lot of it.
_RARELY = 1_000_000
_WHOLE = 10_000
VERBS = ("init", "check", "build", "add", "find", "export", "import", "places", "boundaries", "schema")


class Verbs(click.Group):
    """A group whose commands are the modules of ``mapper.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"mapper.commands.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MapperError as error:
            from mapper.problems import shown

            # It may quote what stands in a file of anyone's.
            click.echo(f"mapper: {shown(error, _WHOLE)}", err=True)
            raise SystemExit(error.exit_code) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has enough of it: click ends in silence
                raise
            click.echo(f"mapper: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}.", err=True)
            _let_go_of_stdout()
            raise SystemExit(1) from error


def _let_go_of_stdout() -> None:
    """What couldn't be written there would be tried, and complained of, once more when Python ends."""
    try:
        sys.stdout.flush()
    except (OSError, AttributeError):  # full; closed
        with contextlib.suppress(OSError, AttributeError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mapper")
@click.option(
    "-C",
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The project folder; else the nearest folder upward with data/map.toml.",
)
@click.pass_context
def cli(ctx: click.Context, project: Path) -> None:
    """Conflict events, coded by hand from sources, as a map in which every dot answers to a sentence."""
    ctx.obj = project


def main() -> None:
    """The entry point: no traceback for anything that a user can cause."""
    gc.set_threshold(_RARELY)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        cli()
    finally:
        gc.freeze()  # the system takes all back at once; Python would look through all of it first
