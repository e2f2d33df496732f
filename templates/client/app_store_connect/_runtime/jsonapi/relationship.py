"""Relationships: as the API sent them, and as attributes that find what was included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

import msgspec
from msgspec import UNSET, Raw, UnsetType

from ..messages.errors import NotIncludedError
from ..messages.secret import Discreet
from ..public import public
from ..suggestions import kind_of
from .envelope import Envelope, read_object
from .values import Json, Ref, is_several

if TYPE_CHECKING:
    from .resource import Resource

__all__ = ["Named", "Related", "Relationship", "ToMany", "ToOne", "read_relationships"]

T = TypeVar("T", bound="Resource")

_EMPTY = Raw(b"{}")


class Relationship(Discreet, msgspec.Struct, kw_only=True, gc=False):
    """A relationship as the API sent it; `data` is UNSET where it sent no linkage."""

    data: Ref | list[Ref] | UnsetType | None = UNSET
    _links: Raw = msgspec.field(name="links", default=_EMPTY)
    _meta: Raw = msgspec.field(name="meta", default=_EMPTY)

    @property
    def links(self) -> Json:
        """The links, usually `self` and `related`."""
        return read_object(self._links)

    @property
    def meta(self) -> Json:
        """The meta information, such as `paging`."""
        return read_object(self._meta)

    @property
    def total(self) -> int | None:
        """How many resources the relationship has in all, where the API says it."""
        paging = self.meta.get("paging")
        total = cast("Json", paging).get("total") if isinstance(paging, dict) else None
        return total if isinstance(total, int) else None

    def __repr__(self) -> str:
        data = "not sent" if self.data is UNSET else repr(self.data)
        return f"<Relationship {data}>"


class Given(Relationship, kw_only=True):
    """A relationship that a program made of resources which it holds."""

    resources: tuple[Any, ...] = ()

    @classmethod
    def of(cls, resources: tuple[Any, ...], *, many: bool) -> Given:
        """Make a relationship of one resource, or of several."""
        refs = [_ref_to(item) for item in resources]
        if not many:
            return cls(data=refs[0], resources=resources)
        meta = msgspec.json.encode({"paging": {"total": len(refs)}})
        return cls(data=refs, resources=resources, _meta=Raw(meta))


def _ref_to(resource: Any) -> Ref:
    kind = getattr(resource, "resource_type", None)
    if not isinstance(kind, str):
        raise TypeError(f"expected a resource, not {kind_of(resource)}")
    return Ref(kind, resource.id)


_NAME = re.compile(r"\w+")


class Named:
    """An attribute that knows its own name and that of the relationship it stands for.

    Its `annotation`, which names the classes of what it leads to, is set by the class it is in.
    """

    __slots__ = ("annotation", "attribute", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.attribute = name
        self.annotation = ""

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.attribute = attribute

    def check(self, resource: object) -> None:
        """Raise TypeError for a resource of another class than the annotation names.

        What is of no class of its own, as of a type that the API's document lacks, passes.
        """
        names = _NAME.findall(self.annotation)[1:]
        kinds = [x.__name__ for x in type(resource).__mro__]
        own: str = getattr(resource, "TYPE", "")
        if names and own and not set(names) & set(kinds):
            wanted = " or ".join(names)
            raise TypeError(f"{self.attribute} takes {wanted}, and was given {kinds[0]}")


class ToOne(Named, Generic[T]):
    """A to-one relationship: the included resource, or None where there is none.

    The API says so by null, or by no linkage in an answer to a request that asked to include it.
    """

    __slots__ = ()

    @overload
    def __get__(self, instance: None, owner: type) -> ToOne[T]: ...
    @overload
    def __get__(self, instance: Resource, owner: type) -> T | None: ...
    def __get__(self, instance: Resource | None, owner: type) -> ToOne[T] | T | None:
        if instance is None:
            return self
        relationship = instance.relationships.get(self.name)
        ref = UNSET if relationship is None else relationship.data
        if isinstance(ref, list) and len(ref) < 2:  # noqa: PLR2004 - a list of one stands for it
            ref = ref[0] if ref else None
        if ref is None:
            return None
        if isinstance(relationship, Given):
            return relationship.resources[0]  # type: ignore[no-any-return]
        document = instance.document
        if document is not None and isinstance(ref, Ref):
            found: Any = document.find(ref)
            if found is not None:
                return found  # type: ignore[no-any-return]
        is_bare = relationship is not None and relationship.data is UNSET
        if is_bare and document is not None and document.should_have(instance, self.name):
            return None
        raise _not_included(instance, self, ref)

    def __set__(self, instance: Resource, value: T | None) -> None:
        if is_several(value):
            raise TypeError(f"{self.attribute} is one resource, not several")
        given = Relationship(data=None) if value is None else Given.of((value,), many=False)
        self.check(value)
        instance.given(self.name, given)


class ToMany(Named, Generic[T]):
    """A to-many relationship: the included resources, with what is known of how many there are."""

    __slots__ = ()

    @overload
    def __get__(self, instance: None, owner: type) -> ToMany[T]: ...
    @overload
    def __get__(self, instance: Resource, owner: type) -> Related[T]: ...
    def __get__(self, instance: Resource | None, owner: type) -> ToMany[T] | Related[T]:
        if instance is None:
            return self
        relationship = instance.relationships.get(self.name)
        if relationship is None or isinstance(relationship.data, UnsetType):
            raise _not_included(instance, self)
        data = relationship.data or ()
        refs = (data,) if isinstance(data, Ref) else tuple(data)
        if isinstance(relationship, Given):
            return Related(list(relationship.resources), refs, relationship)
        document = instance.document
        candidates = () if document is None else map(document.find, refs)
        found: list[Any] = [item for item in candidates if item is not None]
        # Without include the API sends ids alone, or an empty list beside a total.
        if not found and (refs or relationship.total):
            raise _not_included(instance, self)
        return Related(found, refs, relationship)

    def __set__(self, instance: Resource, value: Iterable[T]) -> None:
        if not is_several(value):
            raise TypeError(f"{self.attribute} are several resources: pass a list of them")
        resources = tuple(value)
        given = Given.of(resources, many=True)
        for resource in resources:
            self.check(resource)
        instance.given(self.name, given)


@public
class Related(Sequence[T]):
    """The resources of a to-many relationship that the document included.

    The API includes at most `related_limit` of them and does not say so in words: `truncated`
    tells. `refs` are the ids it named. Two are equal when they hold equal resources and the API
    said the same about them.
    """

    __slots__ = ("_items", "_relationship", "refs")

    def __init__(self, items: list[T], refs: tuple[Ref, ...], relationship: Relationship) -> None:
        self._items = items
        self.refs = refs
        self._relationship = relationship

    @property
    def total(self) -> int | None:
        """How many there are in all, None where the API does not say."""
        return self._relationship.total

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

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Related):
            return NotImplemented
        one, two = self, cast("Related[Resource]", other)
        return list(one) == list(two) and one._relationship == two._relationship

    def __hash__(self) -> int:
        return hash(self.refs)

    def __repr__(self) -> str:
        more = f", total={self.total}" if self.truncated and self.total else ""
        return f"Related({self._items!r}{more})"


_decode = msgspec.json.Decoder(dict[str, Relationship]).decode


def read_relationships(envelope: Envelope) -> dict[str, Relationship]:
    """Return the relationships of a resource by the API's names."""
    try:
        return _decode(envelope.relationships)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {
            name: _read_loosely(cast("Json", value))
            for name, value in read_object(envelope.relationships).items()
            if isinstance(value, dict)
        }


