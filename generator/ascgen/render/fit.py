"""Code in black's own layout, so that black has nothing to change and needs one pass, not two.

Everything here takes code without line breaks. What fits stays on its line; what does not is taken
apart at its brackets, as black would. A layout that misses costs time, never a different result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE_LENGTH = 100
STEP = "    "


def fits(indent: str, code: str) -> bool:
    """Return whether code fits on a line behind its indent."""
    return len(indent) + len(code) <= LINE_LENGTH


def bracketed(head: str, items: Sequence[str], tail: str, *, indent: str = "") -> str:
    """Return items in brackets: on one line, else on a line of their own, else each on its own."""
    flat = ", ".join(items)
    if fits(indent, head + flat + tail):
        return f"{indent}{head}{flat}{tail}"
    inner = indent + STEP
    if fits(inner, flat) or len(items) == 1:
        return f"{indent}{head}\n{inner}{flat}\n{indent}{tail}"
    lines = "".join(f"{inner}{item},\n" for item in items)
    return f"{indent}{head}\n{lines}{indent}{tail}"


def import_line(module: str, names: Sequence[str], indent: str = "") -> str:
    """Return an import, its names each on their own line where they do not fit."""
    flat = f"from {module} import {', '.join(names)}"
    if fits(indent, flat):
        return flat
    lines = "".join(f"{indent}{STEP}{name},\n" for name in names)
    return f"from {module} import (\n{lines}{indent})"


def annotated(name: str, annotation: str, tail: str, indent: str) -> str:
    """Return a name with its annotation; `tail` is what follows: a default, a comma."""
    flat = f"{name}: {annotation}{tail}"
    if fits(indent, flat):
        return flat
    if annotation.endswith("]") and len(union(annotation)) == 1:
        return f"{name}: {subscripted(annotation, indent)}{tail}"
    inner = indent + STEP
    return f"{name}: (\n{inner}{_alternatives(annotation, inner)}\n{indent}){tail}"


def defaulted(name: str, annotation: str, default: str, indent: str) -> str:
    """Return a field of a class with its default, which is wrapped before the annotation."""
    head = f"{name}: {annotation} = "
    if fits(indent, f"{head}{default}") or not fits(indent, f"{head}("):
        return annotated(name, annotation, f" = {default}", indent)
    return f"{head}(\n{indent}{STEP}{default}\n{indent})"


def subscripted(code: str, indent: str) -> str:
    """Return a type whose subscript, if it has one, goes onto lines of its own."""
    head, opening, rest = code.partition("[")
    if not opening:
        return code
    inner = indent + STEP
    return f"{head}[\n{inner}{_alternatives(rest[:-1], inner)}\n{indent}]"


def assigned(target: str, annotation: str, call: str, arguments: Sequence[str], indent: str) -> str:
    """`target: annotation = call(arguments)`; a long head goes into brackets or is taken apart."""
    head = f"{target}: {annotation} = "
    if not fits(indent, f"{head}{call}("):
        if fits(indent, f"{head}("):
            inner = indent + STEP
            return f"{head}(\n{bracketed(f'{call}(', arguments, ')', indent=inner)}\n{indent})"
        if len(union(annotation)) > 1:
            inner = indent + STEP
            head = f"{target}: (\n{inner}{_alternatives(annotation, inner)}\n{indent}) = "
            return f"{head}{call}({', '.join(arguments)})"
        head = f"{target}: {subscripted(annotation, indent)} = "
        return head + bracketed(f"{call}(", arguments, ")", indent=indent).lstrip()
    return bracketed(f"{head}{call}(", arguments, ")", indent=indent).lstrip()


def union(annotation: str) -> list[str]:
    """Return the members of a union, not looking into brackets."""
    parts: list[str] = []
    depth = 0
    for word in annotation.split(" | "):
        if depth:
            parts[-1] += f" | {word}"
        else:
            parts.append(word)
        depth += word.count("[") - word.count("]")
    return parts


def _alternatives(annotation: str, indent: str) -> str:
    """Return a union: on one line, else with each member on a line of its own."""
    if fits(indent, annotation):
        return annotation
    lines: list[str] = []
    for member in union(annotation):
        bar = "| " if lines else ""
        lines.append(bar + (member if fits(indent, bar + member) else subscripted(member, indent)))
    return f"\n{indent}".join(lines)
