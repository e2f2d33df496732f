"""The model classes: which of the API's types become Python classes, named and placed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ascgen.model import (
    ApiModel,
    Array,
    EnumSchema,
    Field,
    InlineEnum,
    InlineObject,
    Map,
    MetricSchema,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    Relationship,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
    Scalar,
    Type,
)
from ascgen.plan.names import Scope, pascal, snake
from ascgen.references import closure

# What every resource has besides its attributes and relationships.
RESOURCE_MEMBERS = frozenset(
    {
        "id",
        "attributes",
        "relationships",
        "links",
        "extra",
        "document",
        "resource_type",
        "to_dict",
        "came_in",
        "given",
    }
)

# What every answer that is no resource has besides its members.
ANSWER_MEMBERS = frozenset({"extra", "to_dict", "came_as"})

# What generated modules import beside the models.
RUNTIME_CLASSES = frozenset(
    {
        "AnswerModel",
        "AsyncCsvPager",
        "AsyncNamespace",
        "AsyncPager",
        "ClassVar",
        "CsvPager",
        "DateTime",
        "Extra",
        "Id",
        "InlineCreate",
        "Iterable",
        "Linkage",
        "Literal",
        "Mapping",
        "Model",
        "Namespace",
        "OneOrMany",
        "OpenEnum",
        "Operation",
        "Pager",
        "Resource",
        "Response",
        "Sequence",
        "ToMany",
        "ToOne",
        "TypeAlias",
        "TypedDict",
        "Unset",
    }
)


@dataclass(frozen=True, slots=True)
class ModelClass:
    """A Python class to be rendered: an object with `fields` or an enumeration with `values`.

    `schema` is the component schema that it is made of, or that it is spelled out in; then
    `attribute` says where, as `Class.name`.
    """

    name: str
    module: str
    fields: tuple[tuple[Field, Type], ...] = ()
    values: tuple[str, ...] = ()
    resource: ResourceSchema | None = None
    schema: str = ""
    attribute: str = ""
    # Whether calls return it, or pages of it, though it is no resource.
    is_answer: bool = False


@dataclass(slots=True)
class Catalog:
    """All model classes by name, with the way from the API's names to them."""

    classes: dict[str, ModelClass] = field(default_factory=dict[str, ModelClass])
    modules: dict[str, list[ModelClass]] = field(default_factory=dict[str, list[ModelClass]])
    by_schema: dict[str, str] = field(default_factory=dict[str, str])
    by_type: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    # The usual one of these: what most answers include.
    class_by_type: dict[str, str] = field(default_factory=dict[str, str])
    # The classes that answers about a resource schema include.
    beside: dict[str, set[str]] = field(default_factory=dict[str, set[str]])


def build_catalog(api: ApiModel) -> Catalog:
    """Name and place every class; a collision of names is a SpecError."""
    builder = _Builder(api)
    for name in _value_schemas(api):
        builder.add_schema(name)
    by_type: dict[str, list[str]] = {}
    for schema in api.resources():
        by_type.setdefault(schema.type, []).append(pascal(schema.name))
    catalog = builder.catalog
    catalog.by_type = {kind: tuple(names) for kind, names in by_type.items()}
    seen: Counter[str] = Counter()
    for document in api.schemas.values():
        if isinstance(document, ResponseSchema):
            included = {pascal(name) for name in document.included}
            catalog.beside.setdefault(document.resource, set()).update(included)
            seen.update(included)
    catalog.class_by_type = {
        kind: max(names, key=lambda name: (seen[name], name))
        for kind, names in catalog.by_type.items()
    }
    return catalog


