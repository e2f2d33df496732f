"""Writes that are to be made in a trial: what they say, and what has to be read before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .._api.model import Kind
from ..simulator.plain import as_list, as_object
from ..simulator.routes import routes
from ..simulator.table import table
from .documents import member, read_document, told_by
from .knowledge import is_inline, is_new
from .places import instance_path
from .siblings import search_target

if TYPE_CHECKING:
    from ..simulator.state import Entity
    from .trial import Asked, Key, Trial

__all__ = ["LINKAGE", "Draft"]

LINKAGE = frozenset(
    {
        Kind.CREATE_TO_MANY_RELATIONSHIP,
        Kind.DELETE_TO_MANY_RELATIONSHIP,
        Kind.REPLACE_TO_MANY_RELATIONSHIP,
        Kind.UPDATE_TO_ONE_RELATIONSHIP,
    }
)


class Draft:
    """A write that is to be made in the trial."""

    def __init__(self, trial: Trial, asked: Asked) -> None:
        self.trial = trial
        self.asked = asked
        self.kind = asked.table.kind
        self.body = read_document(asked.incoming.body)
        self.attributes = member(self.body, "data", "attributes")
        self.relationships = member(self.body, "data", "relationships")
        self._introduce(self.body)
        self.target = trial.known(*asked.owner) if asked.place.id else None

    def _introduce(self, value: Any) -> None:
        """Let the trial know of whatever the body names."""
        if (members := as_object(value)) is not None:
            kind, identifier = members.get("type"), members.get("id")
            if (
                members.keys() == {"type", "id"}
                and isinstance(kind, str)
                and isinstance(identifier, str)
                and not is_inline(identifier)
            ):
                self.trial.known(kind, identifier)
            for item in members.values():
                self._introduce(item)
        for item in as_list(value) or ():
            self._introduce(item)

    @property
    def is_instance(self) -> bool:
        """Whether it is about a resource itself, and not what that leads to."""
        return self.kind in {Kind.UPDATE_INSTANCE, Kind.DELETE_INSTANCE}

    def told(self) -> dict[str, Any]:
        """Return what the body says, with the ids that its relationships name."""
        return told_by(self.body)

    def related(self) -> list[Entity]:
        """Return the resources that a body's relationships lead to, one each."""
        data = [member(x, "data") for x in self.relationships.values()]
        found = [self.trial.world.state.find(x["type"], x["id"]) for x in data if "id" in x]
        return [x for x in found if x is not None]

    def parents(self) -> list[Key]:
        """Return what it leads to and nobody has read yet, which rules ask about."""
        if self.kind is not Kind.CREATE_INSTANCE:
            return []
        data = [member(x, "data") for x in self.relationships.values()]
        keys = [(x["type"], x["id"]) for x in data if x.keys() == {"type", "id"}]
        known = self.trial.originals.keys() - self.trial.world.read - self.trial.unreadable
        return [key for key in keys if key in known]

    @property
    def is_listed(self) -> bool:
        """Whether the API lists what it creates anywhere."""
        request = self.asked.table.request
        told = {name: "0" if isinstance(x, str) else x for name, x in self.told().items()}
        return request is not None and search_target(request.type, told) is not None

    def siblings(self) -> str | None:
        """Return where what it creates would be listed."""
        if self.kind is not Kind.CREATE_INSTANCE or self.asked.table.request is None:
            return None
        return search_target(self.asked.table.request.type, self.told())

    def reads(self) -> str:
        """Return where to read what this changes, empty where there is nothing to be read."""
        asked, target = self.asked, self.target
        if target is None:
            return ""
        if self.kind in LINKAGE:
            return self._linkage_target()
        path = instance_path(target.type, asked.place.template)
        if path is None:
            original = self.trial.originals.get((target.type, target.id))
            return original.target if original is not None else ""
        names = [x for x in self.relationships if x in table("GET", path).include]
        query = f"?include={','.join(names)}" if names else ""
        return f"{path.replace('{id}', quote(target.id, safe=''))}{query}"

    def _linkage_target(self) -> str:
        template, edge = self.asked.place.template, self.asked.edge
        path = self.asked.incoming.path
        if routes().has("GET", template):
            limit = table("GET", template).operation.limit
            return f"{path}?limit={limit}" if limit else path
        related = template.replace("/relationships/", "/")
        if edge is not None and routes().has("GET", related):
            limit = table("GET", related).operation.limit
            path = path.replace("/relationships/", "/")
            return f"{path}?limit={limit}" if limit else path
        if edge is not None and (instance := instance_path(edge.owner, template)):
            read = table("GET", instance)
            if edge.name in read.include:
                limits = {x.name: x.maximum for x in read.operation.related_limits}
                most = f"&limit[{edge.name}]={limits[edge.name]}" if edge.name in limits else ""
                path = instance.replace("{id}", quote(self.asked.place.id, safe=""))
                return f"{path}?include={edge.name}{most}"
        return ""

    def unknown(self) -> bool:
        """Whether something has to be read before."""
        target = self.target
        if target is None or is_new(target.id) or self.kind is Kind.CREATE_TO_MANY_RELATIONSHIP:
            return False
        if self.kind in LINKAGE:
            edge = self.asked.edge
            return edge is not None and not self.trial.world.knows(target, edge.name)
        if (target.type, target.id) not in self.trial.world.read:
            return True
        edges = self.trial.world.edges.of(target.type)
        return any(
            name in edges and not self.trial.world.knows(target, edges[name].name)
            for name in self.relationships
        )
