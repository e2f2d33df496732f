"""Analytics: figures of an app by day, read from the reports that Apple makes every day."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from .._runtime.messages.errors import NotInPublicApiError
from .._runtime.public import public
from ..reports.errors import ReportNotReadyError
from ..reports.rows import Row
from .common.area import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App

__all__ = ["AsyncAnalytics", "Metric", "MetricName"]

MetricName: TypeAlias = Literal[
    "units",
    "views",
    "impressions",
    "sales",
    "paying_users",
    "in_app_purchases",
    "installs",
    "sessions",
    "active_devices",
    "crashes",
]

_DAY = timedelta(days=1)
# Apple keeps the instances of a report for so long.
_KEPT = timedelta(days=35)
_INITIAL = frozenset({"First-time download", "Redownload", "Re-download"})


class _Source(msgspec.Struct, frozen=True):
    """The report that has a figure, its column, and the rows to take of it."""

    report: str
    column: str
    only: str = ""
    among: frozenset[str] = frozenset()


# Names and columns: developer.apple.com/documentation/analytics-reports
_DISCOVERY = "App Store Discovery and Engagement Standard"
_PURCHASES = "App Store Purchases Standard"
_SOURCES: Mapping[str, _Source] = {
    "units": _Source("App Downloads Standard", "Counts", "Download Type", _INITIAL),
    "views": _Source(_DISCOVERY, "Counts", "Event", frozenset({"Page view"})),
    "impressions": _Source(_DISCOVERY, "Counts", "Event", frozenset({"Impression"})),
    "sales": _Source(_PURCHASES, "Sales in USD"),
    "paying_users": _Source(_PURCHASES, "Paying Users"),
    "in_app_purchases": _Source(_PURCHASES, "Purchases"),
    "installs": _Source(
        "App Store Installation and Deletion Standard", "Counts", "Event", frozenset({"Install"})
    ),
    "sessions": _Source("App Sessions Standard", "Sessions"),
    "active_devices": _Source("App Sessions Standard", "Unique Devices"),
    "crashes": _Source("App Crashes", "Crashes"),
}


class Metric(msgspec.Struct, frozen=True):
    """A figure of an app, day by day.

    `days` has the sum of every day that the reports tell of, `missing` the other days that were
    asked for: Apple has not made their reports, has none kept, or left them out since too few
    people were concerned, which is not to be read as zero. `rows` are the lines of the reports that
    were counted, with territory, device and whatever else they tell apart. Of users and devices a
    sum counts one twice who is in two rows.
    """

    name: str
    report: str
    column: str
    days: dict[date, Decimal]
    missing: tuple[date, ...]
    rows: tuple[Row, ...]

    @property
    def total(self) -> Decimal:
        """The sum over all days."""
        return sum(self.days.values(), Decimal(0))


@public
class AsyncAnalytics(Area):
    """Figures of apps by day, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def metric(
        self,
        app: Id[App],
        name: MetricName | str,
        *,
        since: date | None = None,
        until: date | None = None,
    ) -> Metric:
        """Read a figure of an app for each day from `since` to `until`.

        The last 35 days until yesterday unless they are given. It uses the app's standing request
        for reports, and makes it once where there is none, which takes an Admin key. Days are
        complete some two days later. Money is in US dollars; exact sums by currency are in
        `asc.reports.sales`.

        Raises:
            ReportNotReadyError: there are no reports yet; the first come one to two days after the
                request was made, so call again then.
            NotInPublicApiError: no key can read it, such as `ratings`.
            ValueError: there is no figure of this name, or `since` is after `until`.
        """
        source = _SOURCES.get(name)
        if source is None:
            if (problem := NotInPublicApiError.of(f"workflows.analytics.{name}")) is not None:
                raise problem
            close = difflib.get_close_matches(name, _SOURCES, 3, 0.4) or list(_SOURCES)
            raise ValueError(f"name: there is no metric {name!r}: try {', '.join(close)}")
        now = datetime.fromtimestamp(self._client.session.now(), UTC).date()
        until = until or now - _DAY
        since = since or now - _KEPT
        if since > until:
            raise ValueError(f"since {since} is after until {until}")
        rows: list[Row] = []
        made = self._client.reports.analytics(app, source.report, since=since)
        instances = 0
        async for _, report in made:
            instances += 1
            with report:
                rows += _chosen(report, source, since, until)
        if not instances:
            raise ReportNotReadyError(
                f"Apple has made no {source.report!r} since {since} yet: the first come one to two"
                " days after the request, ask again then"
            )
        days: dict[date, Decimal] = {}
        for row in rows:
            day = row.date("Date")
            if day is not None:
                days[day] = days.get(day, Decimal(0)) + (row.decimal(source.column) or 0)
        asked = ((since + _DAY * number) for number in range((until - since).days + 1))
        missing = tuple(day for day in asked if day not in days)
        ordered = dict(sorted(days.items()))
        return Metric(name, source.report, source.column, ordered, missing, tuple(rows))


def _chosen(rows: Iterable[Row], source: _Source, since: date, until: date) -> list[Row]:
    return [
        row
        for row in rows
        if not source.only or row[source.only] in source.among
        if since <= (row.date("Date") or date.min) <= until
    ]
