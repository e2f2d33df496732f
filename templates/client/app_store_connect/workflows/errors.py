"""What keeps a job from being done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._runtime.messages.errors import AppStoreConnectError

if TYPE_CHECKING:
    from .preflight import Preflight

__all__ = ["NotReadyError", "WaitTimeoutError", "WorkflowError"]


class WorkflowError(AppStoreConnectError):
    """A job cannot be done as things are; the text says why and what to do first."""


class WaitTimeoutError(WorkflowError):
    """What was waited for has not happened in time; it may happen yet, and the job run again."""


class NotReadyError(WorkflowError):
    """A version lacks something that App Review asks for; `report` lists it all."""

    def __init__(self, report: Preflight) -> None:
        super().__init__(str(report))
        self.report = report
