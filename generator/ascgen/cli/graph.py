"""`ascgen graph`: resources and what leads from one to another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ascgen.cli.completion import complete_resources
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec

_Format = Literal["svg", "mermaid", "dot", "json"]
_SUFFIXES: dict[str, _Format] = {
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".json": "json",
}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(graph)


def graph(
    *,
    resource: Annotated[
        str | None,
        typer.Argument(
            help="Only this one and what is near it: `App`, `apps`, `beta_groups`.",
            autocompletion=complete_resources,
        ),
    ] = None,
    output_format: Annotated[
        _Format | None,
        typer.Option(
            "--format",
            help="What to draw; else what the file's name says, Mermaid on a terminal, SVG.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    depth: Annotated[
        int, typer.Option(min=1, max=9, help="How many relationships away from the resource.")
    ] = 1,
    links: Annotated[
        str | None,
        typer.Option(metavar="PREFIX", help="Make resources links to PREFIX<name>.html."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file; else to standard output."),
    ] = None,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Draw the relationships of all resources, or around one."""
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.graph import build_graph, neighbourhood
    from ascgen.sources import choose

    source = choose(spec, SpecCache(cache_dir or default_directory()), product)
    found = build_graph(source.load(overlay=not no_overlay))
    if resource is not None:
        found = neighbourhood(found, resource, depth)
    chosen = "json" if as_json else output_format or _usual(output)
    text = _drawn(found, chosen, links)
    if output is None:
        typer.echo(text, nl=False)
        return
    _write(output, text)
    typer.echo(f"{output}: {len(found.nodes)} resources.", err=True)


def _usual(output: Path | None) -> _Format:
    """Return the format that nobody had to name: on a terminal, one that can be read there."""
    if output is not None:
        return _SUFFIXES.get(output.suffix.lower(), "svg")
    return "mermaid" if sys.stdout.isatty() else "svg"


def _drawn(found: Any, output_format: str, links: str | None) -> str:
    from ascgen.graph import pages, svg

    href = pages(links) if links is not None else None
    match output_format:
        case "mermaid":
            from ascgen.graph.mermaid import mermaid

            return mermaid(found, href)
        case "dot":
            from ascgen.graph.dot import dot

            return dot(found, href)
        case "json":
            from ascgen.graph.export import as_json

            return as_json(found)
        case _:
            return svg(found, href)


def _write(path: Path, text: str) -> None:
    from ascgen.errors import StoreError
    from ascgen.files.atomic import write_atomically

    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}", hint="choose another file with --output"
        ) from None
