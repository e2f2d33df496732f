"""Opening the API that a command looks into."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from ascgen.documents.product import Product
    from ascgen.explore.explorer import Explorer


def opened(
    spec: str | None, product: Product, cache_dir: Path | None, *, no_overlay: bool
) -> tuple[Explorer, str]:
    """Return the API a user named, ready to be looked into, and what its source is called.

    A cached document that was analysed before is not analysed again. Where nobody named one and
    this program does not know all of the newest, it says so and goes on with the snapshot.
    """
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.errors import SpecError
    from ascgen.explore.explorer import Explorer
    from ascgen.sources import SNAPSHOT, choose

    directory = cache_dir or default_directory()
    source = choose(spec, SpecCache(directory), product)
    with _nothing_collected():
        if source.is_snapshot:
            return Explorer(source.load()), source.label
        from ascgen.files.textcache import TextCache

        texts = TextCache.within(directory)
        try:
            api = source.load(overlay=not no_overlay, texts=texts)
        except SpecError as error:
            if spec is not None:
                raise
            typer.echo(f"ascgen: {source.label} cannot be read: {error.message}", err=True)
            typer.echo("  going on with the committed snapshot.", err=True)
            return opened(SNAPSHOT, product, cache_dir, no_overlay=no_overlay)
        texts.save()
        return Explorer(api), source.label


@contextmanager
def _nothing_collected() -> Generator[None]:
    """Keep the garbage collector from what stays: walking the facts again and again takes time."""
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
