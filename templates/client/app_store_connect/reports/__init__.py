"""Reports: sales, finance and analytics, as rows or as files.

    with asc.reports.sales(vendor_number="80012345", report_date=date(2026, 11, 20)) as report:
        for row in report:
            print(row["SKU"], row.integer("Units"), row.decimal("Developer Proceeds"))

    for instance, report in asc.reports.analytics(app, "App Downloads Standard", since=monday):
        with report:
            report.save(f"downloads-{instance.processing_date}.tsv")

Of an `AsyncClient` they are to be awaited, with `async for`; what came is then read without either.
`Reports(asc, …)` are reports with other settings, `AsyncReports` those of an `AsyncClient`.
Diagnostic logs and power metrics are not among these: they are calls like any other.
"""

from .analytics import AnalyticsInstance, AnalyticsReport
from .errors import ReportError, ReportNotReadyError
from .report import Report
from .reports import AccessType, AsyncReports
from .rows import Row

__all__ = [
    "AccessType",
    "AnalyticsInstance",
    "AnalyticsReport",
    "AsyncReports",
    "Report",
    "ReportError",
    "ReportNotReadyError",
    "Row",
]
