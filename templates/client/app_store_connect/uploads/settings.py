"""How files are sent."""

from __future__ import annotations

import msgspec

from .._runtime.http.retry import RetryPolicy

__all__ = ["UploadSettings"]


class UploadSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How files are sent; all times are in seconds.

    `parallel` parts are in flight at a time, each tried again as `retry` says. `hosts` are the
    names that may receive parts, `*.example.com` for all below a domain; None allows Apple's where
    the API is Apple's own. A commit whose outcome is unknown is tried `commits` times in all. The
    state is then asked for after `poll_interval`, half as long again each time up to
    `longest_poll_interval`, and given up after `timeout`.
    """

    parallel: int = 4
    retry: RetryPolicy = RetryPolicy(attempts=6, backoff_cap=15.0)
    hosts: tuple[str, ...] | None = None
    commits: int = 5
    poll_interval: float = 2.0
    longest_poll_interval: float = 30.0
    timeout: float = 3600.0
