"""What changed between two versions of an API, as values: no text, no layout.

The impact is that on a user of the generated client who moves to the new version:

breaking
    Code that ran stops running, means something else, or sends what the server now refuses: a
    method, keyword, attribute, class or enumeration member is gone or renamed, an argument has
    become required, an answer is of another type.
typing
    Code runs as before, since the client sends what it is given and keeps what it receives, but a
    type checker objects: a `Literal` lost a value, an argument no longer takes None.
compatible
    Neither notices: additions, wider types, deprecations, what the client does not show.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

import msgspec

from ascgen.model import Omission  # noqa: TC001 - msgspec looks it up


class Impact(StrEnum):
    """What a change does to a user of the generated client."""

    BREAKING = "breaking"
    TYPING = "typing"
    COMPATIBLE = "compatible"


class Action(StrEnum):
    """What happened to the thing that a change is about."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    DEPRECATED = "deprecated"
    RESTORED = "restored"


class Entity(StrEnum):
    """What a change is about.

    A `fieldset` is what `fields[type]` takes for a type in any operation; `included` is an inline
    creation that a request may carry; a `field` is a member of an object that is not a resource.
    """

    OPERATION = "operation"
    PARAMETER = "parameter"
    PARAMETER_VALUE = "parameter-value"
    RESOURCE = "resource"
    ATTRIBUTE = "attribute"
    ATTRIBUTE_VALUE = "attribute-value"
    RELATIONSHIP = "relationship"
    INLINE_CREATE = "inline-create"
    INCLUDED = "included"
    OBJECT = "object"
    FIELD = "field"
    ENUM = "enum"
    ENUM_VALUE = "enum-value"
    FIELDSET = "fieldset"
    FIELDSET_VALUE = "fieldset-value"


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change to one thing.

    `id` is the thing's: of the new version, or of the old one when it was removed. `owner` is the
    operation, schema or class it belongs to, `name` its own name there. `python` is how the client
    spells it. `aspect` says what about it changed from `old` to `new`; a rename gives the names.
    """

    kind: Entity
    id: str
    action: Action
    impact: Impact
    owner: str
    name: str
    python: str
    aspect: str = ""
    old: str = ""
    new: str = ""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two sides: which API it is, and how large."""

    product: str
    title: str
    version: str
    sha256: str
    operations: int
    schemas: int


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """All changes from one version to another, ordered by kind and then as the documents are.

    `omitted` is what the new client lacks of its document and the old one did not, `modelled` the
    other way round.
    """

    old: Version
    new: Version
    changes: tuple[Change, ...]
    omitted: tuple[Omission, ...] = ()
    modelled: tuple[Omission, ...] = ()

    @property
    def bump(self) -> str:
        """The part of the client's version number to raise: major, minor, patch or none.

        What only a type checker sees raises the minor part, as additions and deprecations do.
        """
        if any(change.impact is Impact.BREAKING for change in self.changes):
            return "major"
        if self.changes or self.omitted or self.modelled:
            return "minor"
        return "none" if self.old.sha256 == self.new.sha256 else "patch"

    @property
    def impacts(self) -> dict[Impact, int]:
        """The number of changes of each impact, of none too."""
        found = Counter(change.impact for change in self.changes)
        return {impact: found[impact] for impact in Impact}

    @property
    def counts(self) -> dict[Entity, dict[Action, int]]:
        """The number of changes by what they are about and what happened, without zeros."""
        found = Counter((change.kind, change.action) for change in self.changes)
        return {
            kind: {action: found[kind, action] for action in Action if found[kind, action]}
            for kind in Entity
            if any(found[kind, action] for action in Action)
        }

    def breaking(self) -> tuple[Change, ...]:
        """Return the changes that break code."""
        return tuple(change for change in self.changes if change.impact is Impact.BREAKING)
