"""The rows of the report: what was measured, against what, and what it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bench.measure import Spread, differences, ratios

if TYPE_CHECKING:
    from collections.abc import Sequence

Unit = Literal["seconds", "bytes", "count"]
Of = Literal["subject", "ratio", "difference"]


@dataclass(frozen=True)
class Budget:
    """What a row may come to at most: its own figure, its ratio or its difference."""

    limit: float
    of: Of = "subject"


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    `peak` is the memory of the largest process, `together` that of all its processes at one time;
    both are bytes, None where nobody knows.
    """

    name: str
    values: Sequence[float]
    peak: float | None = None
    together: float | None = None

    @property
    def spread(self) -> Spread:
        """What its values come to."""
        return Spread.of(self.values)


@dataclass(frozen=True)
class Row:
    """A line of the report; without a subject it is the reason why there is none.

    `id` names the row for programs and stays what it is; `what` is for people.
    """

    id: str
    what: str
    unit: Unit = "seconds"
    subject: Side | None = None
    reference: Side | None = None
    budget: Budget | None = None
    reason: str = ""
    note: str = ""

    @property
    def area(self) -> str:
        """The part of the report it belongs to."""
        return self.id.partition(".")[0]

    @property
    def ratio(self) -> Spread | None:
        """How many times the reference the subject took, turn by turn."""
        if self.subject is None or self.reference is None:
            return None
        return Spread.of(ratios(self.subject.values, self.reference.values))

    @property
    def difference(self) -> Spread | None:
        """How much more than the reference the subject took; only where the budget asks."""
        if self.subject is None or self.reference is None or not self._asks("difference"):
            return None
        return Spread.of(differences(self.subject.values, self.reference.values))

    @property
    def verdict(self) -> Literal["ok", "over", ""]:
        """Whether the median keeps to the budget; empty where there is none, or no figure."""
        if self.budget is None or self.subject is None:
            return ""
        found = {
            "subject": self.subject.spread,
            "ratio": self.ratio,
            "difference": self.difference,
        }
        spread = found[self.budget.of]
        if spread is None:
            return ""
        return "ok" if spread.median <= self.budget.limit else "over"

    def as_json(self, *, judged: bool = True) -> dict[str, Any]:
        """The row as plain values; without a verdict where the figures are not to be judged."""
        return {
            "id": self.id,
            "area": self.area,
            "what": self.what,
            "unit": self.unit,
            "subject": _side(self.subject),
            "reference": _side(self.reference),
            "ratio": _spread(self.ratio),
            "difference": _spread(self.difference),
            "budget": self.budget and {"limit": self.budget.limit, "of": self.budget.of},
            "verdict": self.verdict if judged else "",
            "reason": self.reason,
            "note": self.note,
        }

    def _asks(self, of: Of) -> bool:
        return self.budget is not None and self.budget.of == of


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "name": side.name,
        **(_spread(side.spread) or {}),
        "peak_bytes": side.peak,
        "together_bytes": side.together,
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    return {
        "median": spread.median,
        "low": spread.low,
        "high": spread.high,
        "count": spread.count,
    }
