"""Query parameters, sorted into the families of the API's grammar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from ascgen.analyze.cursor import checked_name
from ascgen.model import Exists, Fieldset, FieldsParameter, Parameter, RelatedLimit

if TYPE_CHECKING:
    from ascgen.analyze.cursor import Cursor

_NAME = re.compile(
    r"(?P<family>[a-z][A-Za-z]{0,40})(?:\[(?P<member>[A-Za-z][A-Za-z0-9.]{0,120})\])?\Z"
)
_PARAMETER_MEMBERS = frozenset(
    {
        "name",
        "in",
        "description",
        "schema",
        "style",
        "explode",
        "required",
        "deprecated",
        "example",
        "examples",
    }
)
_LARGEST_LIMIT = 2**31 - 1
_SCHEMA_MEMBERS = frozenset(
    {"type", "items", "enum", "maximum", "minimum", "description", "format", "example"}
)


class QueryReader:
    """Collects fieldsets over the whole document, so that equal ones are stored once."""

    def __init__(self) -> None:
        self.fieldsets: dict[str, Fieldset] = {}
        self._names: dict[tuple[str, tuple[str, ...]], str] = {}
        self._counts: dict[str, int] = {}

    def fieldset(self, kind: str, values: tuple[str, ...]) -> str:
        """The name of a fieldset: its type, numbered in the document's order if it varies."""
        name = self._names.get((kind, values))
        if name is None:
            count = self._counts[kind] = self._counts.get(kind, 0) + 1
            name = kind if count == 1 else f"{kind}.{count}"
            self._names[kind, values] = name
            self.fieldsets[name] = Fieldset(name=name, type=kind, values=values)
        return name


class Families:
    """The query parameters of one operation."""

    def __init__(self) -> None:
        self.filters: list[Parameter] = []
        self.exists: list[Exists] = []
        self.sort: tuple[str, ...] = ()
        self.include: tuple[str, ...] = ()
        self.fields: list[FieldsParameter] = []
        self.limit: int = 0
        self.related_limits: list[RelatedLimit] = []
        self.parameters: list[Parameter] = []


def read_query(reader: QueryReader, parameters: Cursor | None) -> Families:
    """Sort the parameters of one operation; one of an unknown form stops the analysis."""
    families = Families()
    seen: set[str] = set()
    for place in parameters.items() if parameters is not None else ():
        place.only(_PARAMETER_MEMBERS)
        name = place.child("name").text()
        if name in seen:
            place.fail(f"the parameter {name!r} occurs twice")
        seen.add(name)
        _check_style(place)
        _add(reader, families, name, place)
    return families


def _add(reader: QueryReader, families: Families, name: str, place: Cursor) -> None:
    match = _NAME.match(name)
    if match is None:
        place.child("name").fail(f"{name!r} is not a parameter this API could use")
    values, array, maximum = _read_schema(place.child("schema"))
    required, deprecated = place.flag("required"), place.flag("deprecated")
    member = match["member"]
    match match["family"], member:
        case "filter", str():
            families.filters.append(
                Parameter(
                    name=member,
                    values=values,
                    array=array,
                    required=required,
                    deprecated=deprecated,
                )
            )
        case "exists", str():
            families.exists.append(Exists(name=member, required=required, deprecated=deprecated))
        case "fields", str():
            fieldset = reader.fieldset(member, values)
            families.fields.append(
                FieldsParameter(type=member, fieldset=fieldset, deprecated=deprecated)
            )
        case "limit", str():
            families.related_limits.append(
                RelatedLimit(name=member, maximum=_present(maximum, place), deprecated=deprecated)
            )
        case "limit", None:
            families.limit = _present(maximum, place)
        case "sort", None:
            families.sort = values
        case "include", None:
            families.include = _names(values, place)
        case other, None:
            families.parameters.append(
                Parameter(
                    name=other,
                    values=values,
                    array=array,
                    required=required,
                    deprecated=deprecated,
                )
            )
        case _:
            place.child("name").fail(f"{name!r} is of no known family of parameters")
    if required and match["family"] in {"fields", "limit", "sort", "include"}:
        place.child("required").fail("a parameter of this family was never required so far")


def _check_style(place: Cursor) -> None:
    """Arrays are joined with commas (`style: form`, `explode: false`); nothing else is known."""
    where = place.child("in")
    if where.value != "query":
        where.fail(f"a parameter in {where.shown()} was never used by this API so far")
    style = place.get("style")
    if style is not None and style.value != "form":
        style.fail(f"the parameter style {style.shown()} was never used by this API so far")
    kind = place.child("schema").get("type")
    explode = place.get("explode")
    if (
        kind is not None
        and kind.value == "array"
        and (explode is None or explode.value is not False)
    ):
        (explode or place).fail("an exploded array was never used by this API so far")


def _read_schema(schema: Cursor) -> tuple[tuple[str, ...], bool, int | UnsetType]:
    schema.only(_SCHEMA_MEMBERS)
    kind = schema.child("type")
    maximum = schema.get("maximum")
    limit = _whole(maximum) if maximum is not None else UNSET
    match kind.value:
        case "array":
            items = schema.child("items")
            items.only(_SCHEMA_MEMBERS)
            if items.child("type").value != "string":
                items.child("type").fail("arrays of anything but strings were never used so far")
            return items.values("enum"), True, limit
        case "string":
            return schema.values("enum"), False, limit
        case "boolean" | "integer":
            return (), False, limit
        case _:
            kind.fail(f"a parameter of type {kind.shown()} was never used by this API so far")


def _whole(place: Cursor) -> int:
    value = place.value
    if type(value) is not int or value < 1:
        place.fail("expected a positive whole number")
    if value > _LARGEST_LIMIT:
        place.fail(f"expected a number up to {_LARGEST_LIMIT}")
    return value


def _names(values: tuple[str, ...], place: Cursor) -> tuple[str, ...]:
    """Relationships to include, which are names where other values may be any text."""
    for value in values:
        checked_name(value, place.child("schema"))
    return values


def _present(maximum: int | UnsetType, place: Cursor) -> int:
    if maximum is UNSET:
        place.child("schema").fail("a limit without a maximum was never used so far")
    return maximum
