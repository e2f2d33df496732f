"""Imports: which lines a module needs for the names its code uses, in the order ruff keeps."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ascgen.render.fit import import_line

if TYPE_CHECKING:
    from collections.abc import Iterable

RUNTIME = "_runtime"
_WORD = re.compile(r"[A-Za-z_]\w*")
_RUN = re.compile(r"[0-9]+|[^0-9]")
_STANDARD = frozenset({"collections", "datetime", "typing"})

# Where every name comes from that generated code may use, besides models and types. Modules that
# use them are in a folder of the package.
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
    "InlineCreate": f"..{RUNTIME}.jsonapi.body",
    "Linkage": f"..{RUNTIME}.jsonapi.body",
    "many": f"..{RUNTIME}.jsonapi.body",
    "one": f"..{RUNTIME}.jsonapi.body",
    "Response": f"..{RUNTIME}.messages.response",
    "lazy_module": f"..{RUNTIME}.lazy",
    "AsyncNamespace": f"..{RUNTIME}.namespace",
    "Namespace": f"..{RUNTIME}.namespace",
    "Renamed": f"..{RUNTIME}.namespace",
    "Operation": f"..{RUNTIME}.jsonapi.operation",
    "AsyncCsvPager": f"..{RUNTIME}.jsonapi.pager",
    "AsyncPager": f"..{RUNTIME}.jsonapi.pager",
    "CsvPager": f"..{RUNTIME}.jsonapi.pager",
    "Pager": f"..{RUNTIME}.jsonapi.pager",
    "Resource": f"..{RUNTIME}.jsonapi.resource",
    "ToMany": f"..{RUNTIME}.jsonapi.resource",
    "ToOne": f"..{RUNTIME}.jsonapi.resource",
    "AnswerModel": f"..{RUNTIME}.jsonapi.values",
    "DateTime": f"..{RUNTIME}.jsonapi.values",
    "Extra": f"..{RUNTIME}.jsonapi.values",
    "Id": f"..{RUNTIME}.jsonapi.values",
    "Model": f"..{RUNTIME}.jsonapi.values",
    "OneOrMany": f"..{RUNTIME}.jsonapi.values",
    "OpenEnum": f"..{RUNTIME}.jsonapi.values",
    "UNSET": f"..{RUNTIME}.jsonapi.values",
    "Unset": f"..{RUNTIME}.jsonapi.values",
}
# The models, by the short name that annotations use for them.
_MODELS = {"m": ("..", "models as m")}


def of_names(names: Iterable[str]) -> list[tuple[str, str]]:
    """Module and name of those names that the runtime, a library or the package defines."""
    known = _MODELS | {name: (origin, name) for name, origin in _ORIGINS.items()}
    return [known[name] for name in names if name in known]


def of_types(names: Iterable[str], module: str) -> list[tuple[str, str]]:
    """Return the types modules, by the short names that annotations use for them."""
    modules = {"t": module, "v": "values", "f": "fields"}
    found = [(name, modules[name]) for name in modules.keys() & set(names)]
    return sorted(found, key=lambda pair: _natural(pair[1]))


def lines(pairs: Iterable[tuple[str, str]], indent: str = "") -> list[str]:
    """Import lines by module: the standard library, other libraries, the package.

    A name that gets another one has a line of its own.
    """
    statements: dict[tuple[str, str], set[str]] = {}
    for module, name in pairs:
        statements.setdefault((module, name if " as " in name else ""), set()).add(name)
    ordered = sorted(statements, key=lambda key: (_group(key[0]), _kind(key[1])))
    text: list[str] = []
    for _, part in groupby(ordered, key=lambda key: _group(key[0])[0]):
        text += [""] if text else []
        text += (import_line(key[0], sorted(statements[key], key=_kind), indent) for key in part)
    return text


def words(texts: Iterable[str]) -> set[str]:
    """Return the names that occur in code."""
    return {word for text in texts for word in _WORD.findall(text)}


def _group(module: str) -> tuple[object, ...]:
    """Return a module's sort key: libraries first, then the package's modules by distance."""
    if module.startswith("."):
        name = module.lstrip(".")
        return 2, len(name) - len(module), _natural(name)
    return int(module.partition(".")[0] not in _STANDARD), 0, _natural(module)


def _kind(name: str) -> tuple[object, ...]:
    """Constants before classes before everything else."""
    plain = name.partition(" ")[0]
    rank = 0 if len(plain) > 1 and plain.isupper() else 1 if plain[:1].isupper() else 2
    return rank, _natural(plain), plain


def _natural(name: str) -> list[tuple[int, int]]:
    """Numbers in a name by their value, everything else by its letters."""
    runs = _RUN.findall(name.lower())
    return [(ord("0"), int(run)) if run.isdecimal() else (ord(run), 0) for run in runs]
