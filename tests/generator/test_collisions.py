"""Two things of one name in Python stop the generation, with both origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_store_connect._runtime.client import AsyncBaseClient, BaseClient
from app_store_connect._runtime.jsonapi.resource import Resource
from ascgen.plan.catalog import RESOURCE_MEMBERS
from ascgen.plan.namespaces import CLIENT_MEMBERS
from support import mini
from support.mini import FLAG, TEXT, WHOLE, array, enum, obj, operation, parameter, ref
from support.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from support.mini import Json


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    return Program(tmp_path, monkeypatch, capsys)


def listing(*query: Json) -> Json:
    """A document of one collection with these parameters."""
    return mini.spec(
        {"GET /v1/apps": operation("apps_getCollection", "AppsResponse", *query)},
        mini.resource("App", "apps"),
    )


def resources(*schemas: Json, attributes: Json, relationships: Json | None = None) -> Json:
    """A document of one resource with these members."""
    return mini.spec(
        {"GET /v1/apps/{id}": operation("apps_getInstance", "AppResponse")},
        mini.resource("App", "apps", attributes, relationships),
        *schemas,
    )


def requests(attributes: Json, relationships: Json | None = None, **included: Json) -> Json:
    """A document of one request with these members."""
    return mini.spec(
        {"POST /v1/apps": operation("apps_createInstance", body="AppCreateRequest")},
        mini.request("AppCreate", "apps", attributes, relationships, included=list(included)),
        included,
    )


def paths(*operations: str) -> Json:
    """A document of operations that delete something."""
    return mini.spec(
        {f"DELETE {path}": operation("any_deleteInstance", status=204) for path in operations}
    )


BY_NAME = mini.spec(
    {
        "GET /v1/apps": operation(
            "apps_getCollection", "AppsResponse", parameter("filter[nameSort]", array(enum("A")))
        ),
        "GET /v1/apps/{id}/byName": operation(
            "apps_byName_getToManyRelated", "AppsResponse", parameter("sort", array(enum("B")))
        ),
    },
    mini.resource("App", "apps"),
)
LIMIT = parameter("limit", {**WHOLE, "maximum": 200})
NOTE = mini.inline("Note", "notes", {"aB": TEXT, "a.b": TEXT})["NoteInlineCreate"]


def related(name: str) -> Json:
    """Builds of an app, by their ids and as related resources under this name."""
    return mini.spec(
        {
            "GET /v1/apps/{id}/relationships/builds": operation(
                "apps_builds_getToManyRelationship", "Linkages"
            ),
            f"GET /v1/apps/{{id}}/{name}": operation(
                f"apps_{name}_getToManyRelated", "BuildsResponse"
            ),
            "GET /v1/builds": operation("builds_getCollection", "BuildsResponse"),
        },
        mini.resource("Build", "builds"),
        mini.linkages("Linkages", "builds", many=True),
    )


# the document, the name that two would have, and the two
COLLISIONS: dict[str, tuple[Json, str, tuple[str, str]]] = {
    "two filters": (
        listing(parameter("filter[aB]"), parameter("filter[a.b]")),
        "a_b",
        ("filter[aB]", "filter[a.b]"),
    ),
    "a filter and a parameter": (
        listing(parameter("filter[groupBy]"), parameter("groupBy")),
        "group_by",
        ("filter[groupBy]", "groupBy"),
    ),
    "a filter and an exists": (
        listing(parameter("filter[existsA]"), parameter("exists[a]", FLAG)),
        "exists_a",
        ("filter[existsA]", "exists[a]"),
    ),
    "a filter and the page size": (
        listing(parameter("filter[limit]"), LIMIT),
        "limit",
        ("filter[limit]", "the runtime"),
    ),
    "a filter and what is no parameter here": (
        listing(parameter("filter[sort]")),
        "sort",
        ("filter[sort]", "the runtime"),
    ),
    "a filter and the method's first parameter": (
        listing(parameter("filter[self]")),
        "self",
        ("filter[self]", "the runtime"),
    ),
    "a filter and what methods call": (
        listing(parameter("filter[locals]")),
        "locals",
        ("filter[locals]", "the runtime"),
    ),
    "a filter and extra": (
        listing(parameter("filter[extra]")),
        "extra",
        ("filter[extra]", "the runtime"),
    ),
    "two attributes": (
        resources(attributes={"aB": TEXT, "a.b": TEXT}),
        "a_b",
        (
            "the attribute aB of /components/schemas/App",
            "the attribute a.b of /components/schemas/App",
        ),
    ),
    "an attribute and a relationship": (
        resources(attributes={"price": TEXT}, relationships={"price": mini.one("prices")}),
        "price",
        (
            "the attribute price of /components/schemas/App",
            "the relationship price of /components/schemas/App",
        ),
    ),
    "an attribute and a member of every resource": (
        resources(attributes={"document": TEXT}),
        "document",
        ("the attribute document of /components/schemas/App", "the runtime"),
    ),
    "two members of a shared object": (
        resources({"Plan": obj({"aB": TEXT, "a-b": TEXT})}, attributes={"plan": ref("Plan")}),
        "a_b",
        ("Plan.aB", "Plan.a-b"),
    ),
    "an attribute and a relationship of a request": (
        requests({"price": TEXT}, {"price": mini.one("prices")}),
        "price",
        ("attribute price", "relationship price"),
    ),
    "an attribute of a request and extra": (
        requests({"extra": TEXT}),
        "extra",
        ("attribute extra", "the runtime"),
    ),
    "an attribute of a request and included": (
        requests({"included": TEXT}),
        "included",
        ("attribute included", "the runtime"),
    ),
    "two attributes of an inline creation": (
        requests({}, NoteInlineCreate=NOTE),
        "a_b",
        ("attribute aB", "attribute a.b"),
    ),
    "an attribute of an inline creation and its local id": (
        requests({}, **mini.inline("Note", "notes", {"localId": TEXT})),
        "local_id",
        ("attribute localId", "the runtime"),
    ),
    "two methods": (
        related("buildIds"),
        "list_build_ids",
        ("GET /v1/apps/{id}/relationships/builds", "GET /v1/apps/{id}/buildIds"),
    ),
    "a method and the former name of another": (
        related("buildsIds"),
        "list_builds_ids",
        (
            "the former name of GET /v1/apps/{id}/relationships/builds",
            "GET /v1/apps/{id}/buildsIds",
        ),
    ),
    "measurements and related resources": (
        mini.spec(
            {
                "GET /v1/apps/{id}/metrics/usages": operation(
                    "apps_usages_getMetrics", "UsagesV1MetricResponse"
                ),
                "GET /v1/apps/{id}/usages": operation(
                    "apps_usages_getToManyRelated", "AppsResponse"
                ),
                "GET /v1/apps": operation("apps_getCollection", "AppsResponse"),
            },
            mini.resource("App", "apps"),
            {"UsagesV1MetricResponse": mini.document(array(obj({"count": WHOLE})))},
        ),
        "list_usages",
        ("GET /v1/apps/{id}/metrics/usages", "GET /v1/apps/{id}/usages"),
    ),
    "two namespaces": (
        paths("/v1/appsV2/{id}", "/v2/apps/{id}"),
        "apps_v2",
        ("/v1/appsV2", "/v2/apps"),
    ),
    "a namespace and a method of the client": (
        paths("/v1/request/{id}"),
        "request",
        ("/v1/request", "the runtime"),
    ),
    "a namespace and a module of all namespaces": (
        paths("/v1/fields/{id}"),
        "fields",
        ("/v1/fields", "the runtime"),
    ),
    "two classes": (
        resources(mini.resource("app", "others"), attributes={}),
        "App",
        ("/components/schemas/App", "/components/schemas/app"),
    ),
    "a class and one of the runtime": (
        resources({"Pager": enum("A")}, attributes={"pager": ref("Pager")}),
        "Pager",
        ("/components/schemas/Pager", "the runtime"),
    ),
    "a class and a namespace": (
        resources({"AppsNamespace": enum("A")}, attributes={"a": ref("AppsNamespace")}),
        "AppsNamespace",
        ("/v1/apps", "the runtime"),
    ),
    "two inline types": (
        resources(attributes={"aB": enum("A"), "a": obj({"b": enum("A")})}),
        "AppAB",
        ("the inline type of App.aB", "the inline type of AppA.b"),
    ),
    "two types of one namespace": (
        BY_NAME,
        "ListByNameSort",
        ("filter[nameSort] of GET /v1/apps", "sort of GET /v1/apps/{id}/byName"),
    ),
    "two sets of fields": (
        listing(parameter("fields[aB]", array(TEXT)), parameter("fields[AB]", array(TEXT))),
        "ABField",
        ("aB", "AB"),
    ),
}


@pytest.mark.parametrize(("spec", "name", "origins"), COLLISIONS.values(), ids=list(COLLISIONS))
def test_a_collision_names_both_origins(
    program: Program, spec: Json, name: str, origins: tuple[str, str]
) -> None:
    line = program.refusal(spec)
    first, second = origins
    assert f"would be called {name!r}" in line
    assert line.endswith((f": {first} and {second}", f": {second} and {first}"))


@pytest.mark.parametrize("name", ["a.b", "class", "a-b"])
def test_keys_of_typed_dicts_are_identifiers(program: Program, name: str) -> None:
    done = program.generate(listing(parameter(f"fields[{name}]", array(enum("a")))))
    assert done.code == 12
    assert f"'fields[{name}]' " in done.out
    assert "extra={...} sends it" in done.out


def test_what_the_runtime_calls_something_is_reserved() -> None:
    clients = {*dir(BaseClient), *dir(AsyncBaseClient)}
    assert {name for name in clients if name.islower() and name[0] != "_"} <= CLIENT_MEMBERS
    members = {name for name in dir(Resource) if name.islower() and name[0] != "_"}
    assert members <= RESOURCE_MEMBERS
