"""How much there is: counted over the snapshot, and over each document in two independent ways."""

from __future__ import annotations

import pytest

from ascgen.model import ApiModel, Field, InlineEnum, ResourceSchema
from ascgen.snapshot import load_snapshot
from support import specs
from support.recount import of_document, of_facts, rendered_schemas
from support.whole_api import snapshot_path

# Facts about the committed snapshot, which is mended: two parameters less than Apple's document,
# since one path rejects them, and twelve values less in all. A new snapshot is counted anew.
COUNTS = {
    "4.4.1": {
        "operations": 1263,
        "deprecated operations": 159,
        "kind getToManyRelated": 199,
        "kind getToManyRelationship": 194,
        "kind getInstance": 172,
        "kind createInstance": 158,
        "kind updateInstance": 122,
        "kind deleteInstance": 111,
        "kind getToOneRelated": 89,
        "kind getToOneRelationship": 87,
        "kind getCollection": 41,
        "kind replaceToManyRelationship": 21,
        "kind deleteToManyRelationship": 21,
        "kind createToManyRelationship": 18,
        "kind updateToOneRelationship": 15,
        "kind getMetrics": 15,
        "parameters": 3285 - 2,
        "required parameters": 27,
        "parameter values": 20237 - 12,
        "family filter": 373,
        "family exists": 8,
        "family sort": 43,
        "family include": 376 - 1,
        "family fields": 1546 - 1,
        "family limit": 445 + 472,
        "family granularity": 10,
        "family groupBy": 9,
        "family period": 3,
        "answers application/json": 1070,
        "answers without a body": 189,
        "answers text/csv": 10,
        "answers application/a-gzip": 2,
        "answers application/vnd.apple.xcode-metrics+json": 2,
        "answers application/vnd.apple.diagnostic-logs+json": 1,
        "schemas": 1394,
        "resource schemas": 230,
        "resource types": 214,
        "resource attributes": 999,
        "deprecated resource attributes": 23,
        "deprecated resource attributes beside $ref": 10,
        "resource relationships": 516,
        "resource relationships without data": 50,
        "requests": 158 + 122 + 23,
        "request attributes": 840,
        "deprecated request attributes": 6,
        "nullable request attributes": 558,
        "nullable request attributes beside $ref": 60,
        "request relationships": 305,
        "shared enums": 55,
        "shared enum values": 657,
        "shared objects": 51,
    }
}
UPLOADS = {"4.4.1": 25}


@pytest.fixture
def api() -> ApiModel:
    """The committed snapshot, if its counts are written down."""
    found = load_snapshot(snapshot_path())
    if found.version not in COUNTS:
        pytest.skip(f"nobody has counted {found.version}; what holds for every version is tested")
    return found


def test_the_snapshot_holds_what_was_counted(api: ApiModel) -> None:
    assert of_facts(api) | rendered_schemas(api) == COUNTS[api.version]


def test_resources_with_uploads_are_those_that_were_counted(api: ApiModel) -> None:
    found = [r.name for r in api.resources() if "uploadOperations" in names(r.attributes)]
    assert len(found) == UPLOADS[api.version]


def test_resources_share_a_type_with_one_other_at_the_most() -> None:
    api = load_snapshot(snapshot_path())
    by_type: dict[str, list[ResourceSchema]] = {}
    for schema in api.resources():
        by_type.setdefault(schema.type, []).append(schema)
    assert {len(schemas) for schemas in by_type.values()} == {1, 2}


@pytest.mark.parametrize("name", specs.ALL)
def test_documents_are_read_without_loss(name: str) -> None:
    document = specs.document(name)
    facts = specs.facts(name, overlay=False)
    assert of_facts(facts) == of_document(document.data)
    assert {o.id for o in facts.operations} == {
        operation["operationId"]
        for item in document.data["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    }


@pytest.mark.parametrize("name", specs.ALL)
def test_attributes_and_values_keep_their_names_and_order(name: str) -> None:
    schemas = specs.document(name).data["components"]["schemas"]
    for resource in specs.facts(name, overlay=False).resources():
        whole = schemas[resource.name]["properties"]
        declared = whole.get("attributes", {}).get("properties", {})
        assert names(resource.attributes) == list(declared)
        links = whole.get("relationships", {}).get("properties", {})
        assert [link.name for link in resource.relationships] == list(links)
        for item in resource.attributes:
            if isinstance(item.type, InlineEnum):
                assert list(item.type.values) == declared[item.name]["enum"]


def test_flags_beside_a_reference_count() -> None:
    """OpenAPI 3.0 has parsers ignore what stands beside `$ref`; Apple means it."""
    raw = of_document(specs.document(specs.NEWEST).data)
    assert raw["nullable request attributes beside $ref"] == 60
    assert raw["deprecated resource attributes beside $ref"] == 10
    facts = of_facts(specs.facts(specs.NEWEST))
    for name in raw:
        if "nullable" in name or "deprecated" in name:
            assert facts[name] == raw[name], name


def names(fields: tuple[Field, ...]) -> list[str]:
    return [item.name for item in fields]
