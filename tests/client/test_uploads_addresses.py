"""Which of the addresses that an API hands out are used."""

from __future__ import annotations

import pytest

from app_store_connect import UnsafeUrlError
from app_store_connect._runtime.http.address_policy import (
    DOWNLOAD_HOSTS,
    UPLOAD_HOSTS,
    AddressPolicy,
)
from app_store_connect._runtime.http.api_origin import ApiOrigin
from app_store_connect._runtime.messages.secret import Secret

APPLE = "https://api.appstoreconnect.apple.com"
LOCAL = "http://127.0.0.1:8080"
ELSEWHERE = "https://proxy.example.com"


def allows(api: str, url: str, hosts: tuple[str, ...] | None = None) -> bool:
    policy = AddressPolicy(ApiOrigin(api), hosts, default=UPLOAD_HOSTS)
    try:
        return policy.checked(Secret(url)) == Secret(url)
    except UnsafeUrlError:
        return False


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://northamerica-1.object-storage.apple.com/a?X-Amz-Signature=x", True),
        ("https://store-030.blobstore.apple.com/a", True),
        ("https://STORE-030.blobstore.APPLE.com:443/a", True),
        ("https://store.apple.com./a", True),
        ("http://store-030.blobstore.apple.com/a", False),
        ("https://apple.com.example.com/a", False),
        ("https://evilapple.com/a", False),
        ("https://example.com/.apple.com", False),
        ("https://example.com#.apple.com", False),
        ("https://example.com?.apple.com", False),
        ("https://example.com\\.apple.com/", False),
        ("https://x@a.apple.com/", False),
        ("https://a.apple.com:99999/", False),
        ("https://a.apple.com:0/", False),
        ("https://a.apple.com../", False),
        ("https://..apple.com/", False),
        ("https://a..apple.com/", False),
        ("https://a.apple.com/ b", False),
        ("https://a.apple.com/\r\nb", False),
        ("https://127.0.0.1/", False),
        ("http://127.0.0.1/", False),
        ("https://[::1/", False),
        ("https://\uff41.apple.com/", False),
    ],
)
def test_apples_own_api_sends_to_apple_only(url: str, *, expected: bool) -> None:
    assert allows(APPLE, url) is expected


@pytest.mark.parametrize("api", [f"{APPLE}.", f"{APPLE}:443", APPLE.upper(), f"{APPLE}./"])
def test_apples_own_api_is_known_however_it_is_spelled(api: str) -> None:
    assert allows(api, "https://store-030.blobstore.apple.com/a")
    for url in ("https://example.com/a", "https://apple.com.example.com/a"):
        assert not allows(api, url)


@pytest.mark.parametrize("host", ["Store.Example.com", "store.example.com.", " store.example.com"])
def test_hosts_that_are_allowed_are_known_however_they_are_spelled(host: str) -> None:
    for url in ("https://store.example.com/a", "https://STORE.example.com.:443/a"):
        assert allows(APPLE, url, (host,))
    assert not allows(APPLE, "https://other.example.com/a", (host,))


def test_an_api_on_this_machine_may_do_without_tls_here_only() -> None:
    for url in ("http://127.0.0.1:9/", "http://localhost/", "http://[::1]/", "https://a.b/"):
        assert allows(LOCAL, url), url
    for url in ("http://10.0.0.1/", "http://a.b/", "ftp://127.0.0.1/", "http://localhost.a.b/"):
        assert not allows(LOCAL, url), url
    assert not allows(ELSEWHERE, "http://127.0.0.1/")


def test_other_apis_and_the_user_decide_for_themselves() -> None:
    assert allows(ELSEWHERE, "https://anywhere.example.net/")
    assert allows(APPLE, "https://Store.example.net/", ("*.EXAMPLE.net",))
    assert not allows(APPLE, "https://example.net/", ("*.example.net",))
    assert not allows(APPLE, "https://a.apple.com/", ())
    assert not allows(LOCAL, "http://127.0.0.1/", ("localhost",))


def test_downloads_may_come_from_apples_providers() -> None:
    policy = AddressPolicy(ApiOrigin(APPLE), None, default=DOWNLOAD_HOSTS)
    for host in ("a.s3.us-west-2.amazonaws.com", "a.cloudfront.net", "a.mzstatic.com"):
        assert policy.checked(Secret(f"https://{host}/x"))
    with pytest.raises(UnsafeUrlError):
        policy.checked(Secret("https://amazonaws.com.example.com/"))


def test_what_is_refused_keeps_its_secret() -> None:
    policy = AddressPolicy(ApiOrigin(APPLE), None, default=UPLOAD_HOSTS)
    with pytest.raises(UnsafeUrlError) as caught:
        policy.checked(Secret("https://me:pw@example.com/a?X-Amz-Signature=secret"))
    assert "secret" not in str(caught.value)
    assert "pw" not in str(caught.value)


def test_what_is_longer_than_any_address_is_refused_unread() -> None:
    policy = AddressPolicy(ApiOrigin(APPLE), None, default=UPLOAD_HOSTS)
    with pytest.raises(UnsafeUrlError, match="70020 characters"):
        policy.checked(Secret("https://a.apple.com/" + "x" * 70_000))
