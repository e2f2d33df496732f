"""An upload, start to end, without any input or output: a generator says what to do next.

    reserve -> send the parts -> commit -> wait until the API has processed the file

Like a conversation of the transport it is written once, and a blocking and an asynchronous driver
carry out its steps. An error of a step is thrown into the generator at that step.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from .conversation import Sleep
from .errors import AmbiguousWriteError, AppStoreConnectError, ConflictError
from .retry import RetryPolicy
from .transfer import TransferError
from .upload_errors import (
    UploadError,
    UploadExpiredError,
    UploadRejectedError,
    UploadTimeoutError,
)
from .upload_plan import Delivery, Part, commit_keywords, delivery_of, mismatch, plan

if TYPE_CHECKING:
    from .addresses import AddressPolicy
    from .resource import Resource

__all__ = ["Call", "Deliver", "Digest", "Job", "Ledger", "UploadSettings", "polling", "uploading"]


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


class Call(msgspec.Struct, frozen=True):
    """Call a method of a generated namespace; answer with the resource."""

    namespace: Any
    method: str
    resource: Resource | None = None
    keywords: dict[str, Any] = {}


class Digest(msgspec.Struct, frozen=True):
    """Compute the MD5 sum of the file or a part of it; answer with lower-case hex."""

    offset: int = 0
    length: int | None = None


class Deliver(msgspec.Struct, frozen=True):
    """Send these parts, some at a time; answer with None when all have arrived."""

    parts: tuple[Part, ...]


Step: TypeAlias = Call | Digest | Deliver | Sleep
Uploading: TypeAlias = Generator[Step, Any, Any]


class Ledger:
    """What has been sent of a file, kept by any number of threads; `stopped` ends all sending."""

    def __init__(self, total: int, progress: Callable[[int, int], object] | None) -> None:
        self.stopped = False
        self._total = total
        self._progress = progress
        self._lock = threading.Lock()
        self._moved: dict[int, int] = {}
        self._arrived: dict[int, int] = {}

    @property
    def sent(self) -> tuple[tuple[int, int], ...]:
        """Offset and length of the parts that arrived, in the order of the file."""
        with self._lock:
            return tuple(sorted(self._arrived.items()))

    def moved(self, part: Part, count: int) -> None:
        """Note how much of a part is on its way; less than before when it is sent again."""
        with self._lock:
            self._moved[part.offset] = count
            if self._progress is not None:
                self._progress(sum(self._moved.values()), self._total)

    def arrived(self, part: Part) -> None:
        """Note that a part is there."""
        with self._lock:
            self._arrived[part.offset] = part.length

    def restart(self) -> None:
        """Forget everything: the file goes to another place."""
        with self._lock:
            self._moved.clear()
            self._arrived.clear()


class Job(msgspec.Struct, kw_only=True):
    """One file on its way, and where it goes: what `uploading` decides upon."""

    namespace: Any
    attributes: dict[str, Any]
    size: int
    ledger: Ledger
    settings: UploadSettings
    addresses: AddressPolicy
    now: Callable[[], float]
    resume: Resource | None = None
    wait: bool = True
    committed: bool = False


def uploading(job: Job) -> Uploading:
    """Yield the steps of an upload and return the resource.

    Errors of the reservation itself are raised as they are, since nothing is there then; every
    later one as an `UploadError` that knows the reservation.
    """
    accepted = inspect.signature(job.namespace.update).parameters
    md5 = ""
    if job.resume is not None or not accepted.keys().isdisjoint(_CHECKSUMS):
        md5 = yield Digest()
    if job.resume is None:
        resource = yield Call(job.namespace, "create", keywords=job.attributes)
    else:
        resource = yield Call(job.namespace, "get", job.resume)
    try:
        if job.resume is not None and (problem := mismatch(resource, job.size, md5)):
            raise ValueError(problem)
        if job.resume is None or delivery_of(resource).is_awaited:
            resource = yield from _delivering(job, resource)
            resource = yield from _committing(job, resource, commit_keywords(accepted, md5))
        job.committed = True
        if job.wait:
            read = Call(job.namespace, "get", resource)
            resource = yield from polling(job, resource, read, delivery_of)
    except UploadError:
        raise
    except (AppStoreConnectError, ValueError, OSError) as error:
        raise _stopped(UploadError, str(error), job, resource) from error
    except BaseException as error:
        if not isinstance(error, GeneratorExit):
            error.add_note(f"{resource.resource_type} {resource.id} stays reserved for the upload")
        raise
    return resource


_CHECKSUMS = ("source_file_checksum", "source_file_checksums")


def _delivering(job: Job, resource: Resource) -> Uploading:
    """Send the parts; once, to a new reservation, when the addresses of the first have expired."""
    for may_reserve in (bool(job.attributes), False):
        parts = plan(resource, job.size, job.addresses)
        try:
            if any(part.expires and part.expires.timestamp() <= job.now() for part in parts):
                raise _stopped(UploadExpiredError, "its addresses have expired", job, resource)
            yield Deliver((yield from _missing(job, parts)))
        except (TransferError, UploadExpiredError) as error:
            if isinstance(error, TransferError) and not error.is_expired:
                raise
            if not may_reserve:
                raise _stopped(UploadExpiredError, str(error), job, resource) from error
        else:
            break
        job.ledger.restart()
        job.ledger.stopped = False
        replacement = yield Call(job.namespace, "create", keywords=job.attributes)
        if hasattr(job.namespace, "delete"):
            yield Call(job.namespace, "delete", resource)
        resource = replacement
    return resource


def _missing(job: Job, parts: tuple[Part, ...]) -> Generator[Step, Any, tuple[Part, ...]]:
    """The parts that are not there yet: a store's tag is the MD5 sum of what it has."""
    missing: list[Part] = []
    for part in parts:
        if part.tag is not None and part.tag == (yield Digest(part.offset, part.length)):
            job.ledger.moved(part, part.length)
            job.ledger.arrived(part)
        else:
            missing.append(part)
    return tuple(missing)


