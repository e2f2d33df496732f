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
from ascgen.plan.names import pascal, snake
from ascgen.plan.views import Parameter, TypesModule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.plan.catalog import Catalog

_SCALARS = {
    ("string", "date-time"): "datetime | str",
    ("string", "date"): "date | str",
}
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "any": "object"}


class Annotator:
    """Spells the types of one module, and collects the names that module needs for it."""

    def __init__(self, api: ApiModel, catalog: Catalog, types: TypesModule) -> None:
        self._api = api
        self._catalog = catalog
        self._types = types
        self.models: dict[str, None] = {}

    def use(self, *names: str) -> str:
        """Model classes as a union, remembered for the module's imports."""
        self.models |= dict.fromkeys(names)
        return " | ".join(names)

    def alias(self, name: str, values: tuple[str, ...], classes: Iterable[str] = ()) -> str:
        """A named set of values in the module's types, or a member of one of the enumerations."""
        self._types.add_values(name, values)
        return " | ".join((f"t.{name}", *(self.use(item) for item in classes)))

    def identifier(self, kind: str, preferred: str = "") -> str:
        """What names a resource of a JSON:API type: its id, a reference, or one of its classes."""
        candidates = (preferred,) if preferred else self._catalog.by_type.get(kind, ())
        return f"Id[{self.use(*candidates) if candidates else 'Resource'}]"

    def attribute(self, item: Field, prefix: str, resource: ResourceSchema | None) -> str:
        """The type of an attribute in a request, without null and UNSET."""
        return self._spell(item.type, f"{prefix}{pascal(item.name)}", item, resource)

    def _spell(self, kind: Type, name: str, item: Field, resource: ResourceSchema | None) -> str:
        match kind:
            case Scalar():
                return _SCALARS.get((kind.name, kind.format)) or _PLAIN[kind.name]
            case InlineEnum():
                return self.alias(name, kind.values, self._enum_class(item, resource))
            case InlineObject():
                return self._object(item, kind, resource)
            case Array():
                inner = self._spell(kind.items, name, item, resource)
                return f"Sequence[{inner}]"
            case Map():
                inner = self._spell(kind.values, name, item, resource)
                return f"Mapping[str, {inner}]"
            case OneOf():
                return "object"
            case Ref():
                schema = self._api.schemas[kind.schema]
                if isinstance(schema, EnumSchema):
                    return f"v.{pascal(schema.name)}Value | {self.use(pascal(schema.name))}"
                if isinstance(schema, PlainSchema):
                    return self._spell(schema.type, name, item, resource)
                return f"{self.use(self._catalog.by_schema[kind.schema])} | Mapping[str, object]"

    def _enum_class(self, item: Field, resource: ResourceSchema | None) -> tuple[str, ...]:
        """The enumeration by which the resource answers the attribute, to be sent back."""
        kind = self._answered(item, resource)
        while isinstance(kind, Array):
            kind = kind.items
        if isinstance(kind, Ref) and self._catalog.classes[kind.schema].values:
            return (kind.schema,)
        return ()

    def _object(self, item: Field, kind: InlineObject, resource: ResourceSchema | None) -> str:
        """The class by which the resource answers the attribute, if it has the same members."""
        answered = self._answered(item, resource)
        while isinstance(answered, Array):
            answered = answered.items
        if isinstance(answered, Ref):
            model = self._catalog.classes[answered.schema]
            if {f.name for f, _ in model.fields} >= {f.name for f in kind.fields}:
                return f"{self.use(model.name)} | Mapping[str, object]"
        return "Mapping[str, object]"

    def _answered(self, item: Field, resource: ResourceSchema | None) -> Type | None:
        if resource is None or resource.name not in self._catalog.by_schema:
            return None
        model = self._catalog.classes[self._catalog.by_schema[resource.name]]
        return next((kind for found, kind in model.fields if found.name == item.name), None)

    def relationship(self, item: Relationship, request: RequestSchema) -> str:
        """What a relationship of a request takes: ids, resources, inline creations."""
        target = self.identifier(item.type or "")
        inline = [
            pascal(name)
            for name in request.included
            if isinstance(schema := self._api.schemas[name], RequestSchema)
            and schema.type == item.type
        ]
        choice = " | ".join((target, *(self.use(name) for name in inline)))
        return f"OneOrMany[{choice}]" if item.many else choice


def request_parameters(
    annotator: Annotator,
    request: RequestSchema,
    prefix: str,
    resource: ResourceSchema | None,
    *,
    declares_null: bool,
) -> list[Parameter]:
    """The flat keywords of a request, required ones first, attributes before relationships.

    Documents before 4.0 do not declare what may be null; there every optional attribute may.
    """
    required: list[Parameter] = []
    optional: list[Parameter] = []
    for attribute in request.attributes:
        annotation = annotator.attribute(attribute, prefix, resource)
        if attribute.nullable or not (declares_null or attribute.required):
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
