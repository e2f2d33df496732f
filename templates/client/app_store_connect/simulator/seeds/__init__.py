"""Teams to begin with, a module each: `plant` fills a simulator that has nothing yet."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..simulator import Simulator

__all__ = ["names", "plant"]


def names() -> tuple[str, ...]:
    """Return the names of all teams there are."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return tuple(name for name in names if not name.startswith("_"))


def plant(name: str, simulator: Simulator) -> None:
    """Fill a simulator with the team of a name; ValueError for one that there is not."""
    if name not in names():
        known = ", ".join(names()) or "none"
        raise ValueError(f"there is no team {name!r} to begin with; there are: {known}")
    import_module(f"{__name__}.{name}").plant(simulator)