def _committing(job: Job, resource: Resource, keywords: dict[str, Any]) -> Uploading:
    """Say that all is there, again as long as the state tells that the API did not hear it.

    A commit may have happened although it answered 504, and a second one is refused then.
    """
    wait = job.settings.poll_interval
    for left in reversed(range(job.settings.commits)):
        try:
            return (yield Call(job.namespace, "update", resource, keywords))
        except (AmbiguousWriteError, ConflictError) as error:
            is_first = left == job.settings.commits - 1
            if is_first and isinstance(error, ConflictError):
                raise
            current = yield Call(job.namespace, "get", resource)
            if not delivery_of(current).is_awaited:
                return current
            if not left or isinstance(error, ConflictError):
                raise
        yield Sleep(wait)
        wait = min(wait * 2, job.settings.longest_poll_interval)
    raise AssertionError("commits is at least 1")


def polling(
    job: Job, resource: Resource, read: Call, delivery: Callable[[Resource], Delivery]
) -> Uploading:
    """Read a resource again and again until the API is done with its file."""
    deadline = job.now() + job.settings.timeout
    interval = job.settings.poll_interval
    while (current := delivery(resource)).is_pending:
        left = deadline - job.now()
        if left <= 0:
            reason = f"its state is still {current.state} after {job.settings.timeout:.0f} s"
            raise _stopped(UploadTimeoutError, reason, job, resource)
        yield Sleep(min(interval, left))
        interval = min(interval * 1.5, job.settings.longest_poll_interval)
        resource = yield read
    if current.is_failed:
        raise UploadRejectedError(current, resource)
    return resource


def _stopped(kind: type[UploadError], reason: str, job: Job, resource: Resource) -> UploadError:
    return kind(reason, resource, sent=job.ledger.sent, committed=job.committed)
