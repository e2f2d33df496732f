"""The facts that the client carries are those it was rendered from."""

from __future__ import annotations

import msgspec

from app_store_connect._api import facts
from support.whole_api import PACKAGE, rendered_api


def plain(value: object) -> object:
    """Without the classes, of which the package has its own."""
    return msgspec.to_builtins(value)


def test_every_operation_is_there_as_the_document_has_it() -> None:
    api = rendered_api()
    assert list(facts().operations) == [(x.method, x.path) for x in api.operations]
    for operation in api.operations:
        assert plain(facts().operation(operation.method, operation.path)) == plain(operation)


def test_every_schema_and_fieldset_is_there_as_the_document_has_it() -> None:
    api = rendered_api()
    for name, schema in api.schemas.items():
        assert plain(facts().schema(name)) == plain(schema)
    for name, fieldset in api.fieldsets.items():
        assert plain(facts().fieldset(name)) == plain(fieldset)


def test_every_type_has_its_schemas() -> None:
    api = rendered_api()
    assert facts().types == tuple(dict.fromkeys(x.type for x in api.resources()))
    for kind in facts().types:
        names = [x.name for x in api.resources() if x.type == kind]
        assert [x.name for x in facts().resources(kind)] == names


def test_the_facts_weigh_little() -> None:
    api = rendered_api()
    size = (PACKAGE / "_api" / "facts.txt").stat().st_size
    assert size < 500 * len(api.operations)
