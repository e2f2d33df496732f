"""Queries: what callers pass as filters and the like, as the API's wire text.

Nothing vanishes on the way: the API answers a filter that is missing or empty with
everything. So None and empty values are refused, and UNSET alone means "left out".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from msgspec import UNSET

from ..suggestions import kind_of
from .resource import Resource, resource_id
from .values import Ref, aware, is_several

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Read",
    "by_type",
    "check_names",
    "flag",
    "joined",
    "number",
    "raw_query",
    "refuse_nones",
    "refuse_unset",
    "value",
    "word",
]

Read: TypeAlias = Callable[[Any], str]
"""How one value becomes text; TypeError or ValueError for what cannot be meant."""

_ADVICE = "leave it out, or pass UNSET, to ask for all there are"


def value(item: Any) -> str:
    """Return the text of what a filter may hold."""
    match item:
        case bool():
            return "true" if item else "false"
        case Enum():
            return str(item.value)
        case datetime():
            return aware(item).isoformat()
        case date():
            return item.isoformat()
        case float() if not isfinite(item):
            raise ValueError(f"{item!r} cannot be sent in a query")
        case str() | int() | float():
            return str(item)
        case Ref() | Resource():
            return resource_id(item)
        case _:
            raise TypeError(f"{kind_of(item)} cannot be sent in a query")


def word(item: object) -> str:
    """Return the text of a name of the API, such as an attribute or a relationship."""
    if not isinstance(item, str):
        raise TypeError(f"expected a name of the API, not {kind_of(item)}")
    return str(item.value) if isinstance(item, Enum) else item


def number(item: object) -> str:
    """Return the text of how many there may be."""
    if isinstance(item, bool) or not isinstance(item, int | str):
        raise TypeError(f"expected a whole number, not {kind_of(item)}")
    if isinstance(item, str) and not item.strip().isdecimal():
        raise ValueError(f"expected a whole number, not {item!r}")
    if int(item) < 1:
        raise ValueError(f"expected a whole number from 1 on, not {item!r}")
    return str(int(item))


def flag(item: object) -> str:
    """Return the text of whether there is something."""
    if not isinstance(item, bool | str):
        raise TypeError(f"expected True or False, not {kind_of(item)}")
    if isinstance(item, str) and item not in {"true", "false"}:
        raise ValueError(f"expected True or False, not {item!r}")
    return value(item)


def joined(
    name: str, given: object, read: Read = value, *, split: bool = True, may_be_empty: bool = False
) -> str:
    """Return a query value as text; several joined by commas, none of which may hold one itself.

    `split` says that the API splits even a single value at its commas. ValueError, with `name`, for
    None and for what is empty.
    """
    values = list(cast("Iterable[object]", given)) if is_several(given) else [given]
    refuse_nones(**{name: values})
    if read is number and is_several(given):
        raise TypeError(f"{name} takes one whole number, not several")
    try:
        texts = [read(item) for item in values]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
    if isinstance(given, set | frozenset):
        texts.sort()
    for text in texts:
        if not text.isascii():
            _refuse_half_characters(name, text)
        if "," in text and (split or len(texts) > 1):
            raise ValueError(
                f"{name}: {text!r} holds a comma, at which the API would split it;"
                " pass several values as a list"
            )
    if not all(map(str.strip, texts or [""])) and not (may_be_empty and len(texts) <= 1):
        raise ValueError(f"{name}: there is no value in it, or an empty one; {_ADVICE}")
    return ",".join(texts)


def _refuse_half_characters(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name}: half of a surrogate pair in it cannot be sent") from None


def by_type(name: str, given: object, read: Read, *, may_be_empty: bool = False) -> dict[str, str]:
    """`fields` and `related_limit`: a parameter of its own for each resource type."""
    refuse_nones(**{name: given})
    if not isinstance(given, Mapping):
        raise TypeError(f"{name} takes a mapping by resource type, not {kind_of(given)}")
    # The API calls both kinds of limit the same.
    wire = "limit" if name == "related_limit" else name
    found: dict[str, str] = {}
    for member, item in cast("Mapping[object, object]", given).items():
        if not isinstance(member, str) or not member:
            raise TypeError(f"{name} takes names of resource types, not {member!r}")
        if item is not UNSET:
            label = f"{name}[{member!r}]"
            found[f"{wire}[{member}]"] = joined(label, item, read, may_be_empty=may_be_empty)
    return found


def raw_query(query: Mapping[str, object], argument: str) -> dict[str, str]:
    """Return a query by its wire names, commas as they are; what is UNSET is left out.

    An empty value is refused but for fieldsets, where it means that no field is wanted; `argument`
    is what errors call the whole.
    """
    check_names(argument, query)
    return {
        wire: joined(wire, item, split=False, may_be_empty=wire.startswith("fields["))
        for wire, item in query.items()
        if item is not UNSET
    }


def check_names(argument: str, given: object) -> None:
    """Raise a TypeError unless this is a mapping by the API's names."""
    if not isinstance(given, Mapping):
        raise TypeError(f"{argument} takes a mapping, not {kind_of(given)}")
    for name in cast("Mapping[object, object]", given):
        if not isinstance(name, str) or not name:
            raise TypeError(f"{argument} takes names of the API, not {name!r}")


def refuse_nones(**arguments: object) -> None:
    """Raise a ValueError that names the first argument which is None, or holds it in a list."""
    for name, given in arguments.items():
        if given is None or (isinstance(given, list) and None in given):
            raise ValueError(f"{name} is None or has None in it: {_ADVICE}")


def refuse_unset(required: Mapping[str, object]) -> None:
    """Raise a TypeError that names the first required argument which is UNSET."""
    for name, given in required.items():
        if given is UNSET:
            raise TypeError(f"{name} is required: UNSET would leave it out")
