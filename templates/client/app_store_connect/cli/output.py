"""What a command shows: data on stdout in the format that was chosen, remarks on stderr."""

from __future__ import annotations

import csv
import io
import re
import sys
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from .records import columns_of, field_of, header_of, record_of
from .texts import escaped, remark, shown

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from .._api.model import ResourceSchema
    from .._runtime.jsonapi.paging import Page
    from .session import Session

__all__ = ["Output"]

# What a spreadsheet takes for a formula ("CSV injection", as OWASP describes it).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)*%?\Z")


class Output:
    """The output of one command.

    `resource` is the schema of what is answered, where that is known, `fields` are those that were
    asked for, and `columns` all there are of anything else; they tell the header of CSV before the
    first record is there.
    """

    def __init__(
        self,
        session: Session,
        resource: ResourceSchema | None = None,
        fields: Sequence[str] = (),
        *,
        columns: Sequence[str] = (),
    ) -> None:
        usual = "table" if sys.stdout.isatty() else "json"
        self.format: str = session.chosen("format") or usual
        self._is_silent = session.is_silent
        self._resource = resource
        self._fields = fields
        self._all = list(columns)
        self._columns: list[str] | None = None
        if (chosen := session.chosen("columns")) is not None:
            wanted = [name.strip() for name in chosen.split(",") if name.strip()]
            if not wanted:
                raise click.UsageError("--columns names no column")
            self._columns = header_of(wanted, self._known())

    def value(self, result: Any) -> None:
        """Show what a call returned, if it returned anything; text alone is an id."""
        record = record_of(result)
        if isinstance(record, str):
            record = {"id": record}
        if self._is_silent:
            return
        if isinstance(record, bytes):
            self._raw(record)
        elif record is None and result is not None:
            # The answer to a write that has no body.
            remark("done")
        else:
            self._one(record)

    def pages(self, pages: Generator[Page[Any]], most: int | None) -> None:
        """Show a collection: its first page, all of it where `most` is 0, else so many items."""
        with closing(pages):
            counter = _Counter()
            records = counter.counted(pages, most)
            self.records(records)
            if counter.is_short and most is None:
                total = "" if counter.total is None else f" of {counter.total}"
                remark(f"the first {counter.count}{total}; --all shows the others")

    def values(self, results: Iterable[Any]) -> None:
        """Show several results."""
        self.records(map(record_of, results))

    def records(self, records: Iterable[Any]) -> None:
        """Show records, one after the other where the format allows it."""
        if self._is_silent:
            for _ in records:
                pass
            return
        match self.format:
            case "ndjson":
                for record in records:
                    _write(msgspec.json.encode(self._cut(record)))
            case "csv":
                self._csv(iter(records))
            case "table":
                self._table(list(records))
            case _:
                _document([self._cut(record) for record in records])

    def _one(self, record: Any) -> None:
        match self.format:
            case "ndjson":
                _write(msgspec.json.encode(self._cut(record)))
            case "csv":
                self._csv(iter([] if record is None else [record]))
            case "table":
                from .tables import show_object

                if record is None:
                    remark("there is none")
                else:
                    show_object(self._cut(record))
            case _:
                _document(self._cut(record))

    def _cut(self, record: Any) -> Any:
        """A record with the columns that were asked for."""
        if self._columns is None or not isinstance(record, dict):
            return record
        return {name: field_of(record, name) for name in self._columns}

    def _known(self) -> list[str]:
        """The columns there are, by the document; none where it does not say."""
        if self._resource is None:
            return self._all
        attributes, links = self._resource.attributes, self._resource.relationships
        return ["type", "id", *(x.name for x in attributes), *(x.name for x in links)]

    def _header(self, first: Sequence[Any]) -> list[str]:
        if self._columns is not None:
            return self._columns
        if self._fields:
            return ["id", *self._fields]
        if self._resource is not None:
            included = [name for name in columns_of(first) if name not in self._attributes()]
            return [*self._attributes(), *(n for n in included if n not in {"type", "id"})]
        return self._all or columns_of(first)

    def _attributes(self) -> list[str]:
        return ["id", *(x.name for x in self._resource.attributes)] if self._resource else []

    def _csv(self, records: Iterator[Any]) -> None:
        first = list(islice(records, 1))
        header = self._header(first)
        self._row(header)
        for source in (first, records):
            for record in source:
                self._row([_cell(field_of(record, name)) for name in header])

    def _row(self, cells: Sequence[str]) -> None:
        if sys.stdout.isatty():
            cells = [shown(cell) for cell in cells]
        text = io.StringIO()
        # What is in it has a cell quoted: both ends of a line are, though one ends ours.
        csv.writer(text, lineterminator="\r\n").writerow(cells)
        click.echo(text.getvalue().removesuffix("\r\n").encode())

    def _table(self, records: list[Any]) -> None:
        from .tables import show_table

        if not records:
            remark("there are none")
            return
        names = self._columns or (["id", *self._fields] if self._fields else None)
        show_table(records, names)

    def _raw(self, content: bytes) -> None:
        if sys.stdout.isatty():
            raise click.UsageError("it is not text: send it to a file, such as > report.gz")
        click.echo(content, nl=False)


class _Counter:
    """How many items went by, and whether there are more."""

    def __init__(self) -> None:
        self.count = 0
        self.total: int | None = None
        self.is_short = False

    def counted(self, pages: Iterable[Page[Any]], most: int | None) -> Iterator[Any]:
        """The records of as many pages as are wanted."""
        for page in pages:
            self.total = page.total
            for item in page.items:
                if most and self.count >= most:
                    return
                self.count += 1
                yield {"id": item} if isinstance(item, str) else record_of(item)
            if most is None or (most and self.count >= most):
                self.is_short = page.next_url is not None
                return


def _document(value: Any) -> None:
    _write(msgspec.json.format(msgspec.json.encode(value), indent=2))


def _write(json: bytes) -> None:
    """Write JSON: the same bytes in every locale, but what a terminal would obey is escaped."""
    click.echo(escaped(json.decode()).encode() if sys.stdout.isatty() else json)


def _cell(value: Any) -> str:
    """A value in a cell, before which an apostrophe keeps a spreadsheet from running it."""
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.match(text) else text


def _text(value: Any) -> str:
    """A value as text: text as it is, anything with members as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case list() if all(isinstance(item, str) for item in cast("Sequence[Any]", value)):
            return ",".join(cast("list[str]", value))
        case {"type": str(), "id": str() as identifier}:
            return identifier
        case _:
            return msgspec.json.encode(value).decode()
