"""`asc`: App Store Connect from a shell. It takes the extra `[cli]`."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .session import Session

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run a command, of the process unless `arguments` are given, and return its exit code.

    A `session` of your own says with which key, connections and environment.
    """
    if find_spec("click") is None:
        sys.stderr.write("error: asc takes the extra [cli]: pip install 'app-store-connect[cli]'\n")
        return 1
    if arguments is None:
        _prepare()
    from .program import run

    return run(sys.argv[1:] if arguments is None else list(arguments), session)


def _prepare() -> None:
    """Have the streams of the process take anything, in every locale and where one is closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # It stays open as long as the process lives.
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115
            setattr(sys, name, stream)
    reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")
