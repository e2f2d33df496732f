"""The fenced blocks of a Markdown file, and what is said about them."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\S*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A block, with the line its text begins in."""

    language: str
    text: str
    path: Path
    line: int

    @property
    def place(self) -> str:
        return f"{self.path.name}:{self.line}"

    def commands(self) -> list[tuple[str, str]]:
        """The commands of a console block, each with the output shown beneath it."""
        found: list[tuple[str, str]] = []
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:].strip(), ""))
            else:
                command, output = found.pop()
                found.append((command, output + line))
        return found


def blocks(path: Path) -> list[Block]:
    """All fenced blocks of a file, in their order."""
    text = path.read_text(encoding="utf-8")
    found = [
        Block(
            match["language"],
            textwrap.dedent(match["text"]),
            path,
            text.count("\n", 0, match.start("text")) + 1,
        )
        for match in _FENCE.finditer(text)
    ]
    fences = sum(line.lstrip().startswith("```") for line in text.splitlines())
    assert fences == 2 * len(found), f"{path.name} has a fence that is not closed"
    return found


def as_module(path: Path) -> str:
    """All Python blocks of a file as one module, each in the lines it has in the file."""
    lines: list[str] = []
    for block in blocks(path):
        if block.language == "python":
            lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    return "\n".join([*lines, ""])


def shows(expected: str, output: str) -> bool:
    """Whether an output is what is shown of it: `…` stands for anything within a line."""
    pattern = ".*".join(re.escape(part) for part in _lines(expected).split("…"))
    return re.fullmatch(pattern, _lines(output)) is not None


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
