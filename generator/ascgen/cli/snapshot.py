"""`ascgen snapshot`: the facts of a document, to be committed and to work without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ascgen.cli.options import CacheDir, ProductOption, Spec


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(snapshot)


def snapshot(
    *,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The folder; else spec_cache/ of the checkout."),
    ] = None,
    cache_dir: CacheDir = None,
) -> None:
    """Write the facts of a document, without Apple's texts.

    The file has one entity a line, is committed, and is what commands read without a network.
    """
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.errors import StoreError, UsageError
    from ascgen.files.atomic import write_atomically
    from ascgen.omitted import told
    from ascgen.snapshot import snapshot_name, write_snapshot
    from ascgen.sources import choose, is_installed, snapshot_directory

    if output is None and is_installed():
        raise UsageError("a snapshot is written to a checkout", hint="name a folder with --output")
    api = choose(spec, SpecCache(cache_dir or default_directory()), product).load()
    directory = output or snapshot_directory()
    path = directory / snapshot_name(api)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        write_atomically(path, write_snapshot(api))
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}", hint="choose another folder with --output"
        ) from None
    typer.echo(
        f"{path}: version {api.version}, {len(api.operations)} operations,"
        f" {len(api.schemas)} schemas."
    )
    for line in told(api.omissions):
        typer.echo(line)
