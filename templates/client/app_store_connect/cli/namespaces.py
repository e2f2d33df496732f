"""Namespaces as groups of commands: a command for each operation, made when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .groups import LazyGroup
from .outlines import namespaces, outline

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NamespaceGroup"]


class NamespaceGroup(LazyGroup):
    """The operations of a namespace; `commands` are jobs that are found beside them."""

    def __init__(
        self,
        word: str,
        *,
        help: str | None = None,  # noqa: A002 - click's word
        commands: Sequence[click.Command] = (),
    ) -> None:
        self.namespace = namespaces()[word]
        self._methods = outline(self.namespace)
        self._jobs = {str(command.name): command for command in commands}
        super().__init__(
            word,
            help=help or f"The operations on {word.replace('-', ' ')}.",
            commands=list(commands),
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The jobs, and the methods in the order of the client."""
        return [*self._jobs, *self._methods]

    def make(self, ctx: click.Context, name: str) -> click.Command | None:
        """Make the command of an operation."""
        if name not in self._methods:
            return None
        from .operations import command_of

        return command_of(name, self.namespace, self._methods[name])

    def summary_of(self, name: str) -> str:
        """What a job or an operation does, in its first line."""
        if name in self._jobs:
            return self._jobs[name].get_short_help_str(80)
        return self._methods[name].summary.rstrip(".")
