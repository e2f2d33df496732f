"""Every resource is a class whose attributes and relationships are plain attributes of it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from app_store_connect import NotIncludedError, Resource, Response, models
from app_store_connect._runtime.jsonapi.answers import read_optional
from app_store_connect._runtime.jsonapi.body import InlineCreate
from app_store_connect._runtime.jsonapi.operation import Operation
from app_store_connect._runtime.jsonapi.resource import ToMany, ToOne
from app_store_connect._runtime.jsonapi.values import DateTime, Model, OpenEnum
from app_store_connect._runtime.messages.response import Headers
from ascgen.model import (
    Array,
    EnumSchema,
    InlineEnum,
    ObjectSchema,
    RequestSchema,
    ResourceSchema,
    Scalar,
)
from ascgen.plan.names import pascal, snake
from support.answers import check_attributes, resource_object
from support.samples import SPELLINGS, resolved
from support.whole_api import class_names, model_class, rendered_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from ascgen.model import Field

RESOURCES = {schema.name: schema for schema in rendered_api().resources()}
OWN_FIELDS = len(Resource.__struct_fields__)

ENUMS = (EnumSchema, InlineEnum)

each_resource = pytest.mark.parametrize("schema", RESOURCES.values(), ids=RESOURCES)


def read(schema: ResourceSchema, whole: Any) -> Any:
    """The resource of an answer that holds nothing else."""
    content = json.dumps({"data": whole}).encode()
    response = Response(200, Headers(), content, "GET", "https://example.com/")
    operation: Operation[Any] = Operation("GET", "/v1/any", model=class_names()[schema.name])
    return read_optional(operation, response)


def read_with(schema: ResourceSchema, change: Callable[[Field], Any]) -> Any:
    """A resource whose attributes are what `change` makes of their declarations."""
    whole = resource_object(schema, "an-id")
    whole["attributes"] = {item.name: change(item) for item in schema.attributes}
    return read(schema, whole)


@each_resource
def test_a_resource_is_a_class_with_its_attributes_and_no_others(schema: ResourceSchema) -> None:
    model = model_class(schema.name)
    assert issubclass(model, Resource)
    assert (model.TYPE, model.__name__) == (schema.type, pascal(schema.name))
    wire = dict(zip(model.__struct_fields__, model.__struct_encode_fields__, strict=True))
    declared = {snake(item.name): item.name for item in schema.attributes}
    assert list(wire.items())[OWN_FIELDS:] == list(declared.items())
    assert len(declared) == len(schema.attributes)
    assert model().attributes == {}, "every attribute may be missing"


@each_resource
def test_relationships_with_data_are_attributes(schema: ResourceSchema) -> None:
    model = model_class(schema.name)
    found = {
        name: (value.name, isinstance(value, ToMany))
        for name, value in vars(model).items()
        if isinstance(value, ToOne | ToMany)
    }
    assert found == {
        snake(link.name): (link.name, link.many) for link in schema.relationships if link.type
    }
    assert not found.keys() & set(model.__struct_fields__)
    assert not found.keys() & set(dir(Resource))


@each_resource
def test_attributes_are_decoded_however_moments_are_spelled(schema: ResourceSchema) -> None:
    for text, moment in SPELLINGS.items():
        whole = resource_object(schema, "an-id", text)
        check_attributes(read(schema, whole), schema, whole, moment)


@each_resource
def test_everything_may_be_null(schema: ResourceSchema) -> None:
    whole = resource_object(schema, "an-id")
    whole["attributes"] = {item.name: None for item in schema.attributes}
    whole["relationships"] = {link.name: {"data": None} for link in schema.relationships}
    resource = read(schema, whole)
    for item in schema.attributes:
        assert getattr(resource, snake(item.name)) is None
    for link in schema.relationships:
        if link.type:
            found = getattr(resource, snake(link.name))
            assert list(found) == [] if link.many else found is None
    assert resource.extra == {}


@each_resource
def test_everything_may_be_missing(schema: ResourceSchema) -> None:
    resource = read(schema, {"type": schema.type, "id": "an-id"})
    assert [getattr(resource, snake(item.name)) for item in schema.attributes] == (
        [None] * len(schema.attributes)
    )
    for link in schema.relationships:
        if link.type:
            with pytest.raises(NotIncludedError, match=link.name):
                getattr(resource, snake(link.name))


@each_resource
def test_values_the_document_does_not_list_are_kept(schema: ResourceSchema) -> None:
    unknown = "NOT_IN_THE_DOCUMENT"
    enumerated = {item.name: item for item in schema.attributes if is_enumerated(item)}
    whole = resource_object(schema, "an-id")
    for name, item in enumerated.items():
        whole["attributes"][name] = [unknown] if is_list(item) else unknown
    resource = read(schema, whole)
    for name, item in enumerated.items():
        value = getattr(resource, snake(name))
        value = value[0] if is_list(item) else value
        assert isinstance(value, OpenEnum)
        assert value == unknown
        assert not value.is_known
    assert resource.attributes == whole["attributes"]


def is_list(item: Field) -> bool:
    return isinstance(resolved(item.type), Array)


def is_enumerated(item: Field) -> bool:
    kind = resolved(item.type)
    return isinstance(resolved(kind.items) if isinstance(kind, Array) else kind, ENUMS)


@each_resource
def test_attributes_the_document_does_not_list_are_kept(schema: ResourceSchema) -> None:
    whole = resource_object(schema, "an-id")
    whole["attributes"]["notInTheDocument"] = [1]
    assert read(schema, whole).extra == {"notInTheDocument": [1]}


@each_resource
def test_annotations_are_of_the_declared_types(schema: ResourceSchema) -> None:
    model = model_class(schema.name)
    types = {field.name: field.type for field in msgspec.structs.fields(model)}
    expected = {"date-time": DateTime, "date": date}
    for item in schema.attributes:
        match resolved(item.type):
            case Scalar(format="date-time" | "date" as form):
                assert types[snake(item.name)] == expected[form] | None
            case EnumSchema(name=name) | ObjectSchema(name=name):
                assert types[snake(item.name)] == model_class(name) | None
            case _:
                assert type(None) in types[snake(item.name)].__args__


def test_enumerations_list_exactly_the_documents_values() -> None:
    enums = [s for s in rendered_api().schemas.values() if isinstance(s, EnumSchema)]
    assert enums
    for schema in enums:
        model = model_class(schema.name)
        assert issubclass(model, OpenEnum)
        assert [member.value for member in model] == list(schema.values)
        assert all(member.is_known and member.name.isidentifier() for member in model)


def test_shared_objects_have_the_documents_members() -> None:
    rendered = class_names()
    objects = [s for s in rendered_api().schemas.values() if isinstance(s, ObjectSchema)]
    found = [schema for schema in objects if schema.name in rendered]
    assert found
    for schema in found:
        model = model_class(schema.name)
        assert issubclass(model, Model)
        names = dict(zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True))
        names.pop("/sent", None)
        assert names == {item.name: snake(item.name) for item in schema.fields}


def test_what_is_not_rendered_belongs_to_the_runtime() -> None:
    """Errors, links and paging are the same everywhere, so they are modelled once and by hand.

    What a resource's attributes and relationships are put together of is in the resource.
    """
    values = (EnumSchema, ObjectSchema, ResourceSchema)
    missing = {
        schema.name
        for schema in rendered_api().schemas.values()
        if isinstance(schema, values) and schema.name not in class_names()
    }
    assert all(
        name.endswith(("Links", "Paging", "PagingInformation", "Attributes", "Relationships"))
        or "Error" in name
        for name in missing
    ), missing


def test_inline_creations_have_the_documents_members() -> None:
    api = rendered_api()
    names = {n for s in api.schemas.values() if isinstance(s, RequestSchema) for n in s.included}
    for name in sorted(names):
        schema, model = api.schemas[name], model_class(name)
        assert isinstance(schema, RequestSchema)
        assert issubclass(model, InlineCreate)
        assert schema.type == model.TYPE
        assert {snake(item.name): item.name for item in schema.attributes} == model.ATTRIBUTES
        assert {
            (key, link.name, link.type, link.many) for key, link in model.RELATIONSHIPS.items()
        } == {(snake(i.name), i.name, i.type, i.many) for i in schema.relationships}


def test_the_package_of_models_offers_every_class() -> None:
    for name in class_names().values():
        assert name in dir(models)
        assert getattr(models, name).__name__ == name
    with pytest.raises(AttributeError, match="NoSuchModel"):
        _ = models.NoSuchModel
