"""The whole API: the facts it was rendered from, beside the package that came of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import app_store_connect
from app_store_connect import AsyncClient, Client, models
from ascgen.documents.cache import SpecCache, default_directory
from ascgen.model import RequestSchema, ResourceSchema, ResponseSchema
from ascgen.plan.catalog import build_catalog
from ascgen.plan.names import pascal
from ascgen.plan.namespaces import python_name
from ascgen.snapshot import load_snapshot, newest_snapshot
from ascgen.sources import choose, snapshot_directory

if TYPE_CHECKING:
    from ascgen.documents.product import Product
    from ascgen.model import ApiModel, Operation

PACKAGE = Path(str(app_store_connect.__file__)).parent
FLAVOURS = {"sync": Client, "async": AsyncClient}


def snapshot_path(product: Product = "app-store-connect") -> Path:
    """The committed snapshot."""
    path = newest_snapshot(snapshot_directory(), product)
    assert path is not None, "there is no committed snapshot"
    return path


@cache
def rendered_api() -> ApiModel:
    """What the rendered package was made from: the snapshot, or a cached document."""
    version = app_store_connect.API_VERSION
    product: Product = "enterprise" if Client.ENTERPRISE else "app-store-connect"
    path = newest_snapshot(snapshot_directory(), product)
    if path is not None and (api := load_snapshot(path)).version == version:
        return api
    return choose(version, SpecCache(default_directory()), product).load()


@cache
def operations() -> dict[str, dict[str, Operation]]:
    """Every operation by its namespace and method; a name given twice is refused."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in rendered_api().operations:
        name = python_name(operation)
        methods = found.setdefault(name.namespace, {})
        assert name.method not in methods, f"{operation.id} shares its name with another operation"
        methods[name.method] = operation
    return found


def namespace_class(flavour: str, namespace: str) -> Any:
    """The class of a namespace."""
    lazy = vars(FLAVOURS[flavour])[namespace]
    module = __import__(f"app_store_connect.resources.{namespace}", fromlist=["*"])
    return getattr(module, lazy._class_name)


@cache
def class_names() -> dict[str, str]:
    """The Python class of each schema that has one."""
    api = rendered_api()
    inline = {
        name: pascal(name)
        for schema in api.schemas.values()
        if isinstance(schema, RequestSchema)
        for name in schema.included
    }
    return {**build_catalog(api).by_schema, **inline}


def model_class(schema: str) -> Any:
    """The Python class of a schema."""
    return getattr(models, class_names()[schema])


@cache
def resources_of_type(kind: str) -> tuple[ResourceSchema, ...]:
    """The resource schemas that share a type."""
    return tuple(schema for schema in rendered_api().resources() if schema.type == kind)


def answer_schemas(operation: Operation) -> dict[str, Any]:
    """The schemas of the success answers that have a body, by media type."""
    api = rendered_api()
    return {a.media_type: api.schemas[a.schema] for a in operation.answers if a.schema is not None}


def answered_resource(operation: Operation) -> ResourceSchema | None:
    """The schema of the resources that an operation answers with."""
    for schema in answer_schemas(operation).values():
        if isinstance(schema, ResponseSchema):
            return rendered_api().resource(schema.resource)
    return None
