"""Calls that Apple has deprecated and that nothing else can stand in for in some accounts."""

from __future__ import annotations

from types import MethodType
from typing import Any

__all__ = ["without_warnings"]


def without_warnings(namespace: Any) -> Any:
    """Return a namespace whose deprecated methods do not warn.

    A warning is for who chose the call; users of a job did not. `warnings.catch_warnings` would
    change what other threads are told.
    """
    return _Unwarned(namespace)


class _Unwarned:
    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._namespace, name)
        plain = getattr(found, "__wrapped__", None)
        if plain is None or not hasattr(found, "__deprecated__"):
            return found
        return MethodType(plain, self._namespace)
