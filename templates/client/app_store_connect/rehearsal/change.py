"""One write of a plan."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from .._api import facts
from .._api.model import Kind
from .._runtime.messages.error_root import printable
from .._runtime.messages.secret import Discreet, Secret
from ..simulator.edges import edges
from ..simulator.plain import as_list, as_object
from ..simulator.routes import routes
from ..simulator.table import table
from .documents import member, told_by
from .knowledge import new_ids
from .places import instance_path
from .secrets import clipped, hidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Change", "Origin", "PlannedFile", "Write"]

_LONGEST = 400
_REMOVING = frozenset({Kind.DELETE_INSTANCE, Kind.DELETE_TO_MANY_RELATIONSHIP})


class PlannedFile(Discreet, msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that is to be sent: `checksum` is its MD5 sum in hex.

    `path` is None for bytes that were passed, which the plan then holds itself.
    """

    name: str
    size: int
    checksum: str
    path: str | None = None
    content: bytes | None = None

    def read(self, offset: int, length: int) -> bytes | None:
        """Return a part of what it holds, None if it cannot be read."""
        if self.path is None:
            return None if self.content is None else self.content[offset : offset + length]
        place = Path(self.path)
        try:
            # A pipe, which a plan may name as well, would be waited for.
            if not place.is_file():
                return None
            with place.open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except OSError:
            return None

    def __repr__(self) -> str:
        return f"<PlannedFile {printable(self.name, _LONGEST)}, {self.size:,} bytes>"


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where something is found that another write brings along.

    `match` are attributes that it has, and the ids that it is related to; `existing` are the ids of
    what was there before. What is `shared` may be what other writes name as well.
    """

    type: str
    path: str
    match: dict[str, Any] = {}
    existing: tuple[str, ...] = ()
    shared: bool = False


class Write(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A write with all that it holds, secrets too.

    `reads` is where its resource can be read, `existing` the ids of resources that are like the new
    one and were there before. `effects` are attributes that follow from it, with
    what they were and become, of its own resource or of the one that is `watched`. It has `waited`
    if time passed before it, which it may need.
    """

    operation: str
    method: str
    path: str
    resource_type: str
    resource_id: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    body: Any = None
    file: PlannedFile | None = None
    reads: str = ""
    existing: tuple[str, ...] = ()
    waited: bool = False
    watched: tuple[str, str] | None = None
    effects: dict[str, tuple[Any, Any]] = {}


