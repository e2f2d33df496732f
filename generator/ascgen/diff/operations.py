"""Operations, paired by method and path: their methods, answers, parameters and requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ascgen.diff.model import Action, Change, Entity, Impact
from ascgen.diff.query import parameter_changes
from ascgen.diff.renames import pairs
from ascgen.diff.requests import request_changes
from ascgen.model import LinkageSchema, Operation, RequestSchema
from ascgen.plan.answers import answer_of
from ascgen.plan.namespaces import python_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.diff.sides import Side, Sides


def operation_changes(sides: Sides) -> Iterator[Change]:
    """Yield all changes of operations, their parameters, answers and requests.

    An operation id means nothing to the client, which names methods after paths.
    """
    old = {f"{item.method} {item.path}": item for item in sides.old.api.operations}
    new = {f"{item.method} {item.path}": item for item in sides.new.api.operations}
    moved = _moves(old, new, sides)
    kept = {moved.get(key, key) for key in old}
    for key, item in old.items():
        if moved.get(key, key) not in new:
            yield _change(item, Action.REMOVED, Impact.BREAKING, old=key)
    for key, item in new.items():
        if key not in kept:
            yield _change(item, Action.ADDED, Impact.COMPATIBLE, new=key)
    before = {moved.get(key, key): item for key, item in old.items()}
    told: set[tuple[str | None, str | None]] = set()
    for key, item in new.items():
        if key in before:
            yield from _both(before[key], item, sides, told)


def returns(operation: Operation, side: Side) -> str:
    """Return what the method of an operation returns, as its annotation spells it."""
    return answer_of(side.api, side.catalog, operation).returns


def method_name(operation: Operation) -> str:
    """Return the client's method of an operation, as `namespace.method`."""
    name = python_name(operation)
    return f"{name.namespace}.{name.method}"


def _both(
    old: Operation, new: Operation, sides: Sides, told: set[tuple[str | None, str | None]]
) -> Iterator[Change]:
    was, now = method_name(old), method_name(new)
    if (old.method, old.path) != (new.method, new.path) or was != now:
        impact = Impact.COMPATIBLE if was == now else Impact.BREAKING
        yield _change(new, Action.RENAMED, impact, aspect="method", old=was, new=now)
    elif old.id != new.id:
        yield _change(
            new, Action.RENAMED, Impact.COMPATIBLE, aspect="operation id", old=old.id, new=new.id
        )
    if old.deprecated != new.deprecated:
        action = Action.DEPRECATED if new.deprecated else Action.RESTORED
        yield _change(new, action, Impact.COMPATIBLE)
    yield from _answer(old, new, sides)
    yield from parameter_changes(old, new, now, sides)
    yield from _linkage(old, new, sides)
    # Operations that share a request would repeat its changes.
    if (old.request, new.request) in told:
        return
    told.add((old.request, new.request))
    before = sides.old.api.schemas.get(old.request or "")
    after = sides.new.api.schemas.get(new.request or "")
    yield from request_changes(
        before if isinstance(before, RequestSchema) else None,
        after if isinstance(after, RequestSchema) else None,
        f"{now}({{}}=)",
        sides,
    )


def _answer(old: Operation, new: Operation, sides: Sides) -> Iterator[Change]:
    before, after = returns(old, sides.old), returns(new, sides.new)
    before = re.sub(r"\w+", lambda word: sides.class_name(word[0]), before)
    if before == after:
        return
    impact = Impact.BREAKING
    if f"Csv{before}" == after:
        impact = Impact.COMPATIBLE  # a CsvPager is a Pager
    elif f"{before} | None" == after:
        impact = Impact.TYPING
    elif before == f"{after} | None":
        impact = Impact.COMPATIBLE
    yield _change(new, Action.CHANGED, impact, aspect="answer", old=before, new=after)


def _linkage(old: Operation, new: Operation, sides: Sides) -> Iterator[Change]:
    """Yield what is linked by a call that takes linkages."""
    before = sides.old.api.schemas.get(old.request or "")
    after = sides.new.api.schemas.get(new.request or "")
    if isinstance(before, LinkageSchema) and isinstance(after, LinkageSchema):
        if sides.type(before.type) != after.type:
            yield _change(
                new, Action.CHANGED, Impact.BREAKING,
                aspect="linked", old=before.type, new=after.type,
            )  # fmt: skip
    elif isinstance(before, LinkageSchema) or isinstance(after, LinkageSchema):
        yield _change(
            new, Action.CHANGED, Impact.BREAKING,
            aspect="request", old=old.request or "none", new=new.request or "none",
        )  # fmt: skip


def _moves(old: dict[str, Operation], new: dict[str, Operation], sides: Sides) -> dict[str, str]:
    """New places of operations that moved: to the path of a renamed resource, or a new version."""

    def stays(before: Operation, after: Operation) -> float:
        same = before.kind is after.kind and _place(before, sides.types) == _place(after, {})
        return 1.0 if same else 0.0

    return pairs(old, new, stays)


def _place(operation: Operation, types: dict[str, str]) -> tuple[str, ...]:
    _, _, *segments = operation.path.split("/")
    return (operation.method, *(types.get(segment, segment) for segment in segments))


def _change(
    operation: Operation,
    action: Action,
    impact: Impact,
    *,
    aspect: str = "",
    old: str = "",
    new: str = "",
) -> Change:
    return Change(
        kind=Entity.OPERATION, id=operation.id, action=action, impact=impact,
        owner=operation.id, name=f"{operation.method} {operation.path}",
        python=method_name(operation), aspect=aspect, old=old, new=new,
    )  # fmt: skip
