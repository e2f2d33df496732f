"""Compound documents: resources that know what came along with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Raw

from ..messages.response import Response
from ..public import public
from . import lenient
from .envelope import Envelope, Frame, read_object, read_sent
from .resource import Resource
from .values import Json, Ref

__all__ = ["Document", "load_model"]

R = TypeVar("R", bound=Resource)


@public
class Document:
    """One answer of the API: what it included, its links and meta, and the HTTP response.

    Two are equal when their responses are.
    """

    __slots__ = ("__weakref__", "_found", "_frame", "_included", "_models", "_sent", "response")

    def __init__(self, response: Response, frame: Frame, models: Mapping[str, str]) -> None:
        """Wrap an answer; `models` names classes of types that have several."""
        self.response = response
        self._frame = frame
        self._models = models
        self._found: dict[tuple[str, str], Envelope | Resource] | None = None
        self._included: set[tuple[str, str]] | None = None
        self._sent: dict[tuple[str, str], list[tuple[Envelope, Raw]]] | None = None

    @property
    def included(self) -> list[Resource]:
        """The included resources, in the API's order; of an unknown type as plain `Resource`."""
        refs = [Ref(envelope.type, envelope.id) for envelope in self._frame.included or ()]
        return [found for ref in refs if (found := self.find(ref)) is not None]

    @property
    def links(self) -> Json:
        """The document's links; empty where the API left them out."""
        return read_object(self._frame.links)

    @property
    def meta(self) -> Json:
        """The document's meta information, such as `paging`."""
        return read_object(self._frame.meta)

    def find(self, ref: Ref) -> Resource | None:
        """Return the resource of that type and id: included, or else among the data."""
        if self._found is None:
            envelopes = (*self._frame.primary, *(self._frame.included or ()))
            self._found = {(envelope.type, envelope.id): envelope for envelope in envelopes}
        key = (ref.type, ref.id)
        found = self._found.get(key)
        if isinstance(found, Envelope):
            found = self._found[key] = self.build(self._class_of(found.type), found)
        return found

    def includes(self, resource: Resource) -> bool:
        """Return whether a resource came in `included`, rather than as what was asked for."""
        if self._included is None:
            self._included = {(item.type, item.id) for item in self._frame.included or ()}
        return (resource.resource_type, resource.id) in self._included

    def should_have(self, resource: Resource, relationship: str) -> bool:
        """Return whether the request asked to include what a resource is related to by this."""
        if self.includes(resource):
            return False
        asked = parse_qs(urlsplit(self.response.url).query).get("include", [])
        return any(relationship in names.split(",") for names in asked)

    def sent(self, envelope: Envelope) -> Json:
        """Return all members of a resource as it came, those that JSON:API does not know too."""
        if self._sent is None:
            self._sent = read_sent(self.response)
        for found, raw in self._sent.get((envelope.type, envelope.id), ()):
            if found == envelope:
                return read_object(raw)
        return {}

    def build(self, model: type[R], envelope: Envelope) -> R:
        """Return the resource of an envelope; one that does not fit its model is read leniently."""
        decode: Callable[[Raw], R] = _decoder(model)
        try:
            resource = decode(envelope.attributes)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            resource = lenient.read_struct(model, read_object(envelope.attributes))
        resource.came_in(envelope, self)
        return resource

    def _class_of(self, kind: str) -> type[Resource]:
        """Return the class for a type, as this answer has it, since V1 and V2 may share one."""
        name = self._models.get(kind)
        model: type[Resource] = _usual_model(kind) if name is None else load_model(name)
        return model

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return self is other or (self.response, self._models) == (other.response, other._models)

    def __hash__(self) -> int:
        return hash(self.response)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Document, (self.response, self._frame, self._models))

    def __repr__(self) -> str:
        return f"<Document {self.response.method} {self.response.url.partition('?')[0]}>"


@cache
def load_model(name: str) -> Any:
    """Return a model of the generated package by its class name, importing it if need be."""
    return Resource if name == Resource.__name__ else getattr(_models(), name)


@lru_cache(maxsize=512)
def _usual_model(kind: str) -> Any:
    """Return the model of a type; the plain resource where the package does not know it."""
    classes = _models()._CLASS_BY_TYPE  # noqa: SLF001 - which the models keep for this
    return load_model(classes.get(kind, Resource.__name__))


@cache
def _models() -> Any:
    """Return the package of the models, which this one does not know by name."""
    package = __name__.rpartition("._runtime.")[0]
    return import_module(f"{package}.models")


@cache
def _decoder(model: type[R]) -> Callable[[Raw], R]:
    decoder: msgspec.json.Decoder[R] = msgspec.json.Decoder(model)
    return decoder.decode
