"""A report that is here: its rows, its text, its table."""

from __future__ import annotations

import codecs
import os
import secrets
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, Self

from .._runtime.files import replaceable
from .._runtime.messages.error_document import describe, read_details
from .._runtime.messages.error_root import printable
from .._runtime.messages.gunzip import unzipped
from .._runtime.public import public
from .errors import ReportError
from .rows import Row
from .segments import SegmentFile
from .table import Table

__all__ = ["Report", "report_of"]

# No line of a report has as much; a damaged or hostile file may be a single one.
_LONGEST_LINE = 1 << 24
# What no column is called by, and documents of other kinds begin with.
_FOREIGN = (b"{", b"[", b"<")
# The first bytes, which show what a document is; an error document fits in them.
_HEAD = 1 << 16
_SHOWN = 80


@public
class Report:
    """A report, compressed as it came, in memory or in a temporary file that `close` deletes.

    Iterate for its rows, as often as you like: they are unpacked and read one by one, whatever the
    size. One without sales has none and no columns either.
    """

    def __init__(self, files: Iterable[SegmentFile] = ()) -> None:
        self._files = tuple(files)
        self._finalizer = weakref.finalize(self, _close, self._files)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._table(self._files[0]).columns) if self._files else ()

    @property
    def preamble(self) -> dict[str, str]:
        """The names and values that some finance reports have before their header."""
        return self._table(self._files[0]).preamble if self._files else {}

    @property
    def totals(self) -> dict[str, str]:
        """The names and numbers that some finance reports have after their rows.

        Reads the whole report.
        """
        return {name: total for table in self._read() for name, total in table.totals.items()}

    @property
    def summary(self) -> tuple[Row, ...]:
        """The rows of what some finance reports have after their totals: a table of its own.

        Its columns are others than the report's. Reads the whole report.
        """
        return tuple(row for table in self._read() for row in table.summary)

    def __iter__(self) -> Iterator[Row]:
        for file in self._files:
            yield from self._table(file).rows()

    def text(self) -> Iterator[bytes]:
        """Yield the unpacked text, piece by piece; several segments get one header."""
        header: bytes | None = None
        for file in self._files:
            lines = _lines(_content(file))
            first = next(lines, b"")
            if header is None:
                header = first
                yield first
            elif first.strip() != header.strip():
                raise ReportError("the segments have different columns: read their rows instead")
            yield from (line if line.endswith(b"\n") else line + b"\n" for line in lines)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the unpacked text to a file, which is there as a whole or not at all."""
        target = replaceable(path)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("xb") as file:
                file.writelines(self.text())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return target

    def to_polars(self) -> Any:
        """Return the rows as a `polars.DataFrame` of text, blanks as null; needs polars."""
        return import_module("polars").DataFrame(self._cells())

    def to_pandas(self) -> Any:
        """Return the rows as a `pandas.DataFrame` of text, blanks as None; needs pandas."""
        return import_module("pandas").DataFrame(self._cells(), dtype="object")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Report is open files, and cannot be copied or pickled: save it")

    def close(self) -> None:
        """Delete the temporary files."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _cells(self) -> dict[str, list[str | None]]:
        cells: dict[str, list[str | None]] = {name: [] for name in self.columns}
        for count, row in enumerate(self):
            for name in row.keys() - cells.keys():
                cells[name] = [None] * count
            for name, column in cells.items():
                column.append(row.get(name) or None)
        return cells

    def _read(self) -> Iterator[Table]:
        for file in self._files:
            table = self._table(file)
            deque(table.rows(), maxlen=0)
            yield table

    def _table(self, file: SegmentFile) -> Table:
        return Table(_texts(_content(file)))


def report_of(content: bytes) -> Report:
    """Return the report that a response consists of.

    Raises:
        ReportError: where it is something else.
    """
    file = SegmentFile()
    file.write(content)
    try:
        _check(file)
    except BaseException:
        file.close()
        raise
    return Report([file])


def _check(file: SegmentFile) -> None:
    """Raise ReportError for what begins as no report does, and where there is nothing at all."""
    if not any(chunk.strip() for chunk in _content(file)):
        raise ReportError("an empty answer came instead of a report: it may be tried again")


def _content(file: SegmentFile) -> Iterator[bytes]:
    """Yield the unpacked text of a file.

    Raises:
        ReportError: where it is damaged, or something else.
    """
    try:
        yield from _known(unzipped(file.chunks()))
    except ValueError as error:
        raise ReportError(str(error)) from None


def _close(files: tuple[SegmentFile, ...]) -> None:
    for file in files:
        file.close()


def _known(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same text, unless it is something other than a report."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _HEAD:
            break
    head = head.removeprefix(codecs.BOM_UTF8)
    start = head.lstrip()
    if start.startswith(_FOREIGN) or _is_no_table(start):
        raise ReportError(f"{_description(start)} came instead of a report")
    if head:
        yield head
    yield from chunks


def _is_no_table(start: bytes) -> bool:
    """Return whether a text has no header: it is prose or binary, or in another encoding."""
    header, end, _ = start.partition(b"\n")
    if not start or (not end and len(start) >= _HEAD):
        # Nothing, or a line without an end, which is refused when it is read.
        return False
    if b"\0" in header:
        return True
    if b"\t" in header:
        return b"\r" in header.rstrip(b"\r")
    return b"," not in header or (b", " in header and b'"' not in header)


def _description(content: bytes) -> str:
    """Return what came instead of a report: its errors, or how it begins."""
    if found := read_details(content):
        return " ".join(["errors", *(line.strip() for line in describe(found))])
    text = content[:_SHOWN].decode("utf-8", "replace")
    return f"a document that begins with {printable(text)!r}"


def _texts(chunks: Iterable[bytes]) -> Iterator[list[str]]:
    """Yield lines as they come, many at a time, without the line feeds between them.

    Nothing else ends a line: titles may hold what else Unicode counts as an end.
    """
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    pending: list[str] = []
    size = 0
    for chunk in chunks:
        text = decode(chunk).replace("\n\ufeff", "\n")
        # Of several files one after the other, each may begin with a mark.
        head, *lines = (text if any(pending) else text.removeprefix("\ufeff")).split("\n")
        pending.append(head)
        size += len(head)
        if size > _LONGEST_LINE:
            raise ReportError(f"a line of the report is longer than {_LONGEST_LINE} bytes")
        if lines:
            last = lines.pop()
            yield ["".join(pending), *lines]
            pending, size = [last], len(last)
    pending.append(decode(b"", final=True))
    yield ["".join(pending)]


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split lines at a line feed only: titles may hold what else Unicode counts as an end."""
    pending = bytearray()
    for chunk in chunks:
        head, *lines = chunk.split(b"\n")
        pending += head
        if len(pending) > _LONGEST_LINE:
            raise ReportError(f"a line of the report is longer than {_LONGEST_LINE} bytes")
        if lines:
            yield bytes(pending) + b"\n"
            yield from (line + b"\n" for line in lines[:-1])
            pending = bytearray(lines[-1])
    if pending:
        yield bytes(pending)
