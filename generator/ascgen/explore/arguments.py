"""The arguments that do what a query asks for: `expired=True`, `sort="-uploadedDate"`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.explore.spelling import values_of
from ascgen.explore.words import stems
from ascgen.model import RequestSchema
from ascgen.plan.code import literal
from ascgen.plan.names import snake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.explore.entries import Entry
    from ascgen.explore.ranking import Wanted
    from ascgen.model import ApiModel, Operation


def wanted_arguments(
    api: ApiModel, operation: Operation, entry: Entry, wanted: Wanted
) -> dict[str, str]:
    """Return optional arguments that fit a query, as Python: by its terms, then its values.

    A value that a parameter lists counts where all its words were said, the one with the most of
    them first. A field that a term names without a value is left to be filled in.
    """
    taken = dict(_keywords(api, operation))
    found: dict[str, str] = {}
    for meaning in wanted.meanings:
        for target, _ in meaning.targets:
            is_meant = target.entry == entry.id if target.entry else target.name <= entry.name
            keyword, _, text = target.argument.partition("=")
            if is_meant and keyword in taken:
                found.setdefault(keyword, text)
            elif is_meant and target.field and not target.argument and operation.method != "GET":
                name = snake(target.field)
                if name in taken:
                    found.setdefault(name, literal(name.upper()))
    said = {meaning.word for meaning in wanted.meanings} - entry.name
    for keyword, values in taken.items():
        fitting = [value for value in values if stems(value) <= said]
        if fitting and keyword not in found:
            best = max(fitting, key=lambda value: len(stems(value)))
            if literal(best) not in found.values():
                found[keyword] = literal(best)
    return found


def _keywords(api: ApiModel, operation: Operation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the keywords of a call that are not deprecated, with the values each one lists."""
    request = api.schemas.get(operation.request or "")
    if isinstance(request, RequestSchema):
        for item in request.attributes:
            if not item.deprecated:
                yield snake(item.name), values_of(api, item.type)
    for parameter in operation.filters:
        if not parameter.deprecated:
            yield snake(parameter.name), parameter.values
    for flag in operation.exists:
        yield f"exists_{snake(flag.name)}", ()
    if operation.sort:
        yield "sort", ()
