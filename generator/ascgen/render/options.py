"""What the user may choose about the output."""

from __future__ import annotations

import keyword
from dataclasses import dataclass

from ascgen.errors import UsageError

MOLD = "app_store_connect"


@dataclass(frozen=True, slots=True)
class Options:
    """The name of the package, and the command that every file says it comes from."""

    package: str = MOLD
    command: str = "ascgen generate"

    def __post_init__(self) -> None:
        """Refuse a name that no import statement could name."""
        name = self.package
        if not (name.isidentifier() and name.isascii()) or keyword.iskeyword(name):
            raise UsageError(f"{name!r} is no name for a Python package")
