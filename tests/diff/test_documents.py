"""Apple's documents against each other, counted twice: by the program and on the raw JSON."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
import recount

from ascgen.diff import Action, Diff, Entity, Impact, compare
from support.specs import EARLIER, ENTERPRISE, NEWEST, UNMENDED, facts

if TYPE_CHECKING:
    from collections.abc import Iterable

PAIRS = [(UNMENDED, EARLIER), (EARLIER, NEWEST), (ENTERPRISE, NEWEST)]
pytestmark = pytest.mark.parametrize(("old", "new"), PAIRS)


@cache
def diff(old: str, new: str) -> Diff:
    """Apple's own words, without the mends, so that the raw document says the same."""
    return compare(facts(old, overlay=False), facts(new, overlay=False))


def ids(
    found: Diff, kind: Entity, action: Action, owners: Iterable[str] | None = None, aspect: str = ""
) -> set[str]:
    wanted = None if owners is None else set(owners)
    changes = [
        change
        for change in found.changes
        if change.kind is kind
        and change.action is action
        and (wanted is None or change.owner in wanted)
        and (not aspect or change.aspect == aspect)
    ]
    assert len({change.id for change in changes}) == len(changes)
    return {change.id for change in changes}


def test_operations(old: str, new: str) -> None:
    before, after = (recount.operations(recount.raw(name)) for name in (old, new))
    found = diff(old, new)
    added = {after[key]["operationId"] for key in after.keys() - before.keys()}
    removed = {before[key]["operationId"] for key in before.keys() - after.keys()}
    assert ids(found, Entity.OPERATION, Action.ADDED) == added
    assert ids(found, Entity.OPERATION, Action.REMOVED) == removed
    deprecated = recount.newly(before, after, "deprecated")
    restored = recount.newly(after, before, "deprecated")
    by_id = {item["operationId"]: key for key, item in after.items()}
    told = {by_id[name] for name in ids(found, Entity.OPERATION, Action.DEPRECATED)}
    assert told == deprecated
    assert len(ids(found, Entity.OPERATION, Action.RESTORED)) == len(restored)
    renamed = [key for key, was, now in recount.both(recount.raw(old), recount.raw(new))
               if was["operationId"] != now["operationId"]]  # fmt: skip
    assert len(ids(found, Entity.OPERATION, Action.RENAMED)) == len(renamed)


def test_parameters(old: str, new: str) -> None:
    documents = recount.raw(old), recount.raw(new)
    before, after = recount.parameter_keys(*documents)
    found = diff(old, new)
    assert len(ids(found, Entity.PARAMETER, Action.ADDED)) == len(after - before)
    assert len(ids(found, Entity.PARAMETER, Action.REMOVED)) == len(before - after)
    assert ids(found, Entity.PARAMETER, Action.RENAMED) == set()
    deprecated = recount.deprecated_parameters(*documents)
    assert len(ids(found, Entity.PARAMETER, Action.DEPRECATED)) == deprecated


def test_values_of_parameters(old: str, new: str) -> None:
    before, after = recount.parameter_values(recount.raw(old), recount.raw(new))
    found = diff(old, new)
    assert len(ids(found, Entity.PARAMETER_VALUE, Action.ADDED)) == len(after - before)
    assert len(ids(found, Entity.PARAMETER_VALUE, Action.REMOVED)) == len(before - after)


def test_fieldsets(old: str, new: str) -> None:
    before, after = (recount.fieldsets(recount.raw(name)) for name in (old, new))
    found = diff(old, new)
    assert ids(found, Entity.FIELDSET, Action.ADDED) == after.keys() - before.keys()
    assert ids(found, Entity.FIELDSET, Action.REMOVED) == before.keys() - after.keys()
    was, now = recount.pairs(before, after)
    added = {"=".join(key) for key in now - was}
    removed = {"=".join(key) for key in was - now}
    assert ids(found, Entity.FIELDSET_VALUE, Action.ADDED) == added
    assert ids(found, Entity.FIELDSET_VALUE, Action.REMOVED) == removed


def test_resources(old: str, new: str) -> None:
    before, after = (recount.resources(recount.raw(name)) for name in (old, new))
    found = diff(old, new)
    assert ids(found, Entity.RESOURCE, Action.ADDED) == after.keys() - before.keys()
    assert ids(found, Entity.RESOURCE, Action.REMOVED) == before.keys() - after.keys()
    deprecated = {
        name
        for name in before.keys() & after.keys()
        if after[name].get("deprecated") and not before[name].get("deprecated")
    }
    assert ids(found, Entity.RESOURCE, Action.DEPRECATED) == deprecated


