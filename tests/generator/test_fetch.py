from __future__ import annotations

import gzip
import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ascgen.documents.cache import SpecCache
from ascgen.documents.fetch import ADDRESSES, FetchResult, Limits, fetch, import_file
from ascgen.errors import AscgenError, FetchError, SpecError, StoreError
from support.faults import FaultServer
from support.small_spec import ENTERPRISE, small_spec_bytes, zipped
from support.spec_server import Answer, SpecServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LIMITS = Limits(connect=2, read=0.3, total=0.6, size=100_000)


@pytest.fixture
def server() -> Iterator[SpecServer]:
    with SpecServer() as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> SpecCache:
    return SpecCache(tmp_path / "cache")


def good(version: str = "1.0", *, note: str = "", etag: str = "") -> Answer:
    return Answer(body=zipped({"openapi.json": small_spec_bytes(version, note=note)}), etag=etag)


def get(cache: SpecCache, server: SpecServer, **options: Any) -> FetchResult:
    settings: dict[str, Any] = {
        "url": server.url,
        "limits": LIMITS,
        "now": lambda: MOMENT,
        **options,
    }
    # A transport of its own keeps the machine's proxies out.
    return fetch(cache, transport=httpx.HTTPTransport(), **settings)


def answering(
    handler: Callable[[httpx.Request], httpx.Response], cache: SpecCache, url: str | None = None
) -> FetchResult:
    return fetch(cache, url=url, transport=httpx.MockTransport(handler), now=lambda: MOMENT)


def contents(cache: SpecCache) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in cache.directory.rglob("*") if p.is_file()}


def test_the_first_download(server: SpecServer, cache: SpecCache) -> None:
    server.answer = good("4.4.1", etag='"one"')
    result = get(cache, server)
    assert result.outcome == "new"
    assert result.document.version == "4.4.1"
    assert result.document.origin == server.url
    assert (result.entry.url, result.entry.etag) == (server.url, '"one"')
    assert result.entry.fetched_at == MOMENT
    assert cache.newest() == result.entry
    assert cache.load(result.entry) == result.document
    assert "if-none-match" not in server.requests[0]
    assert server.requests[0]["accept-encoding"] == "identity"


def test_json_that_is_not_in_an_archive(server: SpecServer, cache: SpecCache) -> None:
    server.answer = Answer(body=small_spec_bytes())
    assert get(cache, server).outcome == "new"


@pytest.mark.parametrize("name", ["folder/deeper/openapi.json", "/tmp/openapi.json", "../a.json"])  # noqa: S108
def test_nested_and_absolute_members(server: SpecServer, cache: SpecCache, name: str) -> None:
    server.answer = Answer(body=zipped({name: small_spec_bytes()}))
    result = get(cache, server)
    assert set(contents(cache)) == {"manifest.json", result.entry.file}


def test_a_second_download_is_conditional(server: SpecServer, cache: SpecCache) -> None:
    server.answer = good(etag='"one"')
    server.answer.headers["Last-Modified"] = "Thu, 01 Jan 2026 00:00:00 GMT"
    first = get(cache, server)
    before = contents(cache)
    second = get(cache, server)
    assert second.outcome == "not-modified"
    assert (second.document, second.entry) == (first.document, first.entry)
    assert contents(cache) == before
    assert server.requests[1]["if-none-match"] == '"one"'
    assert server.requests[1]["if-modified-since"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_refresh_downloads_unconditionally(server: SpecServer, cache: SpecCache) -> None:
    server.answer = good(etag='"one"')
    get(cache, server)
    assert get(cache, server, refresh=True).outcome == "unchanged"
    assert "if-none-match" not in server.requests[1]


def test_the_condition_is_that_of_the_address(server: SpecServer, cache: SpecCache) -> None:
    server.answer = good(etag='"one"')
    get(cache, server)
    get(cache, server, url=server.url + "?other")
    assert "if-none-match" not in server.requests[1]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"{}")])
def test_a_lost_document_is_downloaded_again(
    server: SpecServer, cache: SpecCache, damage: Callable[[Path], object]
) -> None:
    server.answer = good(etag='"one"')
    entry = get(cache, server).entry
    damage(cache.path(entry))
    assert get(cache, server).outcome == "unchanged"
    assert cache.load(entry)
    assert get(cache, server).outcome == "not-modified"


def test_a_newer_version(server: SpecServer, cache: SpecCache) -> None:
    server.answer = good("4.9", etag='"one"')
    get(cache, server)
    server.answer = good("4.10", etag='"two"')
    result = get(cache, server)
    assert (result.outcome, result.previous_sha256) == ("new", "")
    assert cache.newest() == result.entry
    assert len(cache.entries()) == 2


