"""A program: what each module of the client loads, told as JSON. Run it in a fresh interpreter.

The modules are imported one after the other, all generated ones being forgotten before each, so
that one interpreter does for hundreds.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGE = "app_store_connect"
GENERATED = tuple(f"{PACKAGE}.{part}" for part in ("resources", "models", "types"))


def loaded() -> set[str]:
    return set(sys.modules)


def generated() -> set[str]:
    return {name for name in sys.modules if name.startswith(GENERATED)}


def steps() -> dict[str, list[str]]:
    """What each step of a user's first call adds."""
    found: dict[str, list[str]] = {}
    before = loaded()

    def step(name: str) -> None:
        nonlocal before
        found[name] = sorted(loaded() - before)
        before = loaded()

    package: Any = import_module(PACKAGE)
    step("package")
    _ = package.Client
    _ = package.AsyncClient
    step("clients")
    _ = dir(package), dir(import_module(f"{PACKAGE}.models"))
    step("names")
    key = package.ApiKey.from_json(sys.stdin.read())
    step("key")
    client = package.Client(key)
    step("client")
    _ = client.users
    step("namespace")
    client.close()
    return found


def closure(name: str) -> list[str]:
    """What importing one module loads of the generated ones, itself included."""
    for known in generated():
        del sys.modules[known]
    import_module(name)
    packages = {PACKAGE, *GENERATED}
    return sorted(generated() - packages)


def main() -> None:
    first = steps()
    root = Path(str(sys.modules[PACKAGE].__file__)).parent
    names = [
        f"{PACKAGE}.{part}.{path.stem}"
        for part in ("resources", "models", "types")
        for path in sorted((root / part).glob("*.py"))
        if path.stem != "__init__"
    ]
    json.dump({"steps": first, "closures": {name: closure(name) for name in names}}, sys.stdout)


if __name__ == "__main__":
    main()
