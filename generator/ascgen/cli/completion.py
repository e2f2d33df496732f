"""Values that shells complete: versions, and the names of the API.

Completion is no place for complaints: where the API cannot be read, there is nothing to complete.
"""

from __future__ import annotations

# Typer reads annotations at run time.
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typer

from ascgen.errors import AscgenError

if TYPE_CHECKING:
    from ascgen.explore.explorer import Explorer


def complete_specs(ctx: typer.Context) -> list[tuple[str, str]]:
    """Return what can be named instead of a file: versions, and the snapshot."""
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.sources import SNAPSHOT, known_versions

    cache = SpecCache(ctx.params.get("cache_dir") or default_directory())
    found = [(SNAPSHOT, "the committed facts")]
    with suppress(AscgenError):
        found += [(version, "") for version in known_versions(cache, _product(ctx))]
    return found


def complete_resources(ctx: typer.Context, incomplete: str) -> Iterable[str]:
    """Return resources as Apple spells them, and as Python does where that is begun."""
    explorer = _explorer(ctx)
    if explorer is None:
        return []
    found = explorer.lookup.resources
    if "_" in incomplete:
        return dict.fromkeys(name for item in found.values() for name in item.namespaces)
    return found


def complete_operations(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return operations by id, by their path or by their method in Python, as it is begun."""
    from ascgen.plan.namespaces import python_name

    explorer = _explorer(ctx)
    if explorer is None:
        return []
    operations = explorer.api.operations
    if incomplete.startswith("/"):
        said = {word.upper() for word in ctx.params.get("name") or ()}
        return [(item.path, item.method) for item in operations if not said or item.method in said]
    if "." in incomplete:
        named = ((python_name(item), item) for item in operations)
        return [(f"{name.namespace}.{name.method}", item.path) for name, item in named]
    return [(item.id, f"{item.method} {item.path}") for item in operations]


def complete_schemas(ctx: typer.Context) -> Iterable[str]:
    """Return the names of schemas."""
    explorer = _explorer(ctx)
    return [] if explorer is None else explorer.api.schemas


def complete_names(ctx: typer.Context) -> Iterable[str]:
    """Return the names that are used somewhere: resources, schemas, fields."""
    explorer = _explorer(ctx)
    if explorer is None:
        return []
    fields = (member.item.name for member in explorer.uses.members.values())
    return dict.fromkeys((*explorer.lookup.resources, *explorer.api.schemas, *fields))


def complete_kinds() -> Iterable[str]:
    """Return the kinds of things that can be searched for."""
    from ascgen.explore.entries import KINDS

    return KINDS


def _explorer(ctx: typer.Context) -> Explorer | None:
    """Return the API that the options before name, else the newest."""
    from ascgen.cli.opening import opened

    given = ctx.params
    with suppress(AscgenError):
        explorer, _ = opened(
            given.get("spec"),
            _product(ctx),
            given.get("cache_dir"),
            no_overlay=bool(given.get("no_overlay")),
        )
        return explorer
    return None


def _product(ctx: typer.Context) -> Any:
    return ctx.params.get("product") or "app-store-connect"
