"""The query of a request, read by the grammar that all operations share."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import msgspec

from .._api import facts
from .plain import read_json
from .problems import Problem, Refusal

if TYPE_CHECKING:
    from .table import Table

__all__ = ["DEFAULT_LIMIT", "Query", "cursor_text", "read_query"]

DEFAULT_LIMIT = 50
_LISTED = 60


class Query(msgspec.Struct, frozen=True):
    """What a request asks for: which resources, in what order, with what, how many, from where on.

    `fields` are names by type, `limits` the sizes of included lists by relationship.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    filters: dict[str, tuple[str, ...]] = {}
    exists: dict[str, bool] = {}
    sort: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    fields: dict[str, frozenset[str]] = {}
    limit: int = 0
    limits: dict[str, int] = {}
    offset: int = 0
    other: dict[str, tuple[str, ...]] = {}

    @property
    def signature(self) -> str:
        """What a cursor belongs to: everything that decides which resources come in what order."""
        return _signature(self.pairs)


_NOTHING = Query()


def read_query(table: Table, text: str, *, strict: bool) -> Query:
    """Read a query; a Refusal tells all that is wrong with it.

    Leniently, what the operation does not know is passed over, and values are not compared with
    lists.
    """
    if not text and not table.required:
        return _NOTHING
    reader = _Reader(table, strict=strict)
    pairs = parse_qsl(text, keep_blank_values=True)
    for name, value in pairs:
        reader.read(name, value)
    reader.finish()
    if reader.problems:
        raise Refusal(*reader.problems)
    query = Query(
        pairs=tuple(pairs),
        filters=reader.filters,
        exists=reader.exists,
        sort=reader.sort,
        include=reader.include,
        fields=reader.fields,
        limit=reader.limit,
        limits=reader.limits,
        other=reader.other,
    )
    if reader.cursor is None:
        return query
    return msgspec.structs.replace(query, offset=_offset(reader.cursor, query))


def cursor_text(offset: int, signature: str) -> str:
    """Return the cursor of a page, which fits queries of this signature only."""
    text = msgspec.json.encode({"offset": str(offset), "query": signature})
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _offset(cursor: str, query: Query) -> int:
    try:
        found = read_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if found["query"] == query.signature:
            return max(0, int(found["offset"]))
    except (ValueError, KeyError, TypeError):
        pass
    raise Refusal(
        Problem(
            status=400,
            code="PARAMETER_ERROR.INVALID",
            detail=f"'{cursor}' is not a valid cursor for this request",
            parameter="cursor",
        )
    )


def _signature(pairs: tuple[tuple[str, str], ...]) -> str:
    deciding = sorted(
        (name, value) for name, value in pairs if name.startswith(("filter", "exists", "sort"))
    )
    return hashlib.blake2b(repr(deciding).encode(), digest_size=6).hexdigest()


