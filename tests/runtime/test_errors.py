from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest

from app_store_connect import reports, uploads, webhooks
from app_store_connect._runtime.messages import errors
from app_store_connect._runtime.messages.errors import (
    AgreementMissingError,
    AmbiguousWriteError,
    ApiError,
    AppStoreConnectError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ConnectionFailedError,
    DecodeError,
    GoneError,
    NoResultError,
    NotFoundError,
    NotInPublicApiError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    UnprocessableError,
    error_from,
)
from app_store_connect._runtime.messages.response import Headers, Response, TransportFailure
from support.copies import copies

SUBMISSION = {
    "errors": [
        {
            "id": "1",
            "status": "409",
            "code": "STATE_ERROR.ENTITY_STATE_INVALID",
            "title": "The version is not in a valid state",
            "detail": "See below.",
            "source": {"pointer": "/data/relationships/appStoreVersion"},
            "links": {"associated": {"href": "/v1/x", "meta": {"source": "y"}}, "about": "/z"},
            "meta": {
                "previousBundleVersion": "7",
                "associatedErrors": {
                    "/v1/appScreenshots/": [
                        {
                            "code": "STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPHONE_65",
                            "title": "App screenshot missing.",
                        }
                    ],
                    "/v1/builds/5": [
                        {
                            "code": "ENTITY_ERROR.ATTRIBUTE.REQUIRED",
                            "detail": "You must provide 'usesNonExemptEncryption'.",
                            "source": {"pointer": "/data/attributes/usesNonExemptEncryption"},
                        }
                    ],
                },
            },
        },
        {
            "code": "PARAMETER_ERROR.INVALID",
            "title": "A parameter has an invalid value",
            "detail": "'x' is not a valid sort",
            "source": {"parameter": "sort"},
            "links": {"see": "/business"},
        },
    ]
}


def answer(status: int, body: Any = b"", **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [(name.replace("_", "-"), value) for name, value in headers.items()]
    url = "https://api.example.com/v1/reviewSubmissions?cursor=abc"
    return Response(status, Headers(lines), content, "POST", url)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (410, GoneError),
        (422, UnprocessableError),
        (429, RateLimitError),
        (500, ServerError),
        (503, ServerError),
        (599, ServerError),
        (302, ApiError),
        (405, ApiError),
        (418, ApiError),
        (600, ApiError),
    ],
)
def test_a_status_has_its_class(status: int, kind: type[ApiError]) -> None:
    error = error_from(answer(status))
    assert type(error) is kind
    assert error.status == status


def test_the_text_of_an_error_tells_everything() -> None:
    error = error_from(answer(409, SUBMISSION, x_request_id="OXY7"))
    assert str(error).splitlines() == [
        "409 for POST /v1/reviewSubmissions",
        "  STATE_ERROR.ENTITY_STATE_INVALID: The version is not in a valid state: See below.",
        "    at /data/relationships/appStoreVersion of the request body",
        "    /v1/appScreenshots/",
        "      STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPHONE_65: App screenshot missing.",
        "    /v1/builds/5",
        "      ENTITY_ERROR.ATTRIBUTE.REQUIRED: You must provide 'usesNonExemptEncryption'.",
        "        at /data/attributes/usesNonExemptEncryption of the request body",
        "  PARAMETER_ERROR.INVALID: A parameter has an invalid value: 'x' is not a valid sort",
        "    in query parameter sort",
        "    see /business",
        "  request id OXY7",
    ]


def test_the_parts_of_an_error_are_there_one_by_one() -> None:
    error = error_from(answer(409, SUBMISSION, x_apple_jingle_correlation_key="KEY"))
    first, second = error.errors
    assert (error.method, error.path, error.request_id) == ("POST", "/v1/reviewSubmissions", "KEY")
    assert error.code == first.code == "STATE_ERROR.ENTITY_STATE_INVALID"
    assert (first.id, first.status, first.pointer) == (
        "1",
        "409",
        "/data/relationships/appStoreVersion",
    )
    assert first.links == {"associated": "/v1/x", "about": "/z"}
    assert first.meta == {"previousBundleVersion": "7"}
    assert list(first.associated) == ["/v1/appScreenshots/", "/v1/builds/5"]
    assert second.parameter == "sort"
    assert second.links["see"] == "/business"
    assert json.loads(error.body) == SUBMISSION


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("STATE_ERROR", True),
        ("STATE_ERROR.", True),
        ("STATE_ERROR.ENTITY_STATE_INVALID", True),
        ("STATE_ERROR.SCREENSHOT_REQUIRED", True),  # only in an associated error
        ("ENTITY_ERROR.ATTRIBUTE", True),  # only in the other associated error
        ("PARAMETER_ERROR", True),  # only in the second error
        ("STATE", False),
        ("STATE_ERRORS", False),
        ("STATE_ERROR.ENTITY_STATE_INVALID.MORE", False),
        ("NOT_AUTHORIZED", False),
    ],
)
def test_codes_are_matched_by_prefix_wherever_they_are(prefix: str, found: bool) -> None:  # noqa: FBT001 - a table
    assert error_from(answer(409, SUBMISSION)).has_code(prefix) is found


