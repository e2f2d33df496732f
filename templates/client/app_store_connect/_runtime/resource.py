"""Resources: JSON:API objects with their attributes and relationships as plain attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, overload

import msgspec
from msgspec import UNSET, Raw, UnsetType

from . import lenient
from .errors import NotIncludedError
from .values import Json, Ref

if TYPE_CHECKING:
    from .document import Document

__all__ = ["Envelope", "Related", "Relationship", "Resource", "ToMany", "ToOne"]

T = TypeVar("T", bound="Resource")

_EMPTY = Raw(b"{}")


class Envelope(msgspec.Struct, gc=False):
    """A resource as it came: only the outermost members are read, the rest when it is asked for."""

    id: str = ""
    type: str = ""
    attributes: Raw = _EMPTY
    relationships: Raw = _EMPTY
    links: Raw = _EMPTY


class Relationship(msgspec.Struct, kw_only=True):
    """A relationship as the API sent it; `data` is UNSET where it sent no linkage."""

    data: Ref | list[Ref] | None | UnsetType = UNSET
    links: Json | None = None
    meta: Json | None = None

    @property
    def total(self) -> int | None:
        """How many resources the relationship has in all, where the API says it."""
        paging = (self.meta or {}).get("paging")
        total = cast("Json", paging).get("total") if isinstance(paging, dict) else None
        return total if isinstance(total, int) else None


class Resource(msgspec.Struct, kw_only=True, eq=False):
    """A resource of the API.

    Its attributes are plain attributes, None where the API sent null or nothing; `attributes`
    holds just what was sent. Its relationships are attributes too, as far as the request included
    them. Two resources are equal when their type and id are.
    """

    TYPE: ClassVar[str] = ""

    id: str = ""
    _envelope: Envelope | None = None
    _document: Any = None
    _linkages: Any = None

    @property
    def resource_type(self) -> str:
        """The JSON:API type, such as `betaGroups`."""
        return type(self).TYPE or (self._envelope.type if self._envelope else "")

    @property
    def document(self) -> Document | None:
        """The document it came in: `included`, `links`, `meta` and the HTTP response."""
        return cast("Document | None", self._document)

    @property
    def attributes(self) -> Json:
        """The attributes as they were sent, under the API's own names."""
        if self._envelope is None:
            return {name: value for name, value, _ in self._fields() if value is not None}
        return _read_object(self._envelope.attributes)

    @property
    def extra(self) -> Json:
        """Attributes that this package's model does not know or could not read, as sent."""
        known = {name for name, value, _ in self._fields() if value is not None}
        declared = {name for name, _, _ in self._fields()}
        return {
            name: value
            for name, value in self.attributes.items()
            if name not in declared or (value is not None and name not in known)
        }

    @property
    def links(self) -> Json:
        """The links of the resource, usually `self`."""
        return _read_object(self._envelope.links) if self._envelope else {}

    @property
    def relationships(self) -> Mapping[str, Relationship]:
        """The relationships as they were sent: linkage, links and meta by the API's names."""
        if self._linkages is None:
            self._linkages = _read_relationships(self._envelope)
        return cast("dict[str, Relationship]", self._linkages)

    def came_in(self, envelope: Envelope, document: Document) -> None:
        """Remember what this resource was read from; the runtime calls it once."""
        self.id = envelope.id
        self._envelope = envelope
        self._document = document
        self._linkages = None

    def to_dict(self) -> Json:
        """The resource as it was sent, as plain JSON values."""
        whole: Json = {"type": self.resource_type, "id": self.id, "attributes": self.attributes}
        if self._envelope is not None:
            whole["relationships"] = _read_object(self._envelope.relationships)
            whole["links"] = self.links
        return whole

    def _fields(self) -> Iterator[tuple[str, Any, str]]:
        """The attributes the model declares: wire name, value, Python name."""
        kind = type(self)
        names = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
        for wire, name in names:
            if name not in _OWN_FIELDS:
                yield wire, getattr(self, name), name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resource):
            return NotImplemented
        return bool(self.id) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str]:
        return self.resource_type, self.id

    def __repr__(self) -> str:
        members = "".join(
            f", {name}={value!r}" for _, value, name in self._fields() if value is not None
        )
        return f"{type(self).__name__}(id={self.id!r}{members})"


