"""Uploads of assets, to a simulated team."""

from __future__ import annotations

import asyncio
import io
import logging
import mmap
import os
import pickle
import tempfile
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import Client, ConflictError, UnsafeUrlError
from app_store_connect.errors import AmbiguousWriteError, NotFoundError
from app_store_connect.simulator.transport import AsyncTransport, Transport
from app_store_connect.uploads import (
    UploadError,
    UploadExpiredError,
    UploadRejectedError,
    UploadTimeoutError,
)
from support import uploading
from support.media import png
from support.uploading import CREATE, GET, PARTS, SECRET, SET, UPDATE, Team, md5

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect.simulator.messages import Recorded

pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

DATA = b"0123456789abcdefg"
FLAVOURS = ["sync", "async"]
DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
GIVEN = {"content-type": "application/octet-stream"}


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def whole() -> Team:
    """A team whose files are sent in one part."""
    return Team(part=100)


def shot(file: Any = DATA, **more: Any) -> Any:
    """The upload of a screenshot."""
    keywords = {"app_screenshot_set": SET, "file_name": "1.png", **more}
    return lambda asc, uploads: uploads.upload(asc.app_screenshots, file, **keywords)


def failed(team: Team, flavour: str, work: Any, **settings: Any) -> UploadError:
    with pytest.raises(UploadError) as caught:
        team.run(flavour, work, **settings)
    return caught.value


def build_file(team: Team, **more: Any) -> Any:
    """The upload of a build's file, whose parts have tags and moments."""
    upload = team.simulator.add(
        "buildUploads",
        app=team.app,
        cf_bundle_short_version_string="1",
        cf_bundle_version="1",
        platform="IOS",
    )
    keywords = {"asset_type": "ASSET", "build_upload": upload, "uti": "com.apple.ipa", **more}
    return lambda asc, uploads: uploads.upload(
        asc.build_upload_files, DATA, file_name="1.ipa", **keywords
    )


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_is_reserved_sent_committed_and_awaited(
    team: Team, flavour: str, tmp_path: Path
) -> None:
    path = tmp_path / "größe.png"
    path.write_bytes(DATA)
    done = team.run(flavour, shot(path, file_name=None))
    assert done.asset_delivery_state.state == "COMPLETE"
    assert team.reserved["attributes"] == {"fileSize": len(DATA), "fileName": "größe.png"}
    assert team.reserved["relationships"]["appScreenshotSet"]["data"]["id"] == SET
    assert team.file(done) == DATA
    assert team.committed == {"uploaded": True, "sourceFileChecksum": md5(DATA)}
    assert team.methods == ["POST", "PATCH", "GET", "GET"]
    assert team.naps == [2.0, 3.0], "the pauses between two reads grow"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_parts_carry_the_given_headers_and_nothing_else(whole: Team, flavour: str) -> None:
    with whole.simulator.serve(speed=0) as url:
        whole.run(flavour, shot(wait=False), url=url)
        (part,) = whole.sent
        host = url.removeprefix("http://")
    assert part.method == "PUT"
    assert part.status == 200, "the signed query is as given"
    assert part.headers == {"host": host, "content-length": str(len(DATA)), **GIVEN}


