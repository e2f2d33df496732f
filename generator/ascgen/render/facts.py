"""The API's facts as the client carries them: small on disk, and read one entity at a time.

    line 1    who made the file
    line 2    the header: product, title, version and server
    line 3    the parts: texts that occur often, one each
    then      kind, key and JSON of every entity, separated by tabs

A character of the private use area stands for the part of its number. What the key says, the JSON
leaves out. The text depends on the facts alone, where the output of a compressor depends on which
one it is.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from ascgen.errors import SpecError
from ascgen.model import ResourceSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel, Operation, Schema

_FIRST = 0xE000
_LAST = 0xF8FF
# A part's character takes three bytes, and the part itself has to be written once.
_WORD = re.compile(r'"[^"]*":?')
_INNERMOST = re.compile(r"\{[^{}\[\]]*\}|\[[^\[\]{}]*\]")
_ROUNDS = (_WORD, _INNERMOST, _INNERMOST, _INNERMOST)
_COST = 6


def facts_text(api: ApiModel) -> str:
    """Return the facts of an API as the text of one file, but for its first line."""
    header = {
        "product": api.product,
        "title": api.title,
        "version": api.version,
        "server": api.server,
    }
    keys, entities = zip(*_entities(api), strict=True)
    parts, packed = _packed([_json(members) for members in entities])
    lines = (f"{key}\t{text}" for key, text in zip(keys, packed, strict=True))
    return "\n".join((_json(header), _json(parts), *lines, ""))


def _entities(api: ApiModel) -> Iterator[tuple[str, dict[str, Any]]]:
    for operation in api.operations:
        yield _operation(operation)
    for schema in api.schemas.values():
        yield _schema(schema)
    for fieldset in api.fieldsets.values():
        members = msgspec.to_builtins(fieldset)
        yield f"fieldset\t{members.pop('name')}", members


def _operation(operation: Operation) -> tuple[str, dict[str, Any]]:
    members = msgspec.to_builtins(operation)
    return f"operation\t{members.pop('method')} {members.pop('path')}", members


def _schema(schema: Schema) -> tuple[str, dict[str, Any]]:
    members = msgspec.to_builtins(schema)
    kind = "schema"
    if isinstance(schema, ResourceSchema):
        kind = f"resource {members.pop('type')}"
    return f"{kind}\t{members.pop('name')}", members


def _packed(lines: list[str]) -> tuple[list[str], list[str]]:
    """Put a character in the place of every text that is frequent enough; tell which for what."""
    text = "\n".join(lines)
    parts: list[str] = []
    for pattern in _ROUNDS:
        counts = Counter(pattern.findall(text))
        chosen = [x for x, n in counts.items() if (len(x) - 3) * (n - 1) > _COST + len(x) // 8]
        chosen.sort(key=lambda x: (-counts[x] * len(x), x))
        numbers = {x: len(parts) + n for n, x in enumerate(chosen[: _LAST - _FIRST - len(parts)])}
        parts.extend(numbers)

        def replaced(match: re.Match[str], numbers: dict[str, int] = numbers) -> str:
            number = numbers.get(match[0])
            return match[0] if number is None else chr(_FIRST + number)

        text = pattern.sub(replaced, text)
    return parts, text.split("\n")


def _json(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    if "\n" in text or "\t" in text:
        raise SpecError("a fact holds a line break")
    return text


def unpacked(text: str) -> dict[str, Any]:
    """The facts in a client's file as the members of a snapshot; ValueError if it holds others."""
    _, header, packed_parts, *lines = text.split("\n")
    parts: dict[int, str] = {}
    for number, part in enumerate(msgspec.json.decode(packed_parts, type=list[str])):
        parts[_FIRST + number] = part.translate(parts)
    found: dict[str, Any] = {"operations": [], "schemas": {}, "fieldsets": {}}
    for line in filter(None, lines):
        kind, key, packed = line.split("\t", 2)
        members: dict[str, Any] = msgspec.json.decode(packed.translate(parts))
        if kind == "operation":
            method, path = key.split(" ")
            found["operations"].append({"method": method, "path": path, **members})
        else:
            name, _, of_type = kind.partition(" ")
            typed = {"type": of_type} if of_type else {}
            entities = found["fieldsets" if name == "fieldset" else "schemas"]
            entities[key] = {"name": key, **typed, **members}
    return {**msgspec.json.decode(header, type=dict[str, Any]), **found}
