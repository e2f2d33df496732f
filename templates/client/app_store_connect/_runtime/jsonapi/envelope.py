"""Documents as they come over the wire, taken apart no deeper than everybody needs.

An answer that is what JSON:API promises is read in one pass. Any other is read again item by item,
so that a resource that breaks the rules is mended and the others stay as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw, UnsetType

from ..messages.error_document import describe, read_details
from ..messages.error_root import printable
from ..messages.errors import DecodeError
from ..messages.json_text import is_deep, lone, mended, read_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..messages.response import Response
    from .values import Json

__all__ = [
    "Envelope",
    "Frame",
    "Rows",
    "another_type",
    "read_frame",
    "read_members",
    "read_named",
    "read_object",
    "read_rows",
    "read_sent",
    "refuse_errors",
    "refuse_resources",
    "tolerantly",
]

T = TypeVar("T")

_EMPTY = Raw(b"{}")
_NULL = Raw(b"null")


class Envelope(msgspec.Struct, gc=False):
    """A resource as it came: only the outermost members are read, the rest when it is asked for."""

    id: str = ""
    type: str = ""
    attributes: Raw = _EMPTY
    relationships: Raw = _EMPTY
    links: Raw = _EMPTY


class Frame(msgspec.Struct):
    """A document: its data, and what is around it."""

    data: Envelope | list[Envelope] | UnsetType | None = UNSET
    included: list[Envelope] | None = None
    links: Raw = _EMPTY
    meta: Raw = _EMPTY

    @property
    def primary(self) -> list[Envelope]:
        """The data as a list, whatever it is."""
        if isinstance(self.data, Envelope):
            return [self.data]
        return self.data or []


class Rows(msgspec.Struct):
    """A document whose data are measurements, or anything else that is not a resource."""

    data: list[Raw]
    frame: Frame


class _Named(Envelope, gc=False):
    """A resource, or a document of some."""

    data: Envelope | list[Envelope] | None = None


class _Parts(msgspec.Struct):
    data: Raw | UnsetType = UNSET
    included: Raw = _NULL
    links: Raw = _EMPTY
    meta: Raw = _EMPTY


_decode_frame = msgspec.json.Decoder(Frame).decode
_decode_named = msgspec.json.Decoder(_Named).decode
_decode_parts = msgspec.json.Decoder(_Parts).decode
_decode_list = msgspec.json.Decoder(list[Raw]).decode
_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_envelope = msgspec.json.Decoder(Envelope).decode


def read_frame(response: Response) -> Frame:
    """Return the document an answer carries.

    Raises:
        DecodeError: where it carries none.
    """
    try:
        frame = tolerantly(_decode_frame, response.content, response)
    except msgspec.ValidationError:
        return _read_by_item(response)
    if frame.data is UNSET:
        raise DecodeError(response, "it has no data")
    if not frame.primary and b'"errors"' in response.content:
        refuse_errors(response)
    return frame


def refuse_errors(response: Response) -> None:
    """Raise DecodeError for an answer of success that is an error document, or a page for people.

    Where little or nothing is promised, it would be taken for that.
    """
    content = response.content.lstrip()
    if content.startswith(b"<"):
        raise DecodeError(response, "it is a page of HTML or XML")
    if content.startswith((b"{", b"[")) and (details := read_details(content)):
        told = " ".join(line.strip() for line in describe(details))
        raise DecodeError(response, f"it holds errors: {told}")


def read_named(content: bytes | Raw) -> list[Envelope]:
    """Return what a resource or a document of resources names; nothing of anything else."""
    try:
        found = _decode_named(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    several = found.data if isinstance(found.data, list) else [found.data or found]
    return [item for item in several if item.type and item.id]


def refuse_resources(response: Response, content: bytes | Raw, wanted: str) -> None:
    """Raise DecodeError for resources where something else was asked for: nothing would be read."""
    for found in read_named(content):
        raise another_type(response, found.type, wanted)


def another_type(response: Response, found: str, wanted: str) -> DecodeError:
    """Return the error of an answer that is of another type than was asked for."""
    return DecodeError(response, f"it is of the type {printable(found, 100)!r}, not {wanted}")


def read_rows(response: Response) -> Rows:
    """Return the document of measurements an answer carries.

    Raises:
        DecodeError: where it carries none.
    """
    data, parts = _read_parts(response)
    frame = Frame(included=_envelopes(_items(parts.included)), links=parts.links, meta=parts.meta)
    return Rows(data=_items(data), frame=frame)


def read_sent(response: Response) -> dict[tuple[str, str], list[tuple[Envelope, Raw]]]:
    """Return every resource of an answer as it was sent, by type and id."""
    found: dict[tuple[str, str], list[tuple[Envelope, Raw]]] = {}
    try:
        data, parts = _read_parts(response)
    except DecodeError:
        return found
    for raw in (*_items(data), *_items(parts.included)):
        if (envelope := _envelope(raw)) is not None:
            found.setdefault((envelope.type, envelope.id), []).append((envelope, raw))
    return found


def read_object(raw: Raw) -> Json:
    """Return a part of a document as plain values; empty if it is not an object or too deep."""
    content = bytes(raw)
    return {} if is_deep(content) else read_members(content)


def read_members(content: bytes) -> Json:
    """Return an object, or the only one in a list, as plain values; empty if there is none."""
    value = lone(read_json(content))
    return cast("Json", value) if isinstance(value, dict) else {}


def tolerantly(decode: Callable[[Any], T], content: bytes | Raw, response: Response) -> T:
    """Decode a part of an answer, past broken characters.

    A value of an unexpected type is a ValidationError, as ever.

    Raises:
        DecodeError: where it is not JSON.
    """
    try:
        return decode(content)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return decode(mended(bytes(content)))
    except msgspec.ValidationError:
        raise
    except (ValueError, RecursionError) as error:
        raise DecodeError(response, f"the body is not JSON: {error}") from None


def _read_by_item(response: Response) -> Frame:
    raw, parts = _read_parts(response)
    several = bytes(raw).startswith(b"[")
    data = _envelopes(_items(raw) if several else [raw])
    if not several and not data and raw != _NULL:
        raise DecodeError(response, "its data is not a resource")
    return Frame(
        data=data if several else next(iter(data), None),
        included=_envelopes(_items(parts.included)),
        links=parts.links,
        meta=parts.meta,
    )


def _read_parts(response: Response) -> tuple[Raw, _Parts]:
    try:
        parts = tolerantly(_decode_parts, response.content, response)
    except msgspec.ValidationError:
        raise DecodeError(response, "the body is not a JSON:API document") from None
    if isinstance(parts.data, UnsetType):
        raise DecodeError(response, "it has no data")
    # What takes the parts of it apart, or pickles them, goes as deep as they are nested.
    if is_deep(response.content):
        raise DecodeError(response, "it is nested too deep")
    return parts.data, parts


def _items(raw: Raw) -> list[Raw]:
    """Return the items of an array; a lone object is an array of one, and anything else of none."""
    if bytes(raw).startswith(b"{") and bytes(raw).strip(b"{} \t\r\n"):
        return [raw]
    try:
        return _decode_list(raw)
    except msgspec.ValidationError:
        return []


def _envelopes(items: list[Raw]) -> list[Envelope]:
    return [envelope for item in items if (envelope := _envelope(item)) is not None]


def _envelope(raw: Raw) -> Envelope | None:
    """Return the envelope of an item, None if it is not an object; numeric ids become text."""
    try:
        return _loose_envelope(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Characters are looked at when they are read, and those of an item are read here first.
        return _loose_envelope(Raw(mended(bytes(raw))))


def _loose_envelope(raw: Raw) -> Envelope | None:
    try:
        return _decode_envelope(raw)
    except msgspec.ValidationError:
        pass
    try:
        members = _decode_members(raw)
    except msgspec.ValidationError:
        return None
    return Envelope(
        id=_text(members.get("id")),
        type=_text(members.get("type")),
        attributes=members.get("attributes", _EMPTY),
        relationships=members.get("relationships", _EMPTY),
        links=members.get("links", _EMPTY),
    )


def _text(raw: Raw | None) -> str:
    try:
        value = None if raw is None else msgspec.json.decode(raw, type=str | int | float)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return "" if value is None else str(value)
