"""Requests that no client of ours makes: all are answered as the API would, and none with 5xx."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from app_store_connect.simulator import Simulator
from app_store_connect.simulator.messages import Answer, Incoming
from app_store_connect.simulator.registry import book
from ascgen.model import RequestSchema
from support.team import owner, sample
from support.whole_api import rendered_api

if TYPE_CHECKING:
    from ascgen.model import Operation

APP = "6100000001"
# The key is the same for every simulator.
TOKEN = f"Bearer {Simulator().token()}"
HOST = "https://api.appstoreconnect.apple.com"


@pytest.fixture(scope="module")
def demo() -> Simulator:
    return Simulator("demo", requests_per_hour=None)


def ask(
    simulator: Simulator, method: str, target: str, body: bytes = b"", **headers: str
) -> Answer:
    path, _, query = target.partition("?")
    given = {
        "authorization": TOKEN,
        "content-type": "application/json",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return simulator.answer(Incoming(method, path, query, given, body, HOST))


def codes(answer: Answer) -> list[str]:
    return [error["code"] for error in json.loads(answer.body)["errors"]]


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/v1/apps?filter%5BbundleId%5D=com.example.trails", 200, ""),
        ("/v1/apps?&&", 200, ""),
        ("/v1/apps?filter[name]=%ff", 200, ""),
        ("/v1/apps?limit=0", 400, "PARAMETER_ERROR.INVALID"),
        ("/v1/apps?limit=1e2", 400, "PARAMETER_ERROR.INVALID"),
        ("/v1/apps?limit=99999999999999999999", 400, "PARAMETER_ERROR.INVALID"),
        ("/v1/apps?limit=1&limit=2", 400, "PARAMETER_ERROR.DUPLICATE"),
        ("/v1/apps?filter[name]=a&filter%5Bname%5D=b", 400, "PARAMETER_ERROR.DUPLICATE"),
        ("/v1/apps?=x", 400, "PARAMETER_ERROR.ILLEGAL"),
        ("/v1/apps?cursor=%ff", 400, "PARAMETER_ERROR.INVALID"),
        ("/v1/apps?cursor=e30", 400, "PARAMETER_ERROR.INVALID"),
        ("/v1/apps/", 404, "PATH_ERROR"),
        ("//v1/apps", 404, "PATH_ERROR"),
        ("", 404, "PATH_ERROR"),
        (f"/v1/apps/{APP}/", 404, "PATH_ERROR"),
        ("/v1/apps/%2e%2e", 404, "NOT_FOUND"),
        ("/v1/apps/%00%ff", 404, "NOT_FOUND"),
    ],
)
def test_odd_addresses(demo: Simulator, target: str, status: int, code: str) -> None:
    answer = ask(demo, "GET", target)
    assert answer.status == status
    assert not code or codes(answer) == [code]


def test_a_path_that_goes_on_too_far_is_refused_by_the_part_that_is_too_much(
    demo: Simulator,
) -> None:
    answer = ask(demo, "GET", f"/v1/apps/{APP}/relationships/nothing")
    assert b"'nothing' does not exist" in answer.body


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "TRACE", "MADE-UP"])
def test_methods_that_the_api_does_not_have(demo: Simulator, method: str) -> None:
    assert codes(ask(demo, method, "/v1/apps")) == ["FORBIDDEN_ERROR"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("application/*;q=0.8", 200),
        ("application/vnd.api+json", 200),
        ("text/html, application/json", 200),
        ("text/html", 406),
    ],
)
def test_media_types_that_are_asked_for(demo: Simulator, accept: str, status: int) -> None:
    assert ask(demo, "GET", "/v1/apps", accept=accept).status == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"\x1f\x8b\x08", 400),
        (b'{"data": NaN}', 400),
        (b'{"data": 1e999}', 400),
        (b'{"data": "\\ud800"}', 400),
        (b'{"data": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'{"data": []}', 422),
        (b'{"data": {"type": ["betaGroups"]}}', 422),
        (b'{"data": {"type": "betaGroups", "attributes": []}}', 422),
        (b'{"data": {"type": "betaGroups", "relationships": {"app": {"data": null}}}}', 422),
    ],
)
@pytest.mark.parametrize("strict", [True, False], ids=["strict", "lenient"])
def test_odd_bodies(body: bytes, status: int, *, strict: bool) -> None:
    simulator = Simulator(strict=strict)
    assert ask(simulator, "POST", "/v1/betaGroups", body).status == status
    assert len(simulator.requests) == 1


def test_a_file_of_any_size_is_reserved(demo: Simulator) -> None:
    before = demo.checkpoint()
    localization = demo.world.all("appStoreVersionLocalizations")[0].id
    screenshot_set = demo.add(
        "appScreenshotSets",
        screenshot_display_type="APP_IPHONE_67",
        app_store_version_localization=localization,
    ).id
    data = {
        "type": "appScreenshots",
        "attributes": {"fileName": "1.png", "fileSize": 10**18},
        "relationships": {
            "appScreenshotSet": {"data": {"type": "appScreenshotSets", "id": screenshot_set}}
        },
    }
    answer = ask(demo, "POST", "/v1/appScreenshots", json.dumps({"data": data}).encode())
    demo.restore(before)
    parts = json.loads(answer.body)["data"]["attributes"]["uploadOperations"]
    parts.sort(key=lambda part: part["offset"])
    ends = [part["offset"] + part["length"] for part in parts]
    assert [part["offset"] for part in parts] == [0, *ends[:-1]]
    assert ends[-1] == 10**18


@pytest.mark.parametrize("name", ["", "/", "/0", "/0&x=1", "/-1", "/1", "/0/0", "/%ff"])
@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "POST", "DELETE"])
def test_files_that_nobody_asked_for_are_not_taken(
    simulator: Simulator, method: str, name: str
) -> None:
    shot = simulator.add("appScreenshots", file_name="1.png", file_size=4)
    address, _, signed = shot.upload_operations[0].url.partition("?")
    store, path = address.removesuffix("/0").split("/simulator/")
    wanted = f"/simulator/{path}{name}"
    answer = simulator.answer(Incoming(method, wanted, signed, {}, b"1234", store))
    assert answer.status == (200 if name == "/0" and method == "PUT" else 404)


def ruled(operation: Operation) -> bool:
    """Whether any rule is asked about what an operation does."""
    request = rendered_api().schemas.get(operation.request or "")
    moments = ("before", "instead", "after")
    return isinstance(request, RequestSchema) and (
        any(book().hooks(moment, operation.id) for moment in moments)
        or bool(book().hooks("born", request.type))
    )


def test_no_rule_stumbles_over_what_leniency_lets_through() -> None:
    simulator = Simulator("demo", strict=False, requests_per_hour=None)
    for operation in filter(ruled, rendered_api().operations):
        if operation.method != "DELETE":
            _ask_oddly(simulator, operation)


def _ask_oddly(simulator: Simulator, operation: Operation) -> None:
    """Ask an operation with one attribute after the other that it cannot expect."""
    request = rendered_api().schemas[operation.request or ""]
    assert isinstance(request, RequestSchema)
    before = simulator.checkpoint()
    data: dict[str, Any] = {"type": request.type}
    path = operation.path
    if "{id}" in path:
        data["id"] = _id(simulator, owner(operation))
        path = path.replace("{id}", quote(data["id"], safe=""))
    data["attributes"] = {x.name: sample(x, 7) for x in request.attributes if x.required}
    data["relationships"] = {
        x.name: {"data": [one] if x.many else one}
        for x in request.relationships
        if x.required and x.type
        for one in [{"type": x.type, "id": _id(simulator, x.type)}]
    }
    for name in ["", *(x.name for x in request.attributes)]:
        for odd in ("x", [None], None) if name else (None,):
            body = deepcopy(data)
            if name:
                body["attributes"][name] = odd
            answer = ask(simulator, operation.method, path, json.dumps({"data": body}).encode())
            assert answer.status < 500, f"{operation.id} {name}={odd}"
            if answer.status < 400:
                simulator.restore(before)


def _id(simulator: Simulator, kind: str) -> str:
    found = simulator.world.all(kind)
    return found[0].id if found else str(simulator.add(kind).id)


@pytest.mark.parametrize("kind", [["appPrices"], None, {}, "nothing"], ids=str)
def test_what_is_created_along_has_a_type_that_can_be(demo: Simulator, kind: Any) -> None:
    body = {"data": {"type": "appPriceSchedules"}, "included": [{"type": kind, "id": "${a}"}]}
    answer = ask(demo, "POST", "/v1/appPriceSchedules", json.dumps(body).encode())
    assert answer.status == 422
    assert b"'included[0].type'" in answer.body


def test_what_is_created_along_goes_where_its_type_belongs(demo: Simulator) -> None:
    schemas = rendered_api().schemas
    for operation in rendered_api().operations:
        request = schemas.get(operation.request or "")
        if (
            not isinstance(request, RequestSchema)
            or not request.included
            or "{id}" in operation.path
        ):
            continue
        one = {"id": "${a}"}
        related = {
            x.name: {"data": [{**one, "type": x.type}] if x.many else {**one, "type": x.type}}
            for x in request.relationships
        }
        for name in request.included:
            inline = schemas[name]
            assert isinstance(inline, RequestSchema)
            strangers = [x.name for x in request.relationships if x.type != inline.type]
            body = {
                "data": {"type": request.type, "attributes": {}, "relationships": related},
                "included": [{"type": inline.type, "id": "${a}"}],
            }
            answer = ask(demo, operation.method, operation.path, json.dumps(body).encode())
            pointers = [
                x.get("source", {}).get("pointer") for x in json.loads(answer.body)["errors"]
            ]
            assert answer.status == 409, operation.id
            assert {f"/data/relationships/{x}" for x in strangers} <= set(pointers), operation.id


@pytest.mark.parametrize("email", ["", "ann", "ann@", "@example.com", "ann @example.com"])
def test_an_address_of_email_has_the_form_of_one(email: str) -> None:
    data = {"type": "betaTesters", "attributes": {"email": email}}
    body = json.dumps({"data": data}).encode()
    answer = ask(Simulator(), "POST", "/v1/betaTesters", body)
    assert json.loads(answer.body)["errors"][0]["source"]["pointer"] == "/data/attributes/email"
    assert ask(Simulator(strict=False), "POST", "/v1/betaTesters", body).status == 201
