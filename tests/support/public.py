"""Every class of the package, found by walking it."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from inspect import isclass

import app_store_connect


@cache
def classes() -> tuple[type, ...]:
    """The classes that the package defines, each once, those of its runtime too.

    What the simulator and the command line are made of, and the facts, are nobody's values.
    """
    name = app_store_connect.__name__
    modules = [import_module(name)]
    walked = pkgutil.walk_packages(app_store_connect.__path__, f"{name}.")
    inner = (f"{name}._api", f"{name}.simulator.", f"{name}.cli")
    modules += [import_module(item.name) for item in walked if not item.name.startswith(inner)]
    found = [item for module in modules for item in vars(module).values() if isclass(item)]
    own = [item for item in found if item.__module__.partition(".")[0] == name]
    return tuple(dict.fromkeys(own))
