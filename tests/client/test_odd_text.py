"""Oddities of text: whatever one reader of the API's answers survives, every other survives too."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ConflictError, DecodeError, errors
from app_store_connect._runtime.http.transfer import Transfer, TransferError
from app_store_connect._runtime.messages.response import Headers, Response
from app_store_connect._runtime.messages.secret import Secret
from app_store_connect.webhooks import WebhookPayloadError, parse
from support.api_server import Answer
from support.clients import talking
from support.documents import document, resource

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "Trails @@"
MEMBERS: dict[str, Any] = {"name": NAME, "number": 7777}


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(old, new)


def encoded(encoding: str) -> Callable[[bytes], bytes]:
    return lambda body: body.decode().encode(encoding)


ODDITIES: dict[str, Callable[[bytes], bytes]] = {
    "a mark": encoded("utf-8-sig"),
    "UTF-16": encoded("utf-16"),
    "UTF-16 of the other order": lambda x: codecs.BOM_UTF16_BE + encoded("utf-16-be")(x),
    "UTF-16 without a mark": encoded("utf-16-le"),
    "UTF-16 of the other order without a mark": encoded("utf-16-be"),
    "UTF-32": encoded("utf-32"),
    "a byte that is no character": swapped(b"@@", b"\xff"),
    "a character cut in half": swapped(b"@@", b"\xf0\x9f\x92"),
    "half of a pair": swapped(b"@@", rb"\ud83d"),
    "half of a pair in UTF-8": swapped(b"@@", b"\xed\xa0\xbd"),
    "no number": swapped(b"7777", b"NaN"),
    "no end": swapped(b"7777", b"-Infinity"),
    "a number beyond all bounds": swapped(b"7777", b"1e999"),
    "a number of many digits": swapped(b"7777", b"7" * 5000),
    "a name given twice": swapped(b'"number"', b'"name": "Trails", "number"'),
}


def error_document(**members: Any) -> bytes:
    detail = {"code": "STATE_ERROR", "detail": NAME, **members}
    return json.dumps({"errors": [{**detail, "meta": MEMBERS}]}).encode()


def read_page(odd: Callable[[bytes], bytes]) -> object:
    body = odd(json.dumps(document([resource("apps", "a1", MEMBERS)])).encode())
    with talking(Answer(body=body)) as (asc, _):
        return asc.apps.list().all()[0].name


def read_included(odd: Callable[[bytes], bytes]) -> object:
    app = resource("apps", "a1", MEMBERS)
    build = resource("builds", "b1", {}, app={"data": {"type": "apps", "id": "a1"}})
    body = odd(json.dumps(document(build, app)).encode())
    with talking(Answer(body=body)) as (asc, _):
        found = asc.builds.get("b1").app
        return found and found.name


def read_rows(odd: Callable[[bytes], bytes]) -> object:
    body = odd(json.dumps({"data": [{"dataPoints": {}, **MEMBERS}]}).encode())
    with talking(Answer(body=body)) as (asc, _):
        (page,) = asc.apps.list_search_keywords("a1").pages()
        return page.document.response.json()["data"][0]["name"]


def read_error(odd: Callable[[bytes], bytes]) -> object:
    with talking(Answer(409, body=odd(error_document()))) as (asc, _):
        with pytest.raises(ConflictError) as raised:
            asc.apps.update("a1", primary_locale="fr-FR")
        assert raised.value.has_code("STATE_ERROR")
        assert "STATE_ERROR: Trails" in str(raised.value)
        return raised.value.errors[0].detail


def read_delivery(odd: Callable[[bytes], bytes]) -> object:
    data = {"type": "buildUploadStateUpdated", "id": "d1", "attributes": MEMBERS}
    return parse(odd(json.dumps({"data": data}).encode())).attributes["name"]


def read_raw(odd: Callable[[bytes], bytes]) -> object:
    with talking(Answer(body=odd(json.dumps(MEMBERS).encode()))) as (asc, _):
        return asc.request("GET", "/v1/apps").json()["name"]


def read_value(odd: Callable[[bytes], bytes]) -> object:
    body = odd(json.dumps({"version": NAME, "productData": [], "number": 7777}).encode())
    with talking(Answer(body=body)) as (asc, _):
        return asc.apps.list_perf_power_metrics("a1").version


READERS: dict[str, Callable[[Callable[[bytes], bytes]], object]] = {
    "a page": read_page,
    "what is included": read_included,
    "rows": read_rows,
    "an error": read_error,
    "a delivery": read_delivery,
    "a raw answer": read_raw,
    "a value": read_value,
}


@pytest.mark.filterwarnings("ignore::app_store_connect.UnreadableValueWarning")
@pytest.mark.parametrize("oddity", ODDITIES)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_survives_every_oddity(reader: str, oddity: str) -> None:
    assert str(READERS[reader](ODDITIES[oddity])).startswith("Trails")


@pytest.mark.parametrize("oddity", [name for name in ODDITIES if "UTF" in name])
def test_what_is_no_json_is_quoted_as_text(oddity: str) -> None:
    page = ODDITIES[oddity](b"<html><h1>Bad gateway @@</h1></html>")
    with talking(Answer(body=page)) as (asc, _), pytest.raises(DecodeError, match="Bad gateway"):
        asc.apps.get("a1")
    with (
        talking(Answer(409, body=page)) as (asc, _),
        pytest.raises(ConflictError, match="Bad gateway"),
    ):
        asc.apps.update("a1")
    with pytest.raises(WebhookPayloadError):
        parse(page)


@pytest.mark.parametrize("oddity", [name for name in ODDITIES if "number" not in name])
def test_the_error_of_a_store_is_read(oddity: str) -> None:
    body = ODDITIES[oddity](b"<Error><Code>AccessDenied</Code><Message>No @@</Message></Error>")
    answer = Response(403, Headers(), body, "PUT", "https://store.example.com/")
    error = TransferError(Transfer("PUT", Secret("https://store.example.com/")), answer)
    assert error.code == "AccessDenied"
    assert error.reason.startswith("status 403: AccessDenied: No")


@pytest.mark.parametrize("oddity", [name for name in ODDITIES if "number" not in name])
def test_csv_is_read(oddity: str) -> None:
    with talking(Answer(body=ODDITIES[oddity](b"name,number\nTrails @@,1\n"))) as (asc, _):
        text = asc.apps.list_app_price_points("a1").csv()
    assert text.startswith("name,number\nTrails ")


def test_errors_nested_without_end_are_errors() -> None:
    deep = b'{"errors": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with talking(Answer(409, body=deep)) as (asc, _), pytest.raises(errors.ConflictError):
        asc.apps.update("a1")
