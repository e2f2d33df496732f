"""Completion in shells: what click's own lacks is values behind an equals sign."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

if TYPE_CHECKING:
    from typing import ClassVar

__all__ = ["COMPLETE", "SHELLS", "register"]

# The variable by which a shell asks.
COMPLETE = "_ASC_COMPLETE"

# Bash breaks words at `=` too, and puts what is offered in the place of the last part only.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' type value
    local line="${COMP_LINE:0:COMP_POINT}"
    local word="${line##*[[:space:]]}"
    local before="${word%%"${word##*[=:]}"}"
    local response completion
    response=$(env COMP_WORDS="$line" %(complete_var)s=bash_complete "$1")
    COMPREPLY=()
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        if [[ $type == 'dir' ]]; then
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            COMPREPLY+=("${value#"$before"}")
            [[ $value == *= ]] && compopt -o nospace
        fi
    done
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class _Complete(ShellComplete):
    """Completion of `--name=value` as a whole."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Offer values with the option before them, as what is typed begins with it."""
        found = super().get_completions(args, incomplete)
        flag, sign, _ = incomplete.partition("=")
        if not sign or not flag.startswith("--"):
            return found
        return [CompletionItem(f"{flag}={item.value}", item.type, item.help) for item in found]


class _Bash(_Complete, BashComplete):
    source_template: ClassVar[str] = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Read the line up to the cursor."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)[1:]
        return (words, "") if line[-1:].isspace() or not words else (words[:-1], words[-1])


class _Zsh(_Complete, ZshComplete):
    pass


class _Fish(_Complete, FishComplete):
    # A value may hold commas.
    source_template: ClassVar[str] = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def register() -> None:
    """Have click complete with these."""
    for name, kind in SHELLS.items():
        add_completion_class(kind, name)
