"""Finding operations, resources and schemas by whichever name somebody has for them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.errors import UsageError
from ascgen.plan.names import loose, snake
from ascgen.plan.namespaces import python_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.model import ApiModel, Operation, ResourceSchema, Schema

_REQUEST = re.compile(r"(?:(GET|POST|PATCH|DELETE)\s+)?(?:https?://[^/]+)?(/\S*)\Z", re.IGNORECASE)
_VERSION = re.compile(r"V[0-9]+(?=_|\Z)")
_SHOWN = 5
_AS_GOOD = 15


class Resource(Struct, frozen=True):
    """What Apple calls by one name: the operations at its paths, and its schemas.

    Later versions of a path are part of it. Some resources have no path of their own and come
    only as part of answers; some, as reports, have a path and no schema.
    """

    name: str
    operations: tuple[Operation, ...]
    schemas: tuple[ResourceSchema, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Where its operations are in Python."""
        return tuple(dict.fromkeys(python_name(item).namespace for item in self.operations))

    @property
    def deprecated(self) -> bool:
        """Whether nothing of it is left that is not deprecated."""
        if self.operations:
            return all(item.deprecated for item in self.operations)
        return all(item.deprecated for item in self.schemas)


class Lookup:
    """The names of an API. Case and punctuation do not matter.

    What is not there raises UsageError with the names that come close.
    """

    def __init__(self, api: ApiModel) -> None:
        self.api = api

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its id."""
        return {operation.id: operation for operation in self.api.operations}

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """Every resource by Apple's name, in alphabetical order."""
        operations: dict[str, list[Operation]] = {}
        schemas: dict[str, list[ResourceSchema]] = {}
        for operation in self.api.operations:
            operations.setdefault(operation.path.split("/")[2], []).append(operation)
        for schema in self.api.resources():
            schemas.setdefault(schema.type, []).append(schema)
        return {
            name: Resource(name, tuple(operations.get(name, ())), tuple(schemas.get(name, ())))
            for name in self.api.resource_names()
        }

    @cached_property
    def later_versions(self) -> dict[str, str]:
        """The later version of a deprecated operation, where there is one, both by id."""
        current: dict[str, str] = {}
        for operation in self.api.operations:
            if not operation.deprecated:
                current[_VERSION.sub("", operation.id)] = operation.id
        return {
            operation.id: current[key]
            for operation in self.api.operations
            if operation.deprecated and (key := _VERSION.sub("", operation.id)) in current
        }

    @cached_property
    def successors(self) -> dict[str, str]:
        """The operation that took a deprecated one's place, where there is one, both by id."""
        stated = {
            operation.id: operation.successor
            for operation in self.api.operations
            if operation.deprecated and operation.successor in self.operations
        }
        return self.later_versions | stated

    def resource_successor(self, resource: Resource) -> str | None:
        """Return the resource that replaces a deprecated one, by its operations' successors."""
        if not resource.deprecated:
            return None
        found = [self.successors[o.id] for o in resource.operations if o.id in self.successors]
        roots = [self.operations[name].path.split("/")[2] for name in found]
        return next((root for root in roots if root != resource.name), None)

    @cached_property
    def _by_name(self) -> dict[str, Operation]:
        """Every operation by its id and by its method, loosely spelled."""
        found: dict[str, Operation] = {}
        for operation in self.api.operations:
            python = python_name(operation)
            found[loose(f"{python.namespace}.{python.method}")] = operation
            found[loose(operation.id)] = operation
        return found

    def operation(self, name: str) -> Operation:
        """Return the operation of an id, a request (`GET /v1/apps/{id}`) or a method."""
        if found := self.operations.get(name):
            return found
        if match := _REQUEST.match(name.strip()):
            return self._requested(match[1] or "", match[2])
        called = name.strip().partition("(")[0]
        for prefix in ("", "asc.", "client.", "await asc.", "await client."):
            if called.startswith(prefix) and (
                found := self._by_name.get(loose(called.removeprefix(prefix)))
            ):
                return found
        raise unknown("operation", name, self.operations)

    def resource(self, name: str) -> Resource:
        """Return the resource of a name as Apple or Python spells it, or of a schema.

        A namespace that stands for one version of a path (`in_app_purchases_v2`) has only the
        operations of that version.
        """
        if found := self._by_resource.get(loose(name)):
            return found
        raise unknown("resource", name, [*self.resources, *map(snake, self.resources)])

    @cached_property
    def _by_resource(self) -> dict[str, Resource]:
        """Every resource by its names, loosely spelled; of those of one name the first."""
        found: dict[str, Resource] = {}
        for resource in self.resources.values():
            for spelling in (resource.name, *(item.name for item in resource.schemas)):
                found.setdefault(loose(spelling), resource)
            grouped: dict[str, list[Operation]] = {}
            for operation in resource.operations:
                grouped.setdefault(python_name(operation).namespace, []).append(operation)
            for namespace, operations in grouped.items():
                part = Resource(resource.name, tuple(operations), resource.schemas)
                found.setdefault(loose(namespace), part)
        for name, resource in self.resources.items():
            found.setdefault(loose(name).removesuffix("s"), resource)
        return found

    def schema(self, name: str) -> Schema:
        """Return the schema of a name."""
        if found := self.api.schemas.get(name):
            return found
        spelled = {loose(key): schema for key, schema in self.api.schemas.items()}
        if found := spelled.get(loose(name)):
            return found
        raise unknown("schema", name, self.api.schemas)

    def _requested(self, method: str, path: str) -> Operation:
        """Return the operation of a request; any segment may stand for `{id}`."""
        path = path.partition("?")[0].rstrip("/")
        at_path = [item for item in self.api.operations if _fits(item.path, path)]
        # A path spelled with {id} is meant literally before it is taken for somebody's id.
        at_path.sort(key=lambda item: item.path.count("{id}"))
        wanted = [o for o in at_path if o.method == method.upper() or not method]
        if len(wanted) == 1 or (wanted and method):
            return wanted[0]
        if wanted:
            reads = [o for o in wanted if o.method == "GET"]
            if reads:
                return reads[0]
        known = [f"{item.method} {item.path}" for item in at_path or self.api.operations]
        if at_path:
            raise UsageError(
                f"there is no {method.upper()} at {path}", hint=f"there is {', '.join(known)}"
            )
        raise unknown("operation", f"{method.upper() or 'GET'} {path}", known)


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """Return an error that names what comes close to a name that is not known."""
    from rapidfuzz import fuzz, process, utils

    names = list(dict.fromkeys(known))
    shown: list[str] = []
    # The whole name first; where none is like it, a name with a part that is.
    for scorer, cutoff in ((fuzz.ratio, 60), (fuzz.partial_ratio, 75)):
        near = process.extract(
            name,
            names,
            scorer=scorer,
            processor=utils.default_process,
            limit=_SHOWN,
            score_cutoff=cutoff,
        )
        shown = [match for match, score, _ in near if score >= near[0][1] - _AS_GOOD]
        if shown:
            break
    hint = f"did you mean {', '.join(shown)}?" if shown else f"try `ascgen search {name}`"
    return UsageError(f"there is no {what} {name!r}", hint=hint)


def _fits(template: str, path: str) -> bool:
    """Return whether a path fits the template, with any id and with or without the version."""
    wanted, given = template.split("/")[1:], path.split("/")[1:]
    if len(given) == len(wanted) - 1:
        wanted = wanted[1:]
    return len(wanted) == len(given) and all(
        one == "{id}" or one.lower() == other.lower()
        for one, other in zip(wanted, given, strict=True)
    )
