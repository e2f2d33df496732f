"""What is known of each thing, as the plain data that `--json` prints and that pages are made of.

Every item has a `kind` and an `id`; the lists of names in it hold ids of what their name says.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeAlias

from ascgen.explore.lookup import Lookup, unknown
from ascgen.explore.parts import (
    describe_field,
    describe_linkage,
    describe_parameters,
    describe_request,
)
from ascgen.explore.spelling import spell, values_of
from ascgen.explore.thesaurus import load_helpers
from ascgen.explore.uses import Uses
from ascgen.model import (
    EnumSchema,
    LinkageSchema,
    MetricSchema,
    ObjectSchema,
    PlainSchema,
    Relationship,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
    Schema,
)
from ascgen.omitted import describe_omissions
from ascgen.plan.calls import call_text
from ascgen.plan.namespaces import python_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ascgen.explore.lookup import Resource
    from ascgen.explore.members import Member
    from ascgen.model import ApiModel, Operation

Data: TypeAlias = dict[str, Any]
_CORE = 12


class Explorer:
    """All that can be looked up in an API, as plain data. Unknown names raise UsageError."""

    def __init__(self, api: ApiModel) -> None:
        self.api = api
        self.lookup = Lookup(api)
        self.uses = Uses(api)

    def info(self, source: str) -> Data:
        """Return the document: which one it is, how much is in it, and its largest resources."""
        api, resources = self.api, self.lookup.resources.values()
        alive = {r.name: sum(not item.deprecated for item in r.operations) for r in resources}
        core = sorted(resources, key=lambda r: (-alive[r.name], r.name))[:_CORE]
        kinds: dict[str, int] = {}
        for operation in api.operations:
            kinds[operation.kind] = kinds.get(operation.kind, 0) + 1
        return {
            "kind": "document",
            "id": f"{api.product}-{api.version}",
            "product": api.product,
            "title": api.title,
            "version": api.version,
            "sha256": api.sha256,
            "source": source,
            "server": api.server,
            "overlay": list(api.overlay),
            "counts": {
                "operations": len(api.operations),
                "deprecated_operations": sum(item.deprecated for item in api.operations),
                "resources": len(self.lookup.resources),
                "schemas": len(api.schemas),
                "enums": sum(isinstance(item, EnumSchema) for item in api.schemas.values()),
            },
            "operation_kinds": kinds,
            "omissions": describe_omissions(api.omissions),
            "core_resources": [self.resource_summary(item) for item in core],
        }

    def resources(self, pattern: str = "") -> list[Data]:
        """Return the resources whose name has the pattern in it, or all."""
        found = [
            self.resource_summary(resource)
            for resource in self.lookup.resources.values()
            if _has(pattern, resource.name, *resource.namespaces)
        ]
        if not found:
            raise unknown("resource", pattern, self.lookup.resources)
        return found

    def operations(self, pattern: str = "") -> list[Data]:
        """Return all operations, or those whose id, path, kind or name contains the pattern."""
        found: list[Data] = []
        for operation in self.api.operations:
            python = python_name(operation)
            request = f"{operation.method} {operation.path}"
            spelled = f"{python.namespace}.{python.method}"
            if _has(pattern, operation.id, request, spelled, operation.kind):
                found.append(self.operation_summary(operation))
        if not found:
            raise unknown("operation", pattern, self.lookup.operations)
        return found

    def resource_summary(self, resource: Resource) -> Data:
        """Return a resource in a list."""
        return {
            "kind": "resource",
            "id": resource.name,
            "namespaces": list(resource.namespaces),
            "operation_count": len(resource.operations),
            "deprecated_count": sum(item.deprecated for item in resource.operations),
            "deprecated": resource.deprecated,
            "successor": self.lookup.resource_successor(resource),
        }

    def operation_summary(
        self, operation: Operation, given: Mapping[str, str] | None = None
    ) -> Data:
        """Return a list entry for an operation, with its call in Python."""
        python = python_name(operation)
        return {
            "kind": "operation",
            "id": operation.id,
            "operation_kind": str(operation.kind),
            "method": operation.method,
            "path": operation.path,
            "deprecated": operation.deprecated,
            "successor": self.lookup.successors.get(operation.id),
            "python": {"namespace": python.namespace, "method": python.method},
            "call": call_text(self.api, operation, given=given),
        }

    def helper(self, name: str) -> Data:
        """Return a helper of the client, or a page of the guide."""
        (helper,) = (item for item in load_helpers() if item.id == name)
        if helper.kind == "guide":
            page = f"docs/guide/{helper.id}.md"
            return {"kind": "guide", "id": helper.id, "page": page, "summary": helper.summary}
        return {
            "kind": "helper",
            "id": helper.id,
            "python": helper.python,
            "call": helper.call,
            "summary": helper.summary,
        }

    def resource(self, name: str) -> Data:
        """Operations, members and uses of a resource."""
        resource = self.lookup.resource(name)
        shown = {item.id for item in resource.operations}
        members = [m for m in self.uses.members.values() if m.owner == resource.name]
        answered: dict[str, None] = {}
        for schema in resource.schemas:
            answered |= dict.fromkeys(self.uses.of_schema(schema.name).returned_by)
        return self.resource_summary(resource) | {
            "schemas": [schema.name for schema in resource.schemas],
            "operations": [self.operation_summary(item) for item in resource.operations],
            "attributes": [self.member(m) for m in members if not isinstance(m.item, Relationship)],
            "relationships": [self.member(m) for m in members if isinstance(m.item, Relationship)],
            "also_returned_by": [item for item in answered if item not in shown],
            "included_by": list(self.uses.including(resource.name)),
        }

    def operation(self, name: str) -> Data:
        """Return an operation with everything it takes and answers."""
        operation = self.lookup.operation(name)
        request = self.api.schemas.get(operation.request or "")
        body: Data | None = None
        if isinstance(request, RequestSchema):
            body = describe_request(self.api, request)
        elif isinstance(request, LinkageSchema):
            body = describe_linkage(request)
        return self.operation_summary(operation) | {
            "async_call": call_text(self.api, operation, awaited=True),
            "parameters": list(describe_parameters(self.api, operation)),
            "body": body,
            "responses": [
                {"status": item.status, "media_type": item.media_type, "schema": item.schema}
                for item in operation.answers
            ],
            "errors": list(operation.errors),
        }

    def schema(self, name: str) -> Data:
        """Return a schema's members or values, and who uses it."""
        schema = self.lookup.schema(name)
        use = self.uses.of_schema(schema.name)
        return {
            "kind": "schema",
            "id": schema.name,
            "schema_kind": _schema_kind(schema),
            "type": getattr(schema, "type", None) if _has_type(schema) else None,
            "deprecated": getattr(schema, "deprecated", False),
            **self._contents(schema),
            "used_by": {
                "returned_by": use.returned_by,
                "included_by": use.included_by,
                "accepted_by": use.accepted_by,
                "part_of": use.part_of,
            },
        }

    def member(self, member: Member) -> Data:
        """Return an attribute or relationship, with the operations that use it."""
        return describe_field(self.api, member.owner, member.item) | {
            "returned_by": member.readable,
            "writable_in": member.writable,
            "required_in": member.required,
            "filter_of": member.filters,
        }

    def value(self, name: str) -> Data:
        """Return an enumerated value with the places it appears in."""
        use = self.uses.values[name]
        return {
            "kind": "value",
            "id": name,
            "schemas": use.schemas,
            "fields": use.fields,
            "parameters": [
                {"kind": "parameter", "id": wire, "operations": operations}
                for wire, operations in use.parameters.items()
            ],
        }

    def parameter(self, name: str) -> Data:
        """Return a parameter as it is sent, with the operations that take it."""
        return {"kind": "parameter", "id": name, "operations": self.uses.parameters[name]}

    def _contents(self, schema: Schema) -> Data:
        fields: Iterable[Any] = ()
        relationships: Iterable[Any] = ()
        values: Iterable[str] = ()
        included: Iterable[str] = ()
        resource: str | None = None
        match schema:
            case EnumSchema():
                values = schema.values
            case ObjectSchema():
                fields = schema.fields
            case PlainSchema():
                values = values_of(self.api, schema.type)
                return _empty() | {"is": spell(schema.type), "values": list(values)}
            case ResourceSchema():
                fields, relationships = schema.attributes, schema.relationships
            case RequestSchema():
                fields, relationships = schema.attributes, schema.relationships
                included = schema.included
            case ResponseSchema():
                resource, included = schema.resource, schema.included
            case MetricSchema():
                fields, included = schema.row.fields, schema.included
            case LinkageSchema():
                pass
        return _empty() | {
            "many": getattr(schema, "many", False),
            "resource": resource,
            "values": list(values),
            "fields": [describe_field(self.api, schema.name, item) for item in fields],
            "relationships": [
                describe_field(self.api, schema.name, item) for item in relationships
            ],
            "included": list(included),
        }


def _empty() -> Data:
    return {
        "is": None,
        "many": False,
        "resource": None,
        "values": [],
        "fields": [],
        "relationships": [],
        "included": [],
    }


def _schema_kind(schema: Schema) -> str:
    return type(schema).__name__.removesuffix("Schema").lower()


def _has_type(schema: Schema) -> bool:
    return isinstance(schema, ResourceSchema | RequestSchema | LinkageSchema)


def _has(pattern: str, *names: str) -> bool:
    """Return whether a name has the pattern in it, or is like it where there is a `*` or `?`."""
    wanted = pattern.lower()
    if "*" in wanted or "?" in wanted:
        return any(fnmatchcase(name.lower(), wanted) for name in names)
    return any(wanted in name.lower() for name in names)
