"""A simulated team as a file: everything there is, and everything that is still to happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from .._api import facts
from .clock import Due

if TYPE_CHECKING:
    from .world import World

__all__ = ["read_team", "write_team"]

_FORMAT = 1


class _Resource(msgspec.Struct, frozen=True):
    type: str
    id: str
    attributes: dict[str, Any]
    links: dict[str, list[str]]


class _Team(msgspec.Struct, frozen=True, kw_only=True):
    format: int = _FORMAT
    seed: str
    now: float
    events: int
    drawn: dict[str, int]
    pending: tuple[Due, ...]
    resources: list[_Resource]
    files: dict[str, bytes]
    switches: dict[str, str] = {}


def write_team(world: World) -> bytes:
    """Return a world as JSON."""
    now, events, pending = world.clock.snapshot()
    resources = [
        _Resource(
            entity.type,
            entity.id,
            entity.attributes,
            {name: list(ids) for name, ids in entity.links.items() if ids},
        )
        for kind in world.state.types()
        for entity in world.state.rows(kind).values()
    ]
    team = _Team(
        seed=world.seed,
        now=now,
        events=events,
        drawn=world.drawn,
        pending=pending,
        resources=resources,
        files=dict(world.state.files),
        switches=dict(world.switches),
    )
    return msgspec.json.encode(team)


def read_team(world: World, content: bytes) -> None:
    """Fill a world that has nothing yet; ValueError for what no simulator has written."""
    try:
        team = msgspec.json.decode(content, type=_Team)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ValueError(f"this is not a file that a simulator has saved: {error}") from None
    if team.format != _FORMAT:
        raise ValueError(f"the file has format {team.format}, this version reads {_FORMAT}")
    for name, value in team.switches.items():
        if name not in world.switches:
            world.set_switch(name, value)
    world.seed = team.seed
    for item in team.resources:
        unknown = [x for x in item.links if world.edges.find(item.type, x) is None]
        if item.type not in facts().types or unknown:
            what = f"the relationship {unknown[0]!r} of " if unknown else ""
            raise ValueError(f"the file has {what}{item.type!r}, which this API does not have")
        if not item.id or world.find(item.type, item.id) is not None:
            raise ValueError(f"the file has {item.type} of the id {item.id!r}, twice or as no id")
        entity = world.state.add(item.type, item.id, item.attributes)
        entity.links = {name: dict.fromkeys(ids) for name, ids in item.links.items()}
    for due in team.pending:
        if not world.book.hooks("event", due.event):
            raise ValueError(f"the file has {due.event!r} to happen, which is no event")
    for name, file in team.files.items():
        world.state.put_file(name, file)
    world.clock.restore((team.now, team.events, team.pending))
    world.drawn = dict(team.drawn)
