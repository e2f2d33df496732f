"""What requests, answers and failures are to httpx, which nothing else imports.

httpx2 is the continuation of httpx under another name, and everything here is the same in both.
Who installs it, or passes one of its clients or transports, runs on it.
"""

from __future__ import annotations

import logging
import os
import ssl
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..messages.error_root import printable
from ..messages.errors import ConfigurationError
from ..messages.redaction import redacted
from ..messages.response import TransportFailure
from .intake import PackedBodyError
from .network import AsyncBackend, Backend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    import httpx

    from ..messages.response import FailureKind
    from ..messages.secret import Secret
    from .proxies import ProxyAddress

__all__ = ["HttpLibrary", "bounded", "http_library_of", "limited", "raw_chunks", "raw_chunks_async"]

_LIBRARIES = ("httpx2", "httpx")
_LONGEST_REASON = 500
_CONNECTIONS = 100
# In seconds; sockets take no longer times.
_LONGEST_WAIT = 2e6
# Handshakes that would end the same way however often they are tried.
_FINAL_HANDSHAKES = ("CERTIFICATE", "UNKNOWN_CA", "WRONG_VERSION", "UNSUPPORTED_PROTOCOL")

Timeouts = dict[str, float | None]


class HttpLibrary:
    """One of the two libraries, by what is needed of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.module = _module(name)
        # A fault below a library that it does not name itself is one of the connection.
        self.failures: tuple[type[Exception], ...] = (
            self.module.RequestError,
            self.module.InvalidURL,
            self.module.StreamError,
            PackedBodyError,
            OSError,
        )
        self._signed_url, self._signed_request = _signed_kinds(self.module)
        logging.getLogger(name).addFilter(_hide_signatures)

    def build_request(
        self,
        method: str,
        url: Any,
        headers: Mapping[str, str],
        content: Any,
        timeouts: Timeouts,
    ) -> httpx.Request:
        """Make a request."""
        made: httpx.Request = self.module.Request(
            method, url, headers=headers, content=content, extensions={"timeout": timeouts}
        )
        return made

    def signed_url(self, address: Secret) -> Any:
        """Return the address as httpx has it, or None; httpx's own error would quote it."""
        try:
            return self._signed_url(address.reveal())
        except self.module.InvalidURL:
            return None

    def signed_request(
        self, method: str, url: Any, content: Any, timeouts: Timeouts
    ) -> httpx.Request:
        """Make a request to a signed address, of which nothing is shown but where it goes."""
        request: httpx.Request = self._signed_request(
            method, url, content=content, extensions={"timeout": timeouts}
        )
        # The constructor makes a URL of httpx's own of it.
        request.url = url
        return request

    def timeouts(self, chosen: Any) -> Timeouts:
        """Return the time-outs of each kind of wait, from whatever httpx takes for them."""
        made = self.module.Timeout(chosen)
        kinds = ("connect", "read", "write", "pool")
        return {kind: bounded(getattr(made, kind), f"the timeout {kind}") for kind in kinds}

    def most_connections(self, limits: Any) -> int:
        """Return how many connections there may be at once."""
        most: int | None = _CONNECTIONS if limits is None else limits.max_connections
        return sys.maxsize if most is None else most

    def tls(self, verify: object, *, trust_env: bool) -> ssl.SSLContext:
        """Return what checks certificates.

        Raises:
            ConfigurationError: where the environment's are bad.
        """
        if isinstance(verify, ssl.SSLContext):
            return verify
        if verify not in {None, True}:
            raise TypeError(
                "verify is an ssl.SSLContext, for certificates of your own: certificates are"
                " always verified"
            )
        named = _certificates() if trust_env else None
        try:
            context: ssl.SSLContext = self.module.create_ssl_context(trust_env=trust_env)
        except (OSError, ValueError) as error:
            reason = printable(str(error), _LONGEST_REASON)
            keys = os.environ.get("SSLKEYLOGFILE")
            if keys and getattr(error, "filename", None) == keys:
                raise ConfigurationError(
                    f"SSLKEYLOGFILE names a file that cannot be written: {reason}"
                ) from None
            source = f"{named} names" if named else "the system has"
            raise ConfigurationError(
                f"{source} certificates that cannot be read: {reason}"
            ) from None
        return context

    def transport(
        self,
        proxy: ProxyAddress | None,
        *,
        tls: ssl.SSLContext,
        limits: Any,
        http2: bool,
        asynchronous: bool,
    ) -> Any:
        """Make a transport whose connections end with their calls."""
        make = self.module.AsyncHTTPTransport if asynchronous else self.module.HTTPTransport
        if limits is None:
            limits = self.module.Limits(
                max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS // 5
            )
        if http2 and find_spec("h2") is None:
            raise ConfigurationError(
                "http2=True needs a package that is not installed:"
                f" pip install '{self.name}[http2]'"
            )
        transport, problem = None, ""
        try:
            transport = make(
                verify=tls,
                trust_env=False,
                http2=http2,
                limits=limits,
                proxy=None if proxy is None else proxy.reveal(),
            )
        except ImportError:
            problem = (
                "names a SOCKS proxy, which needs a package that is not installed:"
                f" pip install '{self.name}[socks]'"
            )
        except (ValueError, self.module.InvalidURL):
            problem = (
                "is not the address of a proxy, such as http://proxy.example.com:3128 (its user"
                " and password percent-encoded)"
            )
        if transport is None:
            # Out here, so that the error of httpx, which quotes the address, is not its context.
            raise ConfigurationError(f"{'proxy' if proxy is None else proxy.source} {problem}")
        # Where httpx has its connections made is its own affair, but the only way to reach them.
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if pool is not None and backend is not None:
            watch = AsyncBackend if asynchronous else Backend
            pool._network_backend = watch(backend, pool)  # noqa: SLF001 - as above
        return transport

    def failure(self, error: Exception, *, sent: bool | None) -> TransportFailure:
        """Return what a failure means: whether the request left, and whether a time-out ended it.

        `sent` is None where nobody watched, and then httpx's kind of error decides.
        """
        module = self.module
        reason = printable(f"{type(error).__name__} {error}".strip(), _LONGEST_REASON)
        if sent is None:
            sent = not isinstance(
                error,
                (
                    module.ConnectError,
                    module.ConnectTimeout,
                    module.PoolTimeout,
                    module.ProxyError,
                    module.UnsupportedProtocol,
                    module.LocalProtocolError,
                ),
            )
        if not sent and (refusal := _refused_handshake(error)):
            return TransportFailure("certificate", printable(refusal, _LONGEST_REASON))
        kind: FailureKind
        if isinstance(error, module.PoolTimeout):
            kind = "pool-timeout"
        elif isinstance(error, (module.TimeoutException, TimeoutError)):
            kind = "sent-timeout" if sent else "connect-timeout"
        else:
            kind = "sent" if sent else "connect"
        return TransportFailure(kind, reason)


