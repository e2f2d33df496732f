"""From an answer to what a call returns, by the shape its operation promises."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from . import lenient
from .document import load_model, read_identifiers, read_items, read_many, read_one
from .errors import DecodeError
from .exchange import Response
from .operation import Operation
from .pager import Page
from .resource import Resource

__all__ = [
    "read_id",
    "read_ids",
    "read_optional",
    "read_page",
    "read_report",
    "read_resource",
    "read_rows",
    "read_text",
    "read_value",
]

T = TypeVar("T")
R = TypeVar("R", bound=Resource)
S = TypeVar("S", bound=msgspec.Struct)

_GZIP = b"\x1f\x8b"


def read_resource(operation: Operation[R], response: Response) -> R:
    """The resource an answer carries; DecodeError where its data is null."""
    resource = read_optional(operation, response)
    if resource is None:
        raise DecodeError(response, "its data is null")
    return resource


def read_optional(operation: Operation[R], response: Response) -> R | None:
    """The resource an answer carries, or None where its data is null."""
    return read_one(response, _model(operation), operation.included)[0]


def read_page(operation: Operation[R], response: Response) -> Page[R]:
    """One page of resources."""
    return Page(*read_many(response, _model(operation), operation.included))


def read_id(response: Response) -> str | None:
    """The id in a to-one linkage, or None where there is none."""
    identifiers, _ = read_identifiers(response)
    return identifiers[0] if identifiers else None


def read_ids(response: Response) -> Page[str]:
    """One page of the ids in a to-many linkage."""
    return Page(*read_identifiers(response))


def read_rows(operation: Operation[S], response: Response) -> Page[S]:
    """One page of measurements; what contradicts the model is read as far as it can be."""
    items, document = read_items(response, operation.included)
    return Page([_struct(_model(operation), item) for item in items], document)


def read_value(operation: Operation[S], response: Response) -> S:
    """A JSON answer that is no JSON:API document."""
    model = _model(operation)
    try:
        value: S = _decoder(model)(response.content)
    except msgspec.ValidationError:
        value = _struct(model, msgspec.json.decode(response.content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(response, f"the body is not JSON: {error}") from None
    return value


def read_text(response: Response) -> str:
    """A text answer, such as CSV."""
    try:
        return response.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DecodeError(response, "the body is not UTF-8 text") from None


def read_report(response: Response) -> bytes:
    """A report, unzipped: it comes as gzip without saying so in `Content-Encoding`."""
    data = response.content
    parts: list[bytes] = []
    try:
        # Some files consist of several gzip members one after the other.
        while data.startswith(_GZIP):
            member = zlib.decompressobj(wbits=31)
            parts.append(member.decompress(data))
            if not member.eof:
                raise DecodeError(response, "the compressed report is cut off")
            data = member.unused_data
    except zlib.error as error:
        raise DecodeError(response, f"the compressed report is damaged: {error}") from None
    return b"".join(parts) if parts else data


def _struct(model: type[S], value: Any) -> S:
    try:
        return msgspec.convert(value, model)
    except msgspec.ValidationError:
        members = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        return lenient.read_struct(model, members)


def _model(operation: Operation[T]) -> type[T]:
    return cast("type[T]", load_model(operation.model))


@cache
def _decoder(model: type[S]) -> Callable[[bytes], S]:
    return msgspec.json.Decoder(model).decode
