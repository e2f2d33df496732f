"""Requests: flat keywords, what is left out, what is null."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from support import mini
from support.mini import DAY, FLAG, NUMBER, TEXT, TIME, WHOLE, array, enum, nullable, obj, operation

if TYPE_CHECKING:
    from support.mini import Api, Json

PLAN = obj({"name": TEXT, "tags": array(TEXT)})

SPEC = mini.spec(
    {
        "POST /v1/releases": operation(
            "releases_createInstance", "ReleaseResponse", body="ReleaseCreateRequest", status=201
        ),
        "PATCH /v1/releases/{id}": operation(
            "releases_updateInstance", "ReleaseResponse", body="ReleaseUpdateRequest"
        ),
        "POST /v1/orders": operation("orders_createInstance", body="OrderCreateRequest"),
    },
    mini.resource(
        "Release",
        "releases",
        {"kind": enum("MANUAL", "AUTO"), "platform": mini.ref("Platform"), "plan": PLAN},
        {"app": mini.one("apps")},
    ),
    mini.resource("App", "apps"),
    mini.resource("Build", "builds"),
    mini.request(
        "ReleaseCreate",
        "releases",
        {
            "version": TEXT,
            "class": TEXT,
            "type": nullable(TEXT),
            "listed": nullable(FLAG),
            "size": WHOLE,
            "ratio": NUMBER,
            "date": nullable(DAY),
            "from": TIME,
            "kind": enum("MANUAL", "AUTO"),
            "platform": nullable(mini.ref("Platform")),
            "plan": nullable(PLAN),
            "window": mini.ref("Window"),
            "words": {"type": "object", "additionalProperties": TEXT},
            "tags": nullable(array(enum("A", "B"))),
            "anything": {},
        },
        {
            "app": mini.one("apps"),
            "build": obj({"data": nullable(mini.linkage("builds"))}),
            "reviewers": mini.many("users"),
        },
        required=["version", "app"],
    ),
    mini.request("ReleaseUpdate", "releases", {"version": nullable(TEXT), "size": WHOLE}),
    mini.request(
        "OrderCreate",
        "orders",
        {"lines": array(obj({"amount": WHOLE, "note": TEXT})), "address": obj({"city": TEXT})},
    ),
    {"Platform": enum("IOS", "MAC_OS"), "Window": obj({"from": TIME, "days": array(TEXT)})},
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(SPEC, tmp_path_factory.mktemp("requests"))


def created(api: Api, **arguments: Any) -> Json:
    """What a create with the required keywords and these sends as attributes and relationships."""
    api.answers({"type": "releases", "id": "1"})
    api.client.releases.create(**{"version": "1.0", "app": "a1"} | arguments)
    data: Json = api.sent.body["data"]
    assert data.pop("type") == "releases"
    assert data["attributes"].pop("version") == "1.0"
    assert data["relationships"].pop("app") == {"data": {"type": "apps", "id": "a1"}}
    return data["attributes"] | data["relationships"]


def test_what_is_not_given_is_not_sent(api: Api) -> None:
    assert created(api) == {}
    assert created(api, type=api.package.UNSET, build=api.package.UNSET) == {}


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({"class_": "a"}, {"class": "a"}),
        ({"type": "a"}, {"type": "a"}),
        ({"type": None}, {"type": None}),
        ({"listed": False}, {"listed": False}),
        ({"size": 0, "ratio": 0.5}, {"size": 0, "ratio": 0.5}),
        ({"date_": date(2030, 1, 2)}, {"date": "2030-01-02"}),
        ({"date_": "2030-01-02"}, {"date": "2030-01-02"}),
        ({"from_": datetime(2030, 1, 2, tzinfo=UTC)}, {"from": "2030-01-02T00:00:00Z"}),
        ({"kind": "AUTO"}, {"kind": "AUTO"}),
        ({"platform": None}, {"platform": None}),
        ({"plan": {"name": "a", "tags": []}}, {"plan": {"name": "a", "tags": []}}),
        ({"words": {"a": "b"}}, {"words": {"a": "b"}}),
        ({"tags": ["A", "B"]}, {"tags": ["A", "B"]}),
        ({"tags": []}, {"tags": []}),
        ({"anything": {"at": ["all"]}}, {"anything": {"at": ["all"]}}),
        ({"build": "b1"}, {"build": {"data": {"type": "builds", "id": "b1"}}}),
        ({"build": None}, {"build": {"data": None}}),
        ({"reviewers": "u1"}, {"reviewers": {"data": [{"type": "users", "id": "u1"}]}}),
        ({"reviewers": []}, {"reviewers": {"data": []}}),
        ({"extra": {"new": 1}}, {"new": 1}),
        ({"extra": None}, {}),
    ],
    ids=repr,
)
def test_flat_keywords(api: Api, arguments: Json, sent: Json) -> None:
    assert created(api, **arguments) == sent


def test_requests_take_the_models_that_answers_hold(api: Api) -> None:
    sent = created(
        api,
        kind=api.model("ReleaseKind").AUTO,
        platform=api.model("Platform").IOS,
        plan=api.model("ReleasePlan")(name="a"),
        window=api.model("Window")(days=["MON"]),
        build=api.model("Build")(id="b1"),
        reviewers=[api.package.Ref("users", "u1"), "u2"],
        extra={"owner": api.model("App")(id="a2")},
    )
    assert sent == {
        "kind": "AUTO",
        "platform": "IOS",
        "plan": {"name": "a"},
        "window": {"days": ["MON"]},
        "build": {"data": {"type": "builds", "id": "b1"}},
        "reviewers": {"data": [{"type": "users", "id": "u1"}, {"type": "users", "id": "u2"}]},
        "owner": {"data": {"type": "apps", "id": "a2"}},
    }


def test_the_types_of_the_keywords(api: Api) -> None:
    assert api.annotations("releases.create") == {
        "version*": "str",
        "app*": "Id[App]",
        "class_": "str | Unset",
        "type": "str | None | Unset",
        "listed": "bool | None | Unset",
        "size": "int | Unset",
        "ratio": "float | Unset",
        "date_": "date | str | None | Unset",
        "from_": "datetime | str | Unset",
        "kind": "t.CreateKind | ReleaseKind | Unset",
        "platform": "v.PlatformValue | Platform | None | Unset",
        "plan": "ReleasePlan | Mapping[str, object] | None | Unset",
        "window": "Window | Mapping[str, object] | Unset",
        "words": "Mapping[str, str] | Unset",
        "tags": "Sequence[t.CreateTags] | None | Unset",
        "anything": "object | Unset",
        "build": "Id[Build] | None | Unset",
        "reviewers": "OneOrMany[Id[Resource]] | Unset",
        "extra": "Extra",
    }
    assert api.values("releases", "CreateTags") == ("A", "B")
    assert api.values("values", "PlatformValue") == ("IOS", "MAC_OS")


@pytest.mark.parametrize("missing", ["version", "app"])
def test_required_members_are_required_keywords(api: Api, missing: str) -> None:
    arguments = {"version": "1.0", "app": "a1"}
    del arguments[missing]
    with pytest.raises(TypeError, match=f"required keyword-only argument: '{missing}'"):
        api.client.releases.create(**arguments)


@pytest.mark.parametrize(
    ("arguments", "attributes"),
    [({}, None), ({"version": None}, {"version": None}), ({"size": 3}, {"size": 3})],
)
def test_updates_send_the_id_and_what_is_given(
    api: Api, arguments: Json, attributes: Json | None
) -> None:
    api.answers({"type": "releases", "id": "r1"})
    api.client.releases.update(api.model("Release")(id="r1"), **arguments)
    data = {"type": "releases", "id": "r1"}
    assert api.sent.body == {"data": data | ({"attributes": attributes} if attributes else {})}


def test_objects_that_only_requests_have_are_mappings(api: Api) -> None:
    assert api.annotations("orders.create") == {
        "lines": "Sequence[Mapping[str, object]] | Unset",
        "address": "Mapping[str, object] | Unset",
        "extra": "Extra",
    }
    api.client.orders.create(lines=[{"amount": 2}], address={"city": "Cupertino"})
    assert api.sent.body["data"]["attributes"] == {
        "lines": [{"amount": 2}],
        "address": {"city": "Cupertino"},
    }
    assert not any("order" in path for path in api.files if "/models/" in path)


def test_documents_that_declare_no_null_let_optional_attributes_be_null(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    spec = mini.spec(
        {
            "PATCH /v1/apps/{id}": operation(
                "apps-update_instance", "AppResponse", body="AppUpdateRequest"
            )
        },
        mini.resource("App", "apps", {"name": TEXT}),
        mini.request(
            "AppUpdate",
            "apps",
            {"name": TEXT, "sku": TEXT, "kind": enum("A")},
            {"owner": mini.one("users")},
            required=["sku"],
        ),
        version="3.2",
    )
    api = mini.render(spec, tmp_path_factory.mktemp("old"))
    assert api.annotations("apps.update") == {
        "resource_id*": "Id[App]",
        "sku*": "str",
        "name": "str | None | Unset",
        "kind": "t.UpdateKind | None | Unset",
        "owner": "Id[Resource] | Unset",
        "extra": "Extra",
    }