_OWN_FIELDS = frozenset(Resource.__struct_fields__)


class ToOne(Generic[T]):
    """A to-one relationship: the included resource, or None where the API says there is none."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> ToOne[T]: ...
    @overload
    def __get__(self, instance: Resource, owner: type) -> T | None: ...
    def __get__(self, instance: Resource | None, owner: type) -> ToOne[T] | T | None:
        if instance is None:
            return self
        linkage = _linkage(instance, self.name)
        if linkage.data is None:
            return None
        if not isinstance(linkage.data, Ref):
            raise _not_included(instance, self.name)
        found = _find(instance, linkage.data)
        if found is None:
            raise _not_included(instance, self.name, linkage.data.id)
        return cast("T", found)


class ToMany(Generic[T]):
    """A to-many relationship: the included resources, with what is known of how many there are."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> ToMany[T]: ...
    @overload
    def __get__(self, instance: Resource, owner: type) -> Related[T]: ...
    def __get__(self, instance: Resource | None, owner: type) -> ToMany[T] | Related[T]:
        if instance is None:
            return self
        linkage = _linkage(instance, self.name)
        # An empty list beside a total is what the API sends when nothing was included.
        if not isinstance(linkage.data, list) or (not linkage.data and linkage.total):
            raise _not_included(instance, self.name)
        found = [_find(instance, ref) for ref in linkage.data]
        items = [cast("T", item) for item in found if item is not None]
        if linkage.data and not items:
            raise _not_included(instance, self.name)
        return Related(items, refs=tuple(linkage.data), total=linkage.total)


class Related(Sequence[T]):
    """The resources of a to-many relationship that the document included.

    The API includes at most `related_limit` of them and does not say so in words: `truncated`
    tells, `total` is how many there are, None where the API does not say.
    """

    __slots__ = ("_items", "refs", "total")

    def __init__(self, items: list[T], *, refs: tuple[Ref, ...], total: int | None) -> None:
        self._items = items
        self.refs = refs
        self.total = total

    @property
    def truncated(self) -> bool:
        """Whether there are more than are here; list the relationship to get them all."""
        return len(self._items) < max(len(self.refs), self.total or 0)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        more = f", total={self.total}" if self.truncated else ""
        return f"Related({self._items!r}{more})"


def _linkage(resource: Resource, name: str) -> Relationship:
    linkage = resource.relationships.get(name)
    if linkage is None or linkage.data is UNSET:
        raise _not_included(resource, name)
    return linkage


def _find(resource: Resource, ref: Ref) -> Resource | None:
    document = resource.document
    return document.find(ref) if document is not None else None


def _not_included(resource: Resource, name: str, identifier: str = "") -> NotIncludedError:
    known = f" (its id is {identifier!r})" if identifier else ""
    return NotIncludedError(
        f"{type(resource).__name__}.{name} was not included{known};"
        f" add include={[name]!r} to the call that read this resource"
    )


def _read_object(raw: Raw) -> Json:
    value = msgspec.json.decode(raw)
    return cast("Json", value) if isinstance(value, dict) else {}


def _read_relationships(envelope: Envelope | None) -> dict[str, Relationship]:
    if envelope is None:
        return {}
    try:
        return msgspec.json.decode(envelope.relationships, type=dict[str, Relationship])
    except msgspec.ValidationError:
        members = _read_object(envelope.relationships)
        return {
            name: lenient.read_struct(Relationship, cast("Json", value))
            for name, value in members.items()
            if isinstance(value, dict)
        }
