"""Imports: which lines a module needs for the names its code uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ascgen.render.fit import import_line

if TYPE_CHECKING:
    from collections.abc import Iterable

RUNTIME = "_runtime"
_WORD = re.compile(r"[A-Za-z_]\w*")
_STANDARD = frozenset({"collections", "datetime", "typing"})
_LIBRARIES = frozenset({"msgspec", "typing_extensions"})

# Where every name comes from that generated code may use, besides models and types; what begins
# with a dot is in the package itself.
_ORIGINS = {
    "Iterable": "collections.abc",
    "Mapping": "collections.abc",
    "Sequence": "collections.abc",
    "date": "datetime",
    "datetime": "datetime",
    "ClassVar": "typing",
    "Literal": "typing",
    "TYPE_CHECKING": "typing",
    "TypeAlias": "typing",
    "TypedDict": "typing",
    "field": "msgspec",
    "deprecated": "typing_extensions",
    "InlineCreate": f".{RUNTIME}.jsonapi.body",
    "Linkage": f".{RUNTIME}.jsonapi.body",
    "many": f".{RUNTIME}.jsonapi.body",
    "one": f".{RUNTIME}.jsonapi.body",
    "Response": f".{RUNTIME}.messages.response",
    "AsyncNamespace": f".{RUNTIME}.namespace",
    "Namespace": f".{RUNTIME}.namespace",
    "Operation": f".{RUNTIME}.jsonapi.operation",
    "AsyncCsvPager": f".{RUNTIME}.jsonapi.pager",
    "AsyncPager": f".{RUNTIME}.jsonapi.pager",
    "CsvPager": f".{RUNTIME}.jsonapi.pager",
    "Pager": f".{RUNTIME}.jsonapi.pager",
    "Resource": f".{RUNTIME}.jsonapi.resource",
    "ToMany": f".{RUNTIME}.jsonapi.resource",
    "ToOne": f".{RUNTIME}.jsonapi.resource",
    "Extra": f".{RUNTIME}.jsonapi.values",
    "Id": f".{RUNTIME}.jsonapi.values",
    "Model": f".{RUNTIME}.jsonapi.values",
    "OneOrMany": f".{RUNTIME}.jsonapi.values",
    "OpenEnum": f".{RUNTIME}.jsonapi.values",
    "UNSET": f".{RUNTIME}.jsonapi.values",
    "Unset": f".{RUNTIME}.jsonapi.values",
}


class Imports:
    """The import lines of the modules of one package."""

    def __init__(self, package: str) -> None:
        self._package = package

    def of_names(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Module and name of those names that the runtime or a library defines."""
        return [
            (origin if not origin.startswith(".") else f"{self._package}{origin}", name)
            for name in names
            if (origin := _ORIGINS.get(name))
        ]

    def of_models(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Module and name of model classes and inline creations, for type checkers alone."""
        return [(f"{self._package}.models", name) for name in names]

    def of_types(self, names: Iterable[str], module: str) -> list[tuple[str, str]]:
        """The types modules by the short names that annotations use for them."""
        origins = {"t": f"{module} as t", "v": "values as v"}
        return [(f"{self._package}.types", origins[name]) for name in names if name in origins]


def lines(pairs: Iterable[tuple[str, str]], indent: str = "") -> list[str]:
    """Import lines by module: the standard library, other libraries, the package."""
    modules: dict[str, set[str]] = {}
    for module, name in pairs:
        modules.setdefault(module, set()).add(name)
    ordered = sorted(modules, key=lambda module: (_group(module), module))
    return [import_line(module, sorted(modules[module]), indent) for module in ordered]


def words(texts: Iterable[str]) -> set[str]:
    """The names that occur in code."""
    return {word for text in texts for word in _WORD.findall(text)}


def _group(module: str) -> int:
    root = module.partition(".")[0]
    if root in _STANDARD:
        return 0
    return 1 if root in _LIBRARIES else 2
