"""Documents of the wrong structure: another type anywhere, circles, depth, numbers, addresses."""

from __future__ import annotations

import builtins
import io
import json
import os
import socket
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ascgen.analyze import analyze
from ascgen.documents.document import parse_document
from ascgen.errors import AscgenError, SpecError
from support import mini, specs
from support.hostile import (
    TEXTS,
    VALUES,
    changed,
    check_refusal,
    doubled,
    facts_of,
    judged,
    places,
    thorough,
    without,
)
from support.hostile_spec import RICH
from support.mini import TEXT, array, enum, obj, operation, parameter, ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from ascgen.model import ApiModel
    from support.hostile import Json, Place

PLACES = [place for place in places(RICH) if place]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(TEXTS[:40]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "enum", "$ref", "items", "properties", "a"]), inner),
    max_leaves=6,
)  # fmt: skip


@thorough(100)
@given(st.sampled_from(PLACES), st.sampled_from(VALUES) | json_values)
@example(("servers",), "https")
@example(("servers", 0), ["x"])
def test_another_value_anywhere(place: Place, value: Any) -> None:
    judged(changed(RICH, place, value))


@thorough(40)
@given(st.sampled_from(PLACES))
def test_nothing_where_something_was(place: Place) -> None:
    judged(without(RICH, place))


@thorough(30)
@given(st.sampled_from(PLACES))
def test_something_twice(place: Place) -> None:
    judged(doubled(RICH, place, "another"))


@pytest.mark.parametrize(
    ("name", "examples"), [(specs.NEWEST, 8), (specs.UNMENDED, 8), (specs.ENTERPRISE, 80)]
)
def test_apples_own_documents_with_something_else_in_them(name: str, examples: int) -> None:
    data = specs.document(name).data
    found = [place for place in places(data) if place]

    @thorough(examples)
    @given(st.sampled_from(found), st.sampled_from(VALUES) | st.sampled_from(TEXTS))
    def mutated(place: Place, value: Any) -> None:
        with_other = _replaced(data, place, value)
        try:
            analyze(with_other, product="app-store-connect", sha256="0" * 64)
        except AscgenError as error:
            check_refusal(error)

    mutated()


def _replaced(node: Any, place: Place, value: Any) -> Any:
    """The document with something else at a place, sharing all the rest."""
    if not place:
        return value
    copy = node.copy()
    copy[place[0]] = _replaced(node[place[0]], place[1:], value)
    return copy


ATTRIBUTES = ("components", "schemas", "App", "properties", "attributes", "properties")
LIMIT = ("paths", "/v1/apps", "get", "parameters", 11, "schema", "maximum")


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize("levels", [*range(850, 1000, 10), 10_000, 100_000])
@pytest.mark.parametrize("where", ["in", "style", "name", "type", "x-deep"])
def test_depth_is_an_error_or_nothing(where: str, levels: int) -> None:
    """Decoders have a limit of their own, and what passes it must not be too much for others."""
    deep = json.dumps(changed(RICH, ("paths", "/v1/apps", "get", "parameters", 0, where), "DEEP"))
    content = deep.encode().replace(b'"DEEP"', nested(levels))
    try:
        _analysed(content)
    except SpecError as error:
        check_refusal(error)
    else:
        # What is only not known is left out.
        assert levels < 1000


@pytest.mark.parametrize(
    "number",
    [
        *("0", "-0", "-1", "1.5", "1e2", "-0.0", "true", "1e999", "NaN", "Infinity", "9" * 5000),
        *(str(2**31), str(2**63), str(2**64), "1" + "0" * 400, '"1"', "[]"),
    ],
)
def test_numbers_out_of_range(number: str) -> None:
    content = json.dumps(changed(RICH, LIMIT, "NUMBER")).encode()
    try:
        api = _analysed(content.replace(b'"NUMBER"', number.encode()))
    except SpecError as error:
        check_refusal(error)
    else:
        told = [item.what for item in api.omissions]
        assert "expected a positive whole number up to 2147483647" in told


def _analysed(content: bytes) -> ApiModel:
    document = parse_document(content, origin="content")
    return analyze(document.data, product=document.product, sha256=document.sha256)


@pytest.mark.parametrize("member", ["minLength", "maxLength", "minimum", "maximum", "minItems"])
def test_bounds_of_values_are_the_servers_to_check(member: str) -> None:
    for number in (-1, 2**64, 10**400, 1e300, True, None, "x"):
        assert judged(changed(RICH, (*ATTRIBUTES, "name"), {**TEXT, member: number}))


REFERENCES = (
    "http://127.0.0.1:1/x.json", "https://example.com/x.json#/components/schemas/Kind",
    "file:///etc/passwd", "../x.json#/Kind", "x.json", "/etc/passwd", "//example.com/x", "", "#",
    "#/", "#/paths/~1v1~1apps", "#/components/schemas/", "#/components/schemas/Kind/enum",
    "#/components/schemas/../schemas/Kind", "#/components/schemas/%4bind", "#/components/schemas/~",
    "#components/schemas/Kind", " #/components/schemas/Kind", "Kind", "data:,x",
)  # fmt: skip


