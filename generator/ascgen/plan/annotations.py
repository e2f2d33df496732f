"""Annotations: how the types of parameters are spelled in the generated signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.model import (
    ApiModel,
    Array,
    EnumSchema,
    Field,
    InlineEnum,
    InlineObject,
    Map,
    OneOf,
    PlainSchema,
    Ref,
    Relationship,
    RequestSchema,
    ResourceSchema,
    Scalar,
    Type,
)
from ascgen.plan.code import of_models
from ascgen.plan.names import pascal, snake
from ascgen.plan.views import Parameter, TypesModule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.plan.catalog import Catalog, ModelClass

_SCALARS = {
    ("string", "date-time"): "datetime | str",
    ("string", "date"): "date | str",
}
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "any": "object"}


class Annotator:
    """Spells the types of one module, and collects what its types module has to name."""

    def __init__(self, api: ApiModel, catalog: Catalog, types: TypesModule) -> None:
        self._api = api
        self._catalog = catalog
        self._answers: dict[str, dict[str, Type]] = {}
        self.types = types

    def alias(
        self, name: str, values: tuple[str, ...], origin: str, classes: Iterable[str] = ()
    ) -> str:
        """Return a named set of values in the module's types, or a member of an enumeration.

        `origin` says what of the document takes them.
        """
        self.types.add_values(name, values, origin)
        return " | ".join((f"t.{name}", *(of_models(item) for item in classes)))

    def identifier(self, kind: str, preferred: str = "") -> str:
        """Return the type of what names a resource: its id, a reference, or one of its classes."""
        candidates = (preferred,) if preferred else self._catalog.by_type.get(kind, ())
        return f"Id[{of_models(*candidates) if candidates else 'Resource'}]"

    def attribute(
        self, item: Field, request: RequestSchema, prefix: str, resource: ResourceSchema | None
    ) -> str:
        """Return the type of an attribute in a request, without null and UNSET."""
        origin = f"the attribute {item.name} of {request.name}"
        answered = self.answered(item.name, resource)
        return self._spell(item.type, f"{prefix}{pascal(item.name)}", origin, answered)

    def _spell(self, kind: Type, name: str, origin: str, answered: Type | None) -> str:
        match kind:
            case Scalar():
                return _SCALARS.get((kind.name, kind.format)) or _PLAIN[kind.name]
            case InlineEnum():
                return self.alias(name, kind.values, origin, self.enumeration(answered))
            case InlineObject():
                return self._object(kind, answered)
            case Array():
                return f"Sequence[{self._spell(kind.items, name, origin, answered)}]"
            case Map():
                return f"Mapping[str, {self._spell(kind.values, name, origin, answered)}]"
            case OneOf():
                return "object"
            case Ref():
                schema = self._api.schemas[kind.schema]
                if isinstance(schema, EnumSchema):
                    return f"v.{pascal(schema.name)}Value | {of_models(pascal(schema.name))}"
                if isinstance(schema, PlainSchema):
                    return self._spell(schema.type, name, origin, answered)
                return f"{of_models(self._catalog.by_schema[kind.schema])} | Mapping[str, object]"

    def answered(self, name: str, resource: ResourceSchema | None) -> Type | None:
        """Return the type by which a resource answers an attribute, its inline types named."""
        if resource is None or resource.name not in self._catalog.by_schema:
            return None
        if resource.name not in self._answers:
            model = self._catalog.classes[self._catalog.by_schema[resource.name]]
            self._answers[resource.name] = {item.name: kind for item, kind in model.fields}
        return self._answers[resource.name].get(name)

    def enumeration(self, answered: Type | None) -> tuple[str, ...]:
        """Return the enumeration that is answered, or is in what is answered, to be sent back."""
        model = self._model(answered)
        return (model.name,) if model is not None and model.values else ()

    def _object(self, kind: InlineObject, answered: Type | None) -> str:
        """Return the class of what is answered, if it has the same members."""
        model = self._model(answered)
        if model is not None and {f.name for f, _ in model.fields} >= {f.name for f in kind.fields}:
            return f"{of_models(model.name)} | Mapping[str, object]"
        return "Mapping[str, object]"

    def _model(self, answered: Type | None) -> ModelClass | None:
        while isinstance(answered, Array):
            answered = answered.items
        return self._catalog.classes[answered.schema] if isinstance(answered, Ref) else None

    def relationship(self, item: Relationship, request: RequestSchema) -> str:
        """Return what a relationship of a request takes: ids, resources, inline creations."""
        target = self.identifier(item.type or "")
        inline = [
            pascal(name)
            for name in request.included
            if isinstance(schema := self._api.schemas[name], RequestSchema)
            and schema.type == item.type
        ]
        choice = " | ".join((target, *map(of_models, inline)))
        return f"OneOrMany[{choice}]" if item.many else choice


def declares_null(api: ApiModel) -> bool:
    """Return whether a document says what may be null in a request; those before 4.0 do not."""
    return any(
        item.nullable
        for schema in api.schemas.values()
        if isinstance(schema, RequestSchema)
        for item in schema.attributes
    )


def request_parameters(
    annotator: Annotator,
    request: RequestSchema,
    prefix: str,
    resource: ResourceSchema | None,
    *,
    takes_null: bool = False,
) -> list[Parameter]:
    """Return the flat keywords of a request, required ones first, attributes before relationships.

    With `takes_null`, every optional attribute may be null: see `declares_null`.
    """
    required: list[Parameter] = []
    optional: list[Parameter] = []
    for attribute in request.attributes:
        annotation = annotator.attribute(attribute, request, prefix, resource)
        if attribute.nullable or (takes_null and not attribute.required):
            annotation += " | None"
        _place(required, optional, attribute, annotation, f"attribute {attribute.name}")
    for relationship in request.relationships:
        annotation = annotator.relationship(relationship, request)
        if relationship.nullable:
            annotation += " | None"
        _place(required, optional, relationship, annotation, f"relationship {relationship.name}")
    return required + optional


def _place(
    required: list[Parameter],
    optional: list[Parameter],
    item: Field | Relationship,
    annotation: str,
    origin: str,
) -> None:
    if item.required:
        required.append(Parameter(snake(item.name), annotation, origin=origin))
    else:
        optional.append(Parameter(snake(item.name), f"{annotation} | Unset", "UNSET", origin))
