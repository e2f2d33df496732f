"""What a trial has written is there when it reads, and the API has none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator


@pytest.fixture
def app(asc: Client) -> Any:
    return asc.apps.list(bundle_id="com.example.trails").first()


def names(groups: Any) -> list[str]:
    return [group.name for group in groups]


LISTS: dict[str, Callable[[Client, Any], Any]] = {
    "by filter": lambda asc, app: asc.beta_groups.list(app=app),
    "by path": lambda asc, app: asc.apps.list_beta_groups(app),
    "page by page": lambda asc, app: asc.apps.list_beta_groups(app, limit=1),
    "by include": lambda asc, app: asc.apps.get(app, include=["betaGroups"]).beta_groups,
}


@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)
def test_lists_have_what_is_new_changed_and_deleted(
    demo: Simulator, asc: Client, app: Any, listed: Callable[[Client, Any], Any]
) -> None:
    before = names(listed(asc, app))
    first, last = asc.apps.list_beta_groups(app)
    demo.requests.clear()
    with asc.rehearsal() as trial:
        trial.client.beta_groups.create(name="New", app=app)
        trial.client.beta_groups.update(first, name="Renamed")
        trial.client.beta_groups.delete(last)
        assert names(listed(trial.client, app)) == ["Renamed", "New"]
    assert {x.method for x in demo.requests} == {"GET"}
    assert names(listed(asc, app)) == before


def test_filters_are_about_what_is_so_in_the_trial(asc: Client, app: Any) -> None:
    first, _ = asc.apps.list_beta_groups(app)
    with asc.rehearsal() as trial:
        groups = trial.client.beta_groups
        new = groups.create(name="New", app=app)
        groups.update(first, name="Renamed")
        assert names(groups.list(app=app, name="New")) == ["New"]
        assert names(groups.list(name="Renamed")) == ["Renamed"]
        assert names(groups.list(app=app, name=first.name)) == []
        other = trial.client.apps.list(bundle_id="com.example.harbor").one()
        assert "New" not in names(groups.list(app=other))
        groups.delete(new)
        assert names(groups.list(name="New")) == []


def test_what_is_new_is_sorted_in(asc: Client, app: Any) -> None:
    with asc.rehearsal() as trial:
        groups = trial.client.beta_groups
        for name in ("AAA", "zzz", "M"):
            groups.create(name=name, app=app)
        for limit in (1, 2, 200):
            found = names(groups.list(app=app, sort="name", limit=limit))
            assert found == sorted(found)
            assert {"AAA", "M", "zzz"} <= set(found)
            assert len(found) == len(set(found)) == 5
        assert names(groups.list(app=app, sort="-name"))[0] == "zzz"
        assert groups.list(app=app).total == 5


def test_what_belongs_to_something_new_is_answered_without_the_api(
    demo: Simulator, asc: Client, app: Any
) -> None:
    build = asc.builds.list(app=app, processing_state="VALID").first()
    with asc.rehearsal() as trial:
        client = trial.client
        group = client.beta_groups.create(name="New", app=app, is_internal_group=True)
        client.beta_groups.add_builds(group, [build])
        assert group.id.startswith("new-")
        assert [x.id for x in client.beta_groups.list_builds(group)] == [build.id]
        assert client.beta_groups.list_build_ids(group).all() == [build.id]
        read = client.beta_groups.get(group, include=["app", "builds"])
        # Neither was read in the trial before.
        assert read.app.name == app.name
        assert read.builds[0].version == build.version
        assert "New" in names(
            client.builds.list(include=["betaGroups"], id=build).one().beta_groups
        )
        client.beta_groups.remove_builds(group, [build])
        assert client.beta_groups.list_builds(group).all() == []
    assert not any("new-" in x.path for x in demo.requests)


def test_links_of_existing_resources_follow(asc: Client, app: Any) -> None:
    version = asc.apps.list_app_store_versions(
        app, platform="IOS", app_version_state="PREPARE_FOR_SUBMISSION"
    ).one()
    builds = asc.builds.list(
        app=app,
        processing_state="VALID",
        pre_release_version_platform="IOS",
        include=["preReleaseVersion"],
    )
    build = next(x for x in builds if x.pre_release_version.version == version.version_string)
    with asc.rehearsal() as trial:
        client = trial.client
        before = client.app_store_versions.get_build(version)
        client.app_store_versions.set_build(version, build)
        found = client.app_store_versions.get_build(version)
        assert found is not None
        assert found.id == build.id
        assert client.app_store_versions.get_build_id(version) == build.id
        whole = client.app_store_versions.get(version, include=["build"])
        assert whole.build.version == build.version
        client.app_store_versions.set_build(version, None)
        assert client.app_store_versions.get_build(version) is None
        assert client.app_store_versions.get(version, include=["build"]).build is None
    after = asc.app_store_versions.get_build(version)
    assert (after and after.id) == (before and before.id)


def test_what_is_deleted_is_gone(demo: Simulator, asc: Client, app: Any) -> None:
    group = asc.beta_groups.list(app=app).first()
    with asc.rehearsal() as trial:
        trial.client.beta_groups.delete(group)
        demo.requests.clear()
        with pytest.raises(NotFoundError):
            trial.client.beta_groups.get(group)
        with pytest.raises(NotFoundError):
            trial.client.beta_groups.update(group, name="x")
        with pytest.raises(NotFoundError):
            trial.client.beta_groups.delete(group)
        assert demo.requests == []
    assert len(trial.plan) == 1


def test_what_somebody_else_does_meanwhile_is_seen(demo: Simulator, asc: Client, app: Any) -> None:
    first, last = asc.apps.list_beta_groups(app)
    with asc.rehearsal() as trial:
        client = trial.client
        client.beta_groups.update(first, name="Renamed")
        asc.beta_groups.update(last, name="Theirs")
        asc.beta_groups.update(first, name="Not seen", public_link_limit=7)
        assert names(client.apps.list_beta_groups(app)) == ["Renamed", "Theirs"]
        assert client.beta_groups.get(first).public_link_limit == 7
        demo.add("betaGroups", name="Late", app=app)
        assert names(client.apps.list_beta_groups(app)) == ["Renamed", "Theirs", "Late"]


def test_the_client_is_of_the_same_class_and_reads_with_the_same_options(asc: Client) -> None:
    class Mine(type(asc)):  # type: ignore[misc] # the class of the fixture
        note = "mine"

    mine = Mine(asc._key, transport=asc.session.wiring.passed, now=asc.session.now)
    with mine.rehearsal() as trial:
        assert type(trial.client) is Mine
        assert trial.client.with_options(deadline=5).apps.list().first() is not None
        group = trial.client.with_options(deadline=5).beta_groups.list().first()
        trial.client.with_options(deadline=5).beta_groups.update(group, name="x")
    assert len(trial.plan) == 1


def test_waiting_takes_no_time_and_lets_things_happen(asc: Client, demo: Simulator) -> None:
    app = demo.add("apps", bundle_id="com.example.new", name="New")
    before = demo.clock.now()
    with asc.rehearsal() as trial:
        upload = trial.client.uploads.upload_build(
            bytes(10), file_name="a.ipa", app=app, version="1.0", build_number="1", platform="IOS"
        )
        assert upload.build.version == "1"
        assert trial.client.session.now() > before
    assert demo.clock.now() == before
