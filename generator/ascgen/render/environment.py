"""The Jinja environment: strict about undefined names, with filters that lay code out.

What leaves the templates is laid out as black would do it, as far as that is simple: black then
has nothing to change and takes half the time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jinja2

from ascgen.plan.code import literal
from ascgen.plan.views import Alias, Argument, Collection, Constant, Method, Namespace, Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ascgen.model import Relationship

LINE_LENGTH = 100


def environment(templates: Path) -> jinja2.Environment:
    """Templates loop, test and interpolate; anything undefined is an error, never empty text."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is code: names are checked, values are quoted
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    own: dict[str, Callable[..., str]] = {
        "literal": literal,
        "toml": json.dumps,
        "alias": alias,
        "collection": collection,
        "constant": constant,
        "definition": definition,
        "lazy": lazy,
        "parameter": parameter,
    }
    env.filters.update(own)
    return env


def alias(item: Alias) -> str:
    """The definition of an alias: its values, or any text where the document lists none."""
    if not item.values:
        return f"{item.name}: TypeAlias = str"
    return bracketed(f"{item.name}: TypeAlias = Literal[", [*map(literal, item.values)], "]")


def constant(item: Constant) -> str:
    """The definition of an operation."""
    head = f"{item.name}: Operation[{item.answers}] = Operation("
    flat = ", ".join(_argument(argument, "") for argument in item.arguments)
    if len(head) + len(flat) < LINE_LENGTH:
        return f"{head}{flat})"
    if len(flat) + 4 <= LINE_LENGTH:
        return f"{head}\n    {flat}\n)"
    lines = "".join(f"    {_argument(argument, '    ')},\n" for argument in item.arguments)
    return f"{head}\n{lines})"


def definition(method: Method) -> str:
    """The head of a method, its parameters in Python's order."""
    parts = ["self", *map(parameter, method.positional)]
    if method.positional:
        parts.append("/")
    if method.keywords:
        parts += ["*", *map(parameter, method.keywords)]
    return bracketed(f"def {method.name}(", parts, f") -> {method.returns}:", indent="    ")


def descriptor(name: str, item: Relationship, models: Sequence[str]) -> str:
    """The attribute of a model that resolves a relationship."""
    kind = "ToMany" if item.many else "ToOne"
    head = f"{name} = {kind}[{literal(' | '.join(models))}]("
    return bracketed(head, [literal(item.name)], ")", indent="    ").lstrip()


def lazy(namespace: Namespace, flavour: str) -> str:
    """The attribute of a client that imports a namespace when it is used."""
    name = literal(f"{flavour}{namespace.class_name}")
    head = f"{namespace.name} = LazyNamespace[{name}]("
    return bracketed(head, [name], ")", indent="    ").lstrip()


def parameter(item: Parameter, indent: str = "        ") -> str:
    """A parameter or field with its annotation and default; a long union goes into brackets."""
    tail = f" = {item.default}" if item.default else ""
    flat = f"{item.name}: {item.annotation}{tail}"
    choices = _union(item.annotation)
    if len(indent) + len(flat) < LINE_LENGTH or len(choices) == 1:
        return flat
    inner = f"{indent}    "
    if len(inner) + len(item.annotation) <= LINE_LENGTH:
        return f"{item.name}: (\n{inner}{item.annotation}\n{indent}){tail}"
    lines = f"\n{inner}| ".join(choices)
    return f"{item.name}: (\n{inner}{lines}\n{indent}){tail}"


def collection(item: Collection, head: str, indent: str) -> str:
    """A mapping or tuple behind `head`: on one line, else with each item on its own."""
    opening, closing = "{}" if item.is_mapping else "()"
    # Only the comma of a single value belongs to a tuple; any other makes black spread it.
    comma = "," if len(item.items) == 1 and not item.is_mapping else ""
    flat = f"{head}{opening}{', '.join(item.items)}{comma}{closing}"
    if not indent or len(indent) + len(flat) < LINE_LENGTH:
        return flat
    inner = f"{indent}    "
    lines = "".join(f"{inner}{_entry(entry, inner)},\n" for entry in item.items)
    return f"{head}{opening}\n{lines}{indent}{closing}"


def _entry(code: str, indent: str) -> str:
    """An item of a collection; a call in it that is too long has its arguments on a line."""
    if len(indent) + len(code) < LINE_LENGTH or not code.endswith(")"):
        return code
    call, _, arguments = code[:-1].partition("(")
    return f"{call}(\n{indent}    {arguments}\n{indent})"


def bracketed(head: str, items: Sequence[str], tail: str, *, indent: str = "") -> str:
    """Items in brackets: on one line, else on a line of their own, else each on its own."""
    flat = ", ".join(items)
    if len(indent) + len(head) + len(flat) + len(tail) <= LINE_LENGTH:
        return f"{indent}{head}{flat}{tail}"
    if len(indent) + 4 + len(flat) <= LINE_LENGTH:
        return f"{indent}{head}\n{indent}    {flat}\n{indent}{tail}"
    lines = "".join(f"{indent}    {item},\n" for item in items)
    return f"{indent}{head}\n{lines}{indent}{tail}"


def import_line(module: str, names: Sequence[str], indent: str = "") -> str:
    """An import, its names each on their own line where they do not fit."""
    flat = f"from {module} import {', '.join(names)}"
    if len(indent) + len(flat) <= LINE_LENGTH:
        return flat
    lines = "".join(f"{indent}    {name},\n" for name in names)
    return f"from {module} import (\n{lines}{indent})"


def _union(annotation: str) -> list[str]:
    """The members of a union, not looking into brackets."""
    parts: list[str] = []
    depth = 0
    for word in annotation.split(" | "):
        if depth:
            parts[-1] += f" | {word}"
        else:
            parts.append(word)
        depth += word.count("[") - word.count("]")
    return parts


def _argument(argument: Argument, indent: str) -> str:
    head = f"{argument.name}=" if argument.name else ""
    if isinstance(argument.value, Collection):
        return collection(argument.value, head, indent)
    return head + argument.value
