"""The control interface of a served simulator, below `/_simulator/`, for programs in any language.

GET    /_simulator/           what there is: time, numbers of resources, how to sign
GET    /_simulator/key        key id, issuer id and private key; a bearer token
GET    /_simulator/state      everything, as `save` writes it
POST   /_simulator/state      {"type": "apps", "attributes": {…}, "relationships": {"app": "ID"}}
GET    /_simulator/clock      {"now": seconds since 1970, "moment": "…", "pending": […]}
POST   /_simulator/clock      {"seconds": 60} or minutes, hours, days
GET    /_simulator/requests   the requests that were made; DELETE forgets them
POST   /_simulator/faults     the arguments of `Faults.add`; DELETE takes all back
POST   /_simulator/reset      as it was when it was started
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from .faults import Body, Connection
from .keys import private_text
from .messages import Answer
from .oddities import Oddity
from .plain import as_list, as_object, read_json
from .problems import Problem, Refusal
from .save import write_team

if TYPE_CHECKING:
    from collections.abc import Callable

    from .messages import Incoming
    from .simulator import Simulator
    from .state import Checkpoint

__all__ = ["CONTROL", "Control"]

CONTROL = "/_simulator/"


class _Added(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    id: str | None = None
    attributes: dict[str, Any] = {}
    relationships: dict[str, Any] = {}


class _Passed(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float = 0
    minutes: float = 0
    hours: float = 0
    days: float = 0


class _Planned(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments of `Faults.add`."""

    target: str | None = None
    status: int | None = None
    code: str = ""
    detail: str | None = None
    after_commit: bool = False
    connection: Connection | None = None
    body: Body | None = None
    content: Oddity | dict[str, Any] | None = None
    headers: dict[str, str] | None = None
    retry_after: float | str | None = None
    rate_limit: str | None = None
    latency: float = 0.0
    skip: int = 0
    times: int | None = 1


class Control:
    """Answers requests about a simulator instead of to it."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._beginning: Checkpoint = simulator.checkpoint()
        self._actions: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", ""): self._overview,
            ("GET", "key"): self._key,
            ("GET", "state"): lambda _: msgspec.Raw(write_team(simulator.world)),
            ("POST", "state"): self._add,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._advance,
            ("GET", "requests"): lambda _: {"requests": simulator.requests},
            ("DELETE", "requests"): lambda _: simulator.requests.clear(),
            ("POST", "faults"): self._fault,
            ("DELETE", "faults"): lambda _: simulator.faults.clear(),
            ("POST", "reset"): self._reset,
        }

    def answer(self, incoming: Incoming) -> Answer:
        """Return the answer to a request below `/_simulator/`."""
        name = f"{incoming.path}/".removeprefix(CONTROL).strip("/")
        action = self._actions.get((incoming.method, name))
        if action is None:
            return _problem(404, f"there is no {incoming.method} {incoming.path}")
        try:
            found = as_object(read_json(incoming.body) if incoming.body else {})
            if found is None:
                return _problem(400, "the body is not an object")
            result = action(found)
        except ValueError as error:
            return _problem(400, str(error))
        if result is None:
            return Answer(204)
        return Answer(200, msgspec.json.encode(result))

    def _overview(self, _: dict[str, Any]) -> Any:
        simulator = self._simulator
        state = simulator.world.state
        return {
            "moment": simulator.clock.moment,
            "resources": {kind: len(state.rows(kind)) for kind in state.types()},
            "requests": len(simulator.requests),
            "faults": len(simulator.faults),
            "key_id": simulator.key.key_id,
            "issuer_id": simulator.issuer_id,
        }

    def _key(self, _: dict[str, Any]) -> Any:
        simulator = self._simulator
        return {
            "key_id": simulator.key.key_id,
            "issuer_id": simulator.issuer_id,
            "private_key": private_text(simulator.key.key_id),
            "token": simulator.token(),
        }

    def _add(self, body: dict[str, Any]) -> Any:
        given = msgspec.convert(body, _Added)
        related = {x: _ids(value) for x, value in given.relationships.items()}
        members = {**given.attributes, **related}
        if "id" in members:
            raise ValueError("the id stands beside the type, and is no attribute")
        added = self._simulator.add(given.type, given.id, **members)
        return {"type": added.resource_type, "id": added.id}

    def _clock(self, _: dict[str, Any]) -> Any:
        clock = self._simulator.clock
        return {"now": clock.now(), "moment": clock.moment, "pending": clock.pending}

    def _advance(self, body: dict[str, Any]) -> Any:
        passed = msgspec.convert(body, _Passed)
        self._simulator.clock.advance(**msgspec.structs.asdict(passed))
        return self._clock({})

    def _fault(self, body: dict[str, Any]) -> None:
        planned = msgspec.convert(body, _Planned)
        self._simulator.faults.add(**msgspec.structs.asdict(planned))

    def _reset(self, _: dict[str, Any]) -> None:
        self._simulator.restore(self._beginning)
        self._simulator.faults.clear()
        self._simulator.requests.clear()


def _ids(value: Any) -> Any:
    """Return the ids of a linkage as JSON:API has it, anything else as it is."""
    members = as_object(value)
    if members is None:
        return value
    data = members.get("data")
    several = as_list(data)
    found = [as_object(x) or {} for x in ([data] if several is None else several)]
    ids = [x.get("id") for x in found]
    return ids if several is not None else ids[0]


def _problem(status: int, detail: str) -> Answer:
    refusal = Refusal(Problem(status=status, code="CONTROL_ERROR", detail=detail))
    errors = [problem.members("") for problem in refusal.problems]
    return Answer(status, msgspec.json.encode({"errors": errors}))