def test_nothing_of_a_users_own_client_gets_into_a_part(whole: Team) -> None:
    """Its headers, cookies, parameters and credentials would break the signature, or leak."""
    with (
        whole.simulator.serve(speed=0) as url,
        httpx.Client(
            headers={"Authorization": "Bearer mine", "X-Mine": "1"},
            cookies={"session": "mine"},
            params={"mine": "1"},
            auth=("me", "mine"),
        ) as http,
        Client(whole.simulator.key, base_url=url, client=http) as client,
    ):
        shot(wait=False)(client, whole.uploader(client))
    (part,) = whole.sent
    assert part.headers.keys() == {"host", "content-length", "content-type"}
    assert part.status == 200


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_parts_come_out_of_order_and_are_cut_by_their_offset(team: Team, flavour: str) -> None:
    done = team.run(flavour, shot(), parallel=1)
    assert sorted(int(request.headers["content-length"]) for request in team.sent) == [2, 5, 5, 5]
    assert team.file(done) == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "problem",
    [
        {"connection": "cut"},
        {"connection": "refused"},
        *({"status": x} for x in (504, 500, 503, 429)),
    ],
)
def test_a_part_is_tried_again(team: Team, flavour: str, problem: dict[str, Any]) -> None:
    team.fail(PARTS, times=2, **problem)
    done = team.run(flavour, shot(), parallel=1)
    assert team.file(done) == DATA
    assert len(team.sent) == 4 + 2
    assert len(team.naps) == 2 + 2


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_part_is_not_tried_for_ever_and_the_error_tells_what_is_left(
    team: Team, flavour: str
) -> None:
    team.fail(PARTS, status=503, skip=1, times=6)
    problem = failed(team, flavour, shot(), parallel=1)
    assert len(team.sent) == 1 + 6
    assert len(problem.sent) == 1
    assert not problem.committed
    assert "status 503" in str(problem)
    assert team.methods == ["POST"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_will_not_change_is_not_tried_again(whole: Team, flavour: str) -> None:
    whole.fail(PARTS, status=403, body=DENIED)
    problem = failed(whole, flavour, shot())
    assert len(whole.sent) == 1
    assert "AccessDenied: Access Denied" in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_redirect_is_refused(whole: Team, flavour: str) -> None:
    whole.fail(PARTS, status=307, headers={"Location": "https://example.com/"})
    problem = failed(whole, flavour, shot())
    assert len(whole.sent) == 1
    assert "status 307" in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_one_part_that_fails_stops_the_others(flavour: str) -> None:
    team = Team(part=1)
    team.fail(PARTS, status=403, times=2)
    problem = failed(team, flavour, shot(), parallel=2)
    assert len(team.sent) < len(DATA)
    assert len(problem.sent) < len(DATA)


class Counted:
    """Requests that are under way at once; `most` is the largest number of them."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def __enter__(self) -> None:
        self.now += 1
        self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        self.now -= 1


def test_parts_are_sent_side_by_side_but_not_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handle, handle_async = Transport.handle_request, AsyncTransport.handle_async_request

    def slow(self: Transport, request: httpx.Request) -> httpx.Response:
        with counted:
            time.sleep(0.02)
        return handle(self, request)

    async def slow_async(self: AsyncTransport, request: httpx.Request) -> httpx.Response:
        with counted:
            await asyncio.sleep(0.02)
        return await handle_async(self, request)

    monkeypatch.setattr(Transport, "handle_request", slow)
    monkeypatch.setattr(AsyncTransport, "handle_async_request", slow_async)
    for flavour in FLAVOURS:
        counted = Counted()
        Team(part=2).run(flavour, shot(), parallel=3)
        assert 1 < counted.most <= 3, flavour


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_progress_is_told_in_bytes(team: Team, flavour: str) -> None:
    told: list[tuple[int, int]] = []
    team.run(flavour, shot(progress=lambda *x: told.append(x)), parallel=1)
    assert told[0] == (0, len(DATA))
    assert told[-1] == (len(DATA), len(DATA))
    assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_callback_that_fails_ends_the_upload_with_its_own_error(team: Team, flavour: str) -> None:
    def broken(sent: int, total: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        team.run(flavour, shot(progress=broken))
    (left,) = team.simulator.world.all("appScreenshots")
    assert caught.value.__notes__ == [f"appScreenshots {left.id} stays reserved for the upload"]


def test_a_cancelled_upload_says_what_it_leaves_behind(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = AsyncTransport.handle_async_request

    async def silent(self: AsyncTransport, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            asked.set()
            await asyncio.Event().wait()
        return await handle(self, request)

    async def work(asc: Any, uploads: Any) -> None:
        task = asyncio.ensure_future(shot()(asc, uploads))
        await asked.wait()
        task.cancel()
        await task

    asked = asyncio.Event()
    monkeypatch.setattr(AsyncTransport, "handle_async_request", silent)
    with pytest.raises(asyncio.CancelledError) as caught:
        team.run("async", work)
    (left,) = team.simulator.world.all("appScreenshots")
    assert f"appScreenshots {left.id} stays reserved for the upload" in caught.value.__notes__
    assert team.methods == ["POST"]


# --- the commit


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "fault", [{"status": 504}, {"connection": "cut"}, {"connection": "timeout"}]
)
def test_a_commit_that_seems_to_fail_may_have_happened(
    team: Team, flavour: str, fault: dict[str, Any]
) -> None:
    team.fail(UPDATE, after_commit=True, **fault)
    done = team.run(flavour, shot())
    assert done.asset_delivery_state.state == "COMPLETE"
    assert team.methods.count("PATCH") == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_commit_that_did_fail_is_repeated(team: Team, flavour: str) -> None:
    team.fail(UPDATE, status=504)
    team.fail(UPDATE, status=502)
    team.run(flavour, shot())
    assert team.methods.count("PATCH") == 3
    assert team.committed["uploaded"] is True


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_second_commit_may_be_refused_because_of_the_first(team: Team, flavour: str) -> None:
    """It went through between the read and the second commit."""
    team.fail(UPDATE, status=504)
    team.fail(UPDATE, status=409, after_commit=True)
    done = team.run(flavour, shot())
    assert done.asset_delivery_state.state == "COMPLETE"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_commits_are_not_repeated_for_ever(team: Team, flavour: str) -> None:
    team.fail(UPDATE, status=504, times=None)
    problem = failed(team, flavour, shot(), commits=3)
    assert team.methods.count("PATCH") == 3
    assert isinstance(problem.__cause__, AmbiguousWriteError)
    assert problem.sent == ((0, 5), (5, 5), (10, 5), (15, 2))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_refused_commit_is_final(team: Team, flavour: str) -> None:
    team.fail(UPDATE, status=409, code="ENTITY_ERROR")
    problem = failed(team, flavour, shot())
    assert isinstance(problem.__cause__, ConflictError)
    assert team.methods == ["POST", "PATCH"]


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(("status", "expected"), [(409, ConflictError), (503, AmbiguousWriteError)])
def test_errors_of_the_reservation_are_raised_as_they_are(
    team: Team, flavour: str, status: int, expected: type[Exception]
) -> None:
    """After a 503 there may be one: it is not repeated, which could make a second."""
    team.fail(CREATE, status=status)
    with pytest.raises(expected):
        team.run(flavour, shot())
    assert team.methods == ["POST"]


# --- the state


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_the_api_refuses(team: Team, flavour: str) -> None:
    issues = {
        "errors": [{"code": "IMAGE_INCORRECT_DIMENSIONS", "description": "wrong size"}],
        "warnings": [{"code": "W", "description": None}],
    }
    team.fail(GET, skip=1, content={"assetDeliveryState": {"state": "FAILED", **issues}})
    problem = failed(team, flavour, shot())
    assert isinstance(problem, UploadRejectedError)
    assert problem.errors == (("IMAGE_INCORRECT_DIMENSIONS", "wrong size"),)
    assert problem.warnings == (("W", ""),)
    assert "IMAGE_INCORRECT_DIMENSIONS: wrong size" in str(problem)
    assert problem.committed


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_is_never_done_with(flavour: str) -> None:
    """Known to happen: delete it and start anew."""
    team = Team(switches={"media_processing": "stuck"})
    problem = failed(team, flavour, shot(), timeout=60.0)
    assert isinstance(problem, UploadTimeoutError)
    assert "still UPLOAD_COMPLETE after 60 s" in str(problem)
    assert sum(team.naps) == pytest.approx(60.0)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_looks_at_a_state_become_rarer_up_to_a_limit(flavour: str) -> None:
    team = Team(switches={"media_processing": "stuck"})
    failed(team, flavour, shot(), timeout=200.0)
    *naps, _ = team.naps
    assert naps == sorted(naps)
    assert naps[:2] == [2.0, 3.0]
    assert naps[-3:] == [30.0, 30.0, 30.0]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_commits_become_rarer_up_to_a_limit(team: Team, flavour: str) -> None:
    team.fail(UPDATE, status=504, times=None)
    failed(team, flavour, shot(), commits=7)
    assert team.naps == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_who_does_not_want_to_wait_need_not(team: Team, flavour: str) -> None:
    done = team.run(flavour, shot(wait=False))
    assert done.asset_delivery_state.state == "UPLOAD_COMPLETE"
    assert team.methods == ["POST", "PATCH"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_state_that_cannot_be_read_ends_the_upload_with_the_resource(
    team: Team, flavour: str
) -> None:
    team.fail(GET, status=404)
    problem = failed(team, flavour, shot())
    assert isinstance(problem.__cause__, NotFoundError)
    assert problem.committed
    assert team.file(problem.resource) == DATA


# --- expired addresses, resuming, cleaning up


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_addresses_that_expire_are_reserved_anew(team: Team, flavour: str) -> None:
    team.fail(PARTS, skip=1, **uploading.expired())
    done = team.run(flavour, shot(), parallel=1)
    (gone,) = team.deleted
    assert gone != done.id
    assert team.file(done) == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_addresses_expire_after_a_week(team: Team, flavour: str) -> None:
    team.fail(PARTS, status=403)
    problem = failed(team, flavour, shot())
    team.simulator.clock.advance(days=8)
    done = team.run(flavour, shot(resume=problem.resource))
    assert team.deleted == [problem.resource.id]
    assert team.file(done) == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "operation",
    [
        {"expiration": "2001-01-01T00:00:00-07:00"},
        {"url": "https://store.apple.com/?X-Amz-Date=20010101T000000Z&X-Amz-Expires=604800"},
    ],
)
def test_addresses_are_not_even_tried_after_their_time(
    team: Team, flavour: str, operation: dict[str, Any]
) -> None:
    """And only once more; both ways are known in which the API tells until when."""
    create = "buildUploadFiles_createInstance"
    team.fail(create, content=uploading.part(len(DATA), **operation), times=None)
    problem = failed(team, flavour, build_file(team))
    assert isinstance(problem, UploadExpiredError)
    assert team.sent == []
    assert len(team.simulator.requests.of(create)) == 2
    assert problem.resource.id == team.simulator.world.all("buildUploadFiles")[1].id
    assert team.deleted == [], "files of builds cannot be deleted"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_upload_is_resumed_without_the_parts_that_are_there(team: Team, flavour: str) -> None:
    def place(request: Recorded) -> str:
        return request.path.rpartition("/")[2]

    team.fail(PARTS, status=403, skip=2)
    problem = failed(team, flavour, build_file(team), parallel=1)
    there, wrong, _ = map(place, team.sent)
    parts: Any = problem.resource
    (address,) = (x for x in parts.upload_operations if f"/{wrong}?" in x.url)
    with httpx.Client(transport=Transport(team.simulator)) as other:
        assert other.put(address.url, content=b"x" * address.length, headers=GIVEN).is_success
    team.simulator.requests.clear()
    told: list[tuple[int, int]] = []

    def work(asc: Any, uploads: Any) -> Any:
        return uploads.upload(
            asc.build_upload_files,
            DATA,
            file_name="1.ipa",
            resume=problem.resource,
            progress=lambda *x: told.append(x),
        )

    done = team.run(flavour, work)
    assert team.file(done) == DATA
    sent = [place(request) for request in team.sent]
    assert there not in sent
    assert wrong in sent, "what was there was not this file's"
    assert len(sent) == 3
    assert "POST" not in team.methods
    assert told[0] == (5, len(DATA))
    file = {"hash": md5(DATA), "algorithm": "MD5"}
    assert team.committed["sourceFileChecksums"] == {"file": file}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("file", "reason"), [(DATA[:3], "reserved for 17 bytes"), (DATA[::-1], "checksum")]
)
def test_a_reservation_for_another_file_is_not_resumed(
    team: Team, flavour: str, file: bytes, reason: str
) -> None:
    """Of a committed one the checksum is known."""
    problem = failed(team, flavour, shot(), timeout=1.0)
    team.simulator.requests.clear()
    again = failed(team, flavour, shot(file, resume=problem.resource))
    assert reason in str(again)
    assert team.methods == ["GET"]


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "told", [{}, {"sourceFileChecksum": None}, {"sourceFileChecksum": ""}, {"fileSize": None}]
)
def test_what_the_api_does_not_tell_of_a_file_is_no_contradiction(
    team: Team, flavour: str, told: dict[str, Any]
) -> None:
    """It may call a file complete before it tells its checksum."""
    problem = failed(team, flavour, shot(), timeout=1.0)
    team.fail(GET, content=told, times=None)
    done = team.run(flavour, shot(resume=problem.resource))
    assert done.asset_delivery_state.state == "COMPLETE"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_committed_upload_is_resumed_by_waiting(team: Team, flavour: str) -> None:
    problem = failed(team, flavour, shot(), timeout=1.0)
    sent = len(team.sent)
    done = team.run(flavour, shot(resume=problem.resource))
    assert len(team.sent) == sent
    assert done.asset_delivery_state.state == "COMPLETE"
    assert team.methods.count("PATCH") == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_expired_reservation_is_resumed_only_when_a_new_one_can_be_made(
    whole: Team, flavour: str
) -> None:
    def bare(resource: Any) -> Any:
        return lambda asc, uploads: uploads.upload(
            asc.app_screenshots, DATA, file_name="1.png", resume=resource
        )

    whole.fail(PARTS, status=403)
    whole.fail(PARTS, times=2, **uploading.expired())
    problem = failed(whole, flavour, shot())
    assert isinstance(failed(whole, flavour, bare(problem.resource)), UploadExpiredError)
    done = whole.run(flavour, shot(resume=problem.resource))
    assert whole.deleted == [problem.resource.id]
    assert whole.file(done) == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_reservation_is_cleaned_up_by_deleting_it(team: Team, flavour: str) -> None:
    team.fail(PARTS, status=403, times=4)
    problem = failed(team, flavour, shot())
    team.run(flavour, lambda asc, _: asc.app_screenshots.delete(problem.resource))
    assert team.simulator.world.all("appScreenshots") == []


# --- addresses are data from outside


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "operation",
    [
        {"url": "http://example.com/a?sig=" + SECRET},
        {"url": "ftp://127.0.0.1/a?sig=" + SECRET},
        {"url": "https://me@127.0.0.1/a?sig=" + SECRET},
        {"url": "https://a.example.com\\@b.example.com/?sig=" + SECRET},
        {"url": "/relative?sig=" + SECRET},
        {"url": None},
        {"url": "https://other.example.net/a?sig=" + SECRET},
    ],
)
def test_unsafe_addresses_are_refused(team: Team, flavour: str, operation: dict[str, Any]) -> None:
    team.fail(CREATE, content=uploading.part(len(DATA), **operation))
    problem = failed(team, flavour, shot(), hosts=("127.0.0.1", "*.example.com"))
    assert team.sent == []
    assert isinstance(problem.__cause__, UnsafeUrlError)
    assert SECRET not in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "operation",
    [
        {"length": 4},
        {"offset": 1},
        {"length": -1},
        {"length": 18},
        {"method": "PUT /x HTTP/1.1\r\n"},
        {"requestHeaders": [{"name": "A", "value": "b\r\nc: d"}]},
        {"requestHeaders": [{"name": "A:\n", "value": "b"}]},
        {"requestHeaders": [{"name": None, "value": "b"}]},
    ],
)
def test_operations_that_make_no_sense_are_refused(
    team: Team, flavour: str, operation: dict[str, Any]
) -> None:
    team.fail(CREATE, content=uploading.part(len(DATA), **operation))
    problem = failed(team, flavour, shot())
    assert team.sent == []
    assert isinstance(problem.__cause__, ValueError)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_signatures_are_in_no_error_and_no_log(
    team: Team, flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    team.fail(CREATE, content=uploading.part(len(DATA)), times=2)
    team.fail(PARTS, times=2, **uploading.expired())
    problem = failed(team, flavour, shot())
    assert len(team.sent) == 2
    texts: list[str] = [caplog.text]
    current: BaseException | None = problem
    while current is not None:
        texts += [str(current), repr(current)]
        current = current.__cause__ or current.__context__
    texts.append(repr(problem.resource))
    assert "PUT" in caplog.text
    assert not [text for text in texts if SECRET in text]


def test_errors_can_be_pickled(team: Team) -> None:
    problem = failed(team, "sync", shot(png(10, 10)))
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes
    assert isinstance(copy, UploadRejectedError)
    assert (str(copy), copy.errors) == (str(problem), problem.errors)
    assert copy.resource == problem.resource


# --- what can be uploaded


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_open_file_is_read_from_its_start_and_left_open(team: Team, flavour: str) -> None:
    file = io.BytesIO(DATA)
    file.seek(7)
    assert team.file(team.run(flavour, shot(file))) == DATA
    assert not file.closed


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_files_that_cannot_be_uploaded_are_refused_first(
    team: Team, flavour: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "text").write_text("text")
    (tmp_path / "closed").write_bytes(DATA)
    closed = (tmp_path / "closed").open("rb")
    closed.close()
    read, write = os.pipe()
    with (tmp_path / "text").open() as text, os.fdopen(read, "rb") as pipe:
        os.close(write)
        refused: list[tuple[Any, str | None, str]] = [
            (b"", "a", "empty"),
            (bytearray(), "a", "empty"),
            (b"a", None, "file_name"),
            (memoryview(b"a"), None, "file_name"),
            (tmp_path / "empty", None, "empty"),
            (tmp_path, None, "directory"),
            (tmp_path / "fifo", None, "not a regular file"),
            ("/dev/zero", None, "not a regular file"),
            (text, None, "opened as text"),
            (io.StringIO("text"), "a", "opened as text"),
            (pipe, "a", "from any place"),
            (closed, "a", "closed"),
            (5, "a", "not an int"),
            (None, "a", "not None"),
        ]
        for file, name, reason in refused:
            with pytest.raises((ValueError, TypeError), match=reason):
                team.run(flavour, shot(file, file_name=name))
        for missing in ("none", "dangling"):
            with pytest.raises(FileNotFoundError):
                team.run(flavour, shot(tmp_path / missing))
    assert team.simulator.requests == []


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_files_of_every_kind_that_holds_bytes_are_uploaded(
    team: Team, flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "1.png").write_bytes(DATA)
    (tmp_path / "link.png").symlink_to(tmp_path / "1.png")
    memory = mmap.mmap(-1, len(DATA))
    memory.write(DATA)
    kinds: list[tuple[Any, str]] = [
        (bytearray(DATA), "a.png"),
        (memoryview(DATA), "a.png"),
        (memory, "a.png"),
        (memoryview(DATA + DATA)[: 2 * len(DATA) : 1][: len(DATA)], "a.png"),
        ("~/1.png", "1.png"),
        (tmp_path / "link.png", "link.png"),
    ]
    with tempfile.SpooledTemporaryFile(1) as spooled:
        spooled.write(DATA)
        for file, name in [*kinds, (spooled, "a.png")]:
            given = None if isinstance(file, str | os.PathLike) else name
            done = team.run(flavour, shot(file, file_name=given))
            assert team.file(done) == DATA
            assert team.reserved["attributes"]["fileName"] == name


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_is_uploaded_is_a_copy_of_what_its_owner_may_change(team: Team, flavour: str) -> None:
    data = bytearray(DATA)

    def change(sent: int, total: int) -> None:
        data[:] = b"x" * len(data)

    done = team.run(flavour, shot(data, progress=change), parallel=1)
    assert team.file(done) == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_shrinks_meanwhile_is_noticed(team: Team, flavour: str, tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    path.write_bytes(DATA)

    def shrink(sent: int, total: int) -> None:
        with path.open("r+b") as file:
            file.truncate(7)

    problem = failed(team, flavour, shot(path, progress=shrink), parallel=1)
    assert "has become shorter" in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("keeps_time", [True, False])
@pytest.mark.parametrize("when", [0, len(DATA)])
def test_a_file_that_is_rewritten_while_it_is_sent_is_not_committed(
    team: Team, flavour: str, when: int, tmp_path: Path, *, keeps_time: bool
) -> None:
    """Neither before it is sent, nor after; nor where its time tells nothing."""
    path = tmp_path / "1.png"
    path.write_bytes(DATA)
    before = path.stat()

    def rewrite(sent: int, total: int) -> None:
        if sent == when:
            with path.open("r+b") as file:
                file.write(DATA.swapcase())
            moment = before.st_mtime_ns + (0 if keeps_time else 1_000_000)
            os.utime(path, ns=(before.st_atime_ns, moment))

    if keeps_time and when:
        # It was sent as it was, which is what the checksum is of.
        team.run(flavour, shot(path, progress=rewrite), parallel=1)
        assert team.committed["sourceFileChecksum"] == md5(DATA)
        return
    problem = failed(team, flavour, shot(path, progress=rewrite), parallel=1)
    assert "1.png has changed while it was uploaded" in str(problem)
    assert not problem.committed
    assert team.methods == ["POST"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_without_checksum_that_is_rewritten_is_noticed_by_its_time(
    team: Team, flavour: str, tmp_path: Path
) -> None:
    path = tmp_path / "1.png"
    path.write_bytes(DATA)

    def rewrite(sent: int, total: int) -> None:
        if sent == total:
            path.write_bytes(DATA.swapcase())
            os.utime(path, ns=(1, 1))

    def work(asc: Any, uploads: Any) -> Any:
        return uploads.upload(
            asc.game_center_achievement_images_v2, path, progress=rewrite, localization="9"
        )

    team.simulator.add("gameCenterAchievementLocalizations", "9")
    problem = failed(team, flavour, work, parallel=1)
    assert "has changed while it was uploaded" in str(problem)
    assert team.methods == ["POST"]
