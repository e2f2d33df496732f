"""Reports: sales, finance and analytics, as rows or as files.

    reports = Reports(asc)
    with reports.sales(vendor_number="80012345", report_date=date(2026, 11, 20)) as report:
        for row in report:
            print(row["SKU"], row.integer("Units"), row.decimal("Developer Proceeds"))

    for instance, report in reports.analytics(app, "App Downloads Standard", since=monday):
        with report:
            report.save(f"downloads-{instance.processing_date}.tsv")

`AsyncReports` is the same with `await` and `async for`; what came is then read without either.
Diagnostic logs and power metrics are not among these: they are calls like any other.
"""

from .errors import ReportError, ReportNotReadyError
from .report import Report
from .reports import AccessType, AsyncReports, Reports
from .rows import Row
from .steps import AnalyticsInstance, AnalyticsReport

__all__ = [
    "AccessType",
    "AnalyticsInstance",
    "AnalyticsReport",
    "AsyncReports",
    "Report",
    "ReportError",
    "ReportNotReadyError",
    "Reports",
    "Row",
]
