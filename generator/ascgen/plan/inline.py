"""Inline creations: resources, that a request creates along with its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.model import ApiModel, RequestSchema, ResourceSchema
from ascgen.plan.annotations import Annotator, request_parameters
from ascgen.plan.code import attribute_names, date_kinds, relationship_names
from ascgen.plan.documentation import a_resource, class_docstring
from ascgen.plan.names import Scope, pascal, snake
from ascgen.plan.views import InlineCreate, TypesModule

if TYPE_CHECKING:
    from ascgen.plan.catalog import Catalog


def inline_requests(api: ApiModel) -> dict[str, RequestSchema]:
    """Return what the requests of operations may carry, by name, in the document's order."""
    wanted = {
        name
        for operation in api.operations
        if isinstance(request := api.schemas.get(operation.request or ""), RequestSchema)
        for name in request.included
    }
    return {
        name: schema
        for name, schema in api.schemas.items()
        if name in wanted and isinstance(schema, RequestSchema)
    }


def build_inline_creates(api: ApiModel, catalog: Catalog) -> list[InlineCreate]:
    """Return a class for each inline creation that a request may carry."""
    scope = Scope("the models", catalog.classes)
    modules = Scope("the modules of models", catalog.modules)
    found: list[InlineCreate] = []
    for name, schema in inline_requests(api).items():
        types = TypesModule(name)
        annotator = Annotator(api, catalog, types)
        parameters = request_parameters(annotator, schema, "", _resource(api, schema))
        members = Scope(name, {"local_id", "included", "extra"})
        for parameter in parameters:
            members.take(parameter.name, parameter.origin)
        class_name = scope.take(pascal(name), schema.pointer)
        found.append(
            InlineCreate(
                name=class_name,
                module=modules.take(snake(class_name), schema.pointer),
                type=schema.type,
                doc=class_docstring(
                    api,
                    f"{a_resource(schema.type)}, that a request creates along with its own.",
                    name,
                    deprecated=schema.deprecated,
                    members=(*schema.attributes, *schema.relationships),
                ),
                attributes=attribute_names(schema),
                dates=date_kinds(schema),
                relationships=relationship_names(schema),
                parameters=tuple(parameters),
                types=types,
            )
        )
    return found


def _resource(api: ApiModel, schema: RequestSchema) -> ResourceSchema | None:
    """Return the resource schema of the same name, else the only one of the same type."""
    base = api.schemas.get(schema.name.removesuffix("InlineCreate"))
    if isinstance(base, ResourceSchema):
        return base
    same = [item for item in api.resources() if item.type == schema.type]
    return same[0] if len(same) == 1 else None
