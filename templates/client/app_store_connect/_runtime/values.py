"""Values on their way to and from the wire: open enums, references, and how each is spelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

if TYPE_CHECKING:
    from .resource import Resource

__all__ = ["UNSET", "Id", "Json", "Model", "OneOrMany", "OpenEnum", "Ref", "Unset"]

Unset: TypeAlias = UnsetType
Json: TypeAlias = dict[str, Any]

T = TypeVar("T")
R = TypeVar("R", bound="Resource")

OneOrMany: TypeAlias = T | Iterable[T]
"""One value or several; several are sent joined by commas."""


class OpenEnum(StrEnum):
    """An enumeration that keeps values it does not know: Apple sends some before documenting them.

    Every value equals its string; `is_known` tells whether this version of the package lists it.
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
        return self._name_ in type(self).__members__

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        # By value, so that an unknown one survives pickling and copying too.
        return (type(self), (self._value_,))


class Model(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An object inside an attribute. Members that the API left out or sent as null are None."""


class Ref(msgspec.Struct, frozen=True):
    """A reference to a resource: its type and id, as relationships carry them."""

    type: str
    id: str


Id: TypeAlias = str | Ref | R
"""What names a resource: its id, a reference, or the resource itself."""


def is_several(value: object) -> bool:
    """Whether a value stands for several; text and references are one."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | msgspec.Struct)


def query_text(value: object) -> str:
    """One value as text of a query."""
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case datetime():
            return aware(value).isoformat()
        case date():
            return value.isoformat()
        case str() | int() | float():
            return str(value)
        case _:
            identifier = getattr(value, "id", None)
            if isinstance(identifier, str) and identifier:
                return identifier
            raise TypeError(f"{type(value).__name__} cannot be sent in a query: {value!r}")


def aware(value: datetime) -> datetime:
    """The same time, refused when it has no offset: the API would have to guess the zone."""
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()} has no time zone; add one, such as datetime.UTC")
    return value


def checked_attribute(value: object) -> object:
    """An attribute's value, ready to be encoded."""
    return aware(value) if isinstance(value, datetime) else value
