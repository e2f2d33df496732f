"""The matrix: every job, stopped at every write it makes, before and after the write was done.

A module `jobs_<area>.py` beside this one has a list `JOBS`. `test_matrix.py` runs each job once
undisturbed, which tells how many writes it makes, and then for every write and every moment on a
new simulator: until the connection breaks there, and once more from the beginning. What the team
has in the end has to be what it has after the undisturbed run.

Then the same with an asynchronous client, and with its process killed instead: nothing that it
does comes after. `test_killed_jobs.py` really kills some.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec
from both import awaited

from app_store_connect import AppStoreConnectError, Client
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.faults import Fault, Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app_store_connect.simulator import Entity
    from app_store_connect.simulator.messages import Answer, Incoming
    from app_store_connect.simulator.world import World

__all__ = [
    "Cell",
    "Job",
    "Run",
    "Stop",
    "cells",
    "difference",
    "kills",
    "run_cell",
    "run_undisturbed",
    "state_of",
    "writes_of",
]

Moment: TypeAlias = Literal["before", "after"]
Run: TypeAlias = "Callable[[Client], object]"
Links: TypeAlias = "list[tuple[str, list[int]]]"

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
# What Apple makes of its own where it has quirks, and takes as told where it has none.
QUIRKS = frozenset({("bundleIds", "platform")})
# What is there because somebody looked; prices are told by it.
LOOKED_AT = "appPricePoints"
ORDERED = frozenset({"appScreenshots", "appPreviews"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?")
# By a job of several parts, and by an upload of several requests.
_DONE = re.compile(r"done before: |stopped \(\d+ parts sent")
_ADDRESS = re.compile(r"https?://([^/]*apple\.com|[^/]*/_simulator)/.*", re.DOTALL)
# Enough for what is told apart by what it belongs to only, over several steps.
_ROUNDS = 4
_RELATED = " ~ "
_SHOWN = 5
SETTLING = {"minutes": 40}
# So many dots has the path of a job: client, workflows, area, job.
_AREA = 3


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
    """One place in a job where it is stopped: at which write, the first is 0, when, and how."""

    write: int
    moment: Moment
    killed: bool = False


class Killed(BaseException):
    """What a process would have gone on with had it not been killed; nothing catches it."""


class _Kill(Fault, kw_only=True):
    """The end of the process that a request comes from."""

    def spoil(self, world: World, answer: Answer | None) -> Answer:
        """End it; with `after_commit` when what was asked is done."""
        raise Killed


@dataclass
class Stop(Faults):
    """Stops a job at a write: nothing that comes after it gets through."""

    cell: Cell
    writes: int = 0
    dead: bool = field(default=False)

    def take(self, operation: str, incoming: Incoming) -> Fault | None:
        """Return the fault of a request."""
        del operation
        make = _Kill if self.cell.killed else Fault
        if self.dead:
            return make(connection="refused", left=None)
        if incoming.method in READS:
            return None
        self.writes += 1
        if self.writes <= self.cell.write:
            return None
        self.dead = True
        return make(connection="cut", after_commit=self.cell.moment == "after")


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
    """Every place where the connection of a job of so many writes can break."""
    for write in range(writes):
        yield Cell(write, "before")
        yield Cell(write, "after")


def kills(writes: int) -> Iterator[Cell]:
    """Every place where the process of such a job can be killed, as far as the team knows them.

    Whether a write or the end of the process came after another write leaves the same.
    """
    yield Cell(0, "before", killed=True)
    for write in range(writes):
        yield Cell(write, "after", killed=True)


def run_cell(job: Job, cell: Cell) -> Counter[str]:
    """Stop a job, run it again, and return the state that this leads to.

    What is killed runs with an asynchronous client, whose answers are without quirks.
    """
    simulator = Simulator(job.seed, quirks=not cell.killed)
    run = job.prepare(simulator)
    stop = simulator.faults = Stop(cell)
    failed = False
    began = _Began(stop)
    try:
        _run(run, simulator, cell, began)
    except (AppStoreConnectError, ExceptionGroup) as error:
        failed = not cell.killed
        told = "\n".join(_told(error))
        assert began.writes >= cell.write or _DONE.search(told), (
            f"{job.name}: {cell}: {began.job} did not tell what was done: {told}"
        )
    except (Killed, BaseExceptionGroup):
        failed = True
    assert stop.dead, f"{job.name}: there was no write {cell.write}"
    assert failed, f"{job.name}: it did not tell that its write {cell.write} failed"
    simulator.faults = Faults()
    _run(run, simulator, cell, None)
    return settled_state_of(simulator)


@dataclass
class _Began:
    """The writes that there were when the job of an area that runs was called."""

    stop: Stop
    job: str = ""
    writes: int = 0

    def of(self, client: Any) -> Any:
        """A client whose jobs are looked at."""
        return _Watched(client, self)


class _Watched:
    """What belongs to a client, its jobs looked at."""

    def __init__(self, value: Any, began: _Began, path: str = "") -> None:
        self._value, self._began, self._path = value, began, path

    def __getattr__(self, name: str) -> Any:
        found, path = getattr(self._value, name), f"{self._path}.{name}"
        if path.startswith(".workflows") and path.count(".") <= _AREA:
            return _Watched(found, self._began, path)
        return found

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        self._began.job, self._began.writes = self._path, self._began.stop.writes
        return self._value(*arguments, **keywords)


def _told(error: BaseException) -> Iterator[str]:
    yield str(error)
    yield from getattr(error, "__notes__", ())
    for part in getattr(error, "exceptions", ()):
        yield from _told(part)


def _run(run: Run, simulator: Simulator, cell: Cell, began: _Began | None) -> None:
    if cell.killed:
        with awaited(simulator.async_client()) as aasc:
            run(aasc)
    else:
        with simulator.client() as asc:
            run(began.of(asc) if began else asc)


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
    links = {id(x): list(_links(x, simulator)) for x in entities}
    names = {key: hash(name) for key, name in plain.items()}
    for _ in range(_ROUNDS):
        names = {key: hash((plain[key], _related(links[key], names))) for key in plain}
    types = {id(x): x.type for x in entities}
    return Counter(
        f"{plain[key]}{_RELATED}{_shown(found, types, names)}"
        for key, found in links.items()
        if types[key] != LOOKED_AT
    )


def _plain(entity: Entity, by_id: dict[str, Entity]) -> str:
    attributes = {
        name: _value(value, by_id)
        for name, value in sorted(entity.attributes.items())
        if name not in VOLATILE
        and (entity.type, name) not in QUIRKS
        and not name.startswith("_")
        and value is not None
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


def _links(entity: Entity, simulator: Simulator) -> Iterator[tuple[str, list[int]]]:
    for relationship in sorted(entity.links):
        others = simulator.world.many(entity, relationship)
        is_seen = entity.type in {"apps", "territories"} and relationship == LOOKED_AT
        if others and not is_seen:
            yield relationship, [id(x) for x in others]


def _related(links: Links, names: dict[int, int]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What a resource is related to; only likeness counts there."""
    return tuple(
        (name, tuple(found if name in ORDERED else sorted(found)))
        for name, found in ((name, [names[x] for x in others]) for name, others in links)
    )


def _shown(links: Links, types: dict[int, str], names: dict[int, int]) -> str:
    kinds = {name: types[others[0]] for name, others in links}
    return ", ".join(
        f"{name}: {len(found)} {kinds[name]} {hash(found) & 0xFFFFFFFF:08x}"
        for name, found in _related(links, names)
    )
