"""The command line: one module a command, joined here."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from ascgen.cli import (
    diff,
    docs,
    fetch,
    generate,
    graph,
    inspection,
    mcp,
    overlay,
    search,
    skill,
    snapshot,
    update,
)
from ascgen.cli.terminal import is_plain
from ascgen.errors import AscgenError

app = typer.Typer(
    name="ascgen",
    help=(
        "Turn Apple's App Store Connect OpenAPI document into a typed Python client,"
        " and look things up in it."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        from importlib.metadata import version

        typer.echo(f"ascgen {version('ascgen')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Options of the program itself."""


fetch.register(app)
diff.register(app)
docs.register(app)
graph.register(app)
inspection.register(app)
search.register(app)
overlay.register(app)
generate.register(app)
snapshot.register(app)
skill.register(app)
mcp.register(app)
update.register(app)


def main() -> None:
    """Run the command line; an expected failure is one line on stderr and the error's exit code."""
    # A command makes much and drops little: looking for cycles often would cost a fifth of it.
    gc.set_threshold(200_000, 20, 20)
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        app(args=arguments)
    except AscgenError as error:
        if debug:
            raise
        name = "ascgen:" if is_plain() else typer.style("ascgen:", fg="red", bold=True)
        typer.echo(f"{name} {error.message}", err=True)
        if error.hint:
            typer.echo(f"  hint: {error.hint}", err=True)
        raise SystemExit(error.exit_code) from None
