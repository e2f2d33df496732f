"""The search index: everything that has an address, and the words that people use for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ascgen.explore.entries import METHODS, TWINS
from ascgen.explore.spelling import named_parameters
from ascgen.explore.thesaurus import load_not_offered, load_thesaurus
from ascgen.model import (
    EnumSchema,
    MetricSchema,
    ObjectSchema,
    Relationship,
    RequestSchema,
    ResourceSchema,
)
from ascgen.plan.names import snake
from ascgen.plan.namespaces import python_name
from ascgen.site.addresses import anchor
from ascgen.site.members import inner_enum
from ascgen.site.pages import is_deprecated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.explore.lookup import Lookup
    from ascgen.model import Field, Operation
    from ascgen.site.addresses import Addresses

KINDS = ("operation", "resource", "field", "parameter", "value", "schema")
# What HTML or an older JavaScript could take for something else.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """Something that can be found, and where.

    `about` tells it from others of its name: the request of an operation, the owner of a field or
    value. `method` is what an operation comes down to. `rank` is 1 for what comes late.
    """

    kind: str
    name: str
    address: str
    about: str = ""
    method: str = ""
    rank: int = 0


def entries(addresses: Addresses, lookup: Lookup) -> Iterator[Entry]:
    """Everything that can be found, in the order of the pages."""
    for home in addresses.homes.values():
        kind = home.schema.type if home.schema else " ".join(home.namespaces)
        yield Entry("resource", home.name, home.page, kind, rank=int(is_deprecated(home)))
        for operation in home.operations:
            name = python_name(operation)
            late = operation.kind in TWINS or operation.deprecated
            yield Entry(
                "operation",
                f"{name.namespace}.{name.method}",
                addresses.operation(operation),
                f"{operation.method} {operation.path}",
                METHODS[operation.kind],
                2 if operation.id in lookup.successors else int(late),
            )
            for wire, *place in _parameters(addresses, operation):
                address = f"{home.page}#{anchor(operation.id, *place)}"
                yield Entry("parameter", wire, address, f"{name.namespace}.{name.method}")
        if home.schema is not None:
            yield from _members(home.schema, home.page)
    yield from _schemas(addresses)


def index_text(addresses: Addresses, lookup: Lookup) -> str:
    """The index as a script that a page opened from disk can load.

    Addresses are split into pages and anchors, since most entries share their page with others.
    """
    found = list(entries(addresses, lookup))
    pages = list(dict.fromkeys(entry.address.partition("#")[0] for entry in found))
    places = {page: place for place, page in enumerate(pages)}
    rows: list[tuple[object, ...]] = []
    for entry in found:
        page, _, place = entry.address.partition("#")
        row = (KINDS.index(entry.kind), entry.name, places[page], place, entry.about)
        rows.append((*row, entry.method, entry.rank) if entry.rank or entry.method else row)
    parts = {
        "kinds": KINDS,
        "pages": pages,
        "entries": rows,
        "thesaurus": _thesaurus(),
        "not_offered": _not_offered(addresses, lookup),
    }
    lines = (f"{name}: {_json(value)}" for name, value in parts.items())
    return "window.ASC_INDEX = {" + ",\n".join(lines) + "};\n"


def _parameters(addresses: Addresses, operation: Operation) -> Iterator[tuple[str, ...]]:
    """What an operation takes: names, each with its place among what is told of the operation."""
    for wire, _ in named_parameters(operation):
        yield wire, wire
    for flag in operation.exists:
        yield f"exists[{flag.name}]", f"exists[{flag.name}]"
    for name in operation.include:
        yield f"include={name}", "include"
    request = addresses.api.schemas.get(operation.request or "")
    if isinstance(request, RequestSchema):
        names = [item.name for item in request.attributes]
        names += [item.name for item in request.relationships]
        yield from ((f"{snake(name)}=", "body", name) for name in names)


def _members(schema: ResourceSchema, page: str) -> Iterator[Entry]:
    for item in schema.attributes:
        yield from _field(schema.name, item, page, "attribute")
    for link in schema.relationships:
        place = f"{page}#{anchor('relationship', link.name)}"
        yield Entry("field", link.name, place, schema.name, rank=int(link.deprecated))


def _field(owner: str, item: Field | Relationship, page: str, *place: str) -> Iterator[Entry]:
    here = (*place, item.name)
    address = f"{page}#{anchor(*here)}"
    yield Entry("field", item.name, address, owner, rank=int(item.deprecated))
    if not isinstance(item, Relationship):
        for value in inner_enum(item.type):
            address = f"{page}#{anchor(*here, value)}"
            yield Entry("value", value, address, f"{owner}.{item.name}", rank=int(item.deprecated))


def _schemas(addresses: Addresses) -> Iterator[Entry]:
    for schema in addresses.api.schemas.values():
        address = addresses.schema(schema.name)
        if not address or isinstance(schema, ResourceSchema):
            continue
        yield Entry("schema", schema.name, address, type(schema).__name__[: -len("Schema")].lower())
        page = address.partition("#")[0]
        match schema:
            case EnumSchema():
                for value in schema.values:
                    place = f"{page}#{anchor(schema.name, value)}"
                    yield Entry("value", value, place, schema.name)
            case ObjectSchema():
                for item in schema.fields:
                    yield from _field(schema.name, item, page, schema.name)
            case MetricSchema():
                for item in schema.row.fields:
                    yield from _field(schema.name, item, page, schema.name)
            case _:
                pass


def _thesaurus() -> dict[str, object]:
    found = load_thesaurus()
    return {
        "ignored": sorted(found.ignored),
        "same": found.same,
        "verbs": found.verbs,
        "terms": [
            [
                sorted(term.words),
                [
                    [sorted(target.name), target.operation, round(target.worth, 2)]
                    for target in term.targets()
                ],
            ]
            for term in found.terms
        ],
    }


def _not_offered(addresses: Addresses, lookup: Lookup) -> list[dict[str, object]]:
    """What the API is known not to offer, with the operations that come near."""
    return [
        {
            "asks": [sorted(ask) for ask in item.asks],
            "besides": None if item.besides is None else sorted(item.besides),
            "text": " ".join(filter(None, (item.answer, item.remains))),
            "instead": [
                addresses.operation(lookup.operations[name])
                for name in item.instead
                if name in lookup.operations
            ],
        }
        for item in load_not_offered()
    ]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode().translate(_ESCAPES)
