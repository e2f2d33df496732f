"""Files of several tables: what is a header, what a row, what a total, whatever they are called."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from app_store_connect.reports import ReportError
from app_store_connect.reports.report import report_of

if TYPE_CHECKING:
    from collections.abc import Callable

Table = list[list[str]]

FIRST = "Start Date\tEnd Date\tQuantity\n01/01/2025\t02/01/2025\t3\n"
ROW = ["01/01/2025", "02/01/2025", "3"]
SALES = "Provider\tSKU\tTitle\tUnits\nAPPLE\ts1\tTrails\t2\n"
SOLD = ["APPLE", "s1", "Trails", "2"]
EVENTS = "Event Date\tEvent\tCount\n2025-01-01\tRenew\t5\n"
EVENT = ["2025-01-01", "Renew", "5"]


def read(content: str | bytes) -> tuple[Table, list[tuple[list[str], list[str]]]]:
    """The cells of the rows, and names and cells of each row of a summary."""
    with report_of(content if isinstance(content, bytes) else content.encode()) as report:
        rows = [list(row.values()) for row in report]
        return rows, [([*row], [*row.values()]) for row in report.summary]


# What follows a table directly, and the rows that are in it.
TABLES: dict[str, tuple[str, list[str]]] = {
    "a digit": ("Country\tUnits 2\tShare\nFR\t3\t6.30\n", ["FR", "3", "6.30"]),
    "a digit at the start": ("Country\t28-Day Units\tShare\nFR\t3\t6\n", ["FR", "3", "6"]),
    "a digit in every name": ("Q1\tQ2\tQ3 2025\n1\t2\t3\n", ["1", "2", "3"]),
    "digits alone": ("Country\t2023\t2024\tSum\nFR\t3\t4\t7\n", ["FR", "3", "4", "7"]),
    "days": ("Territory\tDay 1\tDay 7\tDay 28\nFR\t3\t4\t7\n", ["FR", "3", "4", "7"]),
    "lower case": ("country of sale\tquantity\tshare\nFR\t3\t6\n", ["FR", "3", "6"]),
    "upper case": ("COUNTRY\tQUANTITY\tSHARE\nFR\t3\t6\n", ["FR", "3", "6"]),
    "underlined": ("country_code\tiso3166_1\tunits_v2\nFR\t250\t6\n", ["FR", "250", "6"]),
    "two columns": ("Country\tTotal\nFR\t3\n", ["FR", "3"]),
    "two columns with digits": ("ISO 3166\tUnits 2\nFR\t3\n", ["FR", "3"]),
    "one column": ("Country\nFR\n", ["FR"]),
    "one column of numbers": ("Grand Sum\n7\n", ["7"]),
    "a title before it": (
        "Summary by Country\nCountry\tUnits\tShare\nFR\t3\t6\n",
        ["FR", "3", "6"],
    ),
    "a title before two": ("Summary\nCountry\tUnits\nFR\t3\n", ["FR", "3"]),
    "more columns": ("A1\tB2\tC3\tD4\tE5\n1\t2\t3\t4\t5\n", ["1", "2", "3", "4", "5"]),
    "quotation marks": ('"Country"\t"Units 2"\t"Share"\n"FR"\t"3"\t"6"\n', ["FR", "3", "6"]),
    "tabs at the end": ("Country\tUnits 2\tShare\t\t\t\nFR\t3\t6\t\t\t\n", ["FR", "3", "6"]),
    "brackets": ("Country (ISO-2)\tPrice [USD 1.0]\t%\nFR\t3\t6\n", ["FR", "3", "6"]),
    "other scripts": ("Pays\tUnités 2\t数量\nFR\t3\t6\n", ["FR", "3", "6"]),
    "texts only": ("Country\tCurrency 1\tPayer\nFR\tEUR\tApple\n", ["FR", "EUR", "Apple"]),
    "names like totals": ("Total_Units\tTotal_Amount\n3\t6.30\n", ["3", "6.30"]),
    "money": ("Country\tPrice 1\tPrice 2\nFR\t€3.00\t$6.00\n", ["FR", "€3.00", "$6.00"]),
}
BETWEEN = {
    "nothing": "",
    "a blank line": "\n",
    "blanks": " \t \n\n",
    "the number of rows": "Total_Rows\t1\n",
    "totals": "Total_Amount\t6.3\nTotal_Units\t3\n",
    "all": "\nTotal_Rows\t1\nTotal_Amount\t6.3\n\n",
}
MAIN = {"finance": (FIRST, ROW), "sales": (SALES, SOLD), "events": (EVENTS, EVENT)}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("main", MAIN)
def test_a_header_is_no_row_whatever_its_columns_are_called(main: str, table: str) -> None:
    (first, row), (second, inner) = MAIN[main], TABLES[table]
    for name, between in BETWEEN.items():
        for end in ("\n", "\r\n"):
            text = f"{first}{between}{second}".replace("\n", end)
            rows, summary = read(text)
            assert rows == [row], (name, end)
            assert [cells for _, cells in summary] == [inner], (name, end)


@pytest.mark.parametrize("main", MAIN)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        str.lower,
        str.upper,
        lambda text: f"\ufeff{text}",
        lambda text: text.replace("\n", "\t\t\n", 1),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\n\n{text}",
        lambda text: (
            "\t".join(f'"{x}"' for x in text.partition("\n")[0].split("\t"))
            + "\n"
            + text.partition("\n")[2]
        ),
    ],
)
def test_a_table_that_comes_again_goes_on(main: str, change: Callable[[str], str]) -> None:
    """As where files were put behind one another, packed or not."""
    first, _ = MAIN[main]
    again = change(first)
    for between in ("", "Total_Rows\t1\n"):
        parts = (f"{first}{between}", f"{again}{between}")
        for content in (
            "".join(parts).encode(),
            b"".join(gzip.compress(x.encode()) for x in parts),
        ):
            rows, summary = read(content)
            assert len(rows) == 2, between
            assert [x.casefold() for x in rows[0]] == [x.casefold() for x in rows[1]]
            assert summary == []


def test_columns_in_another_order_are_read_by_their_names() -> None:
    rows, summary = read(f"{FIRST}Quantity\tStart Date\tEnd Date\n7\t03/01/2025\t04/01/2025\n")
    assert (rows, summary) == ([ROW, ["03/01/2025", "04/01/2025", "7"]], [])


def test_names_that_are_numbers_come_again_too() -> None:
    table = "SKU\t1\t7\t28\ns1\t3\t4\t5\n"
    assert read(table * 3)[0] == [["s1", "3", "4", "5"]] * 3


@pytest.mark.parametrize("total", ["", "Total_Rows\t1"])
def test_a_part_whose_last_line_has_no_end_is_whole(total: str) -> None:
    part = FIRST + total if total else FIRST.rstrip("\n")
    assert read(gzip.compress(part.encode()) * 3)[0] == [ROW] * 3


@pytest.mark.parametrize("stated", ["2", "1"])
def test_the_number_of_rows_is_that_of_all_parts_or_of_the_last(stated: str) -> None:
    assert len(read(f"{FIRST}{FIRST}Total_Rows\t{stated}\n")[0]) == 2
    with pytest.raises(ReportError, match="has 2 rows, and says it has 3"):
        read(f"{FIRST}{FIRST}Total_Rows\t3\n")


@pytest.mark.parametrize("table", ["a digit", "days", "two columns", "texts only"])
def test_the_number_of_rows_of_a_summary_is_checked(table: str) -> None:
    second, inner = TABLES[table]
    assert read(f"{FIRST}{second}Total_Rows\t1\n")[1][0][1] == inner
    with pytest.raises(ReportError, match="has 1 rows, and says it has 2"):
        read(f"{FIRST}{second}Total_Rows\t2\n")


@pytest.mark.parametrize(
    "line",
    [
        "n/a\tn/a\t4",
        "n/a\t02/01/2025\t4",
        "\t\t4",
        "02/01/2025\t\t",
        "02/01/2025\tunknown\t4",
        '"02/01/2025"\t"02/01/2025"\t"4"',
        "2025-01-02T00:00:00Z\t2025-01-02T00:00:00Z\t-4",
        "02/01/2025\t02/01/2025\t1,234",
    ],
)
@pytest.mark.parametrize("blank", ["", "\n"])
def test_an_odd_row_is_a_row(line: str, blank: str) -> None:
    rows, summary = read(f"{FIRST}{blank}{line}\n03/01/2025\t04/01/2025\t9\n")
    assert (len(rows), summary) == (3, [])


@pytest.mark.parametrize(
    "line", ["APPLE\ts2\tTitle\t", "APPLE\ts2\t\t", "x\ty\tz\t4", "a\tb\t7\t7"]
)
def test_a_row_of_texts_is_a_row_where_another_follows(line: str) -> None:
    rows, summary = read(f"{SALES}{line}\nAPPLE\ts3\tOther\t5\n")
    assert (len(rows), summary) == (3, [])


def test_a_row_behind_the_number_of_rows_is_no_header() -> None:
    rows, summary = read(f"{FIRST}Total_Rows\t1\n03/01/2025\t04/01/2025\t9\nTotal_Rows\t1\n")
    assert (rows, summary) == ([ROW, ["03/01/2025", "04/01/2025", "9"]], [])


def test_a_sum_below_its_columns_is_a_total() -> None:
    with report_of(f"{FIRST}Total\t\t3\n".encode()) as report:
        assert len(list(report)) == 1
        assert report.totals == {"Total": "3"}


def test_small_tables_that_follow_one_another_are_told_apart() -> None:
    text = f"{FIRST}Total_Rows\t1\nCountry\tUnits\nFR\t3\nDE\t4\n\nA\tB 2\tC\n1\t2\t3\n"
    assert read(text)[1] == [
        (["Country", "Units"], ["FR", "3"]),
        (["Country", "Units"], ["DE", "4"]),
        (["A", "B 2", "C"], ["1", "2", "3"]),
    ]


def test_a_header_that_comes_a_hundred_thousand_times_takes_a_moment() -> None:
    assert read("A\tB\tC\n" * 100_000)[0] == []
