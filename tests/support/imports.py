"""Which modules of a package import which others of it, for type checkers alone or not."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def imports_within(package: Path) -> dict[str, set[str]]:
    """The modules of a package by their names in it, its own being empty, with what they import."""
    modules = {_name(path, package): path for path in sorted(package.rglob("*.py"))}
    return {
        name: {
            target
            for wanted in _wanted(path, package.name, name)
            if (target := _module(wanted, package.name, modules)) is not None
        }
        for name, path in modules.items()
    }


def _name(path: Path, package: Path) -> str:
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _wanted(path: Path, package: str, name: str) -> Iterator[str]:
    """What a file imports, as dotted names that begin with the package's."""
    here = [package, *filter(None, name.split("."))]
    folder = here if path.name == "__init__.py" else here[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (item.name for item in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                start = folder[: len(folder) - level + 1] if level else []
                base = ".".join([*start, *([module] if module else [])])
                yield from (f"{base}.{item.name}" for item in names)
            case _:
                pass


def _module(wanted: str, package: str, modules: Mapping[str, Path]) -> str | None:
    """The module of the package that a dotted name is, or is in; none for what is elsewhere."""
    root, _, name = wanted.partition(".")
    if root != package:
        return None
    return name if name in modules else name.rpartition(".")[0]
