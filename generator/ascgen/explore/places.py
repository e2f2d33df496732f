"""Where a name appears: the reverse look-up of whatever somebody has a name of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.explore.lookup import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.explore.explorer import Explorer


def places(explorer: Explorer, name: str) -> list[dict[str, Any]]:
    """Everything of this name with its uses; case does not matter.

    A name may be that of a resource, a schema, a field (with or without its owner), an enumerated
    value or a parameter, and of several of them.

    Raises:
        UsageError: nothing has this name.
    """
    found = list(_found(explorer, name.strip().lower()))
    if not found:
        raise unknown("name", name, _names(explorer))
    return found


def _found(explorer: Explorer, wanted: str) -> Iterator[dict[str, Any]]:
    uses, lookup = explorer.uses, explorer.lookup
    for name, resource in lookup.resources.items():
        if name.lower() == wanted or wanted in resource.namespaces:
            data = explorer.resource(name)
            kept = ("kind", "id", "schemas", "included_by")
            returned = [item["id"] for item in data["operations"] if item["method"] == "GET"]
            yield {key: data[key] for key in kept} | {
                "returned_by": [
                    *(item for item in returned if "Relationship" not in item),
                    *data["also_returned_by"],
                ]
            }
    for name in explorer.api.schemas:
        if name.lower() == wanted:
            data = explorer.schema(name)
            yield {"kind": "schema", "id": name, **data["used_by"]}
    for member in uses.members.values():
        if wanted in {member.id.lower(), member.item.name.lower()}:
            yield explorer.member(member)
    for name in uses.parameters:
        if wanted in {name.lower(), *name.lower().replace("]", "[").split("[")[1:2]}:
            yield explorer.parameter(name)
    for name in uses.values:
        if name.lower() == wanted:
            yield explorer.value(name)


def _names(explorer: Explorer) -> Iterator[str]:
    yield from explorer.lookup.resources
    yield from explorer.api.schemas
    yield from (member.item.name for member in explorer.uses.members.values())
    yield from explorer.uses.values
