"""Downloads: whatever Apple hands out by its address, or inside of a resource."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import AsyncClient, Client, UnsafeUrlError
from app_store_connect.download import AsyncDownload, Download, DownloadError, TransferError
from ascgen.model import Array, ObjectSchema, Ref, ResourceSchema, Scalar
from support import keys
from support.api_server import DROP, Answer, ApiServer, Received
from support.clock import Clock
from support.whole_api import rendered_api

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

FLAVOURS = ["sync", "async"]
SECRET = "0123456789abcdef-signature"
DATA = bytes(range(256)) * 40
CLOSE = ("Connection", "close")
TAG = '"5d41402abc4b2a76b9719d911017c592-2"'


def run(
    flavour: str,
    store: Callable[[Received], Answer],
    resource: Callable[[str], dict[str, Any]],
    path: Path,
    *,
    pick: Callable[[Any], Any] = lambda found: found,
    hosts: tuple[str, ...] | None = None,
    **options: Any,
) -> list[Received]:
    """Read a resource, download what it has, and return what the store was asked."""
    clock = Clock()
    with ApiServer(store, bearer_forbidden=True) as server:
        document = {"data": resource(f"{server.url}/file?X-Amz-Signature={SECRET}")}
        kind = document["data"]["type"]
        with ApiServer(lambda _: Answer(json=document), public_key=keys.public_key()) as api:
            namespace = {"ciArtifacts": "ci_artifacts"}.get(kind, kind)
            if flavour == "sync":
                with Client(keys.api_key(), base_url=api.url) as asc:
                    found = pick(getattr(asc, snake(namespace)).get("1"))
                    download = Download(asc, hosts=hosts, **clock.blocking())
                    assert download(found, path, **options) == path
                return server.requests

            async def main() -> None:
                async with AsyncClient(keys.api_key(), base_url=api.url) as asc:
                    found = pick(await getattr(asc, snake(namespace)).get("1"))
                    download = AsyncDownload(asc, hosts=hosts, **clock.asynchronous())
                    assert await download(found, path, **options) == path

            asyncio.run(main())
            return server.requests


def snake(name: str) -> str:
    return "".join(f"_{x.lower()}" if x.isupper() else x for x in name)


def artifact(size: int | None = len(DATA)) -> Callable[[str], dict[str, Any]]:
    def made(url: str) -> dict[str, Any]:
        attributes = {"downloadUrl": url, "fileSize": size, "fileName": "a.zip"}
        return {"type": "ciArtifacts", "id": "1", "attributes": attributes}

    return made


def of(kind: str, **attributes: Any) -> Callable[[str], dict[str, Any]]:
    return lambda _: {"type": kind, "id": "1", "attributes": attributes}


def at(kind: str, name: str) -> Callable[[str], dict[str, Any]]:
    return lambda url: {"type": kind, "id": "1", "attributes": {name: url}}


def whole(_: Received) -> Answer:
    return Answer(body=DATA, headers=[("ETag", TAG)])


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_comes_without_the_key_and_is_whole(flavour: str, tmp_path: Path) -> None:
    requests = run(flavour, whole, artifact(), tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == DATA
    assert list(tmp_path.iterdir()) == [tmp_path / "a.zip"]
    (request,) = requests
    assert request.target == f"/file?X-Amz-Signature={SECRET}"
    assert request.headers.keys() == {"host"}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("resource", "pick", "name"),
    [
        (
            lambda url: {"type": "ciArtifacts", "id": "1", "attributes": {"downloadUrl": url}},
            None,
            "a",
        ),
        (
            lambda url: {
                "type": "betaFeedbackScreenshotSubmissions",
                "id": "1",
                "attributes": {"screenshots": [{"url": url}, {"url": "https://x/"}]},
            },
            lambda found: found.screenshots[0],
            "a.png",
        ),
        (
            lambda url: {
                "type": "betaFeedbackScreenshotSubmissions",
                "id": "1",
                "attributes": {"screenshots": [{"url": url}]},
            },
            None,
            "a.png",
        ),
        (
            lambda url: {"type": "analyticsReportSegments", "id": "1", "attributes": {"url": url}},
            None,
            "a",
        ),
        (
            lambda url: {
                "type": "appScreenshots",
                "id": "1",
                "attributes": {
                    "fileSize": 5,
                    "imageAsset": {
                        "templateUrl": f"{url.partition('?')[0]}/{{w}}x{{h}}{{c}}.{{f}}",
                        "width": 20,
                        "height": 30,
                    },
                },
            },
            None,
            "a.jpg",
        ),
    ],
)
def test_everything_that_has_an_address_is_downloaded(
    flavour: str, resource: Any, pick: Any, name: str, tmp_path: Path
) -> None:
    (request,) = run(flavour, whole, resource, tmp_path / name, pick=pick or (lambda found: found))
    assert (tmp_path / name).read_bytes() == DATA
    if "Screenshots" not in str(resource) and request.path != "/file":
        assert request.path == "/file/20x30bb.jpg"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "resource",
    [
        of("profiles", profileContent=base64.b64encode(DATA).decode()),
        of("certificates", certificateContent=base64.encodebytes(DATA).decode()),
    ],
)
def test_what_a_resource_has_inside_is_saved_too(
    flavour: str, resource: Any, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"old and longer" * 9999)
    assert run(flavour, whole, resource, tmp_path / "a") == []
    assert (tmp_path / "a").read_bytes() == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_crash_logs_are_text(flavour: str, tmp_path: Path) -> None:
    run(flavour, whole, of("betaCrashLogs", logText="Thread 0 — größe"), tmp_path / "a.crash")
    assert (tmp_path / "a.crash").read_text(encoding="utf-8") == "Thread 0 — größe"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("resource", "expected", "told"),
    [
        (of("ciArtifacts", downloadUrl=None), DownloadError, "ciArtifacts 1 has no file"),
        (of("profiles", profileContent="!"), DownloadError, "profile_content of profiles 1"),
        (of("profiles"), DownloadError, "read it again"),
        (of("apps", name="x"), TypeError, "apps 1 is nothing that can be downloaded"),
        (of("webhooks", url="https://a.apple.com/"), TypeError, "webhooks 1 is nothing"),
        (
            of("betaFeedbackScreenshotSubmissions", screenshots=[{"url": "a"}, {"url": "b"}]),
            TypeError,
            r"pass one of them, such as \.screenshots\[0\]",
        ),
        (of("ciArtifacts", downloadUrl="https://example.com/?s=secret"), UnsafeUrlError, "hosts"),
        (of("ciArtifacts", downloadUrl="file:///etc/passwd"), UnsafeUrlError, "nothing was"),
    ],
)
def test_what_has_no_file_is_told(
    flavour: str, resource: Any, expected: type[Exception], told: str, tmp_path: Path
) -> None:
    with pytest.raises(expected, match=told) as caught:
        run(flavour, whole, resource, tmp_path / "a", hosts=("*.apple.com",))
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_directory_is_refused_and_a_home_directory_known(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="is a directory: name the file"):
        run(flavour, whole, artifact(), tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with ApiServer(whole) as server, Client(keys.api_key(), base_url=server.url) as asc:
        assert asc.download(f"{server.url}/x", "~/b") == tmp_path / "b"


def parts(cut: int, *, tag: str = TAG, ranges: bool = True) -> Callable[[Received], Answer]:
    """A store whose first answer breaks off, and which goes on where it is asked to."""
    asked: list[str] = []

    def store(request: Received) -> Answer:
        asked.append(request.headers.get("range", ""))
        if len(asked) == 1:
            return Answer(
                body=DATA[:cut], headers=[("ETag", tag), ("Content-Length", str(len(DATA))), CLOSE]
            )
        if asked[-1] and ranges and request.headers.get("if-range") == tag:
            start = int(asked[-1].removeprefix("bytes=").rstrip("-"))
            place = f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"
            return Answer(206, DATA[start:], headers=[("Content-Range", place), ("ETag", tag)])
        return Answer(body=DATA, headers=[("ETag", tag)])

    store.asked = asked  # type: ignore[attr-defined]
    return store


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("tag", [TAG, f"W/{TAG}", ""])
def test_what_breaks_off_goes_on_where_it_was_if_the_store_allows(
    flavour: str, tag: str, tmp_path: Path, *, ranges: bool
) -> None:
    store: Any = parts(1000, tag=tag, ranges=ranges)
    run(flavour, store, artifact(), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA
    assert store.asked == ["", "bytes=1000-" if tag == TAG else ""]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_next_call_goes_on_where_the_last_one_failed(flavour: str, tmp_path: Path) -> None:
    def failing(request: Received) -> Answer:
        if "range" in request.headers:
            return DROP
        return Answer(
            body=DATA[:1000], headers=[("ETag", TAG), ("Content-Length", str(len(DATA))), CLOSE]
        )

    with pytest.raises(TransferError):
        run(flavour, failing, artifact(), tmp_path / "a")
    (kept,) = tmp_path.iterdir()
    assert kept.name.endswith(".part")
    store: Any = parts(0)
    store.asked.append("earlier")
    run(flavour, store, artifact(), tmp_path / "a")
    assert store.asked == ["earlier", "bytes=1000-"]
    assert (tmp_path / "a").read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_changed_meanwhile_begins_anew(flavour: str, tmp_path: Path) -> None:
    def store(request: Received) -> Answer:
        if "range" not in request.headers:
            headers = [("ETag", '"old"'), ("Content-Length", str(len(DATA))), CLOSE]
            return Answer(body=b"x" * 1000, headers=headers)
        assert request.headers["if-range"] == '"old"'
        return whole(request)

    run(flavour, store, artifact(), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_is_left_of_another_file_is_forgotten(flavour: str, tmp_path: Path) -> None:
    kept = tmp_path / f".a.{base64.urlsafe_b64encode(TAG.encode()).decode()}.part"
    kept.write_bytes(DATA * 2)

    def store(request: Received) -> Answer:
        return Answer(416) if "range" in request.headers else whole(request)

    run(flavour, store, artifact(), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("answer", "resource", "told"),
    [
        (Answer(body=DATA[:-1]), artifact(), "has 10239 bytes, not 10240"),
        (Answer(body=DATA + b"x"), artifact(), "has 10241 bytes, not 10240"),
        (Answer(body=b""), artifact(None), "an empty file"),
        (Answer(204), artifact(None), "an empty file"),
        (Answer(body=b"\n<!DOCTYPE HTML><p>Log in"), artifact(None), "a page of HTML"),
        (
            Answer(body=DATA),
            lambda url: {
                "type": "alternativeDistributionPackageVariants",
                "id": "1",
                "attributes": {"url": url, "fileChecksum": TAG[1:33]},
            },
            "its checksum is another",
        ),
        (Answer(body=DATA), artifact(-5), "more than 5000 bytes"),
        (
            Answer(206, DATA, headers=[("Content-Range", "bytes 5-9/10")]),
            artifact(),
            "another part",
        ),
        (
            Answer(body=DATA),
            lambda url: {
                "type": "analyticsReportSegments",
                "id": "1",
                "attributes": {"url": url, "checksum": hashlib.md5(b"x").hexdigest()},  # noqa: S324
            },
            "its checksum is another",
        ),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_not_there(
    flavour: str, answer: Answer, resource: Any, told: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    options = {"largest": 5000} if "5000" in told else {}
    with pytest.raises(DownloadError, match=told):
        run(flavour, lambda _: answer, resource, tmp_path / "a", **options)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_signatures_are_in_no_error_and_no_log(
    flavour: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(TransferError) as caught:
        run(flavour, lambda _: Answer(403), artifact(), tmp_path / "a")
    assert SECRET not in str(caught.value)
    assert SECRET not in caplog.text


# What the document calls an address, and what it is: a file of Apple's, or a link to elsewhere.
LINKS = {
    "AgeRatingDeclaration.developerAgeRatingInfoUrl",
    "App.accessibilityUrl",
    "App.subscriptionStatusUrl",
    "App.subscriptionStatusUrlForSandbox",
    "AppClipAppStoreReviewDetail.invocationUrls",
    "AppCustomProductPage.url",
    "AppInfoLocalization.privacyChoicesUrl",
    "AppInfoLocalization.privacyPolicyUrl",
    "AppStoreVersionLocalization.marketingUrl",
    "AppStoreVersionLocalization.supportUrl",
    "BetaAppClipInvocation.url",
    "BetaAppLocalization.marketingUrl",
    "BetaAppLocalization.privacyPolicyUrl",
    "CiGitUser.avatarUrl",
    "GameCenterActivityVersion.fallbackUrl",
    "MarketplaceSearchDetail.catalogUrl",
    "MarketplaceWebhook.endpointUrl",
    "Nomination.supplementalMaterialsUris",
    "ScmProvider.url",
    "ScmPullRequest.webUrl",
    "ScmRepository.httpCloneUrl",
    "ScmRepository.sshCloneUrl",
    "Webhook.url",
}
UPLOADS = {"DeliveryFileUploadOperation.url", "UploadOperation.url"}


def addresses() -> set[str]:
    found: set[str] = set()
    for schema in rendered_api().schemas.values():
        fields: tuple[Any, ...] = ()
        if isinstance(schema, ResourceSchema):
            fields = schema.attributes
        elif isinstance(schema, ObjectSchema):
            fields = schema.fields
        for item in fields:
            kind = item.type.items if isinstance(item.type, Array) else item.type
            is_text = isinstance(kind, Scalar) and kind.name == "string"
            is_picture = isinstance(kind, Ref) and kind.schema == "ImageAsset"
            name = item.name.lower()
            words = ("url", "uri", "urls", "uris", "content", "logtext", "videoasset")
            if is_picture or (is_text and name.endswith(words)):
                found.add(f"{schema.name}.{item.name}")
    return found


def test_every_address_of_the_api_is_a_link_or_can_be_downloaded() -> None:
    from app_store_connect.download import remote

    names = {*remote._CONTENTS, *remote._TEXTS, *remote._ADDRESSES, *remote._PICTURES}
    files = addresses() - LINKS - UPLOADS
    assert len(files) > 30
    unknown = {
        place
        for place in files
        if snake(place.partition(".")[2]).replace("d_s_y_m", "d_sym") not in names
        # Reached as an attribute of its own, beside the video.
        and not place.endswith(".previewImage")
    }
    assert unknown == set()