def test_other_content_under_the_same_version(server: SpecServer, cache: SpecCache) -> None:
    server.answer = good(note="old", etag='"one"')
    old = get(cache, server)
    server.answer = good(note="new", etag='"two"')
    result = get(cache, server)
    assert result.outcome == "changed"
    assert result.previous_sha256 == old.document.sha256
    assert cache.newest() == result.entry
    assert get(cache, server).outcome == "not-modified"
    assert server.requests[-1]["if-none-match"] == '"two"'


def test_progress(server: SpecServer, cache: SpecCache) -> None:
    content = small_spec_bytes(note="x" * 1000)
    seen: list[tuple[int, int | None]] = []
    server.answer = Answer(body=[content[:10], content[10:]], length=len(content), pause=0.05)
    get(cache, server, progress=lambda received, total: seen.append((received, total)))
    assert seen == [(0, len(content)), (10, len(content)), (len(content), len(content))]
    seen.clear()
    server.answer = Answer(body=content, length=None)
    get(cache, server, progress=lambda received, total: seen.append((received, total)))
    assert seen[-1] == (len(content), None)


SOUND = zipped({"openapi.json": small_spec_bytes("2.0")})
BAD_ANSWERS = {
    "404": (Answer(404, b"no", length="true"), "answered 404 Not Found"),
    "500": (Answer(500, b"<html>"), "answered 500"),
    "204": (Answer(204, length=None), "answered 204"),
    "304 to no condition": (Answer(304, length=None), "answered 304"),
    "a web page": (Answer(body=b"<!DOCTYPE html><html></html>"), "web page"),
    "nothing": (Answer(body=b""), "is empty"),
    "no member": (Answer(body=zipped({"a.txt": small_spec_bytes("2.0")})), "no JSON member"),
    "two members": (Answer(body=zipped({"a.json": b"{}", "b.json": b"{}"})), "several JSON"),
    "a bomb": (Answer(body=zipped({"a.json": b"0" * 70_000_000})), "larger than 64 MB"),
    "a damaged archive": (Answer(body=SOUND[:-9]), "damaged"),
    "no OpenAPI": (Answer(body=b'{"swagger": "2.0"}'), "openapi is missing"),
    "no JSON": (Answer(body=zipped({"a.json": b"{"})), "not valid JSON"),
    "cut off": (Answer(body=SOUND, length=len(SOUND) + 1), "cannot download"),
    "cut off unnoticed": (Answer(body=SOUND[:-30], length=None), "damaged"),
    "too large": (Answer(body=b"{", length=LIMITS.size + 1), "larger than"),
    "endless": (Answer(body=itertools.repeat(b"{" * 10_000), length=None), "larger than"),
    "slow": (Answer(body=[b"{", b"}"], length=2, pause=1), "did not answer in time"),
    "dripping": (Answer(body=itertools.repeat(b" "), length=None, pause=0.05), "took longer"),
    "compressed": (
        Answer(body=gzip.compress(SOUND), headers={"Content-Encoding": "gzip"}),
        "compressed",
    ),
    "sent elsewhere": (Answer(302, headers={"Location": "http://127.0.0.1:1/"}), "without https"),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_answer_leaves_the_cache_alone(
    server: SpecServer, cache: SpecCache, name: str
) -> None:
    server.answer = good()
    get(cache, server)
    before = contents(cache)
    server.answer, message = BAD_ANSWERS[name]
    with pytest.raises((FetchError, SpecError)) as caught:
        get(cache, server)
    assert message in caught.value.message
    assert contents(cache) == before


def test_no_server(cache: SpecCache) -> None:
    with SpecServer() as gone:
        pass
    with pytest.raises(FetchError, match="cannot download") as caught:
        get(cache, gone)
    assert "--from" in caught.value.hint
    assert "ASCGEN_OFFLINE" in caught.value.hint
    assert not cache.directory.exists()


@pytest.mark.parametrize(
    "url", ["", "spec.zip", "ftp://127.0.0.1/", "http://[", "http://a:99999999/", "http://\udcff/"]
)
def test_an_address_that_is_none(cache: SpecCache, server: SpecServer, url: str) -> None:
    with pytest.raises(FetchError):
        get(cache, server, url=url)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("ALL_PROXY", "gopher://127.0.0.1:1"),
        ("SSL_CERT_FILE", "missing.pem"),
    ],
)
def test_a_network_that_is_set_up_wrongly(
    cache: SpecCache, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(FetchError, match="cannot download"):
        fetch(cache, url="https://127.0.0.1:1/", limits=LIMITS)


def test_a_damaged_manifest_stops_before_the_download(server: SpecServer, cache: SpecCache) -> None:
    cache.directory.mkdir()
    cache.manifest.write_bytes(b"{")
    with pytest.raises(StoreError):
        get(cache, server)
    assert server.requests == []
    assert contents(cache) == {"manifest.json": b"{"}


def test_products_have_addresses(cache: SpecCache) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        enterprise = "enterprise" in asked[-1]
        body = small_spec_bytes(server=ENTERPRISE) if enterprise else small_spec_bytes()
        return httpx.Response(200, content=body)

    transport = httpx.MockTransport(handler)
    assert fetch(cache, transport=transport).document.product == "app-store-connect"
    assert fetch(cache, product="enterprise", transport=transport).document.product == "enterprise"
    assert asked == list(ADDRESSES.values())
    assert len(cache.entries()) == 2


def test_the_document_is_of_the_product(server: SpecServer, cache: SpecCache) -> None:
    server.answer = Answer(body=small_spec_bytes(server=ENTERPRISE), etag='"one"')
    with pytest.raises(FetchError, match="holds the document of enterprise"):
        get(cache, server, product="app-store-connect")
    assert contents(cache) == {}
    assert get(cache, server).entry.product == "enterprise"
    with pytest.raises(FetchError, match="holds the document of enterprise"):
        get(cache, server, product="app-store-connect")


def test_redirects_lead_to_https(cache: SpecCache) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "http":
            return httpx.Response(301, headers={"Location": "https://b.example/x"})
        if request.url.path == "/x":
            return httpx.Response(302, headers={"Location": "/y"})
        return httpx.Response(200, content=small_spec_bytes())

    result = answering(handler, cache, "http://a.example/")
    assert result.entry.url == "http://a.example/"


def test_redirects_do_not_leave_https(cache: SpecCache) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.scheme)
        return httpx.Response(302, headers={"Location": "http://a.example/x"})

    with pytest.raises(FetchError, match="without https"):
        answering(handler, cache)
    assert asked == ["https"]


