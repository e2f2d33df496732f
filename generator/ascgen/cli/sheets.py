"""Pages of what was looked up, made of the facts that `--json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.cli.pages import Page
from ascgen.omitted import HEADING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GONE = "deprecated"


def info_page(facts: dict[str, Any]) -> Page:
    """Which API it is, and how much is in it."""
    page = Page()
    page.title(f"{facts['title']} {facts['version']}")
    page.table(
        [
            ("product", facts["product"]),
            ("source", facts["source"]),
            ("sha256", facts["sha256"]),
            ("server", facts["server"]),
            ("overlay", ", ".join(facts["overlay"]) or "none"),
        ]
    )
    page.section("Counts")
    page.table((name.replace("_", " "), str(count)) for name, count in facts["counts"].items())
    page.section("Operations by kind")
    page.table((name, str(count)) for name, count in facts["operation_kinds"].items())
    page.section("Largest resources")
    page.table(map(_resource_row, facts["core_resources"]))
    if facts["omissions"]:
        page.section(f"{HEADING} ({len(facts['omissions'])})")
        page.table((item["id"], f"{item['what']}; {item['still']}") for item in facts["omissions"])
    return page


def resources_page(found: Sequence[dict[str, Any]]) -> Page:
    """A list of resources."""
    page = Page()
    page.table(map(_resource_row, found), dim=_dimmed(found), margin="", tabbed=True)
    return page


def operations_page(found: Sequence[dict[str, Any]]) -> Page:
    """A list of operations."""
    page = Page()
    page.table(
        ((item["id"], f"{item['method']} {item['path']}", _call(item)) for item in found),
        dim=_dimmed(found),
        margin="",
        tabbed=True,
    )
    return page


def resource_page(facts: dict[str, Any]) -> Page:
    """A resource with its operations and members."""
    page = Page()
    page.title(facts["id"] + (f" ({_GONE})" if facts["deprecated"] else ""))
    page.text("Python: " + (", ".join(f"asc.{name}" for name in facts["namespaces"]) or "none"))
    page.text("Schemas: " + (", ".join(facts["schemas"]) or "none"))
    if facts["operations"]:
        page.section(f"Operations ({len(facts['operations'])})")
        operations = facts["operations"]
        page.table(((o["id"], _call(o)) for o in operations), dim=_dimmed(operations))
    _members(page, "Attributes", facts["attributes"])
    _members(page, "Relationships", facts["relationships"])
    page.names("Also returned by", facts["also_returned_by"])
    page.names("Can be included by", facts["included_by"])
    return page


def operation_page(facts: dict[str, Any]) -> Page:
    """An operation with what it takes and answers."""
    page = Page()
    page.title(f"{facts['method']} {facts['path']}")
    rows = [
        ("id", facts["id"]),
        ("python", facts["call"]),
        ("async", facts["async_call"]),
    ]
    if facts["deprecated"]:
        rows.append((_GONE, f"use {facts['successor']}" if facts["successor"] else "yes"))
    page.table(rows)
    if facts["parameters"]:
        page.section(f"Parameters ({len(facts['parameters'])})")
        page.table(map(_parameter_row, facts["parameters"]))
    if body := facts["body"]:
        page.section(f"Body: {body['id']}")
        if not (body["attributes"] or body["relationships"]):
            page.text(f"  {'ids' if body['many'] else 'the id, or null,'} of {body['type']}")
        page.table(map(_keyword_row, (*body["attributes"], *body["relationships"])))
        if body["included"]:
            page.text("  can be created along with it: " + ", ".join(body["included"]))
    page.section("Answers")
    page.table(
        (str(item["status"]), " ".join(filter(None, (item["schema"], item["media_type"]))) or "-")
        for item in facts["responses"]
    )
    page.text("  errors: " + (", ".join(map(str, facts["errors"])) or "none declared"))
    return page


def schema_page(facts: dict[str, Any]) -> Page:
    """A schema with its members or values, and who uses it."""
    page = Page()
    page.title(facts["id"] + (f" ({_GONE})" if facts["deprecated"] else ""))
    kind = facts["schema_kind"]
    page.text(f"{kind} of {facts['type']}" if facts["type"] else kind)
    if facts["is"]:
        page.text(f"is {facts['is']}")
    if facts["resource"]:
        page.text(("a list of " if facts["many"] else "one ") + facts["resource"])
    page.names("Values", facts["values"])
    for heading in ("fields", "relationships"):
        if facts[heading]:
            page.section(f"{heading.capitalize()} ({len(facts[heading])})")
            page.table(map(_field_row, facts[heading]))
    page.names("May include", facts["included"])
    _uses(page, facts["used_by"])
    return page


def places_page(found: dict[str, Any]) -> Page:
    """Where a name is used, one thing of that name after the other."""
    page = Page()
    for place, facts in enumerate(found["results"]):
        if place:
            page.text(" ")
        page.title(f"{facts['kind']} {facts['id']}")
        if facts["kind"] == "field":
            page.text(_field_row(facts)[1])
        _uses(page, facts)
        for parameter in facts.get("parameters", ()):
            page.names(f"Values of {parameter['id']} in", parameter["operations"])
    return page


def search_page(facts: dict[str, Any]) -> Page:
    """What a search found, best first, below what the API is known not to offer."""
    page = Page()
    if wish := facts["not_offered"]:
        page.title("Not in the public API")
        page.text(" ".join(filter(None, (wish["answer"], wish["remains"]))))
        page.section("What comes near")
    page.table(
        (_hit_row(item) for item in facts["results"]),
        dim=_dimmed(facts["results"]),
        margin="",
    )
    return page


def _hit_row(item: dict[str, Any]) -> tuple[str, str]:
    if item["kind"] == "operation":
        return item["id"], _call(item)
    return item["id"], " ".join((item["kind"], item.get("summary", ""))).strip()


def _call(item: dict[str, Any]) -> str:
    if not item["deprecated"]:
        return str(item["call"])
    instead = f", use {item['successor']}" if item["successor"] else ""
    return f"{item['call']}  ({_GONE}{instead})"


def _resource_row(item: dict[str, Any]) -> tuple[str, str, str]:
    count = f"{item['operation_count']} operation{'s' * (item['operation_count'] != 1)}"
    if item["deprecated_count"]:
        count += f", {item['deprecated_count']} {_GONE}"
    return item["id"], count, ", ".join(f"asc.{name}" for name in item["namespaces"]) or "-"


def _members(page: Page, heading: str, members: Sequence[dict[str, Any]]) -> None:
    if members:
        page.section(f"{heading} ({len(members)})")
        page.table(((item["name"], _member_text(item)) for item in members), dim=_dimmed(members))


def _member_text(item: dict[str, Any]) -> str:
    """A member of a resource: its type, and who sets it."""
    text = _type(item)
    if item["writable_in"]:
        written = (
            f"{name} (required)" if name in item["required_in"] else name
            for name in item["writable_in"]
        )
        text += f"; written by {', '.join(written)}"
    return text


def _field_row(item: dict[str, Any]) -> tuple[str, str]:
    return item["name"], _type(item)


def _keyword_row(item: dict[str, Any]) -> tuple[str, str]:
    """A member of a body, and how it is called in Python."""
    return item["name"], f"{item['python']}= {_type(item)}"


def _type(item: dict[str, Any]) -> str:
    marks = [mark for mark in ("required", "nullable", _GONE) if item[mark]]
    return _joined(item["type"], marks, item["values"])


def _parameter_row(item: dict[str, Any]) -> tuple[str, str]:
    takes = item["takes"]
    if item["maximum"]:
        takes += f", at most {item['maximum']}"
    marks = [mark for mark in ("required", _GONE) if item[mark]]
    return item["id"], f"{item['python']}: {_joined(takes, marks, item['values'])}"


def _joined(what: str, marks: Iterable[str], values: Sequence[str]) -> str:
    text = ", ".join((what, *marks))
    return f"{text}: {' '.join(values)}" if values else text


def _uses(page: Page, uses: dict[str, Any]) -> None:
    for key, heading in (
        ("schemas", "Schemas"),
        ("fields", "Values of the fields"),
        ("returned_by", "Returned by"),
        ("included_by", "Can be included by"),
        ("accepted_by", "Accepted by"),
        ("writable_in", "Writable in"),
        ("required_in", "Required in"),
        ("filter_of", "Filter of"),
        ("operations", "Taken by"),
        ("part_of", "Part of"),
    ):
        page.names(heading, uses.get(key, ()))


def _dimmed(items: Iterable[dict[str, Any]]) -> list[bool]:
    return [bool(item.get("deprecated")) for item in items]
