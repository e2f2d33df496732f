"""Failures: what is said of an error on stderr, and the exit code that goes with it."""

from __future__ import annotations

import click

from .exit_codes import ExitCode

__all__ = ["NotDoneError", "exit_code_of", "is_foreseen", "message_of"]


class NotDoneError(click.ClickException):
    """A write that this program did not send."""

    exit_code = ExitCode.NOT_DONE


# By the names of classes, of which the most special one counts: a command that fails before it
# needs the client has not imported them.
_CODES = {
    "InvalidKeyError": ExitCode.AUTHENTICATION,
    "AuthenticationError": ExitCode.AUTHENTICATION,
    "PermissionDeniedError": ExitCode.PERMISSION,
    "NotInPublicApiError": ExitCode.PERMISSION,
    "NotFoundError": ExitCode.NOT_FOUND,
    "GoneError": ExitCode.NOT_FOUND,
    "NoResultError": ExitCode.NOT_FOUND,
    "ReportNotReadyError": ExitCode.NOT_FOUND,
    "ConflictError": ExitCode.CONFLICT,
    "PlanStaleError": ExitCode.CONFLICT,
    "TooManyResultsError": ExitCode.CONFLICT,
    "UploadRejectedError": ExitCode.CONFLICT,
    "WorkflowError": ExitCode.CONFLICT,
    "RateLimitError": ExitCode.RATE_LIMIT,
    "AmbiguousWriteError": ExitCode.AMBIGUOUS_WRITE,
    "ConnectionFailedError": ExitCode.NETWORK,
    "TransferError": ExitCode.NETWORK,
    "UploadTimeoutError": ExitCode.TIMED_OUT_WAIT,
    "WaitTimeoutError": ExitCode.TIMED_OUT_WAIT,
    "TimeoutError": ExitCode.TIMED_OUT_WAIT,
    "BadRequestError": ExitCode.INVALID,
    "UnprocessableError": ExitCode.INVALID,
    "ConfigurationError": ExitCode.USAGE,
}


def exit_code_of(error: BaseException) -> ExitCode:
    """The exit code of what ended a command."""
    from .._runtime.messages.errors import AmbiguousWriteError

    if AmbiguousWriteError.carried_by(error) is not None:
        return ExitCode.AMBIGUOUS_WRITE
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    for kind in type(error).__mro__:
        if kind.__name__ in _CODES:
            return _CODES[kind.__name__]
    # The client refuses arguments that cannot mean what they say before it sends anything.
    return ExitCode.USAGE if isinstance(error, TypeError | ValueError) else ExitCode.FAILED


def is_foreseen(error: Exception) -> bool:
    """Whether an error is the world's or the user's, and none of this program's mistakes."""
    from .._runtime.messages.errors import AppStoreConnectError

    kinds = (AppStoreConnectError, OSError, RuntimeError, TypeError, ValueError)
    return isinstance(error, kinds)


def message_of(error: BaseException) -> str:
    """The text and notes of an error on one line: what is wrong, what to do, the request id."""
    text = "\n".join([str(error), *getattr(error, "__notes__", ())])
    lines = (line.strip() for line in text.splitlines())
    return "; ".join(line.rstrip(";") for line in lines if line) or type(error).__name__
