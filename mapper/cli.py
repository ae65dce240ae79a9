"""The command line: one verb, one file in ``commands/``, loaded when the verb is asked for."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from pathlib import Path

import click

from mapper import __version__
from mapper.errors import MapperError

# Objects between two searches for garbage: what a command makes lives about as long as it does, and importing
# geopandas and folium makes a lot of it.
_RARELY = 50_000
_WHOLE = 10_000
VERBS = ("init", "check", "build", "add", "find", "export", "schema")


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
    cli()
