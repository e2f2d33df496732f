"""What the environment or the installation lacks is said at once, by name and without a secret."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import AsyncClient, Client
from app_store_connect._runtime.http.proxies import Proxies, ProxyAddress
from app_store_connect.errors import ConfigurationError
from support import keys
from support.api_server import Answer, ApiServer
from support.clients import FLAVOURS
from support.faults import certificate
from support.sessions import GET, Run

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def made(flavour: str, **options: Any) -> Any:
    kind: Any = Client if flavour == "sync" else AsyncClient
    return kind(keys.api_key(), **{"base_url": "https://api.example.com", **options})


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ALL_PROXY", "ftp://user:SECRET@proxy.example.com", "of an unknown kind"),
        ("ALL_PROXY", "socks4://user:SECRET@proxy.example.com", "of an unknown kind"),
        ("HTTPS_PROXY", "http://user:1234#SECRET@proxy.example.com:3128", "percent-encode"),
        ("https_proxy", "http://user:SE/CRET@proxy.example.com:3128", "percent-encode"),
        ("HTTPS_PROXY", "user:SEC?RET@proxy.example.com:3128", "percent-encode"),
        ("HTTPS_PROXY", "http://user:SECRET@proxy.example.com:port", "not the address of a proxy"),
        ("HTTPS_PROXY", "http://user:SECRET@[::1", "not the address of a proxy"),
        ("HTTPS_PROXY", "http://", "names no host"),
        ("HTTPS_PROXY", "http://user:SECRET@:3128", "names no host"),
        ("HTTPS_PROXY", "http:/proxy.example.com", "names no host"),
        ("HTTPS_PROXY", "http://proxy example.com:3128", "names no host"),
        ("HTTPS_PROXY", "http://user:SECRET@proxy.example.com:99999", "its port is not a number"),
        ("SSL_CERT_FILE", "/nowhere/SECRET.pem", "is not there"),
        ("SSL_CERT_DIR", "/nowhere", "is not there"),
        ("HTTPS_PROXY", "http://proxy.example.com:0", "its port is not a number"),
    ],
)
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_is_wrong_is_named(
    flavour: str, variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=said) as caught:
        made(flavour)
    assert variable in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    if "PROXY" in variable.upper():
        for part in ("SECRET", "SE/", "CRET", "SEC?", "1234"):
            assert part not in shown
        assert caught.value.__context__ is None
    # Who reads no environment has none of it.
    made(flavour, trust_env=False)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_certificates_that_cannot_be_read_are_named(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "certificates.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        made(flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_log_of_keys_that_cannot_be_written_is_not_blamed_on_certificates(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path)))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path))
    with pytest.raises(ConfigurationError, match="SSLKEYLOGFILE names a file"):
        made(flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("address", ["socks://h:1080", "socks5://h:1080", "SOCKS5H://h:1080"])
def test_a_socks_proxy_needs_its_extra(
    flavour: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(ConfigurationError, match=r"ALL_PROXY .*pip install 'httpx2?\[socks\]'"):
        made(flavour)
    with pytest.raises(ConfigurationError, match=r"proxy names a SOCKS proxy"):
        made(flavour, proxy=address, trust_env=False)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_http2_needs_its_extra(flavour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "app_store_connect._runtime.http.httpx_adapter.find_spec",
        lambda name: None if name == "h2" else found(name),
    )
    with pytest.raises(ConfigurationError, match=r"http2=True .*pip install 'httpx2?\[http2\]'"):
        made(flavour, http2=True)


@pytest.mark.parametrize(
    "entry", ["[::1]", "::1", "[::1]:8080", "::/0", "*", " other.example , [::1]"]
)
def test_no_proxy_is_understood_however_it_is_written(entry: str) -> None:
    known = Proxies({"all": proxy_address()}, entry)
    assert known.proxy_for("https", "::1", 8080) is None
    assert Proxies({"all": proxy_address()}, "::2").proxy_for("https", "::1", 8080) is not None


@pytest.mark.parametrize(
    ("entry", "is_bypassed"),
    [
        ("example.com", True),
        (".example.com", True),
        ("*.example.com", True),
        ("API.example.com.", True),
        ("api.example.com:443", True),
        ("https://api.example.com", True),
        ("api.example.com:8443", False),
        ("ample.com", False),
        ("other.com,", False),
        ("10.0.0.0/8", False),
    ],
)
def test_no_proxy_names_hosts_and_all_below(entry: str, *, is_bypassed: bool) -> None:
    found = Proxies({"https": proxy_address()}, entry).proxy_for("https", "api.example.com", 443)
    assert (found is None) == is_bypassed


def proxy_address() -> ProxyAddress:
    return ProxyAddress.read("http://user:SECRET@proxy.example.com:3128", "ALL_PROXY")


def test_no_rendering_of_a_proxy_shows_its_password() -> None:
    address = proxy_address()
    assert "SECRET" not in f"{address!r}{address!s}"


def test_the_environments_proxy_is_used_but_for_hosts_it_excepts(
    flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ApiServer([Answer()]) as proxy, ApiServer([Answer()]) as api:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "[::1],127.0.0.0/8")
        Run(flavour, "http://api.test", GET)
        Run(flavour, api.url, GET)
    assert proxy.requests[0].target == "http://api.test/v1/apps"
    assert len(api.requests) == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_http_is_for_this_machine_only_unless_it_is_asked_for(flavour: str) -> None:
    for url in (
        "http://api.example.com",
        "http://10.0.0.1:8080",
        "HTTP://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://0.0.0.0",
        "http://[::ffff:10.0.0.1]",
    ):
        with pytest.raises(ValueError, match="allow_http=True"):
            made(flavour, base_url=url)
        made(flavour, base_url=url, allow_http=True)
    for url in ("http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://LOCALHOST."):
        made(flavour, base_url=url)
    # What is not httpx's own leads where its author wants.
    mocked: Any = httpx.MockTransport(lambda _: httpx.Response(200))
    made(flavour, base_url="http://api.example.com", transport=mocked)
    own: Any = httpx.HTTPTransport() if flavour == "sync" else httpx.AsyncHTTPTransport()
    with pytest.raises(ValueError, match="allow_http=True"):
        made(flavour, base_url="http://api.example.com", transport=own)


def test_verification_cannot_be_switched_off() -> None:
    with pytest.raises(TypeError, match="always verified"):
        made("sync", verify=False)
    with pytest.raises(TypeError, match="unknown settings: mounts"):
        made("sync", mounts={})


def test_httpx_and_httpx2_do_not_mix() -> None:
    httpx2 = pytest.importorskip("httpx2")
    with pytest.raises(TypeError, match="do not go together"):
        made("sync", transport=httpx2.HTTPTransport(), timeout=httpx.Timeout(3))


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", ["httpx", "httpx2"])
def test_who_passes_a_client_or_transport_runs_on_its_library(name: str, flavour: str) -> None:
    library = pytest.importorskip(name)
    own = getattr(library, {"sync": "Client", "async": "AsyncClient"}[flavour])()
    transport = getattr(library, {"sync": "", "async": "Async"}[flavour] + "HTTPTransport")()
    with ApiServer(lambda _: Answer(json={"data": []})) as server:
        for passed in ({"client": own}, {"transport": transport}):
            asc = made(flavour, base_url=server.url, **passed)
            assert asc.session.wiring.http_library.name == name
            if flavour == "sync":
                assert asc.apps.list().all() == []
                own.close() if "client" in passed else asc.close()
            else:

                async def main(asc: Any = asc, passed: Any = passed) -> None:
                    assert await asc.apps.list().all() == []
                    await (own.aclose() if "client" in passed else asc.aclose())

                asyncio.run(main())
