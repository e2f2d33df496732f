"""TestFlight: builds, uploads, groups, testers and distribution, in few requests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from matrix import writes_of

from app_store_connect import ConflictError, NoResultError, NotFoundError
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.world import STORE
from app_store_connect.uploads import UploadRejectedError
from app_store_connect.workflows import WaitTimeoutError, WorkflowError
from support.build_files import ipa, pkg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app_store_connect import Client

APP = "6100000001"


@pytest.fixture
def asc(demo: Simulator) -> Iterator[Client]:
    with demo.client() as client:
        yield client


@pytest.fixture
def tf(asc: Client) -> Any:
    return asc.workflows.testflight


def asked(demo: Simulator) -> list[str]:
    found = [str(x.operation) for x in demo.requests]
    demo.requests.clear()
    return found


def build(tf: Any, number: str) -> Any:
    return tf.find_build(APP, number, version="1.2", platform="IOS")


# --- Builds ---------------------------------------------------------------------------------------


def test_trains_have_their_builds_newest_first(demo: Simulator, tf: Any) -> None:
    found = {(x.version, x.platform): [y.version for y in x.builds] for x in tf.trains(APP)}
    assert found["1.2", "IOS"] == ["107", "106", "105", "104", "103", "102", "101"]
    assert found["1.2", "MAC_OS"] == ["100"]
    assert len(asked(demo)) == 1
    assert {x.platform for x in tf.trains(APP, platform="TV_OS")} == {"TV_OS"}


def test_the_latest_build_may_be_processing(demo: Simulator, tf: Any) -> None:
    assert tf.latest_build(APP, version="1.2.0", platform="IOS").version == "107"
    assert tf.latest_build(APP, version="1.2", processing_state="VALID").version == "106"
    assert tf.latest_build(APP, version="7") is None
    assert len(asked(demo)) == 3


def test_a_build_is_found_however_its_number_is_spelled(demo: Simulator, tf: Any) -> None:
    assert tf.find_build(APP, "0106", version="01.2.0").version == "106"
    assert len(asked(demo)) == 1
    with pytest.raises(NoResultError, match="the latest is 107"):
        tf.find_build(APP, "1", version="1.2", platform="IOS")


def test_the_next_number_is_above_builds_and_uploads(demo: Simulator, asc: Client, tf: Any) -> None:
    assert tf.next_build_number(APP, "1.2") == "108"
    assert len(asked(demo)) == 2
    asc.build_uploads.create(
        app=APP, cf_bundle_short_version_string="1.2", cf_bundle_version="110", platform="IOS"
    )
    assert tf.next_build_number(APP, "1.2.0", platform="IOS") == "111"
    assert tf.next_build_number(APP) == "111"
    assert tf.next_build_number(APP, "9.9") == "1"
    demo.add("builds", app=asc.apps.get(APP), version="110.9.9")
    assert tf.next_build_number(APP, "1.0", platform="IOS") == "110.9.10"


def test_usage_and_feedback_are_told(demo: Simulator, tf: Any) -> None:
    used = tf.usage(build(tf, "102"))
    assert used.installs >= 0
    assert tf.crashes(APP) == []
    assert tf.screenshots(APP, build=build(tf, "102")) == []


# --- Uploads --------------------------------------------------------------------------------------


def test_an_upload_knows_all_from_its_file(demo: Simulator, tf: Any, tmp_path: Path) -> None:
    path = tmp_path / "Trails.ipa"
    path.write_bytes(ipa())
    upload = tf.upload(path)
    found = [x for x in asked(demo) if x not in {"buildUploads_getInstance", ""}]
    assert upload.build.id
    assert found[:4] == [
        "apps_getCollection",
        "apps_buildUploads_getToManyRelated",
        "buildUploads_createInstance",
        "buildUploadFiles_createInstance",
    ]
    made = tf.wait_for_build(upload)
    assert (made.version, made.pre_release_version.version) == ("200", "1.3")
    assert made.processing_state == "VALID"

    demo.requests.clear()
    assert tf.upload(path).id == upload.id
    assert asked(demo) == ["apps_getCollection", "apps_buildUploads_getToManyRelated"]


def test_an_installer_package_is_a_build_for_the_mac(tf: Any) -> None:
    upload = tf.upload(pkg(), app=APP, file_name="Trails.pkg")
    assert (upload.platform, upload.cf_bundle_version) == ("MAC_OS", "200")


def test_an_upload_that_was_begun_is_finished(demo: Simulator, asc: Client, tf: Any) -> None:
    begun = asc.build_uploads.create(
        app=APP, cf_bundle_short_version_string="1.3", cf_bundle_version="200", platform="IOS"
    )
    demo.requests.clear()
    assert tf.upload(ipa(), file_name="T.ipa").id == begun.id
    assert "buildUploads_createInstance" not in asked(demo)


def test_an_upload_that_failed_is_tried_again(tf: Any) -> None:
    with pytest.raises(UploadRejectedError, match="90062"):
        tf.upload(ipa(CFBundleShortVersionString="1.1"), file_name="T.ipa")
    assert [str(x.state.state) for x in tf.processing_builds(APP)] == ["FAILED"]
    with pytest.raises(UploadRejectedError, match="90062"):
        tf.upload(ipa(CFBundleShortVersionString="1.1"), file_name="T.ipa")


def test_a_number_that_is_there_by_other_means_is_said_to_be(tf: Any) -> None:
    with pytest.raises(WorkflowError, match="find_build"):
        tf.upload(ipa(CFBundleShortVersionString="1.2", CFBundleVersion="106"), file_name="T.ipa")


@pytest.mark.parametrize(
    ("file", "more", "error", "said"),
    [
        (ipa(), {"version": "1.4"}, ValueError, "version: the file says 1.3"),
        (ipa(), {"build_number": "201"}, ValueError, "build_number: the file says 200"),
        (b"text", {}, ValueError, "neither an .ipa nor a .pkg"),
        (ipa(CFBundleIdentifier="com.example.none"), {}, NoResultError, "com.example"),
    ],
)
def test_a_file_that_does_not_fit_is_not_sent(
    demo: Simulator, tf: Any, file: bytes, more: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        tf.upload(file, file_name="T.ipa", **more)
    assert writes_of(demo) == []


def test_a_build_of_another_app_is_not_sent(demo: Simulator, asc: Client, tf: Any) -> None:
    harbor = asc.workflows.apps.find("com.example.harbor")
    with pytest.raises(ValueError, match=r"trails, not of com\.example\.harbor"):
        tf.upload(ipa(), app=harbor, file_name="T.ipa")
    assert writes_of(demo) == []


def test_waiting_ends_with_failure_or_with_time(demo: Simulator, tf: Any) -> None:
    seen: list[str] = []
    with pytest.raises(WorkflowError, match="105 is INVALID"):
        tf.wait_for_build(build(tf, "105"), progress=seen.append)
    assert seen == ["INVALID"]
    begun = demo.clock.now()
    with pytest.raises(WaitTimeoutError, match="PROCESSING after 120 s"):
        tf.wait_for_build(build(tf, "107"), timeout=120)
    assert demo.clock.now() - begun == 120
    upload = tf.upload(ipa(), file_name="T.ipa", wait=False)
    assert tf.wait_for_build(upload, progress=seen.append).version == "200"
    assert seen[-1] == "VALID"
    assert "PROCESSING" in seen


def test_waiting_for_an_upload_that_fails_tells_why(tf: Any) -> None:
    upload = tf.upload(ipa(CFBundleShortVersionString="1.1"), file_name="T.ipa", wait=False)
    with pytest.raises(WorkflowError, match="90186"):
        tf.wait_for_build(upload)


def test_a_build_whose_states_lag_is_waited_for() -> None:
    demo = Simulator("demo", switches={"build_lag": "some"})
    tf = demo.client().workflows.testflight
    made = tf.wait_for_build(tf.upload(ipa(), file_name="T.ipa"))
    done = tf.distribute(made, ["Friends"], whats_new={"en-US": "New."})
    assert (done.groups, done.submitted) == (("Friends",), True)


def test_a_build_that_is_not_listed_yet_is_waited_for(demo: Simulator, tf: Any) -> None:
    tf.upload(ipa(), file_name="T.ipa", wait=False)
    with pytest.raises(NoResultError):
        tf.find_build(APP, "200", version="1.3")
    begun = demo.clock.now()
    assert tf.find_build(APP, "200", version="1.3", timeout=600).version == "200"
    assert 0 < demo.clock.now() - begun < 600


def test_symbols_are_downloaded_when_they_are_there(
    demo: Simulator, asc: Client, tf: Any, tmp_path: Path
) -> None:
    found = build(tf, "102")
    assert tf.download_symbols(found, tmp_path / "none") == []
    demo.world.state.put_file("symbols/1", b"dSYM")
    bundle: Any = demo.add(
        "buildBundles",
        bundle_id="../com.example/trails",
        includes_symbols=True,
    )
    whole = demo.world.find("builds", found.id)
    made = demo.world.find("buildBundles", bundle.id)
    assert whole is not None
    assert made is not None
    demo.world.link(whole, "buildBundles", made)
    begun = demo.clock.now()
    assert tf.download_symbols(found, tmp_path / "none", timeout=60) == []
    assert demo.clock.now() - begun == 60
    demo.world.set(made, dSYMUrl=f"{STORE}/symbols/1")
    (path,) = tf.download_symbols(found, tmp_path / "dsyms")
    assert path == tmp_path / "dsyms" / "_com.example_trails-102.dSYM.zip"
    assert path.read_bytes() == b"dSYM"


# --- Groups and testers ---------------------------------------------------------------------------


def test_a_group_is_made_once_and_changed_where_it_differs(demo: Simulator, tf: Any) -> None:
    made = tf.ensure_group(APP, "Beta")
    assert len(asked(demo)) == 2
    assert tf.ensure_group(APP, "Beta").id == made.id
    assert len(asked(demo)) == 1
    opened = tf.ensure_group(APP, "Beta", public_link=50)
    assert (opened.id, opened.public_link_limit) == (made.id, 50)
    assert opened.public_link
    assert tf.ensure_group(APP, "Beta", public_link=False).public_link_enabled is False
    inside = tf.ensure_group(APP, "Inside", internal=True)
    assert (inside.is_internal_group, inside.has_access_to_all_builds) == (True, True)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("Team", {}, "internal"),
        ("New", {"internal": True, "public_link": True}, "public_link"),
        ("New", {"public_link": 0.5}, "public_link"),
    ],
)
def test_what_no_group_can_be_is_refused(
    demo: Simulator, tf: Any, name: str, more: Any, said: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        tf.ensure_group(APP, name, **more)
    assert writes_of(demo) == []


def test_testers_join_in_one_request_and_are_created_one_by_one(demo: Simulator, tf: Any) -> None:
    group = tf.ensure_group(APP, "Beta")
    rows = ["Bo.Trails@example.com", "cleo.trails@example.com", ("kim@example.com", "Kim", "Lee")]
    demo.requests.clear()
    done = tf.add_testers(group, rows)
    assert asked(demo) == [
        "betaGroups_getInstance",
        "betaTesters_getCollection",
        "betaGroups_betaTesters_createToManyRelationship",
        "betaTesters_createInstance",
    ]
    assert done.created == ("kim@example.com",)
    assert set(done.joined) == {"bo.trails@example.com", "cleo.trails@example.com"}
    again = tf.add_testers(group, rows)
    assert len(again.present) == 3
    assert len(asked(demo)) == 2
    assert tf.remove_testers(group, ["KIM@example.com", "none@example.com"]) == ("kim@example.com",)
    assert len(asked(demo)) == 2
    assert tf.remove_testers(group, ["kim@example.com"]) == ()


def test_testers_leave_an_app_and_so_all_its_groups(asc: Client, tf: Any) -> None:
    app = asc.workflows.apps.find("com.example.trails")
    assert tf.remove_testers(app, ["bo.trails@example.com"]) == ("bo.trails@example.com",)
    assert "bo.trails@example.com" not in {x.email for x in tf.external_testers(APP)}


def test_hundreds_of_testers_are_looked_up_together(demo: Simulator, tf: Any) -> None:
    group = tf.ensure_group(APP, "Beta")
    rows = [f"t{number}@example.com" for number in range(120)]
    tf.add_testers(group, rows)
    demo.requests.clear()
    assert len(tf.add_testers(group, rows).present) == 120
    assert len(asked(demo)) == 1 + 3


@pytest.mark.parametrize(
    "text",
    [
        "first,last,email,groups\nKim,Lee,kim@example.com,Beta;Other\n,,lou@example.com,\n",
        "Kim,Lee,kim@example.com\n\n,,lou@example.com\n",
        "\ufeffE-Mail,Last Name,First Name\nkim@example.com,Lee,Kim\nlou@example.com,,\n",
        "kim@example.com,Kim,Lee\nlou@example.com\n",
    ],
)
def test_testers_come_from_a_csv_file(tf: Any, tmp_path: Path, text: str) -> None:
    path = tmp_path / "testers.csv"
    path.write_text(text, encoding="utf-8")
    group = tf.ensure_group(APP, "Beta")
    assert tf.add_testers(group, path).created == ("kim@example.com", "lou@example.com")
    names = {x.email: (x.first_name, x.last_name) for x in tf.external_testers(APP)}
    assert names["kim@example.com"] == ("Kim", "Lee")
    assert names["lou@example.com"] == (None, None)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "there is none"),
        (["kim@example.com", ""], "row 2"),
        ([("Kim", "Lee", "kim@example.com")], "row 1"),
        (["a,b@example.com"], "row 1"),
    ],
)
def test_rows_without_an_address_are_named(demo: Simulator, tf: Any, rows: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        tf.add_testers("1", rows)
    with pytest.raises(TypeError, match="give a list"):
        tf.add_testers("1", "kim@example.com")
    assert asked(demo) == []


def test_internal_groups_take_users_of_the_team_only(demo: Simulator, asc: Client, tf: Any) -> None:
    team = asc.beta_groups.list(app=APP, name="Team").one()
    with pytest.raises(WorkflowError, match=r"kim@example\.com; invite them"):
        tf.add_testers(team, ["sam@example.com", "kim@example.com"])
    assert writes_of(demo) == []
    assert tf.add_testers(team, ["sam@example.com"]).created == ("sam@example.com",)
    assert "sam@example.com" in {x.email for x in tf.internal_testers(APP)}
    assert "sam@example.com" not in {x.email for x in tf.external_testers(APP)}


def test_sandbox_testers_are_the_teams(demo: Simulator, tf: Any) -> None:
    demo.add("sandboxTesters", first_name="Box")
    assert [x.first_name for x in tf.sandbox_testers()] == ["Box"]


# --- Distribution ---------------------------------------------------------------------------------


def test_a_build_goes_to_its_groups_once(demo: Simulator, asc: Client, tf: Any) -> None:
    tf.expire([build(tf, "103")])
    found = build(tf, "106")
    demo.requests.clear()
    done = tf.distribute(
        found, ["Friends", "Team"], whats_new={"en-US": "New."}, uses_non_exempt_encryption=False
    )
    assert (done.groups, done.notes, done.submitted) == (("Friends",), ("en-US",), True)
    assert asked(demo) == [
        "builds_getInstance",
        "betaGroups_getCollection",
        "betaAppLocalizations_getCollection",
        "builds_getCollection",
        "betaAppReviewDetails_getInstance",
        "betaBuildLocalizations_createInstance",
        "builds_updateInstance",
        "betaAppReviewSubmissions_createInstance",
        "builds_betaGroups_createToManyRelationship",
    ]
    again = tf.distribute(found, ["Friends", "Team"], whats_new={"en-US": "New."})
    assert (again.groups, again.notes, again.submitted) == ((), (), False)
    assert len(asked(demo)) == 3
    demo.clock.advance(days=1)
    detail = asc.builds.get_build_beta_detail(found)
    assert detail is not None
    assert detail.external_build_state == "IN_BETA_TESTING"


def test_internal_groups_need_no_review(demo: Simulator, tf: Any) -> None:
    group = tf.ensure_group(APP, "Beta", internal=False)
    demo.requests.clear()
    assert tf.distribute(build(tf, "102"), [group]).groups == ("Beta",)
    assert "betaAppReviewSubmissions_createInstance" not in asked(demo)


@pytest.mark.parametrize(
    ("number", "groups", "more", "error", "said"),
    [
        ("106", ["Friends"], {}, ValueError, "uses_non_exempt_encryption"),
        ("102", ["Nobody"], {}, ValueError, "it has Friends, Team"),
        ("102", "Friends", {}, TypeError, "groups: give a list"),
        ("102", [], {}, ValueError, "groups"),
        ("101", ["Team"], {}, WorkflowError, "expired"),
        ("105", ["Team"], {}, WorkflowError, "INVALID"),
        ("107", ["Team"], {}, WorkflowError, "wait_for_build"),
        ("104", ["Friends"], {}, WorkflowError, "rejected by beta review"),
        ("102", ["Friends"], {"whats_new": {"de-DE": "Neu"}}, ValueError, "beta_texts"),
        ("102", ["Friends"], {"whats_new": {"en-US": "Hi 🎉 <b>"}}, ValueError, "🎉 < >"),
        ("102", ["Friends"], {"whats_new": {"en-US": "x" * 4001}}, ValueError, "4000 bytes"),
        ("102", ["Friends"], {"whats_new": "Hi"}, TypeError, "whats_new: give a dict"),
        ("102", ["Friends"], {"review_contact": {"phone": "1"}}, ValueError, "phone"),
        (
            "106",
            ["Friends"],
            {"uses_non_exempt_encryption": False},
            WorkflowError,
            "build 103 of this version is in beta review",
        ),
    ],
)
def test_what_would_be_refused_is_said_before_anything_is_sent(  # noqa: PLR0917 - a table
    demo: Simulator, tf: Any, number: str, groups: Any, more: Any, error: Any, said: str
) -> None:
    found = build(tf, number)
    demo.requests.clear()
    with pytest.raises(error, match=said):
        tf.distribute(found, groups, **more)
    assert writes_of(demo) == []


def test_what_beta_review_lacks_is_named_and_can_be_given(demo: Simulator, asc: Client) -> None:
    app = demo.add("apps", name="Bare", bundle_id="com.example.bare")
    bare = demo.add("builds", app=app, version="1")
    tf = asc.workflows.testflight
    tf.ensure_group(app.id, "Beta")
    with pytest.raises(ValueError, match="beta_texts: beta review asks for a description"):
        tf.distribute(bare.id, ["Beta"])
    texts = {"en-US": {"description": "Bare.", "feedback_email": "a@example.com"}}
    with pytest.raises(ValueError, match="contact_first_name, contact_last_name, contact_phone"):
        tf.distribute(bare.id, ["Beta"], beta_texts=texts)
    assert writes_of(demo) == ["betaGroups_createInstance"]
    contact = {
        "contact_first_name": "Robin",
        "contact_last_name": "Vale",
        "contact_phone": "+1 555 0100",
        "contact_email": "robin@example.com",
    }
    done = tf.distribute(
        bare.id,
        ["Beta"],
        beta_texts=texts,
        review_contact=contact,
        whats_new={"en-us": "First."},
        notify=True,
    )
    assert done.submitted


def test_builds_expire_once(demo: Simulator, tf: Any) -> None:
    builds = [build(tf, "102"), build(tf, "103")]
    demo.requests.clear()
    assert len(tf.expire(builds)) == 2
    assert len(asked(demo)) == 3
    assert tf.expire(builds) == []
    assert len(asked(demo)) == 1
    assert tf.expire([]) == []


def test_what_is_not_there_is_not_taken_for_done(demo: Simulator, tf: Any) -> None:
    with pytest.raises(NoResultError, match="there is no build '100'; nothing was sent"):
        tf.expire([build(tf, "103"), "100"])
    with pytest.raises(NotFoundError, match="betaGroups/Friends"):
        tf.remove_testers("Friends", ["kim@example.com"])
    assert writes_of(demo) == []


def test_older_builds_of_the_platform_expire(demo: Simulator, asc: Client, tf: Any) -> None:
    newest = build(tf, "104")
    demo.requests.clear()
    older = tf.expire_older(newest)
    assert build(tf, "103").id in older
    assert {x.version for x in asc.builds.list(app=APP, id=older)} == {"100", "102", "103"}
    assert tf.latest_build(APP, platform="MAC_OS").expired is False
    assert tf.expire_older(newest) == []


def test_testers_are_told_of_a_build_that_they_can_test(tf: Any) -> None:
    tf.notify_testers(build(tf, "102"))
    with pytest.raises(ConflictError, match="not externally testable"):
        tf.notify_testers(build(tf, "106"))


def test_the_asynchronous_flavour_does_the_same(demo: Simulator) -> None:
    async def main() -> None:
        async with demo.async_client() as asc:
            tf = asc.workflows.testflight
            made = await tf.wait_for_build(await tf.upload(ipa(), file_name="T.ipa"))
            group = await tf.ensure_group(APP, "Beta", public_link=True)
            await tf.add_testers(group, ["kim@example.com"])
            done = await tf.distribute(made, [group], whats_new={"en-US": "New."})
            assert (done.groups, done.submitted) == (("Beta",), True)
            assert (await tf.latest_build(APP)).version == "200"  # type: ignore[union-attr]
            assert len(await tf.trains(APP)) == 8
            assert await tf.expire([made]) == [made.id]

    asyncio.run(main())


# --- What is given for what -----------------------------------------------------------------------


GIVEN: dict[str, Callable[[Any, Any], Any]] = {
    "builds": lambda asc, app: asc.workflows.testflight.expire([app]),
    "build": lambda asc, app: asc.workflows.testflight.wait_for_build(app),
    "groups": lambda asc, app: asc.workflows.testflight.distribute(
        build(asc.workflows.testflight, "106"), [app], uses_non_exempt_encryption=False
    ),
    "apps": lambda asc, _: asc.workflows.team.set_visible_apps(
        "sam@example.com", [build(asc.workflows.testflight, "106")]
    ),
    "devices": lambda asc, app: asc.workflows.signing.setup(
        "com.example.trails", "ad-hoc", out=".", devices=[app]
    ),
}


@pytest.mark.parametrize("keyword", GIVEN)
def test_another_resource_is_not_taken_for_its_id(
    demo: Simulator, asc: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keyword: str
) -> None:
    monkeypatch.chdir(tmp_path)
    app = asc.apps.get(APP)
    with pytest.raises(TypeError, match=r"expected one of the|a resource of type"):
        GIVEN[keyword](asc, app)
    assert not {"builds_updateInstance", "users_updateInstance"} & {*writes_of(demo)}


def test_who_waits_for_what_is_no_build_learns_that_there_is_none(tf: Any) -> None:
    with pytest.raises(WaitTimeoutError, match=r"no build with the id '106'.*find_build\("):
        tf.wait_for_build("106")
