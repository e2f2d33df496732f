from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.documents.document import parse_document
from ascgen.overlay import OverlayReport, apply_overlay, bundled_overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

SPECS = Path(os.environ.get("ASCGEN_SPECS", Path(__file__).parents[3] / "shared" / "specs"))

# How many places a mend matches in each document, with how many of them it changes where that is
# another number.
# Two documents that a community had mended before, and two of Apple's own.
COMMUNITY = "app-store-connect-4.4.1.json"
EARLIER_COMMUNITY = "app-store-connect-4.3.json"
UNMENDED = "app-store-connect-3.7.0.json"
NEWEST = "apple/app-store-connect-4.5.1.json"
REPLACE = "replaceToManyRelationship"
MATCHES: dict[str, dict[str, int | tuple[int, int]]] = {
    "error-detail-optional": {COMMUNITY: 0, EARLIER_COMMUNITY: 0, UNMENDED: 1, NEWEST: 1},
    "error-associated-errors": {
        COMMUNITY: (1, 0),
        EARLIER_COMMUNITY: (1, 0),
        UNMENDED: 1,
        NEWEST: 1,
    },
    "error-link-see": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "empty-enums": {COMMUNITY: 0, EARLIER_COMMUNITY: 0, UNMENDED: 0, NEWEST: 5},
    "app-info-fields-kids-age-band": {COMMUNITY: 7, EARLIER_COMMUNITY: 6, UNMENDED: 6, NEWEST: 0},
    "pass-type-certificates-parameters": {
        COMMUNITY: 2,
        EARLIER_COMMUNITY: 2,
        UNMENDED: 0,
        NEWEST: 2,
    },
    "bundle-id-filter-services": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "device-filter-universal": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "certificate-filter-developer-id-g2": {
        COMMUNITY: 1,
        EARLIER_COMMUNITY: 1,
        UNMENDED: 1,
        NEWEST: 1,
    },
    "bundle-id-platform-services": {
        COMMUNITY: (1, 0),
        EARLIER_COMMUNITY: (1, 0),
        UNMENDED: 1,
        NEWEST: 1,
    },
    "device-status-processing": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "device-class-macs": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "app-event-deep-link-text": {COMMUNITY: 3, EARLIER_COMMUNITY: 3, UNMENDED: 3, NEWEST: 3},
    "app-event-purchase-requirement": {
        COMMUNITY: (3, 0),
        EARLIER_COMMUNITY: (3, 0),
        UNMENDED: 3,
        NEWEST: 3,
    },
    "app-store-version-nullable-relationships": {
        COMMUNITY: 2,
        EARLIER_COMMUNITY: 2,
        UNMENDED: 2,
        NEWEST: 2,
    },
    "offer-code-prices-optional": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "win-back-offer-price-relationships": {
        COMMUNITY: (1, 0),
        EARLIER_COMMUNITY: 1,
        UNMENDED: 1,
        NEWEST: 1,
    },
    "metric-granularity-any": {COMMUNITY: 14, EARLIER_COMMUNITY: 14, UNMENDED: 14, NEWEST: 14},
    "metric-dimension-any": {COMMUNITY: 7, EARLIER_COMMUNITY: 7, UNMENDED: 7, NEWEST: 7},
    "insight-reference-versions-list": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "percentage-breakdown-members": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
    "percentage-breakdown-list": {COMMUNITY: 1, EARLIER_COMMUNITY: 1, UNMENDED: 1, NEWEST: 1},
}
ENTERPRISE = "enterprise-program-1.0.json"
ENTERPRISE_MATCHES = {
    "error-detail-optional": 1,
    "error-associated-errors": 1,
    "error-link-see": 1,
}


@cache
def mended_file(name: str) -> tuple[dict[str, Any], dict[str, Any], OverlayReport]:
    path = SPECS / name
    if not path.is_file():
        pytest.skip(f"there is no {name} in $ASCGEN_SPECS")
    document = parse_document(path.read_bytes(), origin=name)
    mended, report = apply_overlay(document.data, bundled_overlay(document.product))
    return document.data, mended, report


def counts(report: OverlayReport) -> dict[str, int | tuple[int, int]]:
    found = {o.id: (len(o.places), o.changed) for o in report.outcomes if o.id in MATCHES}
    return {id_: n if n == changed else (n, changed) for id_, (n, changed) in found.items()}