class _Reader:
    def __init__(self, table: Table, *, strict: bool) -> None:
        self.table = table
        self.strict = strict
        self.problems: list[Problem] = []
        self.filters: dict[str, tuple[str, ...]] = {}
        self.exists: dict[str, bool] = {}
        self.sort: tuple[str, ...] = ()
        self.include: tuple[str, ...] = ()
        self.fields: dict[str, frozenset[str]] = {}
        self.limit = 0
        self.limits: dict[str, int] = {}
        self.other: dict[str, tuple[str, ...]] = {}
        self.cursor: str | None = None
        self._seen: set[str] = set()

    def read(self, name: str, value: str) -> None:
        if name in self._seen:
            self._problem("DUPLICATE", f"The parameter '{name}' was provided more than once", name)
            return
        self._seen.add(name)
        family, bracket, member = name.partition("[")
        if bracket:
            if not member.endswith("]"):
                self._illegal(name)
                return
            self._read_member(name, family, member[:-1], value)
        else:
            self._read_plain(name, value)

    def _read_member(self, name: str, family: str, member: str, value: str) -> None:
        table = self.table
        if family == "filter":
            self._read_filter(name, member, value)
        elif family == "exists" and member in table.exists:
            if value not in {"true", "false"} and self.strict:
                self._problem("INVALID", f"'{value}' is not a valid boolean", name)
            self.exists[member] = value == "true"
        elif family == "fields" and (member in table.fieldsets or not self.strict):
            self._read_fields(name, member, value)
        elif family == "limit" and member in table.related_limits:
            self.limits[member] = self._number(name, value, table.related_limits[member])
        else:
            self._illegal(name)

    def _read_plain(self, name: str, value: str) -> None:
        table = self.table
        if name == "sort" and table.sort:
            self.sort = self._listed(name, value, table.sort, "is not a valid sort type")
        elif name == "include" and table.include:
            self._read_include(name, value)
        elif name == "limit" and table.operation.limit:
            self.limit = self._number(name, value, table.operation.limit)
        elif name == "cursor" and table.many:
            self.cursor = value
        elif name in table.parameters:
            parameter = table.parameters[name]
            values = tuple(value.split(",")) if parameter.array else (value,)
            self._check_values(name, values, parameter.values)
            self.other[name] = values
        else:
            self._illegal(name)

    def _read_filter(self, name: str, member: str, value: str) -> None:
        parameter = self.table.filters.get(member)
        if parameter is None:
            if not self.strict:
                return
            if self.table.filters:
                self._problem("INVALID", f"'{member}' is not a valid filter type", name)
            else:
                self._illegal(name)
            return
        values = tuple(value.split(",")) if parameter.array else (value,)
        self._check_values(name, values, parameter.values)
        self.filters[member] = values

    def _read_fields(self, name: str, member: str, value: str) -> None:
        names = frozenset(value.split(",")) if value else frozenset[str]()
        if self.strict:
            allowed = facts().fieldset(self.table.fieldsets[member]).values
            for wrong in sorted(names.difference(allowed)) if allowed else ():
                self._problem("INVALID", f"'{wrong}' is not a valid field name", name)
        self.fields[member] = names

    def _read_include(self, name: str, value: str) -> None:
        names = tuple(dict.fromkeys(value.split(","))) if value else ()
        for wrong in names:
            if wrong not in self.table.include:
                if self.strict:
                    detail = f"'{wrong}' is not a relationship that can be included"
                    self._problem("INVALID", detail, name)
                names = tuple(x for x in names if x != wrong)
        self.include = names

    def _listed(
        self, name: str, value: str, allowed: frozenset[str], complaint: str
    ) -> tuple[str, ...]:
        values = tuple(value.split(",")) if value else ()
        for wrong in values:
            if wrong not in allowed and self.strict:
                self._problem("INVALID", f"'{wrong}' {complaint}", name)
        return values

    def _check_values(self, name: str, values: tuple[str, ...], allowed: tuple[str, ...]) -> None:
        if not allowed or not self.strict:
            return
        for wrong in values:
            if wrong not in allowed:
                legal = ", ".join(allowed[:_LISTED])
                detail = f"'{wrong}' is not a valid value: the legal ones are {legal}"
                self._problem("INVALID", detail, name)

    def _number(self, name: str, value: str, maximum: int) -> int:
        if value.isascii() and value.isdigit() and 1 <= int(value) <= maximum:
            return int(value)
        if not self.strict:
            return min(int(value), maximum) if value.isascii() and value.isdigit() else 0
        detail = f"'{value}' is not between 1 and the maximum of {maximum}"
        self._problem("INVALID", detail, name)
        return 0

    def finish(self) -> None:
        for name in self.table.required:
            if name not in self._seen:
                detail = f"The parameter '{name}' is required for this request"
                self._problem("REQUIRED", detail, name)

    def _illegal(self, name: str) -> None:
        if self.strict:
            detail = f"The parameter '{name}' can not be used with this request"
            self._problem("ILLEGAL", detail, name)

    def _problem(self, kind: str, detail: str, parameter: str) -> None:
        self.problems.append(
            Problem(status=400, code=f"PARAMETER_ERROR.{kind}", detail=detail, parameter=parameter)
        )
