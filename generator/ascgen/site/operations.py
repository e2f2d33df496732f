"""Operations as the pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.model import Kind, LinkageSchema, RequestSchema, ResponseSchema
from ascgen.plan.namespaces import python_name
from ascgen.site.addresses import anchor
from ascgen.site.members import fields, parameters, relationships
from ascgen.site.snippets import snippet
from ascgen.site.views import Answer, Member, Members, OperationView, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.explore.lookup import Lookup
    from ascgen.model import Operation
    from ascgen.site.addresses import Addresses

_KINDS = {
    Kind.GET_COLLECTION: "lists all",
    Kind.GET_INSTANCE: "reads one",
    Kind.CREATE_INSTANCE: "creates one",
    Kind.UPDATE_INSTANCE: "changes one",
    Kind.DELETE_INSTANCE: "deletes one",
    Kind.GET_TO_ONE_RELATED: "reads the related one",
    Kind.GET_TO_MANY_RELATED: "lists the related ones",
    Kind.GET_TO_ONE_RELATIONSHIP: "reads the id of the related one",
    Kind.GET_TO_MANY_RELATIONSHIP: "lists the ids of the related ones",
    Kind.CREATE_TO_MANY_RELATIONSHIP: "adds to the related ones",
    Kind.REPLACE_TO_MANY_RELATIONSHIP: "replaces the related ones",
    Kind.DELETE_TO_MANY_RELATIONSHIP: "removes from the related ones",
    Kind.UPDATE_TO_ONE_RELATIONSHIP: "sets the related one",
    Kind.GET_METRICS: "reads measurements",
}


def operation_view(addresses: Addresses, lookup: Lookup, operation: Operation) -> OperationView:
    """Return an operation with all it takes and answers."""
    name = python_name(operation)
    return OperationView(
        id=operation.id,
        anchor=anchor(operation.id),
        method=operation.method,
        path=operation.path,
        kind=_KINDS[operation.kind],
        python=f"asc.{name.namespace}.{name.method}",
        name=name.method,
        deprecated=operation.deprecated,
        successor=_successor(addresses, lookup, operation),
        snippet=snippet(addresses.api, operation),
        query=tuple(parameters(addresses, operation)),
        body=_body(addresses, operation),
        answers=tuple(_answers(addresses, operation)),
        errors=operation.errors,
    )


def operation_part(addresses: Addresses, operation: Operation) -> Part:
    """Return a link to an operation under its name in Python."""
    name = python_name(operation)
    return Part(f"asc.{name.namespace}.{name.method}", addresses.operation(operation))


def request_members(addresses: Addresses, request: RequestSchema, *place: str) -> Iterator[Member]:
    """Yield the keywords of a request, required ones first as in the signature."""
    found = [
        *fields(addresses, request.attributes, *place, python=True),
        *relationships(addresses, request.relationships, *place, python=True),
    ]
    groups: list[list[Member]] = []
    for member in found:
        if member.depth:
            groups[-1].append(member)
        else:
            groups.append([member])
    for group in sorted(groups, key=lambda group: "required" not in group[0].marks):
        yield from group


def _successor(addresses: Addresses, lookup: Lookup, operation: Operation) -> Part | None:
    known = lookup.successors.get(operation.id)
    return operation_part(addresses, lookup.operations[known]) if known else None


def _body(addresses: Addresses, operation: Operation) -> Members | None:
    request = addresses.api.schemas.get(operation.request or "")
    if isinstance(request, RequestSchema):
        members = tuple(request_members(addresses, request, operation.id, "body"))
        note: list[Part] = []
        for name in request.included:
            note.append(Part(", " if note else "Can be created along with it: "))
            note.append(Part(name, addresses.schema(name)))
        return Members(request.name, members, "Keywords", note=tuple(note))
    if isinstance(request, LinkageSchema):
        target = Part(request.type, addresses.by_type(request.type))
        kinds = (Part("one or several "), target) if request.many else (target,)
        marks = ("required",) if request.many else ("required", "nullable")
        linked = Member("linked", anchor(operation.id, "body"), kinds, marks=marks)
        what = "Ids, resources or references" if request.many else "An id, resource or reference"
        return Members(
            request.name,
            (linked,),
            "Argument",
            note=(Part(f"{what}, as the second positional argument."),),
        )
    return None


def _answers(addresses: Addresses, operation: Operation) -> Iterator[Answer]:
    for answer in operation.answers:
        schema = addresses.api.schemas.get(answer.schema or "")
        parts: list[Part] = []
        match schema:
            case ResponseSchema(resource=name, many=many):
                parts += [Part("list of ")] if many else []
                parts.append(Part(name, addresses.schema(name)))
            case LinkageSchema(type=kind, many=many):
                parts += [Part("ids of " if many else "the id of one of ")]
                parts.append(Part(kind, addresses.by_type(kind)))
            case None:
                parts.append(Part("no body"))
            case _:
                parts.append(Part(schema.name, addresses.schema(schema.name)))
        if answer.media_type and answer.media_type != "application/json":
            parts.append(Part(f" as {answer.media_type}"))
        yield Answer(answer.status, tuple(parts))
