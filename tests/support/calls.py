"""Calls of an operation with arguments made up from the facts, and the requests they must cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from app_store_connect import Ref
from ascgen.model import LinkageSchema, RequestSchema
from ascgen.plan.calls import is_paged
from ascgen.plan.names import snake
from support.samples import DAY, MOMENT, given, received
from support.whole_api import (
    answer_schemas,
    answered_resource,
    model_class,
    operations,
    rendered_api,
    resources_of_type,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ascgen.model import Operation, Parameter, Relationship

# An id that needs care to stay one segment of a path.
IDENTIFIER = "a/b c%2F?x=1&y#é"
# Everything that may be passed where the document says no more than "text", and how it is sent.
FREE = ("free text & more=?", True, 7, DAY, MOMENT, Ref("apps", "an-id"))
FREE_TEXT = "free text & more=?,true,7,2025-01-02,2025-01-02T03:04:05+00:00,an-id"
SINGLE_TEXT = "one text, with a comma"


@dataclass
class Call:
    """The arguments of a call, and what is to be seen of them on the wire."""

    path: str
    accept: str = "application/json"
    positional: list[Any] = field(default_factory=list)
    keywords: dict[str, Any] = field(default_factory=dict)
    query: list[tuple[str, str]] = field(default_factory=list)
    body: Any = None


def whole_call(operation: Operation) -> Call:
    """A call with every argument the operation has."""
    call = _call(operation)
    for wire, item in _texts(operation):
        _add_text(call, wire, item, _type_of_ids(operation, item))
    for number, flag in enumerate(operation.exists):
        call.keywords[f"exists_{snake(flag.name)}"] = number % 2 == 0
        call.query.append((f"exists[{flag.name}]", "true" if number % 2 == 0 else "false"))
    for name, values in (("sort", operation.sort), ("include", operation.include)):
        if values:
            call.keywords[name] = values
            call.query.append((name, ",".join(values)))
    _add_fields(call, operation)
    if operation.limit:
        call.keywords["limit"] = operation.limit
        call.query.append(("limit", str(operation.limit)))
    if operation.related_limits:
        call.keywords["related_limit"] = {i.name: i.maximum for i in operation.related_limits}
        call.query += [(f"limit[{i.name}]", str(i.maximum)) for i in operation.related_limits]
    if operation.method == "GET":
        call.keywords["extra"] = {"filter[notInTheDocument]": ["a", False]}
        call.query.append(("filter[notInTheDocument]", "a,false"))
    _add_body(call, operation, bare=False)
    return call


def bare_call(operation: Operation) -> Call:
    """A call with what is required only, and null for all that may be null."""
    call = _call(operation)
    for wire, item in _texts(operation):
        if item.required:
            _add_text(call, wire, item, _type_of_ids(operation, item))
    if operation.limit and is_paged(rendered_api(), operation):
        # Pages are as large as they can be unless a call says otherwise.
        call.query.append(("limit", str(operation.limit)))
    _add_body(call, operation, bare=True)
    return call


def _call(operation: Operation) -> Call:
    media = list(answer_schemas(operation))
    accept = "application/json" if "application/json" in media or not media else media[0]
    call = Call(operation.path.replace("{id}", quote(IDENTIFIER, safe="")), accept)
    if "{id}" in operation.path:
        call.positional.append(IDENTIFIER)
    return call


def _texts(operation: Operation) -> list[tuple[str, Parameter]]:
    filters = [(f"filter[{item.name}]", item) for item in operation.filters]
    return filters + [(item.name, item) for item in operation.parameters]


def _type_of_ids(operation: Operation, item: Parameter) -> str | None:
    """The type of the resources that a filter takes the ids of, None where it takes no ids."""
    resource = answered_resource(operation)
    if resource is None or item not in operation.filters:
        return None
    if item.name == "id":
        return resource.type
    return next((link.type for link in resource.relationships if link.name == item.name), None)


def _add_text(call: Call, wire: str, item: Parameter, kind: str | None) -> None:
    """A filter or the like: all values it may have, or one where it takes only one."""
    value: Any
    match item.array, item.values:
        case True, () if kind:
            value, text = ("an id & more=?", 7, Ref(kind, "an-id")), "an id & more=?,7,an-id"
        case True, ():
            value, text = FREE, FREE_TEXT
        case True, values:
            value, text = list(values), ",".join(values)
        case False, ():
            value, text = SINGLE_TEXT, SINGLE_TEXT
        case False, (first, *_):
            value, text = first, first
    call.keywords[snake(item.name)] = value
    call.query.append((wire, text))


def _add_fields(call: Call, operation: Operation) -> None:
    if not operation.fields:
        return
    fieldsets = rendered_api().fieldsets
    fields = {item.type: fieldsets[item.fieldset].values or ("any",) for item in operation.fields}
    call.keywords["fields"] = fields
    call.query += [(f"fields[{kind}]", ",".join(values)) for kind, values in fields.items()]


def _add_body(call: Call, operation: Operation, *, bare: bool) -> None:
    request = rendered_api().schemas.get(operation.request or "")
    if isinstance(request, LinkageSchema):
        linked, data = _linked(request.type, many=request.many, bare=bare)
        if bare and not request.many:
            linked, data = None, None
        call.positional.append(linked)
        call.body = {"data": data}
    elif isinstance(request, RequestSchema):
        _add_resource(call, operation, request, bare=bare)


def _add_resource(call: Call, operation: Operation, request: RequestSchema, *, bare: bool) -> None:
    """The flat keywords of a create or update, and the document that they make."""
    data: dict[str, Any] = {"type": request.type}
    if request.purpose == "update":
        data["id"] = IDENTIFIER
    data |= _members(call.keywords, request, bare=bare)
    call.body = {"data": data}
    if bare:
        return
    created = [_inline(name) for name in request.included]
    by_type: dict[str, list[tuple[Any, Any]]] = {}
    for item, whole in created:
        by_type.setdefault(whole["type"], []).append((item, whole))
    for link in request.relationships:
        for item, whole in by_type.pop(link.type or "", []):
            _link_inline(call, data, link, item, whole)
    # What no relationship of the request leads to is created all the same.
    call.keywords |= (
        {"included": [i for rest in by_type.values() for i, _ in rest]} if created else {}
    )
    if created:
        call.body["included"] = [whole for _, whole in created]
    call.keywords["extra"] = {"notInTheDocument": 1, "alsoMissing": Ref("apps", "9")}
    data.setdefault("attributes", {})["notInTheDocument"] = 1
    linked = {"data": {"type": "apps", "id": "9"}}
    data.setdefault("relationships", {})["alsoMissing"] = linked


def _link_inline(
    call: Call, data: dict[str, Any], link: Relationship, item: Any, whole: Any
) -> None:
    reference = {"type": whole["type"], "id": whole["id"]}
    name = snake(link.name)
    if link.many:
        call.keywords[name] = [*call.keywords[name], item]
        data["relationships"][link.name]["data"].append(reference)
    else:
        call.keywords[name] = item
        data["relationships"][link.name] = {"data": reference}


def _inline(schema_name: str) -> tuple[Any, dict[str, Any]]:
    """An inline creation with all its members, and what is sent of it."""
    schema = rendered_api().schemas[schema_name]
    assert isinstance(schema, RequestSchema)
    keywords: dict[str, Any] = {}
    members = _members(keywords, schema, bare=False)
    item = model_class(schema_name)(local_id=f"new-{schema_name}", **keywords)
    return item, {"type": schema.type, "id": f"${{new-{schema_name}}}", **members}


def _members(keywords: dict[str, Any], request: RequestSchema, *, bare: bool) -> dict[str, Any]:
    """Fill the keywords for attributes and relationships; returns both as they are sent."""
    attributes: dict[str, Any] = {}
    for item in request.attributes:
        if bare and item.nullable:
            keywords[snake(item.name)], attributes[item.name] = None, None
        elif item.required or not bare:
            keywords[snake(item.name)] = given(item.type)
            attributes[item.name] = received(item.type)
    relationships: dict[str, Any] = {}
    for link in request.relationships:
        if bare and link.nullable:
            keywords[snake(link.name)], relationships[link.name] = None, {"data": None}
        elif link.required or not bare:
            assert link.type is not None
            value, data = _linked(link.type, many=link.many, bare=bare)
            keywords[snake(link.name)], relationships[link.name] = value, {"data": data}
    members = {"attributes": attributes, "relationships": relationships}
    return {name: value for name, value in members.items() if value}


def _linked(kind: str, *, many: bool, bare: bool) -> tuple[Any, Any]:
    """What a relationship takes: an id, a reference or a resource, and several of them at once."""
    forms: Sequence[Any] = ["an-id"]
    if not bare:
        resources = [model_class(schema.name)(id="an-id") for schema in resources_of_type(kind)]
        forms = [*resources, Ref(kind, "an-id"), "an-id"]
    reference = {"type": kind, "id": "an-id"}
    if not many:
        return forms[0], reference
    return (forms[0] if bare else list(forms)), [dict(reference) for _ in forms]


def all_operations() -> list[Operation]:
    """Every operation, in the order of namespaces."""
    return [operation for methods in operations().values() for operation in methods.values()]
