"""Schemas that are put together: `$ref`, `allOf`, `oneOf` and `anyOf` become one plain schema.

An answer may be any of the alternatives, whatever discriminator stands beside them, so that
alternatives of objects come to one object with the members of all: those that not all of them
require are optional. What cannot be one type stays a `oneOf`.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import reduce
from typing import TYPE_CHECKING, Any

from ascgen.analyze.cursor import Cursor, UnknownConstructError
from ascgen.analyze.schema_parts import (
    ALTERNATIVES,
    COMMENTARY,
    COMPOUND,
    KNOWN,
    distinct,
    flagged,
    free_members,
    is_object,
    is_same,
    marked,
    members_of,
    names_schema,
    optional,
    required_of,
    tells,
    type_of,
    untyped,
    values_of,
    with_flags,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from ascgen.analyze.omissions import Omissions

_NUMBERS = {"integer", "number"}
AS_IT_IS = "any value is taken, and given as it comes"
_OTHERS = "what else the schema is made of is there"
_DEPTH_LIMIT = 40
_JOIN_LIMIT = 20_000


class Composition:
    """Makes plain schemas of those that are put together, as far as they can be read.

    A schema that is a part of itself adds nothing to itself.
    """

    def __init__(self, root: Cursor, omissions: Omissions) -> None:
        self._root = root
        self._omissions = omissions
        self._active: list[str] = []
        self._itself = Cursor({})
        self._cut: set[str] = set()
        self._targets: dict[str, Cursor] = {}
        self._depth = 0
        self._joins = 0

    def plain(self, place: Cursor) -> Cursor:
        """Return the schema without compositions; a plain reference stays a reference."""
        value = place.object()
        if place.is_plain:
            return place
        if isinstance(value.get("type"), list):
            return self.plain(untyped(place))
        reference = value.get("$ref")
        if reference is not None:
            beside = value.keys() - COMMENTARY - {"$ref"}
            if isinstance(reference, str) and not names_schema(reference):
                with self._once(reference, place):
                    return marked(self.plain(self._target(place)), place)
            if all(name.startswith("x-") for name in beside):
                return place
            own = without(place, {"$ref"})
            return self._all(place, [without(place, value.keys() - {"$ref"}), own])
        if value.keys().isdisjoint(COMPOUND):
            return place
        with self._deeper(place):
            return self._composed(place)

    def followed(self, place: Cursor) -> Cursor:
        """Return the plain schema behind all references."""
        found = self.plain(place)
        if "$ref" not in found.object():
            return found
        name = found.value["$ref"]
        if not isinstance(name, str):
            return self._target(found)
        known = self._targets.get(name)
        if known is None:
            if name in self._active:
                self._cut.add(name)
                self._omissions.add(found, "this schema is put together of itself", _OTHERS)
                return self._itself
            with self._once(name, found):
                known = self.followed(self._target(found))
            self._cut.discard(name)
            # What was made while a part was left out is whole for the schema of that part alone.
            if not self._cut:
                self._targets[name] = known
        return marked(known, found)

    def objects(self, place: Cursor) -> Cursor:
        """Return what those of the alternatives come to that are objects."""
        variants = [self.followed(variant) for variant in place.child("oneOf").items()]
        found = [variant for variant in variants if is_object(variant)]
        return self._any(place, found) if found else place

    def note_unknown(self, place: Cursor) -> None:
        """Note the members of a schema that this program does not know."""
        for name, child in place.members():
            if name not in KNOWN and not name.startswith("x-"):
                self._omissions.add_looser(child, f"{name!r} says nothing here", AS_IT_IS)

    def alternatives(self, place: Cursor) -> list[list[Cursor]]:
        """Return the variants of each `oneOf` and `anyOf` of a schema and of its parts."""
        found: list[list[Cursor]] = []
        value = place.object()
        if "$ref" in value:
            with self._once(str(value["$ref"]), place):
                found += self.alternatives(self._target(place))
        for name in ALTERNATIVES:
            if name in value:
                found.append(list(place.child(name).items()))
        if "allOf" in value:
            for part in place.child("allOf").items():
                found += self.alternatives(part)
        return found

    def resolved(self, place: Cursor) -> Cursor:
        """Return what a place is, or refers to: a parameter, a body, a response."""
        for _ in range(_DEPTH_LIMIT):
            if "$ref" not in place.object():
                return place
            place = self._target(place)
        place.fail("a reference to a reference, and so on")

    def _target(self, place: Cursor) -> Cursor:
        found = place.child("$ref")
        pointer = found.text()
        if not pointer.startswith("#/"):
            found.fail("only references within the document are followed")
        here = self._root
        for token in pointer[2:].split("/"):
            value: object = here.value
            key: str | int = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and token.isdecimal():
                key = int(token)
            below = here.get(key) if isinstance(value, dict | list) else None
            if below is None:
                found.fail(f"the reference {pointer!r} leads nowhere")
            here = below
        return here

    @contextmanager
    def _once(self, name: str, place: Cursor) -> Generator[None]:
        if name in self._active or len(self._active) > _DEPTH_LIMIT:
            place.fail("this schema is put together of itself")
        self._active.append(name)
        try:
            yield
        finally:
            self._active.pop()

    @contextmanager
    def _deeper(self, place: Cursor) -> Generator[None]:
        if self._depth > _DEPTH_LIMIT:
            place.fail("schemas are put together too deeply here")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _composed(self, place: Cursor) -> Cursor:
        value = place.object()
        if "const" in value:
            constant = value["const"]
            rest = without(place, {"const"})
            text = isinstance(constant, str)
            enum = {"type": "string", "enum": [constant]} if text else {"enum": [constant]}
            return self.plain(rest.remade(rest.value | enum, {}))
        parts = [without(place, COMPOUND)]
        if "allOf" in value:
            parts += place.child("allOf").items()
        for name in ALTERNATIVES:
            if name in value:
                parts.append(self._any(place, list(place.child(name).items())))
        return self._all(place, parts)

    def _all(self, place: Cursor, parts: list[Cursor]) -> Cursor:
        """Return a schema that is all of these at once."""
        plain = self._readable(parts)
        telling = distinct([part for part in plain if tells(part)])
        if not telling:
            return flagged(plain[0], plain)
        if len(telling) == 1:
            return flagged(telling[0], plain)
        found = reduce(lambda one, other: self._both(place, one, other), telling)
        return flagged(found, plain)

    def _readable(self, parts: Iterable[Cursor]) -> list[Cursor]:
        """Return parts as plain schemas; what cannot be read says nothing."""
        found: list[Cursor] = []
        for part in parts:
            try:
                plain = self.plain(part)
                whole = self.followed(plain)
            except UnknownConstructError as error:
                self._omissions.add_error(error, _OTHERS)
                found.append(part.remade({}, {}))
                continue
            self.note_unknown(whole)
            if whole is not self._itself:
                found.append(plain)
        return found

    def _any(self, place: Cursor, variants: list[Cursor]) -> Cursor:
        """Return a schema that is any of these."""
        if not variants:
            place.fail("there is no alternative to choose")
        plain = self._readable(variants) or [place.remade({}, {})]
        there = [part for part in plain if part.value.get("type") != "null"]
        nullable = len(there) < len(plain) or any(part.flag("nullable") for part in plain)
        variants = distinct(there)
        if not variants:
            return plain[0].remade({"nullable": True}, {})
        found = variants[0]
        for other in variants[1:]:
            merged = self._either(place, found, other)
            if merged is None:
                found = place.remade({"oneOf": [part.value for part in variants]}, {})
                found.is_plain = True
                break
            found = merged
        return with_flags(
            found, nullable=nullable, deprecated=all(p.flag("deprecated") for p in plain)
        )

    def _both(self, place: Cursor, one: Cursor, other: Cursor) -> Cursor:
        if is_same(one, other):
            return one
        one, other = self.followed(one), self.followed(other)
        if is_object(one) and is_object(other):
            return self._joined(place, one, other, closest=True)
        merged = self._scalar(place, one, other, closest=True)
        if merged is None:
            place.fail("this is said to be of two types at once")
        return merged

    def _either(self, place: Cursor, one: Cursor, other: Cursor) -> Cursor | None:
        """Return what may be one or the other, or None where one type cannot say it."""
        if is_same(one, other):
            return one
        one, other = self.followed(one), self.followed(other)
        if is_object(one) and is_object(other):
            return self._joined(place, one, other, closest=False)
        if not tells(one) or not tells(other):
            return None
        return self._scalar(place, one, other, closest=False)

    def _joined(self, place: Cursor, one: Cursor, other: Cursor, *, closest: bool) -> Cursor:
        """Return an object with the members of both; `closest` says that both hold at once."""
        self._joins += 1
        if self._joins > _JOIN_LIMIT:
            place.stop(f"more than {_JOIN_LIMIT} objects put together are not supported")
        with self._deeper(place):
            join = self._all if closest else self._any
            mine, theirs = members_of(one), members_of(other)
            members = mine | theirs
            for name in mine.keys() & theirs.keys():
                members[name] = join(mine[name], [mine[name], theirs[name]])
            if not closest:
                for name in mine.keys() ^ theirs.keys():
                    members[name] = optional(self.plain(members[name]))
            whole: dict[str, Any] = {"type": "object"}
            required = (
                (required_of(one) | required_of(other))
                if closest
                else (required_of(one) & required_of(other))
            )
            if required:
                whole["required"] = sorted(required)
            places: dict[str, Cursor] = {}
            free = [part for part in map(free_members, (one, other)) if part is not None]
            if free:
                places["additionalProperties"] = free[0] if len(free) == 1 else join(free[0], free)
            if any("properties" in part.value for part in (one, other)):
                values = {name: member.value for name, member in members.items()}
                places["properties"] = Cursor(values, place, "properties", members)
            return place.remade(whole, places)

    def _scalar(self, place: Cursor, one: Cursor, other: Cursor, *, closest: bool) -> Cursor | None:
        """Texts, numbers, flags and arrays: the type that holds both."""
        kinds = {type_of(one), type_of(other)}
        if kinds == {"array"}:
            items = [part.child("items") for part in (one, other)]
            join = self._all if closest else self._any
            return place.remade({"type": "array"}, {"items": join(items[0], items)})
        whole: dict[str, Any] = {}
        if kinds == _NUMBERS:
            whole["type"] = "integer" if closest else "number"
        elif len(kinds) == 1 and "" not in kinds:
            whole["type"] = kinds.pop()
        else:
            return None
        values = [
            *values_of(one),
            *(value for value in values_of(other) if value not in values_of(one)),
        ]
        if values:
            whole["enum"] = values
        formats = {part.value.get("format") for part in (one, other)}
        if closest:
            formats.discard(None)
        if len(formats) == 1 and (form := formats.pop()) is not None:
            whole["format"] = form
        return place.remade(whole, {})