def test_redirects_end(cache: SpecCache) -> None:
    asked: list[httpx.URL] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(302, headers={"Location": "https://a.example/x"})

    with pytest.raises(FetchError, match="in circles"):
        answering(handler, cache)
    assert len(asked) == 6


@pytest.mark.parametrize("fault", ["headdrip", "early", "bodydrip"])
def test_an_answer_that_drips_in_ends_with_the_deadline(cache: SpecCache, fault: str) -> None:
    with (
        FaultServer() as server,
        pytest.raises(FetchError, match=r"took longer than 0\.6 seconds"),
    ):
        fetch(
            cache,
            url=f"{server.url}/fault-{fault}-",
            limits=LIMITS,
            transport=httpx.HTTPTransport(),
        )


def test_redirects_share_the_deadline(cache: SpecCache) -> None:
    seconds = itertools.count(step=4)
    timeouts: list[dict[str, float]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        timeouts.append(request.extensions["timeout"])
        return httpx.Response(302, headers={"Location": "https://a.example/x"})

    with pytest.raises(FetchError, match="took longer than 10 seconds"):
        fetch(
            cache,
            limits=Limits(connect=1, read=5, total=10),
            clock=lambda: next(seconds),
            transport=httpx.MockTransport(handler),
        )
    assert [timeout["connect"] for timeout in timeouts] == [1, 1]
    assert [timeout["read"] for timeout in timeouts] == [5, 2]


def test_import(tmp_path: Path, cache: SpecCache) -> None:
    content = small_spec_bytes()
    for name, body in (("a.json", content), ("a.zip", zipped({"x.json": content}))):
        (tmp_path / name).write_bytes(body)
    first = import_file(cache, tmp_path / "a.json", now=lambda: MOMENT)
    assert (first.outcome, first.entry.url, first.entry.fetched_at) == ("new", "a.json", MOMENT)
    assert first.document.origin == "a.json"
    second = import_file(cache, tmp_path / "a.zip", now=lambda: MOMENT)
    assert second.outcome == "unchanged"
    assert second.document == first.document


def test_import_of_what_is_no_document(tmp_path: Path, cache: SpecCache) -> None:
    import_file(cache, _file(tmp_path, small_spec_bytes()))
    before = contents(cache)
    sound = _file(tmp_path, small_spec_bytes("2.0"), "sound")
    failures: dict[str, Callable[[], object]] = {
        "cannot read": lambda: import_file(cache, tmp_path / "missing.json"),
        "Is a directory": lambda: import_file(cache, tmp_path),
        "web page": lambda: import_file(cache, _file(tmp_path, b"<html>")),
        "openapi is missing": lambda: import_file(cache, _file(tmp_path, b'{"a": 1}')),
        "too large": lambda: import_file(cache, sound, limit=10),
        "not of enterprise": lambda: import_file(cache, sound, product="enterprise"),
    }
    for message, failure in failures.items():
        with pytest.raises(AscgenError, match=message):
            failure()
    assert contents(cache) == before


def test_a_file_name_that_is_no_text(tmp_path: Path, cache: SpecCache) -> None:
    try:
        path = _file(tmp_path, small_spec_bytes(), "a\udcff.json")
    except OSError:
        pytest.skip("the file system takes text only")
    import_file(cache, path)
    assert [entry.url for entry in cache.entries()] == ["a�.json"]


def _file(directory: Path, content: bytes, name: str = "file") -> Path:
    path = directory / name
    path.write_bytes(content)
    return path
