"""What can go wrong when a plan is applied."""

from __future__ import annotations

from typing import Any

from .._runtime.messages.error_root import AppStoreConnectError, printable
from .secrets import clipped, hidden

__all__ = ["PlanError", "PlanStaleError"]

_LONGEST = 200


class PlanError(AppStoreConnectError):
    """A plan that cannot be applied as it is; the text says why, and what to do."""


class PlanStaleError(PlanError):
    """Something that a plan changes is no longer as it was; make the plan anew.

    `attribute` is the attribute or relationship of the resource, or what else is not the same;
    `expected` is what it was and `found` what it is. Secrets are hidden in both.
    """

    def __init__(
        self, resource_type: str, resource_id: str, attribute: str, expected: Any, found: Any
    ) -> None:
        self.resource_type = resource_type
        self.resource_id = resource_id
        self.attribute = attribute
        self.expected = hidden(expected, name=attribute)
        self.found = hidden(found, name=attribute)
        super().__init__(
            f"{printable(f'{resource_type} {resource_id}', _LONGEST)}: {attribute} is"
            f" {_shown(self.found)}, and was {_shown(self.expected)} when the plan was made;"
            " nothing was sent.\n  Make the plan anew."
        )


def _shown(value: Any) -> str:
    return printable(clipped(repr(value)), _LONGEST)
