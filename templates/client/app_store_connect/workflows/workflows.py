"""The areas of workflows, whose modules are imported on first use."""

# ruff: noqa: F401 - the classes are named in texts that type checkers read

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from .._runtime.client_base import LazyNamespace
from .._runtime.public import public
from .._runtime.suggestions import missing

if TYPE_CHECKING:
    from ..client import AsyncClient
    from .analytics import AsyncAnalytics
    from .apps import AsyncApps
    from .media import AsyncMedia
    from .overview import AsyncOverview
    from .purchases import AsyncPurchases
    from .reviews import AsyncReviews
    from .signing import AsyncSigning
    from .team import AsyncTeam
    from .testflight import AsyncTestflight
    from .versions import AsyncVersions

__all__ = ["AsyncWorkflows"]

A = TypeVar("A")


class _Area(LazyNamespace[A]):
    """An area of workflows, which works with the client of all of them."""

    def _of(self, client: Any) -> A:
        area: A = self._loaded(f"workflows.{self._name}")(client.client)
        return area


@public
class AsyncWorkflows:
    """The jobs that a client can do, by area, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise missing(self, name)

    analytics = _Area["AsyncAnalytics"]("AsyncAnalytics")
    apps = _Area["AsyncApps"]("AsyncApps")
    media = _Area["AsyncMedia"]("AsyncMedia")
    overview = _Area["AsyncOverview"]("AsyncOverview")
    purchases = _Area["AsyncPurchases"]("AsyncPurchases")
    reviews = _Area["AsyncReviews"]("AsyncReviews")
    signing = _Area["AsyncSigning"]("AsyncSigning")
    team = _Area["AsyncTeam"]("AsyncTeam")
    testflight = _Area["AsyncTestflight"]("AsyncTestflight")
    versions = _Area["AsyncVersions"]("AsyncVersions")
