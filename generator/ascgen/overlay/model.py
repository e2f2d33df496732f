"""What an overlay is once it has been read, and what it reports once it has been applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

if TYPE_CHECKING:
    from jsonpath.path import CompoundJSONPath, JSONPath

Location = tuple[str | int, ...]
"""The keys and indexes that lead from a document to one of its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One action of an overlay; `pointer` is its place in the overlay's own text.

    `where` is what a document must have for the action to be any of its business.
    """

    id: str
    reason: str
    source: str
    description: str
    target: str
    pointer: str
    update: Any
    remove: bool
    path: JSONPath | CompoundJSONPath = field(repr=False, compare=False)
    where: JSONPath | CompoundJSONPath | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay that has been read and checked, ready for `apply_overlay`."""

    title: str
    version: str
    mends: tuple[Mend, ...]
    extends: str = ""


@dataclass(frozen=True, slots=True)
class MendOutcome:
    """What one mend did to one document.

    `places` are JSON pointers into the document as it was when the mend's turn came; `changed` is
    how many of them it changed. A mend that is for other documents is not applicable.
    """

    id: str
    reason: str
    source: str
    places: tuple[str, ...]
    changed: int
    is_applicable: bool = True

    @property
    def status(self) -> Literal["applied", "obsolete", "not-applicable"]:
        """Whether the mend changed anything; `obsolete` where Apple has made the change itself."""
        if not self.is_applicable:
            return "not-applicable"
        return "applied" if self.changed else "obsolete"


@dataclass(frozen=True, slots=True)
class OverlayReport:
    """What an overlay did to one document, mend by mend, in the overlay's order."""

    title: str
    version: str
    outcomes: tuple[MendOutcome, ...]

    @property
    def obsolete(self) -> tuple[MendOutcome, ...]:
        """The mends that changed nothing although they were for this document."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "obsolete")


def pointer_to(location: Location) -> str:
    """Return a location as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in location)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a JSON value is an array."""
    return isinstance(value, list)
