"""Attributes: the types they have, the classes they need, and what those are called."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

from support import mini
from support.mini import DAY, FLAG, NUMBER, TEXT, TIME, WHOLE, array, enum, obj, operation, ref

if TYPE_CHECKING:
    from support.mini import Api, Json

# attribute → schema, what the API sends, what the client reads
ATTRIBUTES: dict[str, tuple[Json, object, object]] = {
    "text": (TEXT, "a", "a"),
    "flag": (FLAG, False, False),
    "whole": (WHOLE, 3, 3),
    "number": (NUMBER, 0.5, 0.5),
    "moment": (TIME, "2030-01-02T03:04:05Z", datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)),
    "day": (DAY, "2030-01-02", date(2030, 1, 2)),
    "uri": ({"type": "string", "format": "uri"}, "no uri", "no uri"),
    "email": ({"type": "string", "format": "email"}, "no email", "no email"),
    "formatIsNull": ({"type": "string", "format": None}, "a", "a"),
    "texts": (array(TEXT), ["a"], ["a"]),
    "grid": (array(array(WHOLE)), [[1], []], [[1], []]),
    "words": ({"type": "object", "additionalProperties": TEXT}, {"a": "b"}, {"a": "b"}),
    "free": ({"type": "object", "additionalProperties": True}, {"a": [1]}, {"a": [1]}),
    "emptyObject": (obj({}), {"a": 1}, {"a": 1}),
    "untyped": ({}, [{"a": 1}], [{"a": 1}]),
    "either": ({"oneOf": [TEXT, obj({"href": TEXT})]}, {"href": "a"}, {"href": "a"}),
    "plain": (ref("StringMap"), {"a": "b"}, {"a": "b"}),
    "plainText": (ref("csv"), "a", "a"),
    "described": ({**TEXT, "description": "said", "title": "T", "x-note": {"any": 1}}, "a", "a"),
    "emptyEnum": (enum(), "ANY", "ANY"),
    "class": (TEXT, "a", "a"),
    "from": (TEXT, "a", "a"),
    "type": (TEXT, "a", "a"),
    "self": (TEXT, "a", "a"),
    "str": (TEXT, "a", "a"),
    "field": (TEXT, "a", "a"),
    "date": (DAY, "2030-01-02", date(2030, 1, 2)),
    "dotted.name": (TEXT, "a", "a"),
    "dashed-name": (TEXT, "a", "a"),
    "iOSVersion2x": (TEXT, "a", "a"),
}
PYTHON = {
    "formatIsNull": "format_is_null",
    "emptyObject": "empty_object",
    "plainText": "plain_text",
    "emptyEnum": "empty_enum",
    "class": "class_",
    "from": "from_",
    "dotted.name": "dotted_name",
    "dashed-name": "dashed_name",
    "iOSVersion2x": "i_os_version2x",
    "field": "field_",
    "str": "str_",
    "date": "date_",
}
STATE = enum("VALID", "IN_REVIEW")

SPEC = mini.spec(
    {
        "GET /v1/apps/{id}": operation("apps_getInstance", "AppResponse"),
        "GET /v1/things/{id}": operation("things_getInstance", "ThingResponse"),
        "GET /v1/bare/{id}": operation("bare_getInstance", "BareResponse"),
    },
    mini.resource("App", "apps", {name: schema for name, (schema, *_) in ATTRIBUTES.items()}),
    mini.resource(
        "Thing",
        "things",
        {
            "state": STATE,
            "states": array(STATE),
            "shared": ref("Platform"),
            "address": obj({"city": TEXT, "kind": enum("HOME", "WORK"), "deep": obj({"a": TEXT})}),
            "addresses": array(obj({"city": TEXT})),
            "byName": {"type": "object", "additionalProperties": obj({"city": TEXT})},
            "owner": ref("Owner"),
            "rank": enum("HIGH"),
            "old": {**TEXT, "deprecated": True},
        },
        {"parts": {**mini.many("parts"), "deprecated": True}},
    ),
    mini.resource("Bare", "bare"),
    {
        "Platform": enum("IOS", "MAC_OS"),
        "Owner": obj({"name": TEXT, "platforms": array(ref("Platform"))}, ["name"]),
        "ThingRank": obj({"value": WHOLE}),
        "StringMap": {"type": "object", "additionalProperties": TEXT},
        "csv": TEXT,
        "Unused": obj({"anything": TEXT}),
        "ErrorResponse": obj(
            {
                "errors": array(
                    obj({"code": TEXT, "detail": TEXT, "meta": obj({})}, ["code", "detail"])
                )
            }
        ),
    },
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(SPEC, tmp_path_factory.mktemp("types"))


def thing(api: Api, **attributes: object) -> Any:
    api.answers({"type": "things", "id": "1", "attributes": attributes})
    return api.client.things.get("1")


@pytest.mark.parametrize(("name", "case"), ATTRIBUTES.items(), ids=list(ATTRIBUTES))
def test_an_attribute_is_read(api: Api, name: str, case: tuple[Json, object, object]) -> None:
    _, sent, read = case
    api.answers({"type": "apps", "id": "1", "attributes": {name: sent}})
    app = api.client.apps.get("1")
    assert getattr(app, PYTHON.get(name, name)) == read
    assert (app.attributes, app.extra) == ({name: sent}, {})


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_attribute_may_be_null_or_missing(api: Api, name: str) -> None:
    for attributes in ({name: None}, {}):
        api.answers({"type": "apps", "id": "1", "attributes": attributes})
        assert getattr(api.client.apps.get("1"), PYTHON.get(name, name)) is None


def test_enumerations_are_open(api: Api) -> None:
    found = thing(api, state="IN_REVIEW", states=["VALID", "NEW"], shared="MAC_OS")
    assert found.state is api.model("ThingState").IN_REVIEW
    assert found.states == ["VALID", "NEW"]
    assert [item.is_known for item in found.states] == [True, False]
    assert found.shared is api.model("Platform").MAC_OS


def test_objects_are_models(api: Api) -> None:
    city = {"city": "Cork"}
    found = thing(
        api,
        address={**city, "kind": "WORK", "deep": {"a": "b"}, "unknown": 1},
        addresses=[city, {}],
        byName={"a": city},
        owner={"name": "O", "platforms": ["IOS", "WATCH_OS"]},
    )
    assert isinstance(found.address, api.model("ThingAddress"))
    assert (found.address.city, found.address.kind, found.address.deep.a) == ("Cork", "WORK", "b")
    assert [item.city for item in found.addresses] == ["Cork", None]
    assert isinstance(found.by_name["a"], api.model("ThingByName"))
    assert (found.owner.name, found.owner.platforms) == ("O", ["IOS", "WATCH_OS"])


def test_an_inline_type_that_is_called_as_a_component_is_called_otherwise(api: Api) -> None:
    assert thing(api, rank="HIGH").rank is api.model("ThingRankAttribute").HIGH
    assert "ThingRank" not in dir(api.module("models"))


def test_each_component_has_a_module_with_its_inline_types(api: Api) -> None:
    modules = {
        name: api.model(name).__module__.rpartition(".")[2]
        for name in dir(api.module("models"))
        if name[0].isupper() and name != "TYPE_CHECKING"
    }
    assert modules == {
        "App": "app",
        "Bare": "bare",
        "Owner": "owner",
        "Platform": "platform",
        "Thing": "thing",
        "ThingAddress": "thing",
        "ThingAddressDeep": "thing",
        "ThingAddressKind": "thing",
        "ThingAddresses": "thing",
        "ThingByName": "thing",
        "ThingRankAttribute": "thing",
        "ThingState": "thing",
        "ThingStates": "thing",
    }


def test_attributes_have_types_that_can_be_none(api: Api) -> None:
    hints = get_type_hints(api.model("App"))
    assert hints["moment"] == datetime | None
    assert hints["words"] == dict[str, str] | None
    assert hints["grid"] == list[list[int]] | None
    assert hints["uri"] == str | None


def test_a_resource_may_have_no_attributes(api: Api) -> None:
    api.answers({"type": "bare", "id": "1", "attributes": {"new": 1}})
    bare = api.client.bare.get("1")
    assert (bare.id, bare.extra) == ("1", {"new": 1})


def test_deprecations_are_facts_of_the_model() -> None:
    found = mini.analysed(SPEC).resource("Thing")
    assert [item.name for item in found.attributes if item.deprecated] == ["old"]
    assert [item.name for item in found.relationships if item.deprecated] == ["parts"]


def mended(spec: Json) -> Json:
    """The same document, without what Apple's raw one has and the overlay takes away."""
    found = deepcopy(spec)
    schemas = found["components"]["schemas"]
    schemas["ErrorResponse"]["properties"]["errors"]["items"]["required"] = ["code"]
    attributes = schemas["App"]["properties"]["attributes"]["properties"]
    del attributes["formatIsNull"]["format"]
    attributes["emptyEnum"] = TEXT
    return found


def test_raw_and_mended_documents_give_the_same_client(api: Api) -> None:
    spec = mended(SPEC)
    assert spec != SPEC
    name = api.package.__name__
    facts = f"{name}/_api/facts.txt"
    files = mini.files_of(mini.analysed(spec), name)
    assert {**files, facts: ""} == {**api.files, facts: ""}
