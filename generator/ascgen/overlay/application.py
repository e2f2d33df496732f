"""An overlay at work: finding the places, and the document in which they are changed.

Nothing is changed in place. A changed part is a new object, and so is every container on the way to
it; all the rest is shared with the document that came in. That costs a few microseconds a place,
where copying the document first would take longer than all of Apple's mends together.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jsonpath.exceptions import JSONPathError

from ascgen.errors import SpecError
from ascgen.overlay.model import (
    Location,
    Mend,
    MendOutcome,
    Overlay,
    OverlayReport,
    is_array,
    is_object,
    pointer_to,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonpath.path import CompoundJSONPath, JSONPath

_MAX_PLACES = 100_000


def apply_overlay(
    document: dict[str, Any], overlay: Overlay
) -> tuple[dict[str, Any], OverlayReport]:
    """Return the mended document and what each mend did to it.

    `document` is left as it was. What no mend touched is shared between the two, and so are the
    values an overlay put in: treat both as read-only.
    """
    outcomes: list[MendOutcome] = []
    for mend in overlay.mends:
        is_applicable = mend.where is None or bool(
            _places(mend, document, mend.where, "x-ascgen-where")
        )
        locations = _places(mend, document, mend.path, "target") if is_applicable else []
        changed = 0
        for location in reversed(locations):
            mended = _mended(document, location, mend)
            changed += mended is not document
            document = mended
        places = tuple(pointer_to(location) for location in locations)
        outcomes.append(
            MendOutcome(mend.id, mend.reason, mend.source, places, changed, is_applicable)
        )
    return document, OverlayReport(overlay.title, overlay.version, tuple(outcomes))


def _places(
    mend: Mend, document: dict[str, Any], path: JSONPath | CompoundJSONPath, key: str
) -> list[Location]:
    """Find what a path of a mend leads to, each place once, a whole before its parts."""
    places: set[Location] = set()
    try:
        for match in path.finditer(document):
            places.add(tuple(match.parts))
            if len(places) > _MAX_PLACES:
                raise SpecError(
                    f"{mend.id} matches more than {_MAX_PLACES} places",
                    pointer=f"{mend.pointer}/{key}",
                )
    except JSONPathError as error:
        raise SpecError(
            f"the {key} of {mend.id} cannot be looked up in this document: {error}",
            pointer=f"{mend.pointer}/{key}",
        ) from None
    # The keys of one container are of one type, so no name is ever compared with an index.
    return sorted(places)


def _mended(document: Any, location: Location, mend: Mend) -> Any:
    if not mend.remove:
        return _rewritten(document, location, lambda node: _updated(node, mend, location))
    if not location:
        raise SpecError("the whole document cannot be removed", pointer=f"{mend.pointer}/target")
    return _rewritten(document, location[:-1], lambda node: _without(node, location[-1]))


def _rewritten(node: Any, location: Location, change: Callable[[Any], Any]) -> Any:
    """Return `node` with `change` made at `location`; `node` itself where that changes nothing."""
    if not location:
        return change(node)
    part = node[location[0]]
    rewritten = _rewritten(part, location[1:], change)
    if rewritten is part:
        return node
    copy = node.copy()
    copy[location[0]] = rewritten
    return copy


def _without(container: Any, key: str | int) -> Any:
    copy = container.copy()
    del copy[key]
    return copy


def _updated(node: Any, mend: Mend, location: Location) -> Any:
    if is_array(node):
        return _merged(node, [mend.update])
    if is_object(node) and is_object(mend.update):
        return _merged(node, mend.update)
    raise SpecError(
        f"the update of {mend.id} does not fit what is at {pointer_to(location)}",
        pointer=f"{mend.pointer}/update",
        hint="an object takes a mapping and a list an item; to set a plain value, target the object"
        " it is in",
    )


def _merged(value: Any, update: Any) -> Any:
    """Merge as the specification says; the result is `value` itself where nothing would change."""
    if is_object(value) and is_object(update):
        changes: dict[str, Any] = {}
        for key, part in update.items():
            merged = _merged(value[key], part) if key in value else part
            if key not in value or merged is not value[key]:
                changes[key] = merged
        return {**value, **changes} if changes else value
    if is_array(value) and is_array(update):
        missing: list[Any] = []
        for item in update:
            if not any(_same(item, other) for other in (*value, *missing)):
                missing.append(item)
        return [*value, *missing] if missing else value
    return value if _same(value, update) else update


def _same(one: Any, other: Any) -> bool:
    # To Python, True and 1 are equal; to JSON they are not, so there the text decides.
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
