"""Areas: the parts of the API that people know by name, and which resource belongs to which."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OTHER = "Other"


@cache
def titles() -> tuple[str, ...]:
    """Return all areas in the order they are shown; what belongs nowhere comes last."""
    return (*dict.fromkeys(_areas().values()), OTHER)


def areas(names: Iterable[str], related: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the area of every resource: by its name, else where most of its relatives are.

    `related` are the names of the resources at either end of each one's relationships.
    """
    found = {name: _by_name(name) for name in names}
    for name, area in found.items():
        if area is None:
            kin = Counter(
                kin_area
                for other in related.get(name, ())
                if (kin_area := _by_name(other)) is not None
            )
            # Of equally frequent ones, the first on the map.
            best = max(kin, key=lambda one: (kin[one], -titles().index(one)), default=OTHER)
            found[name] = best
    return {name: area or OTHER for name, area in found.items()}


def _by_name(name: str) -> str | None:
    known = _areas()
    if f"={name}" in known:
        return known[f"={name}"]
    for length in range(len(name), 0, -1):
        if name[:length] in known:
            return known[name[:length]]
    return None


@cache
def _areas() -> dict[str, str]:
    """Titles by the beginnings of names."""
    text = (files("ascgen.graph") / "areas.toml").read_text(encoding="utf-8")
    return {name: area["title"] for area in tomllib.loads(text)["area"] for name in area["names"]}
