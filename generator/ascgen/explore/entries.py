"""What can be found: every operation, resource, schema, field, parameter and enumerated value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.explore.spelling import values_of
from ascgen.explore.words import stems
from ascgen.model import Kind, RequestSchema
from ascgen.plan.namespaces import python_name

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterable, Iterator

    from ascgen.explore.lookup import Lookup
    from ascgen.explore.thesaurus import Helper
    from ascgen.explore.uses import Uses
    from ascgen.model import ApiModel, Operation, ResourceSchema

KINDS = ("helper", "guide", "operation", "resource", "schema", "field", "parameter", "value")
_NONE: frozenset[str] = frozenset()

# The methods that the verbs of the thesaurus come down to.
METHODS = {
    Kind.GET_COLLECTION: "list",
    Kind.GET_INSTANCE: "get",
    Kind.CREATE_INSTANCE: "create",
    Kind.UPDATE_INSTANCE: "update",
    Kind.DELETE_INSTANCE: "delete",
    Kind.GET_TO_ONE_RELATED: "get",
    Kind.GET_TO_MANY_RELATED: "list",
    Kind.GET_TO_ONE_RELATIONSHIP: "get",
    Kind.GET_TO_MANY_RELATIONSHIP: "list",
    Kind.CREATE_TO_MANY_RELATIONSHIP: "add",
    Kind.DELETE_TO_MANY_RELATIONSHIP: "remove",
    Kind.REPLACE_TO_MANY_RELATIONSHIP: "replace",
    Kind.UPDATE_TO_ONE_RELATIONSHIP: "set",
    Kind.GET_METRICS: "metrics",
}
# Those that answer with ids alone have a twin that answers with the resources themselves.
TWINS = frozenset({Kind.GET_TO_ONE_RELATIONSHIP, Kind.GET_TO_MANY_RELATIONSHIP})


class Entry(Struct, frozen=True):
    """Something that can be found.

    `name` and `subject` are stems, of all of its name and of what it is about in the end; `fields`
    and `values` are spelled as the API does; `also` are other names of it, in lower case.
    """

    kind: str
    id: str
    name: frozenset[str]
    subject: frozenset[str] = _NONE
    fields: frozenset[str] = _NONE
    values: frozenset[str] = _NONE
    method: str = ""
    deprecated: bool = False
    is_twin: bool = False
    also: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return what it is called, in lower case; a field may be called without its owner.

        So may a helper, unless its name is an everyday word.
        """
        name = self.id.lower()
        tail = name.rpartition(".")[2]
        is_own = self.kind == "field" or (self.kind == "helper" and "_" in tail)
        return (name, *((tail,) if is_own else ()), *self.also)


def operation_entries(api: ApiModel) -> Iterator[Entry]:
    """Yield the operations, each with the fields it takes, answers with or filters by."""
    reads: dict[str, frozenset[str]] = {}
    for operation in api.operations:
        _, root, *rest = operation.path.strip("/").split("/")
        member = rest[-1] if len(rest) > 1 else ""
        fields, values = _known(api, operation, reads)
        python, path = python_name(operation), operation.path.lower()
        yield Entry(
            kind="operation",
            id=operation.id,
            name=stems(root) | stems(member),
            subject=stems(member or root),
            fields=fields,
            values=values,
            method=METHODS[operation.kind],
            deprecated=operation.deprecated,
            is_twin=operation.kind in TWINS,
            also=(
                f"{python.namespace}.{python.method}",
                f"{operation.method.lower()} {path}",
                *([path] if operation.method == "GET" else ()),
            ),
        )


def helper_entries(helpers: Iterable[Helper]) -> Iterator[Entry]:
    """Yield the helpers and pages of the guide, which only their terms lead to."""
    for helper in helpers:
        yield Entry(helper.kind, helper.id, _NONE, method=helper.method)


def other_entries(
    lookup: Lookup, uses: Uses, kinds: Collection[str], probe: re.Pattern[str]
) -> Iterator[Entry]:
    """Yield the entries of these kinds, other than operations, whose names match the probe."""
    schemas, fields = lookup.api.schemas, uses.field_names
    sources: dict[str, tuple[Iterable[str], Callable[[str], bool]]] = {
        "resource": (lookup.resources, lambda name: lookup.resources[name].deprecated),
        "schema": (schemas, lambda name: getattr(schemas[name], "deprecated", False)),
        "field": (fields, fields.__getitem__),
        "parameter": (uses.parameters, lambda _: False),
        "value": (uses.value_names, lambda _: False),
    }
    for kind, (names, is_deprecated) in sources.items():
        if kind in kinds:
            for name in filter(probe.search, names):
                words = stems(name)
                yield Entry(kind, name, words, words, deprecated=is_deprecated(name))


def _known(
    api: ApiModel, operation: Operation, reads: dict[str, frozenset[str]]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields an operation is about, and the values it takes in them."""
    request = api.schemas.get(operation.request or "")
    if isinstance(request, RequestSchema):
        values = [value for item in request.attributes for value in values_of(api, item.type)]
        return _names(request), frozenset(values)
    answered = api.answered(operation)
    filters = [item.name for item in (*operation.filters, *operation.parameters)]
    if answered is None:
        return frozenset(filters), _NONE
    if answered.name not in reads:
        reads[answered.name] = _names(answered)
    return reads[answered.name].union(filters), _NONE


def _names(schema: RequestSchema | ResourceSchema) -> frozenset[str]:
    attributes = (item.name for item in schema.attributes)
    return frozenset((*attributes, *(item.name for item in schema.relationships)))
