"""What analytics ask of a client: the namespaces they call, by their methods alone.

A client of a few resources has some of them, and the other reports need none.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable
from datetime import date
from typing import Any, Protocol

from .._runtime.jsonapi.values import Id, Unset

__all__ = ["AsyncAnalyticsNamespaces", "Instance", "Segment"]


class Request(Protocol):
    """A standing request of an app for reports."""

    id: str
    stopped_due_to_inactivity: bool | None


class Found(Protocol):
    """A report made for a request."""

    id: str
    name: str | None
    category: Any


class Instance(Protocol):
    """A report for one day, week or month."""

    id: str
    granularity: Any
    processing_date: date | None


class Segment(Protocol):
    """A piece of an instance, as a file."""

    id: str
    url: str | None
    size_in_bytes: int | None
    checksum: str | None


class AsyncApps(Protocol):
    """The namespace of apps."""

    def list_analytics_report_requests(
        self, resource_id: Id[Any], /, *, access_type: Any, limit: int
    ) -> AsyncIterable[Request]:
        """Return the requests of an app."""
        ...


class AsyncRequests(Protocol):
    """The namespace of requests."""

    def create(self, *, access_type: Any, app: Id[Any]) -> Awaitable[Request]:
        """Ask for reports."""
        ...

    def delete(self, resource_id: Id[Any], /) -> Awaitable[object]:
        """Delete a request."""
        ...

    def list_reports(
        self, resource_id: Id[Any], /, *, name: str | Unset, category: Any, limit: int
    ) -> AsyncIterable[Found]:
        """Return the reports made for a request."""
        ...


class AsyncFounds(Protocol):
    """The namespace of reports."""

    def list_instances(
        self, resource_id: Id[Any], /, *, granularity: Any, limit: int
    ) -> AsyncIterable[Instance]:
        """Return the instances of a report."""
        ...


class AsyncInstances(Protocol):
    """The namespace of instances."""

    def list_segments(self, resource_id: Id[Any], /, *, limit: int) -> AsyncIterable[Segment]:
        """Return the segments of an instance."""
        ...


class AsyncAnalyticsNamespaces(Protocol):
    """A client with what leads to analytics."""

    @property
    def apps(self) -> AsyncApps:
        """The apps."""
        ...

    @property
    def analytics_report_requests(self) -> AsyncRequests:
        """The standing requests of apps."""
        ...

    @property
    def analytics_reports(self) -> AsyncFounds:
        """The reports made for them."""
        ...

    @property
    def analytics_report_instances(self) -> AsyncInstances:
        """One for each day, week or month."""
        ...
