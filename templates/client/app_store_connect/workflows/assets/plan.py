"""What there is in each place of a version's media, what there shall be, and the difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from ..._runtime.messages.error_root import AppStoreConnectError
from ...uploads.state import Delivery
from .folder import MediaFile, MediaKind

__all__ = [
    "TIMEOUT",
    "Difference",
    "Item",
    "MediaChange",
    "MediaError",
    "MediaPlan",
    "Mode",
    "Slot",
    "Through",
    "Version",
    "Work",
    "overfull",
]

TIMEOUT = 1800.0
"""Seconds that Apple gets to process what was sent."""

Mode: TypeAlias = Literal["sync", "replace", "append"]
Through: TypeAlias = Literal["library", "sets"]


class MediaError(AppStoreConnectError):
    """Media that cannot be changed, or that Apple did not take; the text says which and why."""


class MediaChange(msgspec.Struct, frozen=True):
    """What is done in one place: the screenshots or previews of a locale for one display.

    `send` are files of the folder that come to be there, `remove` those that leave, `keep` those
    that stay; `order` says whether they are put into another order.
    """

    locale: str
    display: str
    kind: MediaKind
    send: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    order: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the place stays as it is."""
        return not (self.send or self.remove or self.order)

    @property
    def place(self) -> str:
        """The place, as it is called."""
        return f"{self.locale} {self.display} {self.kind}s"

    def steps(self) -> list[str]:
        """Return what is done there, one by one, each with the place."""
        return [f"{self.place}: {x}" for x in self._told()]

    def _told(self) -> list[str]:
        told = [f"+ {x}" for x in self.send] + [f"- {x}" for x in self.remove]
        return told + ["reorder"] * self.order

    def __str__(self) -> str:
        return f"{self.place}: {', '.join(self._told()) or 'as it is'}"


class MediaPlan(msgspec.Struct, frozen=True):
    """What a folder changes at the media of a version.

    `files` counts the different files to be sent: the library takes each one once, for all places.
    `new_locales` are localizations that the version gets.
    """

    through: Through
    changes: tuple[MediaChange, ...]
    files: int = 0
    new_locales: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether everything is as the folder says."""
        return not self.new_locales and all(change.is_empty for change in self.changes)

    def __str__(self) -> str:
        lines = [f"{x}: new localization" for x in self.new_locales]
        lines += [str(change) for change in self.changes if not change.is_empty]
        return "\n".join(lines) or "nothing to do"


@dataclass
class Version:
    """The version whose media are changed; `localizations` are ids by locale."""

    id: str
    platform: str
    state: str
    app: str
    localizations: dict[str, str]


@dataclass
class Item:
    """What is in a place already; `digest` is the sum of its file, where the API tells it."""

    resource: Any
    name: str
    digest: str | None
    delivery: Delivery
    size: int = 0

    @property
    def is_in_work(self) -> bool:
        """Whether it was sent, and Apple has yet to process it."""
        return self.delivery.is_pending and not self.delivery.is_awaited

    def give_up(self) -> None:
        """Take it for failed if it is still being processed."""
        if self.is_in_work:
            self.delivery = Delivery("FAILED")

    def is_of(self, file: MediaFile, digest: str) -> bool:
        """Whether it is this file, or a reservation that waits for it."""
        if self.delivery.is_failed:
            return False
        if self.digest is None:
            reserved = (self.name, self.size) == (file.name, file.size)
            return self.delivery.is_awaited and reserved
        return digest.startswith(self.digest)


@dataclass
class Slot:
    """The screenshots or previews of one localization for one display: wanted and present."""

    locale: str
    display: str
    kind: MediaKind
    files: list[MediaFile] = field(default_factory=list["MediaFile"])
    items: list[Item] = field(default_factory=list[Item])
    holder: Any = None

    @property
    def place(self) -> str:
        """The place, as it is called."""
        return f"{self.locale} {self.display} {self.kind}s"

    def add(self, file: MediaFile) -> None:
        """Want a file too, unless one with the same content is wanted already."""
        if all(file.sha256 != other.sha256 for other in self.files):
            self.files.append(file)


class Work(Protocol):
    """A way to keep media, with what is to be done there."""

    @property
    def through(self) -> Through:
        """What the media are kept in."""
        ...

    def files_to_send(self) -> dict[str, MediaFile]:
        """Return the files that are to be sent."""
        ...


class Difference:
    """How a place differs from what is wanted; `digest` names the sum that items have."""

    def __init__(self, slot: Slot, mode: Mode, digest: Literal["md5", "sha256"]) -> None:
        self.slot = slot
        left = list(slot.items)
        self.there: dict[str, Item] = {}
        for file in slot.files:
            found = next((x for x in left if x.is_of(file, getattr(file, digest))), None)
            if found is not None:
                left.remove(found)
                self.there[file.sha256] = found
        self.missing = [
            x
            for x in slot.files
            if x.sha256 not in self.there or self.there[x.sha256].delivery.is_awaited
        ]
        self.surplus = [x for x in left if mode != "append" or x.delivery.is_failed]
        self.others = [x for x in left if x not in self.surplus]

    def order(self) -> list[Item | None]:
        """The items in the order that is wanted, None for those yet to come."""
        return [*self.others, *(self.there.get(x.sha256) for x in self.slot.files)]

    @property
    def is_disordered(self) -> bool:
        """Whether what is there and what comes after it are in another order than is wanted."""
        stays = [x for x in self.slot.items if x not in self.surplus]
        wanted = self.order()
        return [*stays, *([None] * wanted.count(None))] != wanted

    def told(self) -> MediaChange:
        """The difference as users read it."""
        return MediaChange(
            self.slot.locale,
            self.slot.display,
            self.slot.kind,
            tuple(x.hint for x in self.missing),
            tuple(x.name for x in self.surplus),
            tuple(x.name for x in self.order() if x is not None and not x.delivery.is_awaited),
            self.is_disordered,
        )


def overfull(slots: list[Slot], mode: Mode, most: dict[MediaKind, int]) -> list[str]:
    """Return what is wrong with places that would hold more than Apple allows."""
    problems: list[str] = []
    for slot in slots:
        count = len(slot.files) + (len(slot.items) if mode == "append" else 0)
        if mode == "append":
            known = {x.digest for x in slot.items}
            count -= sum(x.md5 in known or x.sha256[:32] in known for x in slot.files)
        if count > most[slot.kind]:
            problems.append(
                f"{slot.locale}: {count} {slot.kind}s for {slot.display}, which takes"
                f" {most[slot.kind]}: {', '.join(x.name for x in slot.files)}"
            )
    return problems
