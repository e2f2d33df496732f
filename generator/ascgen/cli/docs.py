"""`ascgen docs`: the static reference site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ascgen.cli.completion import complete_specs
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(docs)


def docs(
    *,
    spec: Spec = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the site.")] = Path(
        "site"
    ),
    previous: Annotated[
        str | None,
        typer.Option(
            metavar="SPEC",
            help="What to compare with; without it the next older version, if there is one.",
            autocompletion=complete_specs,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Fail on a name that the installed client lacks.")
    ] = False,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Write a reference site that opens from disk.

    It has pages, the guide, a search, the graph of relationships, and what changed.
    """
    import time

    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.installed import CLIENT
    from ascgen.site import publish_site, render_site
    from ascgen.skill.names import check_names
    from ascgen.sources import choose, earlier, guide_directory, templates_directory

    started = time.monotonic()
    cache = SpecCache(cache_dir or default_directory())
    source = choose(spec, cache, product)
    api = source.load(overlay=not no_overlay)
    before = (
        choose(previous, cache, product)
        if previous is not None
        else earlier(cache, product, api.version)
    )
    if check:
        guide = guide_directory().glob("*.md")
        check_names({path.name: path.read_text(encoding="utf-8") for path in guide}, CLIENT)
    files = render_site(
        api,
        templates=templates_directory() / "docs",
        guide=guide_directory(),
        previous=before.load(overlay=not no_overlay) if before else None,
    )
    if check:
        check_names(files, CLIENT)
    published = publish_site(files, output)
    size = sum(len(text.encode()) for text in files.values()) / 1e6
    typer.echo(
        f"{output / 'index.html'}: {api.title} {api.version} from {source.label},"
        f" {len(files)} files, {size:.1f} MB in {time.monotonic() - started:.1f} s"
        f" ({published.written} files changed, {published.removed} removed)."
    )
