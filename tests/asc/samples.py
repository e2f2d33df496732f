"""What is typed to call an operation with all it takes, and the request that must come of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ascgen.model import EnumSchema, InlineEnum, LinkageSchema, RequestSchema, Scalar
from ascgen.plan.calls import is_paged
from ascgen.plan.names import snake
from ascgen.plan.namespaces import python_name
from support.calls import IDENTIFIER
from support.samples import received, resolved
from support.whole_api import rendered_api

if TYPE_CHECKING:
    from ascgen.model import Field, Operation, Parameter

TEXT = "free text & more=?"
FIELDS = "version"


@dataclass
class Typed:
    """The words of a command, and the query and body that they cause."""

    words: list[str]
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def option(self, name: str, *values: str) -> None:
        for value in values:
            self.words += [f"--{word(name)}", value]


def word(name: str) -> str:
    return name.strip("_").replace("_", "-")


def command(operation: Operation) -> list[str]:
    """The words that name an operation."""
    name = python_name(operation)
    return [word(name.namespace), word(name.method)]


def whole(operation: Operation) -> Typed:
    """A call with every option that an operation has."""
    typed = Typed(command(operation))
    if "{id}" in operation.path:
        typed.words.append(IDENTIFIER)
    for item in operation.filters:
        _parameter(typed, f"filter[{item.name}]", item)
    for item in operation.parameters:
        _parameter(typed, item.name, item)
    for number, flag in enumerate(operation.exists):
        exists = number % 2 == 0
        typed.words.append(f"--{'' if exists else 'no-'}exists-{word(snake(flag.name))}")
        typed.query[f"exists[{flag.name}]"] = "true" if exists else "false"
    for name, values in (("sort", operation.sort), ("include", operation.include)):
        if values:
            typed.option(name, ",".join(values))
            typed.query[name] = ",".join(values)
    for kind in operation.fields:
        values = rendered_api().fieldsets[kind.fieldset].values or (FIELDS,)
        typed.option("fields", f"{kind.type}={','.join(values)}")
        typed.query[f"fields[{kind.type}]"] = ",".join(values)
    for limit in operation.related_limits:
        typed.option("related-limit", f"{limit.name}={limit.maximum}")
        typed.query[f"limit[{limit.name}]"] = str(limit.maximum)
    if operation.limit:
        typed.option("limit", str(operation.limit))
        typed.query["limit"] = str(operation.limit)
    if operation.method == "GET":
        typed.option("extra", "filter[notInTheDocument]=a,b")
        typed.query["filter[notInTheDocument]"] = "a,b"
        if is_paged(rendered_api(), operation):
            typed.words.append("--all")
    else:
        typed.words.append("--yes")
    _body(typed, operation)
    return typed


def _parameter(typed: Typed, wire: str, item: Parameter) -> None:
    name = snake(item.name)
    if not item.array:
        value = item.values[0] if item.values else "one text, with a comma"
        typed.option(name, value)
        typed.query[wire] = value
        return
    values = list(item.values) or [TEXT, "7", "last"]
    # Some at once, and the last by itself, in another case where they are listed.
    last = values[-1].lower() if item.values else values[-1]
    typed.option(name, *([",".join(values[:-1])] if values[1:] else []), last)
    typed.query[wire] = ",".join(values)


def _body(typed: Typed, operation: Operation) -> None:
    request = rendered_api().schemas.get(operation.request or "")
    if isinstance(request, LinkageSchema):
        names = ["one", "two"] if request.many else ["one"]
        typed.words += names
        data = [{"type": request.type, "id": name} for name in names]
        typed.body = {"data": data if request.many else data[0]}
    if not isinstance(request, RequestSchema):
        return
    data: dict[str, Any] = {"type": request.type}
    if request.purpose == "update":
        data["id"] = IDENTIFIER
    for item in request.attributes:
        data.setdefault("attributes", {})[item.name] = received(item.type)
        _attribute(typed, item)
    for link in request.relationships:
        refs = [{"type": link.type, "id": name} for name in ("one", "two", "three")]
        linked = data.setdefault("relationships", {})
        if link.many:
            typed.option(snake(link.name), "one,two", "three")
            linked[link.name] = {"data": refs}
        else:
            typed.option(snake(link.name), "one")
            linked[link.name] = {"data": refs[0]}
    typed.body = {"data": data}


def _attribute(typed: Typed, item: Field) -> None:
    value, kind = received(item.type), resolved(item.type)
    name = snake(item.name)
    match kind, value:
        case _, bool():
            typed.words.append(f"--{word(name)}")
        case Scalar(name="any"), _:
            typed.option(name, json.dumps(value))
        case ((InlineEnum() | EnumSchema()), str()):
            typed.option(name, value.lower())
        case _, str():
            typed.option(name, value)
        case _:
            typed.option(name, json.dumps(value))
