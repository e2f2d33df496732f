"""Uploads of assets, against an API and a store on this machine."""

from __future__ import annotations

import io
import logging
import mmap
import os
import pickle
import tempfile
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import Client, ConflictError, UnsafeUrlError
from app_store_connect.errors import AmbiguousWriteError, NotFoundError
from app_store_connect.uploads import (
    UploadError,
    UploadExpiredError,
    UploadRejectedError,
    UploadTimeoutError,
)
from support import keys
from support.api_server import DROP, Answer, error
from support.upload_api import GIVEN, SECRET, UploadApi, md5

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

DATA = b"0123456789abcdefg"
FLAVOURS = ["sync", "async"]
EXPIRED = Answer(
    403,
    b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    b"<SignatureProvided>" + SECRET.encode() + b"</SignatureProvided></Error>",
)


def shot(file: Any = DATA, **more: Any) -> Any:
    """The upload of a screenshot."""
    keywords = {"app_screenshot_set": "9", "file_name": "1.png", **more}
    return lambda asc, uploads: uploads.upload(asc.app_screenshots, file, **keywords)


def failed(api: UploadApi, flavour: str, work: Any, **settings: Any) -> UploadError:
    with pytest.raises(UploadError) as caught:
        api.run(flavour, work, **settings)
    return caught.value


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_is_reserved_sent_committed_and_awaited(flavour: str, tmp_path: Path) -> None:
    path = tmp_path / "größe.png"
    path.write_bytes(DATA)
    with UploadApi() as api:
        done = api.run(flavour, shot(path, file_name=None))
    assert (done.id, done.asset_delivery_state.state) == ("1", "COMPLETE")
    assert api.reserved["1"]["attributes"] == {"fileSize": len(DATA), "fileName": "größe.png"}
    assert api.reserved["1"]["relationships"]["appScreenshotSet"]["data"]["id"] == "9"
    assert api.file() == DATA
    assert api.reserved["1"]["committed"] == {"uploaded": True, "sourceFileChecksum": md5(DATA)}
    assert api.methods() == ["POST", "PATCH", "GET", "GET"]
    assert api.clock.naps == [2.0, 3.0], "the pauses between two reads grow"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_parts_carry_the_given_headers_and_nothing_else(flavour: str) -> None:
    with UploadApi(part=100) as api:
        api.run(flavour, shot())
        (part,) = api.store.requests
    assert part.method == "PUT"
    assert part.target == f"/1/0?X-Amz-Signature={SECRET}&a=b%2Fc", "the signed query is as given"
    assert part.headers == {
        "host": api.store.url.removeprefix("http://"),
        "content-length": str(len(DATA)),
        GIVEN[0].lower(): GIVEN[1],
    }


def test_nothing_of_a_users_own_client_gets_into_a_part() -> None:
    """Its headers, cookies, parameters and credentials would break the signature, or leak."""
    with (
        UploadApi(part=100) as api,
        httpx.Client(
            headers={"Authorization": "Bearer mine", "X-Mine": "1"},
            cookies={"session": "mine"},
            params={"mine": "1"},
            auth=("me", "mine"),
        ) as http,
        Client(keys.api_key(), base_url=api.api.url, client=http) as client,
    ):
        from app_store_connect.uploads import Uploader

        Uploader(client, sleep=lambda _: None).upload(
            client.app_screenshots, DATA, file_name="a", app_screenshot_set="9"
        )
        (part,) = api.store.requests
    assert part.headers.keys() == {"host", "content-length", "content-type"}
    assert "mine" not in part.target


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_parts_come_out_of_order_and_are_cut_by_their_offset(flavour: str) -> None:
    with UploadApi(part=5) as api:
        api.run(flavour, shot(), parallel=1)
    sizes = [int(request.headers["content-length"]) for request in api.store.requests]
    assert sorted(sizes) == [2, 5, 5, 5]
    assert api.file() == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("problem", [DROP, Answer(504), Answer(500), Answer(503), Answer(429)])