def test_a_missing_agreement_is_told_apart_from_a_missing_role() -> None:
    code = "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"
    body = {"errors": [{"code": code, "links": {"see": "/agreements"}}]}
    agreement = error_from(answer(403, body))
    role = error_from(answer(403, {"errors": [{"code": "FORBIDDEN_ERROR"}]}))
    assert type(agreement) is AgreementMissingError
    assert isinstance(agreement, PermissionDeniedError)
    assert "Account Holder" in str(agreement)
    assert "see /agreements" in str(agreement)
    assert type(role) is PermissionDeniedError
    assert "Account Holder" not in str(role)
    assert "role" in str(role)


def test_pointers_and_paths_are_quoted_as_they_come() -> None:
    by_path = {"/appStoreVersions/7": [{"code": "STATE_ERROR.X", "detail": "Missing."}]}
    one = {"code": "A", "source": {"pointer": "data/id"}, "meta": {"associatedErrors": by_path}}
    error = error_from(answer(409, {"errors": [one]}))
    assert "at data/id of the request body" in str(error)
    assert "    /appStoreVersions/7\n      STATE_ERROR.X: Missing." in str(error)
    assert error.errors[0].associated.keys() == by_path.keys()


def test_plain_text_is_quoted() -> None:
    error = error_from(answer(406, b"Not Acceptable", content_type="text/plain"))
    assert (type(error), error.errors) == (ApiError, ())
    assert "Not Acceptable" in str(error)


def test_a_refused_key_and_a_used_up_budget_come_with_advice() -> None:
    assert "clock" in str(error_from(answer(401)))
    error = error_from(answer(429, retry_after="17"))
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 17.0
    assert "hour" in str(error)
    assert "wait 17 s" in str(error)
    assert error_from(answer(429)).retry_after is None


DEEP = b'{"errors":' + b"[" * 100_000
NESTED: Any = {"code": "BOTTOM"}
for _ in range(230):
    NESTED = {"code": "A", "meta": {"associatedErrors": {"/p": [NESTED]}}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty body"),
        (b"   \n", "empty body"),
        (
            b"<html><head><style>p{}</style></head><body><h1>502 Bad\nGateway</h1>",
            "502 Bad Gateway",
        ),
        (b'{"errors": [{"code": "STATE_ER', '{"errors": [{"code": "STATE_ER'),
        (b"\xff\xfe\x00", "body"),
        (b'"\xff"', "body"),
        (b'"just text"', "just text"),
        (b"null", "null"),
        (b"[]", "[]"),
        (b"{}", "{}"),
        (b'{"errors": []}', '{"errors": []}'),
        (b'{"errors": null}', '{"errors": null}'),
        (DEEP, "errors"),
        ({"error": "invalid_client"}, "invalid_client"),
        ({"error": {"code": "X", "message": "no luck"}}, "X: no luck"),
        ({"statusCode": "ERROR"}, "ERROR"),
        ({"errors": {"code": "ALONE"}}, "ALONE"),
        ({"errors": ["only text", 7, None, [], {}]}, "only text"),
        ({"errors": [{"status": 409, "code": 17, "title": {}, "detail": []}]}, "17"),
        ({"errors": [{"source": "x", "links": [], "meta": 5}]}, "error without a code"),
        ({"errors": [{"code": "Y", "source": {"pointer": 5}, "links": {"see": {}}}]}, "at 5"),
        ({"errors": [{"code": "Z", "meta": {"associatedErrors": ["no", "map"]}}]}, "    error"),
        ({"errors": [{"code": "Z", "meta": {"associatedErrors": [{"code": "Q"}]}}]}, "    Q"),
        ({"errors": [[{"code": "W", "detail": "nested"}]]}, "W: nested"),
        ([{"code": "V", "detail": "bare"}], "V: bare"),
        ({"errors": [{"source": [{"pointer": "/data/a"}]}]}, "at /data/a"),
        ({"errors": [{"links": [{"see": [{"href": "/docs"}]}]}]}, "see /docs"),
        ({"errors": [{"code": "Z", "meta": {"associatedErrors": {"/a": "text"}}}]}, "text"),
        ({"errors": [NESTED]}, "A"),
        ({"errors": [{"code": "E\x1b[31m\r\nD"}]}, "E [31m  D"),
    ],
)
def test_no_body_breaks_an_error(body: Any, words: str) -> None:
    error = error_from(answer(500, body))
    assert words in str(error)
    assert "\x1b" not in str(error)
    assert "500 for POST /v1/reviewSubmissions" in str(error)
    assert not error.has_code("NOTHING")
    assert all(again.errors == error.errors for again in copies(error))