@pytest.mark.parametrize("name", [COMMUNITY, EARLIER_COMMUNITY, UNMENDED, NEWEST])
def test_what_matches_in_apples_documents(name: str) -> None:
    _, _, report = mended_file(name)
    assert counts(report) == {id_: found[name] for id_, found in MATCHES.items()}


def test_the_newest_document_gains_the_deprecations_of_the_release_notes() -> None:
    """The six resources that gave way to the App Asset Library, and the territories of tags."""
    data, mended, report = mended_file(NEWEST)
    unused = [outcome.id for outcome in report.outcomes if outcome.status != "applied"]
    assert unused == ["app-info-fields-kids-age-band"]
    operations = {
        operation["operationId"]: operation
        for item in mended["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }
    replaced = {
        name: operation["x-ascgen-successor"]
        for name, operation in operations.items()
        if "x-ascgen-successor" in operation
    }
    old = re.compile(r"app(?:Screenshot|Preview|EventScreenshot|EventVideoClip)(?:Set)?s")
    assert set(replaced) == {name for name in operations if old.search(name)}
    assert len(replaced) == 44
    for name, successor in replaced.items():
        assert operations[name]["deprecated"] is True
        assert successor in operations
        assert "deprecated" not in operations[successor]
        assert successor.rpartition("_")[2].startswith(("get", "create", "update", "delete"))
        assert name.rpartition("_")[2] in {successor.rpartition("_")[2], REPLACE}
    tags = mended["paths"]["/v1/apps/{id}/appTags"]["get"]["parameters"]
    assert "territories" not in json.dumps(tags)
    assert "territories" in json.dumps(data["paths"]["/v1/apps/{id}/appTags"]["get"]["parameters"])
    assert operations["appTags_territories_getToManyRelated"]["deprecated"] is True


@pytest.mark.parametrize("name", [COMMUNITY, EARLIER_COMMUNITY, UNMENDED])
def test_earlier_documents_are_not_told_of_what_came_later(name: str) -> None:
    _, mended, report = mended_file(name)
    later = [outcome for outcome in report.outcomes if not outcome.is_applicable]
    assert len(later) == 28
    assert {(outcome.status, outcome.places) for outcome in later} == {("not-applicable", ())}
    assert "x-ascgen-successor" not in json.dumps(mended)


def test_what_matches_in_the_enterprise_document() -> None:
    _, _, report = mended_file(ENTERPRISE)
    assert counts(report) == ENTERPRISE_MATCHES


@pytest.mark.parametrize("name", [COMMUNITY, EARLIER_COMMUNITY, UNMENDED, ENTERPRISE])
def test_mending_twice_changes_nothing_more(name: str) -> None:
    data, mended, _ = mended_file(name)
    product = "enterprise" if name == ENTERPRISE else "app-store-connect"
    again, report = apply_overlay(mended, bundled_overlay(product))
    assert again is mended
    assert {outcome.status for outcome in report.outcomes} <= {"obsolete", "not-applicable"}
    assert data == json.loads((SPECS / name).read_bytes())


@pytest.mark.parametrize("name", [COMMUNITY, EARLIER_COMMUNITY, UNMENDED])
def test_nothing_is_missed_where_paths_are_named(name: str) -> None:
    _, mended, _ = mended_file(name)
    for path, item in mended["paths"].items():
        for parameter in item.get("get", {}).get("parameters", []):
            values = parameter["schema"].get("items", {}).get("enum")
            assert values != [], path
            assert parameter["name"] != "fields[appInfos]" or "kidsAgeBand" not in values, path


@pytest.mark.parametrize("name", [COMMUNITY, EARLIER_COMMUNITY, UNMENDED])
def test_only_what_is_wrong_in_metrics_is_opened(name: str) -> None:
    data, mended, _ = mended_file(name)

    def parts(document: dict[str, Any]) -> list[dict[str, Any]]:
        schemas = document["components"]["schemas"]
        names = [schema for schema in schemas if schema.endswith("MetricResponse")]
        return [schemas[n]["properties"]["data"]["items"]["properties"] for n in names]

    granularity = [part["granularity"] for part in parts(mended) if "granularity" in part]
    dimensions = [
        [dimension["properties"]["data"] for dimension in part["dimensions"]["properties"].values()]
        for part in parts(mended)
        if "dimensions" in part
    ]
    kept = {"type": "string", "enum": ["MATCHED", "CANCELED", "EXPIRED"]}
    assert granularity == [{}] * 7
    assert [d for found in dimensions for d in found if d] == [kept] * 2
    assert [part["dataPoints"] for part in parts(mended)] == [
        part["dataPoints"] for part in parts(data)
    ]


def parameter(name: str, *values: str) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "string", "enum": list(values)}}
    return {"name": name, "in": "query", "schema": schema, "style": "form", "explode": False}


