"""Renames: which of the things that are gone lives on under another name."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

T = TypeVar("T")

_ENOUGH = 0.7
# With fewer members in common than this, equal members prove nothing: many enumerations are
# ACTIVE and INACTIVE.
_TELLING = 3
_COMMON = 0.5


def pairs(
    old: Mapping[str, T], new: Mapping[str, T], likeness: Callable[[T, T], float]
) -> dict[str, str]:
    """New names by old ones, for what only one side has; the most alike are paired first."""
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    candidates = sorted(
        (-score, before, after)
        for before in gone
        for after in come
        if (score := likeness(old[before], new[after])) >= _ENOUGH
    )
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, before, after in candidates:
        if before not in found and after not in taken:
            found[before] = after
            taken.add(after)
    return found


def alike(
    old: str, new: str, old_members: AbstractSet[str], new_members: AbstractSet[str]
) -> float:
    """Return how much two things with members are one: by what both have, and a little by name."""
    common = len(old_members & new_members)
    share = common / len(old_members | new_members) if common else 0.0
    if share < _COMMON:
        return 0.0
    return 0.6 * share * min(1.0, common / _TELLING) + 0.4 * name_likeness(old, new)


def name_likeness(old: str, new: str) -> float:
    """Return how alike two names are, from 0 to 1, whatever their case."""
    return SequenceMatcher(None, old.lower(), new.lower(), autojunk=False).ratio()
