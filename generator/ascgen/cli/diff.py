"""`ascgen diff`: what changed between two versions, and what that breaks."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ascgen.cli.completion import complete_specs
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption

_SIDE = "a file, a version that is cached or was committed, or `snapshot`"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(diff)


def diff(
    *,
    old: Annotated[
        str | None,
        typer.Argument(
            help=f"What to compare with: {_SIDE}; without it the version before the newest.",
            autocompletion=complete_specs,
        ),
    ] = None,
    new: Annotated[
        str | None,
        typer.Argument(
            help="What to compare, in the same way; without it the newest there is.",
            autocompletion=complete_specs,
        ),
    ] = None,
    output_format: Annotated[
        Literal["table", "markdown", "json"],
        typer.Option("--format", help="Markdown is a changelog to be published."),
    ] = "table",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    breaking: Annotated[
        bool, typer.Option("--breaking", help="Exit with 1 if anything breaks.")
    ] = False,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Compare two versions of the API: what changed, what breaks.

    Changes are shown as a user of the generated client sees them. Breaking ones stop code that ran;
    others are seen by type checkers only, or by nobody.
    """
    from ascgen.diff import compare
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.errors import UsageError
    from ascgen.sources import choose, earlier

    cache = SpecCache(cache_dir or default_directory())
    api = choose(new, cache, product).load(overlay=not no_overlay)
    before = choose(old, cache, product) if old else earlier(cache, product, api.version)
    if before is None:
        raise UsageError(
            f"nothing older than {api.version} is here to compare with",
            hint="name a file; CHANGELOG.md tells what each version changed",
        )
    found = compare(before.load(overlay=not no_overlay), api)
    if as_json or output_format == "json":
        from ascgen.diff.reports import as_json as text_of

        typer.echo(text_of(found))
    elif output_format == "markdown":
        from ascgen.diff.reports import markdown

        typer.echo(markdown(found), nl=False)
    else:
        from ascgen.cli.terminal import console
        from ascgen.diff.table import print_diff

        print_diff(found, console())
    if breaking and found.breaking():
        raise typer.Exit(1)
