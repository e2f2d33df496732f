"""The changes as a reader wants them: by consequence, one line for what belongs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.diff.model import Action, Change, Diff, Entity, Impact

if TYPE_CHECKING:
    from collections.abc import Iterable

_VALUES = frozenset({Entity.PARAMETER_VALUE, Entity.ATTRIBUTE_VALUE, Entity.ENUM_VALUE})
_FIELDSETS = frozenset({Entity.FIELDSET, Entity.FIELDSET_VALUE})
_CLASSES = {
    Entity.RESOURCE: "resources",
    Entity.OBJECT: "objects",
    Entity.ENUM: "enumerations",
    Entity.INLINE_CREATE: "inline creations",
}
_ACTIONS = {
    Action.REMOVED: "Removed",
    Action.RENAMED: "Renamed",
    Action.ADDED: "Required now",
    Action.CHANGED: "Changed",
    Action.DEPRECATED: "Deprecated",
    Action.RESTORED: "No longer deprecated",
}
_MANY_IDS = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a line, and what about it changed from what to what."""

    name: str
    aspect: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to the same things in each of several places.

    Places are code unless `is_code` is off: then it is a word for what the items are.
    """

    places: tuple[str, ...]
    items: tuple[Item, ...]
    is_code: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines under a heading of their own."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one consequence; `count` is of changes, not of lines."""

    heading: str
    count: int
    paragraphs: tuple[Paragraph, ...]


def sections(diff: Diff) -> tuple[Section, ...]:
    """Return the changes in sections, the most urgent first; none for what did not happen."""
    deprecations = {Action.DEPRECATED, Action.RESTORED}
    told: list[tuple[str, list[Change]]] = [
        ("Breaking", [c for c in diff.changes if c.impact is Impact.BREAKING]),
        ("Seen by type checkers", [c for c in diff.changes if c.impact is Impact.TYPING]),
        ("Deprecated", [c for c in diff.changes if c.action in deprecations]),
    ]
    rest = [
        c for c in diff.changes if c.impact is Impact.COMPATIBLE and c.action not in deprecations
    ]
    told.append(("Added", [c for c in rest if c.action is Action.ADDED]))
    told.append(("Changed", [c for c in rest if c.action is not Action.ADDED]))
    return tuple(
        Section(heading, len(changes), _paragraphs(changes, by_topic=heading == "Added"))
        for heading, changes in told
        if changes
    )


def _paragraphs(changes: list[Change], *, by_topic: bool) -> tuple[Paragraph, ...]:
    ids = [change for change in changes if change.aspect == "operation id"]
    rest = changes
    if len(ids) > _MANY_IDS:
        rest = [change for change in changes if change.aspect != "operation id"]
    grouped: dict[str, list[Change]] = {}
    if not by_topic:
        grouped = {heading: [] for heading in _ACTIONS.values()}
    for change in rest:
        heading = _topic(change) if by_topic else _ACTIONS[change.action]
        grouped.setdefault(heading, []).append(change)
    found = [Paragraph(heading, _lines(group)) for heading, group in grouped.items() if group]
    if rest is not changes:
        items = (Item(str(len(ids)), "which no method shows"),)
        line = Line(("operation ids",), items, is_code=False)
        found.append(Paragraph("Renamed", (line,)))
    return tuple(found)


def _lines(changes: Iterable[Change]) -> tuple[Line, ...]:
    """Return one line a place, and then one line for all places where the same happened."""
    by_place: dict[str, list[Item]] = {}
    for change in changes:
        place, item = _place(change)
        by_place.setdefault(place, []).append(item)
    by_items: dict[tuple[Item, ...], list[str]] = {}
    for place, items in by_place.items():
        by_items.setdefault(tuple(items), []).append(place)
    words = _CLASSES.values()
    return tuple(
        Line(tuple(places), items, is_code=places[0] not in words)
        for items, places in by_items.items()
    )


def _topic(change: Change) -> str:
    if change.kind is Entity.OPERATION:
        return "Methods"
    if change.kind in _CLASSES:
        return "Classes"
    if change.kind in _VALUES:
        return "Values"
    if change.kind in _FIELDSETS:
        return "Sparse fieldsets"
    is_keyword = change.kind is Entity.PARAMETER or "(" in change.python
    return "Keywords" if is_keyword else "Attributes"


def _place(change: Change) -> tuple[str, Item]:
    """Return where a change is, as the client spells it, and the thing that changed there."""
    head, _, argument = change.python.partition("(")
    argument = argument.removesuffix(")").removesuffix("=")
    if change.kind is Entity.OPERATION:
        namespace, _, method = head.partition(".")
        return f"asc.{namespace}", _item(change, method)
    if change.kind in _CLASSES:
        return _CLASSES[change.kind], _item(change, change.python)
    if change.kind is Entity.FIELDSET:
        return "fields", _item(change, change.name)
    if change.kind is Entity.FIELDSET_VALUE:
        return f'fields["{_type_of(change)}"]', _item(change, change.name)
    call = head if head[:1].isupper() else f"asc.{head}"
    if change.kind in _VALUES or change.kind is Entity.INCLUDED:
        where = f"{call}({argument}=)" if argument else change.python.rpartition(".")[0]
        return where, _item(change, change.name)
    if change.kind is Entity.FIELD and argument:
        return f"{call}({argument}=)", _item(change, change.name)
    if argument:
        return call, _item(change, argument)
    owner, _, member = change.python.rpartition(".")
    return owner, _item(change, member)


def _item(change: Change, name: str) -> Item:
    if change.action is Action.RENAMED and change.aspect == "name":
        return Item(name, "was", change.old)
    if change.action in {Action.CHANGED, Action.RENAMED}:
        return Item(name, change.aspect, change.old, change.new)
    return Item(name)


def _type_of(change: Change) -> str:
    return change.owner.removeprefix("fields[").removesuffix("]")
