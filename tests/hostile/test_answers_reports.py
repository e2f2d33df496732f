"""Reports of any bytes: rows or a ReportError, in little memory whatever they unpack to."""

from __future__ import annotations

import gzip
import io
import json
import random
import tracemalloc
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_store_connect import AppStoreConnectError
from app_store_connect._runtime.messages.gunzip import unzipped
from app_store_connect.reports import AsyncReports, Report, ReportError, Reports
from app_store_connect.reports import report as module
from app_store_connect.reports.report import report_of
from support.documents import resource
from support.hostility import JUNK, Api, Stream, check_text, damaged, spelled, trying

if TYPE_CHECKING:
    from collections.abc import Generator

MIB = 1 << 20
SEEDS = st.integers(0, 2**64)
CELLS = st.sampled_from(["Total_", "Total_Rows"]) | st.text(
    alphabet=st.sampled_from([*"ab1\"',\t\n\r \0;.-e", "\ufeff", "\u2028", "\u0663", "\x85"]),
    max_size=12,
)
LINES = st.lists(st.lists(CELLS, max_size=5), max_size=8)


@contextmanager
def within(limit: int) -> Generator[None]:
    """Fail where more memory is taken at a time."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak / MIB:.1f} MiB"


def read(content: bytes) -> list[dict[str, str]] | ReportError:
    """All there is in a report, read in every way, or the one error it ends with."""
    try:
        with report_of(content) as report:
            return read_report(report)
    except ReportError as error:
        check_text(error)
        return error


def read_report(report: Report) -> list[dict[str, str]]:
    rows = list(report)
    found = [dict(row) for row in rows]
    assert all(row.keys() == set(report.columns) for row in found)
    assert isinstance(report.preamble, dict)
    assert isinstance(report.totals, dict)
    b"".join(report.text())
    for row in (*rows, *report.summary):
        repr(row)
        for name in row:
            for reading in (row.decimal, row.integer, row.date):
                try:
                    reading(name)
                except ValueError as error:
                    assert len(str(error)) < 1000  # noqa: PT017 - it quotes the cell
    return found


@trying(120)
@given(LINES, st.sampled_from(["\t", ","]), st.sampled_from(["\n", "\r\n", "\r", "\n\r"]), SEEDS)
def test_tables_of_any_cells(lines: list[list[str]], mark: str, end: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test
    content = end.join(mark.join(cells) for cells in lines).encode()
    if seed % 3 == 0:
        content = damaged(content, chance)
    if seed % 2:
        content = gzip.compress(content, mtime=0)
        if seed % 5 == 0:
            content = damaged(content, chance)
    read(content)


def test_a_report_may_end_at_every_byte() -> None:
    content = gzip.compress(b"A\tB\tC\n1\t2\t3\n" * 5, mtime=0)
    for end in range(2, len(content)):
        assert isinstance(read(content[:end]), ReportError)
    assert isinstance(read(content), list)


@pytest.mark.parametrize(
    "text",
    [
        "Infinity",
        "NaN",
        "sNaN",
        "-Infinity",
        "1e999999",
        "1E+999999999",
        "1e99999999999999999999",
        "1_0",
        "\u0661",
        "9" * 5000,
    ],
)
def test_a_cell_is_a_number_of_bounded_size_or_a_value_error(text: str) -> None:
    """A whole number of a billion digits would take a gigabyte, and for ever."""
    with report_of(f"A\tB\tC\n{text}\t\t\n".encode()) as report:
        (row,) = report
        for reading in (row.decimal, row.integer):
            try:
                number = reading("A")
            except ValueError:
                continue
            assert number is not None
            assert number == number  # noqa: PLR0124 - no NaN
            assert reading == row.decimal or abs(number) < 10**1001


HUGE = "x" * 200_000


@pytest.mark.parametrize(
    "content",
    [
        f"A,B,{HUGE}\n1,2,3\n",
        f"A,B,C\n1,2,{HUGE}\n",
        'A,"B,C\n' + "1,2,3\n" * 50_000,
        'A,B,C\n"' + "1,2,3\n" * 50_000,
        "A,B,C\n" + '1,"\n",' * 50_000,
        "A,B,C\r1,2,3\r\n",
    ],
    ids=["header", "cell", "open header", "open cell", "endless row", "line ends"],
)
def test_what_no_table_has_is_an_error_and_no_crash(content: str) -> None:
    error = read(content.encode())
    assert isinstance(error, ReportError)
    for reading in ("columns", "preamble"):
        with report_of(content.encode()) as report:
            try:
                assert getattr(report, reading) is not None
            except ReportError:
                continue


def test_names_of_columns_may_repeat_or_be_missing() -> None:
    assert read(b"A\t\tA\t B \n1\t2\t3\t4\n") == [{"A": "1", "B": "4"}]
    assert isinstance(read(b"\t\t\t\n\n\n"), ReportError)
    assert read(b"\xef\xbb\xbfA\tB\tC\n\xff\0\t\t\n") == [{"A": "\ufffd\0", "B": "", "C": ""}]


@pytest.mark.parametrize(
    "content",
    [
        b"Service Unavailable",
        b"upstream connect error, reset before headers",
        b'"error"',
        b"null",
        b"%PDF-1.4\n",
        b"PK\x03\x04\0\t\n",
        bytes(range(256)),
        "A\tB\tC\n1\t2\t3\n".encode("utf-16"),
        '{"errors": []}'.encode("utf-16"),
        gzip.compress(gzip.compress(b"A\tB\n", mtime=0), mtime=0),
        b"A\tB\r1\t2\r",
    ],
)
def test_what_has_no_header_is_no_report_without_rows(content: bytes) -> None:
    with pytest.raises(ReportError, match="came instead of a report"):
        report_of(content)


@pytest.mark.parametrize(
    "between",
    [
        "Total_Rows\t1\n",
        "  Total_Rows \t 1 \n",
        "total_rows\t1\n",
        "Total Rows\t1\n",
        "Total_Rows:\t1\n",
        "\n\n",
        "",
    ],
)
def test_a_table_that_follows_is_no_part_of_the_first(between: str) -> None:
    first, second = "Date\tUnits\tQuantity\n01/01\t2\t3\n", "Country\tUnits\tQuantity\nFR\t4\t5\n"
    with report_of(f"{first}{between}{second}{between}".encode()) as report:
        assert [row["Quantity"] for row in report] == ["3"]
        assert [dict(row) for row in report.summary] == [
            {"Country": "FR", "Units": "4", "Quantity": "5"}
        ]
    if "1" in between:
        with pytest.raises(ReportError, match="has 1 rows, and says it has 2"):
            list(report_of(f"{first}{between.replace('1', '2')}{second}".encode()))


def bomb(size: int) -> bytes:
    """One line of so many bytes, in a thousandth of them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(b"a" * MIB) for _ in range(size // MIB)]
    return b"".join([*pieces, packer.flush()])


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
def test_a_line_without_an_end_is_refused_in_little_memory(
    monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    monkeypatch.setattr(module, "_LONGEST_LINE", 2 * MIB)
    content = bomb(32 * MIB) if packed else b"a" * (32 * MIB)
    with report_of(content) as report, within(8 * MIB):
        for reading in (lambda: list(report), lambda: report.columns, lambda: list(report.text())):
            with pytest.raises(ReportError, match="line of the report is longer"):
                reading()


def test_long_lines_that_end_are_read() -> None:
    line = b"\t".join([b"x" * 1000] * 8000)
    rows = read(b"A\tB\tC\n" + line + b"\n" + line)
    assert isinstance(rows, list)
    assert [row["C"] for row in rows] == ["x" * 1000] * 2


def test_many_members_take_a_moment() -> None:
    """What is left of the input was copied for each of them: gigabytes in all."""
    member = gzip.compress(b"", mtime=0)
    with within(64 * MIB):
        assert b"".join(unzipped([member * 50_000 + gzip.compress(b"end")])) == b"end"


def test_what_follows_the_members_is_left_out_however_much_it_is() -> None:
    assert b"".join(unzipped([gzip.compress(b"text"), b"garbage" * 10**6])) == b"text"
    broken = bytearray(gzip.compress(b"text" * 100))
    for place in range(len(broken) - 8, len(broken)):
        broken[place] ^= 0xFF
        assert isinstance(read(bytes(broken)), ReportError)
        broken[place] ^= 0xFF


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_answers_that_are_packed_twice_or_too_large_are_refused(
    flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app_store_connect._runtime.http import intake

    monkeypatch.setattr(intake, "LARGEST", 8 * MIB)
    api = Api(flavour)
    packed = bomb(64 * MIB)

    def stream(content: bytes, coding: str) -> None:
        api.answer = lambda _: httpx.Response(
            200, headers={"content-encoding": coding}, stream=Stream(content)
        )

    for coding, content in [
        ("gzip", packed),
        ("gzip, gzip", gzip.compress(packed)),
        ("deflate,gzip", packed),
        ("br", packed),
        ("zstd", packed),
        ("identity", b"x" * 9 * MIB),
    ]:
        stream(content, coding)
        with within(40 * MIB):
            error = api.outcome(lambda client: client.apps.get("a"))
        assert isinstance(error, AppStoreConnectError), coding
        assert "larger than" in str(error) or "packed by" in str(error)
    stream(gzip.compress(b'{"data":{"type":"apps","id":"a"}}'), "GZIP, identity")
    api.outcome(lambda client: client.apps.get("a"))
    stream(gzip.compress(b'{"data":{"type":"apps","id":"a"}}'), "gzip")
    assert api.outcome(lambda client: client.apps.get("a")).id == "a"
    api.close()


def test_an_archive_is_no_report_and_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.txt", b"\0" * (32 * MIB))
    with within(8 * MIB):
        read(file.getvalue())


SEGMENT = {"checksum": "0" * 32, "sizeInBytes": 3, "url": "https://a.s3.amazonaws.com/x?sig=1"}


@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("name", ["checksum", "sizeInBytes", "url"])
def test_what_is_said_of_a_segment_may_be_anything(flavour: str, name: str) -> None:
    made: Any = {"sync": Reports, "async": AsyncReports}[flavour]
    for junk in (
        *JUNK,
        "\u0660" * 32,
        "zz" * 16,
        1e300,
        "https://127.0.0.1/",
        "https://a.apple.com",
    ):
        listed = {"data": [resource("analyticsReportSegments", "s", {**SEGMENT, name: junk})]}
        outcome = fetched(flavour, made, spelled(listed), b"abc")
        if name == "url":
            assert isinstance(outcome, AppStoreConnectError | type(None)), junk


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_a_request_that_is_made_and_not_told_is_an_error(flavour: str) -> None:
    made: Any = {"sync": Reports, "async": AsyncReports}[flavour]
    for junk in JUNK:
        for body in (junk, {"data": junk}, {"data": {"type": "x", "id": junk}}):
            api = Api(flavour)
            content = spelled(body)
            api.answer = lambda request, content=content: httpx.Response(
                200, content=content if request.method == "POST" else b'{"data":[]}'
            )
            api.outcome(lambda client: made(client).analytics_request("a"))
            api.close()


def fetched(flavour: str, made: Any, listed: bytes, content: bytes) -> Any:
    """What a download comes to, when the segments are told as `listed` and are `content`."""
    api = Api(flavour)

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.appstoreconnect.apple.com" and "segments" in request.url.path:
            return httpx.Response(200, content=listed)
        assert "authorization" not in request.headers
        assert request.url.scheme == "https"
        return httpx.Response(200, stream=Stream(content))

    mock = httpx.MockTransport(respond)
    api.client.session.wiring.passed = mock
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = api.outcome(lambda client: made(client).download("i"))
    if not isinstance(outcome, AppStoreConnectError):
        outcome.close()
        outcome = None
    api.close()
    return outcome


def test_errors_are_no_report_however_few_they_are() -> None:
    assert isinstance(read(json.dumps({"errors": []}).encode()), ReportError)
