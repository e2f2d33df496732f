"""`asc rehearse` and `asc apply`: what would change, and to have it changed."""

from __future__ import annotations

import click

from ..command import Command, session_of
from ..output import Output
from ..safety import working
from ..texts import remark

__all__ = ["apply", "rehearse"]


@click.pass_context
def _rehearse(ctx: click.Context, /, command: tuple[str, ...]) -> object:
    session = session_of(ctx)
    session.choose("dry_run", True)  # noqa: FBT003 - as the option does
    root = ctx.find_root()
    with root.command.make_context("asc", list(command), obj=session) as inner:
        return root.command.invoke(inner)


@click.pass_context
def _apply(ctx: click.Context, /, file: str) -> None:
    from ...rehearsal import Plan

    session = session_of(ctx)
    try:
        plan = Plan.load(file)
    except ValueError as error:
        raise click.UsageError(f"{file}: {error}") from None
    destroys = any(change.is_destructive for change in plan.changes)
    if destroys and not session.is_rehearsing:
        remark(str(plan))
    with working(session, f"apply {file}", destroys=destroys) as client:
        try:
            applied = plan.apply(client)
        finally:
            # It goes on where it stopped.
            if not session.is_rehearsing:
                plan.save(file)
    Output(session).value({"sent": len(applied.sent), "skipped": len(applied.skipped)})


rehearse = Command(
    "rehearse",
    _rehearse,
    shows=False,
    connects=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    params=[click.Argument(["command"], nargs=-1, required=True, type=click.UNPROCESSED)],
    help="Show what another command would change; nothing is written.\n\n"
    "\b\n    asc rehearse -- beta-groups delete ID",
)
apply = Command(
    "apply",
    _apply,
    writes=True,
    params=[click.Argument(["file"], type=click.Path(exists=True, dir_okay=False))],
    help="Carry out a plan that was written with --plan.\n\n"
    "What is so already is skipped; where something else has changed meanwhile, nothing is sent.",
)
