"""Values as callers pass and receive them: open enums, nested objects, references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw, UnsetType

from ..messages.redaction import redacted
from ..messages.secret import Discreet
from ..public import public
from ..suggestions import mark_misspelled, well_spelled
from . import lenient
from .envelope import read_members

if TYPE_CHECKING:
    from .resource import Resource

__all__ = [
    "UNSET",
    "AnswerModel",
    "DateTime",
    "Extra",
    "Id",
    "Json",
    "Model",
    "OneOrMany",
    "OpenEnum",
    "Ref",
    "Unset",
    "aware",
    "is_several",
    "members_of",
    "open_value",
    "shown",
]

Unset: TypeAlias = UnsetType
Json: TypeAlias = dict[str, Any]

Extra: TypeAlias = Mapping[str, object] | None
"""What the API takes and its document lacks: parameters or members by Apple's own names."""

DateTime: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time, which has a time zone."""

T = TypeVar("T")
R = TypeVar("R", bound="Resource")

OneOrMany: TypeAlias = T | Iterable[T]
"""One value or several; in a query several are joined by commas."""


@public
class OpenEnum(StrEnum):
    """An enumeration that keeps values it does not know: Apple sends some before documenting them.

    Every value equals its string; `is_known` says whether this version of the package lists it.
    """

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the API's document listed this value when the package was made."""
        return type(self).__members__.get(self._name_) is self

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        # By value, so that an unknown one survives pickling and copying too.
        return (type(self), (self._value_,))


class Model(Discreet, msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An object inside an attribute. Members that the API left out or sent as null are None.

    In a request, members that are None are left out; pass a mapping with Apple's names instead to
    send null or what this package does not know.
    """

    def __init_subclass__(cls) -> None:
        mark_misspelled(cls)

    def __dir__(self) -> list[str]:
        return well_spelled(self)

    def __repr__(self) -> str:
        return shown(self)


class AnswerModel(Model, kw_only=True, eq=False):
    """An answer, or a row of one, that is no resource; it keeps what was sent.

    Two are equal when their members are.
    """

    # No member of the API's is called so.
    _sent: Raw = msgspec.field(default=Raw(b"{}"), name="/sent")

    @property
    def extra(self) -> Json:
        """The members that this package does not know or does not hold whole, as they were sent."""
        sent = read_members(bytes(self._sent))
        names = lenient.unread(type(self), sent)
        return {name: value for name, value in sent.items() if name in names}

    def to_dict(self) -> Json:
        """Return it as it was sent, as plain JSON values."""
        members = {wire: x for wire, _, x in members_of(self) if x is not None}
        made: Json = msgspec.to_builtins(members)
        return read_members(bytes(self._sent)) or made

    def came_as(self, sent: Raw) -> None:
        """Remember what this was read from; the runtime calls it once."""
        self._sent = sent

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return [*members_of(self)] == [*members_of(other)]

    def __ne__(self, other: object) -> bool:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    # As with all that can change.
    __hash__ = None  # type: ignore[assignment]


def members_of(value: msgspec.Struct) -> Iterator[tuple[str, str, Any]]:
    """Yield what an object holds of the API's: the API's name, Python's, and the value."""
    names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
    return ((wire, name, getattr(value, name)) for wire, name in names if wire[:1] != "/")


class Ref(msgspec.Struct, frozen=True, gc=False):
    """A reference to a resource: its type and id, as relationships carry them."""

    type: str
    id: str


Id: TypeAlias = str | Ref | R
"""What names a resource: its id, a reference, or the resource itself."""


def open_value(value: str | Iterable[str] | Mapping[str, object]) -> Any:
    """Return the same value, for type checkers one that fits where listed values are expected.

    Parameters that take listed values are typed as such, so that a misspelt one is found before it
    is sent. Values that a program decides upon while it runs go through here:

        asc.builds.list(processing_state=open_value(states), include=open_value(names))

    Where there is an enumeration, `BuildProcessingState(text)` does the same and keeps the type.
    """
    return value


def is_several(value: object) -> bool:
    """Return whether a value stands for several; text, bytes, objects and references are one."""
    if isinstance(value, str | bytes | bytearray | memoryview | Mapping | msgspec.Struct):
        return False
    # A named tuple is an object, too.
    return isinstance(value, Iterable) and not hasattr(cast("object", value), "_fields")


def aware(value: datetime) -> datetime:
    """Return the same time, refused when it has no offset: the API would have to guess the zone."""
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()} has no time zone; add one, such as datetime.UTC")
    return value


def shown(value: object, depth: int = 20) -> str:
    """Return the repr of a value that came from the API; signed addresses lose their secret.

    What is nested deeper is left out: call stacks are nested as deep as they are high.
    """
    match value:
        case str() if "://" in value:
            return repr(redacted(value))
        case list() | dict() | Model() if not depth:
            return "…"
        case list():
            return f"[{', '.join(shown(x, depth - 1) for x in cast('list[object]', value))}]"
        case dict():
            pairs = cast("dict[object, object]", value).items()
            return f"{{{', '.join(f'{name!r}: {shown(x, depth - 1)}' for name, x in pairs)}}}"
        case Model():
            members = ((name, x) for _, name, x in members_of(value))
            if type(value).__name__ == "HttpHeader":
                # Headers of an upload may be its signature.
                members = ((name, x) for name, x in members if name != "value")
            text = ", ".join(
                f"{name}={shown(x, depth - 1)}" for name, x in members if x is not None
            )
            return f"{type(value).__name__}({text})"
        case _:
            return repr(value)
