"""Reading: one GET, in little room, and what is left of it under a handle."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from ascgen.errors import UsageError
from ascgen.explore.parts import describe_parameters
from ascgen.mcp.cleaning import cleaned
from ascgen.mcp.pages import flattened, table, whole
from ascgen.mcp.plain import as_list, as_object
from ascgen.mcp.refusals import ToolError
from ascgen.plan.names import loose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ascgen.explore.explorer import Explorer
    from ascgen.mcp.account import Account
    from ascgen.mcp.pages import Row
    from ascgen.model import Field, Operation, Relationship

_PAGE = 50
_HANDLES = 50
# Rows that are looked at for one answer, which has room for fewer.
_MOST_ROWS = 300
_MOST_BYTES = 20_000_000
# How zlib is told that gzip is meant.
_GZIP = 31
_PACKED = b"\x1f\x8b"
# Of an answer that cannot be read.
_SHOWN = 200
_NO_IDS = frozenset({"", ".", ".."})


class _Rest(Struct, frozen=True):
    """What is left of an answer: rows that had no room, and the address of the next page.

    A row is a text where the answer is one. With `is_whole`, nothing in the rows is clipped.
    """

    rows: tuple[Row | str, ...]
    address: str = ""
    wanted: tuple[str, ...] = ()
    is_whole: bool = False


class Reader:
    """Reads of an account. `draw` gives texts that nobody guesses, for handles."""

    def __init__(self, explorer: Explorer, account: Account, draw: Callable[[], str]) -> None:
        self._explorer = explorer
        self._account = account
        self._draw = draw
        self._rests: dict[str, _Rest] = {}

    def read(
        self,
        operation: str,
        *,
        id: str = "",  # noqa: A002 - the tool's own word
        query: Mapping[str, Any] | None = None,
        fields: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return what a GET answers.

        Raises:
            ToolError: it writes, is not there, or is asked wrongly.
        """
        found = self.operation(operation)
        if found.method != "GET":
            raise ToolError(
                f"{found.id} is a {found.method}: read sends GET only",
                instead="plan, with writes",
            )
        sent = self._query(found, query or {})
        wanted = self._fields(found, fields, sent)
        if found.limit and "limit" not in sent:
            sent["limit"] = str(min(_PAGE, found.limit))
        return self._answer(self._account.get(filled_path(found, id), sent), wanted)

    def go_on(
        self,
        handle: str,
        *,
        id: str = "",  # noqa: A002 - the tool's own word
        fields: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return what comes next after an answer that was cut, or what was clipped in it.

        `id` and `fields` choose one row and some of its members.

        Raises:
            ToolError: there is no such handle, or nothing of that kind under it.
        """
        rest = self._rests.get(handle)
        if rest is None:
            raise ToolError("there is no such handle, or no longer", instead="read anew")
        if not rest.rows:
            return self._answer(self._account.follow(rest.address), rest.wanted)
        if not (id or fields):
            return self._shown(rest)
        rows = [row for row in map(_row, rest.rows) if not id or row.get("id") == id]
        if not rows:
            raise ToolError(f"there is no {id!r} under this handle", instead="leave out id")
        names = list(dict.fromkeys(name for row in rows for name in row))
        if missing := [name for name in fields if name not in names]:
            raise ToolError(
                f"there is no {missing[0]!r} under this handle",
                instead=f"fields out of {', '.join(names)}",
            )
        return self._shown(
            msgspec.structs.replace(
                rest,
                rows=tuple(rows),
                address="" if id else rest.address,
                wanted=tuple(fields) or rest.wanted,
            )
        )

    def keep(self, rows: Sequence[Row], *, is_whole: bool = False) -> str:
        """Return a handle under which rows are read."""
        return self._kept(_Rest(tuple(rows), is_whole=is_whole))

    def operation(self, name: str) -> Operation:
        """The operation of a name; a refusal says what comes near."""
        try:
            return self._explorer.lookup.operation(name)
        except UsageError as error:
            raise ToolError(error.message, instead=error.hint or "search") from None

    def _query(self, operation: Operation, query: Mapping[str, Any]) -> dict[str, str]:
        """Parameters as they are sent, whichever way they are spelled."""
        known: dict[str, str] = {}
        for item in describe_parameters(self._explorer.api, operation):
            inner = item["id"].partition("[")[2].rstrip("]")
            names = {item["id"], item["python"], inner} if "filter[" in item["id"] else {item["id"]}
            known |= {loose(name): item["id"] for name in names | {item["python"]} if name}
        sent: dict[str, str] = {}
        for name, value in query.items():
            wire = known.get(loose(name))
            if wire is None:
                plain = (
                    name for name in known.values() if not name.startswith(("fields[", "limit["))
                )
                shown = ", ".join(dict.fromkeys(plain))
                raise ToolError(
                    f"{operation.id} has no parameter {name!r}",
                    instead=f"describe {operation.id}; it has {shown or 'none'}",
                )
            sent[wire] = _sent(name, value)
        return sent

    def _fields(
        self, operation: Operation, fields: Sequence[str], sent: dict[str, str]
    ) -> tuple[str, ...]:
        """The members that are wanted by their own names, which the API is asked for alone."""
        api = self._explorer.api
        answered = api.answered(operation)
        if answered is None or not fields:
            return tuple(fields)
        members: list[Field | Relationship] = [*answered.attributes, *answered.relationships]
        known = {loose(item.name): item.name for item in members} | {"id": "id"}
        missing = [name for name in fields if loose(name) not in known]
        if missing:
            raise ToolError(
                f"{answered.type} have no {missing[0]!r}",
                instead=f"fields out of {', '.join(known.values())}",
            )
        wanted = tuple(known[loose(name)] for name in fields)
        for item in operation.fields:
            if item.type == answered.type:
                values = api.fieldsets[item.fieldset].values
                chosen = [name for name in wanted if name in values]
                if chosen:
                    sent.setdefault(f"fields[{item.type}]", ",".join(chosen))
        return wanted

    def _answer(self, response: Any, wanted: tuple[str, ...]) -> dict[str, Any]:
        if "json" not in response.headers.get("content-type", ""):
            text, is_cut = _text(response.content)
            answer = self._shown(_Rest(tuple(text.splitlines())))
            return answer | ({"note": "the rest of it is not read"} if is_cut else {})
        document = self._document(response.content)
        data = document.get("data", document)
        several = as_list(data)
        items: list[Any] = [data or {}] if several is None else several
        links = as_object(document.get("links")) or {}
        answer = self._shown(
            _Rest(tuple(map(flattened, items)), _address(links.get("next")), wanted)
        )
        meta = as_object(document.get("meta")) or {}
        total = (as_object(meta.get("paging")) or {}).get("total")
        if isinstance(total, int):
            answer["total"] = total
        if included := as_list(document.get("included")):
            rows: list[Row] = [
                {"type": (as_object(item) or {}).get("type"), **flattened(item)}
                for item in included
            ]
            answer["included"] = {"count": len(rows), "handle": self.keep(rows)}
        return answer

    def _document(self, body: bytes) -> dict[str, Any]:
        """What a body of JSON holds, without its secrets."""
        try:
            found = self._account.hidden(json.loads(body or b"{}"))
        except (ValueError, RecursionError):
            raise ToolError(
                "the API answered with something that is not JSON",
                instead="read again later, or tell the user",
                data={"answer": body[:_SHOWN].decode(errors="replace")},
            ) from None
        members = as_object(found)
        return {"data": found} if members is None else members

    def _shown(self, rest: _Rest) -> dict[str, Any]:
        rows = [_row(row) for row in rest.rows[:_MOST_ROWS]]
        page = (whole if rest.is_whole else table)(rows, rest.wanted)
        left = (*page.rest, *rest.rows[_MOST_ROWS:])
        answer: dict[str, Any] = {"data": page.data}
        if left or rest.address:
            answer["handle"] = self._kept(msgspec.structs.replace(rest, rows=left))
        if page.is_clipped or "left_out" in page.data:
            shown = rows[: len(rows) - len(page.rest)]
            answer["whole"] = self.keep(shown, is_whole=True)
        return answer

    def _kept(self, rest: _Rest) -> str:
        while len(self._rests) >= _HANDLES:
            del self._rests[next(iter(self._rests))]
        handle = self._draw()
        self._rests[handle] = rest
        return handle


def filled_path(operation: Operation, identifier: str) -> str:
    """The path of an operation with an id in it, which is one segment whatever it holds."""
    if "{id}" not in operation.path:
        if identifier:
            raise ToolError(f"{operation.id} takes no id", instead="filter by it in query")
        return operation.path
    if identifier in _NO_IDS:
        raise ToolError(f"{operation.id} needs an id", instead="read the list, take an id of it")
    return operation.path.replace("{id}", quote(identifier, safe=""))


def _sent(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if (several := as_list(value)) is not None:
        items = [_sent(name, item) for item in several]
        if any("," in item for item in items):
            raise ToolError(f"{name}: a value has a comma in it", instead="one value a call")
        return ",".join(items)
    if isinstance(value, str | int | float):
        return str(value)
    raise ToolError(f"{name} takes a text, a number, a boolean or a list", instead="describe")


def _row(row: Row | str) -> Row:
    return {"line": cleaned(row)} if isinstance(row, str) else row


def _address(link: Any) -> str:
    """A link, which JSON:API lets be an object, too."""
    members = as_object(link)
    found = link if members is None else members.get("href")
    return found if isinstance(found, str) else ""


def _text(body: bytes) -> tuple[str, bool]:
    """A body as text, unpacked where it is packed, and whether only so much of it."""
    unpacked = b""
    while body[:2] == _PACKED and len(unpacked) < _MOST_BYTES:
        unpacking = zlib.decompressobj(wbits=_GZIP)
        try:
            unpacked += unpacking.decompress(body, _MOST_BYTES - len(unpacked))
        except zlib.error:
            break
        if unpacking.unconsumed_tail:
            return unpacked.decode(errors="replace"), True
        body = unpacking.unused_data
    return (unpacked or body).decode(errors="replace"), body[:2] == _PACKED
