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
    from .assets.folder import MediaFolderError
    from .assets.plan import MediaError
    from .build_file import BuildInfo, build_info
    from .build_search import Train
    from .build_usage import BuildUsage
    from .distribution import Distribution
    from .errors import NotReadyError, WaitTimeoutError, WorkflowError
    from .media import AsyncMedia
    from .metadata_folder import FolderChange, FolderChanges
    from .overview import AppRow, AsyncOverview, TeamOverview
    from .preflight import Finding, Preflight
    from .products.table import ProductError
    from .purchases import AsyncPurchases
    from .reviews import AsyncReviews
    from .signing import AsyncSigning, RegisteredDevices, SigningFiles, SigningSetup
    from .team import AsyncTeam, Member
    from .testers import AddedTesters
    from .testflight import AsyncTestflight
    from .version_states import AppVersions
    from .versions import AsyncVersions
    from .workflows import AsyncWorkflows

__all__ = [
    "AddedTesters",
    "AppRow",
    "AppVersions",
    "AsyncAnalytics",
    "AsyncApps",
    "AsyncMedia",
    "AsyncOverview",
    "AsyncPurchases",
    "AsyncReviews",
    "AsyncSigning",
    "AsyncTeam",
    "AsyncTestflight",
    "AsyncVersions",
    "AsyncWorkflows",
    "BuildInfo",
    "BuildUsage",
    "Distribution",
    "Finding",
    "FolderChange",
    "FolderChanges",
    "MediaError",
    "MediaFolderError",
    "Member",
    "NotReadyError",
    "Preflight",
    "PriceRow",
    "ProductError",
    "RegisteredDevices",
    "SigningFiles",
    "SigningSetup",
    "TeamOverview",
    "Train",
    "WaitTimeoutError",
    "WorkflowError",
    "build_info",
]

# An area is in the module of its name.
_MODULES = {
    "AddedTesters": "testers",
    "AppRow": "overview",
    "AppVersions": "version_states",
    "BuildInfo": "build_file",
    "BuildUsage": "build_usage",
    "Finding": "preflight",
    "FolderChange": "metadata_folder",
    "FolderChanges": "metadata_folder",
    "MediaError": "assets.plan",
    "MediaFolderError": "assets.folder",
    "Member": "team",
    "NotReadyError": "errors",
    "PriceRow": "app_prices",
    "ProductError": "products.table",
    "RegisteredDevices": "signing",
    "SigningFiles": "signing",
    "SigningSetup": "signing",
    "TeamOverview": "overview",
    "Train": "build_search",
    "WaitTimeoutError": "errors",
    "WorkflowError": "errors",
    "build_info": "build_file",
}
__getattr__, __dir__ = lazy_exports(
    __name__,
    {name: _MODULES.get(name) or name.removeprefix("Async").lower() for name in __all__},
)
