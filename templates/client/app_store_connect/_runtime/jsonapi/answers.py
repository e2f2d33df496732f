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
    another_type,
    read_frame,
    read_members,
    read_named,
    read_rows,
    refuse_errors,
    refuse_resources,
    tolerantly,
)
from .paging import Page
from .resource import Resource
from .values import AnswerModel, members_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..messages.request import Request
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
        return _build(operation, response, Frame(), Envelope(id=_id_in_path(response)))
    frame = read_frame(response)
    if not isinstance(frame.data, Envelope):
        raise DecodeError(response, "its data is not one resource")
    _check_types(_wanted(operation), response, frame)
    if operation.method == "POST" and not frame.data.id:
        raise DecodeError(response, "it has no id")
    if operation.path.endswith("/{id}"):
        _check_id(response, frame.data.id, _id_in_path(response))
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
    _check_types(_wanted(operation), response, frame)
    return _build(operation, response, frame, frame.data)


def read_page(operation: Operation[R], response: Response) -> Page[R]:
    """Return one page of resources."""
    frame = read_frame(response)
    _check_types(_wanted(operation), response, frame)
    document = _document(operation, response, frame)
    model, build = _model(operation), document.build
    return Page([build(model, envelope) for envelope in frame.primary], document)


def _wanted(operation: Operation[Any]) -> str:
    """Return the type of the resources that an operation answers."""
    kind: str = load_model(operation.model).TYPE
    return kind


def _check_types(wanted: str, response: Response, frame: Frame) -> None:
    """Raise DecodeError for data of another type than was asked for; where none is, all may be."""
    for found in frame.primary:
        if found.type != wanted and found.type and wanted:
            raise another_type(response, found.type, repr(wanted))


def _check_id(response: Response, found: str, wanted: str) -> None:
    """Raise DecodeError for another resource than was asked for; letter case is ignored."""
    if found.casefold() != wanted.casefold():
        raise DecodeError(response, f"it has the id {printable(found, 100)!r}, not {wanted!r}")


def _id_in_path(response: Response) -> str:
    return unquote(urlsplit(response.url).path.rpartition("/")[2])


def read_id(operation: Operation[str], response: Response) -> str | None:
    """Return the id in a to-one linkage, or None."""
    if not response.content.strip():
        return None
    frame = read_frame(response)
    if len(frame.primary) > 1:
        raise DecodeError(response, "its data is not one resource identifier")
    return next(iter(_ids(operation, response, frame)), None)


def read_id_page(operation: Operation[str], response: Response) -> Page[str]:
    """Return one page of the ids in a to-many linkage."""
    frame = read_frame(response)
    return Page(_ids(operation, response, frame), Document(response, frame, {}))


def _ids(operation: Operation[str], response: Response, frame: Frame) -> list[str]:
    _check_types(operation.type, response, frame)
    return [envelope.id for envelope in frame.primary if envelope.id]


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
    refuse_resources(response, response.content, "text")
    return json_text.read_text(response.content)


def read_report(response: Response) -> bytes:
    """Return a report, unzipped: it comes as gzip without saying so in `Content-Encoding`."""
    try:
        content = b"".join(unzipped([response.content]))
    except ValueError as error:
        raise DecodeError(response, str(error)) from None
    refuse_errors(msgspec.structs.replace(response, content=content))
    refuse_resources(response, content, "a report")
    return content


def read_done(operation: Operation[Any], request: Request, response: Response) -> Response:
    """Return an answer that need not carry anything, unless it tells of something else.

    What a read answers may be anything: an operation that is not known better comes here too.

    Raises:
        DecodeError: where it says that nothing was done, or that it was to another resource.
    """
    if response.method == "GET" or not response.content.strip():
        return response
    tolerantly(_decode_raw, response.content, response)
    refuse_errors(response)
    named = Frame(data=read_named(response.content))
    if operation.linkage is not None:
        _check_types(operation.linkage.type, response, named)
        # Of several, an answer may name those that were there before.
        asked = [] if operation.linkage.many else [x.id for x in read_named(request.body or b"")]
    elif operation.path.endswith("/{id}"):
        _check_types(operation.resource_type, response, named)
        asked = [_id_in_path(response)]
    else:
        asked = []
    for identifier, found in zip(asked, named.primary, strict=False):
        _check_id(response, found.id, identifier)
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
    if all(value is None for _, _, value in members_of(struct)):
        refuse_resources(response, raw, model.__name__)
    if isinstance(struct, AnswerModel):
        struct.came_as(raw)
    return struct


def _model(operation: Operation[T]) -> type[T]:
    return cast("type[T]", load_model(operation.model))


@cache
def _decoder(model: type[S]) -> Callable[[Raw], S]:
    return msgspec.json.Decoder(model).decode