def _read_loosely(value: Json) -> Relationship:
    data = value.get("data", UNSET)
    linkage: Ref | list[Ref] | UnsetType | None = None
    if isinstance(data, list):
        refs = [_read_ref(item) for item in cast("list[object]", data)]
        linkage = [ref for ref in refs if ref is not None]
    elif data is not None:
        linkage = _read_ref(data) or UNSET
    links, meta = (Raw(msgspec.json.encode(value.get(name))) for name in ("links", "meta"))
    return Relationship(data=linkage, _links=links, _meta=meta)


def _read_ref(value: object) -> Ref | None:
    if not isinstance(value, dict):
        return None
    members = cast("Json", value)
    kind, identifier = members.get("type"), members.get("id")
    if not isinstance(kind, str) or not isinstance(identifier, str | int):
        return None
    return Ref(kind, str(identifier))


def _not_included(resource: Resource, relationship: Named, ref: object = None) -> NotIncludedError:
    kind = type(resource).__name__
    known = f" (its id is {ref.id!r})" if isinstance(ref, Ref) else ""
    advice = f"add include={[relationship.name]!r} to the call that read this resource"
    if resource.document is not None and resource.document.includes(resource):
        advice = (
            f"the API includes only what the resources asked for are related to; get this {kind}"
            f" ({resource.id!r}) itself, with include={[relationship.name]!r}"
        )
    return NotIncludedError(f"{kind}.{relationship.attribute} was not included{known}; {advice}")