def test_a_body_is_kept_and_quoted_within_bounds() -> None:
    error = error_from(answer(502, b"x" * 10_000_000, content_type="text/HTML; charset=x"))
    assert len(error.body) == 65_536
    assert len(str(error)) < 1000
    assert "text/html body: xxx" in str(error)


def every_error() -> list[AppStoreConnectError]:
    conflict = error_from(answer(409, SUBMISSION, x_request_id="OXY7"))
    failure = TransportFailure("sent-timeout", "ReadTimeout")
    made: list[AppStoreConnectError] = [
        *(error_from(answer(status)) for status in (400, 401, 403, 404, 410, 422, 429, 500, 418)),
        conflict,
        AgreementMissingError(answer(403)),
        AmbiguousWriteError("POST", "/v1/apps", error_from(answer(500, x_request_id="R"))),
        AmbiguousWriteError("POST", "/v1/apps", failure),
        ConnectionFailedError("GET", "/v1/apps", "refused"),
        RequestTimeoutError("GET", "/v1/apps", "ReadTimeout"),
        DecodeError(answer(200, b"<html>"), "no JSON"),
        NotInPublicApiError("apps.create", "Nobody can.", "Register it.", ("bundle_ids.create",)),
    ]
    plain = set(errors.__all__) - {type(error).__name__ for error in made}
    plain -= {"error_from", "ErrorDetail", "ApiError"}
    return made + [getattr(errors, name)("what happened") for name in sorted(plain)]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_survives_pickle_and_copy(error: AppStoreConnectError) -> None:
    error.add_note("noted")
    for again in copies(error):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert again.args == error.args
        assert vars(again).keys() == vars(error).keys()
        assert again.__notes__ == ["noted"]
        assert isinstance(again, AppStoreConnectError)
        if isinstance(error, ApiError):
            assert isinstance(again, ApiError)
            assert again.errors == error.errors
            assert again.has_code("STATE_ERROR") == error.has_code("STATE_ERROR")


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = str(errors.__doc__)
    kinds = {
        name: getattr(module, name)
        for module in (errors, uploads, reports, webhooks)
        for name in module.__all__
        if name.endswith("Error")
    }
    for name, kind in kinds.items():
        line = next(text for text in drawn.splitlines() if f" {name} " in text + " ")
        parents = {parent.__name__ for parent in kind.__mro__[1:]} & kinds.keys()
        assert line.index(name) == 4 * (len(parents) + 1)
        if name not in errors.__all__ and len(parents) == 1:
            module = re.search(r"\((\w+)\)$", line)
            assert module is not None, name
            assert name in import_module(f"app_store_connect.{module[1]}").__all__


def test_an_ambiguous_write_says_so_and_keeps_its_cause() -> None:
    cause = error_from(answer(504, b"<html>", x_request_id="R1"))
    error = AmbiguousWriteError("POST", "/v1/apps", cause)
    assert "POST /v1/apps may or may not have taken effect: 504" in str(error)
    assert "Read the resource again" in str(error)
    assert (error.status, error.request_id, error.cause) == (504, "R1", cause)
    lost = AmbiguousWriteError("POST", "/v1/apps", TransportFailure("sent", "ReadError reset"))
    assert "ReadError reset" in str(lost)
    assert (lost.status, lost.request_id) == (None, None)


def test_a_decode_error_shows_what_came_instead() -> None:
    response = answer(200, b"<html>maintenance</html>", content_type="text/html", x_request_id="R")
    error = DecodeError(response, "the body is no JSON")
    assert str(error).splitlines() == [
        "cannot read the 200 answer to POST /v1/reviewSubmissions: the body is no JSON",
        "  text/html body: maintenance",
        "  request id R",
    ]


def test_no_results_and_too_many_can_be_caught_together() -> None:
    with pytest.raises(errors.ResultCountError):
        raise NoResultError("none")
