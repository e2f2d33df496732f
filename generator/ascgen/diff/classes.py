"""The client's classes: resources, objects and enumerations with their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.diff.members import Place, compared, values
from ascgen.diff.model import Action, Change, Entity, Impact
from ascgen.diff.sides import paired
from ascgen.diff.types import answer_impact, renamed, spelled
from ascgen.plan.catalog import relationship_models
from ascgen.plan.names import snake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.diff.sides import Side, Sides
    from ascgen.model import Field, Relationship, ResourceSchema
    from ascgen.plan.catalog import ModelClass


def class_changes(sides: Sides) -> Iterator[Change]:
    """Yield all changes of classes, each class's own before its members'."""
    old, new = sides.old.catalog.classes, sides.new.catalog.classes
    kept = {sides.class_name(name) for name in old}
    for name, model in old.items():
        if sides.class_name(name) not in new:
            yield _class(model, sides.old, Action.REMOVED, Impact.BREAKING)
    for name, model in new.items():
        if name not in kept:
            yield _class(model, sides.new, Action.ADDED, Impact.COMPATIBLE)
    for before, after in paired(old, new, sides.classes):
        yield from _both(before, after, sides)


def _both(old: ModelClass, new: ModelClass, sides: Sides) -> Iterator[Change]:
    if old.name != new.name:
        yield _class(
            new, sides.new, Action.RENAMED, Impact.BREAKING, aspect="name",
            old=old.name, new=new.name,
        )  # fmt: skip
    was, now = sides.old.deprecates(old.name), sides.new.deprecates(new.name)
    if was != now:
        action = Action.DEPRECATED if now else Action.RESTORED
        yield _class(new, sides.new, action, Impact.COMPATIBLE)
    if old.resource is not None and new.resource is not None and old.resource.type in sides.types:
        yield _class(
            new, sides.new, Action.CHANGED, Impact.BREAKING, aspect="type",
            old=old.resource.type, new=new.resource.type,
        )  # fmt: skip
    if new.values or old.values:
        if not (new.values and old.values):
            yield _class(new, sides.new, Action.CHANGED, Impact.BREAKING, aspect="sort")
            return
        owner = sides.new.id_of(new.name)
        place = Place(Entity.ENUM_VALUE, owner, f"{owner}.{{}}", f"{new.name}.{{}}")
        yield from values(place, old.values, new.values, Impact.BREAKING)
        return
    yield from _fields(old, new, sides)
    if old.resource is not None and new.resource is not None:
        yield from _relationships(old.resource, new.resource, new.name, sides)


def _class(
    model: ModelClass,
    side: Side,
    action: Action,
    impact: Impact,
    *,
    aspect: str = "",
    old: str = "",
    new: str = "",
) -> Change:
    kind = Entity.OBJECT
    if model.values:
        kind = Entity.ENUM
    elif model.resource is not None:
        kind = Entity.RESOURCE
    name = side.id_of(model.name)
    return Change(
        kind=kind, id=name, action=action, impact=impact, owner=name, name=name,
        python=model.name, aspect=aspect, old=old, new=new,
    )  # fmt: skip


def _fields(old: ModelClass, new: ModelClass, sides: Sides) -> Iterator[Change]:
    owner = sides.new.id_of(new.name)
    kind = Entity.FIELD if new.resource is None else Entity.ATTRIBUTE
    place = Place(kind, owner, f"{owner}.{{}}", f"{new.name}.{{}}")
    before = {item.name: (item, renamed(kind, sides.classes)) for item, kind in old.fields}
    after = {item.name: (item, kind) for item, kind in new.fields}
    members = compared(before, after, lambda a, b: a[1] == b[1])
    for name, _ in members.gone:
        yield place.change(name, snake(name), Action.REMOVED, Impact.BREAKING)
    for name, _ in members.come:
        yield place.change(name, snake(name), Action.ADDED, Impact.COMPATIBLE)
    for old_name, (was, old_type), name, (now, new_type) in members.both:
        if old_name != name:
            yield place.rename(old_name, name)
        if old_type != new_type:
            impact = answer_impact(old_type, new_type, sides.new.catalog)
            yield place.change(
                name, snake(name), Action.CHANGED, impact,
                aspect="type", old=spelled(old_type), new=spelled(new_type),
            )  # fmt: skip
        yield from _flags(place, name, was, now)


def _flags(place: Place, name: str, old: Field, new: Field) -> Iterator[Change]:
    """Yield what the client does not show: an answer's attribute may always be missing or null."""
    for aspect in ("required", "nullable"):
        was, now = getattr(old, aspect), getattr(new, aspect)
        if was != now:
            yield place.change(
                name, snake(name), Action.CHANGED, Impact.COMPATIBLE,
                aspect=aspect, old=_yes(was), new=_yes(now),
            )  # fmt: skip
    yield from place.deprecation(name, snake(name), old=old.deprecated, new=new.deprecated)


def _relationships(
    old: ResourceSchema, new: ResourceSchema, class_name: str, sides: Sides
) -> Iterator[Change]:
    place = Place(Entity.RELATIONSHIP, new.name, f"{new.name}.{{}}", f"{class_name}.{{}}")
    members = compared(
        {item.name: item for item in old.relationships},
        {item.name: item for item in new.relationships},
        lambda a, b: (sides.type(a.type), a.many) == (b.type, b.many),
    )
    for name, _ in members.gone:
        yield place.change(name, snake(name), Action.REMOVED, Impact.BREAKING)
    for name, _ in members.come:
        yield place.change(name, snake(name), Action.ADDED, Impact.COMPATIBLE)
    for old_name, was, name, now in members.both:
        if old_name != name:
            yield place.rename(old_name, name)
        before, after = _target(was, sides.type(was.type)), _target(now, now.type)
        if before != after:
            impact = Impact.COMPATIBLE if was.type is None else Impact.BREAKING
            yield place.change(
                name, snake(name), Action.CHANGED, impact, aspect="target", old=before, new=after
            )
        else:
            yield from _target_classes(place, old, was, new, now, sides)
        yield from place.deprecation(name, snake(name), old=was.deprecated, new=now.deprecated)


def _target_classes(
    place: Place,
    old: ResourceSchema,
    was: Relationship,
    new: ResourceSchema,
    now: Relationship,
    sides: Sides,
) -> Iterator[Change]:
    """Yield the classes of a relationship's type if two resources share the type."""
    left, right = sides.old.catalog, sides.new.catalog
    known = (left.by_type.get(was.type or "", ()), right.by_type.get(now.type or "", ()))
    if max(map(len, known)) <= 1:
        return
    before = [sides.class_name(name) for name in relationship_models(left, old, was)]
    after = relationship_models(right, new, now)
    if sorted(before) != sorted(after):
        yield place.change(
            now.name, snake(now.name), Action.CHANGED, _class_impact(set(before), set(after)),
            aspect="class",
            old=" | ".join(before), new=" | ".join(after),
        )  # fmt: skip


def _class_impact(old: set[str], new: set[str]) -> Impact:
    """Return the impact of a relationship leading to other classes; fewer break nothing."""
    if new <= old:
        return Impact.COMPATIBLE
    return Impact.BREAKING if old.isdisjoint(new) else Impact.TYPING


def _target(item: Relationship, kind: str | None) -> str:
    if kind is None:
        return "links only"
    return f"{'many' if item.many else 'one'} {kind}"


def _yes(value: bool) -> str:  # noqa: FBT001 - a flag is what it spells
    return "yes" if value else "no"
