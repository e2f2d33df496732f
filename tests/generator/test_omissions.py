"""What a document says and the client cannot model is left out, told, and reached all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.model import OneOf, Scalar
from ascgen.snapshot import read_snapshot, write_snapshot
from support import mini
from support.mini import (
    FLAG,
    TEXT,
    TIME,
    WHOLE,
    array,
    edited,
    enum,
    obj,
    operation,
    parameter,
    ref,
)
from support.program import Program, tree

if TYPE_CHECKING:
    from pathlib import Path


SPEC = mini.spec(
    {
        "GET /v1/apps": operation(
            "apps_getCollection",
            "AppsResponse",
            parameter("filter[name]", array(TEXT)),
            parameter("limit", {**WHOLE, "maximum": 200}),
        ),
        "GET /v1/apps/{id}": operation("apps_getInstance", "AppResponse"),
        "POST /v1/apps": operation("apps_createInstance", "AppResponse", body="AppCreateRequest"),
        "GET /v1/apps/{id}/builds": operation("apps_builds_getToManyRelated", "BuildsResponse"),
        "GET /v1/apps/{id}/codes": operation(
            "apps_codes_getToManyRelated", media={"text/csv": "csv"}
        ),
    },
    mini.resource(
        "App",
        "apps",
        {"name": TEXT, "kind": ref("Kind"), "plan": obj({"days": WHOLE})},
        {"builds": mini.many("builds")},
        included=["Build"],
    ),
    mini.resource("Build", "builds"),
    mini.request("AppCreate", "apps", {"name": TEXT}, included=["NoteInlineCreate"]),
    mini.inline("Note", "notes", {"text": TEXT}),
    {
        "Kind": enum("A", "B"),
        "csv": TEXT,
        "UsagesV1MetricResponse": mini.document(array(obj({"count": WHOLE}))),
    },
)
APPS = "/paths/~1v1~1apps/get"
APP = "/components/schemas/App/properties/attributes/properties"
LINK = "/components/schemas/App/properties/relationships/properties/builds"
FILTER = f"{APPS}/parameters/0"
JSON = "responses/200/content/application~1json/schema"
POST = "/paths/~1v1~1apps/post"
ATTRIBUTES = "/components/schemas/App/properties/attributes"
CREATE = "/components/schemas/AppCreateRequest/properties/data/properties/attributes"
SOME = operation("any_thing", "AppResponse")

# what is put where, what is told of it, the pointer where it is another
OPERATIONS: list[tuple[str, Any, str, str]] = [
    ("/paths/~1v1~1apps/put", SOME, "the method PUT is not known", ""),
    ("/paths/~1v1~1apps/head", SOME, "the method HEAD is not known", ""),
    ("/paths/~1v1~1apps/options", SOME, "the method OPTIONS is not known", ""),
    ("/paths/~1v1~1apps/fetch", SOME, "'fetch' is not known here", ""),
    ("/paths/~1v1~1apps/delete", operation("a", status=204), "unknown kind: DELETE", ""),
    ("/paths/~1v1~1apps~1{id}/post", SOME, "unknown kind: POST", ""),
    ("/paths/~1v1~1apps~1{id}~1builds/patch", SOME, "unknown kind: PATCH", ""),
    ("/paths/~1v1~1apps~1{id}~1actions~1run", {"get": SOME}, "none of the known forms", "…/get"),
    ("/paths/~1v1~1apps~1{id}~1builds~1{b}", {"get": SOME}, "none of the known forms", "…/get"),
    ("/paths/~1v1~1apps~1{id}~1{b}", {"get": SOME}, "none of the known forms", "…/get"),
    ("/paths/~1apps", {"get": SOME}, "none of the known forms", "…/get"),
    ("/paths/~1v1~1apps~1{app}", {"get": SOME}, "another path is /v1/apps/{id}", "…/get"),
    ("/paths/~1v1~1apps~1{id}~1relationships", {"get": SOME}, "unknown kind: GET", "…/get"),
    ("/paths/~1v1~1apps/$ref", "#/x", "leads nowhere", ""),
    ("/paths/~1v1~1other", {"$ref": "x.json#/a"}, "only references within", "…/$ref"),
    ("/paths/~1v1~1apps~1{id}/servers", [{"url": "https://a.example"}], "server of its own", ""),
    ("/paths/~1v1~1odd", [], "expected an object, found list", ""),
    ("/info/title", None, "expected a member 'title'", "/info"),
    ("/info/title", "{{ 7 * 7 }}", "is not a title", ""),
    (f"{APPS}/operationId", "apps_getInstance", "says getInstance, method and path say", ""),
    (f"{APPS}/servers", [{"url": "https://a.example"}], "a server of its own", ""),
    (f"{APPS}/callbacks", {}, "'callbacks' is not known here", ""),
    (f"{POST}/requestBody", {"content": {"text/csv": {}}}, "another type than JSON", "…/content"),
    (f"{POST}/requestBody/content/text~1csv", {}, "a body of the type text/csv", ""),
    (f"{POST}/requestBody/content/application~1json/schema", ref("Kind"),
     "Kind is not a request", ""),
    (f"{POST}/requestBody/content/application~1json/schema", ref("AppResponse"),
     "not a request", ""),
    (f"{POST}/requestBody/content/application~1json/schema", array(ref("App")),
     "not a request", ""),
    (f"{APPS}/requestBody", {"content": {"application/json": {"schema": ref("AppCreateRequest")}}},
     "is not a request", "…/content/application~1json/schema"),
    (f"{APPS}/responses", {}, "no success answer is declared", ""),
    (f"{APPS}/responses", {"302": {"description": "moved"}}, "no success answer", ""),
    (f"{APPS}/responses/odd", {}, "an answer to 'odd'", ""),
    (f"{APPS}/{JSON}", ref("Kind"), "not a JSON:API document", f"{APPS}/responses"),
    (f"{APPS}/{JSON}", ref("Gone"), "no schema 'Gone'", "…/$ref"),
    (f"{APPS}/{JSON}", {"$ref": "https://evil.example/x#/A"}, "only references within", "…/$ref"),
    (f"{APPS}/responses/200/content/text~1 x", {}, "is not a media type", ""),
    (f"{APPS}/responses/200/content", {"application/json": {}}, "without a schema",
     "…/application~1json"),
    (f"{APPS}/responses/200/content/application~1pdf", {"schema": TEXT},
     "of the type application/pdf are not asked for", f"{APPS}/responses"),
    ("/paths/~1v1~1apps~1{id}~1codes/get/responses/200/content",
     {"application/pdf": {"schema": ref("csv")}}, "of the type application/pdf are not known",
     "/paths/~1v1~1apps~1{id}~1codes/get/responses"),
]  # fmt: skip
PARAMETERS: list[tuple[str, Any, str, str]] = [
    (f"{FILTER}/explode", True, "not joined with commas", ""),
    (f"{FILTER}/explode", None, "not joined with commas", FILTER),
    (f"{FILTER}/in", "header", "a parameter in 'header'", ""),
    (f"{FILTER}/in", "cookie", "a parameter in 'cookie'", ""),
    (f"{FILTER}/style", "deepObject", "style 'deepObject' is not known", ""),
    (f"{FILTER}/style", "pipeDelimited", "style 'pipeDelimited' is not known", ""),
    (f"{FILTER}/name", "page[size]", "of no known family", ""),
    (f"{FILTER}/name", "filter[a][b]", "not a parameter this API could use", ""),
    (f"{FILTER}/schema", None, "expected a member 'schema'", FILTER),
    (f"{FILTER}/schema", {"type": "object"}, "of type 'object'", "…/type"),
    (f"{FILTER}/schema", {"$ref": "other.json"}, "only references within", "…/$ref"),
    (f"{FILTER}/schema", array(enum("A", "B, C")), "not a value an API can use", "…/items/enum/1"),
    (f"{FILTER}/unheardOf", 1, "'unheardOf' says nothing here", ""),
    (f"{APPS}/parameters/1/schema/maximum", 0, "expected a positive whole number", ""),
    (f"{APPS}/parameters/1/schema/maximum", "many", "expected a positive whole number", ""),
    (f"{APPS}/parameters", {"a": 1}, "expected an array", ""),
    ("/paths/~1v1~1apps/parameters", {"a": 1}, "expected an array", ""),
    (f"{APPS}/parameters/1/required", True, "'limit' is said to be required", ""),
    (f"{APPS}/parameters/0", {"$ref": "#/components/parameters/gone"}, "leads nowhere", "…/$ref"),
    (f"{POST}/parameters", [parameter("name")], "called as a member of the request is", "…/0"),
]  # fmt: skip
SCHEMAS: list[tuple[str, Any, str, str]] = [
    (f"{APP}/name", {"oneOf": [TEXT, WHOLE]}, "one of several types", ""),
    (f"{APP}/name", {"anyOf": [TEXT, obj({"a": TEXT})]}, "one of several types", ""),
    (f"{APP}/name", {"allOf": [TEXT, WHOLE]}, "of two types at once", ""),
    (f"{APP}/name", {"oneOf": []}, "no alternative to choose", ""),
    (f"{APP}/name", {"type": "file"}, "unknown type 'file'", "…/type"),
    (f"{APP}/name", {"type": ["string", "integer"]}, "one of several types", ""),
    (f"{APP}/name", {"type": "integer", "enum": [1, 2]}, "only enumerations of text", "…/enum"),
    (f"{APP}/name", enum("A", "b, c"), "not a value an API can use", "…/enum/1"),
    (f"{APP}/name", enum("A", ""), "not a value an API can use", "…/enum/1"),
    (f"{APP}/name", {"type": "string", "patternX": "a"}, "'patternX' says nothing", "…/patternX"),
    (f"{APP}/name", {**obj({"a": TEXT}), "additionalProperties": TEXT}, "members beside those",
     "…/additionalProperties"),
    (f"{APP}/name", [], "expected an object, found list", ""),
    (f"{APP}/name/nullable", "yes", "expected true or false", ""),
    (f"{APP}/name", enum("A", "\u00e9t\u00e9"), "not a value an API can use", "…/enum/1"),
    (f"{APP}/name", {"const": 1}, "only enumerations of text", ""),
    (f"{APP}/name/format", "any thing", "is not a word", ""),
    (f"{APP}/name", {"$ref": f"#{APP}/name"}, "put together of itself", ""),
    (f"{APP}/plan/then", {"properties": {"a": TEXT}}, "'then' says nothing", ""),
    (f"{ATTRIBUTES}/patternProperties", {"a": TEXT}, "'patternProperties' says nothing", ""),
    (ATTRIBUTES, {"oneOf": [obj({"name": TEXT}), TEXT]}, "one of several types", ""),
    (ATTRIBUTES, {"allOf": [obj({"name": TEXT}), ref("Gone")]}, "leads nowhere", "…/allOf/1/$ref"),
    (ATTRIBUTES, {"allOf": [obj({"name": TEXT}), TEXT]}, "of two types at once", ""),
    (ATTRIBUTES, {"type": "object", "additionalProperties": TEXT}, "no members are declared", ""),
    (ATTRIBUTES, array(TEXT), "no members are declared", ""),
    (ATTRIBUTES, True, "expected an object, found bool", ""),
    (f"{CREATE}/required", ["name", "ghost"], "'ghost' is required, and not declared", CREATE),
    ("/components/schemas/App/properties/relationships", True, "expected an object", ""),
    ("/components/schemas/AppResponse/properties/data", {"oneOf": [ref("App"), ref("Build")]},
     "resources of several types", ""),
    (f"{APP}/kind", ref("Gone"), "Gone is not a value", "/components/schemas/App"),
    (f"{APP}/kind", ref("Build"), "Build is not a value", "/components/schemas/App"),
    (f"{APP}/kind", {"$ref": "other.json#/Kind"}, "only references within", "…/$ref"),
    (f"{APP}/a, b", TEXT, "not a name an API can use", ""),
    (f"{LINK}/properties/errors", {}, "a member 'errors' is not known", ""),
    (f"{LINK}", TEXT, "expected a member 'properties'", ""),
    (f"{LINK}", obj({"data": {"oneOf": [mini.linkage("apps"), mini.linkage("builds")]}}),
     "resources of one type", "…/properties/data/properties"),
    ("/components/schemas/App/properties/errors", {}, "a member 'errors' is not known", ""),
    ("/components/schemas/AppsResponse/properties/odd", TEXT, "a document's member 'odd'", ""),
    ("/components/schemas/AppResponse/properties/included/items/oneOf/0", TEXT,
     "included resources that are spelled out", ""),
    ("/components/schemas/AppResponse/properties/included/items/oneOf/0", ref("Kind"),
     "Kind cannot be included", "/components/schemas/AppResponse"),
    ("/components/schemas/AppCreateRequest/properties/included/items/oneOf/0", ref("Build"),
     "Build cannot be included", "/components/schemas/AppCreateRequest"),
    ("/components/schemas/odd, name", TEXT, "not a name an API can use", ""),
    ("/components/schemas/Round", {"allOf": [ref("Round"), obj({"a": TEXT})]},
     "put together of itself", "…/allOf/0"),
]  # fmt: skip
CASES = [*OPERATIONS, *PARAMETERS, *SCHEMAS]


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    return Program(tmp_path, monkeypatch, capsys)


def test_the_document_itself_is_whole() -> None:
    api = mini.analysed(SPEC)
    assert len(api.operations) == 5
    assert api.omissions == ()


@pytest.mark.parametrize(
    ("place", "value", "what", "pointer"),
    CASES,
    ids=[f"{place.rpartition('/')[2]}: {what}" for place, _, what, _ in CASES],
)
def test_what_is_not_modelled_is_told_with_its_place(
    place: str, value: Any, what: str, pointer: str
) -> None:
    api = mini.analysed(edited(SPEC, place, value))
    expected = place + pointer[1:] if pointer.startswith("…") else pointer or place
    told = [item for item in api.omissions if what in item.what]
    assert told, api.omissions
    assert expected in [item.pointer for item in told]
    assert all(item.still for item in api.omissions)
    # The rest is there, and the snapshot tells the same.
    assert len(api.operations) >= 4
    assert read_snapshot(write_snapshot(api), origin="here") == api
    assert mini.files_of(api, "part")


@pytest.mark.parametrize(
    ("attributes", "known"),
    [
        ({"oneOf": [obj({"name": TEXT}), TEXT, obj({"size": WHOLE})]}, {"name", "size"}),
        ({"allOf": [obj({"name": TEXT}), ref("Gone")]}, {"name"}),
        ({"anyOf": [obj({"name": TEXT}), {"$ref": "other.json"}]}, {"name"}),
        ({"allOf": [obj({"name": TEXT}), {"unheardOf": {}}]}, {"name"}),
        ({"allOf": [obj({"name": TEXT}), WHOLE]}, set[str]()),
        (True, set[str]()),
    ],
)
def test_a_resource_is_one_whatever_its_attributes_are(attributes: Any, known: set[str]) -> None:
    api = mini.analysed(edited(SPEC, ATTRIBUTES, attributes))
    found = api.resource("App")
    assert {item.name for item in found.attributes} == known
    assert [item.name for item in found.relationships] == ["builds"]
    assert api.omissions
    assert all(item.pointer.startswith(ATTRIBUTES) for item in api.omissions)


def test_what_is_left_out_of_a_client_is_reached_all_the_same(tmp_path: Path) -> None:
    spec = edited(SPEC, "/paths/~1v1~1apps~1{id}~1actions~1run", {"post": SOME})
    spec["paths"]["/v1/apps"]["put"] = SOME
    spec["paths"]["/v1/apps"]["get"]["parameters"] += [
        parameter("page[size]", WHOLE),
        {"name": "X-Version", "in": "header", "schema": TEXT},
    ]
    properties = spec["components"]["schemas"]["App"]["properties"]
    properties["attributes"]["properties"] |= {
        "either": {"oneOf": [TEXT, WHOLE]},
        "a, b": TEXT,
        "level": {"type": "integer", "enum": [1, 2]},
    }
    api = mini.render(spec, tmp_path)
    api.client.request("PUT", "/v1/apps", json={"a": 1})
    assert (api.sent.method, api.sent.body) == ("PUT", {"a": 1})
    api.client.request("POST", "/v1/apps/1/actions/run")
    sent = {"either": 1, "a, b": "c", "level": 3, "name": "n"}
    api.answers([{"type": "apps", "id": "1", "attributes": sent}])
    found = api.client.apps.list(extra={"page[size]": 3}).one()
    assert api.sent.query == {"page[size]": "3", "limit": "200"}
    assert (found.either, found.level, found.extra) == (1, 3, {"a, b": "c"})
    readme = api.files["README.md"]
    assert "## Not in this client" in readme
    for still in ("request('PUT', '/v1/apps')", "request('POST', '/v1/apps/{id}/actions/run')"):
        assert f"; {still}" in readme


def test_types_that_nothing_tells_apart_stay_in_the_facts() -> None:
    api = mini.analysed(edited(SPEC, f"{APP}/name", {"oneOf": [TEXT, WHOLE]}))
    kind = api.resource("App").attributes[0].type
    assert kind == OneOf(variants=(Scalar(name="string"), Scalar(name="integer")))


def test_what_nothing_uses_is_no_omission_of_the_client() -> None:
    spec = edited(SPEC, "/components/schemas/Alone", obj({"either": {"oneOf": [TEXT, FLAG, TIME]}}))
    assert mini.analysed(spec).omissions == ()


# --- The commands ----------------------------------------------------------------------------

LESS = edited(SPEC, "/paths/~1v1~1apps/put", SOME)
TOLD = "/paths/~1v1~1apps/put: the method PUT is not known; request('PUT', '/v1/apps')"


def test_generate_tells_and_ends_with_12(program: Program) -> None:
    done = program.generate(LESS)
    assert done.code == 12
    assert done.out.endswith(f"Not in the client (1):\n- {TOLD}\n")
    assert "app_store_connect/client.py" in tree(program.output)
    assert program.generate(LESS, "spec.json", "--check").code == 0


def test_generate_is_silent_where_nothing_is_left_out(program: Program) -> None:
    done = program.generate(SPEC)
    assert done.code == 0
    assert "Not in the client" not in done.out
    assert b"Not in this client" not in tree(program.output)["README.md"]
    assert program.generate(SPEC, "spec.json", "--strict").code == 0


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_strict_refuses_and_writes_nothing(program: Program, check: tuple[str, ...]) -> None:
    before = tree(program.output)
    done = program.generate(LESS, "spec.json", "--strict", *check)
    assert (done.code, done.out.count("\n")) == (3, 1)
    assert done.err.startswith(
        "ascgen: not in the client: the method PUT is not known (at /paths/~1v1~1apps/put)\n"
    )
    assert tree(program.output) == before


def test_generate_prints_json(program: Program) -> None:
    done = program.generate(LESS, "spec.json", "--json")
    facts = json.loads(done.out)
    assert done.code == facts["exit_code"] == 12
    assert facts["kind"] == "generation"
    assert facts["counts"]["operations"] == 5
    assert facts["omissions"] == [
        {
            "kind": "omission",
            "id": "/paths/~1v1~1apps/put",
            "what": "the method PUT is not known",
            "still": "request('PUT', '/v1/apps')",
        }
    ]
    again = json.loads(program.generate(SPEC, "spec.json", "--json").out)
    assert (again["exit_code"], again["omissions"]) == (0, [])


def test_a_document_and_its_snapshot_omit_the_same(program: Program) -> None:
    program.generate(LESS)
    client = tree(program.output)
    done = program.generate(write_snapshot(mini.analysed(LESS)), "less.api.json")
    assert done.code == 12
    assert tree(program.output) == client


def test_info_has_them(program: Program, tmp_path: Path) -> None:
    program.generate(LESS)
    path = tmp_path / "spec.json"
    facts = json.loads(program("info", "--json", "--spec", path).out)
    assert [item["id"] for item in facts["omissions"]] == ["/paths/~1v1~1apps/put"]
    assert "Not in the client (1)" in program("info", "--spec", path).out


def test_diff_has_what_is_omitted_and_what_no_longer_is(program: Program, tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(SPEC))
    new.write_text(json.dumps(LESS))
    words = ("diff", old, new)
    assert TOLD in program(*words).out
    place, _, rest = TOLD.partition(": ")
    assert (
        f"## Not in the client\n\n- `{place}`: {rest}"
        in program(*words, "--format", "markdown").out
    )
    facts = json.loads(program(*words, "--json").out)
    assert [item["id"] for item in facts["omissions"]["added"]] == ["/paths/~1v1~1apps/put"]
    back = program("diff", new, old, "--format", "markdown").out
    assert "## In the client now" in back


def test_a_part_tells_what_the_part_omits(program: Program) -> None:
    assert program.generate(LESS, "spec.json", "--include", "apps").code == 12
    spec = edited(
        SPEC, "/paths/~1v1~1builds", {"get": operation("b_getCollection", "BuildsResponse")}
    )
    spec["paths"]["/v1/apps"]["put"] = SOME
    assert program.generate(spec, "spec.json", "--include", "builds").code == 0
