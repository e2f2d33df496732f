"""Everything that can go wrong, as one tree.

AscgenError            exit 3: the spec, the network or the file system
├── SpecError          the document is not what this program understands (names a JSON pointer)
├── FetchError         a download failed; the cached document is untouched
├── StoreError         a file could not be read or written
└── UsageError         exit 2: a name or an option the user gave
"""

from __future__ import annotations

_LONGEST = 1_500


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Text as one line of bounded length that cannot steer a terminal.

    Messages quote documents, servers and other libraries, which quote them as they are.
    """
    short = text if len(text) <= longest else f"{text[:longest]}…"
    return short if short.isprintable() else repr(short)[1:-1]


class AscgenError(Exception):
    """A failure the user can act on: one line that says what happened, one that says what to do."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = one_line(message)
        self.hint = one_line(hint)
        super().__init__(self.message)


# Most documents come from Apple and cannot be changed.
_GO_ON = "nothing was written; `--spec snapshot` goes on with the facts that come with this program"


class SpecError(AscgenError):
    """The document holds something this program does not understand, at `pointer` (RFC 6901)."""

    def __init__(self, message: str, *, pointer: str = "", hint: str = "") -> None:
        super().__init__(
            f"{message} (at {pointer})" if pointer else message, hint=hint or (pointer and _GO_ON)
        )
        self.pointer = pointer


class FetchError(AscgenError):
    """A download or an import of a document failed; nothing that was cached has changed."""


class StoreError(AscgenError):
    """A file could not be read or written."""


class UsageError(AscgenError):
    """The user named something that does not exist or options that contradict each other."""

    exit_code = 2
