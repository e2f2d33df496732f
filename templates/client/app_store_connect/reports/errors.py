"""What can go wrong with reports besides what any call can come to."""

from __future__ import annotations

from .._runtime.messages.error_root import AppStoreConnectError

__all__ = ["ReportError", "ReportNotReadyError"]


class ReportError(AppStoreConnectError):
    """What arrived is no report, or is damaged, incomplete or too large; the text says which."""


class ReportNotReadyError(AppStoreConnectError):
    """Apple has not made the report yet: ask again later. `__cause__` is the API's answer, if any.

    Sales of a day come in the course of the next one, financial reports some weeks after the end
    of a fiscal month, the first analytics one to two days after they were asked for.
    """