def _signed_kinds(module: Any) -> tuple[type[Any], type[Any]]:
    """Addresses and requests that are what they are, and show no signature to who looks at them."""

    class SignedUrl(module.URL):  # type: ignore[misc] # of a library that is chosen at run time
        is_signed = True

        def __repr__(self) -> str:
            return f"<URL {redacted(str(self))}>"

    class SignedRequest(module.Request):  # type: ignore[misc] # the same
        def __repr__(self) -> str:
            return f"<Request {self.method} {redacted(str(self.url)).partition('?')[0]}>"

    return SignedUrl, SignedRequest


def _hide_signatures(record: logging.LogRecord) -> bool:
    """Rewrite the addresses that httpx writes to its log, where they are signed ones."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            redacted(str(item)) if getattr(item, "is_signed", False) else item
            for item in record.args
        )
    return True


def http_library_of(*passed: object) -> HttpLibrary:
    """Return the library that these objects are of, the preferred one for objects of none."""
    names = sorted({name for item in passed for name in _library_names(item)})
    if len(names) > 1:
        raise TypeError(f"objects of {' and '.join(names)} do not go together")
    return _library(names[0] if names else _preferred())


def _library_names(item: object) -> list[str]:
    roots = (kind.__module__.partition(".")[0] for kind in type(item).__mro__)
    return [root for root in roots if root in _LIBRARIES][:1]


@cache
def _library(name: str) -> HttpLibrary:
    return HttpLibrary(name)


def _module(name: str) -> Any:
    # Not at the top: who has one needs not have the other, and neither is needed before a client.
    if name == "httpx2":
        import httpx2  # noqa: PLC0415

        return httpx2
    import httpx  # noqa: PLC0415

    return httpx


@cache
def _preferred() -> str:
    """Return the first library that is installed."""
    with suppress(ImportError):
        _module("httpx2")
        return "httpx2"
    return "httpx"


def limited(timeouts: Timeouts, most: float) -> Timeouts:
    """Return these time-outs, each at most this long."""
    if all(value is not None and value <= most for value in timeouts.values()):
        return timeouts
    most = max(0.001, most)
    if most == float("inf"):
        return timeouts
    return {kind: most if value is None else min(value, most) for kind, value in timeouts.items()}


def bounded(seconds: float | None, what: str) -> float | None:
    """Return a bound of a wait, None for none; at most as long as a system can wait."""
    if seconds is None:
        return None
    if not seconds > 0:
        raise ValueError(f"{what} is above 0 s, or None for none, not {seconds!r}")
    return min(seconds, _LONGEST_WAIT)


def raw_chunks(incoming: httpx.Response, size: int | None) -> Iterator[bytes]:
    """Yield a body as it comes over the wire, or as the user's transport or event hook read it."""
    return iter([incoming.content]) if incoming.is_stream_consumed else incoming.iter_raw(size)


async def raw_chunks_async(incoming: httpx.Response, size: int | None) -> AsyncIterator[bytes]:
    """Yield the same for an asynchronous client."""
    if incoming.is_stream_consumed:
        yield incoming.content
    else:
        async for chunk in incoming.aiter_raw(size):
            yield chunk


def _certificates() -> str | None:
    """Return the variable that names certificates.

    Raises:
        ConfigurationError: where they are not there.
    """
    for variable, is_there in (("SSL_CERT_FILE", Path.is_file), ("SSL_CERT_DIR", Path.is_dir)):
        if place := os.environ.get(variable):
            if not is_there(Path(place)):
                raise ConfigurationError(
                    f"{variable} names {printable(place, _LONGEST_REASON)!r}, which is not there:"
                    " correct it, or unset it to use the usual certificates"
                )
            return variable
    return None


def _refused_handshake(error: BaseException) -> str | None:
    """Return why a handshake failed for good: an untrusted certificate, or no TLS."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return (
                f"the server's certificate is not trusted: {seen.verify_message or seen}"
                f" ({seen.reason}). Pass"
                " verify=ssl_context or set SSL_CERT_FILE if it is your company's"
            )
        if isinstance(seen, ssl.SSLError) and any(
            word in (seen.reason or "") for word in _FINAL_HANDSHAKES
        ):
            return f"the TLS handshake was refused: {seen.reason}"
        seen = seen.__cause__ or seen.__context__
    return None
