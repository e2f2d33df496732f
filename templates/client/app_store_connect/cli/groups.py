"""Groups whose commands are imported when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .texts import write_definitions

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """A group that knows what its commands are called, and makes the one that is called."""

    def make(self, ctx: click.Context, name: str) -> click.Command | None:
        """Make a command; None where there is none of this name."""
        raise NotImplementedError

    def summary_of(self, name: str) -> str:
        """What a command does, in a line."""
        raise NotImplementedError

    def known(self, ctx: click.Context) -> Sequence[str]:
        """Everything that can be called, those that the help leaves out too."""
        return self.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, made when it is first asked for."""
        if cmd_name not in self.commands:
            made = self.make(ctx, cmd_name)
            if made is None:
                return None
            self.commands[cmd_name] = made
        return self.commands[cmd_name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which was probably meant."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            wanted = args[0].replace("_", "-").lower()
            if wanted in self.known(ctx):
                return super().resolve_command(ctx, [wanted, *args[1:]])
            from difflib import get_close_matches

            near = get_close_matches(wanted, self.known(ctx), 3)
            hint = f"did you mean {' or '.join(near)}?" if near else ""
            where = f"{ctx.command_path} --help"
            ctx.fail(f"there is no command {args[0]!r}; {hint or f'`{where}` lists them'}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what there is, without making it."""
        records = [(name, self.summary_of(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            write_definitions(formatter, records, 40)
