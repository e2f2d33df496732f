"""Where users import a class from, which is what tracebacks, `help()` and pickles name."""

from __future__ import annotations

from typing import TypeVar

__all__ = ["PACKAGE", "place_of", "public"]

T = TypeVar("T", bound=type)

PACKAGE = __name__.partition("._runtime.")[0]


def public(kind: T) -> T:
    """Have a class say that it is in the package, or the room of it, that users import it from.

    Structs and dataclasses stay where they are: their annotations are looked up there.
    """
    kind.__module__ = place_of(kind.__module__, PACKAGE)
    return kind


def place_of(module: str, of_runtime: str) -> str:
    """Return the public module of what a module defines; `of_runtime` for the runtime's.

    Other packages' modules are their own business.
    """
    if not module.startswith(f"{PACKAGE}."):
        return module
    room = module.removeprefix(f"{PACKAGE}.").partition(".")[0]
    return of_runtime if room == "_runtime" else f"{PACKAGE}.{room}"
