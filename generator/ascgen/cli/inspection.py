"""`ascgen info`, `resources`, `operations`, `resource`, `operation`, `schema` and `where`."""

from __future__ import annotations

from typing import Annotated

import typer

from ascgen.cli.completion import (
    complete_names,
    complete_operations,
    complete_resources,
    complete_schemas,
)
from ascgen.cli.opening import opened
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as docs/json.md describes it.")]
Brief = Annotated[
    bool, typer.Option("--brief", help="Print the shortest JSON: an operation in 300 tokens.")
]
_Pattern = Annotated[
    str,
    typer.Argument(
        metavar="[PATTERN]",
        help="Part of a name, or with * and ? all of it.",
        autocompletion=complete_resources,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (info, resources, operations, resource, operation, schema, where):
        app.command()(command)


def info(
    *,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Say which API this is: version, hash, source, counts."""
    from ascgen.cli import pages, sheets

    explorer, source = opened(spec, product, cache_dir, no_overlay=no_overlay)
    pages.show(explorer.info(source), sheets.info_page, as_json=as_json, brief=brief)


def resources(
    pattern: _Pattern = "",
    *,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """List the resources, and where each is in Python."""
    from ascgen.cli import pages, sheets

    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    pages.show(explorer.resources(pattern), sheets.resources_page, as_json=as_json, brief=brief)


def operations(
    pattern: _Pattern = "",
    *,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """List the operations: requests, and calls in Python."""
    from ascgen.cli import pages, sheets

    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    pages.show(explorer.operations(pattern), sheets.operations_page, as_json=as_json, brief=brief)


def resource(
    name: Annotated[
        str,
        typer.Argument(
            help="As Apple or Python spells it: betaGroups.", autocompletion=complete_resources
        ),
    ],
    *,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Show a resource: operations, attributes, relationships."""
    from ascgen.cli import pages, sheets

    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    pages.show(explorer.resource(name), sheets.resource_page, as_json=as_json, brief=brief)


def operation(
    name: Annotated[
        list[str],
        typer.Argument(
            help="An id, a request (GET /v1/apps) or a method (apps.list).",
            autocompletion=complete_operations,
        ),
    ],
    *,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Show an operation: call, parameters, values, body, answers."""
    from ascgen.cli import pages, sheets

    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    pages.show(
        explorer.operation(" ".join(name)), sheets.operation_page, as_json=as_json, brief=brief
    )


def schema(
    name: Annotated[
        str,
        typer.Argument(
            help="The name of a schema: AppUpdateRequest.", autocompletion=complete_schemas
        ),
    ],
    *,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Show a schema: fields, types, values, and who uses it."""
    from ascgen.cli import pages, sheets

    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    pages.show(explorer.schema(name), sheets.schema_page, as_json=as_json, brief=brief)


def where(
    name: Annotated[
        str,
        typer.Argument(
            help="A resource, schema, field, enumerated value or parameter.",
            autocompletion=complete_names,
        ),
    ],
    *,
    as_json: AsJson = False,
    brief: Brief = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Show where a name is used.

    That is who answers with it, includes it, takes it, writes it or filters by it.
    """
    from ascgen.cli import pages, sheets
    from ascgen.explore.places import places

    explorer, _ = opened(spec, product, cache_dir, no_overlay=no_overlay)
    pages.show(
        {"results": places(explorer, name)}, sheets.places_page, as_json=as_json, brief=brief
    )