def operations(document: dict[str, Any], path: str) -> dict[str, Any]:
    found = document["paths"][path]["get"]["parameters"]
    return {p["name"]: p["schema"]["items"].get("enum", "anything") for p in found}


def schema(document: dict[str, Any], name: str, *steps: str) -> Any:
    found = document["components"]["schemas"][name]
    for step in steps:
        found = found["properties"][step]
    return found


def request(**data: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"data": {"type": "object", "properties": data}}}


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
LINKAGE = {"type": "object", "properties": {"type": TEXT, "id": TEXT}, "required": ["id", "type"]}
SOURCES = {"oneOf": [{"$ref": "#/components/schemas/ErrorSourcePointer"}]}
KEYWORDS = (
    "/v1/apps/{id}/searchKeywords",
    "/v1/appCustomProductPageLocalizations/{id}/searchKeywords",
    "/v1/appCustomProductPageVersions/{id}/appCustomProductPageLocalizations",
    "/v1/appStoreVersionLocalizations/{id}/searchKeywords",
    "/v1/appStoreVersions/{id}/appStoreVersionLocalizations",
)
LINKS = {"about": {"type": "string", "format": "uri-reference"}}


def raw_document() -> dict[str, Any]:
    """The faults of Apple's text, each as Apple writes it."""
    error = fields(
        **dict.fromkeys(("id", "status", "code", "title", "detail"), TEXT),
        source=SOURCES,
        meta={"type": "object", "additionalProperties": {}},
    )
    error["required"] = ["code", "detail", "status", "title"]
    event = {"deepLink": {"type": "string", "format": None}, "purchaseRequirement": TEXT}
    event_request = {
        "deepLink": {"type": "string", "format": "uri", "nullable": True},
        "purchaseRequirement": {"type": "string", "nullable": True},
    }
    device = {
        "status": {"type": "string", "enum": ["ENABLED", "DISABLED"]},
        "deviceClass": {"type": "string", "enum": ["IPHONE", "MAC"]},
    }
    prices = fields(subscription=fields(data=LINKAGE), prices=fields(data={"type": "array"}))
    prices["required"] = ["subscription", "prices"]
    versions = fields(
        app=fields(data=LINKAGE), appCustomProductPageVersions=fields(data={"type": "array"})
    )
    versions["required"] = ["app"]
    platforms = ["IOS", "MAC_OS", "UNIVERSAL"]
    certificates = [
        parameter("fields[certificates]", "name", "passTypeId"),
        parameter("fields[passTypeIds]", "name"),
        parameter("include", "passTypeId"),
    ]
    parameters = {
        **{path: [parameter("fields[appKeywords]")] for path in KEYWORDS},
        "/v1/apps": [parameter("fields[appInfos]", "app", "kidsAgeBand", "territories")],
        "/v1/appInfos/{id}": [parameter("fields[ageRatingDeclarations]", "kidsAgeBand")],
        "/v1/passTypeIds/{id}/certificates": certificates,
        "/v1/bundleIds": [parameter("filter[platform]", *platforms)],
        "/v1/devices": [parameter("filter[platform]", *platforms)],
        "/v1/certificates": [
            parameter("filter[certificateType]", "DEVELOPMENT", "DEVELOPER_ID_APPLICATION_G2")
        ],
    }
    return {
        "paths": {path: {"get": {"parameters": found}} for path, found in parameters.items()},
        "components": {
            "schemas": {
                "ErrorResponse": fields(errors={"type": "array", "items": error}),
                "ErrorLinks": fields(**LINKS),
                "BundleIdPlatform": {"type": "string", "enum": platforms},
                "Device": fields(attributes=fields(**device)),
                "AppInfo": fields(attributes=fields(kidsAgeBand=TEXT)),
                "AppEvent": fields(attributes=fields(**event)),
                "AppEventCreateRequest": request(attributes=fields(**event_request)),
                "AppEventUpdateRequest": request(attributes=fields(**event_request)),
                "AppStoreVersionUpdateRequest": request(
                    relationships=fields(
                        build=fields(data=LINKAGE), appClipDefaultExperience=fields(data=LINKAGE)
                    )
                ),
                "AppCustomProductPageCreateRequest": request(relationships=versions),
                "SubscriptionOfferCodeCreateRequest": request(relationships=prices),
                "WinBackOfferPriceInlineCreate": {
                    **fields(type=TEXT, id=TEXT),
                    "required": ["type"],
                },
                "MetricsInsight": fields(referenceVersions=TEXT),
                "xcodeMetrics": fields(
                    points={
                        "type": "array",
                        "items": fields(percentageBreakdown=fields(value={"type": "number"})),
                    }
                ),
                "UsesV1MetricResponse": fields(
                    data={
                        "type": "array",
                        "items": fields(
                            dimensions=fields(apps=fields(links=fields(), data=TEXT)),
                            granularity={"type": "string", "enum": ["P1D"]},
                        ),
                    }
                ),
            }
        },
    }


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    mended, report = apply_overlay(raw_document(), bundled_overlay("app-store-connect"))
    assert [o.id for o in report.obsolete] == []
    return mended


