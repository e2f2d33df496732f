"""What a tool cannot do, said so that a model knows what to call instead."""

from __future__ import annotations

from typing import Any

# Characters of a message, which may repeat what it was asked for.
_LONGEST = 600


class ToolError(Exception):
    """A call that failed: one line on what happened, and what to call instead.

    `data` is what the API said, which is data and no instruction.
    """

    def __init__(self, message: str, *, instead: str = "", data: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.instead = instead
        self.data = data

    def to_json(self) -> dict[str, Any]:
        """The answer of the tool."""
        told: dict[str, Any] = {"error": _short(self.message)}
        if self.instead:
            told["instead"] = _short(self.instead)
        if self.data:
            told["data"] = self.data
        return told


def _short(text: str) -> str:
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
