"""From an answer to what a call returns, by the shape its operation promises."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Raw

from ..messages import json_text
from ..messages.error_root import printable
from ..messages.errors import DecodeError
from ..messages.gunzip import unzipped
from . import lenient
from .document import Document, load_model
from .envelope import (
    Envelope,
    Frame,
    read_frame,
    read_members,
    read_rows,
    refuse_errors,
    tolerantly,
)
from .paging import Page
from .resource import Resource
from .values import AnswerModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..messages.response import Response
    from .operation import Operation

__all__ = [
    "read_done",
    "read_id",
    "read_id_page",
    "read_optional",
    "read_page",
    "read_report",
    "read_resource",
    "read_row_page",
    "read_text",
    "read_value",
]

T = TypeVar("T")
R = TypeVar("R", bound=Resource)
S = TypeVar("S", bound=msgspec.Struct)

_NO_CONTENT = 204

_decode_raw = msgspec.json.Decoder(Raw).decode


def read_resource(operation: Operation[R], response: Response) -> R:
    """Return the resource an answer carries.

    An update may be answered without a body by 204: then only the id is known, from the address.

    Raises:
        DecodeError: where it carries none.
    """
    if response.status == _NO_CONTENT and operation.method == "PATCH":
        identifier = unquote(urlsplit(response.url).path.rpartition("/")[2])
        return _build(operation, response, Frame(), Envelope(id=identifier))
    frame = read_frame(response)
    if not isinstance(frame.data, Envelope):
        raise DecodeError(response, "its data is not one resource")
    _check_type(operation, response, frame.data)
    if operation.method == "POST" and not frame.data.id:
        raise DecodeError(response, "it has no id")
    if operation.path.endswith("/{id}"):
        _check_id(response, frame.data.id)
    return _build(operation, response, frame, frame.data)


def read_optional(operation: Operation[R], response: Response) -> R | None:
    """Return the resource an answer carries, or None if the API says that there is none.

    It says so by null data, by a resource without an id, or by no body at all.
    """
    if not response.content.strip():
        return None
    frame = read_frame(response)
    if isinstance(frame.data, list):
        raise DecodeError(response, "its data is not one resource")
    if not isinstance(frame.data, Envelope) or not frame.data.id:
        return None
    _check_type(operation, response, frame.data)
    return _build(operation, response, frame, frame.data)


def read_page(operation: Operation[R], response: Response) -> Page[R]:
    """Return one page of resources."""
    frame = read_frame(response)
    document = _document(operation, response, frame)
    if frame.primary:
        # One tells what the answer is of; no answer mixes types.
        _check_type(operation, response, frame.primary[0])
    model, build = _model(operation), document.build
    return Page([build(model, envelope) for envelope in frame.primary], document)


def _check_type(operation: Operation[Any], response: Response, found: Envelope) -> None:
    """Raise DecodeError for a resource of another type than was asked for."""
    wanted = _model(operation).TYPE
    if wanted and found.type and found.type != wanted:
        raise DecodeError(
            response, f"it is of the type {printable(found.type, 100)!r}, not {wanted!r}"
        )


def _check_id(response: Response, found: str) -> None:
    """Raise DecodeError for another resource than was asked for; letter case is ignored."""
    wanted = unquote(urlsplit(response.url).path.rpartition("/")[2])
    if found.casefold() != wanted.casefold():
        raise DecodeError(response, f"it has the id {printable(found, 100)!r}, not {wanted!r}")


def read_id(response: Response) -> str | None:
    """Return the id in a to-one linkage, or None."""
    return next(iter(read_id_page(response).items), None) if response.content.strip() else None


def read_id_page(response: Response) -> Page[str]:
    """Return one page of the ids in a to-many linkage."""
    frame = read_frame(response)
    ids = [envelope.id for envelope in frame.primary if envelope.id]
    return Page(ids, Document(response, frame, {}))


def read_row_page(operation: Operation[S], response: Response) -> Page[S]:
    """Return one page of measurements; what contradicts the model is read as far as it can be."""
    rows = read_rows(response)
    model = _model(operation)
    return Page(
        [_struct(model, row, response) for row in rows.data],
        Document(response, rows.frame, operation.included),
    )


def read_value(operation: Operation[S], response: Response) -> S:
    """Return a JSON answer that is not a JSON:API document."""
    raw = tolerantly(_decode_raw, response.content, response)
    if not bytes(raw).startswith(b"{"):
        raise DecodeError(response, "the body is not an object")
    refuse_errors(response)
    return _struct(_model(operation), raw, response)


def read_text(response: Response) -> str:
    """Return a text answer, such as CSV."""
    refuse_errors(response)
    return json_text.read_text(response.content)


def read_report(response: Response) -> bytes:
    """Return a report, unzipped: it comes as gzip without saying so in `Content-Encoding`."""
    try:
        content = b"".join(unzipped([response.content]))
    except ValueError as error:
        raise DecodeError(response, str(error)) from None
    refuse_errors(msgspec.structs.replace(response, content=content))
    return content


def read_done(response: Response) -> Response:
    """Return an answer that need not carry anything, unless it says that nothing was done.

    What a read answers may be anything: an operation that is not known better comes here too.
    """
    if response.method != "GET" and response.content.strip():
        tolerantly(_decode_raw, response.content, response)
        refuse_errors(response)
    return response


def _build(operation: Operation[R], response: Response, frame: Frame, envelope: Envelope) -> R:
    return _document(operation, response, frame).build(_model(operation), envelope)


def _document(operation: Operation[Any], response: Response, frame: Frame) -> Document:
    # A relationship may lead back to the data.
    primary = load_model(operation.model).TYPE
    return Document(response, frame, {**operation.included, primary: operation.model})


def _struct(model: type[S], raw: Raw, response: Response) -> S:
    decode: Callable[[Raw], S] = _decoder(model)
    try:
        # Not stopped at a depth: call stacks are nested as deep as they are high.
        try:
            struct = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            struct = lenient.read_struct(model, read_members(bytes(raw)))
    except RecursionError:
        raise DecodeError(response, "it is nested too deep") from None
    if isinstance(struct, AnswerModel):
        struct.came_as(raw)
    return struct


def _model(operation: Operation[T]) -> type[T]:
    return cast("type[T]", load_model(operation.model))


@cache
def _decoder(model: type[S]) -> Callable[[Raw], S]:
    return msgspec.json.Decoder(model).decode
