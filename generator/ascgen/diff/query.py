"""Query parameters of operations and what they take, and the fields of every resource type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.diff.members import Place, compared, values
from ascgen.diff.model import Action, Change, Entity, Impact
from ascgen.plan.names import pascal, snake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.diff.sides import Sides
    from ascgen.model import ApiModel, Operation


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A query parameter of any family: `keyword` names it in Python, `key` its place in there."""

    family: str
    keyword: str
    key: str = ""
    values: tuple[str, ...] = ()
    array: bool = True
    required: bool = False
    deprecated: bool = False
    maximum: int = 0


def parameter_changes(
    old: Operation, new: Operation, python: str, sides: Sides
) -> Iterator[Change]:
    """Yield the parameters of an operation; `python` is its method.

    What an operation takes for `fields[type]` is reported by `fieldset_changes` instead.
    """
    if old == new and not sides.types:
        return
    place = Place(Entity.PARAMETER, new.id, f"{new.id}?{{}}", f"{python}({{}})")
    before, after = _parameters(old, sides.types), _parameters(new, {})
    members = compared(before, after, _is_same)
    keywords = {item.keyword for item in after.values()}
    for name, item in members.gone:
        # `fields` and `related_limit` take other keys than they declare.
        is_left = item.key and item.keyword in keywords
        impact = Impact.TYPING if is_left else Impact.BREAKING
        yield place.change(name, _argument(item), Action.REMOVED, impact)
    for name, item in members.come:
        impact = Impact.BREAKING if item.required else Impact.COMPATIBLE
        aspect = "required" if item.required else ""
        yield place.change(name, _argument(item), Action.ADDED, impact, aspect=aspect)
    for old_name, was, name, now in members.both:
        if old_name != name:
            same = (was.keyword, was.key) == (now.keyword, now.key)
            yield place.change(
                name, _argument(now), Action.RENAMED,
                Impact.COMPATIBLE if same else Impact.BREAKING,
                aspect="name", old=old_name, new=name,
            )  # fmt: skip
        yield from _changed(place, name, was, now)


def fieldset_changes(sides: Sides) -> Iterator[Change]:
    """Yield what `fields[type]` takes for each type, over all operations."""
    before = _fieldsets(sides.old.api, sides.types)
    after = _fieldsets(sides.new.api, {})
    place = Place(Entity.FIELDSET, "fields", "fields[{}]", 'fields["{}"]')
    for kind in before:
        if kind not in after:
            yield place.change(kind, kind, Action.REMOVED, Impact.TYPING)
    for kind, taken in after.items():
        if kind not in before:
            yield place.change(kind, kind, Action.ADDED, Impact.COMPATIBLE)
            continue
        owner = f"fields[{kind}]"
        within = Place(Entity.FIELDSET_VALUE, owner, f"{owner}={{}}", f"{pascal(kind)}Field")
        yield from values(within, before[kind], taken, Impact.TYPING)


def _changed(place: Place, name: str, old: _Parameter, new: _Parameter) -> Iterator[Change]:
    argument = _argument(new)
    if old.required != new.required:
        impact = Impact.BREAKING if new.required else Impact.COMPATIBLE
        before, after = ("no", "yes") if new.required else ("yes", "no")
        yield place.change(
            name, argument, Action.CHANGED, impact, aspect="required", old=before, new=after
        )
    if old.array != new.array:
        impact = Impact.COMPATIBLE if new.array else Impact.BREAKING
        before, after = ("one value", "several") if new.array else ("several", "one value")
        yield place.change(
            name, argument, Action.CHANGED, impact, aspect="array", old=before, new=after
        )
    if old.maximum != new.maximum:
        # A larger number is sent as it is given, and refused.
        impact = Impact.COMPATIBLE if new.maximum > old.maximum else Impact.BREAKING
        yield place.change(
            name, argument, Action.CHANGED, impact,
            aspect="maximum", old=str(old.maximum), new=str(new.maximum),
        )  # fmt: skip
    yield from place.deprecation(name, argument, old=old.deprecated, new=new.deprecated)
    if old.family in {"filter", "plain"} and bool(old.values) != bool(new.values):
        impact = Impact.TYPING if new.values else Impact.COMPATIBLE
        before, after = ("any text", "listed ones") if new.values else ("listed ones", "any text")
        yield place.change(
            name, argument, Action.CHANGED, impact, aspect="values", old=before, new=after
        )
        return
    within = Place(
        Entity.PARAMETER_VALUE, place.owner, f"{place.id.format(name)}={{}}",
        place.python.format(argument),
    )  # fmt: skip
    yield from values(within, old.values, new.values, Impact.TYPING)


def _parameters(operation: Operation, types: dict[str, str]) -> dict[str, _Parameter]:
    """Return all query parameters by the names they have on the wire."""
    found: dict[str, _Parameter] = {}
    plain = [("filter", f"filter[{item.name}]", item) for item in operation.filters]
    plain += [("plain", item.name, item) for item in operation.parameters]
    for family, wire, item in plain:
        found[wire] = _Parameter(
            family, snake(item.name), values=item.values, array=item.array,
            required=item.required, deprecated=item.deprecated,
        )  # fmt: skip
    for flag in operation.exists:
        found[f"exists[{flag.name}]"] = _Parameter(
            "exists", f"exists_{snake(flag.name)}", required=flag.required,
            deprecated=flag.deprecated,
        )  # fmt: skip
    if operation.sort:
        found["sort"] = _Parameter("sort", "sort", values=operation.sort)
    if operation.include:
        found["include"] = _Parameter("include", "include", values=operation.include)
    for entry in operation.fields:
        kind = types.get(entry.type, entry.type)
        found[f"fields[{kind}]"] = _Parameter(
            "fields", "fields", key=kind, deprecated=entry.deprecated
        )
    if operation.limit:
        found["limit"] = _Parameter("limit", "limit", maximum=operation.limit)
    for limit in operation.related_limits:
        found[f"limit[{limit.name}]"] = _Parameter(
            "related_limit", "related_limit", key=limit.name, maximum=limit.maximum,
            deprecated=limit.deprecated,
        )  # fmt: skip
    return found


def _is_same(old: _Parameter, new: _Parameter) -> bool:
    """Return whether one could be the other under a new name."""
    if old.family in {"filter", "plain", "exists"}:
        alike = old.array == new.array and bool(old.values) == bool(new.values)
        return (
            old.family == new.family
            and alike
            and (not old.values or bool(set(old.values) & set(new.values)))
        )
    return False


def _fieldsets(api: ApiModel, types: dict[str, str]) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for item in api.fieldsets.values():
        kind = types.get(item.type, item.type)
        found.setdefault(kind, {}).update(dict.fromkeys(item.values))
    return found


def _argument(item: _Parameter) -> str:
    return f'{item.keyword}["{item.key}"]' if item.key else f"{item.keyword}="
