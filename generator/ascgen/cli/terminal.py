"""Whether there is a terminal to draw on, and whether it is to be plain."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def is_plain() -> bool:
    """Return whether the user wants neither colours nor bold: see no-color.org."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def console(*, stderr: bool = False) -> Console:
    """Return where tables and bars are drawn; plain where it is not a terminal, or wanted so."""
    from rich.console import Console

    return Console(stderr=stderr, color_system=None if is_plain() else "auto")