class _Builder:
    def __init__(self, api: ApiModel) -> None:
        self._api = api
        self._answers = {answer.schema for op in api.operations for answer in op.answers}
        self._scope = Scope("the models", RUNTIME_CLASSES)
        self._component_names = {pascal(name) for name in api.schemas}
        self._schema = ""
        self.catalog = Catalog()

    def add_schema(self, name: str) -> None:
        """Return one component schema, with the inline types it holds."""
        schema = self._api.schemas[name]
        self._schema = name
        class_name = self._scope.take(pascal(_class_base(name)), schema.pointer)
        module = snake(class_name)
        self.catalog.by_schema[name] = class_name
        match schema:
            case EnumSchema():
                self._put(ModelClass(class_name, module, values=schema.values, schema=name))
            case ObjectSchema():
                is_answer = name in self._answers
                self._put_object(class_name, module, schema.fields, is_answer=is_answer)
            case ResourceSchema():
                self._check_members(schema)
                self._put_object(class_name, module, schema.attributes, resource=schema)
            case MetricSchema():
                self._put_object(class_name, module, schema.row.fields, is_answer=True)
            case _:
                return

    def _put_object(
        self,
        name: str,
        module: str,
        fields: tuple[Field, ...],
        *,
        resource: ResourceSchema | None = None,
        attribute: str = "",
        is_answer: bool = False,
    ) -> None:
        members = Scope(name, ANSWER_MEMBERS if is_answer else ())
        named: list[tuple[Field, Type]] = []
        for item in fields:
            origin = f"{name}.{item.name}"
            members.take(snake(item.name), origin)
            inner = f"{name}{pascal(item.name)}"
            named.append((item, self._named(item.type, inner, module, origin)))
        self._put(
            ModelClass(
                name,
                module,
                fields=tuple(named),
                resource=resource,
                schema=self._schema,
                attribute=attribute,
                is_answer=is_answer,
            )
        )

    def _named(self, kind: Type, name: str, module: str, origin: str) -> Type:
        """Return the type with inline enumerations and objects replaced by class references."""
        match kind:
            case InlineEnum():
                class_name = self._inline_name(name, origin)
                self._put(
                    ModelClass(
                        class_name,
                        module,
                        values=kind.values,
                        schema=self._schema,
                        attribute=origin,
                    )
                )
                return Ref(schema=class_name)
            case InlineObject():
                if not kind.fields:
                    return Map(values=Scalar(name="any"))
                class_name = self._inline_name(name, origin)
                self._put_object(class_name, module, kind.fields, attribute=origin)
                return Ref(schema=class_name)
            case Array():
                return Array(items=self._named(kind.items, name, module, origin))
            case Map():
                return Map(values=self._named(kind.values, name, module, origin))
            case OneOf():
                return Scalar(name="any")
            case Ref():
                schema = self._api.schemas[kind.schema]
                if isinstance(schema, PlainSchema):
                    return self._named(schema.type, name, module, origin)
                return Ref(schema=pascal(_class_base(kind.schema)))
            case Scalar():
                return kind

    def _inline_name(self, name: str, origin: str) -> str:
        """Return the name of an inline type, extended by its place if a component has the name."""
        chosen = f"{name}Attribute" if name in self._component_names else name
        return self._scope.take(pascal(chosen), f"the inline type of {origin}")

    def _put(self, model: ModelClass) -> None:
        self.catalog.classes[model.name] = model
        self.catalog.modules.setdefault(model.module, []).append(model)

    def _check_members(self, schema: ResourceSchema) -> None:
        """Attributes and relationships stand side by side and beside what every resource has."""
        members = Scope(schema.name, RESOURCE_MEMBERS)
        names = [("attribute", item.name) for item in schema.attributes]
        names += [("relationship", item.name) for item in schema.relationships]
        for what, name in names:
            members.take(snake(name), f"the {what} {name} of {schema.pointer}")


def _class_base(schema_name: str) -> str:
    """Metric documents give their name to the row, without the word for the document."""
    return (
        schema_name.removesuffix("V1MetricResponse")
        if "MetricResponse" in schema_name
        else schema_name
    )


def _value_schemas(api: ApiModel) -> list[str]:
    """Return the component schemas that become classes, with what they refer to, in order."""
    roots = [
        schema.name
        for schema in api.schemas.values()
        if isinstance(schema, ResourceSchema | MetricSchema | RequestSchema)
    ]
    roots += [answer.schema for op in api.operations for answer in op.answers if answer.schema]
    wanted = closure(api, roots)
    return [
        name
        for name, schema in api.schemas.items()
        if name in wanted
        and isinstance(schema, EnumSchema | ObjectSchema | ResourceSchema | MetricSchema)
    ]


def relationship_models(
    catalog: Catalog, schema: ResourceSchema, relationship: Relationship
) -> tuple[str, ...]:
    """Return the classes a relationship may lead to.

    Two schemas may share a type; those that the answers about this resource include decide.
    """
    candidates = catalog.by_type.get(relationship.type or "", ())
    seen = catalog.beside.get(schema.name, set())
    return tuple(name for name in candidates if name in seen) or candidates
