"""Every resource that takes a file is served, as the facts of the API say it wants to be."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect.simulator import Simulator
from app_store_connect.simulator.registry import Book
from app_store_connect.simulator.rules import deliveries, media, upload_parts
from app_store_connect.simulator.uploaded_files import content_of, delivery_state
from app_store_connect.uploads import AsyncUploader, Uploader
from ascgen.model import Kind, RequestSchema, ResourceSchema
from ascgen.plan.names import snake
from ascgen.plan.namespaces import python_name
from ascgen.snapshot import load_snapshot
from support.calls import bare_call
from support.uploading import md5
from support.whole_api import answered_resource, model_class, rendered_api, snapshot_path

if TYPE_CHECKING:
    from ascgen.model import ApiModel, Operation

DATA = b"the file"
CHECKSUMS = {
    "sourceFileChecksum": md5(DATA),
    "sourceFileChecksums": {"file": {"hash": md5(DATA), "algorithm": "MD5"}},
}


def members(schema: ResourceSchema | None) -> set[str]:
    return {item.name for item in schema.attributes} if schema is not None else set()


def update_of(api: ApiModel, create: Operation) -> RequestSchema:
    """What the update of a resource may carry."""
    (update,) = (
        item
        for item in api.operations
        if item.path == f"{create.path}/{{id}}" and item.kind is Kind.UPDATE_INSTANCE
    )
    assert update.request is not None
    schema = api.schemas[update.request]
    assert isinstance(schema, RequestSchema)
    return schema


RESERVATIONS = {
    python_name(operation).namespace: operation
    for operation in rendered_api().operations
    if operation.kind is Kind.CREATE_INSTANCE
    and "uploadOperations" in members(answered_resource(operation))
}


def test_no_resource_that_takes_a_file_is_created_in_another_way() -> None:
    schemas = {
        schema.name
        for schema in rendered_api().resources()
        if "uploadOperations" in members(schema)
    }
    reserved = [answered_resource(operation) for operation in RESERVATIONS.values()]
    assert {schema.name for schema in reserved if schema is not None} == schemas
    assert len(reserved) == len(schemas)


def test_the_snapshot_has_27_of_them_in_four_variants() -> None:
    api = load_snapshot(snapshot_path())
    names = {s.name for s in api.resources() if "uploadOperations" in members(s)}
    creates = [
        operation
        for operation in api.operations
        if operation.kind is Kind.CREATE_INSTANCE
        and operation.request is not None
        and operation.request.removesuffix("CreateRequest") in names
    ]
    variants = Counter(
        tuple(sorted(item.name for item in update_of(api, create).attributes if item.name != "x"))
        for create in creates
    )
    assert sum(variants.values()) == 27
    checksums = Counter(
        tuple(name for name in CHECKSUMS if name in variant) for variant in variants.elements()
    )
    assert checksums == {
        ("sourceFileChecksum",): 11,
        (): 14,
        ("sourceFileChecksums",): 1,
        ("sourceFileChecksum", "sourceFileChecksums"): 1,
    }


def simulated(request: RequestSchema, keywords: dict[str, Any]) -> Simulator:
    """A team with rules on files alone, and with what a reservation is related to."""
    simulator = Simulator()
    simulator.world.book = Book([upload_parts.rules, deliveries.rules, media.rules])
    for item in request.relationships:
        given = keywords.get(snake(item.name))
        for identifier in [given] if isinstance(given, str) else given or ():
            simulator.world.create(item.type or "", id=identifier)
    return simulator


def upload(simulator: Simulator, flavour: str, namespace: str, keywords: dict[str, Any]) -> Any:
    if flavour == "sync":
        with simulator.client() as asc:
            given: Any = getattr(asc, namespace)
            return asc.uploads.upload(given, DATA, file_name="a.bin", **keywords)

    async def main() -> Any:
        async with simulator.async_client() as asc:
            given: Any = getattr(asc, namespace)
            return await asc.uploads.upload(given, DATA, file_name="a.bin", **keywords)

    return asyncio.run(main())


@pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")
@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("namespace", sorted(RESERVATIONS))
def test_it_is_uploaded_and_committed_in_its_own_way(namespace: str, flavour: str) -> None:
    create = RESERVATIONS[namespace]
    schema = answered_resource(create)
    assert schema is not None
    keywords = dict(bare_call(create).keywords)
    assert {keywords.pop(key) for key in ("file_name", "file_size")}
    request = rendered_api().schemas[create.request or ""]
    assert isinstance(request, RequestSchema)
    simulator = simulated(request, keywords)
    done = upload(simulator, flavour, namespace, keywords)
    assert isinstance(done, model_class(schema.name))
    made, sent, commit, *reads = simulator.requests
    assert (made.method, made.path) == ("POST", create.path)
    assert made.body["data"]["attributes"]["fileName"] == "a.bin"
    assert (sent.method, sent.body) == ("PUT", None)
    entity = simulator.world.find(schema.type, done.id)
    assert entity is not None
    assert content_of(simulator.world, entity) == DATA
    assert delivery_state(entity) in {"COMPLETE", "PREPARE_FOR_SUBMISSION"}
    accepted = {item.name for item in update_of(rendered_api(), create).attributes}
    expected = {name: value for name, value in CHECKSUMS.items() if name in accepted}
    assert commit.path == f"{create.path}/{done.id}"
    assert commit.body["data"]["attributes"] == {"uploaded": True, **expected}
    assert {(read.method, read.path) for read in reads} == {("GET", commit.path)}


@pytest.mark.parametrize("kind", [Uploader, AsyncUploader])
def test_no_keyword_of_a_create_is_taken_by_the_uploader_itself(kind: type) -> None:
    own = inspect.signature(kind.upload).parameters.keys() - {"attributes", "file_name"}  # type: ignore[attr-defined]
    for namespace, create in RESERVATIONS.items():
        assert create.request is not None
        schema = rendered_api().schemas[create.request]
        assert isinstance(schema, RequestSchema)
        taken = {item.name for item in (*schema.attributes, *schema.relationships)}
        assert not own & taken, namespace
