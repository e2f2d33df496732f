from __future__ import annotations

import pytest

from app_store_connect import Client
from app_store_connect._runtime.http.api_origin import ApiOrigin
from app_store_connect._runtime.messages.errors import UnsafeUrlError
from app_store_connect._runtime.messages.redaction import redacted
from support import keys

BASE = "https://api.example.com"


@pytest.mark.parametrize(
    "base", ["https://api.example.com", "https://api.example.com/", " https://API.example.com:443 "]
)
@pytest.mark.parametrize(
    "target",
    [
        "/v1/apps?cursor=a%2Bb&limit=2",
        "https://api.example.com/v1/apps?cursor=a%2Bb&limit=2",
        "HTTPS://API.EXAMPLE.COM:443/v1/apps?cursor=a%2Bb&limit=2#part",
        "https://api.example.com./v1/apps?cursor=a%2Bb&limit=2",
        "//api.example.com/v1/apps?cursor=a%2Bb&limit=2",
        "  /v1/apps?cursor=a%2Bb&limit=2\n",
    ],
)
def test_the_api_may_be_named_in_many_ways(base: str, target: str) -> None:
    url = ApiOrigin(base).url(target)
    assert url.lower().replace(":443", "") == f"{BASE}/v1/apps?cursor=a%2bb&limit=2"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.com/v1/apps",
        "http://api.example.com/v1/apps",
        "https://api.example.com:8443/v1/apps",
        "https://api.example.com:99999/v1/apps",
        "https://api.example.com:x/v1/apps",
        "https://api.example.com.evil.com/v1/apps",
        "https://api.example.com@evil.com/v1/apps",
        "https://user@api.example.com/v1/apps",
        "https://user:secret@api.example.com/v1/apps",
        "//evil.example.com/v1/apps",
        "https:///v1/apps",
        "https:/v1/apps",
        "https:evil.example.com",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://api.example.com\\@evil.com/",
        "\\\\evil.example.com/v1",
        "https://api.exa\tmple.com/v1/apps",
        "/v1/ap ps",
        "/v1/apps\r\nX-Injected: 1",
        "https://[::1/v1/apps",
        "https://ap\u0456.example.com/v1/apps",
        "v1/apps",
        "",
        "?limit=1",
        "https://api.example.com",
        "/v1/apps/..",
        "/v1/./apps",
        "/v1/apps/%2e%2E/users",
        "/v1/apps/.%2e",
        "/v1/apps/..;/users",
        "/v1/apps/%2e%2e%3bx=1/users",
        "/v1/apps/.%00/users",
        "/v1/apps?name=\ud800",
        "https://api.example.com:0/v1/apps",
        "https://api.example.com\u200b/v1/apps",
        "https://api.exam\u00adple.com/v1/apps",
    ],
)
def test_nothing_else_is_the_api(target: str) -> None:
    with pytest.raises(UnsafeUrlError) as caught:
        ApiOrigin(BASE).url(target)
    assert "secret" not in str(caught.value)


def test_the_query_is_encoded_but_for_the_commas_between_values() -> None:
    query = (("filter[app]", "1,2"), ("filter[name]", "a&b=c+d e/é:#%"), ("sort", "-x"))
    assert ApiOrigin(BASE).url("/v1/apps", query) == (
        f"{BASE}/v1/apps?filter%5Bapp%5D=1,2"
        "&filter%5Bname%5D=a%26b%3Dc%2Bd%20e%2F%C3%A9%3A%23%25&sort=-x"
    )
    assert ApiOrigin(BASE).url("/v1/apps?a=b", (("c", ""),)) == f"{BASE}/v1/apps?a=b&c="


