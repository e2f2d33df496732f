"""The simulator's rules, read from its source: what the server refuses, and on whose word.

The rules are statements in decorators (`@rules.before("builds_updateInstance", says="…")`), so they
can be read without running anything.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# What happens before a write is what it is refused for.
_MOMENTS = frozenset({"before"})


class Refusal(Struct, frozen=True):
    """A rule of the server: the operations it is about, and the strength of its evidence."""

    operations: tuple[str, ...]
    says: str
    strength: str


def read_refusals(templates: Path) -> tuple[Refusal, ...]:
    """Return what the simulator is known to refuse, in the order of its modules."""
    folder = templates / "client" / "app_store_connect" / "simulator" / "rules"
    return tuple(
        refusal
        for path in sorted(folder.glob("*.py"))
        for refusal in _refusals(ast.parse(path.read_text(encoding="utf-8")))
    )


def _refusals(module: ast.Module) -> Iterator[Refusal]:
    constants = dict(_constants(module))
    for node in module.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for call in node.decorator_list:
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in _MOMENTS
            ):
                told = {item.arg: _value(item.value, constants) for item in call.keywords}
                yield Refusal(
                    tuple(_operations(call.args, constants)),
                    str(told["says"]),
                    str(told["evidence"]).split(" ", 1)[0].strip(";,"),
                )


def _operations(arguments: list[ast.expr], constants: Mapping[str, Any]) -> Iterator[str]:
    for item in arguments:
        if isinstance(item, ast.Starred):
            yield from _value(item.value, constants) or ()
        elif isinstance(found := _value(item, constants), str):
            yield found


def _constants(module: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                yield node.targets[0].id, ast.literal_eval(node.value)
            except ValueError:
                continue


def _value(node: ast.expr, constants: Mapping[str, Any]) -> Any:
    """What a literal or the name of one is; None for what only running it would tell."""
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
