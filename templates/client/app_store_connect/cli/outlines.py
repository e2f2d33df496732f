"""Outlines of namespaces: what a help says of them, without importing them.

Importing a namespace takes longer than all else that a help does, so its text is looked at.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._runtime.jsonapi.operation import Operation

__all__ = ["Outlined", "class_of", "namespaces", "operation_of", "outline"]

_PACKAGE = __name__.rpartition(".cli.")[0]
_OPERATION = re.compile(
    r'^_([A-Z0-9_]+): [^=]*= \(?\s*Operation\(\s*"([A-Z]+)",\s*"([^"]+)"', re.MULTILINE
)


class Outlined(NamedTuple):
    """A method of a namespace: what it sends, and what its docstring says of it."""

    name: str
    method: str
    path: str
    text: str

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return self.text.partition("\n")[0]

    @property
    def link(self) -> str:
        """Where Apple describes it."""
        return self.text.rpartition("\n")[2].strip()


@cache
def namespaces() -> dict[str, str]:
    """The namespaces of the client by the words they are typed as; imports none of them."""
    folder = import_module(f"{_PACKAGE}.resources")
    names = (found.name for found in pkgutil.iter_modules(folder.__path__))
    return {name.replace("_", "-"): name for name in names}


def outline(namespace: str) -> dict[str, Outlined]:
    """The methods of a namespace by the words they are typed as, in the order of the client."""
    module = f"{_PACKAGE}.resources.{namespace}"
    spec = find_spec(module)
    read: Callable[[str], str | None] | None = getattr(spec and spec.loader, "get_source", None)
    source = read(module) if read else None
    # Some packages are installed without their text.
    found = _imported(namespace) if source is None else _read(source)
    return {item.name.strip("_").replace("_", "-"): item for item in found}


def _read(source: str) -> Iterator[Outlined]:
    # Both flavours have the same methods.
    blocking = source.partition("\nclass Async")[0]
    sends = {name: (method, path) for name, method, path in _OPERATION.findall(blocking)}
    for text in blocking.split("\n    def ")[1:]:
        name, _, rest = text.partition("(")
        docstring = rest.split('"""', 2)[1]
        yield Outlined(name, *sends[name.upper()], docstring.strip())


def _imported(namespace: str) -> Iterator[Outlined]:
    kind = class_of(namespace)
    for name, function in vars(kind).items():
        if not name.startswith("_"):
            operation = operation_of(kind, name)
            text = (function.__doc__ or "").strip()
            yield Outlined(name, operation.method, operation.path, text)


def class_of(namespace: str) -> type[Any]:
    """Import the class of a namespace."""
    from .._runtime.namespace import Namespace

    module = import_module(f"{_PACKAGE}.resources.{namespace}")
    return next(
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Namespace) and kind is not Namespace
    )


def operation_of(kind: type[Any], method: str) -> Operation[Any]:
    """What a method of a namespace sends, which stands beside its class."""
    operation: Operation[Any] = getattr(sys.modules[kind.__module__], f"_{method.upper()}")
    return operation
