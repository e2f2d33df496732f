"""Query parameters of a method: names, types, and how each goes to the wire."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ascgen.errors import SpecError
from ascgen.model import (
    ApiModel,
    Field,
    Operation,
    Ref,
    ResourceSchema,
    ResponseSchema,
    Scalar,
)
from ascgen.model import Parameter as QueryParameter
from ascgen.plan.names import pascal, snake
from ascgen.plan.views import Parameter, TypesModule

if TYPE_CHECKING:
    from ascgen.plan.annotations import Annotator
    from ascgen.plan.catalog import Catalog

# Attributes of these types filter by a value that is not text in Python.
_SCALAR_FILTERS = {"boolean": "bool | str", "integer": "int | str", "number": "float | str"}


@dataclass(slots=True)
class Query:
    """The query of a method: its parameters, and the wire names the runtime does not know."""

    parameters: list[Parameter] = field(default_factory=list[Parameter])
    wire: dict[str, str] = field(default_factory=dict[str, str])
    single: tuple[str, ...] = ()

    def add(self, name: str, wire: str, annotation: str, *, required: bool = False) -> None:
        """A parameter; optional ones are UNSET unless given."""
        if wire:
            self.wire[name] = wire
        if required:
            self.parameters.append(Parameter(name, annotation, origin=wire))
        else:
            self.parameters.append(Parameter(name, f"{annotation} | Unset", "UNSET", wire))


def query_parameters(
    api: ApiModel,
    catalog: Catalog,
    annotator: Annotator,
    types: TypesModule,
    operation: Operation,
    method: str,
) -> Query:
    """The query of an operation's method, required parameters first, then in families."""
    query = Query()
    prefix = pascal(method)
    primary = _primary(api, operation)
    plain = [("filter[{}]", item) for item in operation.filters]
    plain += [("{}", item) for item in operation.parameters]
    for wire, item in sorted(plain, key=lambda pair: not pair[1].required):
        name = snake(item.name)
        annotation = _filter(annotator, catalog, prefix, item, primary)
        if item.array:
            annotation = f"OneOrMany[{annotation}]"
        else:
            query.single += (name,)
        query.add(name, wire.format(item.name), annotation, required=item.required)
    for flag in operation.exists:
        wire = f"exists[{flag.name}]"
        query.add(f"exists_{snake(flag.name)}", wire, "bool", required=flag.required)
    if operation.sort:
        alias = annotator.alias(f"{prefix}Sort", operation.sort)
        query.add("sort", "", f"OneOrMany[{alias}]")
    if operation.include:
        alias = annotator.alias(f"{prefix}Include", operation.include)
        query.add("include", "", f"OneOrMany[{alias}]")
    if operation.fields:
        entries = tuple(
            (_key(item.type, operation), f"f.{pascal(item.type)}Fields")
            for item in operation.fields
        )
        types.add_dict(f"{prefix}Fields", entries)
        query.add("fields", "", f"t.{prefix}Fields")
    if operation.limit:
        query.add("limit", "", "int")
    if operation.related_limits:
        entries = tuple((_key(item.name, operation), "int") for item in operation.related_limits)
        types.add_dict(f"{prefix}RelatedLimit", entries)
        query.add("related_limit", "", f"t.{prefix}RelatedLimit")
    if operation.method == "GET":
        query.parameters.append(Parameter("extra", "Extra", "None"))
    return query


def _key(name: str, operation: Operation) -> str:
    """A key of a TypedDict, which stands in the code as it is spelled by the API."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise SpecError(f"{name!r} cannot be a key of a TypedDict", pointer=operation.pointer)
    return name


def _primary(api: ApiModel, operation: Operation) -> ResourceSchema | None:
    """The resource that an operation's filters are about."""
    for answer in operation.answers:
        schema = api.schemas.get(answer.schema or "")
        if isinstance(schema, ResponseSchema):
            return api.resource(schema.resource)
    return None


def _filter(
    annotator: Annotator,
    catalog: Catalog,
    prefix: str,
    item: QueryParameter,
    primary: ResourceSchema | None,
) -> str:
    """The type of one value: the listed ones, a resource's id, or what the attribute is."""
    attribute, relationship_type = _meant(item.name, primary)
    if item.values:
        return annotator.alias(
            f"{prefix}By{pascal(item.name)}", item.values, _enum_class(catalog, primary, attribute)
        )
    if relationship_type:
        return annotator.identifier(relationship_type)
    if attribute is not None and isinstance(attribute.type, Scalar):
        return _SCALAR_FILTERS.get(attribute.type.name, "str")
    return "str"


def _meant(name: str, primary: ResourceSchema | None) -> tuple[Field | None, str | None]:
    """The attribute a filter names, or the type of the relationship it names."""
    if primary is None:
        return None, None
    for attribute in primary.attributes:
        if attribute.name == name:
            return attribute, None
    for relationship in primary.relationships:
        if relationship.name == name:
            return None, relationship.type
    return None, None


def _enum_class(
    catalog: Catalog, primary: ResourceSchema | None, attribute: Field | None
) -> tuple[str, ...]:
    if primary is None or attribute is None:
        return ()
    model = catalog.classes[catalog.by_schema[primary.name]]
    for found, kind in model.fields:
        if found.name == attribute.name and isinstance(kind, Ref):
            return (kind.schema,) if catalog.classes[kind.schema].values else ()
    return ()
