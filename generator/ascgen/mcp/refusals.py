"""What a tool cannot do, said so that a model knows what to call instead."""

from __future__ import annotations

from typing import Any


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
        told: dict[str, Any] = {"error": self.message}
        if self.instead:
            told["instead"] = self.instead
        if self.data:
            told["data"] = self.data
        return told
