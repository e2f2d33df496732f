"""Where a value contradicts its declared type."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._api import facts
from .._api.model import (
    Array,
    EnumSchema,
    InlineEnum,
    InlineObject,
    Map,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    Scalar,
)
from .plain import as_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.model import Field, Type

__all__ = ["wrong_values"]

_FORMS = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_DEEPEST = 40


def wrong_values(
    kind: Type, value: Any, pointer: str, *, listed: bool = True
) -> Iterator[tuple[str, str]]:
    """Yield where a value contradicts its declared type, and how.

    Unless `listed`, an enumeration and an address of email take any text.
    """
    return _Reader(listed=listed).value(kind, value, pointer, 0)


class _Reader:
    def __init__(self, *, listed: bool) -> None:
        self.listed = listed

    def value(self, kind: Type, value: Any, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
        if depth > _DEEPEST:
            return
        match _resolved(kind):
            case Scalar(name="any"):
                return
            case Scalar(name=name, format=form):
                yield from _wrong_scalar(name, form, value, pointer, listed=self.listed)
            case InlineEnum(values=values) | EnumSchema(values=values):
                if not isinstance(value, str) or (self.listed and value not in values):
                    yield pointer, f"'{value}' is not a valid value: {', '.join(values)}"
            case Array(items=items):
                yield from self.items(items, value, pointer, depth, list)
            case Map(values=values):
                yield from self.items(values, value, pointer, depth, dict)
            case InlineObject(fields=fields) | ObjectSchema(fields=fields):
                yield from self.members(fields, value, pointer, depth)
            case OneOf(variants=variants):
                if all(any(self.value(x, value, pointer, depth + 1)) for x in variants):
                    yield pointer, "The value is of none of the expected types"
            case _:
                return

    def items(
        self, items: Type, value: Any, pointer: str, depth: int, form: type[Any]
    ) -> Iterator[tuple[str, str]]:
        """Yield what is wrong within a list, or with the values of a map."""
        if not isinstance(value, form):
            yield pointer, f"Expected an {'ARRAY' if form is list else 'OBJECT'}"
            return
        found: Any = value
        for key, item in found.items() if form is dict else enumerate(found):
            yield from self.value(items, item, f"{pointer}/{key}", depth + 1)

    def members(
        self, fields: tuple[Field, ...], value: Any, pointer: str, depth: int
    ) -> Iterator[tuple[str, str]]:
        """Yield what is wrong within an object."""
        members = as_object(value)
        if members is None:
            yield pointer, "Expected an OBJECT"
            return
        for field in fields:
            if field.name not in members:
                if field.required:
                    yield f"{pointer}/{field.name}", f"'{field.name}' is missing"
                continue
            item = members[field.name]
            if item is None and field.nullable:
                continue
            yield from self.value(field.type, item, f"{pointer}/{field.name}", depth + 1)


def _wrong_scalar(
    name: str, form: str, value: Any, pointer: str, *, listed: bool
) -> Iterator[tuple[str, str]]:
    if not isinstance(value, _KINDS[name]) or (isinstance(value, bool) and name != "boolean"):
        article = "an" if name == "integer" else "a"
        yield pointer, f"Expected {article} {name.upper()}"
    elif (form in _FORMS and not _is_date(_FORMS[form], str(value))) or (
        listed and form == "email" and _EMAIL.fullmatch(str(value)) is None
    ):
        yield pointer, f"'{value}' is not a valid {form.upper().replace('-', '_')}"


def _is_date(form: re.Pattern[str], text: str) -> bool:
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return form.fullmatch(text) is not None


def _resolved(kind: Type) -> Any:
    if not isinstance(kind, Ref):
        return kind
    schema = facts().schema(kind.schema)
    return _resolved(schema.type) if isinstance(schema, PlainSchema) else schema
