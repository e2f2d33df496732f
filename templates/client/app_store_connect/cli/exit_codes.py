"""Exit codes, which scripts tell failures apart by."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    AUTHENTICATION = 3
    PERMISSION = 4
    NOT_FOUND = 5
    CONFLICT = 6
    RATE_LIMIT = 7
    AMBIGUOUS_WRITE = 8
    NETWORK = 9
    TIMED_OUT_WAIT = 10
    NOT_DONE = 11
    INVALID = 12
    INTERRUPTED = 130
    UNREAD = 141

    @property
    def meaning(self) -> str:
        """What it says, in a few words."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "failed in another way, such as Apple's side being broken",
    ExitCode.USAGE: "the command line is wrong; nothing was sent",
    ExitCode.AUTHENTICATION: "no usable key, or it was refused",
    ExitCode.PERMISSION: "the key may not do this",
    ExitCode.NOT_FOUND: "there is no such resource, or not yet such a report",
    ExitCode.CONFLICT: "the state of a resource forbids it",
    ExitCode.RATE_LIMIT: "too many requests",
    ExitCode.AMBIGUOUS_WRITE: "a write may or may not have happened: look before you repeat it",
    ExitCode.NETWORK: "no answer, and nothing has changed",
    ExitCode.TIMED_OUT_WAIT: "what was waited for did not come in time",
    ExitCode.NOT_DONE: "read only, or not confirmed; nothing was sent",
    ExitCode.INVALID: "the API does not take a value of the request",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.UNREAD: "whoever read the output stopped, as `head` does",
}
