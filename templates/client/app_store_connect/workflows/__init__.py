"""Workflows: whole jobs in one call, which may run again after any failure.

    app = asc.workflows.apps.find("com.example.trails")

Each area is a class of its own too: `Apps(asc)` is `asc.workflows.apps`. Those of an `AsyncClient`
are to be awaited, and are called `AsyncApps`.
"""

from typing import TYPE_CHECKING

from .._runtime.lazy import lazy_exports

if TYPE_CHECKING:
    from .analytics import AsyncAnalytics
    from .apps import AsyncApps
    from .media import AsyncMedia
    from .purchases import AsyncPurchases
    from .reviews import AsyncReviews
    from .workflows import AsyncWorkflows

__all__ = [
    "AsyncAnalytics",
    "AsyncApps",
    "AsyncMedia",
    "AsyncPurchases",
    "AsyncReviews",
    "AsyncWorkflows",
]

# A class is in the module of its area.
__getattr__, __dir__ = lazy_exports(
    __name__, {name: name.removeprefix("Async").lower() for name in __all__}
)