def test_errors(raw: dict[str, Any]) -> None:
    error = schema(raw, "ErrorResponse", "errors")["items"]
    assert error["required"] == ["code", "status", "title"]
    assert error["properties"]["detail"] == TEXT
    assert error["properties"]["meta"] == {
        "type": "object",
        "additionalProperties": {},
        "properties": {
            "associatedErrors": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {}},
            }
        },
    }
    assert schema(raw, "ErrorLinks")["properties"] == {**LINKS, "see": LINKS["about"]}


def test_query_parameters(raw: dict[str, Any]) -> None:
    assert {path: operations(raw, path) for path in raw["paths"]} == {
        **{path: {"fields[appKeywords]": "anything"} for path in KEYWORDS},
        "/v1/apps": {"fields[appInfos]": ["app", "territories"]},
        "/v1/appInfos/{id}": {"fields[ageRatingDeclarations]": ["kidsAgeBand"]},
        "/v1/passTypeIds/{id}/certificates": {"fields[certificates]": ["name", "passTypeId"]},
        "/v1/bundleIds": {"filter[platform]": ["IOS", "MAC_OS", "UNIVERSAL", "SERVICES"]},
        "/v1/devices": {"filter[platform]": ["IOS", "MAC_OS"]},
        "/v1/certificates": {"filter[certificateType]": ["DEVELOPMENT"]},
    }


def test_an_include_with_more_than_the_refused_value_stays() -> None:
    document = raw_document()
    path = "/v1/passTypeIds/{id}/certificates"
    document["paths"][path]["get"]["parameters"] = [parameter("include", "passTypeId", "other")]
    mended, _ = apply_overlay(document, bundled_overlay("app-store-connect"))
    assert operations(mended, path) == {"include": ["passTypeId", "other"]}


def test_provisioning(raw: dict[str, Any]) -> None:
    platforms = schema(raw, "BundleIdPlatform")["enum"]
    assert platforms == ["IOS", "MAC_OS", "UNIVERSAL", "SERVICES"]
    device = schema(raw, "Device", "attributes")["properties"]
    assert device["status"]["enum"] == ["ENABLED", "DISABLED", "PROCESSING"]
    assert device["deviceClass"]["enum"] == ["IPHONE", "MAC", "APPLE_SILICON_MAC", "INTEL_MAC"]


def test_app_events(raw: dict[str, Any]) -> None:
    values = ["NO_COST_ASSOCIATED", "IN_APP_PURCHASE"]
    assert schema(raw, "AppEvent", "attributes")["properties"] == {
        "deepLink": TEXT,
        "purchaseRequirement": {**TEXT, "enum": values},
    }
    for name in ("AppEventCreateRequest", "AppEventUpdateRequest"):
        assert schema(raw, name, "data", "attributes")["properties"] == {
            "deepLink": {**TEXT, "nullable": True},
            "purchaseRequirement": {**TEXT, "nullable": True, "enum": values},
        }


def test_relationships_of_requests(raw: dict[str, Any]) -> None:
    def relationships(name: str) -> Any:
        return schema(raw, name, "data", "relationships")

    assert relationships("AppStoreVersionUpdateRequest")["properties"] == {
        name: fields(data={**LINKAGE, "nullable": True})
        for name in ("build", "appClipDefaultExperience")
    }
    assert relationships("SubscriptionOfferCodeCreateRequest")["required"] == ["subscription"]
    price = schema(raw, "WinBackOfferPriceInlineCreate", "relationships")
    assert "required" not in price
    assert {
        name: part["properties"]["data"]["properties"]["type"]["enum"]
        for name, part in price["properties"].items()
    } == {"territory": ["territories"], "subscriptionPricePoint": ["subscriptionPricePoints"]}


