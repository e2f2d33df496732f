"""What the grammar does not know stops the generation, with the place in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ascgen.errors import SpecError
from support import mini
from support.mini import TEXT, WHOLE, array, edited, enum, obj, operation, parameter, ref
from support.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from support.mini import Json

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
FILTER = f"{APPS}/parameters/0"
JSON = "responses/200/content/application~1json/schema/$ref"


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    return Program(tmp_path, monkeypatch, capsys)


def test_the_document_itself_is_accepted() -> None:
    assert len(mini.analysed(SPEC).operations) == 5


def deep(levels: int) -> Json:
    schema = TEXT
    for _ in range(levels):
        schema = array(schema)
    return schema


# (what is put where, the message, the pointer where it is another)
OPERATIONS: list[tuple[str, Any, str, str]] = [
    (f"{APPS}/operationId", "apps_listInstances", "an unknown kind: 'listInstances'", ""),
    (f"{APPS}/operationId", "apps", "an unknown kind: 'apps'", ""),
    (f"{APPS}/operationId", "apps_getInstance", "method and path say getCollection", ""),
    (
        "/paths/~1v1~1apps~1{id}~1builds/get/operationId",
        "apps_builds_getToOneRelated",
        "says getToOneRelated, method and path say getToManyRelated",
        "",
    ),
    (f"{APPS}/operationId", None, "expected a member 'operationId'", APPS),
    (f"{APPS}/operationId", 7, "expected text, found int", ""),
    (f"{APPS}/callbacks", {}, "does not know 'callbacks' here", ""),
    ("/paths/~1v1~1apps/put", operation("apps_put"), "does not know 'put' here", ""),
    ("/paths/~1v1~1apps/$ref", "#/x", "does not know '$ref' here", ""),
    (
        "/paths/~1v1~1apps/delete",
        operation("apps_deleteInstance", status=204),
        "an unknown kind: DELETE on this path",
        "",
    ),
    ("/paths/~1v1~1apps~1{id}/post", operation("a_createInstance"), "unknown kind: POST", ""),
    ("/paths/~1v1~1apps~1{id}~1builds/patch", operation("a_getMetrics"), "unknown kind: PATCH", ""),
    ("/paths/~1v1~1apps~1{id}~1actions~1run", {}, "none of the forms", ""),
    ("/paths/~1v1~1apps~1{name}", {}, "none of the forms", ""),
    ("/paths/~1v1~1apps~1{id}~1builds~1{id}", {}, "none of the forms", ""),
    ("/paths/~1apps", {}, "none of the forms", ""),
    ("/paths/~1v1~1a..b", {}, "none of the forms", ""),
    (
        "/paths/~1v1~1apps~1{id}~1relationships",
        {"get": operation("a_getInstance", "AppResponse")},
        "unknown kind: GET",
        "/paths/~1v1~1apps~1{id}~1relationships/get",
    ),
    (
        "/paths/~1v1~1apps~1{id}/parameters/0/name",
        "other",
        "path parameters other than id",
        "/paths/~1v1~1apps~1{id}/parameters",
    ),
    (f"{APPS}/responses", {}, "without a success answer", ""),
    (f"{APPS}/responses/default", {}, "'default' is no HTTP status", ""),
    (f"{APPS}/{JSON}", "#/components/schemas/Kind", "Kind is no JSON:API document", "…json"),
    (f"{APPS}/responses/200/content/text~1 x", {"schema": ref("csv")}, "is no media type", ""),
    (
        "/paths/~1v1~1apps/post/requestBody/content/text~1csv",
        {"schema": ref("csv")},
        "only JSON request bodies",
        "",
    ),
    (
        "/paths/~1v1~1apps/post/requestBody/content/application~1json/schema",
        ref("AppResponse"),
        "AppResponse is no request",
        "/paths/~1v1~1apps/post",
    ),
    (
        "/paths/~1v1~1apps~1{id}~1codes/get/responses/200/content",
        {"application/pdf": {"schema": ref("csv")}},
        "answers of type application/pdf are not known",
        "/paths/~1v1~1apps~1{id}~1codes/get",
    ),
]
REFERENCES: list[tuple[str, Any, str, str]] = [
    (f"{APPS}/{JSON}", "#/components/schemas/Gone", "no schema 'Gone'", "…schema"),
    (f"{APPS}/{JSON}", "https://evil.example/x.json#/A", "only references to #/comp", ""),
    (f"{APPS}/{JSON}", "#/components/responses/A", "only references to #/components/sch", ""),
    (f"{APPS}/{JSON}", "#/components/schemas/../../x", "only references to", ""),
    (f"{APP}/kind", ref("Gone"), "no schema 'Gone'", "/components/schemas/App"),
    (
        f"{APP}/kind",
        ref("Build"),
        "Build is used as something it is not",
        "/components/schemas/App",
    ),
    (
        "/components/schemas/AppResponse/properties/data",
        ref("Kind"),
        "Kind is used as something it is not",
        "/components/schemas/AppResponse",
    ),
    (
        "/components/schemas/AppResponse/properties/included/items/oneOf/0",
        ref("BuildResponse"),
        "BuildResponse is used as",
        "/components/schemas/AppResponse",
    ),
    (
        "/components/schemas/AppResponse/properties/included/items/oneOf/0",
        TEXT,
        "included resources are references",
        "",
    ),
    (
        "/components/schemas/AppCreateRequest/properties/included/items/oneOf/0",
        ref("Build"),
        "Build is used as",
        "/components/schemas/AppCreateRequest",
    ),
    (
        "/components/schemas/UsagesV1MetricResponse/properties/data/items/properties/count",
        ref("App"),
        "App is used as",
        "/components/schemas/UsagesV1MetricResponse",
    ),
]
PARAMETERS: list[tuple[str, Any, str, str]] = [
    (f"{FILTER}/explode", True, "an exploded array was never used", ""),
    (f"{FILTER}/explode", None, "an exploded array was never used", FILTER),
    (f"{FILTER}/in", "header", "a parameter in 'header' was never used", ""),
    (f"{FILTER}/style", "deepObject", "style 'deepObject' was never used", ""),
    (f"{FILTER}/allowReserved", True, "does not know 'allowReserved'", ""),
    (f"{FILTER}/name", "page[size]", "of no known family", ""),
    (f"{FILTER}/name", "filter[a][b]", "not a parameter this API could use", ""),
    (f"{APPS}/parameters/1/name", "filter[name]", "'filter[name]' occurs twice", "…/1"),
    (f"{FILTER}/schema/type", "object", "a parameter of type 'object' was never used", ""),
    (f"{FILTER}/schema/items/type", "integer", "arrays of anything but strings", ""),
    (f"{FILTER}/schema/$ref", "#/components/schemas/Kind", "does not know '$ref'", ""),
    (f"{APPS}/parameters/1/schema/maximum", None, "a limit without a maximum", "…schema"),
    (f"{APPS}/parameters/1/schema/maximum", 0, "expected a positive whole number", ""),
    (f"{APPS}/parameters/1/required", True, "this family was never required", ""),
]
SCHEMAS: list[tuple[str, Any, str, str]] = [
    (f"{APP}/name", {"allOf": [TEXT]}, "does not know 'allOf' here", f"{APP}/name/allOf"),
    (f"{APP}/name/type", "null", "unknown type 'null'", ""),
    (f"{APP}/name/type", ["string"], "expected text, found list", ""),
    (f"{APP}/name/nullable", "yes", "expected true or false", ""),
    (f"{APP}/name", {"type": "integer", "enum": ["1"]}, "only enumerations of strings", ""),
    (f"{APP}/name", [], "expected an object, found list", ""),
    (f"{APP}/name", deep(50), "nested deeper than 40", f"{APP}/name{'/items' * 40}"),
    (f"{APP}/plan/properties/days", {"type": "array"}, "expected a member 'items'", ""),
    (
        "/components/schemas/App/properties/type",
        enum("apps", "builds"),
        "App is used as something it is not",
        "/components/schemas/AppResponse",
    ),
    ("/components/schemas/App/properties/meta", {}, "does not know 'meta' here", ""),
    (
        "/components/schemas/App/properties/relationships/properties/builds/properties/errors",
        {},
        "does not know 'errors' here",
        "",
    ),
    (
        "/components/schemas/AppsResponse/properties/data/items",
        TEXT,
        "expected a member 'properties'",
        "",
    ),
]


CASES = [*OPERATIONS, *REFERENCES, *PARAMETERS, *SCHEMAS]


@pytest.mark.parametrize(
    ("place", "value", "message", "pointer"),
    CASES,
    ids=[message for _, _, message, _ in CASES],
)
def test_what_is_not_of_the_grammar_is_refused_where_it_stands(
    program: Program, place: str, value: Any, message: str, pointer: str
) -> None:
    line = program.refusal(edited(SPEC, place, value))
    assert message in line
    expected = pointer or place
    if expected.startswith("…"):
        assert line.endswith(f"{expected[1:]})")
    else:
        assert line.endswith(f" (at {expected})")


def test_names_of_nested_objects_do_not_grow_without_end(program: Program) -> None:
    plan = obj({"a" * 100: obj({"b" * 100: obj({"c" * 100: enum("A")})})})
    line = program.refusal(edited(SPEC, f"{APP}/plan", plan))
    assert "no Python name can be made of 'AppPlanAaaa" in line


def test_more_schemas_than_any_api_has_are_refused(program: Program) -> None:
    schemas = {f"Text{number}": TEXT for number in range(20_001)}
    line = program.refusal(edited(SPEC, "/components/schemas", schemas))
    assert line.endswith("more than 20000 schemas is not supported (at /components/schemas)")


def test_more_operations_than_any_api_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = operation("apps_getCollection", media={"text/csv": "csv"})
    spec = mini.spec({f"GET /v1/apps{number}": lists for number in range(5)}, {"csv": TEXT})
    monkeypatch.setattr("ascgen.analyze.LARGEST", 5)
    assert len(mini.analysed(spec).operations) == 5
    monkeypatch.setattr("ascgen.analyze.LARGEST", 4)
    with pytest.raises(SpecError, match="more than 4 operations") as refusal:
        mini.analysed(spec)
    assert refusal.value.pointer == "/paths"
