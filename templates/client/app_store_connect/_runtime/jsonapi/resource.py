"""Resources: JSON:API objects with their attributes and relationships as plain attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, cast

import msgspec

from ..lazy import lazy_module
from ..messages.errors import NotInPublicApiError
from ..messages.secret import Discreet
from ..not_offered import NOT_OFFERED
from ..suggestions import Hint, kind_of, mark_misspelled, well_spelled
from . import lenient
from .envelope import Envelope, read_object
from .relationship import Named, Related, Relationship, ToMany, ToOne, read_relationships
from .values import Json, Ref, members_of, shown

if TYPE_CHECKING:
    from . import document as documents
else:
    documents = lazy_module(".document", __package__)

__all__ = ["Related", "Relationship", "Resource", "ToMany", "ToOne", "resource_id"]


class _ResourceMeta(msgspec.StructMeta):
    """Lets a resource be made with the resources that it is related to; decoding never does."""

    def __new__(cls, name: str, bases: Any, namespace: dict[str, Any], **options: Any) -> Any:
        # Those are for type checkers; to msgspec they would be attributes of the API.
        annotations = namespace.get("__annotations__", {})
        for attribute, value in namespace.items():
            if isinstance(value, Named):
                value.annotation = str(annotations.pop(attribute, ""))
        return super().__new__(cls, name, bases, namespace, **options)

    if not TYPE_CHECKING:  # It would hide what the fields say of the arguments.

        def __call__(self, /, *values: Any, **members: Any) -> Any:
            related = [name for name in members if isinstance(getattr(self, name, None), Named)]
            given = {name: members.pop(name) for name in related}
            made = super().__call__(*values, **members)
            for name, value in given.items():
                setattr(made, name, value)
            return made


class _NotOffered(Hint):
    """An attribute that people look for and the API does not have."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __get__(self, instance: object, owner: type) -> NoReturn:
        problem = NotInPublicApiError.of(f"{owner.__name__}.{self._name}")
        raise problem or AttributeError(self._name)


@cache
def _not_offered() -> dict[str, list[str]]:
    """Such attributes by the names of models."""
    found: dict[str, list[str]] = {}
    for place in NOT_OFFERED:
        owner, _, name = place.partition(".")
        if owner[:1].isupper():
            found.setdefault(owner, []).append(name)
    return found


