"""A program that has a process do a job, kills it on the way, and finishes the job.

python killed_job.py NAME

It starts that process before it has any thread, as a process that is forked has to be.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from matrix import Cell, Stop, difference, run_undisturbed, settled_state_of
from test_matrix import JOBS

from app_store_connect import Client
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.faults import Faults

if TYPE_CHECKING:
    from collections import Counter

    from matrix import Job, Run

    from app_store_connect.simulator.faults import Fault
    from app_store_connect.simulator.messages import Incoming

# Virtual seconds that pass with each request, so that nobody waits.
PACE = 3


class _Pace(Faults):
    """Has time pass with each request."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator

    def take(self, operation: str, incoming: Incoming) -> Fault | None:
        """Return no fault."""
        self._simulator.clock.advance(seconds=PACE)
        return super().take(operation, incoming)


@dataclass
class _KillOf(Stop):
    """Kills the process that the requests come from, instead of its connection."""

    process: int = field(kw_only=True)
    simulator: Simulator = field(kw_only=True)

    def take(self, operation: str, incoming: Incoming) -> Fault | None:
        """Return the fault of a request, whose sender is no more."""
        self.simulator.clock.advance(seconds=PACE)
        was_dead = self.dead
        fault = super().take(operation, incoming)
        if self.dead and not was_dead:
            os.kill(self.process, signal.SIGKILL)
        return fault


def _do(run: Run, simulator: Simulator, address: str) -> None:
    """Do a job over HTTP."""
    options: dict[str, Any] = {"now": simulator.clock.now, "sleep": lambda _: None}
    with Client(simulator.key, base_url=address, **options) as asc:
        run(asc)


def _start(run: Run, simulator: Simulator) -> tuple[int, int]:
    """Start a process that does a job, and return its id and where it is told the address."""
    told, tells = os.pipe()
    process = os.fork()
    if process:
        os.close(told)
        return process, tells
    try:
        _do(run, simulator, os.read(told, 1000).decode())
    except BaseException as error:  # noqa: BLE001 - nothing of pytest goes on here
        sys.stderr.write(f"{error!r}\n")
    finally:
        os._exit(1)


def main(name: str) -> None:
    """Kill a job in its middle, before a write and after it, and finish it each time."""
    job = next(x for x in JOBS if x.name == name)
    state, writes, _ = run_undisturbed(job)
    for cell in (Cell(writes // 2, "before"), Cell(writes // 2, "after")):
        found = _finished(job, cell)
        if found != state:
            sys.exit(f"{cell}:\n{difference(found, state)}")


def _finished(job: Job, cell: Cell) -> Counter[str]:
    simulator = Simulator(job.seed)
    run = job.prepare(simulator)
    process, tells = _start(run, simulator)
    simulator.faults = _KillOf(cell, process=process, simulator=simulator)
    with simulator.serve(speed=0) as address:
        os.write(tells, address.encode())
        _, status = os.waitpid(process, 0)
        if os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit("the process was not killed: its job had no such write")
        simulator.faults = _Pace(simulator)
        _do(run, simulator, address)
    return settled_state_of(simulator)


if __name__ == "__main__":
    main(*sys.argv[1:])
