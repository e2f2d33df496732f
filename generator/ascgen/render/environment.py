"""The Jinja environment: strict about undefined names, with filters that lay code out.

What leaves the templates is laid out as black would do it (see `fit`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jinja2

from ascgen.plan.code import literal
from ascgen.plan.views import (
    Alias,
    Argument,
    Collection,
    Constant,
    KeyedDict,
    Method,
    Namespace,
    Parameter,
)
from ascgen.render.fit import STEP, annotated, bracketed, defaulted, fits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ascgen.model import Relationship


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
        "block": block,
        "collection": collection,
        "constant": constant,
        "decorator": decorator,
        "definition": definition,
        "docstring": docstring,
        "entry": entry,
        "former": former,
        "lazy": lazy,
        "member": member,
        "repeated": repeated,
        "sending": sending,
        "several": several,
    }
    env.filters.update(own)
    return env


def alias(item: Alias) -> str:
    """Return the definition of an alias: its values, or any text where the document lists none."""
    if item.same:
        return repeated(item)
    if not item.values:
        return f"{item.name}: TypeAlias = str"
    return bracketed(f"{item.name}: TypeAlias = Literal[", [*map(literal, item.values)], "]")


def several(item: Alias) -> str:
    """Return the definition of one or many of an alias' values."""
    return bracketed(f"{item.name}s: TypeAlias = OneOrMany[", [item.name], "]")


def repeated(item: Alias | KeyedDict) -> str:
    """Return the definition of a type that is the same as another."""
    flat = f"{item.name}: TypeAlias = {item.same}"
    return flat if fits("", flat) else f"{item.name}: TypeAlias = (\n{STEP}{item.same}\n)"


def constant(item: Constant) -> str:
    """Return the definition of an operation."""
    head = f"{item.name}: Operation[{item.answers}] = "
    if fits("", f"{head}Operation("):
        return _operation(head, item, "")
    if fits("", f"{head}("):
        return f"{head}(\n{STEP}{_operation('', item, STEP)}\n)"
    return _operation(f"{item.name}: Operation[\n{STEP}{item.answers}\n] = ", item, "")


def _operation(head: str, item: Constant, indent: str) -> str:
    flat = ", ".join(_argument(argument, "") for argument in item.arguments)
    head += "Operation("
    if fits(indent, f"{head}{flat})") and "\n" not in head:
        return f"{head}{flat})"
    inner = indent + STEP
    if fits(inner, flat):
        return f"{head}\n{inner}{flat}\n{indent})"
    lines = "".join(f"{inner}{_argument(argument, inner)},\n" for argument in item.arguments)
    return f"{head}\n{lines}{indent})"


def decorator(method: Method) -> str:
    """Return the mark of a deprecated method."""
    return bracketed("@deprecated(", [literal(method.deprecated)], ")", indent=STEP)


def definition(method: Method) -> str:
    """Return the head of a method, its parameters in Python's order."""
    parts = ["self", *map(parameter, method.positional)]
    if method.positional:
        parts.append("/")
    if method.keywords:
        parts += ["*", *map(parameter, method.keywords)]
    return bracketed(f"def {method.name}(", parts, f") -> {method.returns}:", indent=STEP)


def docstring(method: Method) -> str:
    """Return what a method says about itself."""
    return block(method.doc, STEP * 2)


def block(lines: Sequence[str], indent: str) -> str:
    """Return a docstring, its closing quotes on a line of their own where it has several."""
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""'
    rest = "".join(f"{indent}{line}\n" if line else "\n" for line in lines[1:])
    return f'{indent}"""{lines[0]}\n{rest}{indent}"""'


def former(method: Method) -> str:
    """Return the name a method had before, for what it is called now."""
    return bracketed(f"{method.former} = Renamed(", [method.name], ")", indent=STEP)


def sending(method: Method) -> str:
    """Return the body of a method, which hands its arguments on."""
    handed = [method.operation.name, "locals()"]
    return bracketed(f"return self.{method.helper}(", handed, ")", indent=STEP * 2)


def descriptor(name: str, item: Relationship, models: Sequence[str]) -> str:
    """Return the attribute of a model that resolves a relationship."""
    kind = "ToMany" if item.many else "ToOne"
    head = f"{name}: {kind}[{' | '.join(models)}] = {kind}("
    return bracketed(head, [literal(item.name)], ")", indent=STEP).lstrip()


def lazy(namespace: Namespace, flavour: str) -> str:
    """Return the attribute of a client that imports a namespace when it is used."""
    name = literal(f"{flavour}{namespace.class_name}")
    return _generic(namespace.name, "LazyNamespace", name, name)


def _generic(name: str, kind: str, parameter: str, argument: str) -> str:
    """Return an attribute whose value is a call of a generic class."""
    head = f"{name} = {kind}[{parameter}]("
    if fits(STEP, head):
        return bracketed(head, [argument], ")", indent=STEP).lstrip()
    return f"{name} = {kind}[\n{STEP * 2}{parameter}\n{STEP}]({argument})"


def parameter(item: Parameter) -> str:
    """Return a parameter of a method, for which black leaves room for the comma behind it."""
    default = f" = {item.default}" if item.default else ""
    return annotated(item.name, item.annotation, f"{default},", STEP * 2)[:-1]


def member(item: Parameter) -> str:
    """Return a field of a class."""
    if item.default:
        return defaulted(item.name, item.annotation, item.default, STEP)
    return annotated(item.name, item.annotation, "", STEP)


def entry(key: str, annotation: str) -> str:
    """Return a key of a TypedDict."""
    return annotated(key, annotation, "", STEP)


def collection(item: Collection, head: str, indent: str) -> str:
    """Return a mapping or tuple behind `head`: on one line, else with each item on its own."""
    opening, closing = "{}" if item.is_mapping else "()"
    # Only the comma of a single value belongs to a tuple; any other makes black spread it.
    comma = "," if len(item.items) == 1 and not item.is_mapping else ""
    flat = f"{head}{opening}{', '.join(item.items)}{comma}{closing}"
    if not indent or fits(f"{indent} ", flat):
        return flat
    inner = indent + STEP
    lines = "".join(f"{inner}{_entry(entry, inner)},\n" for entry in item.items)
    return f"{head}{opening}\n{lines}{indent}{closing}"


def _entry(code: str, indent: str) -> str:
    """Return an item of a collection, with a comma behind it; a call in it may be too long."""
    if fits(f"{indent} ", code) or not code.endswith(")"):
        return code
    call, _, arguments = code[:-1].partition("(")
    return bracketed(f"{call}(", arguments.split(", "), ")", indent=indent).lstrip()


def _argument(argument: Argument, indent: str) -> str:
    head = f"{argument.name}=" if argument.name else ""
    if isinstance(argument.value, Collection):
        return collection(argument.value, head, indent)
    return head + argument.value