class Resource(
    Discreet,
    msgspec.Struct,
    metaclass=_ResourceMeta,
    kw_only=True,
    eq=False,
    rename="camel",
):
    """A resource of the API.

    Its attributes are plain attributes, None where the API sent null or nothing; `attributes`
    holds just what was sent. Its relationships are attributes too, as far as the request included
    them. Two resources are equal when their type and id are. For tests it can be made with both:
    `Build(version="1", app=App(name="Trails"))`.
    """

    TYPE: ClassVar[str] = ""

    # An attribute of the API decodes into the field of its wire name; these can be no attribute's.
    id: str = msgspec.field(default="", name="/id")
    _envelope: Envelope | None = msgspec.field(default=None, name="/envelope")
    _document: Any = msgspec.field(default=None, name="/document")
    _relationships: Any = msgspec.field(default=None, name="/relationships")

    def __init_subclass__(cls) -> None:
        mark_misspelled(cls)
        for name in _not_offered().get(cls.__name__, ()):
            setattr(cls, name, _NotOffered(name))

    def __dir__(self) -> list[str]:
        return well_spelled(self)

    @property
    def resource_type(self) -> str:
        """The JSON:API type, such as `betaGroups`."""
        return type(self).TYPE or (self._envelope.type if self._envelope else "")

    @property
    def document(self) -> documents.Document | None:
        """The document it came in: `included`, `links`, `meta` and the HTTP response."""
        document: documents.Document | None = self._document
        return document

    @property
    def attributes(self) -> Json:
        """The attributes as they were sent, under the API's own names."""
        if self._envelope is not None:
            return read_object(self._envelope.attributes)
        given = {wire: value for wire, _, value in self._fields() if value is not None}
        return cast("Json", msgspec.to_builtins(given))

    @property
    def extra(self) -> Json:
        """What this package's model does not know or does not hold whole, as it was sent.

        Attributes, with all that is in them where a member of theirs is not known, and members that
        the resource has beside its attributes, such as `meta`.
        """
        sent = self.attributes
        unread = lenient.unread(type(self), sent)
        beside = {name: value for name, value in self._sent().items() if name not in _MEMBERS}
        return {**beside, **{name: value for name, value in sent.items() if name in unread}}

    @property
    def links(self) -> Json:
        """The links of the resource, usually `self`."""
        return read_object(self._envelope.links) if self._envelope else {}

    @property
    def relationships(self) -> Mapping[str, Relationship]:
        """The relationships as they were sent: linkage, links and meta by the API's names."""
        known: dict[str, Relationship] | None = self._relationships
        if known is None:
            known = self._relationships = read_relationships(self._envelope or Envelope())
        return known

    def came_in(self, envelope: Envelope, document: documents.Document) -> None:
        """Remember what this resource was read from; the runtime calls it once."""
        self.id = envelope.id
        self._envelope = envelope
        self._document = document
        self._relationships = None

    def given(self, name: str, relationship: Relationship) -> None:
        """Put a relationship in the place of what was sent; attributes of the model do."""
        self._relationships = {**self.relationships, name: relationship}

    def to_dict(self) -> Json:
        """Return the resource as it was sent, as plain JSON values."""
        whole: Json = {"type": self.resource_type, "id": self.id, "attributes": self.attributes}
        if self._envelope is not None:
            whole["relationships"] = read_object(self._envelope.relationships)
            whole["links"] = self.links
        return {**whole, **self._sent()}

    def _sent(self) -> Json:
        """Return the members that came, none for a resource that did not come in a document."""
        if self._envelope is None or self._document is None:
            return {}
        sent: Json = self._document.sent(self._envelope)
        return sent

    def _fields(self) -> Iterator[tuple[str, str, Any]]:
        """Return the attributes of the model: the API's name, Python's, and the value."""
        return members_of(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resource):
            return NotImplemented
        return self is other or (bool(self.id) and self._key() == other._key())

    # A Struct brings an inequality of its own, which knows nothing of the equality above.
    def __ne__(self, other: object) -> bool:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str]:
        return self.resource_type, self.id

    def __repr__(self) -> str:
        kind = type(self)
        members = [] if kind.TYPE else [f"resource_type={self.resource_type!r}"]
        members.append(f"id={self.id!r}")
        members += (f"{name}={shown(x)}" for _, name, x in self._fields() if x is not None)
        return f"{kind.__name__}({', '.join(members)})"


_MEMBERS = frozenset({"type", "id", "attributes", "relationships", "links"})


def resource_id(value: object, kind: str = "") -> str:
    """Return the id that text, a number, a reference or a resource stands for.

    Raises:
        TypeError: for a resource that is not of type `kind`.
        ValueError: for one without an id, and for text that is another name of a resource.
    """
    match value:
        case str():
            identifier, found = value, kind
        # Apple's ids of apps look like numbers, and other programs keep them as such.
        case int() if not isinstance(value, bool):
            identifier, found = str(value), kind
        case Ref():
            identifier, found = value.id, value.type
        case Resource():
            identifier, found = value.id, value.resource_type
        case _:
            wanted = f" of one of the {kind}" if kind else ""
            hint = ": was it found?" if value is None else ""
            raise TypeError(
                f"expected an id{wanted} as text, or a resource, not {kind_of(value)}{hint}"
            )
    if kind and found and found != kind:
        raise TypeError(f"expected one of the {kind}, not of the {found} ({identifier!r})")
    if not identifier.strip():
        raise ValueError(f"an id of one of the {found or 'resources'} is empty")
    if not identifier.isascii():
        _refuse_half_characters(identifier)
    if "." in identifier or "@" in identifier:
        from .other_names import refuse_other_names  # noqa: PLC0415 - no id of Apple's has these

        refuse_other_names(identifier, found)
    return identifier


def _refuse_half_characters(identifier: str) -> None:
    try:
        identifier.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair in an id cannot be sent") from None
