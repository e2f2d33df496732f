from __future__ import annotations

import pytest

from app_store_connect._runtime.messages.request import Request
from app_store_connect._runtime.messages.response import Headers, Response, TransportFailure
from support.copies import copies


def response(*lines: tuple[str, str]) -> Response:
    return Response(200, Headers(lines), b"{}", "GET", "https://a/v1/apps?x=…")


def test_headers_are_found_in_any_case_and_joined() -> None:
    headers = Headers([("X-Rate-Limit", "a:1"), ("x-rate-limit", "b:2"), ("ETag", "e")])
    assert headers["x-RATE-limit"] == "a:1, b:2"
    assert dict(headers) == {"x-rate-limit": "a:1, b:2", "etag": "e"}
    assert "etag" in headers
    assert len(headers) == 2
    with pytest.raises(KeyError):
        headers["none"]
    with pytest.raises(TypeError):
        headers["etag"] = "x"  # type: ignore[index]


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", "application/json"),
        ("application/json;", "application/json"),
        ("Application/JSON ; charset=utf-8", "application/json"),
        ("application/vnd.api+json", "application/vnd.api+json"),
        ("", None),
        (" ; charset=x", None),
    ],
)
def test_the_media_type_is_read_leniently(content_type: str, expected: str | None) -> None:
    assert response(("Content-Type", content_type)).media_type == expected
    assert response().media_type is None


def test_the_request_id_has_several_names_and_an_order() -> None:
    lines = [("x-apple-request-uuid", "3"), ("X-Apple-Jingle-Correlation-Key", "2")]
    assert response().request_id is None
    assert response(lines[0]).request_id == "3"
    assert response(*lines).request_id == "2"
    assert response(*lines, ("x-request-id", "1")).request_id == "1"
    assert response(*lines, ("x-request-id", " ")).request_id == "2"


def test_the_values_are_frozen_and_survive_pickle_and_copy() -> None:
    for value in (
        Request("POST", "/v1/apps", (("a", "b"),), b"{}", timeout=3.0),
        response(("ETag", "x")),
        TransportFailure("sent", "why"),
    ):
        assert copies(value) == (value, value, value)
        with pytest.raises(AttributeError):
            setattr(value, value.__struct_fields__[0], "x")


def test_neither_bodies_nor_queries_nor_header_values_are_shown() -> None:
    request = Request("POST", "/v1/apps?cursor=SECRET", (("a", "SECRET"),), b"SECRET")
    answer = Response(200, Headers([("location", "SECRET")]), b"SECRET", "GET", "/v1?x=SECRET")
    assert repr(request) == "<Request POST /v1/apps, 6 bytes>"
    assert repr(answer) == "<Response 200 GET /v1, 6 bytes>"
    assert "SECRET" not in f"{answer.headers!r}"


def test_only_get_and_head_are_reads() -> None:
    reads = [
        m for m in ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE") if Request(m, "/").is_read
    ]
    assert reads == ["GET", "HEAD"]
