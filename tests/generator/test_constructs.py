"""The kinds of operation, where each of them is in Python, and what it sends."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.model import Kind
from ascgen.plan.namespaces import python_name
from support import mini
from support.mini import operation

if TYPE_CHECKING:
    from support.mini import Api

BUILDS = [{"type": "builds", "id": "7"}, {"type": "builds", "id": "8"}]
GROUP = "/v1/betaGroups/g1"

# operation → Python name, arguments, what the server gets
KINDS = {
    ("GET", "/v1/betaGroups", "betaGroups_getCollection"): ("list", (), None),
    ("GET", "/v1/betaGroups/{id}", "betaGroups_getInstance"): ("get", ("g1",), None),
    ("POST", "/v1/betaGroups", "betaGroups_createInstance"): (
        "create",
        (),
        {"data": {"type": "betaGroups"}},
    ),
    ("PATCH", "/v1/betaGroups/{id}", "betaGroups_updateInstance"): (
        "update",
        ("g1",),
        {"data": {"type": "betaGroups", "id": "g1"}},
    ),
    ("DELETE", "/v1/betaGroups/{id}", "betaGroups_deleteInstance"): ("delete", ("g1",), None),
    ("GET", "/v1/betaGroups/{id}/app", "betaGroups_app_getToOneRelated"): (
        "get_app",
        ("g1",),
        None,
    ),
    ("GET", "/v1/betaGroups/{id}/builds", "betaGroups_builds_getToManyRelated"): (
        "list_builds",
        ("g1",),
        None,
    ),
    ("GET", "/v1/betaGroups/{id}/relationships/app", "betaGroups_app_getToOneRelationship"): (
        "get_app_id",
        ("g1",),
        None,
    ),
    (
        "GET",
        "/v1/betaGroups/{id}/relationships/builds",
        "betaGroups_builds_getToManyRelationship",
    ): ("list_build_ids", ("g1",), None),
    (
        "POST",
        "/v1/betaGroups/{id}/relationships/builds",
        "betaGroups_builds_createToManyRelationship",
    ): ("add_builds", ("g1", ["7", "8"]), {"data": BUILDS}),
    (
        "PATCH",
        "/v1/betaGroups/{id}/relationships/builds",
        "betaGroups_builds_replaceToManyRelationship",
    ): ("replace_builds", ("g1", []), {"data": []}),
    (
        "DELETE",
        "/v1/betaGroups/{id}/relationships/builds",
        "betaGroups_builds_deleteToManyRelationship",
    ): ("remove_builds", ("g1", "7"), {"data": BUILDS[:1]}),
    (
        "PATCH",
        "/v1/betaGroups/{id}/relationships/app",
        "betaGroups_app_updateToOneRelationship",
    ): ("set_app", ("g1", None), {"data": None}),
    ("GET", "/v1/betaGroups/{id}/metrics/usages", "betaGroups_usages_getMetrics"): (
        "list_usages",
        ("g1",),
        None,
    ),
}
ANSWERS = {
    Kind.GET_COLLECTION: {"answer": "BetaGroupsResponse"},
    Kind.GET_INSTANCE: {"answer": "BetaGroupResponse"},
    Kind.CREATE_INSTANCE: {"answer": "BetaGroupResponse", "body": "BetaGroupCreateRequest"},
    Kind.UPDATE_INSTANCE: {"answer": "BetaGroupResponse", "body": "BetaGroupUpdateRequest"},
    Kind.DELETE_INSTANCE: {"status": 204},
    Kind.GET_TO_ONE_RELATED: {"answer": "AppResponse"},
    Kind.GET_TO_MANY_RELATED: {"answer": "BuildsResponse"},
    Kind.GET_TO_ONE_RELATIONSHIP: {"answer": "AppLinkage"},
    Kind.GET_TO_MANY_RELATIONSHIP: {"answer": "BuildsLinkages"},
    Kind.CREATE_TO_MANY_RELATIONSHIP: {"body": "BuildsLinkages", "status": 204},
    Kind.REPLACE_TO_MANY_RELATIONSHIP: {"body": "BuildsLinkages", "status": 204},
    Kind.DELETE_TO_MANY_RELATIONSHIP: {"body": "BuildsLinkages", "status": 204},
    Kind.UPDATE_TO_ONE_RELATIONSHIP: {"body": "AppLinkage", "status": 204},
    Kind.GET_METRICS: {"answer": "UsagesV1MetricResponse"},
}


def kind_of(operation_id: str) -> Kind:
    return Kind(operation_id.rpartition("_")[2])


SPEC = mini.spec(
    {f"{method} {path}": operation(name, **ANSWERS[kind_of(name)]) for method, path, name in KINDS}
    | {
        # The same name in another version of the path, and ids as they were written before 3.7.
        "GET /v2/betaGroups": operation("betaGroupsV2-get_collection", "BetaGroupsResponse"),
        "GET /v2/betaGroups/{id}": operation(
            "betaGroupsV2-get_instance", "BetaGroupResponse", deprecated=True
        ),
        "GET /v2/betaGroups/{id}/relationships/builds": operation(
            "betaGroupsV2-builds-get_to_many_relationship", "BuildsLinkages"
        ),
        "DELETE /v2/betaGroups/{id}/relationships/builds": operation(
            "betaGroupsV2-builds-delete_to_many_relationship",
            body="BuildsLinkages",
            status=204,
            **{"x-internal": {"anything": ["goes"]}},
        ),
    },
    mini.resource("App", "apps"),
    mini.resource("Build", "builds"),
    mini.resource("BetaGroup", "betaGroups"),
    mini.request("BetaGroupCreate", "betaGroups"),
    mini.request("BetaGroupUpdate", "betaGroups"),
    mini.linkages("AppLinkage", "apps"),
    mini.linkages("BuildsLinkages", "builds", many=True),
    {"UsagesV1MetricResponse": mini.document(mini.array(mini.obj({"count": mini.WHOLE})))},
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(SPEC, tmp_path_factory.mktemp("kinds"))


def test_every_kind_is_among_the_examples() -> None:
    assert {kind_of(name) for _, _, name in KINDS} == set(Kind)
    analysed = [item.kind for item in mini.analysed(SPEC).operations]
    assert set(analysed) == set(Kind)


def answer_to(name: str) -> Any:
    """What a method is answered with: rows of figures have no type, linkages that of the others."""
    if name.startswith(("list_usages", "metrics")):
        return {"count": 1}
    if name in {"set_app", "get_app", "get_app_id"}:
        return {"type": "apps", "id": "a1"}
    return {"type": "builds" if "build" in name else "betaGroups", "id": "g1"}


@pytest.mark.parametrize(("key", "call"), KINDS.items(), ids=[key[2] for key in KINDS])
@pytest.mark.parametrize("flavour", ["", "Async"])
def test_a_kind_is_a_method_that_sends_its_request(
    api: Api, key: tuple[str, str, str], call: tuple[str, tuple[object, ...], object], flavour: str
) -> None:
    method, path, _ = key
    name, arguments, body = call
    api.answers(answer_to(name))
    client = api.async_client if flavour else api.client
    result = getattr(client.beta_groups, name)(*arguments)
    if inspect.isawaitable(result):
        asyncio.run(_awaited(result))
    elif hasattr(result, "first"):
        first = result.first()
        if flavour:
            asyncio.run(first)
    assert (api.sent.method, api.sent.path) == (method, path.replace("{id}", "g1"))
    assert api.sent.body == body
    assert api.sent.query == {}


async def _awaited(result: object) -> object:
    return await result  # type: ignore[misc]


def test_what_each_kind_returns(api: Api) -> None:
    returns = {
        name: inspect.signature(api.method(f"beta_groups.{name}")).return_annotation
        for name, _, _ in KINDS.values()
    }
    # The models are `m` in annotations.
    returns = {name: annotation.replace("m.", "") for name, annotation in returns.items()}
    assert returns == {
        "list": "Pager[BetaGroup]",
        "get": "BetaGroup",
        "create": "BetaGroup",
        "update": "BetaGroup",
        "delete": "Response",
        "get_app": "App | None",
        "list_builds": "Pager[Build]",
        "get_app_id": "str | None",
        "list_build_ids": "Pager[str]",
        "add_builds": "Response",
        "replace_builds": "Response",
        "remove_builds": "Response",
        "set_app": "Response",
        "list_usages": "Pager[Usages]",
    }


@pytest.mark.parametrize("name", [name for name, _, _ in KINDS.values()])
def test_both_flavours_have_one_signature(api: Api, name: str) -> None:
    blocking = api.method(f"beta_groups.{name}")
    awaited = api.method(f"beta_groups.{name}", "Async")
    assert inspect.signature(blocking).parameters == inspect.signature(awaited).parameters
    returned = inspect.signature(blocking).return_annotation
    assert inspect.signature(awaited).return_annotation == returned.replace("Pager", "AsyncPager")
    assert inspect.iscoroutinefunction(awaited) == ("Pager" not in returned)


def test_linkages_take_resources_and_references(api: Api) -> None:
    group = api.model("BetaGroup")(id="g1")
    build = api.model("Build")(id="7")
    api.client.beta_groups.add_builds(group, [build, api.package.Ref("builds", "8")])
    assert (api.sent.path, api.sent.body) == (f"{GROUP}/relationships/builds", {"data": BUILDS})
    api.client.beta_groups.set_app(group, "a1")
    assert api.sent.body == {"data": {"type": "apps", "id": "a1"}}


def test_linkages_refuse_resources_of_another_type(api: Api) -> None:
    with pytest.raises(TypeError, match=r"builds.*not.*apps"):
        api.client.beta_groups.add_builds("g1", api.model("App")(id="1"))
    with pytest.raises(TypeError, match=r"betaGroups.*not.*apps"):
        api.client.beta_groups.get(api.model("App")(id="1"))


def test_linkages_read_as_ids(api: Api) -> None:
    api.answers(BUILDS)
    assert api.client.beta_groups.list_build_ids("g1").all() == ["7", "8"]
    api.answers({"type": "apps", "id": "a1"})
    assert api.client.beta_groups.get_app_id("g1") == "a1"


def test_a_related_resource_that_is_null_is_none(api: Api) -> None:
    for call in (api.client.beta_groups.get_app, api.client.beta_groups.get_app_id):
        api.answers(None)
        assert call("g1") is None


@pytest.mark.parametrize(
    ("identifier", "path"), [("a/b", "a%2Fb"), ("é?", "%C3%A9%3F"), ("a b", "a%20b")]
)
def test_an_id_is_one_segment_of_the_path(api: Api, identifier: str, path: str) -> None:
    api.client.beta_groups.delete(identifier)
    assert api.sent.path == f"/v1/betaGroups/{path}"


@pytest.mark.parametrize("identifier", ["", ".", ".."])
def test_what_is_no_id_is_refused(api: Api, identifier: str) -> None:
    with pytest.raises(ValueError):
        api.client.beta_groups.delete(identifier)


def test_other_versions_of_a_path_are_namespaces_of_their_own(api: Api) -> None:
    api.answers([{"type": "betaGroups", "id": "g1"}])
    found = api.client.beta_groups_v2.list().one()
    assert (api.sent.path, found) == ("/v2/betaGroups", api.model("BetaGroup")(id="g1"))
    assert not hasattr(api.client.beta_groups_v2, "create")


def test_dashed_operation_ids_say_the_same_as_others() -> None:
    operations = mini.analysed(SPEC).operations
    names = {item.id: python_name(item) for item in operations if item.path.startswith("/v2/")}
    assert {key: name.method for key, name in names.items()} == {
        "betaGroupsV2-get_collection": "list",
        "betaGroupsV2-get_instance": "get",
        "betaGroupsV2-builds-get_to_many_relationship": "list_build_ids",
        "betaGroupsV2-builds-delete_to_many_relationship": "remove_builds",
    }


def test_deprecated_operations_warn_and_work(api: Api) -> None:
    api.answers({"type": "betaGroups", "id": "g1"})
    with pytest.warns(DeprecationWarning, match="deprecated GET /v2/betaGroups/{id}"):
        assert api.client.beta_groups_v2.get("g1").id == "g1"
    assert api.method("beta_groups_v2.get").__deprecated__
    assert not hasattr(api.method("beta_groups.get"), "__deprecated__")


def test_the_document_is_named_in_every_file(api: Api) -> None:
    for path, text in api.files.items():
        if not path.endswith("py.typed"):
            first = text.splitlines()[0]
            assert "Generated by `ascgen generate" in first, path
            assert "from App Store Connect API 9.9; do not edit." in first, path
    assert api.package.API_VERSION == "9.9"


def test_the_enterprise_program_has_its_own_server_and_kind_of_key(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    spec = mini.spec(
        {"GET /v1/devices": operation("devices_getCollection", "DevicesResponse")},
        mini.resource("Device", "devices"),
        title="Enterprise Program API",
        server="https://api.enterprise.developer.apple.com",
    )
    api = mini.render(spec, tmp_path_factory.mktemp("enterprise"))
    assert api.client.SERVER == "https://api.enterprise.developer.apple.com"
    assert api.client.ENTERPRISE is True
    api.client.devices.list().first()
    assert api.sent.host == "api.enterprise.developer.apple.com"
    assert api.sent.token["aud"] == "apple-developer-enterprise-v1"
