"""`asc completion`: what a shell needs to complete commands, options and values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..command import Command

__all__ = ["completion"]

_WHERE = {
    "bash": 'eval "$(asc completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(asc completion zsh)"   in ~/.zshrc, after compinit',
    "fish": "asc completion fish > ~/.config/fish/completions/asc.fish",
}


def _print(shell: str) -> None:
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"there is no completion for {shell}")
    made = kind(click.Command("asc"), {}, "asc", "_ASC_COMPLETE")
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
