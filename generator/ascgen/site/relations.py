"""Who is related to what: the reverse of the documents, each built once for all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.model import MetricSchema, ObjectSchema, PlainSchema, RequestSchema, ResourceSchema
from ascgen.references import references
from ascgen.site.addresses import anchor
from ascgen.site.operations import operation_part
from ascgen.site.views import Group, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import Schema, Type
    from ascgen.site.addresses import Addresses, Home


class Relations:
    """Links to whatever uses a resource or a shared type."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._returned: dict[str, list[Part]] = {}
        self._including: dict[str, list[Part]] = {}
        self._leading: dict[str, list[Part]] = {}
        self._users: dict[str, dict[Part, None]] = {}
        self._read_operations()
        for schema in addresses.api.schemas.values():
            self._read_schema(schema)

    def of_resource(self, home: Home) -> tuple[Group, ...]:
        """Return what leads to a resource, answers with it, or can include it."""
        schema = home.schema
        if schema is None:
            return ()
        own = {operation_part(self._addresses, operation) for operation in home.operations}
        returned = [part for part in self._returned.get(schema.name, ()) if part not in own]
        groups = (
            Group("Relationships that lead here", tuple(self._leading.get(schema.type, ()))),
            Group("Also returned by", tuple(returned)),
            Group("Can be included by", tuple(self._including.get(schema.type, ()))),
        )
        return tuple(group for group in groups if group.links)

    def of_type(self, name: str) -> tuple[Part, ...]:
        """Return the attributes and members that have a shared type."""
        return tuple(self._users.get(name, ()))

    def _read_operations(self) -> None:
        api = self._addresses.api
        for operation in api.operations:
            part = operation_part(self._addresses, operation)
            resource = api.answered(operation)
            if resource is not None:
                self._returned.setdefault(resource.name, []).append(part)
                kinds = {item.name: item.type for item in resource.relationships}
                for name in operation.include:
                    self._including.setdefault(kinds.get(name) or name, []).append(
                        Part(f'{part.text}(include="{name}")', part.address)
                    )

    def _read_schema(self, schema: Schema) -> None:
        if isinstance(schema, ResourceSchema):
            page = self._addresses.schema(schema.name)
            for item in schema.relationships:
                if item.type:
                    place = anchor("relationship", item.name)
                    link = Part(f"{schema.name}.{item.name}", f"{page}#{place}")
                    self._leading.setdefault(item.type, []).append(link)
        for kind, user in self._typed(schema):
            for name in references(kind):
                self._users.setdefault(name, {})[user] = None

    def _typed(self, schema: Schema) -> Iterator[tuple[Type, Part]]:
        """Yield the types of a schema's members, each with the link to the member."""
        address = self._addresses.schema(schema.name)
        match schema:
            case ResourceSchema():
                for item in schema.attributes:
                    place = anchor("attribute", item.name)
                    yield item.type, Part(f"{schema.name}.{item.name}", f"{address}#{place}")
            case RequestSchema():
                for item in schema.attributes:
                    yield item.type, Part(schema.name, address)
            case ObjectSchema():
                for item in schema.fields:
                    place = f"types.html#{anchor(schema.name, item.name)}"
                    yield item.type, Part(f"{schema.name}.{item.name}", place)
            case MetricSchema():
                yield schema.row, Part(schema.name, address)
            case PlainSchema():
                yield schema.type, Part(schema.name, address)
            case _:
                return
