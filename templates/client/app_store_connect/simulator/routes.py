"""From a method and a path to the operation that it calls."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from .._api import facts
from .._api.model import Kind

if TYPE_CHECKING:
    from .._api import Facts

__all__ = ["Place", "Routes", "routes"]

_NAMES = {
    Kind.GET_COLLECTION: "GET_COLLECTION",
    Kind.GET_INSTANCE: "GET_INSTANCE",
    Kind.CREATE_INSTANCE: "CREATE",
    Kind.UPDATE_INSTANCE: "UPDATE",
    Kind.DELETE_INSTANCE: "DELETE",
    Kind.GET_TO_ONE_RELATED: "GET_RELATED",
    Kind.GET_TO_MANY_RELATED: "GET_RELATED",
    Kind.GET_TO_ONE_RELATIONSHIP: "GET_RELATIONSHIP",
    Kind.GET_TO_MANY_RELATIONSHIP: "GET_RELATIONSHIP",
    Kind.CREATE_TO_MANY_RELATIONSHIP: "ADD",
    Kind.REPLACE_TO_MANY_RELATIONSHIP: "REPLACE",
    Kind.DELETE_TO_MANY_RELATIONSHIP: "REMOVE",
    Kind.UPDATE_TO_ONE_RELATIONSHIP: "REPLACE",
    Kind.GET_METRICS: "GET_METRICS",
}
_VIAS = ("relationships", "metrics")


class Place(msgspec.Struct, frozen=True):
    """A path that there is: its template, the id in it, and the methods it takes."""

    template: str
    root: str
    id: str
    methods: tuple[str, ...]
    member: str = ""
    via: str = ""


class Routes:
    """All paths of an API."""

    def __init__(self, api: Facts) -> None:
        self._api = api
        self._methods: dict[str, tuple[str, ...]] = {}
        self._roots: dict[str, list[str]] = {}
        for method, path in api.operations:
            if path not in self._methods:
                self._roots.setdefault(path.split("/", 3)[2], []).append(path)
            self._methods[path] = (*self._methods.get(path, ()), method)

    def find(self, path: str) -> Place | None:
        """Return the place of a path, None where there is no such."""
        parts = path.split("/")
        if len(parts) < 3 or parts[0]:  # noqa: PLR2004 - /v1/apps
            return None
        root, rest = parts[2], parts[3:]
        identifier = unquote(rest[0]) if rest else ""
        template = f"/{parts[1]}/{root}"
        if rest:
            template += "/".join(("/{id}", *rest[1:]))
        methods = self._methods.get(template)
        if methods is None and not rest and self._has_below(template):
            methods = ()
        if methods is None or (rest and not identifier):
            return None
        via = rest[1] if len(rest) == 3 and rest[1] in _VIAS else ""  # noqa: PLR2004
        return Place(template, root, identifier, methods, rest[-1] if len(rest) > 1 else "", via)

    def _has_below(self, template: str) -> bool:
        """Whether there are single ones of what no operation asks for as a collection."""
        root = template.rpartition("/")[2]
        return any(path.startswith(f"{template}/") for path in self._roots.get(root, ()))

    def has_root(self, root: str) -> bool:
        """Whether any path is of this resource."""
        return root in self._roots

    def offered(self, root: str) -> list[str]:
        """Return the names of what can be done with a resource, as the API lists them."""
        paths = self._roots.get(root, ())
        near = [path for path in paths if path.count("/") <= 3]  # noqa: PLR2004
        pairs = [(method, path) for path in near for method in self._methods[path]]
        return list(dict.fromkeys(_NAMES[self._api.operation(*pair).kind] for pair in pairs))

    def has(self, method: str, path: str) -> bool:
        """Whether there is an operation."""
        return method in self._methods.get(path, ())


@cache
def routes() -> Routes:
    """Return the paths of the API that this package was made for."""
    return Routes(facts())
