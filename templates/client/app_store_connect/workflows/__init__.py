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
    from .errors import NotReadyError, WaitTimeoutError, WorkflowError
    from .reviews import AsyncReviews
    from .team import AsyncTeam, Member
    from .version_states import AppVersions
    from .versions import AsyncVersions
    from .workflows import AsyncWorkflows

__all__ = [
    "AppVersions",
    "AsyncAnalytics",
    "AsyncApps",
    "AsyncReviews",
    "AsyncTeam",
    "AsyncVersions",
    "AsyncWorkflows",
    "Member",
    "NotReadyError",
    "PriceRow",
    "WaitTimeoutError",
    "WorkflowError",
]

# An area is in the module of its name.
_MODULES = {
    "AppVersions": "version_states",
    "Member": "team",
    "NotReadyError": "errors",
    "PriceRow": "app_prices",
    "WaitTimeoutError": "errors",
    "WorkflowError": "errors",
}
__getattr__, __dir__ = lazy_exports(
    __name__,
    {name: _MODULES.get(name) or name.removeprefix("Async").lower() for name in __all__},
)