@pytest.mark.parametrize(
    "base",
    [
        *("", "/v1", "api.example.com", "ftp://api.example.com", "https://"),
        *("https://a/v1", "https://a?x", "https://a#b", "https://u:p@a"),
        *("https://.", "https://api%2Eexample.com", "https://api..example.com", "https://a.."),
        *("https://api example.com", "https://*.example.com", "https://{host}"),
        *("https://api.exa\tmple.com", "https://api.example.com:0", "https://\0api.example.com"),
        # Older rules and newer ones for letters in names lead to different hosts.
        *("https://fa\u00df.example.com", "https://\u200dapi.example.com"),
    ],
)
def test_a_base_url_is_an_origin(base: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        ApiOrigin(base)


@pytest.mark.parametrize(
    "spelled",
    [
        "https://api.example.com.",
        "HTTPS://API.Example.COM",
        "https://api.example.com:443",
        "https://api.example.com.:0443/",
        "  https://api.example.com/ ",
        "https://api\u3002example.com",
        "https://\uff41pi.example\uff0ecom",
    ],
)
def test_an_origin_is_the_same_however_it_is_spelled(spelled: str) -> None:
    assert ApiOrigin(spelled).url("/v1/apps") == f"{BASE}/v1/apps"
    assert ApiOrigin(spelled).host == "api.example.com"
    assert ApiOrigin(BASE).url(f"{spelled.strip().rstrip('/')}/v1/apps") == f"{BASE}/v1/apps"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/apps/..%2fusers",
        "/v1/apps/a%2F..%2Fb",
        "/v1/apps/%252e%252e/users",
        "/v1/apps/..%5Cusers",
        "/v1/apps/%25252e%25252e%25252fusers",
        "/v1/apps/%252e%252e%253b/users",
        "/v1/apps/..%2500/users",
        "/v1/apps/\uff0e\uff0e/users",
        "/v1/apps/%ef%bc%8e%ef%bc%8e%ef%bc%8fusers",
    ],
)
def test_a_path_that_somebody_wrote_hides_no_other_one(path: str) -> None:
    with Client(keys.api_key()) as asc:
        for call in (lambda: asc.request("GET", path), lambda: asc.collection(path)):
            with pytest.raises(UnsafeUrlError, match="dot segments"):
                call()


def test_an_encoded_slash_in_an_id_is_no_other_path() -> None:
    assert ApiOrigin(BASE).url("/v1/apps/a%2Fb") == f"{BASE}/v1/apps/a%2Fb"


def test_what_others_could_read_is_known() -> None:
    for base in ("http://example.com", "http://10.0.0.1", "http://localhost.example.com"):
        assert ApiOrigin(base).is_exposed
    for base in (
        BASE,
        "http://127.0.0.1:8",
        "http://[::1]:8",
        "http://localhost.",
        "http://a.test",
    ):
        assert not ApiOrigin(base).is_exposed


def test_other_ports_and_schemes_are_origins_too() -> None:
    local = ApiOrigin("http://127.0.0.1:8080")
    assert local.url("http://127.0.0.1:8080/v1/apps") == "http://127.0.0.1:8080/v1/apps"
    assert ApiOrigin("http://h").url("http://h:80/v1") == "http://h/v1"
    with pytest.raises(UnsafeUrlError):
        local.url("http://127.0.0.1/v1/apps")


def test_an_address_for_a_log_has_no_secret_in_it() -> None:
    signed = (
        "https://me:pw@store.example.com/part?X-Amz-Signature=SECRET&X-Amz-Expires=9"
        "&filter%5Bapp%5D=1&filter[name]=x&limit=2&cursor=c&flag&FILTER=SECRET#SECRET"
    )
    assert redacted(signed) == (
        "https://store.example.com/part?X-Amz-Signature=…&X-Amz-Expires=…"
        "&filter%5Bapp%5D=1&filter[name]=x&limit=2&cursor=c&flag&FILTER=…"
    )
    assert redacted("/v1/apps") == "/v1/apps"
    alone = ("/a;s=SECRET/b?x=SECRET", "/a?sig%3DSECRET", "/a?0123456789SECRET", "/a;k=v;s=SECRET")
    assert not [address for address in alone if "SECRET" in redacted(address)]
