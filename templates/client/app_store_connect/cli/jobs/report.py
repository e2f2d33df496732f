"""`asc report`: sales, finance and analytics, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from msgspec import UNSET

from ..command import Command, Option, session_of
from ..output import Output
from ..values import Day
from .apps import app_id, app_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

__all__ = ["report"]


@click.pass_context
def _sales(ctx: click.Context, /, *, date: str | None, **keywords: Any) -> None:
    session = session_of(ctx)
    with session.client.reports.sales(report_date=date or UNSET, **keywords) as found:
        Output(session, columns=found.columns).records(dict(row) for row in found)


@click.pass_context
def _finance(ctx: click.Context, /, *, region: str | None, **keywords: Any) -> None:
    session = session_of(ctx)
    with session.client.reports.finance(region_code=region or UNSET, **keywords) as found:
        Output(session, columns=found.columns).records(dict(row) for row in found)


@click.pass_context
def _analytics(
    ctx: click.Context,
    /,
    *,
    app: str | None,
    name: str,
    since: date | None,
    until: date | None,
    granularity: str,
    one_time: bool,
) -> None:
    session = session_of(ctx)
    found = session.client.reports.analytics(
        app_id(session.client, session, app),
        name,
        granularity=granularity.upper(),
        access_type="ONE_TIME_SNAPSHOT" if one_time else "ONGOING",
        since=since or UNSET,
        until=until or UNSET,
    )

    def rows() -> Iterator[dict[str, str]]:
        for _, instance in found:
            for row in instance:
                yield dict(row)

    Output(session).records(rows())


def _vendor_option() -> Option:
    return Option(
        ["--vendor", "vendor_number"],
        required=True,
        envvar="ASC_VENDOR_NUMBER",
        metavar="NUMBER",
        help="The vendor, as in Payments and Financial Reports.  [env: ASC_VENDOR_NUMBER]",
    )


_GRANULARITIES = ("DAILY", "WEEKLY", "MONTHLY")

report = click.Group(
    "report",
    help="Download a report, row by row: sales, finance, analytics.\n\n"
    "\b\n    asc report sales --vendor 85012345 --frequency WEEKLY --csv",
    commands=[
        Command(
            "sales",
            _sales,
            params=[
                _vendor_option(),
                Option(["--type", "report_type"], default="SALES", show_default=True),
                Option(["--sub-type", "report_sub_type"], default="SUMMARY", show_default=True),
                Option(
                    ["--frequency"],
                    default="DAILY",
                    show_default=True,
                    type=click.Choice((*_GRANULARITIES, "YEARLY"), case_sensitive=False),
                ),
                Option(["--date"], help="The day; of a week its Sunday. The latest if not given."),
            ],
            help="Read a sales report; it has no rows where nothing was sold.",
        ),
        Command(
            "finance",
            _finance,
            params=[
                _vendor_option(),
                Option(
                    ["--month", "fiscal_month"],
                    required=True,
                    metavar="YYYY-MM",
                    help="A month of Apple's fiscal year.",
                ),
                Option(["--type", "report_type"], default="FINANCIAL", show_default=True),
                Option(["--region"], help="All regions unless given."),
            ],
            help="Read a financial report; it has no rows where nothing was sold.",
        ),
        Command(
            "analytics",
            _analytics,
            params=[
                app_option(),
                Option(["--name"], required=True, help="Such as 'App Downloads Standard'."),
                Option(["--since"], type=Day(), metavar=Day.name, help="The first day."),
                Option(["--until"], type=Day(), metavar=Day.name, help="The last day."),
                Option(
                    ["--granularity"],
                    default="DAILY",
                    show_default=True,
                    type=click.Choice(_GRANULARITIES, case_sensitive=False),
                ),
                Option(["--one-time"], is_flag=True, help="Of what was before, asked for once."),
            ],
            help="Read an analytics report of an app, all its days.",
        ),
    ],
)
