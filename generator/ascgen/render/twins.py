"""Blocking classes and functions, derived by tokens from the asynchronous ones.

What calls the API in sequence is written once, as `async` code, and its blocking twin is put before
it in the same module. A class, a function or a constant of a module gets a twin if its name says
that it is asynchronous (`AsyncUploads`, `digest_async`) and the module has none of the other name
(`Uploads`, `digest`); so what is written by hand in both flavours stays as it is. In the twin

- `async` and `await` are left out, and `Awaitable[T]` is `T`;
- `AsyncUploads` is `Uploads`, `digest_async` is `digest`, wherever they come from;
- `aclose`, `anext`, `__aenter__` and their kind are `close`, `next`, `__enter__`;
- the same holds for what docstrings, comments and texts quote, and in prose "to be awaited" and
  "asynchronous" are left out.

Imports and `__all__` get the names that the twins need. What has no blocking meaning is refused:
anything of asyncio, which belongs in a helper of the runtime that has both flavours, and two names
that would become one.

A scanner of our own and not `tokenize`, whose tokens of f-strings depend on Python's version.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ascgen.errors import AscgenError
from ascgen.render.fit import import_line
from ascgen.render.shortened import laid_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOKEN = re.compile(
    r"""(?P<string>(?<!\w)[A-Za-z]{0,2}(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}
          |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
      |(?P<comment>\#[^\n]*)
      |(?P<word>\w+)
      |(?P<space>\s+)
      |(?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
_MAY_HAVE_TWINS = re.compile(r"\bAsync[A-Z]|_async\b")
_CLASS = re.compile(r"(_*)Async(?=[A-Z])")
_FUNCTION = re.compile(r"_async\Z")
_SPECIAL = {
    "aclose": "close",
    "aiter": "iter",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
    "enter_async_context": "enter_context",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
}
_QUOTED_TYPE = re.compile(r"""["'][\w\[\]., |]+["']""")
_WORD = re.compile(r"\w+")
_STILL_ASYNCHRONOUS = re.compile(r"Async|async(?!hronous)")
_WAITS_INSIDE = re.compile(r"\{[^}]*\b(?:async|await)\b")
_LOOPS = frozenset({"anyio", "asyncio", "trio"})
# Their blocking counterparts take other parameters.
_WITHOUT_TWIN = frozenset({"AsyncGenerator", "Awaitable", "Coroutine"})
_PROSE = (
    (re.compile(r",? to be awaited\b"), ""),
    (re.compile(r"\b([Aa])n asynchronous (?=[b-df-hj-np-tv-z])"), r"\1 "),
    (re.compile(r"\basynchronous "), ""),
    (re.compile(r"\basync (?=(?:for|with|def)\b)"), ""),
    (re.compile(r"\bawait (?=[\w.]+\()"), ""),
    (re.compile(r"\bAwaitable\[((?:[^\[\]]|\[[^\[\]]*\])*)\]"), r"\1"),
    (re.compile(r"\bAsync(?=[A-Z])|(?<=\w)_async\b"), ""),
    (re.compile(r"\baclose\b"), "close"),
)


def may_have_twins(text: str) -> bool:
    """Return whether a module may hold anything that has a blocking twin."""
    return _MAY_HAVE_TWINS.search(text) is not None


def with_blocking(path: str, text: str, reformat: Callable[[str], str]) -> str:
    """Return the text of a module with the twins of what is asynchronous in it.

    `reformat` lays out the statements that may have another layout than their originals.

    Raises:
        AscgenError: something has no blocking meaning; the error names file and line.
    """
    return _Module(path, text, reformat).derived() if may_have_twins(text) else text


def blocking_name(name: str) -> str:
    """Return what a name is called in blocking code; most names are the same."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    return _FUNCTION.sub("", _CLASS.sub(r"\1", name, count=1)) or name


@dataclass(slots=True)
class _Module:
    """A module whose twins are being derived."""

    path: str
    text: str
    reformat: Callable[[str], str]
    _lines: list[str] = field(init=False)
    _bound: set[str] = field(init=False)
    _foreign: set[str] = field(init=False)
    _used: set[str] = field(init=False, default_factory=set[str])
    _sources: dict[str, str] = field(init=False, default_factory=dict[str, str])

    def derived(self) -> str:
        """Return the whole text."""
        body = ast.parse(self.text, self.path).body
        self._lines = self.text.splitlines(keepends=True)
        self._bound = {name for node in ast.walk(ast.Module(body, [])) for name in _imported(node)}
        self._bound |= {name for node in body if (name := _defined(node))}
        self._foreign = set(self._names_without_twin(body))
        # By line, so that what is put in moves nothing that is yet to be found.
        edits: list[tuple[int, int, str]] = []
        for node in body:
            name = _defined(node)
            if name and blocking_name(name) not in {name, *self._bound}:
                first = self._first_line(node)
                source = "".join(self._lines[first - 1 : node.end_lineno])
                twin = laid_out(source, self._twin(source, first), self.reformat)
                edits.append((first, first - 1, f"{twin}\n\n\n"))
        exported = self._exported(body)
        self._used |= set(exported)
        edits += self._imports(body)
        edits += set(exported.values())
        for first, last, text in sorted(edits, reverse=True):
            self._lines[first - 1 : last] = [text]
        return "".join(self._lines)

    def _names_without_twin(self, body: list[ast.stmt]) -> Iterator[str]:
        """Names of this module that stand for what only an event loop can do."""
        yield from _LOOPS
        for node in ast.walk(ast.Module(body, [])):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _LOOPS:
                yield from _imported(node)
        for node in body:
            if isinstance(node, ast.AsyncFunctionDef) and blocking_name(node.name) == node.name:
                yield node.name

    def _first_line(self, node: ast.stmt) -> int:
        """Return where a definition begins: with its decorators and the comments above it."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(item.lineno for item in decorators)])
        while first > 1 and self._lines[first - 2].startswith("#"):
            first -= 1
        return first

    def _twin(self, source: str, first: int) -> str:
        """Return the blocking text of a definition that begins on this line."""
        self._sources.clear()
        pieces: list[str] = []
        closing: list[int] = []
        depth, before, skipping = 0, "", False
        tokens = list(_TOKEN.finditer(source))
        for place, token in enumerate(tokens):
            kind, word = str(token.lastgroup), token[0]
            line = first + source.count("\n", 0, token.start())
            if skipping and kind == "space":
                continue
            skipping = False
            if kind == "word" and word in {"async", "await"}:
                skipping = True
            elif kind == "word" and word == "Awaitable" and _follows(tokens, place, "["):
                closing.append(depth)
            elif kind == "word":
                pieces.append(self._word(word, before, line))
            elif kind in {"string", "comment"}:
                pieces.append(self._quoted(word, line))
            else:
                depth += (word == "[") - (word == "]")
                is_awaitables = (word == "[" and before == "Awaitable") or (
                    word == "]" and closing[-1:] == [depth]
                )
                if word == "]" and is_awaitables:
                    closing.pop()
                pieces.append("" if is_awaitables else word)
            if kind != "space":
                before = word
        return "".join(pieces).rstrip("\n")

    def _word(self, word: str, before: str, line: int) -> str:
        is_attribute = before == "."
        name = blocking_name(word)
        if not is_attribute and (word in self._foreign or word in _WITHOUT_TWIN):
            raise self._refusal(word, line)
        if _STILL_ASYNCHRONOUS.search(name):
            raise self._refusal(word, line)
        if not is_attribute:
            self._used.add(name)
            other = self._sources.setdefault(name, word)
            if other != word:
                raise self._refusal(f"{word} beside {other}, which would become one name,", line)
        return name

    def _quoted(self, text: str, line: int) -> str:
        found = text
        for pattern, replacement in _PROSE:
            found = pattern.sub(replacement, found)
        is_formatted = text.partition(text[-1])[0].lower() in {"f", "rf", "fr"}
        if is_formatted and (found != text or _WAITS_INSIDE.search(text)):
            raise self._refusal(f"the f-string {text}", line)
        if text[0] != "#" and (word := re.search(r"\basyncio\b|\bAwaitable\b", found)):
            raise self._refusal(word[0], line)
        if _QUOTED_TYPE.fullmatch(found):
            self._used |= set(_WORD.findall(found))
        return found

    def _refusal(self, what: str, line: int) -> AscgenError:
        return AscgenError(
            f"{self.path}:{line}: {what} has no blocking meaning",
            hint="put it into a helper of the runtime that has both flavours",
        )

    def _imports(self, body: list[ast.stmt]) -> Iterator[tuple[int, int, str]]:
        """Imports that get the names which the twins use."""
        for node in ast.walk(ast.Module(body, [])):
            if not isinstance(node, ast.ImportFrom):
                continue
            names = {item.name: item.asname for item in node.names}
            twins = {blocking_name(name) for name in names} - {*names, *self._bound}
            if not twins & self._used:
                continue
            if any(names.values()):
                raise self._refusal("an import under another name", node.lineno)
            ordered = sorted({*names, *(twins & self._used)}, key=_isort_key)
            indent = " " * node.col_offset
            module = "." * node.level + (node.module or "")
            last = node.end_lineno or node.lineno
            yield node.lineno, last, f"{indent}{import_line(module, ordered, indent)}\n"

    def _exported(self, body: list[ast.stmt]) -> dict[str, tuple[int, int, str]]:
        """Names that `__all__` gets, each with the edit that puts it in."""
        for node in body:
            if _defined(node) == "__all__" and isinstance(node, ast.Assign):
                names: list[str] = ast.literal_eval(node.value)
                twins = {blocking_name(name) for name in names} - {*names}
                text = f"__all__ = {sorted({*names, *twins}, key=_isort_key)}\n"
                edit = (node.lineno, node.end_lineno or node.lineno, self.reformat(text))
                return dict.fromkeys(twins, edit)
        return {}


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((item.asname or item.name).partition(".")[0] for item in node.names)


def _defined(node: ast.stmt) -> str:
    """Return the name that a statement of a module defines; empty for statements of other kinds."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""


def _follows(tokens: list[re.Match[str]], place: int, text: str) -> bool:
    return place + 1 < len(tokens) and tokens[place + 1][0] == text


def _isort_key(name: str) -> tuple[int, str]:
    """Constants first, then classes, then the rest, as ruff sorts them."""
    bare = name.lstrip("_")
    if bare.isupper() and len(bare) > 1:
        return 0, name.lower()
    return (1 if bare[:1].isupper() else 2), name.lower()
