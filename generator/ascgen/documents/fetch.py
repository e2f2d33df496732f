"""Get a document from Apple or from a file into the cache; nothing is replaced before it is valid.

httpx is imported where it is used: other commands do not wait for it.
"""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, TypeVar

from ascgen.documents.archive import MAX_BYTES, unpack_json
from ascgen.documents.document import SpecDocument, parse_document
from ascgen.errors import AscgenError, FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    import httpx

    from ascgen.documents.cache import CacheEntry, SpecCache
    from ascgen.documents.product import Product

ADDRESSES: dict[Product, str] = {
    "app-store-connect": "https://developer.apple.com/sample-code/app-store-connect/app-store-connect-openapi-specification.zip",
    "enterprise": "https://developer.apple.com/sample-code/enterprise/enterprise-program-openapi-oas.zip",
}
"""Where Apple publishes each product's document."""

_OFFLINE_HINT = "import a file with --from FILE, or set ASCGEN_OFFLINE=1 to go on with what is here"
_MAX_REDIRECTS = 5
_HOST = re.compile(r"(?:[^:\[\]]+|\[[^\[\]]*\])(?::[0-9]*)?")
# What a parameter of an address is called that is not for everybody's eyes.
_SECRET = re.compile(
    r"([?&;#][^=&;#]*(?:token|sig|key|secret|pass|pwd|credential|auth|session)[^=&;#]*=)[^&;#]+",
    re.IGNORECASE,
)
# In seconds: a download watches its own time where it can.
_GRACE = 0.5

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a download may take, in seconds, and how large it may be, in bytes.

    `total` bounds the whole of it: `read` alone lets a server drip one byte at a time for ever.
    """

    connect: float = 10
    read: float = 30
    total: float = 180
    size: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a fetch or an import led to, and the document that is in the cache now.

    "not-modified": the server says so, and sent nothing; "unchanged": it sent what was here;
    "changed": other content under a version number that was here, with `previous_sha256`.
    """

    outcome: Literal["new", "changed", "unchanged", "not-modified"]
    document: SpecDocument
    entry: CacheEntry
    previous_sha256: str = ""


def fetch(
    cache: SpecCache,
    *,
    product: Product | None = None,
    url: str | None = None,
    refresh: bool = False,
    limits: Limits = Limits(),
    progress: Callable[[int, int | None], None] = lambda _received, _total: None,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = _utc_now,
) -> FetchResult:
    """Download a product's document into the cache, unless the server says that it is there.

    Without a product, the App Store Connect API's is meant, or whatever `url` turns out to hold.
    `refresh` downloads it in any case. `progress` is called with the bytes received and, where
    the server says so, their total.

    Raises:
        FetchError: nothing usable could be downloaded.
        SpecError: what was downloaded is not a document of Apple's.
        StoreError: the cache cannot be read or written.
    """
    import httpx

    if url is None:
        product = product or "app-store-connect"
        url = ADDRESSES[product]
    address, url = url, _without_secrets(url)
    held = None if refresh else _held(cache, product, url)
    download = _Download(limits, progress, clock, deadline=clock() + limits.total)
    headers = {"Accept-Encoding": "identity", **_condition(held)}

    def answer() -> tuple[httpx.Response, bytes]:
        with _network_trouble(url), httpx.Client(transport=transport) as client:
            return download.run(client, client.build_request("GET", address, headers=headers))

    response, content = _within(limits.total + _GRACE, answer, download.too_late)
    if response.status_code == HTTPStatus.NOT_MODIFIED and held:
        cache.tidy()
        return FetchResult("not-modified", held[1], held[0])
    if response.status_code != HTTPStatus.OK:
        raise FetchError(
            f"{url} answered {response.status_code} {response.reason_phrase}".rstrip(),
            hint=_OFFLINE_HINT if response.is_server_error else "give another address with --url",
        )
    return _keep(
        cache,
        content,
        product=product,
        url=url,
        fetched_at=now(),
        etag=response.headers.get("ETag", ""),
        last_modified=response.headers.get("Last-Modified", ""),
    )


def import_file(
    cache: SpecCache,
    path: Path,
    *,
    product: Product | None = None,
    limit: int = MAX_BYTES,
    now: Callable[[], datetime] = _utc_now,
) -> FetchResult:
    """Put a document from disk, a zip archive or JSON, into the cache.

    Raises:
        FetchError: the file cannot be read, or holds no document.
        SpecError: what it holds is not a document of Apple's.
        StoreError: the cache cannot be read or written.
    """
    # A file's name may hold bytes that are not text.
    name = os.fsencode(path.name).decode(errors="replace")
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise FetchError(
            f"cannot read {name!r}: {error.strerror}", hint="give a zip or JSON file with --from"
        ) from None
    if len(content) > limit:
        raise FetchError(
            f"{name!r} is too large to be a document of Apple's", hint="check where it is from"
        )
    return _keep(cache, content, product=product, url=name, fetched_at=now())


