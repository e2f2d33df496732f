"""Namespaces as groups of commands: a command for each operation, made when it is called."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from .groups import LazyGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._runtime.jsonapi.operation import Operation

__all__ = ["NamespaceGroup", "namespaces"]

_PACKAGE = __name__.rpartition(".cli.")[0]


@cache
def namespaces() -> dict[str, str]:
    """The namespaces of the client by the words they are typed as; imports none of them."""
    folder = import_module(f"{_PACKAGE}.resources")
    names = (found.name for found in pkgutil.iter_modules(folder.__path__))
    return {name.replace("_", "-"): name for name in names}


class NamespaceGroup(LazyGroup):
    """The operations of a namespace, which is imported when this is made.

    `commands` are jobs that are found beside them.
    """

    def __init__(
        self,
        word: str,
        *,
        help: str | None = None,  # noqa: A002 - click's word
        commands: Sequence[click.Command] = (),
    ) -> None:
        self.namespace = namespaces()[word]
        self.kind = _class_of(self.namespace)
        self._methods = {
            name.strip("_").replace("_", "-"): name
            for name in vars(self.kind)
            if not name.startswith("_")
        }
        super().__init__(word, help=help or inspect.getdoc(self.kind), commands=list(commands))
        self._jobs = {str(command.name): command for command in commands}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The jobs, and the methods in the order of the client."""
        return [*self._jobs, *self._methods]

    def make(self, ctx: click.Context, name: str) -> click.Command | None:
        """Make the command of an operation."""
        method = self._methods.get(name)
        if method is None:
            return None
        from .operations import command_of

        return command_of(self.namespace, self.kind, method, self._operation(method))

    def summary_of(self, name: str) -> str:
        """What a job or an operation does, in its first line."""
        if name in self._jobs:
            return self._jobs[name].get_short_help_str(80)
        method = getattr(self.kind, self._methods[name])
        text = (inspect.getdoc(method) or "").partition("\n")[0].rstrip(".")
        return f"{text} [deprecated]" if hasattr(method, "__deprecated__") else text

    def _operation(self, method: str) -> Operation[Any]:
        """What a method sends, which stands beside its class."""
        module = sys.modules[self.kind.__module__]
        operation: Operation[Any] = getattr(module, f"_{method.upper()}")
        return operation


def _class_of(namespace: str) -> type[Any]:
    from .._runtime.namespace import Namespace

    module = import_module(f"{_PACKAGE}.resources.{namespace}")
    return next(
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Namespace) and kind is not Namespace
    )
