"""The program: its jobs, its namespaces, and what becomes of failures."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from .command import connection_options
from .exit_codes import ExitCode
from .groups import LazyGroup
from .listing import SECTIONS, commands
from .session import Session
from .texts import remark, write_definitions

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from click.shell_completion import CompletionItem

__all__ = ["run"]

_HELP = """App Store Connect from a shell.

Whole jobs are commands of their own. Every operation of the API is one as well, by the client's
names: `asc apps list`, `asc beta-groups create`. `asc namespaces` lists where to look,
`asc apps --help` what there is.
"""
# Between them lines can be read; click itself knows no terminal that is narrower than 50.
_NARROWEST, _WIDEST = 30, 120
_USUAL = 80


class Program(LazyGroup):
    """The root of all commands."""

    def __init__(self) -> None:
        super().__init__(
            "asc",
            help=_HELP,
            params=list(connection_options()),
            callback=_begin,
            context_settings={"terminal_width": _help_width()},
        )
        self.params.append(
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_version,
                help="Show the version of the API and of this program.",
            )
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The jobs and tools; namespaces are too many to list."""
        return list(commands())

    def known(self, ctx: click.Context) -> list[str]:
        """The jobs, the tools and the namespaces."""
        from .outlines import namespaces

        return [*commands(), *namespaces()]

    def make(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a job, or make the group of a namespace."""
        if name in commands():
            module = import_module(f".jobs.{commands()[name].module}", __package__)
            made: click.Command = getattr(module, name.replace("-", "_"))
            return made
        from .namespaces import NamespaceGroup
        from .outlines import namespaces

        return NamespaceGroup(name) if name in namespaces() else None

    def summary_of(self, name: str) -> str:
        """What a job does, in a line."""
        return commands()[name].help

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whoever stops to read its output ends it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Nothing more can be said there, not even by the interpreter as it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.UNREAD)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete namespaces too, which the help does not list."""
        from click.shell_completion import CompletionItem

        found = super().shell_complete(ctx, incomplete)
        listed = {item.value for item in found}
        found += [
            CompletionItem(name)
            for name in self.known(ctx)
            if name.startswith(incomplete) and name not in listed
        ]
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the jobs and the tools, each below its heading."""
        for section in SECTIONS:
            records = [(k, x.help) for k, x in commands().items() if x.section == section]
            with formatter.section(section):
                write_definitions(formatter, records, 24)


def _help_width() -> int:
    """The width of a help's lines, which are a little shorter than the terminal's."""
    # `shutil`, which knows it too, takes as long to import as this program's own modules.
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        width = int(columns)
    else:
        try:
            width = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns
        except (OSError, ValueError):
            width = _USUAL
    return max(_NARROWEST, min(width or _USUAL, _WIDEST) - 2)


@click.pass_context
def _begin(ctx: click.Context, /, **given: Any) -> None:
    session = ctx.ensure_object(Session)
    for name, value in given.items():
        session.choose(name, value)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if wanted and not ctx.resilient_parsing:
        package = import_module(__package__.rpartition(".")[0] if __package__ else "")
        click.echo(f"asc {package.__version__}, App Store Connect API {package.API_VERSION}")
        ctx.exit()


def run(arguments: Sequence[str], session: Session | None = None) -> int:
    """Run a command and return its exit code; failures are a line on stderr."""
    session = session or Session()
    if "_ASC_COMPLETE" in os.environ:
        from .shells import register

        register()
    try:
        with session.closing(), _warnings_as_lines():
            code = Program().main(
                list(arguments), prog_name="asc", standalone_mode=False, obj=session
            )
    except SystemExit as error:
        # Completion ends like that.
        return error.code if isinstance(error.code, int) else ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - what is unforeseen is raised again
        return _failed(error)
    return code if isinstance(code, int) else ExitCode.DONE


def _failed(error: Exception) -> int:
    """Say what went wrong; what only a mistake of this program can raise is raised."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        advice = ""
        if isinstance(error, click.UsageError) and error.ctx is not None:
            advice = f" (see `{error.ctx.command_path} --help`)"
        if isinstance(error, click.NoSuchOption) and not error.option_name.startswith("--"):
            advice = "; what begins with a dash and is no option comes after --"
        _say(f"{error.format_message()}{advice}")
        return error.exit_code
    from .failures import exit_code_of, is_foreseen, message_of

    if isinstance(error, click.Abort):
        cause = error.__cause__ or KeyboardInterrupt()
        _say(message_of(cause) if str(cause) else "interrupted")
        return exit_code_of(cause)
    if not is_foreseen(error):
        raise error
    _say(message_of(error))
    return exit_code_of(error)


def _say(text: str) -> None:
    remark(f"error: {' '.join(text.split())}")


@contextmanager
def _warnings_as_lines() -> Generator[None]:
    """Have warnings say what they say, and not where in this program."""
    before = warnings.showwarning
    warnings.showwarning = _show_warning
    try:
        yield
    finally:
        warnings.showwarning = before


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    remark(f"warning: {' '.join(str(message).split())}")
