"""What can go wrong with reports besides what any call can come to."""

from __future__ import annotations

from .._runtime.messages.error_root import AppStoreConnectError

__all__ = ["ReportError", "ReportNotReadyError"]


class ReportError(AppStoreConnectError):
    """A download that is not a report, or is damaged, incomplete or too large."""


class ReportNotReadyError(AppStoreConnectError):
    """Apple has not made the report yet: ask again later. `__cause__` is the API's answer, if any.

    Sales of a day come in the course of the next one, financial reports some weeks after the end
    of a fiscal month, the first analytics one to two days after they were asked for.
    """
