"""Selection of the one item of a collection that is meant.

Apple's text filters do not compare for equality: `filter[bundleId]` finds longer ids, too. So what
they found is compared here.
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

import msgspec
from msgspec import UNSET

from ..messages.errors import NoResultError, TooManyResultsError
from .query import refuse_nones
from .resource import Resource

if TYPE_CHECKING:
    from ..messages.request import Request

__all__ = ["Selection", "by_attributes", "by_filters"]

T = TypeVar("T")

Values: TypeAlias = Mapping[str, Any]

_SHOWN = 200
_NEAR = 3
_LIKENESS = 0.4
# An account has fewer apps than that; names beyond these are not looked at for likeness.
_MOST = 10_000


class Selection(Generic[T]):
    """Takes the items of a collection one by one, until it is known which one is meant."""

    def __init__(self, request: Request, wanted: str, compared: Callable[[T], Values]) -> None:
        """Look for `wanted`, in words; `compared` gives what of an item differs from it."""
        self._request = request
        self._wanted = wanted
        self._compared = compared
        self._found: list[T] = []
        self._others: list[Values] = []

    def take(self, item: T) -> bool:
        """Look at the next item; whether that is enough."""
        differing = self._compared(item)
        if not differing:
            self._found.append(item)
        elif len(self._others) < _MOST:
            self._others.append({**differing, "id": getattr(item, "id", "")})
        return len(self._found) > 1

    def result(self) -> T:
        """Return the item.

        Raises:
            ResultCountError: where there is none or there are several.
        """
        match self._found:
            case [item]:
                return item
            case []:
                raise NoResultError(f"{self._request!r} found nothing{self._wanted}{self._near()}")
            case _:
                raise TooManyResultsError(f"{self._request!r} found more than one{self._wanted}")

    def _near(self) -> str:
        """Return what of the others comes near to what is looked for."""
        if not self._others:
            return ""
        if all(value is None for other in self._others for value in _without_id(other).values()):
            return f": none of the {len(self._others)} came with it; is it left out by `fields`?"
        texts = {
            ", ".join(str(value) for value in _without_id(other).values()): other["id"]
            for other in self._others
        }
        close = difflib.get_close_matches(self._wanted, texts, _NEAR, _LIKENESS)
        shown = ", ".join(f"{text!r} ({texts[text]})" for text in close or list(texts)[:_NEAR])
        return f" exactly; near it are {shown}"[: _SHOWN * 3]


def _without_id(values: Values) -> Values:
    return {name: value for name, value in values.items() if name != "id"}


def by_attributes(request: Request, attributes: Values) -> Selection[Any]:
    """Select by attributes that are exactly these, by their Python names.

    Raises:
        TypeError: for none of them.
        ValueError: for one that is None.
    """
    if not attributes:
        raise TypeError("find() compares attributes: pass one, such as name='QA'")
    refuse_nones(**attributes)
    if unset := [name for name, value in attributes.items() if value is UNSET]:
        raise TypeError(f"find() was given no {unset[0]} to compare")

    def compared(item: object) -> Values:
        found = {name: _attribute(item, name) for name in attributes}
        return {name: value for name, value in found.items() if value != attributes[name]}

    wanted = " and ".join(f"{name}={value!r}" for name, value in attributes.items())
    return Selection(request, f" with {wanted}"[:_SHOWN], compared)


def by_filters(request: Request) -> Selection[Any]:
    """Select by the text filters of a request, as far as the items came with what they filter by.

    Only attributes that hold any text are compared; the API does so itself for all others.
    """
    filters = {
        name.removeprefix("filter[").removesuffix("]"): {text, *text.split(",")}
        for name, text in request.query
        if name.startswith("filter[")
    }

    def compared(item: object) -> Values:
        texts = _texts(cast("type[msgspec.Struct]", type(item)))
        found = {name: getattr(item, texts[name]) for name in filters if name in texts}
        return {
            texts[name]: value
            for name, value in found.items()
            if value is not None and value not in filters[name]
        }

    said = [f"{name}={text}" for name, text in request.query if name.startswith("filter[")]
    return Selection(request, f" with {', '.join(said)}"[:_SHOWN] if said else "", compared)


def _attribute(item: object, name: str) -> object:
    if isinstance(item, Resource) and not item.TYPE:
        # Of a type that has no class; its attributes have the API's names.
        return item.id if name == "id" else item.attributes.get(name)
    known = [x for x in getattr(item, "__struct_fields__", ()) if not x.startswith("_")]
    if name not in known:
        close = difflib.get_close_matches(name, known, 1, _LIKENESS)
        advice = f"; did you mean {close[0]}?" if close else ""
        raise TypeError(f"{type(item).__name__} has no attribute {name}{advice}")
    return getattr(item, name)


@cache
def _texts(kind: type[msgspec.Struct]) -> Mapping[str, str]:
    """Return the attributes of a model that hold any text: Python's names by the API's."""
    if not issubclass(cast("type", kind), msgspec.Struct):
        return {}  # Ids, which are plain text.
    return {
        field.encode_name: field.name
        for field in msgspec.structs.fields(kind)
        if get_origin(field.type) in {Union, types.UnionType}
        and set(get_args(field.type)) == {str, types.NoneType}
    }
