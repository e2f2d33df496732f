"""`asc completion`: what a shell needs to complete commands, options and values."""

from __future__ import annotations

import click

from ..command import Command
from ..shells import COMPLETE, SHELLS

__all__ = ["completion"]

_WHERE = {
    "bash": 'eval "$(asc completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(asc completion zsh)"   in ~/.zshrc, after compinit',
    "fish": "asc completion fish > ~/.config/fish/completions/asc.fish",
}


def _print(shell: str) -> None:
    made = SHELLS[shell](click.Command("asc"), {}, "asc", COMPLETE)
    click.echo(made.source_template % made.source_vars())


completion = Command(
    "completion",
    _print,
    shows=False,
    connects=False,
    params=[click.Argument(["shell"], type=click.Choice(list(_WHERE)))],
    help="Print what a shell needs to complete commands, options and values.\n\n\b\n"
    + "\n".join(_WHERE.values()),
)
