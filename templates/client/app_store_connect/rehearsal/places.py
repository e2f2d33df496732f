"""Where single resources are read."""

from __future__ import annotations

from functools import cache

from .._api import facts
from .._api.model import Kind
from ..simulator.routes import routes
from ..simulator.table import table

__all__ = ["instance_path"]


def instance_path(kind: str, path: str = "") -> str | None:
    """Return the path of one resource of a type that can be read, `path` if that is one."""
    root = "/".join(path.split("/")[:3])
    if root and routes().has("GET", f"{root}/{{id}}"):
        return f"{root}/{{id}}"
    return _instance_paths().get(kind)


@cache
def _instance_paths() -> dict[str, str]:
    found: dict[str, str] = {}
    for method, path in facts().operations:
        if method == "GET" and path.endswith("/{id}"):
            operation = table(method, path)
            if operation.kind is Kind.GET_INSTANCE:
                found[operation.type] = path
    return found
