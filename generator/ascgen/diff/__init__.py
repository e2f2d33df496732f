"""Changes between two versions of an API, each weighed for a user of the generated client."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ascgen.diff.model import Action, Change, Diff, Entity, Impact, Version

if TYPE_CHECKING:
    from ascgen.model import ApiModel

__all__ = ["Action", "Change", "Diff", "Entity", "Impact", "Version", "compare"]


def compare(old: ApiModel, new: ApiModel) -> Diff:
    """Return all changes from one version to another, as the generated client shows them.

    Operations are paired by method and path, everything else by name, and what is left by
    structure. Members of what is new or gone as a whole are not listed. Statuses and error
    answers, which the client does not show, are not compared.

    Raises:
        SpecError: no client can be made of one of them, because two things would have one name.
    """
    from ascgen.diff.classes import class_changes
    from ascgen.diff.operations import operation_changes
    from ascgen.diff.query import fieldset_changes
    from ascgen.diff.requests import inline_changes
    from ascgen.diff.sides import Sides

    sides = Sides.of(old, new)
    found = chain(
        operation_changes(sides),
        class_changes(sides),
        inline_changes(sides),
        fieldset_changes(sides),
    )
    order = list(Entity)
    changes = sorted(found, key=lambda change: order.index(change.kind))
    return Diff(
        old=_version(old),
        new=_version(new),
        changes=tuple(changes),
        omitted=tuple(item for item in new.omissions if item not in old.omissions),
        modelled=tuple(item for item in old.omissions if item not in new.omissions),
    )


def _version(api: ApiModel) -> Version:
    return Version(
        product=api.product,
        title=api.title,
        version=api.version,
        sha256=api.sha256,
        operations=len(api.operations),
        schemas=len(api.schemas),
    )
