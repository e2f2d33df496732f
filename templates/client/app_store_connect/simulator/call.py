"""A call as rules see it: what is asked, of which resource, with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from .problems import Problem, Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from .._api.model import Operation
    from .auth import Caller
    from .messages import Incoming
    from .query import Query
    from .state import Entity
    from .world import World

__all__ = ["Call", "Content"]


class Content(msgspec.Struct, frozen=True):
    """An answer that is not made of resources."""

    body: bytes
    media_type: str = "application/json"
    status: int = 200


class Call:
    """One call of an operation, well formed and allowed.

    `resource` is the one of the path, or after a creation what was created. `attributes` and
    `relationships` are those of the body, the latter as resources; `linked` are the resources that
    a linkage names. A rule may change all of them.
    """

    __slots__ = (
        "attributes",
        "caller",
        "existing",
        "included",
        "incoming",
        "linked",
        "operation",
        "problems",
        "query",
        "relationships",
        "resource",
        "world",
    )

    def __init__(
        self, world: World, operation: Operation, incoming: Incoming, query: Query, caller: Caller
    ) -> None:
        self.world = world
        self.operation = operation
        self.incoming = incoming
        self.query = query
        self.caller = caller
        self.resource: Entity | None = None
        self.attributes: dict[str, Any] = {}
        self.relationships: dict[str, list[Entity]] = {}
        self.included: dict[str, Any] = {}
        self.linked: list[Entity] = []
        self.existing: Entity | None = None
        self.problems: list[Problem] = []

    @property
    def target(self) -> Entity:
        """The resource of the path; a call that has none is a mistake of the rule."""
        if self.resource is None:
            raise LookupError(f"{self.operation.id} has no resource")
        return self.resource

    @property
    def now(self) -> datetime:
        """The date and time, in UTC."""
        return self.world.now

    def related(self, name: str) -> Entity | None:
        """Return the resource that the body relates to, or None."""
        return next(iter(self.relationships.get(name, ())), None)

    def refuse(self, status: int, code: str, detail: str | None = None, **more: Any) -> NoReturn:
        """Refuse the call with this problem and those told before; see `Problem` for the rest."""
        self.fault(status, code, detail, **more)
        raise Refusal(*self.problems)

    def fault(self, status: int, code: str, detail: str | None = None, **more: Any) -> None:
        """Add a problem, so that several are told at once; the call is refused after the rules."""
        self.problems.append(Problem(status=status, code=code, detail=detail, **more))

    def invalid(self, name: str, detail: str, *, kind: str = "", status: int = 409) -> NoReturn:
        """Refuse an attribute: `ENTITY_ERROR.ATTRIBUTE.INVALID`, followed by a kind if given."""
        code = f"ENTITY_ERROR.ATTRIBUTE.INVALID{'.' if kind else ''}{kind}"
        self.refuse(status, code, detail, pointer=f"/data/attributes/{name}")

    def invalid_relationship(self, name: str, detail: str | None, *, kind: str = "") -> NoReturn:
        """Refuse a relationship: `ENTITY_ERROR.RELATIONSHIP.INVALID`, likewise."""
        code = f"ENTITY_ERROR.RELATIONSHIP.INVALID{'.' if kind else ''}{kind}"
        self.refuse(409, code, detail, pointer=f"/data/relationships/{name}")

    def answer_with(self, entity: Entity) -> None:
        """Create nothing and answer with a resource that is there."""
        self.existing = entity

    def settle(self) -> None:
        """Refuse the call when there were problems."""
        if self.problems:
            raise Refusal(*self.problems)
