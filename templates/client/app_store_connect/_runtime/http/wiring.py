"""How the connections of a client are made: everything that can be chosen, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ..messages.error_root import AppStoreConnectError
from ..suggestions import kind_of
from .httpx_adapter import http_library_of
from .options import of_kind
from .proxies import Proxies, ProxyAddress

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..messages.response import TransportFailure
    from .api_origin import ApiOrigin
    from .call import Call
    from .options import Settings

__all__ = ["Wiring"]

# In seconds. httpx allows 5 s, less than some of Apple's answers take.
_TIMEOUTS: dict[str, float | None] = {"connect": 15.0, "read": 60.0, "write": 60.0, "pool": 60.0}


class Wiring:
    """How connections are made: everything that can be chosen, checked once.

    Raises:
        ConfigurationError: for what the environment or the installation lacks.
    """

    def __init__(
        self,
        origin: ApiOrigin,
        settings: Settings,
        client: Any,
        transport: Any,
        *,
        asynchronous: bool,
        allow_http: bool,
    ) -> None:
        if client is not None and (settings or transport is not None):
            raise TypeError("settings go into the client that was passed, not next to it")
        if origin.is_exposed and not allow_http and not _leads_elsewhere(transport):
            raise ValueError(
                "a base URL begins with https://: the token would be readable on the way. Pass"
                " allow_http=True if nobody can read it there"
            )
        chosen: dict[str, Any] = {**settings}
        self.client, self.passed = client, transport
        self.http_library = http_library_of(client, transport, *chosen.values())
        timeout = chosen.pop("timeout", getattr(client, "timeout", _TIMEOUTS))
        self.timeouts = timeout if timeout is _TIMEOUTS else self.http_library.timeouts(timeout)
        limits = chosen.pop("limits", None)
        self.limits = of_kind(self.http_library.module.Limits, limits, "limits")
        self._http2 = bool(chosen.pop("http2", False))
        hooks: Mapping[str, list[Callable[..., Any]]] = chosen.pop("event_hooks", None) or {}
        if not isinstance(cast("object", hooks), Mapping):
            raise TypeError("event_hooks takes lists of functions by 'request' and 'response'")
        self.request_hooks, self.response_hooks = (
            hooks.get("request", []),
            hooks.get("response", []),
        )
        self._asynchronous = asynchronous
        proxy, trust_env = chosen.pop("proxy", None), chosen.pop("trust_env", True)
        verify = chosen.pop("verify", None)
        if chosen:
            raise TypeError(f"unknown settings: {', '.join(chosen)}")
        self.is_watched = client is None and transport is None
        self.is_httpx = not _leads_elsewhere(transport)
        self.first: tuple[ProxyAddress | None, Any] | None = None
        if self.is_watched:
            self._tls = self.http_library.tls(verify, trust_env=trust_env)
            self._proxies = _proxies(proxy, self.http_library.module, trust_env=trust_env)
            # Now and not at the first call, so that what is wrong is known at once.
            self.first = self.transport(origin.url("/"))

    def transport(
        self, url: str, made: Mapping[ProxyAddress | None, Any] | None = None
    ) -> tuple[ProxyAddress | None, Any]:
        """Return the transport for an address and its key: one of these or a new one."""
        if self.passed is not None:
            return None, self.passed
        parts = urlsplit(url)
        proxy = self._proxies.proxy_for(parts.scheme, parts.hostname or "", parts.port)
        if made and proxy in made:
            return proxy, made[proxy]
        return proxy, self.http_library.transport(
            proxy,
            tls=self._tls,
            limits=self.limits,
            http2=self._http2,
            asynchronous=self._asynchronous,
        )

    def failure(self, error: Exception, call: Call) -> TransportFailure:
        """Return the failure an exception means; raise it again if it is not the network's."""
        is_of_network = self.is_watched or isinstance(error, self.http_library.failures)
        if (
            not is_of_network
            or error is call.users_error
            or isinstance(error, AppStoreConnectError)
        ):
            raise error
        failure = self.http_library.failure(error, sent=call.sent if self.is_watched else None)
        return call.late(sent=failure.was_sent) if call.remaining <= 0 else failure


def _leads_elsewhere(transport: object) -> bool:
    """Return whether a transport is not httpx's own, and so decides where it leads."""
    module = http_library_of(transport).module
    own = (type(None), module.HTTPTransport, module.AsyncHTTPTransport)
    return not isinstance(transport, own)


def _proxies(proxy: Any, module: Any, *, trust_env: bool) -> Proxies:
    if isinstance(proxy, str):
        return Proxies({"all": ProxyAddress.read(proxy, "proxy")})
    if proxy is not None:
        if not isinstance(proxy, (module.URL, module.Proxy)):
            raise TypeError(f"proxy takes an address, not {kind_of(proxy)}")
        return Proxies({"all": ProxyAddress(proxy, "proxy")})
    return Proxies.of_environment() if trust_env else Proxies()
