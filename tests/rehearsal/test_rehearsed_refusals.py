"""A trial refuses what the API would, and nothing for the reason that it has not read enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, ConflictError, NotFoundError

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.simulator import Simulator


def body(kind: str, attributes: dict[str, Any], **relationships: tuple[str, str]) -> Any:
    links = {
        name: {"data": {"type": type_, "id": id_}} for name, (type_, id_) in relationships.items()
    }
    return {"data": {"type": kind, "attributes": attributes, "relationships": links}}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"name": "QA", "colour": "red"}, "ENTITY_ERROR.ATTRIBUTE.UNKNOWN"),
        ({}, "ENTITY_ERROR.ATTRIBUTE.REQUIRED"),
        ({"name": 7}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
    ],
)
def test_what_the_document_forbids_is_refused(
    demo: Simulator, asc: Client, attributes: dict[str, Any], code: str
) -> None:
    app = asc.apps.list().first()
    assert app is not None
    with asc.rehearsal() as trial, pytest.raises(ConflictError) as caught:
        trial.client.request(
            "POST", "/v1/betaGroups", json=body("betaGroups", attributes, app=("apps", app.id))
        )
    assert caught.value.has_code(code)
    assert not trial.plan
    assert {x.method for x in demo.requests} == {"GET"}


def test_what_the_state_forbids_is_refused_as_the_api_refuses_it(asc: Client) -> None:
    app = asc.apps.list(bundle_id="com.example.trails").first()
    with asc.rehearsal() as trial, pytest.raises(ConflictError) as rehearsed:
        trial.client.app_store_versions.create(app=app, platform="MAC_OS", version_string="9")
    with pytest.raises(ConflictError) as real:
        asc.app_store_versions.create(app=app, platform="MAC_OS", version_string="9")
    assert [x.code for x in rehearsed.value.errors] == [x.code for x in real.value.errors]
    assert not trial.plan


def test_what_was_not_read_forbids_nothing(asc: Client, demo: Simulator) -> None:
    app = asc.apps.list(bundle_id="com.example.trails").first()
    build = asc.builds.list(app=app, processing_state="VALID").first()
    group = demo.add("betaGroups", name="Own", app=app, is_internal_group=True)
    with asc.rehearsal() as trial:
        # Of the build and the group the trial knows nothing but ids.
        trial.client.beta_groups.add_builds(group.id, [build.id])
    assert [x.after for x in trial.plan] == [{"builds": [build.id]}]
    trial.plan.apply(asc)
    assert [x.id for x in asc.beta_groups.list_builds(group)] == [build.id]


def test_what_the_api_has_not_is_not_found(asc: Client) -> None:
    with asc.rehearsal() as trial:
        for write in (
            lambda: trial.client.beta_groups.update("nobody", name="x"),
            lambda: trial.client.beta_groups.delete("nobody"),
            lambda: trial.client.beta_groups.get("new-77"),
            lambda: trial.client.beta_groups.update("new-77", name="x"),
        ):
            with pytest.raises(NotFoundError):
                write()
    assert not trial.plan


def test_paths_that_there_are_not_are_refused(asc: Client, demo: Simulator) -> None:
    demo.requests.clear()
    with asc.rehearsal() as trial:
        for method, path in (
            ("POST", "/v1/nothing"),
            ("DELETE", "/v1/apps/1"),
            ("PUT", "/v1/apps"),
        ):
            with pytest.raises(ApiError):
                trial.client.request(method, path, json={"data": {}})
    assert not trial.plan
    assert {x.method for x in demo.requests} <= {"GET"}