class Change:
    """One write: what is sent where, and what that makes of which resource.

    `before` and `after` are attributes and relationships by Apple's names, of a relationship the
    id, None or the ids; what is created has no `before`, what is deleted no `after`. Nothing here
    shows a secret. `resource_id` is a temporary one (`new-1`) for what is yet to be created.
    """

    __slots__ = ("_shown", "_whole")

    def __init__(self, whole: Write) -> None:
        text = msgspec.json.encode(whole).decode()
        self._whole = Secret(text)
        self._shown = msgspec.structs.replace(
            whole,
            before=hidden(whole.before),
            after=hidden(whole.after),
            body=hidden(whole.body),
            effects=hidden(whole.effects),
            file=None if whole.file is None else msgspec.structs.replace(whole.file, content=None),
        )

    def reveal(self) -> Write:
        """Return it with its secrets; keep it in no variable of a frame that can raise."""
        return msgspec.json.decode(self._whole.reveal(), type=Write)

    @property
    def shown(self) -> Write:
        """All of it but the secrets."""
        return self._shown

    @property
    def operation(self) -> str:
        """The operation's id."""
        return self._shown.operation

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self._shown.method

    @property
    def path(self) -> str:
        """The path, which may have temporary ids in it."""
        return self._shown.path

    @property
    def resource_type(self) -> str:
        """The type of the resource that is changed."""
        return self._shown.resource_type

    @property
    def resource_id(self) -> str:
        """The id of the resource that is changed or created."""
        return self._shown.resource_id

    @property
    def before(self) -> Mapping[str, Any] | None:
        """What was there, as far as it is known."""
        return self._shown.before

    @property
    def after(self) -> Mapping[str, Any] | None:
        """What will be there."""
        return self._shown.after

    @property
    def body(self) -> Any:
        """The JSON value that is sent, None without one."""
        return self._shown.body

    @property
    def file(self) -> PlannedFile | None:
        """The file that is sent with it."""
        return self._shown.file

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes that it sends."""
        return member(self.body, "data", "attributes")

    @property
    def kind(self) -> Kind:
        """The kind of operation."""
        place = routes().find(self.path)
        if place is None:
            raise ValueError(f"{self.method} {self.path} is no write of this API")
        return facts().operation(self.method, place.template).kind

    @property
    def is_told(self) -> bool:
        """Whether it shows what it sends, as somebody reads the one and means the other."""
        place = routes().find(self.path)
        if place is not None and place.id and place.id != self.resource_id:
            return False
        if self.kind not in {Kind.CREATE_INSTANCE, Kind.UPDATE_INSTANCE}:
            return True
        return dict(self.after or {}) == told_by(self.body)

    @property
    def model(self) -> str:
        """The name of what the client reads the answer as."""
        place = routes().find(self.path)
        schema = table(self.method, place.template).schema if place is not None else None
        return schema.name if schema is not None else "Resource"

    @property
    def commits(self) -> bool:
        """Whether it says that a file is there."""
        return self.kind is Kind.UPDATE_INSTANCE and (self.after or {}).get("uploaded") is True

    @property
    def readable(self) -> frozenset[str]:
        """The names of what can be read again of its resource."""
        schemas = facts().resources(self.resource_type)
        attributes = {x.name for schema in schemas for x in schema.attributes}
        return frozenset(attributes | edges().of(self.resource_type).keys())

    @property
    def instance_path(self) -> str | None:
        """The path at which one such resource can be read."""
        place = routes().find(self.path)
        return instance_path(self.resource_type, place.template if place is not None else "")

    @property
    def new_ids(self) -> tuple[str, ...]:
        """The temporary ids that it names, but for its own where it creates."""
        return tuple(new_ids(self.path, self.body))

    @property
    def is_destructive(self) -> bool:
        """Whether it deletes a resource, or takes something out of a relationship."""
        kind = self.kind
        if kind is Kind.REPLACE_TO_MANY_RELATIONSHIP:
            before, after = self.before or {}, self.after or {}
            return any(set(before[name]).difference(after.get(name, ())) for name in before)
        return kind in _REMOVING

    @property
    def digest(self) -> str:
        """The SHA-256 sum in hex of all that it holds."""
        return hashlib.sha256(self._whole.reveal().encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Change) and self._whole == other._whole

    def __hash__(self) -> int:
        return hash(self._whole)

    def __repr__(self) -> str:
        return f"<Change {self.method} {printable(self.path, _LONGEST)}>"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        kind, before, after = self.kind, self.before or {}, self.after or {}
        name = printable(f"{self.resource_type} {self.resource_id}".strip(), _LONGEST)
        match kind:
            case Kind.CREATE_INSTANCE:
                yield f"+ create {name}"
            case Kind.DELETE_INSTANCE:
                yield f"- delete {name}{_naming(before)}"
            case Kind.CREATE_TO_MANY_RELATIONSHIP:
                yield f"~ add to {name}"
            case Kind.DELETE_TO_MANY_RELATIONSHIP:
                yield f"~ remove from {name}"
            case _:
                yield f"~ change {name}"
        if kind is not Kind.DELETE_INSTANCE:
            for name in {**before, **after}:
                yield f"    {printable(name, _LONGEST)}: {_step(name, before, after)}"
        if self.file is not None:
            found = self.file
            told = f"{found.name}, {found.size:,} bytes, MD5 {found.checksum}"
            yield f"    file: {printable(told, _LONGEST)}"


def _step(member: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    new = _value(after.get(member))
    was, now = as_list(before.get(member)), as_list(after.get(member))
    if was is not None and now is not None and not any(as_object(x) for x in (*was, *now)):
        words = [f"+{x}" for x in now if x not in was] + [f"-{x}" for x in was if x not in now]
        return printable(clipped(", ".join(words) or "in another order"), _LONGEST)
    return f"{_value(before[member])} → {new}" if member in before else new


def _value(value: Any) -> str:
    if isinstance(value, str):
        return printable(clipped(value), _LONGEST) or '""'
    return printable(clipped(msgspec.json.encode(value).decode()), _LONGEST)


def _naming(attributes: Mapping[str, Any]) -> str:
    for name in ("name", "referenceName", "fileName", "versionString", "locale", "identifier"):
        if isinstance(attributes.get(name), str):
            return f" ({_value(attributes[name])})"
    return ""
