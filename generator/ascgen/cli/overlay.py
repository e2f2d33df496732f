"""`ascgen overlay`: the mends to Apple's document, and what each of them matched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

# Typer reads the command's annotations when it runs, so what they name is imported for real.
import typer

if TYPE_CHECKING:
    from ascgen.documents.document import SpecDocument
    from ascgen.overlay import OverlayReport


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(overlay)


def overlay(
    *,
    spec: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The document, as JSON or zip; else the newest cached."),
    ] = None,
    cache_dir: Annotated[Path | None, typer.Option(help="Where documents are kept.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the mends as JSON.")] = False,
) -> None:
    """List the mends to Apple's document and what each one matched.

    A mend that changes nothing is obsolete: Apple has made the change itself, or what it was for
    is gone. Some are for later documents than this one, and not applicable.
    """
    from ascgen.overlay import apply_overlay, bundled_overlay
    from ascgen.sources import read_document

    document = read_document(spec) if spec else _from_cache(cache_dir)
    _, report = apply_overlay(document.data, bundled_overlay(document.product))
    if as_json:
        _print_json(report)
    else:
        _print_list(report, f"{document.product} {document.version}")


def _from_cache(directory: Path | None) -> SpecDocument:
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.errors import StoreError

    cache = SpecCache(directory or default_directory())
    entry = cache.newest()
    if entry is None:
        raise StoreError(
            "there is no document to mend: none is cached, and the snapshot is mended already",
            hint="run `ascgen fetch`, or name a document with --spec FILE",
        )
    return cache.load(entry)


def _print_json(report: OverlayReport) -> None:
    from ascgen.cli.pages import emit_json

    mends = [
        {
            "kind": "mend",
            "id": outcome.id,
            "status": outcome.status,
            "matched": len(outcome.places),
            "changed": outcome.changed,
            "reason": outcome.reason,
            "source": outcome.source,
            "places": outcome.places,
        }
        for outcome in report.outcomes
    ]
    emit_json(mends)


def _print_list(report: OverlayReport, document: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        for outcome in report.outcomes:
            fields = (outcome.id, outcome.status, str(len(outcome.places)), outcome.reason)
            typer.echo("\t".join(fields))
        return
    obsolete = len(report.obsolete)
    others = sum(not outcome.is_applicable for outcome in report.outcomes)
    caption = f"{len(report.outcomes)} mends, {obsolete} of them obsolete"
    table = Table(
        title=f"{report.title}, on {document}",
        caption=f"{caption}, {others} not applicable" if others else caption,
        box=SIMPLE_HEAD,
    )
    table.add_column("mend", no_wrap=True)
    table.add_column("places", justify="right")
    table.add_column("why", ratio=1)
    for outcome in report.outcomes:
        # Text, not str: brackets in a reason are not markup.
        mark, style = ("", "") if outcome.changed else (f"{outcome.status}: ", "dim")
        why = Text.assemble((mark, "yellow"), (outcome.reason, style))
        table.add_row(Text(outcome.id, style=style), str(len(outcome.places)), why)
    console.print(table)
