"""The page of changes since an earlier version, what is still there as links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.diff.reports import ADVICE, counts, summary, title
from ascgen.diff.story import sections
from ascgen.plan.catalog import build_catalog
from ascgen.plan.namespaces import python_name
from ascgen.site.addresses import anchor
from ascgen.site.views import (
    ChangeItem,
    ChangeLine,
    ChangeParagraph,
    ChangeSection,
    ChangesPage,
    Part,
)

if TYPE_CHECKING:
    from ascgen.diff import Diff
    from ascgen.diff.story import Line
    from ascgen.site.addresses import Addresses


def changes_page(addresses: Addresses, diff: Diff) -> ChangesPage:
    """Return all changes by consequence, as the diff shows them."""
    known = _names(addresses)
    return ChangesPage(
        title=title(diff),
        summary=summary(diff),
        bump=diff.bump,
        advice=ADVICE[diff.bump],
        counts=tuple(map(tuple, counts(diff))) if diff.changes else (),
        sections=tuple(
            ChangeSection(
                heading=section.heading,
                anchor=anchor(section.heading.lower().replace(" ", "-")),
                count=section.count,
                paragraphs=tuple(
                    ChangeParagraph(
                        "" if paragraph.heading == section.heading else paragraph.heading,
                        tuple(_line(line, known) for line in paragraph.lines),
                    )
                    for paragraph in section.paragraphs
                ),
            )
            for section in sections(diff)
        ),
    )


def _line(line: Line, known: dict[str, str]) -> ChangeLine:
    [*owners] = line.places
    owner = f"{owners[0]}." if len(owners) == 1 and line.is_code else ""
    return ChangeLine(
        places=tuple(Part(place, known.get(place.partition("(")[0], "")) for place in owners),
        items=tuple(
            ChangeItem(
                Part(item.name, known.get(f"{owner}{item.name}", "")),
                item.aspect,
                item.old,
                item.new,
            )
            for item in line.items
        ),
        is_code=line.is_code,
    )


def _names(addresses: Addresses) -> dict[str, str]:
    """Methods, namespaces and classes by how the client spells them."""
    found: dict[str, str] = {}
    for home in addresses.homes.values():
        found |= {f"asc.{namespace}": home.page for namespace in home.namespaces}
        for operation in home.operations:
            name = python_name(operation)
            found[f"asc.{name.namespace}.{name.method}"] = addresses.operation(operation)
    for schema, class_name in build_catalog(addresses.api).by_schema.items():
        found[class_name] = addresses.schema(schema)
    return {name: address for name, address in found.items() if address}