@pytest.mark.parametrize("reference", REFERENCES)
def test_references_are_never_followed_out_of_the_document(
    monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    def refuse(*arguments: Any, **options: Any) -> NoReturn:
        raise AssertionError(f"opened {arguments}")

    for module, name in (
        (builtins, "open"), (io, "open"), (os, "open"), (socket, "socket"),
        (socket, "create_connection"), (socket, "getaddrinfo"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, refuse)
    for place in (
        (*ATTRIBUTES, "kind"),
        ("components", "schemas", "AppResponse", "properties", "data"),
        ("paths", "/v1/apps", "post", "requestBody", "content", "application/json", "schema"),
    ):
        found = facts_of(changed(RICH, place, {"$ref": reference}))
        assert found is None or found.omissions


def circle(length: int) -> Json:
    return {f"C{i}": array(ref(f"C{(i + 1) % length}")) for i in range(length)}


def doubling(levels: int) -> Json:
    """A type that is two of the next, and so on: 2 to the power of the levels."""
    two = {
        f"D{i}": array(obj({"a": ref(f"D{i + 1}"), "b": ref(f"D{i + 1}")})) for i in range(levels)
    }
    return {**two, f"D{levels}": TEXT}


def listing(*query: Json, attributes: Json | None = None) -> Json:
    return mini.spec(
        {"GET /v1/apps": operation("apps_getCollection", "AppsResponse", *query)},
        mini.resource("App", "apps", attributes),
    )


def with_schemas(schemas: Json, attribute: Json) -> Json:
    spec = listing(attributes={"a": attribute})
    spec["components"]["schemas"] |= schemas
    return spec


@pytest.mark.parametrize(
    ("spec", "said", "pointer"),
    [
        (with_schemas(doubling(14), ref("D0")), "more than 200000 types", "D"),
        (with_schemas(doubling(40), ref("D0")), "nested deeper", "D"),
        (
            with_schemas({f"B{i}": mini.members("builds") for i in range(50)}, TEXT),
            "more than 20 schemas of the type 'builds'",
            "B20",
        ),
        (
            with_schemas(
                {f"B{i}": mini.members(f"b{i}") for i in range(300)}
                | {"R": mini.document(ref("App"), [f"B{i}" for i in range(300)])},
                TEXT,
            ),
            "includes more than 200 schemas",
            "R",
        ),
    ],
    ids=["doubling", "deep doubling", "one type", "included"],
)
def test_what_a_few_lines_could_multiply_is_refused(spec: Json, said: str, pointer: str) -> None:
    with pytest.raises(SpecError, match=said) as caught:
        mini.analysed(spec)
    assert caught.value.pointer.startswith(f"/components/schemas/{pointer}")


@pytest.mark.parametrize("length", [1, 20, 9000])
def test_types_that_are_made_of_themselves_are_any_value(length: int) -> None:
    api = mini.analysed(with_schemas(circle(length), ref("C0")))
    assert [item.what for item in api.omissions] == [f"C{i} leads to itself" for i in range(length)]


def cross(levels: int) -> Json:
    """Two objects whose members are two of the next, and are put together with each other."""
    pairs = {
        f"{side}{i}": obj({"a": ref(f"{side}{i + 1}"), "b": ref(f"{side}{i + 1}"), side: TEXT})
        for side in "XY"
        for i in range(levels)
    }
    return {**pairs, f"X{levels}": obj({"x": TEXT}), f"Y{levels}": obj({"y": TEXT})}


@pytest.mark.parametrize("levels", [4, 12, 16, 60])
@pytest.mark.parametrize("word", ["allOf", "oneOf", "anyOf"])
def test_objects_put_together_do_not_multiply(word: str, levels: int) -> None:
    spec = with_schemas(cross(levels), {word: [ref("X0"), ref("Y0")]})
    found = facts_of(spec)
    assert found is None or levels < 16 or found.omissions


@pytest.mark.parametrize("word", ["allOf", "oneOf", "anyOf"])
def test_what_is_put_together_of_itself_ends(word: str) -> None:
    loops = {
        "L0": {word: [ref("L1"), obj({"a": TEXT})]},
        "L1": {word: [ref("L0"), obj({"b": ref("L0")})]},
        "Tree": {word: [obj({"left": ref("Tree")}), obj({"right": ref("Tree"), "left": TEXT})]},
    }
    for name in loops:
        assert judged(with_schemas(loops, ref(name)))
        assert judged(with_schemas(loops, {word: [ref(name), obj({"c": ref(name)})]}))


def test_objects_may_lead_to_themselves() -> None:
    spec = with_schemas({"One": obj({"more": ref("Two")}), "Two": obj({"back": array(ref("One"))})},
                        ref("One"))  # fmt: skip
    assert judged(spec)


MANY: dict[str, Callable[[int], Json]] = {
    "schemas": lambda n: with_schemas({f"E{i}": enum("A") for i in range(n)}, TEXT),
    "values": lambda n: with_schemas({"E": enum(*(f"V{i}" for i in range(n)))}, ref("E")),
    "plain schemas": lambda n: with_schemas(
        {"Q": TEXT, **{f"P{i}": array(ref("Q")) for i in range(n)}}, ref("P0")),
    "required members": lambda n: with_schemas(
        {"O": obj({f"a{i}": TEXT for i in range(n)}, [f"a{i}" for i in range(n)])}, ref("O")),
    "parameters": lambda n: listing(*(parameter(f"filter[a{i}]") for i in range(n))),
    "fieldsets": lambda n: mini.spec(
        {f"GET /v1/a{i}": operation("a_getCollection", "AppsResponse",
                                    parameter("fields[apps]", array(enum(f"v{i}"))))
         for i in range(n)},
        mini.resource("App", "apps")),
}  # fmt: skip


@pytest.mark.parametrize("many", MANY.values(), ids=list(MANY))
def test_work_grows_with_the_document_and_no_faster(many: Callable[[int], Json]) -> None:
    """Counted in steps of the interpreter, which are the same on a busy machine."""
    few, more = (_steps(mini.analysed, many(count)) for count in (200, 1600))
    assert more < 8 * few * 1.5


def _steps(function: Callable[[Json], object], spec: Json) -> int:
    """How many lines run."""
    lines = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(spec)
    finally:
        sys.settrace(before)
    return lines
