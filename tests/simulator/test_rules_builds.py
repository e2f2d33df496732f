"""Builds are uploaded, processed, tested and expire as they do at Apple's."""

from __future__ import annotations

import io
import plistlib
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client
from app_store_connect.simulator import Simulator
from app_store_connect.uploads import AsyncUploader, Uploader, UploadRejectedError

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import AsyncClient


def ipa(path: Path, **info: Any) -> Path:
    """An .ipa with an Info.plist and nothing else."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("Payload/Trails.app/Info.plist", plistlib.dumps(info))
    path.write_bytes(content.getvalue())
    return path


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.trails", name="Trails")


def declared(app: Any, number: str = "7") -> dict[str, Any]:
    return {"app": app, "version": "1.2", "build_number": number, "platform": "IOS"}


def states(asc: Client, build: Any) -> tuple[str, str]:
    found = asc.builds.get_build_beta_detail(build)
    return str(found.internal_build_state), str(found.external_build_state)


def test_an_uploaded_build_becomes_valid(
    simulator: Simulator, asc: Client, app: Any, tmp_path: Path
) -> None:
    path = ipa(tmp_path / "Trails.ipa", CFBundleVersion="007", ITSAppUsesNonExemptEncryption=False)
    upload = Uploader(asc).upload_build(path, **declared(app))
    assert upload.state.state == "COMPLETE"
    build = asc.builds.get(upload.build, include=["preReleaseVersion", "app"])
    assert (build.version, build.processing_state) == ("7", "PROCESSING")
    assert (build.app.id, build.pre_release_version.version) == (app.id, "1.2")
    assert states(asc, build) == ("PROCESSING", "PROCESSING")
    simulator.clock.advance(minutes=20)
    build = asc.builds.get(build)
    assert build.processing_state == "VALID"
    assert (build.expiration_date - build.uploaded_date).days == 90
    assert states(asc, build) == ("READY_FOR_BETA_TESTING", "READY_FOR_BETA_SUBMISSION")


def test_the_asynchronous_upload_does_the_same(aasc: AsyncClient, app: Any, tmp_path: Path) -> None:
    import asyncio

    async def story() -> Any:
        path = ipa(tmp_path / "Trails.ipa")
        return await AsyncUploader(aasc).upload_build(path, **declared(app))

    assert asyncio.run(story()).state.state == "COMPLETE"


def test_a_build_can_be_uploaded_over_http(app: Any, simulator: Simulator, tmp_path: Path) -> None:
    path = tmp_path / "Trails.ipa"
    path.write_bytes(bytes(6 * 1024 * 1024))
    with simulator.serve(speed=100.0) as address, Client(simulator.key, base_url=address) as asc:
        upload = Uploader(asc).upload_build(path, **declared(app), wait=False)
        files = asc.build_uploads.list_build_upload_files(upload).all()
    assert [x.asset_delivery_state.state in {"UPLOAD_COMPLETE", "COMPLETE"} for x in files] == [
        True
    ]


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"CFBundleShortVersionString": "1.1"}, "90062"),
        ({"CFBundleShortVersionString": "1.0.5"}, "90186"),
        ({"CFBundleIdentifier": "com.example.other"}, "90054"),
    ],
)
def test_processing_reads_the_file_and_not_what_was_declared(
    simulator: Simulator, asc: Client, app: Any, tmp_path: Path, info: dict[str, str], code: str
) -> None:
    simulator.add(
        "appStoreVersions",
        app=app,
        platform="IOS",
        version_string="1.1",
        app_version_state="READY_FOR_DISTRIBUTION",
    )
    with pytest.raises(UploadRejectedError, match=code) as caught:
        Uploader(asc).upload_build(ipa(tmp_path / "Trails.ipa", **info), **declared(app))
    assert asc.builds.list(app=app).all() == []
    with pytest.raises(ApiError) as refused:
        asc.build_uploads.delete(caught.value.build_upload)
    assert refused.value.has_code("STATE_ERROR.INVALID_STATE")


def test_build_numbers_rise(simulator: Simulator, asc: Client, app: Any, tmp_path: Path) -> None:
    path = ipa(tmp_path / "Trails.ipa")
    Uploader(asc).upload_build(path, **declared(app, "1.10"))
    simulator.clock.advance(minutes=20)
    with pytest.raises(ApiError) as caught:
        Uploader(asc).upload_build(path, **declared(app, "1.9"))
    error = caught.value.errors[0]
    assert error.code == "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"
    assert error.meta["previousBundleVersion"] == "1.10"
    Uploader(asc).upload_build(path, **declared(app, "1.11"))


def test_an_upload_takes_one_file_and_is_deleted_before_it_has_it(
    asc: Client, app: Any, tmp_path: Path
) -> None:
    empty = asc.build_uploads.create(
        app=app, cf_bundle_short_version_string="1.2", cf_bundle_version="1", platform="IOS"
    )
    asc.build_uploads.delete(empty)
    upload = Uploader(asc).upload_build(ipa(tmp_path / "Trails.ipa"), **declared(app))
    with pytest.raises(ApiError) as caught:
        asc.build_upload_files.create(
            asset_type="ASSET",
            file_name="a.ipa",
            file_size=4,
            uti="com.apple.ipa",
            build_upload=upload.id,
        )
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID.INVALID_STATE")


def test_a_commit_of_a_build_is_checked(asc: Client, app: Any) -> None:
    upload = asc.build_uploads.create(
        app=app, cf_bundle_short_version_string="1.2", cf_bundle_version="1", platform="IOS"
    )
    file = asc.build_upload_files.create(
        asset_type="ASSET", file_name="a.ipa", file_size=4, uti="com.apple.ipa", build_upload=upload
    )
    assert file.upload_operations[0].expiration is not None
    assert asc.build_upload_files.update(file).id == file.id
    with pytest.raises(ApiError) as caught:
        asc.build_upload_files.update(file, uploaded=True)
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.CONTENT_NOT_UPLOADED")
    checksums: Any = {"file": {"hash": "0", "algorithm": "SHA_256"}}
    body = {"uploaded": True, "sourceFileChecksums": checksums}
    with pytest.raises(ApiError):
        asc.request(
            "PATCH",
            f"/v1/buildUploadFiles/{file.id}",
            json={"data": {"type": "buildUploadFiles", "id": file.id, "attributes": body}},
        )


def test_export_compliance_is_answered_once(simulator: Simulator, asc: Client, app: Any) -> None:
    build = simulator.add("builds", app=app, version="1", uses_non_exempt_encryption=None)
    assert states(asc, build) == ("MISSING_EXPORT_COMPLIANCE",) * 2
    asc.builds.update(build, uses_non_exempt_encryption=False)
    assert states(asc, build)[1] == "READY_FOR_BETA_SUBMISSION"
    with pytest.raises(ApiError) as caught:
        asc.builds.update(build, uses_non_exempt_encryption=False)
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID")


def test_a_build_expires_by_age_or_by_hand_and_for_good(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    old, new = (simulator.add("builds", app=app, version=x) for x in "12")
    asc.builds.update(new, expired=True)
    assert states(asc, new) == ("EXPIRED", "EXPIRED")
    with pytest.raises(ApiError):
        asc.builds.update(new, expired=False)
    assert asc.builds.get(old).expired is False
    simulator.clock.advance(days=90)
    assert asc.builds.get(old).expired is True


def test_internal_builds_go_to_nobody_outside(simulator: Simulator, asc: Client, app: Any) -> None:
    build = simulator.add("builds", app=app, version="1", build_audience_type="INTERNAL_ONLY")
    assert states(asc, build)[1] == "NOT_APPLICABLE"


def test_a_fresh_build_can_lag(asc: Client) -> None:
    simulator = Simulator(switches={"build_lag": "some", "builds_without_filter": "valid"})
    asc = simulator.client()
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    build = simulator.add("builds", app=app, version="1")
    simulator.add("builds", app=app, version="2", processing_state="PROCESSING")
    group = asc.beta_groups.create(name="QA", app=app)
    assert asc.builds.list().one().id == build.id
    assert len(asc.builds.list(processing_state=["VALID", "PROCESSING"]).all()) == 2
    with pytest.raises(ApiError) as caught:
        asc.beta_groups.add_builds(group, [build])
    assert caught.value.status == 404
    with pytest.raises(ApiError) as caught:
        states(asc, build)
    assert caught.value.status == 404
    simulator.clock.advance(minutes=2)
    asc.beta_groups.add_builds(group, [build])


def test_a_build_that_is_there_in_processing_becomes_valid(
    simulator: Simulator, asc: Client
) -> None:
    app = simulator.add("apps", name="Trails")
    build = simulator.add("builds", app=app, version="1", processing_state="PROCESSING")
    simulator.clock.advance(minutes=9)
    assert asc.builds.get(build).processing_state == "PROCESSING"
    simulator.clock.advance(minutes=1)
    assert asc.builds.get(build).processing_state == "VALID"