@pytest.mark.parametrize(
    ("kind", "entity"),
    [("attributes", Entity.ATTRIBUTE), ("relationships", Entity.RELATIONSHIP)],
)
def test_members_of_resources(old: str, new: str, kind: str, entity: Entity) -> None:
    documents = recount.raw(old), recount.raw(new)
    before, after = recount.resource_members(*documents, kind)
    owners = recount.resources(documents[1])
    found = diff(old, new)
    come, gone = after.keys() - before.keys(), before.keys() - after.keys()
    assert ids(found, entity, Action.ADDED, owners) == recount.names(come)
    assert ids(found, entity, Action.REMOVED, owners) == recount.names(gone)
    deprecated = recount.newly(before, after, "deprecated")
    assert ids(found, entity, Action.DEPRECATED, owners) == recount.names(deprecated)


@pytest.mark.parametrize(
    ("kind", "entity"),
    [("attributes", Entity.ATTRIBUTE), ("relationships", Entity.RELATIONSHIP)],
)
def test_requests(old: str, new: str, kind: str, entity: Entity) -> None:
    added, removed, stricter, looser, owners = (set[str]() for _ in range(5))
    for name, was, now in recount.requests(recount.raw(old), recount.raw(new)):
        owners.add(name)
        before, after = recount.members(was, kind), recount.members(now, kind)
        must_before, must_after = recount.required(was, kind), recount.required(now, kind)
        common = before.keys() & after.keys()
        added |= {f"{name}.{key}" for key in after.keys() - before.keys()}
        removed |= {f"{name}.{key}" for key in before.keys() - after.keys()}
        stricter |= {f"{name}.{key}" for key in common & must_after - must_before}
        looser |= {f"{name}.{key}" for key in common & must_before - must_after}
    found = diff(old, new)
    assert ids(found, entity, Action.ADDED, owners) == added
    assert ids(found, entity, Action.REMOVED, owners) == removed
    assert ids(found, entity, Action.CHANGED, owners, "required") == stricter | looser


def test_null_in_requests(old: str, new: str) -> None:
    changed, owners = set[str](), set[str]()
    for name, was, now in recount.requests(recount.raw(old), recount.raw(new)):
        owners.add(name)
        before, after = recount.members(was, "attributes"), recount.members(now, "attributes")
        common = before.keys() & after.keys()
        takes = recount.nullable(old, was) ^ recount.nullable(new, now)
        changed |= {f"{name}.{key}" for key in common & takes}
    assert ids(diff(old, new), Entity.ATTRIBUTE, Action.CHANGED, owners, "nullable") == changed


def test_shared_enumerations(old: str, new: str) -> None:
    before, after = (recount.enums(recount.raw(name)) for name in (old, new))
    found = diff(old, new)
    was, now = recount.pairs(before, after)
    owners = before.keys() & after.keys()
    assert ids(found, Entity.ENUM_VALUE, Action.ADDED, owners) == recount.names(now - was)
    assert ids(found, Entity.ENUM_VALUE, Action.REMOVED, owners) == recount.names(was - now)
    come, gone = after.keys() - before.keys(), before.keys() - after.keys()
    renamed = ids(found, Entity.ENUM, Action.RENAMED) & come
    inlined = ids(found, Entity.ENUM, Action.ADDED) - come
    assert ids(found, Entity.ENUM, Action.ADDED) == (come - renamed) | inlined
    assert not inlined & recount.schemas(recount.raw(new)).keys()
    assert gone <= ids(found, Entity.ENUM, Action.REMOVED) | {
        change.old for change in found.changes if change.action is Action.RENAMED
    }


def test_the_other_way_round(old: str, new: str) -> None:
    there, back = diff(old, new), diff(new, old)
    for kind in Entity:
        for action, opposite in (
            (Action.ADDED, Action.REMOVED),
            (Action.REMOVED, Action.ADDED),
            (Action.DEPRECATED, Action.RESTORED),
            (Action.RENAMED, Action.RENAMED),
            (Action.CHANGED, Action.CHANGED),
        ):
            count = there.counts.get(kind, {}).get(action, 0)
            assert back.counts.get(kind, {}).get(opposite, 0) == count, (kind, action)


def test_nothing_changes_by_itself(old: str, new: str) -> None:
    for name in (old, new):
        found = diff(name, name)
        assert (found.changes, found.bump) == ((), "none")


def test_what_breaks(old: str, new: str) -> None:
    """The figures as they were read and believed, with the mends as users get them."""
    found = compare(facts(old), facts(new))
    assert found.bump == "major"
    assert (
        tuple(found.impacts[impact] for impact in Impact)
        == {
            (UNMENDED, EARLIER): (36, 24, 1769),
            (EARLIER, NEWEST): (4, 2, 211),
            (ENTERPRISE, NEWEST): (1, 3, 2187),
        }[old, new]
    )
    if (old, new) == (EARLIER, NEWEST):
        # Two of them are words of the release notes, which the mends add to the document.
        assert [change.python for change in found.breaking()] == [
            "apps.list_app_tags(include=)",
            'apps.list_app_tags(related_limit["territories"])',
            "subscription_price_points.list_adjusted_equalizations(plan_type=)",
            "AppInfo.kids_age_band",
        ]
