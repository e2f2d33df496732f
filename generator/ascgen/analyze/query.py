"""Query parameters, sorted into the families of the API's grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from keyword import kwlist
from typing import TYPE_CHECKING

from ascgen.analyze.cursor import UnknownConstructError, is_name, is_value
from ascgen.model import (
    UNBOUNDED,
    Exists,
    Fieldset,
    FieldsParameter,
    Parameter,
    RelatedLimit,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.analyze.composition import Composition
    from ascgen.analyze.cursor import Cursor
    from ascgen.analyze.omissions import Omissions

_NAME = re.compile(
    r"(?P<family>[a-z][A-Za-z]{0,40})(?:\[(?P<member>[A-Za-z][A-Za-z0-9.]{0,120})\])?\Z"
)
# Keys of typed mappings stand in the code as the API spells them.
_KEY = re.compile(rf"(?!(?:{'|'.join(kwlist)})\Z)[A-Za-z0-9]+\Z")
_KNOWN = frozenset(
    {
        "name", "in", "description", "schema", "style", "explode", "required", "deprecated",
        "example", "examples", "allowEmptyValue", "allowReserved",
    }
)  # fmt: skip
_SCALARS = frozenset({"string", "boolean", "integer", "number"})
_OPTIONAL = frozenset({"fields", "limit", "sort", "include"})


class QueryReader:
    """Collects fieldsets over the whole document, so that equal ones are stored once."""

    def __init__(self, composition: Composition, omissions: Omissions) -> None:
        self._composition = composition
        self._omissions = omissions
        self.fieldsets: dict[str, Fieldset] = {}
        self._names: dict[tuple[str, tuple[str, ...]], str] = {}
        self._counts: dict[str, int] = {}

    def read(self, parameters: Iterable[Cursor], still: str) -> Families:
        """Sort the parameters of one operation; `still` says how those left out are sent.

        One that is given several times takes the values of all.
        """
        found: dict[str, _Given] = {}
        for place in parameters:
            try:
                given = self._given(place)
            except UnknownConstructError as error:
                self._omissions.add_error(error, still)
                continue
            known = found.get(given.name)
            found[given.name] = given if known is None else known.joined(given)
        families = Families()
        for given in found.values():
            try:
                self._add(families, given)
            except UnknownConstructError as error:
                self._omissions.add_error(error, still)
        return families

    def _fieldset(self, kind: str, values: tuple[str, ...]) -> str:
        """Return the name of a fieldset: its type, with a number if its values vary."""
        name = self._names.get((kind, values))
        if name is None:
            count = self._counts[kind] = self._counts.get(kind, 0) + 1
            name = kind if count == 1 else f"{kind}.{count}"
            self._names[kind, values] = name
            self.fieldsets[name] = Fieldset(name=name, type=kind, values=values)
        return name

    def _given(self, place: Cursor) -> _Given:
        for name, child in place.members():
            if name not in _KNOWN and not name.startswith("x-"):
                self._omissions.add(
                    child, f"{name!r} says nothing here", "the parameter is sent all the same"
                )
        name = place.child("name").text()
        values, array, maximum = self._schema(place.child("schema"))
        _check_style(place, array=array)
        return _Given(
            place=place,
            name=name,
            values=values,
            array=array,
            maximum=maximum,
            required=place.flag("required"),
            deprecated=place.flag("deprecated"),
        )

    def _schema(self, schema: Cursor) -> tuple[tuple[str, ...], bool, int]:
        """Return the values, whether there may be several, and the largest number."""
        whole = self._composition.followed(schema)
        variants = whole.get("oneOf")
        if variants is not None:
            parts = [self._schema(variant) for variant in variants.items()]
            values = dict.fromkeys(value for some, _, _ in parts for value in some)
            several = any(array for _, array, _ in parts)
            return tuple(values), several, max(limit for _, _, limit in parts)
        kind = whole.get("type")
        stated = "string" if kind is None else kind.value
        if stated == "array":
            items = whole.get("items")
            return (self._schema(items)[0] if items is not None else ()), True, UNBOUNDED
        if not isinstance(stated, str) or stated not in _SCALARS:
            (kind or whole).fail(f"a parameter of type {(kind or whole).shown()}")
        maximum = whole.get("maximum")
        try:
            limit = UNBOUNDED if maximum is None else _whole(maximum)
        except UnknownConstructError as error:
            self._omissions.add_error(error, "any number can be passed")
            limit = UNBOUNDED
        return self._values(whole), False, limit

    def _values(self, place: Cursor) -> tuple[str, ...]:
        found = place.get("enum")
        values: dict[str, None] = {}
        for item in found.items() if found is not None else ():
            value = str(item.value) if type(item.value) in {int, float} else item.value
            if is_value(value):
                values[value] = None
            elif value is not None:
                item.refuse_hostile(str(value))
                self._omissions.add(item, "not a value an API can use", "it can be passed")
        return tuple(values)

    def _add(self, families: Families, given: _Given) -> None:
        match = _NAME.match(given.name)
        name = given.place.child("name")
        if match is None:
            name.refuse_hostile(given.name)
            name.fail(f"{given.name!r} is not a parameter this API could use")
        family, member = match["family"], match["member"]
        if family in {"fields", "limit"} and member and not _KEY.match(member):
            name.fail(f"{given.name!r} cannot be spelled as a key in Python")
        if family in _OPTIONAL and given.required:
            self._omissions.add(
                given.place.child("required"),
                f"{given.name!r} is said to be required",
                "it can be passed, and left out too",
            )
        match family, member:
            case "filter", str():
                families.filters.append(given.parameter(member))
            case "exists", str():
                families.exists.append(
                    Exists(name=member, required=given.required, deprecated=given.deprecated)
                )
            case "fields", str():
                fieldset = self._fieldset(member, given.values)
                families.fields.append(
                    FieldsParameter(type=member, fieldset=fieldset, deprecated=given.deprecated)
                )
            case "limit", str():
                families.related_limits.append(
                    RelatedLimit(name=member, maximum=given.maximum, deprecated=given.deprecated)
                )
            case "limit", None:
                families.limit = given.maximum
            case "sort", None:
                families.sort = given.values
            case "include", None:
                families.include = self._relationships(given)
            case other, None:
                families.parameters.append(given.parameter(other))
            case _:
                name.fail(f"{given.name!r} is of no known family of parameters")

    def _relationships(self, given: _Given) -> tuple[str, ...]:
        """Relationships to include, which are names where other values may be any text."""
        for value in given.values:
            if not is_name(value):
                self._omissions.add(
                    given.place, f"{value!r} is not a relationship", "it can be passed"
                )
        return tuple(value for value in given.values if is_name(value))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A parameter as the document gives it."""

    place: Cursor
    name: str
    values: tuple[str, ...]
    array: bool
    maximum: int
    required: bool
    deprecated: bool

    def joined(self, other: _Given) -> _Given:
        """Return the parameter that stands for both."""
        return _Given(
            place=self.place,
            name=self.name,
            values=tuple(dict.fromkeys((*self.values, *other.values))),
            array=self.array or other.array,
            maximum=max(self.maximum, other.maximum),
            required=self.required or other.required,
            deprecated=self.deprecated and other.deprecated,
        )

    def parameter(self, name: str) -> Parameter:
        """Return the fact, under its name within its family."""
        return Parameter(
            name=name,
            values=self.values,
            array=self.array,
            required=self.required,
            deprecated=self.deprecated,
        )


def _check_style(place: Cursor, *, array: bool) -> None:
    """Arrays are joined with commas (`style: form`, `explode: false`); nothing else is known."""
    style = place.get("style")
    if style is not None and style.value != "form":
        style.fail(f"the parameter style {style.shown()} is not known")
    explode = place.get("explode")
    if array and (explode is None or explode.value is not False):
        (explode or place).fail("an array that is not joined with commas")


def _whole(place: Cursor) -> int:
    value = place.value
    if type(value) is not int or not 1 <= value <= UNBOUNDED:
        place.fail(f"expected a positive whole number up to {UNBOUNDED}")
    return value
