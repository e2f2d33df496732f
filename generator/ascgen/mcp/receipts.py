"""Receipts: what stands for a rehearsed plan, once and for ten minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ascgen.mcp.refusals import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

LIFETIME = 600.0
# A plan holds what it would write; this many are kept, the youngest.
_KEPT = 100
_AGAIN = "call plan for a new receipt"


class _Issued(Struct, frozen=True):
    plan: Any
    digest: str
    until: float
    session: str


class Receipts:
    """Plans by their receipts.

    `clock` gives seconds that only grow, `draw` texts that nobody guesses.
    """

    def __init__(self, clock: Callable[[], float], draw: Callable[[], str]) -> None:
        self._clock = clock
        self._draw = draw
        self._issued: dict[str, _Issued] = {}
        self._used: set[str] = set()

    def issue(self, plan: Any, session: str = "") -> str:
        """Return a receipt for a plan as it is now, which is good in this session alone."""
        while len(self._issued) >= _KEPT:
            del self._issued[next(iter(self._issued))]
        receipt = self._draw()
        self._issued[receipt] = _Issued(plan, plan.digest, self._clock() + LIFETIME, session)
        return receipt

    def redeem(self, receipt: str, session: str = "") -> Any:
        """Return the plan of a receipt, which is good for nothing afterwards.

        Raises:
            ToolError: it is none of this session's, was used before, or is too old.
        """
        if receipt in self._used:
            raise ToolError("this receipt has been used", instead=_AGAIN)
        found = self._issued.get(receipt)
        if found is None or found.session != session:
            raise ToolError("this is no receipt of this server", instead=_AGAIN)
        del self._issued[receipt]
        self._used.add(receipt)
        if self._clock() > found.until:
            raise ToolError("this receipt is older than ten minutes", instead=_AGAIN)
        if found.plan.digest != found.digest:
            raise ToolError("the plan of this receipt has changed", instead=_AGAIN)
        return found.plan
