"""Every resource that takes a file is served, as the facts of the API say it wants to be."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from app_store_connect.uploads import AsyncUploader, Uploader
from ascgen.model import Kind, RequestSchema, ResourceSchema
from ascgen.plan.namespaces import python_name
from ascgen.snapshot import load_snapshot
from support.calls import bare_call
from support.upload_api import UploadApi, md5
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


@pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")
@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("namespace", sorted(RESERVATIONS))
def test_it_is_uploaded_and_committed_in_its_own_way(namespace: str, flavour: str) -> None:
    create = RESERVATIONS[namespace]
    schema = answered_resource(create)
    keywords = dict(bare_call(create).keywords)
    reserved = {key: keywords.pop(key) for key in ("file_name", "file_size")}
    states = ("videoDeliveryState", "assetDeliveryState", "state")
    state = next(name for name in states if name in members(schema))
    final = "PREPARE_FOR_SUBMISSION" if state == "state" else "COMPLETE"
    assert reserved.keys() == {"file_name", "file_size"}
    with UploadApi(state_name=state, states=["UPLOAD_COMPLETE", final]) as api:
        done = api.run(
            flavour,
            lambda asc, uploads: uploads.upload(
                getattr(asc, namespace), DATA, file_name="a.bin", **keywords
            ),
        )
        paths = {request.path for request in api.api.requests}
    assert paths == {create.path, f"{create.path}/1"}
    assert schema is not None
    assert isinstance(done, model_class(schema.name))
    assert api.file() == DATA
    assert api.reserved["1"]["attributes"]["fileName"] == "a.bin"
    accepted = {item.name for item in update_of(rendered_api(), create).attributes}
    expected = {name: value for name, value in CHECKSUMS.items() if name in accepted}
    assert api.reserved["1"]["committed"] == {"uploaded": True, **expected}
    assert api.methods() == ["POST", "PATCH", "GET", "GET"], "it waited for the state to change"


@pytest.mark.parametrize("kind", [Uploader, AsyncUploader])
def test_no_keyword_of_a_create_is_taken_by_the_uploader_itself(kind: type) -> None:
    own = inspect.signature(kind.upload).parameters.keys() - {"attributes", "file_name"}  # type: ignore[attr-defined]
    for namespace, create in RESERVATIONS.items():
        assert create.request is not None
        schema = rendered_api().schemas[create.request]
        assert isinstance(schema, RequestSchema)
        taken = {item.name for item in (*schema.attributes, *schema.relationships)}
        assert not own & taken, namespace
