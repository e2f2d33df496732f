"""An upload, start to end, without any input or output: a generator says what to do next.

    reserve -> send the parts -> commit -> wait until the API has processed the file

Like a conversation of the transport it is written once, and a blocking and an asynchronous driver
carry out its steps. An error of a step is thrown into the generator at that step.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from .._runtime.http.conversation import Sleep
from .._runtime.http.retry import RetryPolicy
from .._runtime.http.transfer import TransferError
from .._runtime.jsonapi.resource import Resource
from .._runtime.messages.error_root import printable
from .._runtime.messages.errors import AmbiguousWriteError, AppStoreConnectError, ConflictError
from .errors import UploadError, UploadExpiredError, UploadRejectedError, UploadTimeoutError
from .plan import Part, commit_keywords, delivery_of, mismatch, plan

if TYPE_CHECKING:
    from .._runtime.http.address_policy import AddressPolicy
    from .._runtime.jsonapi.values import Id

__all__ = [
    "Call",
    "Deliver",
    "Digest",
    "Job",
    "UploadProgress",
    "UploadSettings",
    "UploadSteps",
    "UploadStoppedError",
    "pause_steps",
    "upload_steps",
]


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
    resource: Id[Resource] | None = None
    keywords: dict[str, Any] | None = None

    def __call__(self) -> Any:
        """Make the call; of an asynchronous namespace, something to be awaited."""
        positional = () if self.resource is None else (self.resource,)
        return getattr(self.namespace, self.method)(*positional, **(self.keywords or {}))


class Digest(msgspec.Struct, frozen=True):
    """Compute the MD5 sum of the file or a part of it; answer with lower-case hex."""

    offset: int = 0
    length: int | None = None


class Deliver(msgspec.Struct, frozen=True):
    """Send these parts, some at a time; answer with None when all have arrived."""

    parts: tuple[Part, ...]


Step: TypeAlias = Call | Digest | Deliver | Sleep
Steps: TypeAlias = Generator[Step, Any, None]
UploadSteps: TypeAlias = Generator[Step, Any, Resource]

_CHECKSUMS = frozenset({"source_file_checksum", "source_file_checksums"})


class UploadStoppedError(Exception):
    """Ends what other threads still send when one of them has failed; nobody else sees it."""


class UploadProgress:
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
        if self.stopped:
            raise UploadStoppedError
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
            self.stopped = False


class Job(msgspec.Struct, kw_only=True, eq=False):
    """One file on its way: what `upload_steps` decides upon, and how far it is.

    `attributes` are None when a reservation is resumed and no other may be made.
    """

    namespace: Any
    size: int
    progress: UploadProgress
    settings: UploadSettings
    addresses: AddressPolicy
    now: Callable[[], float]
    attributes: dict[str, Any] | None = None
    resume: Resource | None = None
    wait: bool = True
    reserved: Resource = msgspec.field(default_factory=Resource)
    committed: bool = False

    def stopped(self, kind: type[UploadError], reason: str) -> UploadError:
        """The error that tells how far it got."""
        return kind(reason, self.reserved, sent=self.progress.sent, committed=self.committed)


def upload_steps(job: Job) -> UploadSteps:
    """Yield the steps of an upload and return the resource.

    Errors of the reservation itself are raised as they are, since nothing is there then; every
    later one as an `UploadError` that knows the reservation.
    """
    accepted = inspect.signature(job.namespace.update).parameters
    md5 = ""
    if job.resume is not None or not _CHECKSUMS.isdisjoint(accepted):
        md5 = yield Digest()
    if job.resume is None:
        job.reserved = yield Call(job.namespace, "create", keywords=job.attributes)
    else:
        job.reserved = yield Call(job.namespace, "get", job.resume)
    try:
        if job.resume is None or _may_resume(job, md5):
            yield from _delivery_steps(job)
            yield from _commit_steps(job, commit_keywords(accepted, md5))
        job.committed = True
        if job.wait:
            yield from _processing_steps(job)
    except UploadError:
        raise
    except (AppStoreConnectError, ValueError, OSError) as error:
        raise job.stopped(UploadError, str(error)) from error
    except BaseException as error:
        if not isinstance(error, GeneratorExit):
            kind, identifier = job.reserved.resource_type, job.reserved.id
            error.add_note(printable(f"{kind} {identifier} stays reserved for the upload"))
        raise
    return job.reserved


def _may_resume(job: Job, md5: str) -> bool:
    """Whether a reservation still waits for its file; ValueError when it is not for this one."""
    if problem := mismatch(job.reserved, job.size, md5):
        raise ValueError(problem)
    return delivery_of(job.reserved).is_awaited


def _delivery_steps(job: Job) -> Steps:
    """Send the parts; once to a new reservation, when the addresses of the first have expired."""
    for may_reserve in (job.attributes is not None, False):
        parts = plan(job.reserved, job.size, job.addresses)
        try:
            if any(part.expires and part.expires.timestamp() <= job.now() for part in parts):
                raise job.stopped(UploadExpiredError, "its addresses have expired")
            yield Deliver((yield from _missing_steps(job, parts)))
        except (TransferError, UploadExpiredError) as error:
            if isinstance(error, TransferError) and not error.is_expired:
                raise
            if not may_reserve:
                raise job.stopped(UploadExpiredError, str(error)) from error
        else:
            return
        job.progress.restart()
        # First, since some sets are full with the old one; builds' files cannot be deleted.
        if hasattr(job.namespace, "delete"):
            yield Call(job.namespace, "delete", job.reserved)
        job.reserved = yield Call(job.namespace, "create", keywords=job.attributes)


def _missing_steps(job: Job, parts: tuple[Part, ...]) -> Generator[Step, Any, tuple[Part, ...]]:
    """The parts that are not there yet: a store's tag is the MD5 sum of what it has."""
    missing: list[Part] = []
    for part in parts:
        if part.tag is not None and part.tag == (yield Digest(part.offset, part.length)):
            job.progress.moved(part, part.length)
            job.progress.arrived(part)
        else:
            missing.append(part)
    return tuple(missing)


