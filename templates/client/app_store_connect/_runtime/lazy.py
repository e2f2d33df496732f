"""Names that are imported when they are first asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

__all__ = ["lazy_exports", "lazy_module"]


def lazy_exports(
    package: str, modules: Mapping[str, str], packages: Collection[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package whose names are in these modules.

    `packages` are what lies in it and is imported as a whole.
    """
    namespace = vars(sys.modules[package])

    def load(name: str) -> Any:
        if name in packages:
            return import_module(f".{name}", package)
        module = modules.get(name)
        if module is None:
            from .suggestions import suggestion  # noqa: PLC0415 - whoever errs waits for it

            more = "" if name.startswith("_") else suggestion(name, modules)
            raise AttributeError(f"module {package!r} has no attribute {name!r}{more}")
        value = getattr(import_module(f".{module}", package), name)
        namespace[name] = value
        return value

    def names() -> list[str]:
        return sorted({*namespace, *modules, *packages})

    return load, names


def lazy_module(name: str, package: str) -> ModuleType:
    """Return a module, by its relative name, that is imported when it is first used."""
    module = _LazyModule(name)
    module.__package__ = package
    return module


class _LazyModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__, self.__package__), name)
