"""Arguments of tools, held against the schemas that are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ascgen.mcp.plain import as_list, as_object
from ascgen.mcp.refusals import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ascgen.mcp.tools import Tool

# Characters of the arguments of a call, and how deep they go.
_MOST = 500_000
_DEEPEST = 20
# Characters of a name, a receipt, or what is searched for.
_LONGEST = 1_000
_TYPES: dict[str, type[Any]] = {"string": str, "integer": int, "object": dict, "array": list}
_SPOKEN = {"string": "a text", "integer": "a number", "object": "an object", "array": "a list"}


def checked(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a tool.

    Raises:
        ToolError: one is missing, unknown, of another type, or too large.
    """
    for argument in arguments:
        if argument not in tool.arguments:
            raise ToolError(
                f"{tool.name} has no argument {argument!r}",
                instead=f"{tool.name} with {', '.join(tool.arguments)}",
            )
    for argument in tool.required:
        if argument not in arguments:
            raise ToolError(f"{tool.name} needs {argument}")
    if _depth(arguments, _DEEPEST) < 0:
        raise ToolError(f"{tool.name}: the arguments are nested too deep", instead="describe")
    given = dict(arguments)
    try:
        size = len(msgspec.json.encode(given))
    except (TypeError, ValueError, OverflowError):
        raise ToolError(f"{tool.name}: the arguments are not JSON") from None
    if size > _MOST:
        raise ToolError(f"{tool.name}: the arguments are too long", instead="several calls")
    for name, value in given.items():
        if isinstance(value, str) and len(value) > _LONGEST:
            raise ToolError(f"{tool.name}: {name} is too long")
        _check(value, tool.arguments[name], f"{tool.name}: {name}")
    return given


def _check(value: Any, schema: Mapping[str, Any], place: str) -> None:
    wanted = schema["type"]
    if not isinstance(value, _TYPES[wanted]) or (wanted == "integer" and isinstance(value, bool)):
        raise ToolError(f"{place} is to be {_SPOKEN[wanted]}")
    for item in as_list(value) or () if "items" in schema else ():
        _check(item, schema["items"], f"{place}: each")
    if "properties" in schema:
        members = as_object(value) or {}
        for name, item in members.items():
            if name not in schema["properties"]:
                known = ", ".join(schema["properties"])
                raise ToolError(f"{place} has no {name!r}", instead=f"one of {known}")
            _check(item, schema["properties"][name], f"{place}: {name}")
        for name in schema.get("required", ()):
            if name not in members:
                raise ToolError(f"{place} needs {name}")


def _depth(value: Any, left: int) -> int:
    """How much deeper a value might go; less than 0 if it goes too deep."""
    if left < 0:
        return left
    members = as_object(value)
    inner = list(members.values()) if members is not None else as_list(value) or []
    return min((_depth(item, left - 1) for item in inner), default=left)
