"""`ascgen search`: the operation somebody means, in the words they have for it."""

from __future__ import annotations

from typing import Annotated

import typer

from ascgen.cli.completion import complete_kinds
from ascgen.cli.inspection import AsJson, Brief
from ascgen.cli.opening import opened
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(search)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What you want to do.")],
    *,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this kind, may be repeated: helper, guide, operation, resource, schema,"
            " field, parameter, value.",
            autocompletion=complete_kinds,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 10,
    deprecated: Annotated[
        bool, typer.Option("--deprecated", help="Also what has a successor.")
    ] = False,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Find what to call, and whatever else there is, in your words.

    Helpers of the client and pages of its guide come first where they do the whole job. Resources,
    schemas, fields, parameters and values are found too.
    """
    from ascgen.cli import pages, sheets
    from ascgen.errors import UsageError
    from ascgen.explore.entries import KINDS
    from ascgen.explore.hits import Searcher

    for name in kind or ():
        if name not in KINDS:
            raise UsageError(f"there is no kind {name!r}", hint=f"there are {', '.join(KINDS)}")
    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    data = Searcher(explorer).search(
        " ".join(words), kinds=kind or KINDS, limit=limit, deprecated=deprecated
    )
    is_empty = not (data["results"] or data["not_offered"])
    if not is_empty or as_json or brief:
        pages.show(data, sheets.search_page, as_json=as_json, brief=brief)
    if is_empty:
        raise UsageError(
            f"nothing fits {' '.join(words)!r}", hint="try other words, or `ascgen resources`"
        )
