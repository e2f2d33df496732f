"""The short form of what was looked up, for readers whose room is small.

What is not there is left out, and lists that are long are cut: `…+12` says how much is missing, and
`more` what to ask for all of it. What must be given is never cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from msgspec import Struct

from ascgen.explore.tokens import compact, count_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Data: TypeAlias = dict[str, Any]

# Tokens of one item in full; lists of items are as long as they are.
ROOM = 300
# A resource has operations, attributes and relationships, and so the room of two.
RESOURCE_ROOM = 2 * ROOM


class Detail(Struct, frozen=True):
    """How many are told: values that something allows, optional names, and types of fieldsets."""

    values: int
    names: int
    fieldsets: int


# From here on a call has no arguments: what it must have is told with its members.
_FEW = 6

# What each family of query parameters is cut by.
_FAMILIES = {
    "include": "names",
    "sort": "names",
    "fields": "fieldsets",
    "related_limit": "fieldsets",
}
_DETAILS = (
    Detail(99, 99, 99),
    Detail(99, 99, 0),
    Detail(8, 60, 0),
    Detail(4, 50, 0),
    Detail(2, 40, 0),
    Detail(0, 40, 0),
    Detail(0, 25, 0),
    Detail(0, 12, 0),
    Detail(0, 6, 0),
    Detail(0, 3, 0),
)


def brief(data: Any) -> Any:
    """Return the short form of anything that the inspection commands print."""
    if isinstance(data, list):
        return [brief(item) for item in cast("list[Data]", data)]
    if "results" in data:
        short: Data = {}
        if missing := data.get("not_offered"):
            short["not_offered"] = {k: v for k, v in missing.items() if v and k != "kind"}
        return short | {"results": [brief(item) for item in data["results"]]}
    match data["kind"]:
        case "operation" if "parameters" in data:
            return _fitting(data, _operation, ROOM)
        case "operation":
            return {"id": data["id"], "call": data["call"]} | _gone(data)
        case "resource" if "attributes" in data:
            return _fitting(data, _resource, RESOURCE_ROOM)
        case "schema" if "fields" in data:
            return _fitting(data, _schema, ROOM)
        case "document":
            kept = ("id", "version", "source", "server", "counts")
            return {name: data[name] for name in kept}
        case _:
            return _fitting(data, _other, ROOM)


def _fitting(data: Data, shorten: Callable[[Data, Detail], Data], room: int) -> Data:
    """The most detailed form that has room."""
    short: Data = {}
    for detail in _DETAILS:
        short = shorten(data, detail)
        if count_tokens(compact(short)) <= room:
            break
    return short


def _operation(data: Data, detail: Detail) -> Data:
    short: Data = {
        "id": data["id"],
        "request": f"{data['method']} {data['path']}",
        "call": data["call"] if detail.names > _FEW else f"{data['call'].partition('(')[0]}(…)",
    } | _gone(data)
    plain = [item for item in data["parameters"] if _family(item) is None]
    keywords = {item["python"]: _takes(item, detail) for item in plain}
    short |= _named("query", keywords, _required(plain), detail)
    for family, shown in _FAMILIES.items():
        names = [name for item in data["parameters"] for name in _members(item, family)]
        if names:
            short[family] = _cut(names, getattr(detail, shown))
    for item in data["parameters"]:
        if item["id"] == "limit":
            short["limit"] = f"at most {item['maximum']}"
    if body := data["body"]:
        members = [*body["attributes"], *body["relationships"]]
        if members:
            keywords = {item["python"]: _type(item, detail) for item in members}
            short |= _named("body", keywords, _required(members), detail)
        else:
            short["body"] = f"{'ids' if body['many'] else 'id or null'} of {body['type']}"
        if body["included"]:
            short["creates_along"] = _cut(body["included"], detail.names)
    short["answers"] = " ".join(
        f"{item['status']} {item['schema'] or 'no body'}" for item in data["responses"]
    )
    return _with_more(short, "operation")


def _resource(data: Data, detail: Detail) -> Data:
    operations: dict[str, list[str]] = {}
    for item in data["operations"]:
        if not item["deprecated"]:
            python = item["python"]
            operations.setdefault(f"asc.{python['namespace']}", []).append(python["method"])
    short: Data = {"id": data["id"]} | _gone(data)
    short |= {"calls": {name: _cut(found, detail.names) for name, found in operations.items()}}
    for name in ("attributes", "relationships"):
        members = {item["name"]: _type(item, detail) for item in data[name]}
        short |= _named(name, members, frozenset(), detail)
    return _with_more(short, "resource")


def _schema(data: Data, detail: Detail) -> Data:
    short: Data = {"id": data["id"], "schema_kind": data["schema_kind"]} | _gone(data)
    short |= {name: data[name] for name in ("type", "is", "resource") if data[name]}
    if data["values"]:
        short["values"] = _cut(data["values"], max(detail.values, detail.names))
    for name in ("fields", "relationships"):
        members = {item["name"]: _type(item, detail) for item in data[name]}
        short |= _named(name, members, _required(data[name], "name"), detail)
    return _with_more(short, "schema")


def _other(data: Data, detail: Detail) -> Data:
    """A hit of a search or a use: what is not empty, lists cut."""
    short: Data = {}
    for name, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], str):
            short[name] = _cut(cast("list[str]", value), detail.names)
        elif value and name not in {"score", "name"} and not isinstance(value, (list, dict)):
            short[name] = value
    return short


def _named(what: str, members: Data, required: Iterable[str], detail: Detail) -> Data:
    """Members under their name, those that are required first and all of them."""
    if not members:
        return {}
    needed = {name: f"{members[name]}, required" for name in members if name in set(required)}
    others = [name for name in members if name not in needed]
    kept = {name: members[name] for name in others[: detail.names]}
    found = needed | kept
    if missing := len(others) - len(kept):
        found["…"] = f"+{missing}"
    if detail.values:
        return {what: found}
    # Names alone are shorter as a list.
    return {
        what: [
            f"{name} (required)" if name in needed else _counted(name, found[name])
            for name in found
        ]
    }


def _counted(name: str, text: str) -> str:
    return f"{name}{text}" if name == "…" else name


def _required(items: Iterable[Data], key: str = "python") -> frozenset[str]:
    return frozenset(item[key] for item in items if item["required"])


def _family(parameter: Data) -> str | None:
    """The family of a query parameter, None for one that stands for itself."""
    return next((name for name in ("limit", *_FAMILIES) if _is_of(parameter, name)), None)


def _is_of(parameter: Data, family: str) -> bool:
    name = parameter["id"]
    if family == "related_limit":
        return bool(name.startswith("limit["))
    if family == "limit":
        return bool(name == "limit")
    return bool(name == family or name.startswith(f"{family}["))


def _members(parameter: Data, family: str) -> Sequence[str]:
    """What a parameter adds to its family: its values, or what stands in its brackets."""
    if not _is_of(parameter, family):
        return ()
    if family in {"sort", "include"}:
        values: list[str] = parameter["values"]
        return values
    return (parameter["id"].partition("[")[2][:-1],)


def _takes(parameter: Data, detail: Detail) -> str:
    values = parameter["values"]
    many = "[]" if parameter["takes"] == "list" else ""
    if values and detail.values:
        return "|".join(_cut(values, detail.values)) + many
    return "string[]" if many else str(parameter["takes"])


def _type(item: Data, detail: Detail) -> str:
    values = item["values"]
    if values and detail.values:
        many = "list of " if item["type"].startswith("list of ") else ""
        return many + "|".join(_cut(values, detail.values))
    return str(item["type"])


def _cut(names: Sequence[str], most: int) -> list[str]:
    kept = list(names[:most])
    return [*kept, f"…+{len(names) - len(kept)}"] if len(names) > len(kept) else kept


def _gone(data: Data) -> Data:
    if not data["deprecated"]:
        return {}
    successor = data.get("successor")
    return {"deprecated": f"use {successor}" if successor else True}


def _with_more(short: Data, command: str) -> Data:
    if "…" in compact(short):
        short["more"] = f"ascgen {command} {short['id']} --json"
    return short
