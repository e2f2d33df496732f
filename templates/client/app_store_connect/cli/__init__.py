"""`asc`: App Store Connect from a shell. It takes the extra `[cli]`."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .session import Session

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run a command, of the process unless `arguments` are given, and return its exit code.

    A `session` of your own says with which key, connections and environment.
    """
    if find_spec("click") is None:
        sys.stderr.write("error: asc takes the extra [cli]: pip install 'app-store-connect[cli]'\n")
        return 1
    from .program import run

    return run(sys.argv[1:] if arguments is None else list(arguments), session)
