"""Pages of what was looked up, made of the data that `--json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.cli.pages import Page
from ascgen.omitted import HEADING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GONE = "deprecated"


def info_page(data: dict[str, Any]) -> Page:
    """Return which API it is, and how much is in it."""
    page = Page()
    page.title(f"{data['title']} {data['version']}")
    page.table(
        [
            ("product", data["product"]),
            ("source", data["source"]),
            ("sha256", data["sha256"]),
            ("server", data["server"]),
            ("overlay", ", ".join(data["overlay"]) or "none"),
        ]
    )
    page.section("Counts")
    page.table((name.replace("_", " "), str(count)) for name, count in data["counts"].items())
    page.section("Operations by kind")
    page.table((name, str(count)) for name, count in data["operation_kinds"].items())
    page.section("Largest resources")
    page.table(map(_resource_row, data["core_resources"]))
    if data["omissions"]:
        page.section(f"{HEADING} ({len(data['omissions'])})")
        page.table((item["id"], f"{item['what']}; {item['still']}") for item in data["omissions"])
    return page


def resources_page(found: Sequence[dict[str, Any]]) -> Page:
    """Return a list of resources."""
    page = Page()
    page.table(map(_resource_row, found), dim=_dimmed(found), margin="", tabbed=True)
    return page


def operations_page(found: Sequence[dict[str, Any]]) -> Page:
    """Return a list of operations."""
    page = Page()
    page.table(
        ((item["id"], f"{item['method']} {item['path']}", _call(item)) for item in found),
        dim=_dimmed(found),
        margin="",
        tabbed=True,
    )
    return page


def resource_page(data: dict[str, Any]) -> Page:
    """Return a resource with its operations and members."""
    page = Page()
    page.title(data["id"] + _gone(data))
    page.text("Python: " + (", ".join(f"asc.{name}" for name in data["namespaces"]) or "none"))
    page.text("Schemas: " + (", ".join(data["schemas"]) or "none"))
    if data["operations"]:
        page.section(f"Operations ({len(data['operations'])})")
        operations = data["operations"]
        page.table(((o["id"], _call(o)) for o in operations), dim=_dimmed(operations))
    _members(page, "Attributes", data["attributes"])
    _members(page, "Relationships", data["relationships"])
    page.names("Also returned by", data["also_returned_by"])
    page.names("Can be included by", data["included_by"])
    return page


def operation_page(data: dict[str, Any]) -> Page:
    """Return an operation with what it takes and answers."""
    page = Page()
    page.title(f"{data['method']} {data['path']}")
    rows = [
        ("id", data["id"]),
        ("python", data["call"]),
        ("async", data["async_call"]),
    ]
    if data["deprecated"]:
        rows.append((_GONE, f"use {data['successor']}" if data["successor"] else "yes"))
    page.table(rows)
    if data["parameters"]:
        page.section(f"Parameters ({len(data['parameters'])})")
        page.table(map(_parameter_row, data["parameters"]))
    if body := data["body"]:
        page.section(f"Body: {body['id']}")
        if not (body["attributes"] or body["relationships"]):
            page.text(f"  {'ids' if body['many'] else 'the id, or null,'} of {body['type']}")
        page.table(map(_keyword_row, (*body["attributes"], *body["relationships"])))
        if body["included"]:
            page.text("  can be created along with it: " + ", ".join(body["included"]))
    page.section("Answers")
    page.table(
        (str(item["status"]), " ".join(filter(None, (item["schema"], item["media_type"]))) or "-")
        for item in data["responses"]
    )
    page.text("  errors: " + (", ".join(map(str, data["errors"])) or "none declared"))
    return page


def schema_page(data: dict[str, Any]) -> Page:
    """Return a schema with its members or values, and who uses it."""
    page = Page()
    page.title(data["id"] + _gone(data))
    kind = data["schema_kind"]
    page.text(f"{kind} of {data['type']}" if data["type"] else kind)
    if data["is"]:
        page.text(f"is {data['is']}")
    if data["resource"]:
        page.text(("a list of " if data["many"] else "one ") + data["resource"])
    page.names("Values", data["values"])
    for heading in ("fields", "relationships"):
        if data[heading]:
            page.section(f"{heading.capitalize()} ({len(data[heading])})")
            page.table(map(_field_row, data[heading]))
    page.names("May include", data["included"])
    _uses(page, data["used_by"])
    return page


def places_page(found: dict[str, Any]) -> Page:
    """Return where a name is used, one thing of that name after the other."""
    page = Page()
    for place, data in enumerate(found["results"]):
        if place:
            page.text(" ")
        page.title(f"{data['kind']} {data['id']}")
        if data["kind"] == "field":
            page.text(_field_row(data)[1])
        _uses(page, data)
        for parameter in data.get("parameters", ()):
            page.names(f"Values of {parameter['id']} in", parameter["operations"])
    return page


def search_page(data: dict[str, Any]) -> Page:
    """Return what a search found, best first, below what the API is known not to offer."""
    page = Page()
    if missing := data["not_offered"]:
        page.title("Not in the public API")
        page.text(" ".join(filter(None, (missing["answer"], missing["remains"]))))
        page.section("What comes near")
    page.table(
        (_hit_row(item) for item in data["results"]),
        dim=_dimmed(data["results"]),
        margin="",
    )
    return page


def _hit_row(item: dict[str, Any]) -> tuple[str, str]:
    if item["kind"] == "operation":
        return item["id"], _call(item)
    if item["kind"] == "helper":
        return item["id"], item["call"]
    if item["kind"] == "guide":
        return item["page"], item["summary"]
    return item["id"], " ".join((item["kind"], item.get("summary", ""))).strip()


def _call(item: dict[str, Any]) -> str:
    return str(item["call"]) + (f" {_gone(item)}" if item["deprecated"] else "")


def _gone(item: dict[str, Any]) -> str:
    """Return what follows a name that is deprecated, with what to use where that is known."""
    if not item["deprecated"]:
        return ""
    instead = item.get("successor")
    return f" ({_GONE}: use {instead})" if instead else f" ({_GONE})"


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
    """Return a member of a resource: its type, and who sets it."""
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
    """Return a member of a body, and how it is called in Python."""
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
