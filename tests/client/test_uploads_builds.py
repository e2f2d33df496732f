"""Uploads of builds: the build upload, its file, and the wait for Apple to process it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from app_store_connect import ConflictError
from app_store_connect.uploads import UploadError, UploadRejectedError, UploadTimeoutError
from support.api_server import Answer, error
from support.upload_api import UploadApi, md5

DATA = b"0123456789abcdefg"
FLAVOURS = ["sync", "async"]


@dataclass
class BuildApi(UploadApi):
    """`build_states` are those of the build upload, its id is 1, its file's is 2."""

    build_states: tuple[str, ...] = ("PROCESSING", "COMPLETE")
    refusals: tuple[Any, ...] = ()
    tags: bool = True

    def _read(self, request: Any) -> Answer:
        if not request.path.startswith("/v1/buildUploads/"):
            return super()._read(request)
        assert request.query == [("include", "build,assetFile")]
        state, *left = self.build_states
        self.build_states = tuple(left) or (state,)
        data = self._build(state)
        included = []
        if "2" in self.reserved:
            file = self._resource("2")
            included.append(file)
            ref = {"type": file["type"], "id": file["id"]}
            data["relationships"] = {"assetFile": {"data": ref}, "build": {"data": None}}
        return Answer(json={"data": data, "included": included})

    def _reserve(self, request: Any) -> Answer:
        answer = super()._reserve(request)
        if request.path == "/v1/buildUploads":
            return Answer(201, json={"data": self._build("AWAITING_UPLOAD")})
        return answer

    def _build(self, state: str) -> dict[str, Any]:
        whole = {"state": state, "errors": list(self.refusals), "warnings": None, "infos": []}
        attributes = {**self.reserved["1"]["attributes"], "state": whole}
        return {"type": "buildUploads", "id": "1", "attributes": attributes}


def ipa(file: Any = DATA, **more: Any) -> Any:
    keywords = {
        "app": "77",
        "version": "1.2",
        "build_number": "345",
        "platform": "IOS",
        "file_name": "App.ipa",
        **more,
    }
    return lambda _, uploads: uploads.upload_build(file, **keywords)