# What the alternatives of a request all require, which the document says of each by itself.
_PLACEMENT = "/components/schemas/AppAssetLibraryPlacementCreateRequest/properties/data"
REQUIRED_BY_ALL_ALTERNATIVES = {f"{_PLACEMENT}/properties/attributes": {"placementType"}}


@pytest.mark.parametrize("name", [COMMUNITY, EARLIER_COMMUNITY, UNMENDED, NEWEST])
def test_no_mend_requires_what_apple_does_not(name: str) -> None:
    before, after, _ = mended_file(name)

    def required(part: Any, pointer: str = "") -> Iterator[tuple[str, set[str]]]:
        if isinstance(part, list):
            part = {str(number): item for number, item in enumerate(part)}
        if isinstance(part, dict):
            if isinstance(part.get("required"), list):
                yield pointer, set(part["required"])
            for key, item in part.items():
                yield from required(item, f"{pointer}/{key}")

    known = dict(required(before))
    more = {
        pointer: names - known.get(pointer, set())
        for pointer, names in required(after)
        # A linkage is made of a type and an id, wherever there is one: JSON:API says so.
        if not names <= {"type", "id", "data"} and names - known.get(pointer, set())
    }
    assert more.items() <= REQUIRED_BY_ALL_ALTERNATIVES.items()


def test_metrics(raw: dict[str, Any]) -> None:
    metric = schema(raw, "UsesV1MetricResponse", "data")["items"]["properties"]
    assert metric["granularity"] == {}
    assert metric["dimensions"] == fields(apps=fields(links=fields(), data={}))
    assert schema(raw, "MetricsInsight", "referenceVersions") == {"type": "array", "items": TEXT}
    point = schema(raw, "xcodeMetrics", "points")["items"]
    assert point["properties"]["percentageBreakdown"] == {
        "type": "array",
        "items": fields(value={"type": "number"}, subSystemLabel=TEXT),
    }


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("AppEvent", ("attributes",)),
        ("AppEventCreateRequest", ("data", "attributes", "deepLink")),
        ("AppEventUpdateRequest", ("data", "attributes", "purchaseRequirement")),
        ("ErrorLinks", ()),
        ("MetricsInsight", ()),
        ("WinBackOfferPriceInlineCreate", ()),
        ("xcodeMetrics", ()),
    ],
)
def test_what_others_mended_and_apples_text_come_to_the_same(
    name: str, steps: tuple[str, ...]
) -> None:
    _, newest, _ = mended_file(COMMUNITY)
    _, unmended, _ = mended_file(UNMENDED)

    def facts(part: Any) -> Any:
        if isinstance(part, dict):
            # Later versions have more properties, and mark more of them nullable or deprecated.
            return {k: facts(v) for k, v in part.items() if k not in {"nullable", "deprecated"}}
        return sorted(map(facts, part), key=str) if isinstance(part, list) else part

    def known(part: Any, than: Any) -> Any:
        if isinstance(part, dict) and isinstance(than, dict):
            return {key: known(part[key], than[key]) for key in part if key in than}
        return part

    new, old = facts(schema(newest, name, *steps)), facts(schema(unmended, name, *steps))
    assert known(new, old) == known(old, new) == old


def test_both_forms_of_an_error_come_to_the_same() -> None:
    _, newest, _ = mended_file(COMMUNITY)
    _, unmended, _ = mended_file(UNMENDED)
    named = schema(newest, "ResponseError")
    inline = schema(unmended, "ErrorResponse", "errors")["items"]
    assert sorted(named["required"]) == sorted(inline["required"]) == ["code", "status", "title"]
    assert named["properties"].keys() == inline["properties"].keys()
    for error in (named, inline):
        by_path = error["properties"]["meta"]["properties"]["associatedErrors"]
        assert (by_path["type"], by_path["additionalProperties"]["type"]) == ("object", "array")


def test_every_mend_is_accounted_for() -> None:
    mends = bundled_overlay("app-store-connect").mends
    assert [mend.id for mend in mends if mend.id in MATCHES] == list(MATCHES)
    named = {mend.id for mend in mends if mend.where is None} - MATCHES.keys()
    assert named == set()
    assert [mend.id for mend in bundled_overlay("enterprise").mends] == list(ENTERPRISE_MATCHES)
