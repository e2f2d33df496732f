"""What the facts say of an operation, laid out for answering it; made when it is first called."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .._api import facts
from .._api.model import (
    Kind,
    LinkageSchema,
    MetricSchema,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
)
from .edges import edges

if TYPE_CHECKING:
    from .._api.model import Operation, Schema
    from .edges import Edge
    from .query import Query

__all__ = ["Table", "table"]

JSON = "application/json"


class Table:
    """One operation: whose, of what, and what may be asked of it.

    `owner` is the type of the path's resource, `type` that of what is answered or written; `schema`
    draws what is answered and `schemas` what is included.
    """

    def __init__(self, method: str, path: str) -> None:
        api = facts()
        self.operation: Operation = api.operation(method, path)
        operation = self.operation
        parts = path.split("/")
        self.media = {x.media_type: x for x in operation.answers if x.media_type}
        self.answer: Schema | None = None
        answered = next((x for x in operation.answers if x.schema), None)
        if answered is not None and answered.schema is not None:
            self.answer = api.schema((self.media.get(JSON) or answered).schema or answered.schema)
        self.success = min((x.status for x in operation.answers), default=204)
        body = api.schema(operation.request) if operation.request else None
        self.request = body if isinstance(body, RequestSchema) else None
        self.linkage = body if isinstance(body, LinkageSchema) else None
        self.schema: ResourceSchema | None = None
        self.many = False
        self.schemas: dict[str, ResourceSchema] = {}
        self._read_answer()
        self.owner = self._owner(parts[2])
        self.edge: Edge | None = None
        if len(parts) > 4:  # noqa: PLR2004 - /v1/apps/{id}/builds
            self.edge = edges().find(self.owner, parts[-1])
        self.type = self._type()
        self.filters = {x.name: x for x in operation.filters}
        self.exists = {x.name for x in operation.exists}
        self.related_limits = {x.name: x.maximum for x in operation.related_limits}
        self.parameters = {x.name: x for x in operation.parameters}
        self.required = [f"filter[{x.name}]" for x in operation.filters if x.required]
        self.required += [f"exists[{x.name}]" for x in operation.exists if x.required]
        self.required += [x.name for x in operation.parameters if x.required]
        self.fieldsets = {x.type: x.fieldset for x in operation.fields}
        self.sort = frozenset(operation.sort)
        self.include = frozenset(operation.include)
        # Queries that were read before, by their text and how strictly.
        self.queries: dict[tuple[str, bool], Query] = {}

    @property
    def kind(self) -> Kind:
        """The kind of operation."""
        return self.operation.kind

    def _read_answer(self) -> None:
        api = facts()
        answer = self.answer
        if isinstance(answer, ResponseSchema | MetricSchema):
            for name in answer.included:
                resource = api.schema(name)
                if isinstance(resource, ResourceSchema):
                    self.schemas[resource.type] = resource
        if isinstance(answer, ResponseSchema):
            self.many = answer.many
            found = api.schema(answer.resource)
            self.schema = found if isinstance(found, ResourceSchema) else None
        elif isinstance(answer, LinkageSchema):
            self.many = answer.many

    def _owner(self, root: str) -> str:
        """The path names the type, but for a few whose name is spelled otherwise there."""
        if root in facts().types:
            return root
        for schema in (self.request, self.schema):
            if schema is not None and len(self.operation.path.split("/")) <= 4:  # noqa: PLR2004
                return schema.type
        return root

    def _type(self) -> str:
        if self.schema is not None:
            return self.schema.type
        if isinstance(self.answer, LinkageSchema):
            return self.answer.type
        if self.linkage is not None:
            return self.linkage.type
        if self.request is not None:
            return self.request.type
        return self.edge.type if self.edge is not None else self.owner


@cache
def table(method: str, path: str) -> Table:
    """Return the table of an operation."""
    return Table(method, path)
