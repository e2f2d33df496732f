"""`ascgen search`: the operation somebody means, in the words they have for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ascgen.cli.inspection import AsJson, opened
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec

if TYPE_CHECKING:
    from ascgen.explore.facts import Explorer
    from ascgen.explore.search import Hit


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(search)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What you want to do.")],
    *,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this kind, may be repeated: operation, resource, schema, field, parameter,"
            " value.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 10,
    deprecated: Annotated[
        bool, typer.Option("--deprecated", help="Also what has a successor.")
    ] = False,
    as_json: AsJson = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Find an operation, and whatever else there is, in your words.

    Resources, schemas, fields, parameters and values are found too.
    """
    from ascgen.cli import pages, sheets
    from ascgen.errors import UsageError
    from ascgen.explore.entries import KINDS
    from ascgen.explore.search import Finder

    for name in kind or ():
        if name not in KINDS:
            raise UsageError(f"there is no kind {name!r}", hint=f"there are {', '.join(KINDS)}")
    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    found = Finder(explorer.lookup, explorer.uses).search(
        " ".join(words), kinds=kind or KINDS, limit=limit, deprecated=deprecated
    )
    facts: dict[str, Any] = {
        "results": [_facts(explorer, hit) for hit in found.hits],
        "not_offered": None,
    }
    if wish := found.wish:
        facts["not_offered"] = {
            "kind": "wish",
            "id": wish.id,
            "answer": wish.answer,
            "remains": wish.remains,
            "instead": list(wish.instead),
        }
    if not (facts["results"] or found.wish or as_json):
        raise UsageError(
            f"nothing fits {' '.join(words)!r}", hint="try other words, or `ascgen resources`"
        )
    pages.show(facts, sheets.search_page, as_json=as_json)


def _facts(explorer: Explorer, hit: Hit) -> dict[str, Any]:
    """A hit with what is worth knowing of it in a list."""
    score = {"score": hit.score}
    match hit.kind:
        case "operation":
            return explorer.operation_summary(explorer.lookup.operations[hit.id]) | score
        case "resource":
            facts = explorer.resource_summary(explorer.lookup.resources[hit.id])
            summary = ", ".join(f"asc.{name}" for name in facts["namespaces"])
        case "field":
            facts = explorer.member(explorer.uses.members[hit.id])
            written = ", ".join(facts["writable_in"])
            summary = facts["type"] + (f", written by {written}" if written else "")
        case "parameter":
            facts = explorer.parameter(hit.id)
            summary = f"of {_few(facts['operations'])}"
        case "value":
            facts = explorer.value(hit.id)
            summary = f"of {_few([*facts['schemas'], *facts['fields']])}"
        case _:
            facts, summary = {"kind": "schema", "id": hit.id}, ""
    return facts | {"summary": summary} | score


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown  # noqa: PLR2004 - the same
