"""Workflows: whole jobs in one call, which may run again after any failure.

    app = asc.workflows.apps.find("com.example.trails")

Each area is a class of its own too: `Apps(asc)` is `asc.workflows.apps`. Those of an `AsyncClient`
are to be awaited, and are called `AsyncApps`.
"""

from typing import TYPE_CHECKING

from .._runtime.lazy import lazy_exports

if TYPE_CHECKING:
    from .analytics import AsyncAnalytics
    from .app_prices import PriceRow
    from .apps import AsyncApps
    from .build_file import BuildInfo, build_info
    from .build_search import Train
    from .distribution import Distribution
    from .errors import NotReadyError, WaitTimeoutError, WorkflowError
    from .reviews import AsyncReviews
    from .team import AsyncTeam, Member
    from .testers import AddedTesters
    from .testflight import AsyncTestflight, BuildUsage
    from .version_states import AppVersions
    from .versions import AsyncVersions
    from .workflows import AsyncWorkflows

__all__ = [
    "AddedTesters",
    "AppVersions",
    "AsyncAnalytics",
    "AsyncApps",
    "AsyncReviews",
    "AsyncTeam",
    "AsyncTestflight",
    "AsyncVersions",
    "AsyncWorkflows",
    "BuildInfo",
    "BuildUsage",
    "Distribution",
    "Member",
    "NotReadyError",
    "PriceRow",
    "Train",
    "WaitTimeoutError",
    "WorkflowError",
    "build_info",
]

# An area is in the module of its name.
_MODULES = {
    "AddedTesters": "testers",
    "AppVersions": "version_states",
    "BuildInfo": "build_file",
    "BuildUsage": "testflight",
    "Member": "team",
    "NotReadyError": "errors",
    "PriceRow": "app_prices",
    "Train": "build_search",
    "WaitTimeoutError": "errors",
    "WorkflowError": "errors",
    "build_info": "build_file",
}
__getattr__, __dir__ = lazy_exports(
    __name__,
    {name: _MODULES.get(name) or name.removeprefix("Async").lower() for name in __all__},
)