def _commit_steps(job: Job, keywords: dict[str, Any]) -> Steps:
    """Say that all is there, again as long as the state tells that the API did not hear it.

    A commit may have happened although it answered 504, and a second one is refused then.
    """
    wait = job.settings.poll_interval
    for attempt in range(1, job.settings.commits + 1):
        try:
            job.reserved = yield Call(job.namespace, "update", job.reserved, keywords)
        except (AmbiguousWriteError, ConflictError) as error:
            is_refusal = isinstance(error, ConflictError)
            if is_refusal and attempt == 1:
                raise
            current = yield Call(job.namespace, "get", job.reserved)
            if not delivery_of(current).is_awaited:
                job.reserved = current
                return
            if is_refusal or attempt == job.settings.commits:
                raise
        else:
            return
        yield Sleep(wait)
        wait = min(wait * 2, job.settings.longest_poll_interval)


def _processing_steps(job: Job) -> Steps:
    """Read the resource again and again until the API is done with its file."""
    pauses = pause_steps(job.settings, job.now)
    while (delivery := delivery_of(job.reserved)).is_pending:
        pause = next(pauses, None)
        if pause is None:
            reason = f"its state is still {delivery.state} after {job.settings.timeout:.0f} s"
            raise job.stopped(UploadTimeoutError, reason)
        yield pause
        job.reserved = yield Call(job.namespace, "get", job.reserved)
    if delivery.is_failed:
        raise UploadRejectedError(delivery, job.reserved)


def pause_steps(settings: UploadSettings, now: Callable[[], float]) -> Iterator[Sleep]:
    """The pauses between two looks at a state, until time is up."""
    deadline = now() + settings.timeout
    interval = settings.poll_interval
    while (left := deadline - now()) > 0:
        yield Sleep(min(interval, left))
        interval = min(interval * 1.5, settings.longest_poll_interval)
