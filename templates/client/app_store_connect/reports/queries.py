"""The queries of sales and financial reports, and the meaning of a 404."""

from __future__ import annotations

import re
from datetime import date

from msgspec import UNSET

from .._runtime.jsonapi.query import refuse_nones
from .._runtime.jsonapi.values import Unset
from .._runtime.messages.errors import NotFoundError
from .errors import ReportNotReadyError

__all__ = ["confirm_no_sales", "finance_query", "sales_query"]

_DATE_LENGTHS = {"MONTHLY": 7, "YEARLY": 4}
# As Apple says it: "There were no sales for the date specified.", "Report is not available yet."
_NO_SALES = re.compile(r"\bno sales\b", re.IGNORECASE)
_NOT_READY = re.compile(r"\bnot (available yet|yet available)\b", re.IGNORECASE)


def sales_query(
    *,
    vendor_number: str,
    report_type: str,
    report_sub_type: str,
    frequency: str,
    report_date: date | str | Unset,
    version: str | Unset,
) -> dict[str, object]:
    """Return the query of a sales report. Without a version the API gives the current one."""
    refuse_nones(
        vendor_number=vendor_number,
        report_type=report_type,
        report_sub_type=report_sub_type,
        frequency=frequency,
        report_date=report_date,
        version=version,
    )
    if isinstance(report_date, date):
        report_date = report_date.isoformat()[: _DATE_LENGTHS.get(frequency, 10)]
    return {
        "filter[vendorNumber]": vendor_number,
        "filter[reportType]": report_type,
        "filter[reportSubType]": report_sub_type,
        "filter[frequency]": frequency,
        "filter[reportDate]": report_date,
        "filter[version]": version,
    }


def finance_query(
    *, vendor_number: str, report_type: str, region_code: str | Unset, fiscal_month: str
) -> dict[str, object]:
    """Return the query of a financial report; without a region, of all regions (`Z1` or `ZZ`)."""
    refuse_nones(
        vendor_number=vendor_number,
        report_type=report_type,
        region_code=region_code,
        fiscal_month=fiscal_month,
    )
    if region_code is UNSET:
        region_code = "Z1" if report_type == "FINANCE_DETAIL" else "ZZ"
    return {
        "filter[vendorNumber]": vendor_number,
        "filter[reportType]": report_type,
        "filter[regionCode]": region_code,
        "filter[reportDate]": fiscal_month,
    }


def confirm_no_sales(error: NotFoundError) -> None:
    """Return when a 404 means that nothing was sold and nothing else; else raise what it means.

    Only the text distinguishes a day without sales from a report that is not there yet.
    """
    said = [f"{detail.title} {detail.detail}" for detail in error.errors]
    if any(map(_NOT_READY.search, said)):
        raise ReportNotReadyError(f"Apple has not made this report yet: {error}") from error
    if not said or not all(map(_NO_SALES.search, said)):
        raise error
