"""The matrix: every job, cut off at every write it makes, before and after the write was done.

A module `jobs_<area>.py` beside this one has a list `JOBS`. `test_matrix.py` runs each job once
undisturbed, which tells how many writes it makes, and then for every write and every moment on a
new simulator: until the connection breaks there, and once more from the beginning. What the team
has in the end has to be what it has after the undisturbed run.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from app_store_connect import AppStoreConnectError, Client
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.faults import Fault, Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app_store_connect.simulator import Entity
    from app_store_connect.simulator.messages import Incoming

__all__ = [
    "Cell",
    "Job",
    "Run",
    "cells",
    "difference",
    "run_cell",
    "run_undisturbed",
    "state_of",
    "writes_of",
]

Moment: TypeAlias = Literal["before", "after"]
Run: TypeAlias = "Callable[[Client], object]"

READS = frozenset({"GET", "HEAD"})
# Apple writes these anew for each resource; no job has a say in them.
VOLATILE = frozenset(
    {
        "certificateContent",
        "csrContent",
        "expirationDate",
        "profileContent",
        "serialNumber",
        "uploadOperations",
        "uuid",
    }
)
ORDERED = frozenset({"appScreenshots", "appPreviews"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?")
_ADDRESS = re.compile(r"https?://[^/]*apple\.com/.*", re.DOTALL)
# Enough for what is told apart by what it belongs to only, over several steps.
_ROUNDS = 4
_RELATED = " ~ "
_SHOWN = 5
SETTLING = {"minutes": 40}


@dataclass(frozen=True)
class Job:
    """A job for the matrix.

    `prepare` is given a new simulator with the team `seed`, does what has to be there before, and
    returns the job: a function of a client that may be called again after it failed.
    """

    name: str
    prepare: Callable[[Simulator], Run]
    seed: str = "demo"


@dataclass(frozen=True)
class Cell:
    """One place in a job where the connection breaks: at which write, the first is 0, and when."""

    write: int
    moment: Moment


@dataclass
class Cut(Faults):
    """Breaks the connection at a write; what comes after it is refused, as if the line was dead."""

    cell: Cell
    writes: int = 0
    dead: bool = field(default=False)

    def take(self, operation: str, incoming: Incoming) -> Fault | None:
        """Return the fault of a request."""
        del operation
        if self.dead:
            return Fault(connection="refused", left=None)
        if incoming.method in READS:
            return None
        self.writes += 1
        if self.writes <= self.cell.write:
            return None
        self.dead = True
        return Fault(connection="cut", after_commit=self.cell.moment == "after")


def writes_of(simulator: Simulator) -> list[str]:
    """The writes that a simulator was asked for, by operation, or by path where there is none."""
    return [
        made.operation or f"{made.method} {made.path}"
        for made in simulator.requests
        if made.method not in READS
    ]


def run_undisturbed(job: Job) -> tuple[Counter[str], int, int]:
    """Run a job twice, undisturbed: the state it leads to, its writes, those of the second run."""
    simulator = Simulator(job.seed)
    run = job.prepare(simulator)
    simulator.requests.clear()
    with simulator.client() as asc:
        run(asc)
    writes = len(writes_of(simulator))
    simulator.requests.clear()
    with simulator.client() as asc:
        run(asc)
    again = len(writes_of(simulator))
    return settled_state_of(simulator), writes, again


def cells(writes: int) -> Iterator[Cell]:
    """Every place where a job of so many writes can be cut off."""
    for write in range(writes):
        yield Cell(write, "before")
        yield Cell(write, "after")


def run_cell(job: Job, cell: Cell) -> Counter[str]:
    """Cut a job off, run it again, and return the state that this leads to."""
    simulator = Simulator(job.seed)
    run = job.prepare(simulator)
    cut = simulator.faults = Cut(cell)
    failed = False
    try:
        with simulator.client() as asc:
            run(asc)
    except (AppStoreConnectError, ExceptionGroup):
        failed = True
    assert cut.dead, f"{job.name}: there was no write {cell.write}"
    assert failed, f"{job.name}: it did not tell that its write {cell.write} failed"
    simulator.faults = Faults()
    with simulator.client() as asc:
        run(asc)
    return settled_state_of(simulator)


def settled_state_of(simulator: Simulator) -> Counter[str]:
    """All there is when what was sent has been processed, and nothing reviewed yet."""
    simulator.clock.advance(**SETTLING)
    return state_of(simulator)


def difference(found: Counter[str], expected: Counter[str]) -> str:
    """What differs, first what does so by itself and not only by what it belongs to."""
    lines = []
    for word, more in (("missing", expected - found), ("too much", found - expected)):
        other = found if word == "missing" else expected
        alone = {x.partition(_RELATED)[0] for x in other}
        own = [x for x in more if x.partition(_RELATED)[0] not in alone] or list(more)
        lines += [f"{word}: {x}" for x in own[:_SHOWN]]
    return "\n".join(lines)


def state_of(simulator: Simulator) -> Counter[str]:
    """All there is, as a bag of descriptions without ids and times, which two runs can share.

    A resource is described by its attributes and by what it is related to, those by theirs.
    """
    world = simulator.world
    entities = [x for kind in world.state.types() for x in world.all(kind)]
    by_id = {entity.id: entity for entity in entities}
    plain = {id(x): _plain(x, by_id) for x in entities}
    names = plain
    for _ in range(_ROUNDS):
        short = {key: _short(name) for key, name in names.items()}
        names = {
            id(x): f"{plain[id(x)]}{_RELATED}{_related(x, short, simulator)}" for x in entities
        }
    return Counter(names.values())


def _plain(entity: Entity, by_id: dict[str, Entity]) -> str:
    attributes = {
        name: _value(value, by_id)
        for name, value in sorted(entity.attributes.items())
        if name not in VOLATILE and not name.startswith("_") and value is not None
    }
    return f"{entity.type} {msgspec.json.encode(attributes).decode()}"


def _value(value: Any, by_id: dict[str, Entity]) -> Any:
    if isinstance(value, dict):
        return {name: _value(x, by_id) for name, x in sorted(value.items())}
    if isinstance(value, list):
        return [_value(x, by_id) for x in value]
    if not isinstance(value, str):
        return value
    if _MOMENT.fullmatch(value):
        return "(time)"
    if _ADDRESS.fullmatch(value):
        return "(address)"
    return f"({by_id[value].type})" if value in by_id else value


def _related(entity: Entity, names: dict[int, str], simulator: Simulator) -> str:
    found: dict[str, list[str]] = {}
    for relationship in sorted(entity.links):
        others = [names[id(x)] for x in simulator.world.many(entity, relationship)]
        if others:
            found[relationship] = others if relationship in ORDERED else sorted(others)
    return msgspec.json.encode(found).decode()


def _short(description: str) -> str:
    """A description by which another resource is described; only likeness counts there."""
    return f"{description.split(' ', 1)[0]}:{hash(description) & 0xFFFFFFFF:08x}"
