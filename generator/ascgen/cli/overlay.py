"""`ascgen overlay`: the mends to Apple's document, and what each of them matched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

# Typer reads the command's annotations when it runs, so what they name is imported for real.
import typer

from ascgen.cli.options import CacheDir, ProductOption, Spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.documents.document import SpecDocument
    from ascgen.sources import Source


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(overlay)


def overlay(
    *,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    cache_dir: CacheDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the mends as JSON.")] = False,
) -> None:
    """List the mends to Apple's document and what each one matched.

    A mend that changes nothing is obsolete: Apple has made the change itself, or what it was for
    is gone. Some are for later documents than this one, and not applicable. Of a snapshot it is
    known which were applied, but not in how many places.
    """
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.sources import choose

    cache = SpecCache(cache_dir or default_directory())
    # A document tells more than a snapshot does, even where the snapshot is newer.
    newest = cache.newest(product) if spec is None else None
    source = choose(newest.version if newest else spec, cache, product)
    found = _recorded(source) if isinstance(source.origin, Path | bytes) else _done(source.origin)
    mends = list(found)
    if as_json:
        from ascgen.cli.pages import emit_json

        emit_json(mends)
    else:
        _print_list(mends, source.label)


def _done(document: SpecDocument) -> Iterator[dict[str, Any]]:
    """Yield what each mend did to a document."""
    from ascgen.overlay import apply_overlay, bundled_overlay

    _, report = apply_overlay(document.data, bundled_overlay(document.product))
    for outcome in report.outcomes:
        yield {
            "kind": "mend",
            "id": outcome.id,
            "status": outcome.status,
            "matched": len(outcome.places),
            "changed": outcome.changed,
            "reason": outcome.reason,
            "source": outcome.source,
            "places": outcome.places,
        }


def _recorded(source: Source) -> Iterator[dict[str, Any]]:
    """Yield what a snapshot says of the mends: those that had changed something."""
    from ascgen.overlay import bundled_overlay

    api = source.load()
    for mend in bundled_overlay(api.product).mends:
        yield {
            "kind": "mend",
            "id": mend.id,
            "status": "applied" if mend.id in api.overlay else "not-applied",
            "matched": None,
            "changed": None,
            "reason": mend.reason,
            "source": mend.source,
            "places": (),
        }


def _print_list(mends: list[dict[str, Any]], label: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from ascgen.cli.terminal import console

    drawn = console()
    places = ["?" if mend["matched"] is None else str(mend["matched"]) for mend in mends]
    if not drawn.is_terminal:
        for mend, count in zip(mends, places, strict=True):
            typer.echo("\t".join((mend["id"], mend["status"], count, mend["reason"])))
        return
    table = Table(title=f"Mends, on {label}", caption=_caption(mends), box=SIMPLE_HEAD)
    table.add_column("mend", no_wrap=True)
    table.add_column("places", justify="right")
    table.add_column("why", ratio=1)
    for mend, count in zip(mends, places, strict=True):
        is_applied = mend["status"] == "applied"
        # Text, not str: brackets in a reason are not markup.
        mark, style = ("", "") if is_applied else (f"{mend['status']}: ", "dim")
        why = Text.assemble((mark, "yellow"), (mend["reason"], style))
        table.add_row(Text(mend["id"], style=style), count, why)
    drawn.print(table)


def _caption(mends: list[dict[str, Any]]) -> str:
    statuses = [mend["status"] for mend in mends]
    counts = [f"{len(mends)} mends"]
    for status, text in (
        ("obsolete", "of them obsolete"),
        ("not-applicable", "not applicable"),
        ("not-applied", "not applied: a document tells why"),
    ):
        if number := statuses.count(status):
            counts.append(f"{number} {text}")
    return ", ".join(counts)
