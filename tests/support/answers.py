"""Answers made up from the facts: what the API would send for each operation."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import NotIncludedError
from ascgen.model import Answer, Kind, LinkageSchema, MetricSchema, ObjectSchema, ResponseSchema
from ascgen.plan.names import snake
from support.calls import IDENTIFIER
from support.samples import MOMENT, MOMENT_TEXT, check, received
from support.whole_api import model_class, rendered_api

if TYPE_CHECKING:
    from datetime import datetime

    from ascgen.model import Operation, Relationship, ResourceSchema

CSV = "Customer Price,Currency\r\n0.99,EUR\r\n"
REPORT = b"Provider\tUnits\nAPPLE\t1\n"
TOTAL = 3


@dataclass(frozen=True)
class Sent:
    """An answer on its way, with the document in it where it has one."""

    answer: Answer
    content: bytes
    document: Any = None

    def response(self) -> httpx.Response:
        headers = {"x-request-id": "the-request"}
        if self.answer.media_type:
            # Apple ends the type with a semicolon at times.
            headers["content-type"] = f"{self.answer.media_type};"
        return httpx.Response(self.answer.status, headers=headers, content=self.content)


def sent(
    operation: Operation,
    media_type: str = "",
    moment: str = MOMENT_TEXT,
    identifier: str = IDENTIFIER,
) -> Sent:
    """The answer of an operation: of that media type, else JSON where it has any.

    `identifier` is that of the one resource that is asked for.
    """
    answers = {answer.media_type: answer for answer in operation.answers}
    answer = answers.get(media_type or "application/json") or operation.answers[0]
    if answer.schema is None:
        return Sent(answer, b"")
    schema = rendered_api().schemas[answer.schema]
    match schema:
        case ResponseSchema():
            first = identifier if operation.path.endswith("/{id}") else "first"
            document = _compound(schema, moment, first)
        case LinkageSchema():
            items = [{"type": schema.type, "id": f"{schema.type}-{n}"} for n in (1, 2)]
            document = {"data": items if schema.many else items[0]}
        case MetricSchema():
            document = {"data": [received(schema.row, moment)], "included": _included(schema)}
        case ObjectSchema():
            document = {item.name: received(item.type, moment) for item in schema.fields}
        case _ if answer.media_type == "text/csv":
            return Sent(answer, CSV.encode())
        case _:
            # Reports come as several gzip members now and then.
            parts = (REPORT[:10], REPORT[10:])
            return Sent(answer, b"".join(gzip.compress(part, mtime=0) for part in parts))
    return Sent(answer, json.dumps(document).encode(), document)


def null(operation: Operation) -> Sent:
    """The answer that there is nothing, where the document declares there always is."""
    return Sent(operation.answers[0], b'{"data": null}')


def foreign(operation: Operation) -> Sent:
    """The answer of an operation with a resource in it that none asks for."""
    item = {"type": "strangers", "id": "9"}
    schema = rendered_api().schemas.get(operation.answers[0].schema or "")
    document = {"data": [item] if getattr(schema, "many", True) else item}
    return Sent(operation.answers[0], json.dumps(document).encode(), document)


def resource_object(schema: ResourceSchema, identifier: str, moment: str = MOMENT_TEXT) -> Any:
    """A resource with all its attributes, and linkages in all its relationships."""
    return {
        "type": schema.type,
        "id": identifier,
        "attributes": {item.name: received(item.type, moment) for item in schema.attributes},
        "relationships": {link.name: _relationship(link) for link in schema.relationships},
        "links": {"self": f"https://api.appstoreconnect.apple.com/v1/{schema.type}/{identifier}"},
    }


def _relationship(link: Relationship) -> Any:
    member: dict[str, Any] = {"links": {"related": f"https://example.com/{link.name}"}}
    if link.type is not None:
        refs = [{"type": link.type, "id": f"{link.type}-{number}"} for number in (1, 2)]
        member["data"] = refs if link.many else refs[0]
        if link.many:
            member["meta"] = {"paging": {"total": TOTAL, "limit": 2}}
    return member


def _compound(schema: ResponseSchema, moment: str, first: str) -> Any:
    primary = rendered_api().resource(schema.resource)
    items = [resource_object(primary, identifier, moment) for identifier in (first, "second")]
    return {
        "data": items if schema.many else items[0],
        "included": _included(schema),
        "links": {"self": "https://api.appstoreconnect.apple.com/v1/here"},
        "meta": {"paging": {"total": 2, "limit": 2}},
    }


def _included(schema: ResponseSchema | MetricSchema) -> list[Any]:
    resources = [rendered_api().resource(name) for name in schema.included]
    return [
        resource_object(resource, f"{resource.type}-{number}")
        for resource in resources
        for number in (1, 2)
    ]


def check_resource(
    value: Any,
    schema: ResourceSchema,
    wire: Any,
    included: tuple[str, ...] = (),
    moment: datetime = MOMENT,
) -> None:
    """Make sure that a resource was read as declared, with what was included reachable from it."""
    check_attributes(value, schema, wire, moment)
    assert value.to_dict() == wire
    targets = {rendered_api().resource(name).type: name for name in included}
    assert len(targets) == len(included), f"{included} mix two versions of one type"
    for link in schema.relationships:
        if link.type is not None:
            check_related(value, link, targets.get(link.type), wire)


def check_attributes(
    value: Any, schema: ResourceSchema, wire: Any, moment: datetime = MOMENT
) -> None:
    """Make sure that a resource is of its class, and its attributes of their types."""
    assert type(value) is model_class(schema.name)
    assert (value.resource_type, value.id) == (schema.type, wire["id"])
    for item in schema.attributes:
        check(getattr(value, snake(item.name)), item.type, wire["attributes"][item.name], moment)
    assert value.extra == {}


def check_related(value: Any, link: Relationship, target: str | None, wire: Any) -> None:
    """Make sure that a relationship leads to what was included, and says so where nothing was."""
    name = snake(link.name)
    if target is None:
        with pytest.raises(NotIncludedError, match=link.name):
            getattr(value, name)
        return
    found, refs = getattr(value, name), wire["relationships"][link.name]["data"]
    if link.many:
        assert (len(found), found.total, found.truncated) == (2, TOTAL, True)
    else:
        found, refs = [found], [refs]
    schema = rendered_api().resource(target)
    for item, ref in zip(found, refs, strict=True):
        check_attributes(item, schema, resource_object(schema, ref["id"]))


def is_to_one(operation: Operation) -> bool:
    """Whether an operation answers with one thing that may not be there."""
    return operation.kind in {Kind.GET_TO_ONE_RELATED, Kind.GET_TO_ONE_RELATIONSHIP}
