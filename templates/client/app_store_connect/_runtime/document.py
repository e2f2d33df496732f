"""Compound documents: from the bytes of an answer to resources that know what was included."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeVar, cast

import msgspec
from msgspec import Raw

from . import lenient
from .errors import DecodeError
from .exchange import Response
from .resource import Envelope, Resource
from .values import Json, Ref

__all__ = [
    "Document",
    "load_model",
    "read_identifiers",
    "read_items",
    "read_many",
    "read_one",
]

R = TypeVar("R", bound=Resource)

_EMPTY = Raw(b"{}")


class _Frame(msgspec.Struct):
    """What every document may have around its data."""

    included: list[Envelope] | None = None
    links: Raw = _EMPTY
    meta: Raw = _EMPTY


class _One(_Frame):
    data: Envelope | None = None


class _Many(_Frame):
    data: list[Envelope] | None = None


class _Loose(msgspec.Struct):
    data: object = None
    included: object = None
    links: Raw = _EMPTY
    meta: Raw = _EMPTY


_decode_one = msgspec.json.Decoder(_One).decode
_decode_many = msgspec.json.Decoder(_Many).decode
_decode_loose = msgspec.json.Decoder(_Loose).decode


class Document:
    """One answer of the API: what it included, its links and meta, and the HTTP response."""

    __slots__ = ("_envelopes", "_found", "_links", "_meta", "_models", "response")

    def __init__(
        self,
        response: Response,
        frame: _Frame,
        models: tuple[str, ...],
    ) -> None:
        self.response = response
        self._envelopes = frame.included or []
        self._links = frame.links
        self._meta = frame.meta
        self._models = models
        self._found: dict[tuple[str, str], Envelope | Resource] | None = None

    @property
    def included(self) -> list[Resource]:
        """The included resources, in the API's order; of an unknown type as plain `Resource`."""
        refs = [Ref(envelope.type, envelope.id) for envelope in self._envelopes]
        return [found for ref in refs if (found := self.find(ref)) is not None]

    @property
    def links(self) -> Json:
        """The document's links; empty where the API left them out."""
        return _object(self._links)

    @property
    def meta(self) -> Json:
        """The document's meta information, such as `paging`."""
        return _object(self._meta)

    def find(self, ref: Ref) -> Resource | None:
        """The included resource of that type and id."""
        if self._found is None:
            self._found = {(e.type, e.id): e for e in self._envelopes}
        key = (ref.type, ref.id)
        found = self._found.get(key)
        if isinstance(found, Envelope):
            found = build(self._model(found.type), found, self)
            self._found[key] = found
        return found

    def _model(self, kind: str) -> type[Resource]:
        """The class for a type: among those this answer may include, since V1 and V2 share types."""
        for name in self._models:
            model: type[Resource] = load_model(name)
            if model.TYPE == kind:
                return model
        return Resource

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.response, self._envelopes, self._links, self._meta, self._models))

    def __repr__(self) -> str:
        return f"<Document {self.response.method} {self.response.url.partition('?')[0]}>"


def _rebuild(
    response: Response, envelopes: list[Envelope], links: Raw, meta: Raw, models: tuple[str, ...]
) -> Document:
    return Document(response, _Frame(included=envelopes, links=links, meta=meta), models)


@cache
def load_model(name: str) -> Any:
    """A model of the generated package by its class name, imported when it is first needed."""
    if name == Resource.__name__:
        return Resource
    package = __name__.rpartition("._runtime.")[0]
    return getattr(import_module(f"{package}.models"), name)


def read_one(
    response: Response, model: type[R], included: tuple[str, ...]
) -> tuple[R | None, Document]:
    """The primary resource of an answer, None where its `data` is null."""
    frame = cast("_One", _decode(response, _decode_one, _One))
    document = Document(response, frame, included)
    return (None if frame.data is None else build(model, frame.data, document)), document


def read_many(
    response: Response, model: type[R], included: tuple[str, ...]
) -> tuple[list[R], Document]:
    """The primary resources of an answer."""
    frame = cast("_Many", _decode(response, _decode_many, _Many))
    document = Document(response, frame, included)
    return [build(model, envelope, document) for envelope in frame.data or ()], document


def read_identifiers(response: Response) -> tuple[list[str], Document]:
    """The ids of a linkage document, to-one or to-many; none where its data is null."""
    items, document = read_items(response, ())
    return [str(item["id"]) for item in items if item.get("id")], document


def read_items(response: Response, included: tuple[str, ...]) -> tuple[list[Json], Document]:
    """The data of an answer as plain objects: linkages and measurements."""
    try:
        loose = _decode_loose(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(response, f"the body is no JSON:API document: {error}") from None
    frame = _Frame(
        included=[_envelope(item) for item in _list(loose.included)],
        links=loose.links,
        meta=loose.meta,
    )
    data = _list(loose.data) if isinstance(loose.data, list) else _list([loose.data])
    return data, Document(response, frame, included)


def build(model: type[R], envelope: Envelope, document: Document) -> R:
    """The resource of an envelope; one that does not fit its model is read leniently."""
    try:
        resource: R = _decoder(model)(envelope.attributes)
    except msgspec.ValidationError:
        resource = lenient.read_struct(model, _object(envelope.attributes))
    resource.came_in(envelope, document)
    return resource


@cache
def _decoder(model: type[R]) -> Callable[[Raw], R]:
    decoder: msgspec.json.Decoder[R] = msgspec.json.Decoder(model)
    return decoder.decode


def _decode(response: Response, decode: Callable[[bytes], _Frame], kind: type[_Frame]) -> _Frame:
    try:
        return decode(response.content)
    except msgspec.ValidationError:
        return _decode_leniently(response, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(response, f"the body is not JSON: {error}") from None


def _decode_leniently(response: Response, kind: type[_Frame]) -> _Frame:
    try:
        loose = _decode_loose(response.content)
    except (msgspec.ValidationError, RecursionError):
        raise DecodeError(response, "the body is no JSON:API document") from None
    included = [_envelope(item) for item in _list(loose.included)]
    if kind is _Many:
        data = [_envelope(item) for item in _list(loose.data)]
        return _Many(data=data, included=included, links=loose.links, meta=loose.meta)
    one = _envelope(cast("Json", loose.data)) if isinstance(loose.data, dict) else None
    if one is None and loose.data is not None:
        raise DecodeError(response, "its data is neither a resource nor null")
    return _One(data=one, included=included, links=loose.links, meta=loose.meta)


def _list(value: object) -> list[Json]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Json", item) for item in items if isinstance(item, dict)]


def _envelope(item: Json) -> Envelope:
    """An envelope from whatever the item holds; ids that are numbers become text."""
    return Envelope(
        id=str(item.get("id") or ""),
        type=str(item.get("type") or ""),
        attributes=Raw(msgspec.json.encode(item.get("attributes") or {})),
        relationships=Raw(msgspec.json.encode(item.get("relationships") or {})),
        links=Raw(msgspec.json.encode(item.get("links") or {})),
    )


def _object(raw: Raw) -> Json:
    value = msgspec.json.decode(raw)
    return cast("Json", value) if isinstance(value, dict) else {}
