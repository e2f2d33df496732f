"""What the API refuses of a body before any rule is asked: its form, its names, its types.

All that is wrong is told at once, as the API does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from .._api import facts
from .._api.model import RequestSchema
from .edges import singular
from .plain import as_list, as_object, read_json
from .problems import Problem, Refusal
from .value_types import wrong_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.model import Field, Relationship
    from .call import Call
    from .state import Entity
    from .table import Table
    from .world import World

__all__ = ["Inline", "read_body", "read_linkage"]

_LOCAL = re.compile(r"\$\{[^{}]+\}")
_PROVISIONED = {
    "bundleIds": "There is no App ID with the provided ID on this team.",
    "certificates": (
        "There are no current certificates on this team matching the provided certificate IDs."
    ),
    "devices": "There are no current devices on this team matching the provided device IDs.",
}
_ROOT = frozenset({"data", "included"})
_MEMBERS = frozenset({"type", "id", "attributes", "relationships"})


class Inline(msgspec.Struct):
    """A resource that a request creates along with its own, and where in the body it is."""

    pointer: str
    schema: RequestSchema
    attributes: dict[str, Any]
    relationships: dict[str, list[Any]]
    entity: Any = None


def read_body(call: Call, table: Table) -> None:
    """Read the body of a creation or an update into the call; a Refusal tells what is wrong.

    Relationships to resources that the body itself creates are `Inline` until those are made.
    """
    schema = table.request
    if schema is None:
        return
    reader = _Reader(call.world, strict=call.world.strict)
    body = _json_object(call.incoming.body)
    data = as_object(body.get("data"))
    if data is None:
        _unprocessable("'data' is missing or is not an object")
    extra = [f"'{name}'" for name in body if name not in _ROOT] + [
        f"'data.{name}'" for name in data if name not in _MEMBERS
    ]
    if extra and call.world.strict:
        _unprocessable(f"{', '.join(extra)} is not a member of a request document")
    reader.identity(data, schema, call.resource)
    inline = reader.included(body.get("included"), schema)
    call.attributes = reader.attributes(data.get("attributes"), schema, "/data/attributes")
    call.relationships = reader.relationships(
        data.get("relationships"), schema, "/data/relationships", inline
    )
    reader.choices(schema, {*call.attributes, *call.relationships})
    for local in inline.values():
        local.relationships = reader.relationships(
            local.relationships, local.schema, f"{local.pointer}/relationships", inline
        )
    call.included = inline
    if reader.problems:
        raise Refusal(*reader.problems)


def read_linkage(call: Call, table: Table) -> None:
    """Read the identifiers of a linkage body into the call."""
    schema = table.linkage
    if schema is None:
        return
    body = _json_object(call.incoming.body)
    if call.world.strict and body.keys() != {"data"}:
        _unprocessable("a linkage document has 'data' and nothing else")
    reader = _Reader(call.world, strict=call.world.strict)
    data = body.get("data")
    several = as_list(data)
    if schema.many != (several is not None):
        _unprocessable(f"'data' is {'not a list' if schema.many else 'a list'}")
    if several is None:
        several = [] if data is None else [data]
    name = call.operation.path.rpartition("/")[2]
    for item in several:
        found = reader.identified(item, schema.type, name, "/data", {})
        if found is not None:
            call.linked.append(found)
    if reader.problems:
        raise Refusal(*reader.problems)


class _Reader:
    def __init__(self, world: World, *, strict: bool) -> None:
        self.world = world
        self.strict = strict
        self.problems: list[Problem] = []

    def identity(
        self, data: dict[str, Any], schema: RequestSchema, resource: Entity | None
    ) -> None:
        kind = data.get("type")
        if not isinstance(kind, str):
            _unprocessable("'data.type' is missing")
        if kind != schema.type:
            self._problem(
                "ENTITY_ERROR.INVALID", f"The type '{kind}' is not '{schema.type}'", "/data/type"
            )
        if resource is None:
            if "id" in data:
                detail = "The id of a new resource is chosen by the server"
                self._problem("ENTITY_ERROR.UNEXPECTED_ID", detail, "/data/id")
        elif "id" not in data:
            _unprocessable("'data.id' is missing")
        elif data["id"] != resource.id:
            detail = f"The id '{data['id']}' is not that of the path"
            self._problem("ENTITY_ERROR.INVALID", detail, "/data/id")

    def included(self, items: Any, schema: RequestSchema) -> dict[str, Inline]:
        """Read inline creations; their relationships are read when all are known."""
        found: dict[str, Inline] = {}
        if items is None:
            return found
        several = as_list(items)
        if several is None or (several and not schema.included and self.strict):
            _unprocessable("'included' cannot be used with this request")
        schemas: dict[str, RequestSchema] = {}
        for name in schema.included:
            inline = facts().schema(name)
            if isinstance(inline, RequestSchema):
                schemas[inline.type] = inline
        for number, item in enumerate(map(as_object, several)):
            kind = item.get("type") if item is not None else None
            if item is None or not isinstance(kind, str) or kind not in schemas:
                _unprocessable(f"'included[{number}].type' is not one that can be created here")
            local, pointer = item.get("id"), f"/included/{number}"
            if not isinstance(local, str) or not _LOCAL.fullmatch(local):
                detail = f"The id '{local}' of an included entity is not of the form '${{id}}'"
                self._problem("ENTITY_ERROR.INCLUDED.INVALID_ID", detail, f"{pointer}/id")
                continue
            own = schemas[kind]
            given = self.attributes(item.get("attributes"), own, f"{pointer}/attributes")
            found[local] = Inline(pointer, own, given, item.get("relationships") or {})
        return found

    def attributes(self, given: Any, schema: RequestSchema, pointer: str) -> dict[str, Any]:
        given = {} if given is None else as_object(given)
        if given is None:
            _unprocessable("'data.attributes' is not an object")
        known = {field.name: field for field in schema.attributes}
        found: dict[str, Any] = {}
        for name, value in given.items():
            field = known.get(name)
            if field is None:
                if self.strict:
                    self._unknown(name, schema, f"{pointer}/{name}")
                else:
                    found[name] = value
                continue
            found[name] = value
            self._value(field, value, f"{pointer}/{name}")
        for field in schema.attributes:
            if field.required and field.name not in given:
                self._missing("attribute", field.name, pointer)
        return found

    def _unknown(self, name: str, schema: RequestSchema, pointer: str) -> None:
        if name in self.world.names_of(schema.type):
            operation = "UPDATE" if schema.purpose == "update" else "CREATE"
            detail = f"The attribute '{name}' can not be included in a '{operation}' operation"
            self._problem("ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED", detail, pointer)
        else:
            detail = f"'{name}' is not an attribute on the resource '{schema.type}'"
            self._problem("ENTITY_ERROR.ATTRIBUTE.UNKNOWN", detail, pointer)

    def _value(self, field: Field, value: Any, pointer: str) -> None:
        if value is None and (field.nullable or not self.strict):
            return
        # Rules rely on types, so those are minded in any case.
        for place, complaint in wrong_values(field.type, value, pointer, listed=self.strict):
            self._problem("ENTITY_ERROR.ATTRIBUTE.TYPE", complaint, place)
        # The document's minimum, the only one it has in a request.
        if self.strict and field.name == "fileSize" and type(value) is int and value < 1:
            detail = "The attribute 'fileSize' must be at least 1"
            self._problem("ENTITY_ERROR.ATTRIBUTE.INVALID", detail, pointer)

    def relationships(
        self, given: Any, schema: RequestSchema, pointer: str, inline: dict[str, Inline]
    ) -> dict[str, list[Any]]:
        given = {} if given is None else as_object(given)
        if given is None:
            _unprocessable("'data.relationships' is not an object")
        known = {item.name: item for item in schema.relationships}
        found: dict[str, list[Any]] = {}
        for name, value in given.items():
            item = known.get(name)
            if item is not None:
                found[name] = self._related(item, value, f"{pointer}/{name}", inline)
            elif self.strict:
                detail = f"'{name}' is not a relationship on the resource '{schema.type}'"
                self._problem("ENTITY_ERROR.RELATIONSHIP.UNKNOWN", detail, f"{pointer}/{name}")
        for item in schema.relationships:
            if item.required and item.name not in given:
                self._missing("relationship", item.name, pointer)
        return found

    def choices(self, schema: RequestSchema, given: set[str]) -> None:
        """Complain where none of the sets of members is whole, of the one that lacks least."""
        lacking = [[x for x in names if x not in given] for names in schema.choices]
        for name in min(lacking, key=len, default=()):
            of_attributes = any(x.name == name for x in schema.attributes)
            part = "attribute" if of_attributes else "relationship"
            self._missing(part, name, f"/data/{part}s")

    def _related(
        self, item: Relationship, value: Any, pointer: str, inline: dict[str, Inline]
    ) -> list[Any]:
        members = as_object(value)
        if members is None or "data" not in members:
            if members == {} and not self.strict and not item.required:
                return []
            _unprocessable(f"'data.relationships.{item.name}.data' is missing")
        data = members["data"]
        if data is None and not item.many:
            if item.required or (not item.nullable and self.strict):
                _unprocessable(f"'data.relationships.{item.name}.data' cannot be null")
            return []
        several = as_list(data)
        if item.many != (several is not None):
            form = "a list" if item.many else "one identifier"
            _unprocessable(f"'data.relationships.{item.name}.data' is not {form}")
        found = [
            self.identified(x, item.type or "", item.name, pointer, inline)
            for x in (several or ([data] if several is None else []))
        ]
        return [x for x in found if x is not None]

    def identified(
        self, item: Any, kind: str, name: str, pointer: str, inline: Mapping[str, Inline]
    ) -> Any:
        """Return the resource that an identifier names, None after a problem."""
        item = as_object(item)
        if (
            item is None
            or not isinstance(item.get("type"), str)
            or not isinstance(item.get("id"), str)
            or (self.strict and item.keys() != {"type", "id"})
        ):
            _unprocessable(f"'data.relationships.{name}.data' is not an identifier of type and id")
        if item["type"] != kind and self.strict:
            detail = f"The type '{item['type']}' of the relationship '{name}' is not '{kind}'"
            self._problem("ENTITY_ERROR.RELATIONSHIP.INVALID", detail, pointer)
            return None
        created = inline.get(item["id"])
        if created is not None and created.schema.type == kind:
            return created
        found = self.world.find(kind, item["id"])
        if found is None:
            self.problems.append(_absent(kind, item["id"], pointer))
        return found

    def _missing(self, part: str, name: str, pointer: str) -> None:
        detail = f"You must provide a value for the {part} '{name}' with this request"
        self._problem(f"ENTITY_ERROR.{part.upper()}.REQUIRED", detail, f"{pointer}/{name}")

    def _problem(self, code: str, detail: str, pointer: str) -> None:
        self.problems.append(Problem(status=409, code=code, detail=detail, pointer=pointer))


def _absent(kind: str, identifier: str, pointer: str) -> Problem:
    """What is said of a related resource that there is not."""
    detail = f"The {singular(kind)} with id '{identifier}' cannot be found"
    if kind in _PROVISIONED:
        # Answers on signing do not say where in the body they look.
        return Problem(status=409, code="ENTITY_ERROR", detail=_PROVISIONED[kind])
    code = "NOT_FOUND" if kind.endswith("PricePoints") else "RELATIONSHIP.INVALID"
    return Problem(status=409, code=f"ENTITY_ERROR.{code}", detail=detail, pointer=pointer)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = read_json(body)
    except ValueError:
        raise Refusal(
            Problem(
                status=400,
                code="ENTITY_INVALID",
                detail="The request entity is not valid JSON",
            )
        ) from None
    members = as_object(found)
    if members is None:
        _unprocessable("the document is not an object")
    return members


def _unprocessable(detail: str) -> NoReturn:
    raise Refusal(Problem(status=422, code="ENTITY_UNPROCESSABLE", detail=detail))
