"""`ascgen search`: the operation somebody means, in the words they have for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ascgen.cli.inspection import AsJson, Brief, opened
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec

if TYPE_CHECKING:
    from ascgen.explore.explorer import Explorer
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
            help="Only this kind, may be repeated: helper, guide, operation, resource, schema,"
            " field, parameter, value.",
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
    from ascgen.explore.search import Finder

    for name in kind or ():
        if name not in KINDS:
            raise UsageError(f"there is no kind {name!r}", hint=f"there are {', '.join(KINDS)}")
    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    found = Finder(explorer.lookup, explorer.uses).search(
        " ".join(words), kinds=kind or KINDS, limit=limit, deprecated=deprecated
    )
    data: dict[str, Any] = {
        "results": [_data(explorer, hit) for hit in found.hits],
        "not_offered": None,
    }
    if missing := found.not_offered:
        data["not_offered"] = {
            "kind": "wish",
            "id": missing.id,
            "answer": missing.answer,
            "remains": missing.remains,
            "instead": list(missing.instead),
        }
    is_empty = not (data["results"] or found.not_offered)
    if not is_empty or as_json or brief:
        pages.show(data, sheets.search_page, as_json=as_json, brief=brief)
    if is_empty:
        raise UsageError(
            f"nothing fits {' '.join(words)!r}", hint="try other words, or `ascgen resources`"
        )


def _data(explorer: Explorer, hit: Hit) -> dict[str, Any]:
    """A hit with what is worth knowing of it in a list."""
    score = {"score": hit.score}
    match hit.kind:
        case "operation":
            operation = explorer.lookup.operations[hit.id]
            return explorer.operation_summary(operation, hit.arguments) | score
        case "helper" | "guide":
            return explorer.helper(hit.id) | score
        case "resource":
            data = explorer.resource_summary(explorer.lookup.resources[hit.id])
            summary = ", ".join(f"asc.{name}" for name in data["namespaces"])
        case "field":
            data = explorer.member(explorer.uses.members[hit.id])
            written = ", ".join(data["writable_in"])
            summary = data["type"] + (f", written by {written}" if written else "")
        case "parameter":
            data = explorer.parameter(hit.id)
            summary = f"of {_few(data['operations'])}"
        case "value":
            data = explorer.value(hit.id)
            summary = f"of {_few([*data['schemas'], *data['fields']])}"
        case _:
            data, summary = {"kind": "schema", "id": hit.id}, ""
    return data | {"summary": summary} | score


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown  # noqa: PLR2004 - the same
