"""Safety: what is asked before something is destroyed, and rehearsals instead of writes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from .failures import NotDoneError
from .texts import remark

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..client import Client
    from ..rehearsal import Plan
    from .session import Session

__all__ = ["confirm", "show_plan", "working"]


@contextmanager
def working(
    session: Session, doing: str, *, writes: bool = True, destroys: bool = False
) -> Generator[Client]:
    """Give the client for a command, which rehearses where that was asked for.

    `doing` says what is about to be done, to who is asked about it. Raises NotDoneError where it
    must not be done.
    """
    if not writes:
        yield session.client
        return
    if session.is_rehearsing:
        # What a trial answers is nothing to go on with: its plan is shown instead.
        session.is_silent = True
        with session.rehearsed_client.rehearsal() as trial:
            yield trial.client
        show_plan(session, trial.plan)
        return
    if session.is_read_only:
        raise NotDoneError(f"{doing}: nothing was sent, as ASC_READ_ONLY is set")
    if destroys:
        confirm(session, doing)
    yield session.client


def confirm(session: Session, doing: str) -> None:
    """Ask whether to go on; NotDoneError where the answer is no, or nobody is there to give one."""
    if session.chosen("yes"):
        return
    if not session.is_interactive:
        raise NotDoneError(f"{doing}: nothing was sent, as nobody can be asked; --yes goes ahead")
    if not click.confirm(f"{doing}: go ahead?", err=True):
        raise NotDoneError("nothing was sent")


def show_plan(session: Session, plan: Plan) -> None:
    """Write a plan to the file that was chosen, and show it."""
    path = session.chosen("plan")
    if path:
        plan.save(path)
        remark(f"the plan is in {path}: `asc apply {path}` carries it out")
    if session.prints_json:
        click.echo(plan.to_json().encode())
    else:
        click.echo(str(plan))
