"""How much there is: counted over the snapshot, and over each document in two independent ways."""

from __future__ import annotations

from collections import Counter

import pytest

from ascgen.model import ApiModel, Field, InlineEnum, ResourceSchema
from ascgen.snapshot import load_snapshot
from support import specs
from support.recount import of_document, of_facts, rendered_schemas
from support.whole_api import snapshot_path

# What Apple's documents hold, and what mends make of that. A new snapshot is counted anew.
COUNTS: dict[str, dict[str, int]] = {
    "4.5.1": {
        "operations": 1303,
        "deprecated operations": 159,
        "kind getToManyRelated": 210,
        "kind getToManyRelationship": 204,
        "kind getInstance": 177,
        "kind createInstance": 162,
        "kind updateInstance": 126,
        "kind deleteInstance": 114,
        "kind getToOneRelated": 90,
        "kind getToOneRelationship": 88,
        "kind getCollection": 42,
        "kind replaceToManyRelationship": 21,
        "kind deleteToManyRelationship": 21,
        "kind createToManyRelationship": 18,
        "kind updateToOneRelationship": 15,
        "kind getMetrics": 15,
        "parameters": 3485,
        "required parameters": 28,
        "parameter values": 21569,
        "family filter": 442,
        "family exists": 9,
        "family sort": 51,
        "family include": 389,
        "family fields": 1622,
        "family limit": 950,
        "family granularity": 10,
        "family groupBy": 9,
        "family period": 3,
        "answers application/json": 1106,
        "answers without a body": 192,
        "answers text/csv": 10,
        "answers application/a-gzip": 2,
        "answers application/vnd.apple.xcode-metrics+json": 2,
        "answers application/vnd.apple.xcode-overview+json": 1,
        "answers application/vnd.apple.diagnostic-logs+json": 1,
        "schemas": 1473,
        "resource schemas": 239,
        "resource types": 223,
        "resource attributes": 1049,
        "deprecated resource attributes": 22,
        "deprecated resource attributes beside $ref": 9,
        "resource relationships": 538,
        "resource relationships without data": 56,
        "requests": 162 + 126 + 23,
        "request attributes": 865,
        "deprecated request attributes": 6,
        "nullable request attributes": 577,
        "nullable request attributes beside $ref": 61,
        "request relationships": 324,
        "shared enums": 63,
        "shared enum values": 727,
        "shared objects": 79,
    },
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
        "parameters": 3285,
        "required parameters": 27,
        "parameter values": 20237,
        "family filter": 373,
        "family exists": 8,
        "family sort": 43,
        "family include": 376,
        "family fields": 1546,
        "family limit": 917,
        "family granularity": 10,
        "family groupBy": 9,
        "family period": 3,
        "answers application/json": 1070,
        "answers without a body": 189,
        "answers text/csv": 10,
        "answers application/a-gzip": 2,
        "answers application/vnd.apple.xcode-metrics+json": 2,
        "answers application/vnd.apple.diagnostic-logs+json": 1,
        "schemas": 1393,
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
        "request relationships": 303,
        "shared enums": 55,
        "shared enum values": 656,
        "shared objects": 50,
    },
}
# What the snapshot has more or less: two paths reject parameters, values are gone and come, two
# relationships are added, and what the App Asset Library took the place of is deprecated. That of
# 4.4.1 was made of a document that had been mended before.
MENDS = {
    "4.5.1": {
        "deprecated operations": 46,
        "parameters": -5,
        "family fields": -2,
        "family include": -2,
        "family limit": -1,
        "parameter values": -8,
        "request relationships": 2,
        "shared enum values": 2,
    },
    "4.4.1": {
        "parameters": -2,
        "family fields": -1,
        "family include": -1,
        "parameter values": -12,
        "schemas": 1,
        "request relationships": 2,
        "shared enum values": 1,
        "shared objects": 1,
    },
}
UPLOADS = {"4.4.1": 25, "4.5.1": 27}


@pytest.fixture
def api() -> ApiModel:
    """The committed snapshot, if its counts are written down."""
    found = load_snapshot(snapshot_path())
    if found.version not in COUNTS:
        pytest.skip(f"nobody has counted {found.version}; what holds for every version is tested")
    return found


def test_the_snapshot_holds_what_was_counted(api: ApiModel) -> None:
    mends = MENDS[api.version]
    counts = {name: count + mends.get(name, 0) for name, count in COUNTS[api.version].items()}
    assert of_facts(api) | rendered_schemas(api) == counts


@pytest.mark.parametrize("name", [specs.NEWEST, specs.EARLIER])
def test_apples_documents_hold_what_was_counted(name: str) -> None:
    document = specs.document(name)
    facts = specs.facts(name, overlay=False)
    counts = COUNTS[document.version]
    assert of_document(document.data) | rendered_schemas(facts) == counts
    assert of_facts(facts) | rendered_schemas(facts) == counts


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
    ids = Counter(
        operation["operationId"]
        for item in document.data["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    )
    # Documents before 3 have ids that the versions of a path share.
    found = {operation.id for operation in facts.operations}
    assert ids.keys() <= found
    assert len(found) == ids.total() == len(facts.operations)


@pytest.mark.parametrize("name", specs.ALL)
def test_attributes_and_values_keep_their_names_and_order(name: str) -> None:
    schemas = specs.document(name).data["components"]["schemas"]
    for resource in specs.facts(name, overlay=False).resources():
        whole = schemas[resource.name]["properties"]
        attributes, links = whole.get("attributes", {}), whole.get("relationships", {})
        # Members of alternatives are in the order in which the variants first name them.
        if "oneOf" not in attributes:
            declared = attributes.get("properties", {})
            assert names(resource.attributes) == list(declared)
            for item in resource.attributes:
                if isinstance(item.type, InlineEnum):
                    assert list(item.type.values) == declared[item.name]["enum"]
        if "oneOf" not in links:
            assert [link.name for link in resource.relationships] == list(
                links.get("properties", {})
            )


def test_flags_beside_a_reference_count() -> None:
    """OpenAPI 3.0 has parsers ignore what stands beside `$ref`; Apple means it."""
    raw = of_document(specs.document(specs.NEWEST).data)
    assert raw["nullable request attributes beside $ref"] == 61
    assert raw["deprecated resource attributes beside $ref"] == 9
    facts = of_facts(specs.facts(specs.NEWEST, overlay=False))
    for name in raw:
        if "nullable" in name or "deprecated" in name:
            assert facts[name] == raw[name], name


def names(fields: tuple[Field, ...]) -> list[str]:
    return [item.name for item in fields]
