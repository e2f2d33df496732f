"""The two versions side by side: what the client makes of each, and what has only been renamed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ascgen.diff.renames import alike, pairs
from ascgen.model import ApiModel, Array, Map, Ref, RequestSchema, Type
from ascgen.plan.annotations import declares_null
from ascgen.plan.catalog import Catalog, ModelClass, build_catalog
from ascgen.plan.inline import inline_requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")

# What it adds to the likeness of two classes that one has taken the place of the other.
_EVIDENCE = 0.25


@dataclass(frozen=True, slots=True)
class Side:
    """One version with the classes that its client has.

    `declares_null` is whether the document says anywhere what may be null in a request; where none
    does, as before 4.0, the client takes None for every optional attribute.
    """

    api: ApiModel
    catalog: Catalog
    inline: dict[str, RequestSchema]
    ids: dict[str, str]
    declares_null: bool

    @classmethod
    def of(cls, api: ApiModel) -> Side:
        """Return the side of an API."""
        catalog = build_catalog(api)
        return cls(
            api=api,
            catalog=catalog,
            inline=inline_requests(api),
            ids={name: schema for schema, name in catalog.by_schema.items()},
            declares_null=declares_null(api),
        )

    def id_of(self, class_name: str) -> str:
        """Return the name of the schema a class is made of, or else its own."""
        return self.ids.get(class_name, class_name)

    def deprecates(self, class_name: str) -> bool:
        """Return whether the document marks the schema of a class as deprecated."""
        return bool(getattr(self.api.schemas.get(self.id_of(class_name)), "deprecated", False))


@dataclass(frozen=True, slots=True)
class Sides:
    """Old and new, with the new names of classes, inline creations and resource types."""

    old: Side
    new: Side
    classes: dict[str, str] = field(default_factory=dict[str, str])
    inline: dict[str, str] = field(default_factory=dict[str, str])
    types: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, old: ApiModel, new: ApiModel) -> Sides:
        """Both sides, with the renames between them recognised."""
        left, right = Side.of(old), Side.of(new)
        owners = pairs(left.catalog.classes, right.catalog.classes, _likeness)
        replaced = _replaced(left.catalog, right.catalog, owners)

        def likeness(one: ModelClass, other: ModelClass) -> float:
            score = _likeness(one, other)
            return score + _EVIDENCE if score and (one.name, other.name) in replaced else score

        classes = pairs(left.catalog.classes, right.catalog.classes, likeness)
        types: dict[str, str] = {}
        for before, after in classes.items():
            was = left.catalog.classes[before].resource
            now = right.catalog.classes[after].resource
            if was is not None and now is not None and was.type != now.type:
                types[was.type] = now.type
        return cls(
            old=left,
            new=right,
            classes=classes,
            inline=pairs(left.inline, right.inline, _inline_likeness),
            types=types,
        )

    def class_name(self, old: str) -> str:
        """Return what a class is called in the new version, by its old name."""
        return self.classes.get(old, old)

    def type(self, old: str | None) -> str | None:
        """Return what a resource type is called in the new version."""
        return self.types.get(old, old) if old is not None else None


def paired(
    old: Mapping[str, T], new: Mapping[str, T], renamed: Mapping[str, str]
) -> list[tuple[T, T]]:
    """Return what both sides have, under one name or a new one, in the new side's order."""
    before = {renamed.get(name, name): item for name, item in old.items()}
    return [(before[name], item) for name, item in new.items() if name in before]


def _replaced(old: Catalog, new: Catalog, owners: dict[str, str]) -> set[tuple[str, str]]:
    """Classes of which one stands in an attribute where the other stood before."""
    found: set[tuple[str, str]] = set()
    for was, now in paired(old.classes, new.classes, owners):
        before = dict(_references(was))
        for name, after in _references(now):
            if name in before:
                found.add((before[name], after))
    return found


def _references(model: ModelClass) -> Iterator[tuple[str, str]]:
    for item, kind in model.fields:
        inner = kind
        while isinstance(inner, Array | Map):
            inner = inner.items if isinstance(inner, Array) else inner.values
        if isinstance(inner, Ref):
            yield item.name, inner.schema


def _likeness(old: ModelClass, new: ModelClass) -> float:
    if bool(old.values) != bool(new.values):
        return 0.0
    if (old.resource is None) != (new.resource is None):
        return 0.0
    return alike(old.name, new.name, _members(old), _members(new))


def _members(model: ModelClass) -> set[str]:
    members = {f"{item.name}: {_coarse(kind)}" for item, kind in model.fields} | {*model.values}
    if model.resource is not None:
        members |= {f"{item.name} -> {item.many}" for item in model.resource.relationships}
    return members


def _coarse(kind: Type) -> str:
    """Return a type without class names, since those of inline types follow their owner's."""
    if isinstance(kind, Array | Map):
        inner = kind.items if isinstance(kind, Array) else kind.values
        return f"{type(kind).__name__} {_coarse(inner)}"
    return f"{type(kind).__name__} {getattr(kind, 'name', '')}"


def _inline_likeness(old: RequestSchema, new: RequestSchema) -> float:
    before, after = (
        {item.name for item in one.attributes} | {item.name for item in one.relationships}
        for one in (old, new)
    )
    return alike(old.name, new.name, before, after)
