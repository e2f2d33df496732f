"""What no client can be made of stops the generation, with the place in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ascgen.errors import SpecError
from support import mini
from support.mini import TEXT, array, edited, enum, obj, operation
from support.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from support.mini import Json

SPEC = mini.spec(
    {"GET /v1/apps": operation("apps_getCollection", "AppsResponse")},
    mini.resource("App", "apps", {"name": TEXT, "plan": obj({"days": TEXT})}),
)
APPS = "/paths/~1v1~1apps/get"
APP = "/components/schemas/App/properties/attributes/properties"


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    return Program(tmp_path, monkeypatch, capsys)


def test_the_document_itself_is_accepted() -> None:
    assert len(mini.analysed(SPEC).operations) == 1


def deep(levels: int) -> Json:
    schema = TEXT
    for _ in range(levels):
        schema = array(schema)
    return schema


# (what is put where, the message, the pointer where it is another)
CASES: list[tuple[str, Any, str, str]] = [
    ("/paths", {}, "there are no paths", ""),
    ("/paths", {"/v1/apps": {}}, "no operation here that this program knows", ""),
    ("/paths", {"/v1/apps/{id}/a/b/c": {"get": {}}}, "no operation here", ""),
    ("/paths/~1v1~1a..b", {}, "'/v1/a..b' is not text that an API could use", ""),
    ("/info/title", "App 'Store\n", "is not a title", ""),
    ("/servers", [], "expected text", ""),
    ("/servers/0/url", "ftp://a.example", "expected the https origin of the API", ""),
    ("/openapi", "2.0", "only 3 is understood", ""),
    (f"{APP}/name", deep(50), "nested deeper than 40", f"{APP}/name{'/items' * 40}"),
    (f"{APP}/name", enum("A", 'b"'), "is not text that an API could use", f"{APP}/name/enum/1"),
    (f"{APPS}/operationId", "a`b", "is not text that an API could use", ""),
]


@pytest.mark.parametrize(
    ("place", "value", "message", "pointer"), CASES, ids=[message for _, _, message, _ in CASES]
)
def test_what_nothing_can_be_made_of_is_refused_where_it_stands(
    program: Program, place: str, value: Any, message: str, pointer: str
) -> None:
    line = program.refusal(edited(SPEC, place, value))
    assert message in line
    assert line.endswith(f" (at {pointer or place})")


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
