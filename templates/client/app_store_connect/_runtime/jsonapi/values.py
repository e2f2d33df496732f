"""Values as callers pass and receive them: open enums, nested objects, references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar, cast

import msgspec
from msgspec import UNSET, UnsetType

from ..messages.redaction import redacted
from ..messages.secret import Discreet
from ..public import public
from ..suggestions import mark_misspelled, well_spelled

if TYPE_CHECKING:
    from .resource import Resource

__all__ = [
    "UNSET",
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
            members = ((name, getattr(value, name)) for name in value.__struct_fields__)
            if type(value).__name__ == "HttpHeader":
                # Headers of an upload may be its signature.
                members = ((name, x) for name, x in members if name != "value")
            text = ", ".join(
                f"{name}={shown(x, depth - 1)}" for name, x in members if x is not None
            )
            return f"{type(value).__name__}({text})"
        case _:
            return repr(value)