@dataclass(frozen=True, slots=True)
class _Download:
    """One request and its redirects, under one deadline."""

    limits: Limits
    progress: Callable[[int, int | None], None]
    clock: Callable[[], float]
    deadline: float

    def run(self, client: httpx.Client, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Give the final answer, and its body if that is a document."""
        for _ in range(_MAX_REDIRECTS + 1):
            remaining = self._remaining()
            request.extensions["timeout"] = {
                "connect": min(self.limits.connect, remaining),
                "read": min(self.limits.read, remaining),
                "write": min(self.limits.read, remaining),
                "pool": min(self.limits.connect, remaining),
            }
            response = client.send(request, stream=True)
            try:
                if response.next_request is None:
                    return response, self._body(response)
                request = response.next_request
            finally:
                response.close()
            if request.url.scheme != "https":
                raise FetchError(
                    "the server redirects to an address without https", hint="check the address"
                )
        raise FetchError("the server redirects in circles", hint="check the address")

    def _body(self, response: httpx.Response) -> bytes:
        if response.status_code != HTTPStatus.OK:
            return b""
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise FetchError(
                "the server compressed its answer, though asked not to", hint=_OFFLINE_HINT
            )
        length = response.headers.get("Content-Length")
        total = int(length) if length else None
        if total and total > self.limits.size:
            raise self._too_large()
        content = bytearray()
        self.progress(0, total)
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > self.limits.size:
                raise self._too_large()
            self._remaining()
            self.progress(len(content), total)
        return bytes(content)

    def _remaining(self) -> float:
        remaining = self.deadline - self.clock()
        if remaining <= 0:
            raise self.too_late()
        return remaining

    def too_late(self) -> FetchError:
        """Return the error for a download whose time is up."""
        return FetchError(
            f"the download took longer than {self.limits.total:g} seconds",
            hint="allow more with --timeout SECONDS, or import a file with --from FILE",
        )

    def _too_large(self) -> FetchError:
        size = self.limits.size / 1024 / 1024
        return FetchError(f"the answer is larger than {size:.0f} MB", hint="check the address")


def _within(seconds: float, function: Callable[[], T], too_late: Callable[[], FetchError]) -> T:
    """Return what a function returns, unless it takes longer than it may.

    A server that drips its head in, a header every now and then, keeps httpx waiting for ever, so
    the download is left to a thread which the end of the program does not wait for.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            outcome.set_exception(error)

    threading.Thread(target=run, name="download", daemon=True).start()
    done, _ = wait([outcome], seconds)
    if not done:
        raise too_late()
    return outcome.result()


def _held(
    cache: SpecCache, product: Product | None, url: str
) -> tuple[CacheEntry, SpecDocument] | None:
    """Return what the cache has from this address, if it can still be read.

    A document that is gone or damaged is looked for before the request and not after a 304: so the
    request carries no condition, and one answer always suffices.
    """
    entries = [e for e in cache.entries() if e.url == url and product in {None, e.product}]
    # Reversed, so that of two from the same second the one that came later counts.
    entry = max(reversed(entries), key=lambda entry: entry.fetched_at, default=None)
    if entry is None or not entry.has_condition:
        return None
    try:
        return entry, cache.load(entry)
    except AscgenError:
        return None


def _condition(held: tuple[CacheEntry, SpecDocument] | None) -> dict[str, str]:
    if held is None:
        return {}
    entry, _ = held
    headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
    return {name: value for name, value in headers.items() if value}


def _keep(
    cache: SpecCache,
    content: bytes,
    *,
    product: Product | None,
    url: str,
    fetched_at: datetime,
    etag: str = "",
    last_modified: str = "",
) -> FetchResult:
    unpacked = unpack_json(content)
    document = parse_document(unpacked, origin=url)
    if product not in {None, document.product}:
        raise FetchError(
            f"{url} holds the document of {document.product}, not of {product}",
            hint=f"ask for it with --product {document.product}",
        )
    outcome = cache.store(
        document,
        unpacked,
        url=url,
        fetched_at=fetched_at,
        etag=etag,
        last_modified=last_modified,
    )
    return FetchResult(outcome.change, document, outcome.entry, outcome.previous_sha256)


def _without_secrets(url: str) -> str:
    """Return an address as it may be printed and kept: without a name, a password, a signature.

    What stands before a host is one, whatever characters in it end an address elsewhere.
    """
    start, mark, rest = url.partition("://")
    if not mark:
        start, rest = "", url
    authority, *_ = re.split(r"[/?#]", rest, maxsplit=1)
    is_host = mark and "@" not in authority and _HOST.fullmatch(authority)
    shown = _SECRET.sub(r"\1…", rest if is_host else rest.rpartition("@")[2])
    return f"{start}{mark}{shown}"


@contextmanager
def _network_trouble(url: str) -> Generator[None]:
    """Turn what httpx raises, which is often without a word, into one sentence."""
    import httpx

    try:
        yield
    except httpx.TimeoutException:
        raise FetchError(f"{url} did not answer in time", hint=_OFFLINE_HINT) from None
    except httpx.InvalidURL:
        # It quotes what may be a part of a password.
        raise FetchError(f"cannot download {url}: it is not a URL", hint=_OFFLINE_HINT) from None
    # The last three are what httpx makes of proxies and certificates that are set up wrongly.
    except (httpx.HTTPError, ImportError, OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise FetchError(f"cannot download {url}: {reason}", hint=_OFFLINE_HINT) from None
