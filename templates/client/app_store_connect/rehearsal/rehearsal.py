"""A trial run: a client that writes nothing, and what it would have written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from .._runtime.public import public
from .plan import Plan
from .recorder import Recorder
from .session import AsyncRehearsalSession
from .trial import Trial

if TYPE_CHECKING:
    from ..client import AsyncClient

__all__ = ["AsyncRehearsal"]


@public
class AsyncRehearsal:
    """A trial of what a program would do, to be awaited.

        async with asc.rehearsal() as trial:
            await trial.client.beta_groups.create(name="QA", app=app)
        print(trial.plan)

    What its `client` reads comes from the API. What it writes is checked and kept by a simulator,
    and what is read later shows it; nothing but reads is sent. New resources have temporary ids:
    `new-1`. Whoever waits for something does not really wait. `plan` is what was written.

    A write is refused with the error that the API would answer, as far as that is known: what
    depends on something that the trial has not read is taken for allowed.
    """

    def __init__(self, client: AsyncClient) -> None:
        session = client.session
        trial = Trial(session.origin.url("/").rstrip("/"), session.now())
        self._recorder = Recorder(trial)
        view = client.with_options()
        vars(view)["_session"] = AsyncRehearsalSession(session, trial, self._recorder)
        self.client = view

    @property
    def plan(self) -> Plan:
        """What was written so far."""
        return self._recorder.plan

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave the client that was given as it is."""
