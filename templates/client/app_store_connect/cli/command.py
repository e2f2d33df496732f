"""What all commands have in common: options for output, safety and connections, in sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .session import Session
from .texts import write_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "Command",
    "Option",
    "connection_options",
    "output_options",
    "safety_options",
    "session_of",
]


class Option(click.Option):
    """An option that stands in a section of a command's help; `kept` ones go to the session."""

    def __init__(
        self, flags: Iterable[str], *, section: str = "Options", kept: bool = False, **more: Any
    ) -> None:
        super().__init__(list(flags), **more)
        self.section = section
        self.kept = kept


def connection_options() -> list[Option]:
    """The options that say whose key is used and where requests go."""
    section = "Connection"
    return [
        Option(
            ["--profile"],
            section=section,
            kept=True,
            metavar="NAME",
            help="Use the key of a profile; see `asc auth`.  [env: ASC_PROFILE]",
        ),
        Option(
            ["--base-url"],
            section=section,
            kept=True,
            metavar="URL",
            help="Send requests there, such as to `asc simulate`.  [env: ASC_BASE_URL]",
        ),
        Option(
            ["--debug"],
            section=section,
            kept=True,
            is_flag=True,
            default=None,
            help="Show every exchange on stderr, without secrets.",
        ),
    ]


def output_options() -> list[Option]:
    """The options that choose a format."""
    section = "Output"
    formats = {
        "table": "A table, which is usual on a terminal.",
        "json": "One JSON document, which is usual everywhere else.",
        "ndjson": "A JSON document a line, as they come.",
        "csv": "Comma-separated values with a header.",
    }
    found = [
        Option(
            [f"--{name}", "format"],
            section=section,
            kept=True,
            flag_value=name,
            default=None,
            type=str,
            help=text,
        )
        for name, text in formats.items()
    ]
    columns = Option(
        ["--columns"],
        section=section,
        kept=True,
        metavar="NAME,...",
        help="Show these, by the API's names; `app.name` is of what was included.",
    )
    return [*found, columns]


def safety_options() -> list[Option]:
    """The options of commands that write."""
    section = "Safety"
    return [
        Option(
            ["--dry-run"],
            section=section,
            kept=True,
            is_flag=True,
            default=None,
            help="Show what would change; nothing is written.",
        ),
        Option(
            ["--plan"],
            section=section,
            kept=True,
            type=click.Path(dir_okay=False, writable=True),
            metavar="FILE",
            help="Write what would change to a file, for `asc apply`.",
        ),
        Option(
            ["--yes", "-y"],
            section=section,
            kept=True,
            is_flag=True,
            default=None,
            help="Do not ask.",
        ),
    ]


class Command(click.Command):
    """A command whose help is in sections, and whose session has its common options.

    `writes` says whether it changes anything, `shows` whether it has something to show.
    """

    def __init__(
        self,
        name: str | None,
        callback: Callable[..., Any],
        *,
        writes: bool = False,
        shows: bool = True,
        connects: bool = True,
        **more: Any,
    ) -> None:
        params: list[click.Parameter] = more.pop("params", None) or []
        taken = {flag for param in params for flag in param.opts}
        common = [
            *(output_options() if shows else []),
            *(safety_options() if writes else []),
            *(connection_options() if connects else []),
        ]
        kept = [item for item in common if not taken & set(item.opts)]
        super().__init__(
            name, callback=callback, params=[*params, *kept], no_args_is_help=False, **more
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Give the common options to the session, and the rest to the command."""
        session = ctx.ensure_object(Session)
        for param in self.params:
            if isinstance(param, Option) and param.kept:
                session.choose(str(param.name), ctx.params.pop(str(param.name), None))
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, section by section."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = None if isinstance(param, click.Argument) else param.get_help_record(ctx)
            if record is not None:
                section = param.section if isinstance(param, Option) else "Options"
                sections.setdefault(section, []).append(record)
        # A job's own come first; of an operation there is nothing but the help among them.
        own = sections.pop("Options", [])
        ordered = list(sections.items())
        ordered.insert(0 if len(own) > 1 else len(ordered), ("Options", own))
        for section, records in ordered:
            if records:
                with formatter.section(section):
                    write_definitions(formatter, records, 28)


def session_of(ctx: click.Context) -> Session:
    """The session of a command."""
    return ctx.ensure_object(Session)