def failed(api: UploadApi, flavour: str, work: Any, **settings: Any) -> UploadError:
    with pytest.raises(UploadError) as caught:
        api.run(flavour, work, **settings)
    return caught.value


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("name", "uti"),
    [
        ("App.ipa", "com.apple.ipa"),
        ("App.PKG", "com.apple.pkg"),
        ("App.zip", "com.pkware.zip-archive"),
    ],
)
def test_a_build_is_uploaded_and_awaited(flavour: str, name: str, uti: str) -> None:
    with BuildApi() as api:
        done = api.run(flavour, ipa(file_name=name))
        paths = [f"{request.method} {request.path}" for request in api.api.requests]
    assert (done.id, str(done.state.state), done.build) == ("1", "COMPLETE", None)
    build, file = api.reserved["1"], api.reserved["2"]
    assert build["attributes"] == {
        "cfBundleShortVersionString": "1.2",
        "cfBundleVersion": "345",
        "platform": "IOS",
    }
    assert build["relationships"]["app"]["data"] == {"type": "apps", "id": "77"}
    assert file["attributes"] == {
        "assetType": "ASSET",
        "fileName": name,
        "fileSize": len(DATA),
        "uti": uti,
    }
    assert file["relationships"]["buildUpload"]["data"] == {"type": "buildUploads", "id": "1"}
    assert file["committed"]["sourceFileChecksums"]["file"]["hash"] == md5(DATA)
    assert api.file("2") == DATA
    assert paths == [
        "POST /v1/buildUploads",
        "POST /v1/buildUploadFiles",
        "PATCH /v1/buildUploadFiles/2",
        "GET /v1/buildUploads/1",
        "GET /v1/buildUploads/1",
    ]
    assert api.clock.naps == [2.0]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_is_no_build_is_refused_before_anything_is_made(flavour: str) -> None:
    with BuildApi() as api:
        with pytest.raises(ValueError, match=r"'App.dmg' is not a build.*\.ipa, \.pkg, \.zip"):
            api.run(flavour, ipa(file_name="App.dmg"))
        assert api.api.requests == []
        api.run(flavour, ipa(file_name="App.dmg", uti="com.apple.pkg", wait=False))
    assert api.reserved["2"]["attributes"]["uti"] == "com.apple.pkg"
    assert api.methods() == ["POST", "POST", "PATCH"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_apples_reasons_for_a_refusal_are_in_the_error(flavour: str) -> None:
    reason = {"code": "90062", "description": "This bundle is invalid."}
    with BuildApi(build_states=("PROCESSING", "FAILED"), refusals=(reason,)) as api:
        problem = failed(api, flavour, ipa())
    assert isinstance(problem, UploadRejectedError)
    assert problem.errors == (("90062", "This bundle is invalid."),)
    assert "90062: This bundle is invalid." in str(problem)
    assert problem.build_upload is not None
    assert (problem.resource.id, problem.build_upload.id) == ("1", "1")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_arrives_damaged_ends_the_wait(flavour: str) -> None:
    """The build upload itself would wait for its file for ever."""
    with BuildApi(build_states=("AWAITING_UPLOAD",), states=["FAILED"]) as api:

        def damaged(identifier: str, attributes: dict[str, Any]) -> None:
            api.reserved[identifier]["state"] = "FAILED"

        api.commit = damaged  # type: ignore[method-assign]
        problem = failed(api, flavour, ipa())
    assert isinstance(problem, UploadRejectedError)
    assert problem.resource.resource_type == "buildUploadFiles"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_that_is_never_processed(flavour: str) -> None:
    with BuildApi(build_states=("PROCESSING",)) as api:
        problem = failed(api, flavour, ipa(), timeout=100.0)
    assert isinstance(problem, UploadTimeoutError)
    assert problem.committed
    assert sum(api.clock.naps) == pytest.approx(100.0)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_upload_that_cannot_be_made_is_the_apis_own_error(flavour: str) -> None:
    with BuildApi(answers={"POST": [error(409, "ENTITY_ERROR")]}) as api:
        with pytest.raises(ConflictError):
            api.run(flavour, ipa())
        assert api.reserved == {}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_later_error_knows_the_build_upload_to_clean_up(flavour: str) -> None:
    with BuildApi(answers={"POST": [None, error(409, "ENTITY_ERROR")]}) as api:
        problem = failed(api, flavour, ipa())
        assert isinstance(problem.__cause__, ConflictError)
        build = problem.build_upload
        assert build is not None
        api.run(flavour, lambda asc, _: asc.build_uploads.delete(build))
    assert api.deleted == ["1"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_is_resumed(flavour: str) -> None:
    with BuildApi(store_answers=[None, None, Answer(403)]) as api:
        problem = failed(api, flavour, ipa(), parallel=1)
        assert problem.build_upload is not None
        assert (problem.resource.id, problem.sent) == ("2", ((0, 5), (5, 5)))
        done = api.run(flavour, ipa(resume=problem.build_upload))
    assert done.id == "1"
    assert api.file("2") == DATA
    assert api.methods().count("POST") == 2
    assert [request.path for request in api.store.requests].count("/2/0") == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_upload_without_a_file_is_resumed_with_one(flavour: str) -> None:
    with BuildApi(answers={"POST": [None, Answer(503)]}) as api:
        problem = failed(api, flavour, ipa())
        assert problem.build_upload is not None
        done = api.run(flavour, ipa(resume=problem.build_upload.id))
    assert done.id == "1"
    assert api.file("2") == DATA
    assert sum(r.path == "/v1/buildUploads" for r in api.api.requests) == 1
