"""Uploads of builds: the build upload, its file, and the wait for Apple to process it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ConflictError
from app_store_connect.models import App
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.uploaded_files import content_of
from app_store_connect.uploads import (
    AsyncUploader,
    Uploader,
    UploadError,
    UploadRejectedError,
    UploadSettings,
    UploadTimeoutError,
)
from support.build_files import ipa as ipa_file
from support.uploading import PARTS, md5

if TYPE_CHECKING:
    from app_store_connect.simulator import Entity

# Two parts, and a bit of a third.
PART = 5 * 2**20
DATA = bytes(2 * PART + 7)
FLAVOURS = ["sync", "async"]
FILES = "buildUploadFiles_createInstance"


class Team:
    """A team with an app, which a build is uploaded to."""

    def __init__(self) -> None:
        self.simulator = Simulator()
        self.app = self.simulator.add(App, bundle_id="com.example.trails", name="Trails")

    def run(self, flavour: str, work: Any, **settings: Any) -> Any:
        """What `work(client, uploader)` returns in one of the flavours."""
        clock, made = self.simulator.clock, UploadSettings(**settings)
        if flavour == "sync":
            with self.simulator.client() as client:
                return work(client, Uploader(client, made, now=clock.now, sleep=clock.sleep))

        async def main() -> Any:
            async with self.simulator.async_client() as client:
                uploader = AsyncUploader(client, made, now=clock.now, sleep=clock.asleep)
                return await work(client, uploader)

        return asyncio.run(main())

    def ipa(self, file: bytes = DATA, **more: Any) -> Any:
        keywords = {
            "app": self.app,
            "version": "1.2",
            "build_number": "345",
            "platform": "IOS",
            "file_name": "App.ipa",
            **more,
        }
        return lambda _, uploads: uploads.upload_build(file, **keywords)

    def failed(self, flavour: str, work: Any, **settings: Any) -> UploadError:
        with pytest.raises(UploadError) as caught:
            self.run(flavour, work, **settings)
        return caught.value

    def one(self, kind: str) -> Entity:
        (found,) = self.simulator.world.all(kind)
        return found

    def arrived(self) -> bytes:
        return content_of(self.simulator.world, self.one("buildUploadFiles"))

    @property
    def calls(self) -> list[str]:
        return [request.operation for request in self.simulator.requests if request.operation]


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("name", "uti"),
    [
        ("App.ipa", "com.apple.ipa"),
        ("App.PKG", "com.apple.pkg"),
        ("App.zip", "com.pkware.zip-archive"),
    ],
)
def test_a_build_is_uploaded_and_awaited(team: Team, flavour: str, name: str, uti: str) -> None:
    began = team.simulator.clock.now()
    done = team.run(flavour, team.ipa(file_name=name))
    assert done.state.state == "COMPLETE"
    assert done.build.version == "345"
    assert team.simulator.clock.now() > began
    upload, file = team.one("buildUploads"), team.one("buildUploadFiles")
    assert (upload["cfBundleShortVersionString"], upload["cfBundleVersion"]) == ("1.2", "345")
    (reserved,) = team.simulator.requests.of(FILES)
    assert reserved.body["data"]["attributes"] == {
        "assetType": "ASSET",
        "fileName": name,
        "fileSize": len(DATA),
        "uti": uti,
    }
    assert file["sourceFileChecksums"]["file"]["hash"] == md5(DATA)
    assert team.arrived() == DATA
    assert team.calls[:3] == [
        "buildUploads_createInstance",
        FILES,
        "buildUploadFiles_updateInstance",
    ]
    assert set(team.calls[3:]) == {"buildUploads_getInstance"}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_is_no_build_is_refused_before_anything_is_made(team: Team, flavour: str) -> None:
    with pytest.raises(ValueError, match=r"'App.dmg' is not a build.*\.ipa, \.pkg, \.zip"):
        team.run(flavour, team.ipa(file_name="App.dmg"))
    assert team.calls == []
    team.run(flavour, team.ipa(file_name="App.dmg", uti="com.apple.pkg", wait=False))
    assert team.one("buildUploadFiles")["uti"] == "com.apple.pkg"
    assert len(team.calls) == 3


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_apples_reasons_for_a_refusal_are_in_the_error(team: Team, flavour: str) -> None:
    other = ipa_file(
        CFBundleIdentifier="com.example.other",
        CFBundleShortVersionString="1.2",
        CFBundleVersion="345",
    )
    problem = team.failed(flavour, team.ipa(other))
    assert isinstance(problem, UploadRejectedError)
    ((code, reason),) = problem.errors
    assert code == "90054"
    assert f"90054: {reason}" in str(problem)
    assert problem.build_upload is not None
    upload = team.one("buildUploads").id
    assert (problem.resource.id, problem.build_upload.id) == (upload, upload)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_arrives_damaged_ends_the_wait(
    team: Team, flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build upload itself would wait for its file for ever."""
    state = team.simulator.world.state
    keep = state.put_file
    monkeypatch.setattr(state, "put_file", lambda name, data: keep(name, b"\1" + data[1:]))
    problem = team.failed(flavour, team.ipa())
    assert isinstance(problem, UploadRejectedError)
    assert problem.resource.resource_type == "buildUploadFiles"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_that_is_never_processed(team: Team, flavour: str) -> None:
    problem = team.failed(flavour, team.ipa(), timeout=20.0)
    assert isinstance(problem, UploadTimeoutError)
    assert problem.committed


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_upload_that_cannot_be_made_is_the_apis_own_error(team: Team, flavour: str) -> None:
    train = team.simulator.add("preReleaseVersions", app=team.app, version="1.2", platform="IOS")
    team.simulator.add("builds", app=team.app, version="345", pre_release_version=train)
    with pytest.raises(ConflictError):
        team.run(flavour, team.ipa())
    assert team.calls == ["buildUploads_createInstance"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_later_error_knows_the_build_upload_to_clean_up(team: Team, flavour: str) -> None:
    team.simulator.faults.add(FILES, status=409)
    problem = team.failed(flavour, team.ipa())
    assert isinstance(problem.__cause__, ConflictError)
    build = problem.build_upload
    assert build is not None
    team.run(flavour, lambda asc, _: asc.build_uploads.delete(build))
    assert team.simulator.world.all("buildUploads") == []


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_is_resumed(team: Team, flavour: str) -> None:
    team.simulator.faults.add(PARTS, status=403, skip=2)
    problem = team.failed(flavour, team.ipa(), parallel=1)
    assert problem.build_upload is not None
    assert problem.sent == ((0, PART), (PART, PART))
    done = team.run(flavour, team.ipa(resume=problem.build_upload))
    assert done.id == problem.build_upload.id
    assert team.arrived() == DATA
    assert sum(name.endswith("createInstance") for name in team.calls) == 2
    sent = [request.path for request in team.simulator.requests if request.method == "PUT"]
    assert [path.rpartition("/")[2] for path in sent] == ["0", "1", "2", "2"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_upload_without_a_file_is_resumed_with_one(team: Team, flavour: str) -> None:
    team.simulator.faults.add(FILES, status=503)
    problem = team.failed(flavour, team.ipa())
    assert problem.build_upload is not None
    done = team.run(flavour, team.ipa(resume=problem.build_upload.id))
    assert done.id == problem.build_upload.id
    assert team.arrived() == DATA
    assert team.calls.count("buildUploads_createInstance") == 1
