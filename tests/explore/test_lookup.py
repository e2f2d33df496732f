"""Looking up by name, and from the parts to those who use them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from ascgen.errors import UsageError
from ascgen.explore.places import places
from ascgen.model import ResponseSchema

if TYPE_CHECKING:
    from ascgen.explore.explorer import Explorer

KINDS = {"enum", "object", "plain", "resource", "request", "linkage", "response", "metric"}


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("apps_getCollection", "apps_getCollection"),
        ("APPS_GETCOLLECTION", "apps_getCollection"),
        ("apps-get_collection", "apps_getCollection"),
        ("GET /v1/apps", "apps_getCollection"),
        ("get /v1/apps/", "apps_getCollection"),
        ("/v1/apps", "apps_getCollection"),
        ("GET /apps", "apps_getCollection"),
        ("GET /v1/apps?limit=2", "apps_getCollection"),
        ("GET /v1/apps/{id}", "apps_getInstance"),
        ("GET /v1/apps/1234", "apps_getInstance"),
        ("PATCH /v1/apps/1234", "apps_updateInstance"),
        ("https://api.appstoreconnect.apple.com/v1/apps/1/builds", "apps_builds_getToManyRelated"),
        ("POST /v2/inAppPurchases", "inAppPurchasesV2_createInstance"),
        ("apps.list", "apps_getCollection"),
        ('asc.beta_groups.create(name="QA")', "betaGroups_createInstance"),
        ("await client.apps.get", "apps_getInstance"),
    ],
)
def test_operations_by_every_name(explorer: Explorer, name: str, operation: str) -> None:
    assert explorer.lookup.operation(name).id == operation


def test_every_operation_by_its_request_and_its_method(explorer: Explorer) -> None:
    for operation in explorer.api.operations:
        assert explorer.lookup.operation(f"{operation.method} {operation.path}") is operation


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("betaGroups", "betaGroups"),
        ("BetaGroup", "betaGroups"),
        ("beta_groups", "betaGroups"),
        ("betaGroup", "betaGroups"),
        ("perfPowerMetrics", "perfPowerMetrics"),
        ("salesReports", "salesReports"),
    ],
)
def test_resources_by_every_name(explorer: Explorer, name: str, resource: str) -> None:
    assert explorer.lookup.resource(name).name == resource


def test_a_namespace_stands_for_one_version_of_a_path(explorer: Explorer) -> None:
    whole = explorer.lookup.resource("inAppPurchases")
    later = explorer.lookup.resource("in_app_purchases_v2")
    assert whole.namespaces == ("in_app_purchases", "in_app_purchases_v2")
    assert later.namespaces == ("in_app_purchases_v2",)
    assert set(later.operations) < set(whole.operations)


def test_every_operation_is_of_one_resource(explorer: Explorer) -> None:
    found = [o.id for r in explorer.lookup.resources.values() for o in r.operations]
    assert sorted(found) == sorted(explorer.lookup.operations)
    for schema in explorer.api.resources():
        assert schema in explorer.lookup.resources[schema.type].schemas


@pytest.mark.parametrize(
    ("what", "name", "meant"),
    [
        ("operation", "apps_getColection", "apps_getCollection"),
        ("operation", "bulids", "builds_getCollection"),
        ("operation", "GET /v1/aps", "GET /v1/apps"),
        ("operation", "DELETE /v1/apps/1", "PATCH /v1/apps/{id}"),
        ("resource", "betaGruop", "betaGroups"),
        ("resource", "beta_gruops", "beta_groups"),
        ("schema", "AppUpdateReqest", "AppUpdateRequest"),
        ("resources", "bulid", "builds"),
        ("operations", "betaGruops", "betaGroups_getCollection"),
        ("places", "usesNonExemptEncription", "usesNonExemptEncryption"),
        ("places", "READY_FOR_REVEIW", "READY_FOR_REVIEW"),
    ],
)
def test_unknown_names_are_answered_with_close_ones(
    explorer: Explorer, what: str, name: str, meant: str
) -> None:
    look_up = partial(places, explorer) if what == "places" else getattr(explorer, what)
    with pytest.raises(UsageError) as caught:
        look_up(name)
    assert meant in caught.value.hint
    assert caught.value.exit_code == 2


def test_where_a_name_is_nothing_like_any_other_search_is_named(explorer: Explorer) -> None:
    with pytest.raises(UsageError) as caught:
        explorer.schema("§§§§§§")
    assert "ascgen search" in caught.value.hint


def test_who_returns_includes_and_accepts_a_schema(explorer: Explorer) -> None:
    build = explorer.schema("Build")["used_by"]
    assert "builds_getCollection" in build["returned_by"]
    assert "apps_getCollection" in build["included_by"]
    assert not set(build["returned_by"]) & set(build["included_by"])
    assert build["accepted_by"] == []
    request = explorer.schema("BuildUpdateRequest")["used_by"]
    assert request["accepted_by"] == ["builds_updateInstance"]
    # An inline creation is taken by whoever takes the request that carries it.
    inline = explorer.schema("TerritoryAvailabilityInlineCreate")["used_by"]
    assert inline["accepted_by"] == ["appAvailabilitiesV2_createInstance"]
    # A value counts wherever it is a part, also inside of other values.
    platform = explorer.schema("Platform")["used_by"]
    assert "appStoreVersions_createInstance" in platform["accepted_by"]
    assert "AppStoreVersion" in platform["part_of"]


def test_every_document_is_returned_by_those_who_answer_with_it(explorer: Explorer) -> None:
    for operation in explorer.api.operations[::40]:
        for answer in operation.answers:
            if answer.schema:
                assert operation.id in explorer.uses.of_schema(answer.schema).returned_by


def test_which_operations_can_include_a_resource(explorer: Explorer) -> None:
    found = explorer.uses.including("builds")
    assert found["apps_getCollection"] == "builds"
    assert found["betaBuildLocalizations_getInstance"] == "build"
    assert "builds_getCollection" not in found
    for name, value in found.items():
        assert value in explorer.lookup.operations[name].include


def test_where_a_field_is_written_read_and_filtered_by(explorer: Explorer) -> None:
    (field, *parameters) = places(explorer, "usesNonExemptEncryption")
    assert field["id"] == "builds.usesNonExemptEncryption"
    assert field["writable_in"] == ["builds_updateInstance"]
    assert "builds_getInstance" in field["returned_by"]
    assert "builds_getCollection" in field["filter_of"]
    assert {item["kind"] for item in parameters} == {"parameter"}
    assert places(explorer, "builds.usesnonexemptencryption") == [field]


def test_where_a_field_is_required(explorer: Explorer) -> None:
    (field,) = (item for item in places(explorer, "betaGroups.name"))
    assert field["required_in"] == ["betaGroups_createInstance"]
    assert field["writable_in"] == ["betaGroups_createInstance", "betaGroups_updateInstance"]


def test_where_an_enumerated_value_appears(explorer: Explorer) -> None:
    (value,) = places(explorer, "READY_FOR_REVIEW")
    assert value["kind"] == "value"
    assert "AppVersionState" in value["schemas"]
    assert "reviewSubmissions.state" in value["fields"]
    by_name = {item["id"]: item["operations"] for item in value["parameters"]}
    assert "reviewSubmissions_getCollection" in by_name["filter[state]"]


def test_quick_names_are_those_of_the_full_look_up(explorer: Explorer) -> None:
    assert explorer.uses.field_names.keys() == explorer.uses.members.keys()
    assert explorer.uses.value_names.keys() == explorer.uses.values.keys()


def test_no_member_is_lost(explorer: Explorer) -> None:
    for schema in explorer.api.resources():
        for item in (*schema.attributes, *schema.relationships):
            assert f"{schema.type}.{item.name}" in explorer.uses.members


def test_patterns(explorer: Explorer) -> None:
    assert {item["id"] for item in explorer.resources("betaGr")} == {"betaGroups"}
    assert [item["id"] for item in explorer.operations("BETAGROUPS_GET*")] == [
        item.id for item in explorer.api.operations if item.id.startswith("betaGroups_get")
    ]
    assert len(explorer.operations()) == len(explorer.api.operations)
    assert len(explorer.operations("GET /v1/apps")) > 1
    kinds = {item["operation_kind"] for item in explorer.operations("getMetrics")}
    assert kinds == {"getMetrics"}


def test_facts_say_what_the_model_says(explorer: Explorer) -> None:
    facts = explorer.operation("appStoreVersions_createInstance")
    body = {item["name"]: item for item in facts["body"]["attributes"]}
    assert body["platform"]["required"]
    assert body["platform"]["values"] == list(explorer.api.schemas["Platform"].values)  # type: ignore[union-attr]
    assert facts["responses"] == [
        {"status": 201, "media_type": "application/json", "schema": "AppStoreVersionResponse"}
    ]
    response = explorer.schema("AppStoreVersionResponse")
    document = explorer.api.schemas["AppStoreVersionResponse"]
    assert isinstance(document, ResponseSchema)
    assert (response["resource"], response["included"]) == (
        document.resource,
        list(document.included),
    )


def test_every_parameter_of_every_operation_is_told(explorer: Explorer) -> None:
    for operation in explorer.api.operations:
        told = [item["id"] for item in explorer.operation(operation.id)["parameters"]]
        count = len(operation.filters) + len(operation.parameters) + len(operation.exists)
        count += len(operation.fields) + len(operation.related_limits)
        count += bool(operation.sort) + bool(operation.include) + bool(operation.limit)
        assert len(set(told)) == len(told) == count


def test_every_schema_can_be_shown(explorer: Explorer) -> None:
    for name in list(explorer.api.schemas)[::17]:
        facts = explorer.schema(name)
        assert facts["id"] == name
        assert facts["schema_kind"] in KINDS
