"""What report files look like, and what becomes of them."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import os
import re
import sys
import threading
import tracemalloc
import zlib
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect._runtime.messages.gunzip import unzipped
from app_store_connect.reports import Report, ReportError
from app_store_connect.reports.report import report_of
from app_store_connect.reports.segments import SegmentFile

if TYPE_CHECKING:
    from pathlib import Path

# As recorded: three lines before the header, 18 columns but 19 cells, three decimals.
COLUMNS = (
    "Transaction Date\tSettlement Date\tApple Identifier\tSKU\tTitle\tDeveloper Name"
    "\tProduct Type Identifier\tCountry of Sale\tQuantity\tPartner Share\tExtended Partner Share"
    "\tPartner Share Currency\tCustomer Price\tCustomer Currency\tSale or Return\tPromo Code"
    "\tOrder Type\tRegion"
)
FINANCE_DETAIL = (
    "Vendor Name\tMuster GmbH\nStart Date\t12/01/2024\nEnd Date\t12/28/2024\n"
    + COLUMNS
    + "\n12/03/2024\t12/28/2024\t1\tsku\tTítulo\u2028zwei\tMuster\tIA1\tDE\t1\t0.700\t0.700\tEUR"
    "\t0.990\tEUR\tS\t \t\tEU\t\n"
)
SUBSCRIPTION = (
    "App Name\tSubscribers\tState\tStart\r\n Über \t\tÎle-de-France\t 2024-12-03\r\n \t 7\t \t\r\n"
)
ANALYTICS = 'Date\tApp Name\tCounts\n2024-12-03\t"My ""App"""\t""\n2024-12-03\t"unclosed\t3\n'
COMMAS = 'Date,App Name,Counts\n2024-12-03,"one, two\nthree",3\n'
FINANCIAL = "Start Date\tUnits\tTitle\n12/01/2024\t1\tx\nTotal_Rows\t1\nTotal_Units\t1\n"


def rows(*texts: str) -> list[dict[str, str]]:
    with Report([file(text.encode()) for text in texts]) as report:
        return [dict(row) for row in report]


def file(content: bytes) -> SegmentFile:
    made = SegmentFile()
    made.write(content)
    return made


# --- gzip


def members(*contents: bytes) -> bytes:
    return b"".join(gzip.compress(content) for content in contents)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_members_that_follow_one_another_are_all_read(size: int) -> None:
    data = members(b"one ", b"", b"two ", b"three")
    chunks = [data[i : i + size] for i in range(0, len(data), size)]
    assert b"".join(unzipped(chunks)) == b"one two three"


@pytest.mark.parametrize("tail", [b"\0", b"\0" * 600, b"garbage", b"\x1f"])
def test_what_follows_the_last_member_is_left_out(tail: bytes) -> None:
    assert b"".join(unzipped([members(b"text") + tail])) == b"text"


@pytest.mark.parametrize("content", [b"", b"\x1f", b"a", b"a\tb\n1\t2\n"])
def test_what_is_not_compressed_is_as_it_is(content: bytes) -> None:
    assert b"".join(unzipped([content[:1], content[1:]])) == content


def test_a_report_that_is_cut_off_or_damaged_is_no_report() -> None:
    data, first = members(b"one", b"two" * 99), len(members(b"one"))
    for end in range(2, len(data)):
        # One byte after a member is not yet another one.
        if end not in {first, first + 1}:
            with pytest.raises(ValueError, match="cut off"):
                list(unzipped([data[:end]]))
    broken = bytearray(data)
    broken[-8] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        list(unzipped([bytes(broken)]))
    with pytest.raises(ReportError, match="cut off"):
        report_of(data[:-3])


