"""What calls take: the keywords of creates and updates, inline creations, linkages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.diff.members import Place, compared, values
from ascgen.diff.model import Action, Change, Entity, Impact
from ascgen.diff.sides import paired
from ascgen.diff.types import choices, renamed, request_impact, resolved, spelled
from ascgen.model import Array, Field, InlineObject, Relationship, RequestSchema, Type
from ascgen.plan.names import pascal, snake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.diff.sides import Side, Sides

_NO_REQUEST = RequestSchema(name="none", type="none", purpose="none")


def inline_changes(sides: Sides) -> Iterator[Change]:
    """Yield the classes of inline creations, and their keywords."""
    old, new = sides.old.inline, sides.new.inline
    kept = {sides.inline.get(name, name) for name in old}
    for name in old:
        if sides.inline.get(name, name) not in new:
            yield _inline(name, Action.REMOVED, Impact.BREAKING)
    for name in new:
        if name not in kept:
            yield _inline(name, Action.ADDED, Impact.COMPATIBLE)
    for before, after in paired(old, new, sides.inline):
        if before.name != after.name:
            yield _inline(after.name, Action.RENAMED, Impact.BREAKING, before.name)
        yield from request_changes(before, after, f"{pascal(after.name)}({{}}=)", sides)


def request_changes(
    old: RequestSchema | None, new: RequestSchema | None, python: str, sides: Sides
) -> Iterator[Change]:
    """Yield the keywords of a request; `python` is the call, with a `{}` for the keyword."""
    before, after = old or _NO_REQUEST, new or _NO_REQUEST
    owner = (new or before).name
    member = f"{owner}.{{}}"
    attributes = Place(Entity.ATTRIBUTE, owner, member, python)
    yield from _attributes(before, after, attributes, sides)
    relationships = Place(Entity.RELATIONSHIP, owner, member, python)
    yield from _relationships(before, after, relationships, sides)
    place = Place(Entity.INCLUDED, owner, f"{owner}.included={{}}", python.format("included"))
    taken = [sides.inline.get(name, name) for name in before.included]
    removal = Impact.TYPING if after.included else Impact.BREAKING
    yield from values(place, taken, after.included, removal)


def _inline(name: str, action: Action, impact: Impact, old: str = "") -> Change:
    return Change(
        kind=Entity.INLINE_CREATE, id=name, action=action, impact=impact, owner=name, name=name,
        python=pascal(name), aspect="name" if old else "", old=old, new=name if old else "",
    )  # fmt: skip


def _attributes(
    old: RequestSchema, new: RequestSchema, place: Place, sides: Sides
) -> Iterator[Change]:
    before = {item.name: item for item in old.attributes}
    after = {item.name: item for item in new.attributes}
    nulls = (_takes_null(old, sides.old), _takes_null(new, sides.new))
    yield from _fields(before, after, place, sides, nulls)


def _fields(
    old: dict[str, Field],
    new: dict[str, Field],
    place: Place,
    sides: Sides,
    nulls: tuple[bool, bool],
) -> Iterator[Change]:
    """Fields of a request, or of an object within one.

    `nulls` says for each side whether an optional field takes None although nothing declares it.
    """
    names = _schema_names(sides)
    members = compared(old, new, lambda a, b: renamed(a.type, names) == b.type)
    yield from _come_and_gone(place, members.come, members.gone)
    for old_name, was, name, now in members.both:
        if old_name != name:
            yield place.rename(old_name, name)
        yield from _required(place, name, old=was.required, new=now.required)
        null_before = was.nullable or (nulls[0] and not was.required)
        null_after = now.nullable or (nulls[1] and not now.required)
        yield from _nullable(place, name, old=null_before, new=null_after)
        yield from place.deprecation(name, snake(name), old=was.deprecated, new=now.deprecated)
        yield from _type(place, name, was.type, now.type, sides)


def _type(place: Place, name: str, old: Type, new: Type, sides: Sides) -> Iterator[Change]:
    before = renamed(resolved(old, sides.old.api), _schema_names(sides))
    after = resolved(new, sides.new.api)
    # The changes of a shared enumeration or object are reported once, where it is.
    if before == after:
        return
    inner, outer = _inner(before), _inner(after)
    if isinstance(inner, InlineObject) and isinstance(outer, InlineObject):
        within = Place(
            Entity.FIELD, place.owner, f"{place.id.format(name)}.{{}}",
            place.python.format(snake(name)),
        )  # fmt: skip
        yield from _fields(
            {item.name: item for item in inner.fields},
            {item.name: item for item in outer.fields},
            within,
            sides,
            (False, False),
        )
    allowed_before = choices(resolved(old, sides.old.api), sides.old.api)
    allowed_after = choices(after, sides.new.api)
    if allowed_before is not None and allowed_after is not None:
        within = Place(
            Entity.ATTRIBUTE_VALUE, place.owner, f"{place.id.format(name)}={{}}",
            place.python.format(snake(name)),
        )  # fmt: skip
        yield from values(within, allowed_before, allowed_after, Impact.TYPING)
    if spelled(before) != spelled(after):
        impact = request_impact(resolved(old, sides.old.api), after, sides)
        yield place.change(
            name, snake(name), Action.CHANGED, impact,
            aspect="type", old=spelled(before), new=spelled(after),
        )  # fmt: skip


def _relationships(
    old: RequestSchema, new: RequestSchema, place: Place, sides: Sides
) -> Iterator[Change]:
    members = compared(
        {item.name: item for item in old.relationships},
        {item.name: item for item in new.relationships},
        lambda a, b: (sides.type(a.type), a.many) == (b.type, b.many),
    )
    yield from _come_and_gone(place, members.come, members.gone)
    for old_name, was, name, now in members.both:
        if old_name != name:
            yield place.rename(old_name, name)
        yield from _required(place, name, old=was.required, new=now.required)
        yield from _nullable(place, name, old=was.nullable, new=now.nullable)
        yield from place.deprecation(name, snake(name), old=was.deprecated, new=now.deprecated)
        if (sides.type(was.type), was.many) != (now.type, now.many):
            # A to-many relationship takes one resource as well as several.
            widened = sides.type(was.type) == now.type and now.many
            yield place.change(
                name, snake(name), Action.CHANGED,
                Impact.COMPATIBLE if widened else Impact.BREAKING,
                aspect="target", old=_target(was), new=_target(now),
            )  # fmt: skip


def _come_and_gone(
    place: Place,
    come: tuple[tuple[str, Field | Relationship], ...],
    gone: tuple[tuple[str, Field | Relationship], ...],
) -> Iterator[Change]:
    for name, _ in gone:
        yield place.change(name, snake(name), Action.REMOVED, Impact.BREAKING)
    for name, item in come:
        impact = Impact.BREAKING if item.required else Impact.COMPATIBLE
        aspect = "required" if item.required else ""
        yield place.change(name, snake(name), Action.ADDED, impact, aspect=aspect)


def _required(place: Place, name: str, *, old: bool, new: bool) -> Iterator[Change]:
    if old != new:
        impact = Impact.BREAKING if new else Impact.COMPATIBLE
        before, after = ("no", "yes") if new else ("yes", "no")
        yield place.change(
            name, snake(name), Action.CHANGED, impact, aspect="required", old=before, new=after
        )


def _nullable(place: Place, name: str, *, old: bool, new: bool) -> Iterator[Change]:
    """Yield the impact on None, which is still sent and left to the server."""
    if old != new:
        impact = Impact.COMPATIBLE if new else Impact.TYPING
        before, after = ("no", "yes") if new else ("yes", "no")
        yield place.change(
            name, snake(name), Action.CHANGED, impact, aspect="nullable", old=before, new=after
        )


def _takes_null(request: RequestSchema, side: Side) -> bool:
    return not side.declares_null and request.purpose != "inline"


def _schema_names(sides: Sides) -> dict[str, str]:
    return {sides.old.id_of(old): sides.new.id_of(new) for old, new in sides.classes.items()}


def _inner(kind: Type) -> Type:
    while isinstance(kind, Array):
        kind = kind.items
    return kind


def _target(item: Relationship) -> str:
    return f"{'many' if item.many else 'one'} {item.type or 'of any type'}"
