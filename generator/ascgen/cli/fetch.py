"""`ascgen fetch`: Apple's document into the cache."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# Typer reads the command's annotations when it runs, so what they name is imported for real.
from ascgen.cli.terminal import console
from ascgen.documents.product import Product
from ascgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ascgen.documents.cache import CacheEntry, SpecCache


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(fetch)


def fetch(
    *,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Download even if nothing seems to have changed.")
    ] = False,
    url: Annotated[str | None, typer.Option(help="Download from here instead.")] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Import a zip or JSON file.")
    ] = None,
    product: Annotated[
        Product | None,
        typer.Option(help="Which API; app-store-connect unless an address or a file says more."),
    ] = None,
    cache_dir: Annotated[Path | None, typer.Option(help="Where documents are kept.")] = None,
    timeout: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds the whole download may take.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Download Apple's document, or import one, into the cache."""
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.documents.fetch import Limits, import_file
    from ascgen.documents.fetch import fetch as download

    if source and (url or refresh or timeout):
        raise UsageError(
            "--from reads a file: --url, --refresh and --timeout are for downloads",
            hint="use one or the other",
        )
    cache = SpecCache(cache_dir or default_directory())
    if not source and os.environ.get("ASCGEN_OFFLINE"):
        _report(cache, "offline", cache.newest(product or "app-store-connect"), as_json=as_json)
        return
    if source:
        result = import_file(cache, source, product=product)
    else:
        limits = Limits(total=timeout) if timeout else Limits()
        with _progress_bar() as progress:
            result = download(
                cache, product=product, url=url, refresh=refresh, limits=limits, progress=progress
            )
    _report(cache, result.outcome, result.entry, result.previous_sha256, as_json=as_json)


def _report(
    cache: SpecCache,
    outcome: str,
    entry: CacheEntry | None,
    previous_sha256: str = "",
    *,
    as_json: bool,
) -> None:
    if as_json:
        from ascgen.cli.pages import emit_json

        emit_json(_data(cache, outcome, entry, previous_sha256))
        return
    if entry is None:
        typer.echo("offline, and no document is cached")
        return
    what = {
        "new": "new",
        "changed": f"changed under the same version number ({previous_sha256[:12]} before)",
        "unchanged": "unchanged",
        "not-modified": "not modified",
        "offline": "offline, going on with what is cached",
    }[outcome]
    name = f"{entry.product} {entry.version} ({entry.sha256[:12]})"
    typer.echo(f"{name}: {what}; {cache.path(entry)}")


def _data(
    cache: SpecCache, outcome: str, entry: CacheEntry | None, previous_sha256: str
) -> dict[str, Any]:
    """Return the object `--json` prints: `kind`, `id` and `outcome` if nothing is cached."""
    if entry is None:
        return {"kind": "document", "id": None, "outcome": outcome}
    return {
        "kind": "document",
        "id": f"{entry.product}-{entry.version}",
        "outcome": outcome,
        "product": entry.product,
        "version": entry.version,
        "sha256": entry.sha256,
        "previous_sha256": previous_sha256 or None,
        "url": entry.url,
        "fetched_at": entry.fetched_at,
        "path": str(cache.path(entry)),
    }


@contextmanager
def _progress_bar() -> Generator[Callable[[int, int | None], None]]:
    """A bar on a terminal, nothing where stderr goes to a file or another program."""
    from rich.progress import DownloadColumn, Progress, TransferSpeedColumn

    drawn = console(stderr=True)
    columns = (*Progress.get_default_columns(), DownloadColumn(), TransferSpeedColumn())
    bar = Progress(*columns, console=drawn, transient=True, disable=not drawn.is_terminal)
    with bar:
        task = bar.add_task("Downloading", total=None)
        yield lambda received, total: bar.update(task, completed=received, total=total)