def test_a_bomb_is_unpacked_piece_by_piece() -> None:
    bomb = gzip.compress(bytes(200 << 20), 9)
    tracemalloc.start()
    total = sum(len(piece) for piece in unzipped([bomb]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 200 << 20
    assert peak < 4 << 20


def test_output_that_needs_no_more_input_is_not_forgotten() -> None:
    """Some of it is still inside the decompressor when all input is taken."""
    whole = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = whole.compress(b"a" * ((1 << 18) + 5)) + whole.flush()
    assert b"".join(unzipped([data])) == b"a" * ((1 << 18) + 5)


# --- rows


def test_finance_details_have_lines_before_the_header_and_a_cell_too_many() -> None:
    with report_of(gzip.compress(FINANCE_DETAIL.encode())) as report:
        (row,) = report
        assert report.preamble == {
            "Vendor Name": "Muster GmbH",
            "Start Date": "12/01/2024",
            "End Date": "12/28/2024",
        }
        assert report.columns == tuple(COLUMNS.split("\t"))
    assert len(row) == 18
    assert row["Title"] == "Título\u2028zwei", "only a line feed ends a line"
    assert row.date("Transaction Date") == date(2024, 12, 3)
    assert row.decimal("Customer Price") == Decimal("0.990")
    assert str(row.decimal("Customer Price")) == "0.990"
    assert (row["Promo Code"], row.decimal("Promo Code")) == ("", None)


def test_blanks_are_blank_whatever_they_are_made_of() -> None:
    first, second = rows(SUBSCRIPTION)
    assert first == {
        "App Name": "Über",
        "Subscribers": "",
        "State": "Île-de-France",
        "Start": "2024-12-03",
    }
    assert second == {"App Name": "", "Subscribers": "7", "State": "", "Start": ""}


def test_analytics_write_quotes_and_sales_titles_may_begin_with_one() -> None:
    first, second = rows(ANALYTICS)
    assert first == {"Date": "2024-12-03", "App Name": 'My "App"', "Counts": ""}
    assert second == {"Date": "2024-12-03", "App Name": '"unclosed', "Counts": "3"}


def test_commas_are_noticed() -> None:
    assert rows(COMMAS) == [{"Date": "2024-12-03", "App Name": "one, two\nthree", "Counts": "3"}]


CELLS = ("", " ", "1", "x y", '"', 'a"b', '""', "b\nc", "c,d", "\t", '5" tv', "é\u2028", "'")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_rows_with_commas_are_what_the_csv_module_makes_of_them(end: str, quoting: int) -> None:
    """Those in which nothing is quoted are taken apart without it."""
    table = [["1", *cells] for cells in itertools.product(CELLS, repeat=2)]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([["A1", "B2", "C3"], *table])
    with report_of(text.getvalue().encode()) as report:
        assert [list(row.values()) for row in report] == [
            [cell.strip() for cell in cells] for cells in table
        ]


def test_a_row_with_commas_has_an_end() -> None:
    """Few lines and no long cell, and yet more than a table has in a row."""
    row = ("x" * 100_000 + '\n","') * 200
    with (
        report_of(b"A,B,C\n" + f'"{row}"\n'.encode()) as report,
        pytest.raises(ReportError, match="a row of the report goes on for 1"),
    ):
        list(report)


def test_totals_at_the_end_of_financial_reports_are_no_rows() -> None:
    assert rows(FINANCIAL) == [{"Start Date": "12/01/2024", "Units": "1", "Title": "x"}]


# As recorded: a table, how many rows it has, and a table by country.
SECTIONS = (
    "Start Date\tEnd Date\tQuantity\n01/01/2025\t02/01/2025\t3\nTotal_Rows\t1\n"
    "Country Of Sale\tPartner Share Currency\tQuantity\tExtended Partner Share\n"
    "FR\tEUR\t3\t6.30\n"
)
SHARE = {
    "Country Of Sale": "FR",
    "Partner Share Currency": "EUR",
    "Quantity": "3",
    "Extended Partner Share": "6.30",
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_behind_the_totals_is_a_summary_and_no_rows(end: str) -> None:
    with report_of(SECTIONS.replace("\n", end).encode()) as report:
        (row,) = report
        (share,) = report.summary
        assert sum(item.integer("Quantity") or 0 for item in report) == 3
        assert report.totals == {"Total_Rows": "1"}
    assert row == {"Start Date": "01/01/2025", "End Date": "02/01/2025", "Quantity": "3"}
    assert share == SHARE


@pytest.mark.parametrize(
    "between",
    [
        "Total_Amount\t6.30\nTotal_Rows\t1\nTotal_Units\t3\n",
        "\n \t \nTotal_Rows\t1\n\n\n",
        "Total_Rows\t1\nVendor Name\tMuster GmbH\n",
    ],
)
def test_totals_and_blanks_between_tables_may_come_in_any_order(between: str) -> None:
    with report_of(SECTIONS.replace("Total_Rows\t1\n", between).encode()) as report:
        assert len(list(report)) == 1
        assert [dict(row) for row in report.summary] == [SHARE]
        assert report.totals["Total_Rows"] == "1"


def test_a_table_that_goes_on_behind_its_totals_is_one_table() -> None:
    """A report of all regions has one after the other, each with its own lines before it."""
    table = "Start Date\t01/01/2025\nA\tB\tC\n{}\t2\t3\nTotal_Rows\t1\n"
    text = "".join(table.format(name) for name in "xyz")
    with report_of(text.encode()) as report:
        assert [row["A"] for row in report] == ["x", "y", "z"]
        assert report.summary == ()


def test_tables_of_two_columns_have_summaries_too() -> None:
    text = "A\tB\n1\t2\nTotal_Rows\t1\nC\tD\tE\n1\t2\t3\nTotal_Rows\t1\nF\tG\tH\n4\t5\t6\n"
    with report_of(text.encode()) as report:
        assert [dict(row) for row in report] == [{"A": "1", "B": "2"}]
        assert [row.get("C") for row in report.summary] == ["1", None]
        assert [row.get("H") for row in report.summary] == [None, "6"]


@pytest.mark.parametrize("stated", ["2", "0", "1,000"])
def test_rows_that_are_not_as_many_as_stated_are_an_error(stated: str) -> None:
    with report_of(SECTIONS.replace("Total_Rows\t1", f"Total_Rows\t{stated}").encode()) as report:
        rows = iter(report)
        assert next(rows)["Quantity"] == "3"
        with pytest.raises(ReportError, match=f"has 1 rows, and says it has {stated}"):
            next(rows)


def test_commas_have_summaries_too() -> None:
    with report_of(SECTIONS.replace("\t", ",").encode()) as report:
        assert len(list(report)) == 1
        assert [dict(row) for row in report.summary] == [SHARE]


# --- what is no report

ERRORS = {"errors": [{"status": "400", "code": "PARAMETER_ERROR", "detail": "no such vendor"}]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (json.dumps(ERRORS, indent=2).encode(), "PARAMETER_ERROR: no such vendor"),
        (b"\xef\xbb\xbf" + json.dumps(ERRORS).encode(), "PARAMETER_ERROR: no such vendor"),
        (b'{"data": []}', "begins with '{\"data\": []}'"),
        (b"[]", "begins with '[]'"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "begins with"),
        (b"\r\n <!DOCTYPE html><title>Log in</title>", "DOCTYPE html"),
        (b"", "an empty answer"),
        (b" \r\n\t\n", "an empty answer"),
        (b"\xef\xbb\xbf", "an empty answer"),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_what_is_no_report_is_not_one_without_rows(
    content: bytes, told: str, *, packed: bool
) -> None:
    with pytest.raises(ReportError, match=re.escape(told)):
        report_of(gzip.compress(content) if packed else content)
    if content.strip(b"\xef\xbb\xbf \r\n\t"):
        with (
            Report([file(content)]) as report,
            pytest.raises(ReportError, match="instead of a report"),
        ):
            list(report)


def test_a_report_is_read_by_many_threads_at_once() -> None:
    lines = "".join(f"{i}\t{i * 2}\t{i * 3}\n" for i in range(20_000))
    made = file(b"A\tB\tC\n" + lines.encode() * 3)
    wrong: list[object] = []

    def read(report: Report) -> None:
        rows = list(report)
        wrong.extend(r for r in rows if int(r["B"]) != 2 * int(r["A"]) or r["C"] == "")
        if len(rows) != 60_000:
            wrong.append(len(rows))

    with Report([made]) as report:
        threads = [threading.Thread(target=read, args=(report,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_columns_that_were_appended_change_nothing() -> None:
    old, new = "SKU\tUnits\tNew\na\t1\tx\n", "New\tUnits\tNewer\tSKU\nx\t1\ty\ta\n"
    assert [(row["SKU"], row["Units"]) for row in rows(old, new)] == [("a", "1")] * 2


def test_short_lines_and_blank_ones() -> None:
    assert rows("\n \nA\tB\tC\n\n1\n \t \n2\t3\t4\t5\n") == [
        {"A": "1", "B": "", "C": ""},
        {"A": "2", "B": "3", "C": "4"},
    ]
    assert rows("\ufeffA\tB\tC\n1\t2\t3") == [{"A": "1", "B": "2", "C": "3"}]


def test_two_columns_are_a_header_when_there_is_no_wider_line() -> None:
    assert rows("A\tB\n1\t2\n") == [{"A": "1", "B": "2"}]
    assert rows("") == []


def test_bytes_that_are_no_text_do_not_stop_a_report() -> None:
    with report_of(b"A\tB\tC\n\xff\xe9\t2\t3\n") as report:
        assert [row["B"] for row in report] == ["2"]


def test_cells_are_read_as_what_they_are() -> None:
    with report_of(b"A\tB\tC\tD\n1\t-2.50\t2024-12\tx\n") as report:
        (row,) = report
    assert (row.integer("A"), row.decimal("B")) == (1, Decimal("-2.50"))
    assert row.date("C") == date(2024, 12, 1)
    for read in (row.decimal, row.integer, row.date):
        with pytest.raises(ValueError, match="D: 'x' is no"):
            read("D")
    with pytest.raises(ValueError, match="not a whole number"):
        row.integer("B")
    with pytest.raises(KeyError, match="'E' is not among the columns A, B, C, D"):
        row["E"]
    assert row.get("E") is None
    assert repr(row) == "Row({'A': '1', 'B': '-2.50', 'C': '2024-12', 'D': 'x'})"


def test_rows_can_be_read_again_and_side_by_side() -> None:
    with report_of(gzip.compress(b"A\tB\tC\n1\t2\t3\n4\t5\t6\n")) as report:
        pairs = [(x["A"], y["A"]) for x, y in zip(report, report, strict=True)]
        assert pairs == [("1", "1"), ("4", "4")]


def test_a_large_report_takes_little_memory(tmp_path: Path) -> None:
    line = b"\t".join([b"some cell"] * 10) + b"\n"
    with report_of(gzip.compress(line.replace(b"cell", b"name") + line * 59_999, 1)) as report:
        tracemalloc.start()
        count = sum(1 for _ in report)
        report.save(tmp_path / "report.tsv")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 59_999
    assert (tmp_path / "report.tsv").stat().st_size == len(line) * 60_000
    assert peak < len(line) * 60_000 // 2


# --- files


def test_a_report_is_saved_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "sales.tsv"
    with report_of(members(b"A\tB\tC\n", b"1\t2\t3\n")) as report:
        assert report.save(target) == target
    assert target.read_bytes() == b"A\tB\tC\n1\t2\t3\n"


def test_a_report_that_cannot_be_read_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "sales.tsv"
    target.write_text("old")
    with (
        report_of(members(b"A\tB\n", os.urandom(1 << 20))[:-9]) as report,
        pytest.raises(ReportError),
    ):
        report.save(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target], "nothing else is left behind"


def test_segments_are_saved_with_one_header(tmp_path: Path) -> None:
    texts = (b"A\tB\n1\t2", b"A\tB\r\n3\t4\n", b"")
    with Report([file(gzip.compress(text)) for text in texts[:2]]) as report:
        report.save(tmp_path / "a.tsv")
    assert (tmp_path / "a.tsv").read_bytes() == b"A\tB\n1\t2\n3\t4\n"
    with (
        Report([file(b"A\tB\n"), file(b"A\tC\n")]) as report,
        pytest.raises(ReportError, match="different columns"),
    ):
        report.save(tmp_path / "b.tsv")


def test_an_empty_report_is_one(tmp_path: Path) -> None:
    report = Report()
    assert (list(report), report.columns, report.preamble) == ([], (), {})
    assert report.save(tmp_path / "a").read_bytes() == b""


def test_a_report_that_nobody_closes_closes_itself() -> None:
    """Otherwise this would be a ResourceWarning, and an error here."""
    made = file(b"x" * (2 << 20))
    report = Report([made])
    del report
    with pytest.raises(ValueError):
        list(made.chunks())


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_tables_have_null_for_blank(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    fake = SimpleNamespace(DataFrame=lambda cells, **_: made.append(cells))
    monkeypatch.setitem(sys.modules, library, fake)  # type: ignore[arg-type]
    with Report([file(b"A\tB\tC\n1\t \t3\n"), file(b"A\tB\tD\n2\t4\t\n")]) as report:
        getattr(report, f"to_{library}")()
    assert made == [{"A": ["1", "2"], "B": [None, "4"], "C": ["3", None], "D": [None, None]}]


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_the_tables_of_the_real_libraries(library: str) -> None:
    pytest.importorskip(library)
    with Report([file(b"A\tB\n1\t \n")]) as report:
        frame = getattr(report, f"to_{library}")()
    assert list(frame.columns) == ["A", "B"]
    assert frame.shape == (1, 2)


# --- sizes and checksums


@pytest.mark.parametrize(
    "checksum",
    [
        "5d41402abc4b2a76b9719d911017c592",
        "5D41402ABC4B2A76B9719D911017C592",
        "XUFAKrxLKna5cZ2REBfFkg==",
        "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        None,
    ],
)
def test_checksums_are_told_by_their_length(checksum: str | None) -> None:
    segment = SegmentFile(5, checksum)
    segment.write(b"hello")
    segment.verify()
    segment.restart()
    segment.write(b"hallo")
    if checksum is not None:
        with pytest.raises(ReportError, match="damaged"):
            segment.verify()
    segment.close()


def test_a_checksum_nobody_can_read_is_told() -> None:
    with pytest.warns(UserWarning, match="of an unknown kind: 'crc:1'"):
        SegmentFile(1, "crc:1").close()


def test_a_second_attempt_leaves_nothing_of_the_first() -> None:
    segment = SegmentFile()
    segment.write(b"long and damaged")
    segment.restart()
    segment.write(b"short")
    assert b"".join(segment.chunks()) == b"short"
    segment.close()


def test_sizes_are_checked_and_no_more_is_taken() -> None:
    segment = SegmentFile(5)
    segment.write(b"hell")
    with pytest.raises(ReportError, match="has 4 bytes, not 5"):
        segment.verify()
    with pytest.raises(ReportError, match="larger than the 5 bytes"):
        segment.write(b"oo")
    segment.close()
