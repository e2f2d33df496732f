"""Plans: what a program would write, to be looked at, kept and carried out."""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, overload

import msgspec

from .._runtime.client import AsyncBaseClient
from .._runtime.files import read_whole, replaceable
from .._runtime.public import public
from ..simulator.routes import routes
from .change import Change, Origin, PlannedFile, Write

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator
    from typing import Self

    from ..client import AsyncClient, Client
    from .application import Applied

__all__ = ["Plan"]

_VERSION = 1
# In bytes; files that were passed as bytes are in it.
_LARGEST = 1 << 30


class _Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it is written."""

    plan: int
    changes: list[Write]
    origins: dict[str, Origin] = {}
    created: dict[str, str] = {}
    done: list[int] = []


@public
class Plan:
    """Writes in the order in which they are to be made.

    Its text is for people, `to_json` for programs; neither shows a secret. `save` keeps all that
    `apply` needs, in a file for its owner alone. `created` holds the ids of what an application has
    created or found, by the temporary ones; `save` keeps them too.
    """

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self.origins: dict[str, Origin] = {}
        self.created: dict[str, str] = {}
        self.done: set[int] = set()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The writes."""
        return tuple(self._changes)

    def add(self, change: Change) -> None:
        """Put a write at the end."""
        self._changes.append(change)

    def replace(self, number: int, change: Change) -> None:
        """Put a write in the place of another one, counted from 0."""
        self._changes[number] = change

    def remove(self, change: Change) -> None:
        """Take a write out."""
        self._changes.remove(change)

    def file_of(self, change: Change) -> PlannedFile | None:
        """Return the file that is sent to the resource of a change."""
        key = (change.resource_type, change.resource_id)
        for other in self._changes:
            if (other.resource_type, other.resource_id) == key and other.file is not None:
                return other.reveal().file
        return None

    def __len__(self) -> int:
        return len(self._changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.changes == other.changes

    __hash__ = None  # type: ignore[assignment] # it grows

    def __repr__(self) -> str:
        return f"<Plan of {_counted(len(self))}>"

    def __str__(self) -> str:
        if not self:
            return "No changes."
        return "\n".join([f"{_counted(len(self))}:", *map(str, self._changes)])

    @property
    def digest(self) -> str:
        """The SHA-256 sum in hex of all that would be written, secrets included."""
        return hashlib.sha256("\n".join(x.digest for x in self._changes).encode()).hexdigest()

    # --- Carrying it out -------------------------------------------------------------------------

    @overload
    def apply(self, client: Client) -> Applied: ...
    @overload
    def apply(self, client: AsyncClient) -> Awaitable[Applied]: ...
    def apply(self, client: Client | AsyncClient) -> Applied | Awaitable[Applied]:
        """Make these writes, in this order; of an `AsyncClient` that is to be awaited.

        First all is read that they change. What is so already is left out, new resources that are
        there already are not created again. New ids take the place of temporary ones.

        Raises PlanStaleError, before anything is sent, where something is not as it was when the
        plan was made; PlanError for a plan that lacks something; and the errors of writes. After
        one of those apply the plan again: it goes on where it stopped.
        """
        # The blocking one is derived from the other where this is rendered.
        module = import_module(f"{__package__}.application")
        run = module.apply_async if isinstance(client, AsyncBaseClient) else module.apply
        result: Applied | Awaitable[Applied] = run(self, client)
        return result

    # --- Keeping it ------------------------------------------------------------------------------

    def to_json(self, *, secrets: bool = False) -> str:
        """Return it as a JSON document.

        Without its `secrets` it can be shown to anybody, and a plan that needs them cannot be
        applied from it.
        """
        changes = [x.reveal() if secrets else x.shown for x in self._changes]
        saved = _Saved(
            plan=_VERSION,
            changes=changes,
            origins=self.origins,
            created=self.created,
            done=sorted(self.done),
        )
        return msgspec.json.format(msgspec.json.encode(saved)).decode()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file with its secrets, which nobody but its owner may read.

        Files to be sent are named in it; of what was passed as bytes it holds the bytes.
        """
        place = replaceable(path)
        handle, name = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{self.to_json(secrets=True)}\n")
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a plan that was saved.

        Raises OSError for a file that cannot be read, ValueError for what is no plan.
        """
        return cls.from_json(read_whole(path, _LARGEST))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a plan from a JSON document; ValueError for what is none."""
        try:
            saved = msgspec.json.decode(text, type=_Saved)
        except (msgspec.DecodeError, RecursionError):
            raise ValueError("this is not a plan, or is one of another version") from None
        if saved.plan != _VERSION:
            raise ValueError(f"this is a plan of version {saved.plan}, and not of {_VERSION}")
        found = cls()
        for number, write in enumerate(saved.changes, 1):
            place = routes().find(write.path)
            if place is None or write.method == "GET" or write.method not in place.methods:
                raise ValueError(f"change {number} of the plan is no write of this API")
            change = Change(write)
            if not change.is_told:
                raise ValueError(f"change {number} of the plan shows other than it sends")
            found.add(change)
        found.origins = dict(saved.origins)
        found.created = dict(saved.created)
        found.done = set(saved.done)
        return found


def _counted(number: int) -> str:
    return f"{number} change{'' if number == 1 else 's'}"
