"""Definitions in black's layout, of which words were taken out.

Black looks at statements one by one, and a line that only became shorter is laid out as it was. So
what is left to do are the statements that go over several lines: they may fit on fewer now.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ascgen.render.fit import STEP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What a part of a statement needs before it to stand alone.
_BEFORE = {"elif": "if _", "except": "try"}
_AWAITED = "(await "  # whose brackets may be needed no more


def laid_out(before: str, after: str, reformat: Callable[[str], str]) -> str:
    """Return a definition in black's layout, given what it was `before` words were taken out."""
    was, lines = before.splitlines(), after.rstrip("\n").splitlines()
    tree = ast.parse(after)
    if len(was) != len(lines) or any(isinstance(node, ast.Match) for node in ast.walk(tree)):
        return reformat(after).rstrip("\n")
    changed = {
        number
        for number, (old, new) in enumerate(zip(was, lines, strict=True))
        if old != new or _AWAITED in old
    }
    # From the end, so that what is joined moves nothing that is yet to be looked at.
    for first, last, is_header in sorted(_statements(tree, lines), reverse=True):
        here = range(first, last)
        is_long = len(here) > 1 or _AWAITED in was[first]
        if is_long and not changed.isdisjoint(here):
            lines[first:last] = _alone(lines[first:last], reformat, is_header=is_header)
    return "\n".join(lines)


def _statements(tree: ast.Module, lines: list[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield the lines of all statements but docstrings; of those with a body, of their head."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from ((x.lineno - 1, x.end_lineno or 0, False) for x in node.decorator_list)
        if not isinstance(node, ast.stmt | ast.ExceptHandler) or _is_docstring(node):
            continue
        head = _head(lines, node)
        yield (*head, True) if head else (node.lineno - 1, node.end_lineno or 0, False)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _head(lines: list[str], node: ast.stmt | ast.ExceptHandler) -> tuple[int, int] | None:
    """Return the lines of a head, or None without a body or where it begins on the last one."""
    body: list[ast.stmt] = getattr(node, "body", [])
    if not body:
        return None
    starts: list[ast.stmt | ast.expr] = [body[0], *getattr(body[0], "decorator_list", [])]
    first, last = node.lineno - 1, min(x.lineno for x in starts) - 1
    while last > first and (not lines[last - 1].strip() or lines[last - 1].strip()[0] == "#"):
        last -= 1
    is_apart = last > first and lines[last - 1].partition("  #")[0].endswith(":")
    return (first, last) if is_apart else None


def _alone(lines: list[str], reformat: Callable[[str], str], *, is_header: bool) -> list[str]:
    """Return a statement as black has it behind the same indent."""
    indent = lines[0][: -len(lines[0].lstrip())]
    depth = len(indent) // len(STEP)
    around = [f"{STEP * level}if _:" for level in range(depth)]
    opening = _BEFORE.get(lines[0].split()[0])
    if opening:
        around += [f"{indent}{opening}:", f"{indent}{STEP}pass"]
    below = [f"{indent}{STEP}pass"] if is_header else []
    if lines[0].lstrip().startswith("@"):
        below = [f"{indent}def _():", f"{indent}{STEP}pass"]
    found = reformat("\n".join([*around, *lines, *below]) + "\n").splitlines()
    alone = found[len(around) : len(found) - len(below)]
    # Black puts an empty line before a function in a block.
    return alone if alone[0] else alone[1:]
