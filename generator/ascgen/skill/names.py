"""Names that a rendered page tells, held against the client that is installed."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ascgen.errors import AscgenError, UsageError
from ascgen.explore.lookup import Lookup
from ascgen.installed import installed_api

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CLIENT = "asc"
_FENCE = re.compile(r"^ *```python\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`(?P<text>[^`\n]+)`")
_CHAIN = re.compile(r"\basc((?:\.[a-z]\w*)+)")
# A line of a reference: a resource, its namespace, and the methods with what they must be given.
_LINE = re.compile(r"- `\w+` · `asc\.(?P<namespace>\w+)`: (?P<calls>.*)")
_CALL = re.compile(r"(?P<method>[a-z]\w*)(?:\((?P<keywords>[^)]*)\))?")
_OPERATION = re.compile(r"\b\w+_[a-z]+(?:Instance|Collection|ToOne\w*|ToMany\w*|Metrics)\b")
_SHOWN = 10
_MISSING = object()


def check_names(files: Mapping[str, str], package: str) -> None:
    """Make sure that Markdown names nothing that a package does not have.

    Raises:
        AscgenError: it does; the text says what and where.
    """
    stale = stale_names(files, package)
    if stale:
        more = f" and {len(stale) - _SHOWN} more" if len(stale) > _SHOWN else ""
        raise AscgenError(
            f"{package} does not have what is named in {', '.join(stale[:_SHOWN])}{more}",
            hint="mend the template or the text that names it, or render the client again",
        )


def stale_names(files: Mapping[str, str], package: str) -> tuple[str, ...]:
    """What Markdown says of a client that the installed package does not have, with the file.

    Raises:
        UsageError: there is no such package, or it has no simulator to make a client of.
    """
    lookup = Lookup(installed_api(package))
    try:
        client = import_module(f"{package}.simulator").Simulator().client()
    except ImportError as error:
        raise UsageError(
            f"{package} cannot be used here: {error}", hint="`pip install ./generated`"
        ) from None
    known = _Names(import_module(package), client, lookup)
    found = [
        f"{path}: {name}"
        for path, text in files.items()
        if path.endswith((".md", ".txt"))
        for name in known.missing(text)
    ]
    client.close()
    return tuple(dict.fromkeys(found))


class _Names:
    """The names that a client has."""

    def __init__(self, package: Any, client: Any, lookup: Lookup) -> None:
        self._package = package
        self._client = client
        self._lookup = lookup

    def missing(self, text: str) -> Iterator[str]:
        """What a text names, and is not there."""
        for match in _CHAIN.finditer(text):
            if self._found(match[1]) is _MISSING:
                yield f"{_CLIENT}{match[1]}"
        for line in filter(None, map(_LINE.match, text.splitlines())):
            for call in _CALL.finditer(line["calls"].partition("; ")[0]):
                name = f".{line['namespace']}.{call['method']}"
                yield from self._unfit(name, re.findall(r"\w+(?==)", call["keywords"] or ""))
        for match in _OPERATION.finditer(text):
            if match[0] not in self._lookup.operations:
                yield match[0]
        for match in (*_FENCE.finditer(text), *_CODE.finditer(text)):
            yield from self._in_code(textwrap.dedent(match["text"]))

    def _in_code(self, text: str) -> Iterator[str]:
        try:
            tree = ast.parse(text)
        except SyntaxError:
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == self._package.__name__:
                yield from (
                    item.name for item in node.names if not hasattr(self._package, item.name)
                )
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if re.fullmatch(rf"{_CLIENT}(?:\.\w+)+", called):
                    keywords = [item.arg for item in node.keywords if item.arg]
                    yield from self._unfit(called.removeprefix(_CLIENT), keywords)

    def _unfit(self, name: str, keywords: list[str]) -> Iterator[str]:
        """A call that is not there, or takes no such keyword."""
        found = self._found(name)
        if not callable(found):
            yield f"{_CLIENT}{name}"
            return
        parameters = inspect.signature(found).parameters
        if any(item.kind is item.VAR_KEYWORD for item in parameters.values()):
            return
        yield from (f"{_CLIENT}{name}({item}=)" for item in keywords if item not in parameters)

    def _found(self, name: str) -> Any:
        value: Any = self._client
        for part in name.strip(".").split("."):
            try:
                value = getattr(value, part)
            except self._package.NotInPublicApiError:
                # That is said of it, and why.
                return _refused
            except AttributeError:
                return _MISSING
        return value


def _refused(**_: Any) -> None:
    """What stands for a method that is not in the public API."""
