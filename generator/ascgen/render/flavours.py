"""The asynchronous flavour of a namespace, derived from the blocking one.

Both have the same signatures, so one of them is rendered and formatted, and the other follows by
rule: what returns a pager stays a plain method and returns the asynchronous pager, everything else
is awaited.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CLASS = re.compile(r"^class (\w+)\(Namespace\):\n", re.MULTILINE)
_PAGER = re.compile(r"\b(Pager|CsvPager)\[")
# Members of a class, whose docstrings may have empty lines; former names follow one another.
_MEMBERS = re.compile(r"\n\n(?=    (?:@|def |\w+ = ))")
_WRAPPER = "class _:\n"
# What stands between the blocking class and the name of the other one.
BEHIND = "\n\n\nclass Async"


def with_asynchronous(module: str, reformat: Callable[[str], str], line_length: int) -> str:
    """Return a formatted module of one blocking class, with the asynchronous class behind it.

    `reformat` lays out the methods that grow beyond `line_length` by the words that are put in.
    """
    match = _CLASS.search(module)
    if match is None:
        raise AssertionError("a namespace module holds one class")
    doc, *methods = _MEMBERS.split(module[match.end() :].rstrip("\n"))
    derived = [
        f"{match[1]}(AsyncNamespace):\n" + doc.replace('."""', ', to be awaited."""'),
        *(_fitted(method, _derive(method), reformat, line_length) for method in methods),
    ]
    return module.rstrip("\n") + BEHIND + "\n\n".join(derived) + "\n"


def _derive(method: str) -> str:
    if _PAGER.search(method) or "    def " not in method:
        return _PAGER.sub(r"Async\1[", method)
    awaited = method.replace("    def ", "    async def ", 1)
    return awaited.replace("        return self._", "        return await self._", 1)


def _fitted(method: str, derived: str, reformat: Callable[[str], str], line_length: int) -> str:
    changed = set(derived.splitlines()) - set(method.splitlines())
    if all(len(line) <= line_length for line in changed):
        return derived
    return reformat(_WRAPPER + derived).removeprefix(_WRAPPER).rstrip("\n")