def test_a_part_is_tried_again(flavour: str, problem: Answer) -> None:
    with UploadApi(store_answers=[problem, problem]) as api:
        api.run(flavour, shot(), parallel=1)
    assert api.file() == DATA
    assert len(api.store.requests) == 4 + 2
    assert len(api.clock.naps) == 2 + 2


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_part_is_not_tried_for_ever_and_the_error_tells_what_is_left(flavour: str) -> None:
    with UploadApi(store_answers=[None, *[Answer(503)] * 6]) as api:
        problem = failed(api, flavour, shot(), parallel=1)
    assert len(api.store.requests) == 1 + 6
    assert problem.resource.id == "1"
    assert problem.sent == ((0, 5),)
    assert not problem.committed
    assert "status 503" in str(problem)
    assert api.methods() == ["POST"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_will_not_change_is_not_tried_again(flavour: str) -> None:
    refusal = Answer(403, EXPIRED.body.replace(b"Request has expired", b"Access Denied"))
    with UploadApi(part=100, store_answers=[refusal]) as api:
        problem = failed(api, flavour, shot())
    assert len(api.store.requests) == 1
    assert "AccessDenied: Access Denied" in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_redirect_is_refused(flavour: str) -> None:
    away = Answer(307, headers=[("Location", "https://example.com/")])
    with UploadApi(part=100, store_answers=[away]) as api:
        problem = failed(api, flavour, shot())
    assert len(api.store.requests) == 1
    assert "status 307" in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_one_part_that_fails_stops_the_others(flavour: str) -> None:
    with UploadApi(part=1, store_answers=[Answer(403)] * 2) as api:
        problem = failed(api, flavour, shot(), parallel=2)
    assert len(api.store.requests) < len(DATA)
    assert len(problem.sent) < len(DATA)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_parts_are_sent_side_by_side_but_not_all_at_once(flavour: str) -> None:
    most = now = 0

    class Slow(UploadApi):
        def _keep(self, request: Any) -> Answer:
            nonlocal most, now
            with self.lock:
                now += 1
                most = max(most, now)
            import time

            time.sleep(0.02)
            with self.lock:
                now -= 1
            return super()._keep(request)

    with Slow(part=1) as api:
        api.run(flavour, shot(), parallel=3)
    assert 1 < most <= 3


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_progress_is_told_in_bytes(flavour: str) -> None:
    told: list[tuple[int, int]] = []
    with UploadApi() as api:
        api.run(flavour, shot(progress=lambda *x: told.append(x)), parallel=1)
    assert told[0] == (0, len(DATA))
    assert told[-1] == (len(DATA), len(DATA))
    assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_callback_that_fails_ends_the_upload_with_its_own_error(flavour: str) -> None:
    def broken(sent: int, total: int) -> None:
        raise ZeroDivisionError

    with UploadApi() as api, pytest.raises(ZeroDivisionError) as caught:
        api.run(flavour, shot(progress=broken))
    assert caught.value.__notes__ == ["appScreenshots 1 stays reserved for the upload"]


def test_a_cancelled_upload_says_what_it_leaves_behind() -> None:
    import asyncio

    async def work(asc: Any, uploads: Any) -> None:
        task = asyncio.ensure_future(shot()(asc, uploads))
        await asyncio.sleep(0.3)
        task.cancel()
        await task

    slow = [Answer(200, delay=0.6)] * 4
    with UploadApi(store_answers=slow) as api, pytest.raises(asyncio.CancelledError) as caught:
        api.run("async", work)
    assert "appScreenshots 1 stays reserved for the upload" in caught.value.__notes__
    assert api.methods() == ["POST"]


# --- the commit


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("answer", [Answer(504, b"<html>"), DROP])
def test_a_commit_that_seems_to_fail_may_have_happened(flavour: str, answer: Answer) -> None:
    class Hidden(UploadApi):
        def _answer(self, request: Any) -> Answer:
            if request.method == "PATCH":
                self.commit("1", request.json()["data"]["attributes"])
                return answer
            return super()._answer(request)

    with Hidden() as api:
        done = api.run(flavour, shot())
    assert done.asset_delivery_state.state == "COMPLETE"
    assert api.methods().count("PATCH") == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_commit_that_did_fail_is_repeated(flavour: str) -> None:
    with UploadApi(answers={"PATCH": [Answer(504), Answer(502)]}) as api:
        api.run(flavour, shot())
    assert api.methods().count("PATCH") == 3
    assert api.reserved["1"]["committed"]["uploaded"] is True


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_second_commit_may_be_refused_because_of_the_first(flavour: str) -> None:
    """It went through between the read and the second commit."""

    class Late(UploadApi):
        commits = 0

        def _answer(self, request: Any) -> Answer:
            if request.method != "PATCH":
                return super()._answer(request)
            self.commits += 1
            if self.commits == 1:
                return Answer(504)
            self.commit("1", request.json()["data"]["attributes"])
            return error(409, "STATE_ERROR")

    with Late() as api:
        done = api.run(flavour, shot())
    assert done.asset_delivery_state.state == "COMPLETE"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_commits_are_not_repeated_for_ever(flavour: str) -> None:
    with UploadApi(answers={"PATCH": [Answer(504)] * 9}) as api:
        problem = failed(api, flavour, shot(), commits=3)
    assert api.methods().count("PATCH") == 3
    assert isinstance(problem.__cause__, AmbiguousWriteError)
    assert problem.sent == ((0, 5), (5, 5), (10, 5), (15, 2))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_refused_commit_is_final(flavour: str) -> None:
    with UploadApi(answers={"PATCH": [error(409, "ENTITY_ERROR")]}) as api:
        problem = failed(api, flavour, shot())
    assert isinstance(problem.__cause__, ConflictError)
    assert api.methods() == ["POST", "PATCH"]


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("answer", [error(409, "ENTITY_ERROR"), Answer(503)])
def test_errors_of_the_reservation_are_raised_as_they_are(flavour: str, answer: Answer) -> None:
    """After a 503 there may be one: it is not repeated, which could make a second."""
    expected = ConflictError if answer.status == 409 else AmbiguousWriteError
    with UploadApi(answers={"POST": [answer]}) as api, pytest.raises(expected):
        api.run(flavour, shot())
    assert api.methods() == ["POST"]


# --- the state


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_the_api_refuses(flavour: str) -> None:
    issues = {
        "errors": [{"code": "IMAGE_INCORRECT_DIMENSIONS", "description": "wrong size"}],
        "warnings": [{"code": "W", "description": None}],
    }
    with UploadApi(states=["UPLOAD_COMPLETE", "FAILED"], issues=issues) as api:
        problem = failed(api, flavour, shot())
    assert isinstance(problem, UploadRejectedError)
    assert problem.errors == (("IMAGE_INCORRECT_DIMENSIONS", "wrong size"),)
    assert problem.warnings == (("W", ""),)
    assert "IMAGE_INCORRECT_DIMENSIONS: wrong size" in str(problem)
    assert problem.committed


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_is_never_done_with(flavour: str) -> None:
    """Known to happen: delete it and start anew."""
    with UploadApi(states=["UPLOAD_COMPLETE"]) as api:
        problem = failed(api, flavour, shot(), timeout=60.0)
    assert isinstance(problem, UploadTimeoutError)
    assert "still UPLOAD_COMPLETE after 60 s" in str(problem)
    assert sum(api.clock.naps) == pytest.approx(60.0)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_looks_at_a_state_become_rarer_up_to_a_limit(flavour: str) -> None:
    with UploadApi(states=["UPLOAD_COMPLETE"]) as api:
        failed(api, flavour, shot(), timeout=200.0)
    *naps, _ = api.clock.naps
    assert naps == sorted(naps)
    assert naps[:2] == [2.0, 3.0]
    assert naps[-3:] == [30.0, 30.0, 30.0]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_commits_become_rarer_up_to_a_limit(flavour: str) -> None:
    with UploadApi(answers={"PATCH": [Answer(504)] * 9}) as api:
        failed(api, flavour, shot(), commits=7)
    assert api.clock.naps == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_who_does_not_want_to_wait_need_not(flavour: str) -> None:
    with UploadApi() as api:
        done = api.run(flavour, shot(wait=False))
    assert done.asset_delivery_state.state == "UPLOAD_COMPLETE"
    assert api.methods() == ["POST", "PATCH"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_state_that_cannot_be_read_ends_the_upload_with_the_resource(flavour: str) -> None:
    with UploadApi(answers={"GET": [error(404)]}) as api:
        problem = failed(api, flavour, shot())
    assert isinstance(problem.__cause__, NotFoundError)
    assert problem.committed
    assert problem.resource.id == "1"


# --- expired addresses, resuming, cleaning up


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_addresses_that_expire_are_reserved_anew(flavour: str) -> None:
    with UploadApi(store_answers=[None, EXPIRED]) as api:
        done = api.run(flavour, shot(), parallel=1)
    assert (done.id, api.deleted) == ("2", ["1"])
    assert api.file("2") == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "operation",
    [
        {"expiration": "2001-01-01T00:00:00-07:00"},
        {"url": "http://127.0.0.1:9/?X-Amz-Date=20010101T000000Z&X-Amz-Expires=604800"},
    ],
)
def test_addresses_are_not_even_tried_after_their_time(
    flavour: str, operation: dict[str, Any]
) -> None:
    """And only once more; both ways are known in which the API tells until when."""

    def work(asc: Any, uploads: Any) -> Any:
        attributes = {"asset_type": "ASSET", "build_upload": "9", "uti": "com.apple.ipa"}
        return uploads.upload(asc.build_upload_files, DATA, file_name="1.ipa", **attributes)

    with UploadApi(operation=operation) as api:
        problem = failed(api, flavour, work)
        assert api.store.requests == []
    assert isinstance(problem, UploadExpiredError)
    assert problem.resource.id == "2"
    assert api.deleted == [], "files of builds cannot be deleted"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_upload_is_resumed_without_the_parts_that_are_there(flavour: str) -> None:
    def work(**more: Any) -> Any:
        attributes = {"asset_type": "ASSET", "build_upload": "9", "uti": "com.apple.ipa"}
        chosen = more or attributes
        return lambda asc, uploads: uploads.upload(
            asc.build_upload_files, DATA, file_name="1.ipa", **chosen
        )

    with UploadApi(tags=True, store_answers=[None, None, Answer(403)]) as api:
        problem = failed(api, flavour, work(), parallel=1)
        assert problem.sent == ((0, 5), (5, 5))
        api.stored["/1/5"] = b"wrong"
        told: list[tuple[int, int]] = []
        api.run(flavour, work(resume=problem.resource, progress=lambda *x: told.append(x)))
    assert api.file() == DATA
    paths = [request.path for request in api.store.requests]
    assert paths.count("/1/0") == 1, "it was there"
    assert paths.count("/1/5") == 2, "what was there was not this file's"
    assert api.methods().count("POST") == 1
    assert told[0] == (5, len(DATA))
    file = {"hash": md5(DATA), "algorithm": "MD5"}
    assert api.reserved["1"]["committed"]["sourceFileChecksums"] == {"file": file}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("attributes", "reason"),
    [({"fileSize": 3}, "reserved for 3 bytes"), ({"sourceFileChecksum": "ff"}, "checksum")],
)
def test_a_reservation_for_another_file_is_not_resumed(
    flavour: str, attributes: dict[str, Any], reason: str
) -> None:
    with UploadApi(store_answers=[Answer(403)] * 4) as api:
        problem = failed(api, flavour, shot(), parallel=1)
        api.reserved["1"]["attributes"].update(attributes)
        sent = len(api.store.requests)
        again = failed(api, flavour, shot(resume=problem.resource))
        assert len(api.store.requests) == sent
    assert reason in str(again)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "told", [{}, {"sourceFileChecksum": None}, {"sourceFileChecksum": ""}, {"fileSize": None}]
)
def test_what_the_api_does_not_tell_of_a_file_is_no_contradiction(
    flavour: str, told: dict[str, Any]
) -> None:
    """It may call a file complete before it tells its checksum."""
    with UploadApi(states=["UPLOAD_COMPLETE"]) as api:
        problem = failed(api, flavour, shot(), timeout=1.0)
        api.states = ["COMPLETE"]
        api.reserved["1"]["attributes"].update(told)
        done = api.run(flavour, shot(resume=problem.resource))
    assert done.asset_delivery_state.state == "COMPLETE"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_committed_upload_is_resumed_by_waiting(flavour: str) -> None:
    with UploadApi(states=["UPLOAD_COMPLETE"]) as api:
        problem = failed(api, flavour, shot(), timeout=1.0)
        api.states = ["COMPLETE"]
        sent = len(api.store.requests)
        done = api.run(flavour, shot(resume=problem.resource))
        assert len(api.store.requests) == sent
    assert done.asset_delivery_state.state == "COMPLETE"
    assert api.methods().count("PATCH") == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_expired_reservation_is_resumed_only_when_a_new_one_can_be_made(flavour: str) -> None:
    def bare(resource: Any) -> Any:
        return lambda asc, uploads: uploads.upload(
            asc.app_screenshots, DATA, file_name="1.png", resume=resource
        )

    with UploadApi(part=100, store_answers=[Answer(403), EXPIRED, EXPIRED]) as api:
        problem = failed(api, flavour, shot())
        assert isinstance(failed(api, flavour, bare(problem.resource)), UploadExpiredError)
        done = api.run(flavour, shot(resume=problem.resource))
    assert (done.id, api.deleted) == ("2", ["1"])


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_reservation_is_cleaned_up_by_deleting_it(flavour: str) -> None:
    with UploadApi(store_answers=[Answer(403)] * 4) as api:
        problem = failed(api, flavour, shot())
        api.run(flavour, lambda asc, _: asc.app_screenshots.delete(problem.resource))
    assert api.deleted == ["1"]


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
def test_unsafe_addresses_are_refused(flavour: str, operation: dict[str, Any]) -> None:
    with UploadApi(operation=operation) as api:
        problem = failed(api, flavour, shot(), hosts=("127.0.0.1", "*.example.com"))
        assert api.store.requests == []
    assert isinstance(problem.__cause__, UnsafeUrlError)
    assert SECRET not in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "operation",
    [
        {"length": 4},
        {"offset": 1},
        {"length": -1},
        {"length": 6},
        {"method": "PUT /x HTTP/1.1\r\n"},
        {"requestHeaders": [{"name": "A", "value": "b\r\nc: d"}]},
        {"requestHeaders": [{"name": "A:\n", "value": "b"}]},
        {"requestHeaders": [{"name": None, "value": "b"}]},
    ],
)
def test_operations_that_make_no_sense_are_refused(flavour: str, operation: dict[str, Any]) -> None:
    with UploadApi(operation=operation) as api:
        problem = failed(api, flavour, shot())
        assert api.store.requests == []
    assert isinstance(problem.__cause__, ValueError)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_signatures_are_in_no_error_and_no_log(
    flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with UploadApi(part=100, store_answers=[EXPIRED, EXPIRED]) as api:
        problem = failed(api, flavour, shot())
    texts: list[str] = [caplog.text]
    current: BaseException | None = problem
    while current is not None:
        texts += [str(current), repr(current)]
        current = current.__cause__ or current.__context__
    texts.append(repr(problem.resource))
    assert "PUT" in caplog.text
    assert not [text for text in texts if SECRET in text]


def test_errors_can_be_pickled() -> None:
    with UploadApi(states=["FAILED"], issues={"errors": [{"code": "A"}]}) as api:
        problem = failed(api, "sync", shot())
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes
    assert isinstance(copy, UploadRejectedError)
    assert (str(copy), copy.errors) == (str(problem), problem.errors)
    assert copy.resource == problem.resource


# --- what can be uploaded


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_open_file_is_read_from_its_start_and_left_open(flavour: str) -> None:
    file = io.BytesIO(DATA)
    file.seek(7)
    with UploadApi() as api:
        api.run(flavour, shot(file))
    assert api.file() == DATA
    assert not file.closed


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_files_that_cannot_be_uploaded_are_refused_first(flavour: str, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "text").write_text("text")
    (tmp_path / "closed").write_bytes(DATA)
    closed = (tmp_path / "closed").open("rb")
    closed.close()
    read, write = os.pipe()
    with UploadApi() as api, (tmp_path / "text").open() as text, os.fdopen(read, "rb") as pipe:
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
            (5, "a", "not a int"),
            (None, "a", "not a NoneType"),
        ]
        for file, name, reason in refused:
            with pytest.raises((ValueError, TypeError), match=reason):
                api.run(flavour, shot(file, file_name=name))
        for missing in ("none", "dangling"):
            with pytest.raises(FileNotFoundError):
                api.run(flavour, shot(tmp_path / missing))
        assert api.api.requests == []


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_files_of_every_kind_that_holds_bytes_are_uploaded(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
            with UploadApi() as api:
                api.run(flavour, shot(file, file_name=given))
            assert api.file() == DATA
            assert api.reserved["1"]["attributes"]["fileName"] == name


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_is_uploaded_is_a_copy_of_what_its_owner_may_change(flavour: str) -> None:
    data = bytearray(DATA)

    def change(sent: int, total: int) -> None:
        data[:] = b"x" * len(data)

    with UploadApi() as api:
        api.run(flavour, shot(data, progress=change), parallel=1)
    assert api.file() == DATA


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_shrinks_meanwhile_is_noticed(flavour: str, tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    path.write_bytes(DATA)

    def shrink(sent: int, total: int) -> None:
        with path.open("r+b") as file:
            file.truncate(7)

    with UploadApi() as api:
        problem = failed(api, flavour, shot(path, progress=shrink), parallel=1)
    assert "has become shorter" in str(problem)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("keeps_time", [True, False])
@pytest.mark.parametrize("when", [0, len(DATA)])
def test_a_file_that_is_rewritten_while_it_is_sent_is_not_committed(
    flavour: str, when: int, tmp_path: Path, *, keeps_time: bool
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

    with UploadApi() as api:
        if keeps_time and when:
            # It was sent as it was, which is what the checksum is of.
            api.run(flavour, shot(path, progress=rewrite), parallel=1)
            assert api.reserved["1"]["committed"]["sourceFileChecksum"] == md5(DATA)
            return
        problem = failed(api, flavour, shot(path, progress=rewrite), parallel=1)
    assert "1.png has changed while it was uploaded" in str(problem)
    assert not problem.committed
    assert api.methods() == ["POST"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_without_checksum_that_is_rewritten_is_noticed_by_its_time(
    flavour: str, tmp_path: Path
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

    with UploadApi(state_name="assetDeliveryState") as api:
        problem = failed(api, flavour, work, parallel=1)
    assert "has changed while it was uploaded" in str(problem)
    assert api.methods() == ["POST"]
