"""Sales and finance reports: which there are, which are not yet and which no longer."""

from __future__ import annotations

import gzip
import hashlib
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ..call import Content
from ..registry import Rules
from .prices import today

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..call import Call

__all__ = ["rules"]

rules = Rules("reports")

rules.switch(
    "sales",
    default="some",
    choices=("some", "none"),
    number="10.6",
    says="Whether anything was sold.",
)

_FORMS = {
    "DAILY": (r"\d{4}-\d\d-\d\d", "YYYY-MM-DD"),
    "WEEKLY": (r"\d{4}-\d\d-\d\d", "YYYY-MM-DD"),
    "MONTHLY": (r"\d{4}-\d\d", "YYYY-MM"),
    "YEARLY": (r"\d{4}", "YYYY"),
}
# How many days a report is kept.
_KEPT = {"DAILY": 365, "WEEKLY": 365, "MONTHLY": 5 * 365, "YEARLY": 10 * 365}
_LATEST = {
    "SALES": "1_1",
    "SUBSCRIPTION": "1_4",
    "SUBSCRIPTION_EVENT": "1_4",
    "SUBSCRIBER": "1_4",
}
_GZIP = "application/a-gzip"
_SALES_HEAD = (
    "Provider\tProvider Country\tSKU\tDeveloper\tTitle\tVersion\tProduct Type Identifier\tUnits\t"
    "Developer Proceeds\tBegin Date\tEnd Date\tCustomer Currency\tCountry Code\t"
    "Currency of Proceeds\tApple Identifier\tCustomer Price"
)
_FINANCE_HEAD = (
    "Start Date\tEnd Date\tVendor Identifier\tQuantity\tPartner Share\tExtended Partner Share\t"
    "Partner Share Currency\tTitle\tApple Identifier\tCountry Of Sale"
)


@rules.before(
    "salesReports_getCollection",
    number="10.7",
    evidence="R tddworks/asc-cli; rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A report's date is a day, a month as YYYY-MM or a year as YYYY, by its frequency: 400.",
)
def date_fits_the_frequency(call: Call) -> None:
    filters = call.query.filters
    pattern, form = _FORMS[filters["frequency"][0]]
    for text in filters.get("reportDate", ()):
        if re.fullmatch(pattern, text) is None or _last_day(text) is None:
            detail = f"'{text}' is not a valid date. The date has to be in the format {form}."
            _refuse_parameter(call, "reportDate", detail)


@rules.before(
    "salesReports_getCollection",
    number="10.7",
    evidence="R tddworks/asc-cli; rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A version that a report does not have is refused, naming the latest one: 400.",
)
def version_is_one(call: Call) -> None:
    filters = call.query.filters
    kind = filters["reportType"][0]
    latest = _LATEST.get(kind, "1_0")
    known = {f"1_{number}" for number in range(int(latest[2:]) + 1)}
    if not set(filters.get("version", ())) <= known:
        detail = f"The version parameter you have specified is invalid. The latest is {latest}."
        _refuse_parameter(call, "version", detail)


def _refuse_parameter(call: Call, name: str, detail: str) -> None:
    call.refuse(400, "PARAMETER_ERROR.INVALID", detail, parameter=f"filter[{name}]")


def _last_day(text: str) -> date | None:
    """Return the last day of a day, a month or a year; None for what is none."""
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return date(parts[0], 12, 31)
        if len(parts) == 2:  # noqa: PLR2004 - a month
            return (date(parts[0], parts[1], 28) + timedelta(days=4)).replace(day=1) - timedelta(1)
        return date(*parts)
    except ValueError:
        return None


@rules.instead(
    "salesReports_getCollection",
    number="10.6",
    evidence="R recorded answers of the API",
    confidence="H",
    says="No sales and not yet are both 404, too old is 410; only the detail tells them apart.",
)
def sales_report(call: Call) -> Content:
    filters = call.query.filters
    last = date.fromisoformat(today(call.world)) - timedelta(days=1)
    day = next((_last_day(x) for x in filters.get("reportDate", ())), None) or last
    if day > last:
        call.refuse(404, "NOT_FOUND", "Report is not available yet. Daily reports are next day.")
    if day < last - timedelta(days=_KEPT[filters["frequency"][0]]):
        detail = "The report is no longer available for the date specified."
        call.refuse(410, "GONE", detail, title="The resource is gone")
    if call.world.switch("sales") == "none":
        call.refuse(404, "NOT_FOUND", "There were no sales for the date specified.")
    return _table(call, _SALES_HEAD, day, _sale)


@rules.instead(
    "financeReports_getCollection",
    number="10.6",
    evidence="R recorded answers of the API, on sales",
    confidence="M",
    says="A month's finances that are not closed yet, and months without sales, are 404.",
)
def finance_report(call: Call) -> Content:
    text = call.query.filters["reportDate"][0]
    day = _last_day(text)
    if re.fullmatch(r"\d{4}-\d\d", text) is None or day is None:
        detail = f"'{text}' is not a valid date. The date has to be in the format YYYY-MM."
        call.refuse(400, "PARAMETER_ERROR.INVALID", detail, parameter="filter[reportDate]")
    if day >= date.fromisoformat(today(call.world)):
        call.refuse(404, "NOT_FOUND", "Report is not available yet.")
    if call.world.switch("sales") == "none":
        call.refuse(404, "NOT_FOUND", "There were no sales for the date specified.")
    return _table(call, _FINANCE_HEAD, day, _share)


def _table(
    call: Call, head: str, day: date, line: Callable[[tuple[str, str, str], int, str], str]
) -> Content:
    lines = [head]
    for app in call.world.all("apps"):
        named = (str(app["sku"] or app.id), str(app["name"] or ""), app.id)
        # A day sells what it sells, however often it is asked for.
        text = f"{call.world.seed}\n{app.id}\n{day}".encode()
        units = hashlib.blake2b(text, digest_size=1).digest()[0] + 1
        lines.append(line(named, units, f"{day:%m/%d/%Y}"))
    # The same bytes whenever it is made.
    body = gzip.compress("".join(f"{x}\n" for x in lines).encode(), mtime=0)
    return Content(body, _GZIP)


def _sale(app: tuple[str, str, str], units: int, day: str) -> str:
    sku, title, identifier = app
    return (
        f"APPLE\tUS\t{sku}\tExample Team\t{title}\t1.0\t1F\t{units}\t0.7\t{day}\t{day}\tUSD\tUS\t"
        f"USD\t{identifier}\t0.99"
    )


def _share(app: tuple[str, str, str], units: int, day: str) -> str:
    sku, title, identifier = app
    return f"{day}\t{day}\t{sku}\t{units}\t0.70\t{units * 0.7:.2f}\tUSD\t{title}\t{identifier}\tUS"
