"""What a resource holds, whatever the API sent for it."""

from __future__ import annotations

import copy
import gc
import pickle
import warnings
import weakref
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from app_store_connect import NotIncludedError, Ref, Resource
from app_store_connect._runtime.jsonapi.lenient import UnreadableValueWarning
from app_store_connect.models import (
    App,
    AppScreenshot,
    BetaGroup,
    Build,
    BuildProcessingState,
    Certificate,
    ImageAsset,
    InAppPurchase,
    InAppPurchaseV2,
    UploadOperation,
)
from support.api_server import Answer
from support.clients import talking
from support.copies import copies
from support.documents import document, ref, refs, resource

# These call what the App Asset Library took the place of.
pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")


def got(attributes: Any = None, *included: Any, **relationships: Any) -> Build:
    """A build, read from an answer over the wire."""
    data = resource("builds", "b1", attributes, **relationships)
    with talking(document(data, *included)) as (asc, _):
        return asc.builds.get("b1")


APP = resource("apps", "a1", {"name": "Mine"})

# Attributes


def test_every_attribute_may_be_null() -> None:
    names = [name for name in Build.__struct_encode_fields__ if not name.startswith("/")]
    build = got(dict.fromkeys(names))
    assert len(names) > 10
    assert {getattr(build, name) for name in Build.__struct_fields__[4:]} == {None}
    assert build.attributes == dict.fromkeys(names)
    assert build.extra == {}


@pytest.mark.parametrize("attributes", [None, {}, [], "", 5])
def test_the_attributes_may_be_anything(attributes: Any) -> None:
    with talking(document({"type": "builds", "id": "b1", "attributes": attributes})) as (asc, _):
        build = asc.builds.get("b1")
    assert (build.id, build.version, build.attributes) == ("b1", None, {})


def test_the_members_of_a_resource_may_be_in_a_list_of_their_own() -> None:
    data: Any = resource("builds", "b1", [{"version": "3"}])
    data["relationships"] = [{"app": ref("apps", "a1")}]
    with talking(document(data, resource("apps", "a1"))) as (asc, _):
        build = asc.builds.get("b1")
    assert build.version == "3"
    assert build.app is not None
    assert build.app.id == "a1"


def test_a_resource_may_be_bare() -> None:
    with talking({"data": {"type": "builds", "id": "b1"}}) as (asc, _):
        build = asc.builds.get("b1")
    assert (build.attributes, build.relationships, build.links) == ({}, {}, {})
    assert build.document is not None
    assert (build.document.links, build.document.meta, build.document.included) == ({}, {}, [])


def test_members_of_nested_objects_may_be_null() -> None:
    icon = got({"iconAssetToken": {"templateUrl": None, "width": 7, "height": None}})
    assert icon.icon_asset_token == ImageAsset(width=7)
    state = {"errors": None, "warnings": [{"code": None}], "state": "COMPLETE"}
    data = resource("appScreenshots", "s1", {"assetDeliveryState": state, "uploadOperations": None})
    with talking(document(data)) as (asc, _):
        screenshot = asc.app_screenshots.get("s1")
    assert screenshot.upload_operations is None
    assert screenshot.asset_delivery_state is not None
    assert screenshot.asset_delivery_state.errors is None
    assert [item.code for item in screenshot.asset_delivery_state.warnings or ()] == [None]


def test_absent_and_null_can_be_told_apart() -> None:
    build = got({"version": None})
    assert build.version is build.processing_state is None
    assert "version" in build.attributes
    assert "processingState" not in build.attributes


def test_unknown_attributes_are_extra() -> None:
    build = got({"version": "1", "minMacOsVersion": "13", "qc": {"state": [1]}, "id": 5})
    assert build.extra == {"minMacOsVersion": "13", "qc": {"state": [1]}, "id": 5}
    assert (build.id, build.version) == ("b1", "1")


@pytest.mark.parametrize("name", ["_envelope", "_document", "document", "relationships"])
def test_attributes_cannot_reach_what_a_resource_keeps_for_itself(name: str) -> None:
    build = got({name: {"id": "evil", "relationships": {}}}, APP, app=ref("apps", "a1"))
    assert (build.id, build.extra) == ("b1", {name: {"id": "evil", "relationships": {}}})
    assert build.app == App(id="a1")


EIGHT_WEST = timezone(timedelta(hours=-8))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-03-01T12:34:56Z", datetime(2024, 3, 1, 12, 34, 56, tzinfo=UTC)),
        ("2024-03-01T12:34:56.789Z", datetime(2024, 3, 1, 12, 34, 56, 789000, UTC)),
        ("2024-03-01T12:34:56-08:00", datetime(2024, 3, 1, 12, 34, 56, tzinfo=EIGHT_WEST)),
        ("2024-03-01T12:34:56.921-08:00", datetime(2024, 3, 1, 12, 34, 56, 921000, EIGHT_WEST)),
        ("2024-03-01T12:34:56.7Z", datetime(2024, 3, 1, 12, 34, 56, 700000, UTC)),
        ("2024-03-01T12:34:56.78Z", datetime(2024, 3, 1, 12, 34, 56, 780000, UTC)),
        ("2024-03-01T12:34:56.789012Z", datetime(2024, 3, 1, 12, 34, 56, 789012, UTC)),
        ("2024-03-01T12:34:56.000+0000", datetime(2024, 3, 1, 12, 34, 56, tzinfo=UTC)),
        ("2024-03-01T12:34:56.123456789Z", datetime(2024, 3, 1, 12, 34, 56, 123457, UTC)),
        ("2024-03-01", datetime(2024, 3, 1, tzinfo=UTC)),
    ],
)
def test_the_spellings_of_a_time(text: str, time: datetime) -> None:
    build = got({"uploadedDate": text, "version": "1"})
    assert build.uploaded_date == time
    assert build.uploaded_date.utcoffset() == time.utcoffset()
    assert (build.version, build.extra) == ("1", {})


def test_a_time_where_a_day_is_declared() -> None:
    data = resource("appPrices", "p1", {"startDate": "2024-03-01T12:34:56-08:00"})
    with talking(document([data])) as (asc, _):
        (price,) = asc.app_price_schedules.list_manual_prices("s1").all()
    assert price.start_date == date(2024, 3, 1)


@pytest.mark.parametrize("text", ["", "github.com", "trails://open?id=1", "string", "http://["])
def test_an_address_is_the_text_that_was_sent(text: str) -> None:
    with talking(document(resource("appEvents", "e1", {"deepLink": text}))) as (asc, _):
        assert asc.app_events.get("e1").deep_link == text
    sent = {"author": {"avatarUrl": text}, "webUrl": text}
    with talking(document(resource("ciBuildRuns", "r1", {"sourceCommit": sent}))) as (asc, _):
        commit: Any = asc.ci_build_runs.get("r1").source_commit
    assert (commit.web_url, commit.author.avatar_url) == (text, text)


def test_what_cannot_be_read_is_none_and_extra() -> None:
    with pytest.warns(UnreadableValueWarning, match="Build: .*uploadedDate, iconAssetToken.width"):
        build = got(
            {
                "uploadedDate": "soon",
                "expired": False,
                "version": "7",
                "iconAssetToken": {"width": "wide", "height": 8},
            }
        )
    assert build.uploaded_date is None
    assert (build.expired, build.version) == (False, "7")
    assert build.icon_asset_token == ImageAsset(height=8)
    assert build.extra == {"uploadedDate": "soon", "iconAssetToken": {"width": "wide", "height": 8}}


def test_items_that_cannot_be_read_are_left_out_with_a_warning() -> None:
    operations = [{"offset": 0, "length": 5}, "none", {"offset": [], "length": 6}]
    data = resource("appScreenshots", "s1", {"uploadOperations": operations})
    with (
        talking(document(data)) as (asc, _),
        pytest.warns(
            UnreadableValueWarning, match=r"Operations\[1\], uploadOperations\[2\].offset"
        ),
    ):
        screenshot = asc.app_screenshots.get("s1")
    assert screenshot.upload_operations == [
        UploadOperation(offset=0, length=5),
        UploadOperation(length=6),
    ]
    assert screenshot.extra == {"uploadOperations": operations}


def test_numbers_and_text_stand_in_for_each_other() -> None:
    build = got({"version": 42, "expired": "true", "iconAssetToken": {"width": "7"}})
    assert (build.version, build.expired) == ("42", True)
    assert build.icon_asset_token == ImageAsset(width=7)
    assert build.extra == {}


def test_one_broken_resource_leaves_the_others_alone() -> None:
    good = [resource("builds", f"b{number}", {"version": str(number)}) for number in range(3)]
    broken: list[Any] = [
        None,
        "text",
        {"type": "builds", "id": 9, "attributes": {"version": "9"}},
        resource("builds", "b8", {"expired": "perhaps"}),
    ]
    with (
        talking(document([*broken, *good])) as (asc, _),
        pytest.warns(UnreadableValueWarning) as caught,
    ):
        builds = asc.builds.list().all()
    assert [build.id for build in builds] == ["9", "b8", "b0", "b1", "b2"]
    assert [build.version for build in builds] == ["9", None, "0", "1", "2"]
    assert len(caught) == 1


def test_broken_characters_do_not_break_a_page() -> None:
    body = rb'{"data":[{"type":"builds","id":"b1","attributes":{"version":"cut \ud83d"}},'
    body += b'{"type":"builds","id":"b2","attributes":{"version":"\xff"}}]}'
    with talking(Answer(body=b"\xef\xbb\xbf" + body)) as (asc, _):
        assert [build.version for build in asc.builds.list()] == ["cut ?", "�"]
    with talking(Answer(body=body.replace(rb"\ud83d", b""))) as (asc, _):
        assert [build.version for build in asc.builds.list()] == ["cut ", "�"]


# Enumerations


def test_unknown_values_of_an_enumeration_are_kept() -> None:
    state = got({"processingState": "THINKING"}).processing_state
    assert isinstance(state, BuildProcessingState)
    assert (state, state.value, str(state)) == ("THINKING", "THINKING", "THINKING")
    assert not state.is_known
    assert {"THINKING": 1}[state] == 1
    for twin in copies(state):
        assert twin == state
        assert type(twin) is BuildProcessingState
        assert not twin.is_known


def test_known_values_of_an_enumeration() -> None:
    state = got({"processingState": "VALID"}).processing_state
    assert state is BuildProcessingState.VALID
    assert state == "VALID"
    assert state.is_known
    assert all(twin is state for twin in copies(state))


def test_the_name_of_a_value_is_not_the_value() -> None:
    data = resource("buildUploadFiles", "f1", {"uti": "COM_APPLE_IPA"})
    with talking(document(data)) as (asc, _):
        uti = asc.build_upload_files.get("f1").uti
    assert uti == "COM_APPLE_IPA"
    assert uti != type(uti).COM_APPLE_IPA
    assert not uti.is_known
    assert type(uti)("com.apple.ipa").is_known


def test_enumerations_in_lists() -> None:
    data = resource("appCategories", "GAMES", {"platforms": ["IOS", "ios"]})
    with talking(document(data)) as (asc, _):
        platforms = asc.app_categories.get("GAMES").platforms
    assert platforms == ["IOS", "ios"]
    assert [item.is_known for item in platforms] == [True, False]


# Relationships


def test_included_resources_are_attributes() -> None:
    build = got(
        {},
        APP,
        resource("betaGroups", "g1", {"name": "QA"}),
        app=ref("apps", "a1"),
        betaGroups=refs("betaGroups", "g1", total=1),
        appStoreVersion={"data": None},
        individualTesters=refs("betaTesters", total=0),
        icons={"data": None},
    )
    assert isinstance(build.app, App)
    assert build.app.name == "Mine"
    assert [group.name for group in build.beta_groups] == ["QA"]
    assert not build.beta_groups.truncated
    assert build.app_store_version is None
    assert list(build.individual_testers) == []
    assert list(build.icons) == []


def test_an_included_resource_is_one_object_in_its_document() -> None:
    group = resource("betaGroups", "g1", {}, app=ref("apps", "a1"))
    build = got({}, APP, group, app=ref("apps", "a1"), betaGroups=refs("betaGroups", "g1"))
    assert build.app is build.app
    assert build.beta_groups[0].app is build.app
    assert build.document is not None
    assert build.app in build.document.included
    assert build.document.included[0] is build.app
    assert build.app.document is build.document


def test_a_relationship_may_lead_back_to_the_data() -> None:
    parent = resource("appCategories", "GAMES", {}, subcategories=refs("appCategories", "ACTION"))
    child = resource("appCategories", "ACTION", {}, parent=ref("appCategories", "GAMES"))
    with talking(document(parent, child)) as (asc, _):
        games = asc.app_categories.get("GAMES", include="subcategories")
    assert games.subcategories[0].parent == games


@pytest.mark.parametrize(
    "relationship",
    [
        {},
        {"links": {"related": "/v1/builds/b1/preReleaseVersion"}},
        ref("preReleaseVersions", "p1"),
    ],
)
def test_what_was_not_included_says_how_to_include_it(relationship: dict[str, Any]) -> None:
    build = got({}, preReleaseVersion=relationship)
    with pytest.raises(NotIncludedError, match=r"Build\.pre_release_version was not") as caught:
        _ = build.pre_release_version
    assert "include=['preReleaseVersion']" in str(caught.value)
    assert ("its id is 'p1'" in str(caught.value)) == ("data" in relationship)


@pytest.mark.parametrize(
    "relationship", [{}, refs("betaGroups", total=3), refs("betaGroups", "g1", "g2")]
)
def test_lists_that_were_not_included_say_so_too(relationship: dict[str, Any]) -> None:
    build = got({}, betaGroups=relationship)
    with pytest.raises(NotIncludedError, match=r"add include=\['betaGroups'\]"):
        _ = build.beta_groups
    with pytest.raises(NotIncludedError):
        _ = Build().beta_groups


@pytest.mark.parametrize("relationship", [{}, {"links": {"related": "/v1/builds/b1/app"}}])
def test_what_was_asked_for_and_is_without_linkage_is_not_there(
    relationship: dict[str, Any],
) -> None:
    data = resource("builds", "b1", {}, app=relationship, appStoreVersion=relationship)
    with talking(document(data)) as (asc, _):
        build = asc.builds.get("b1", include=["appEncryptionDeclaration", "app"])
    assert build.app is None
    for other in ("app_store_version", "app_encryption_declaration"):
        with pytest.raises(NotIncludedError, match=other):
            getattr(build, other)


def test_what_was_not_included_is_an_attribute_that_is_missing() -> None:
    build = got({}, preReleaseVersion=ref("preReleaseVersions", "p1"))
    assert getattr(build, "pre_release_version", "none") == "none"
    assert getattr(build, "beta_groups", None) is None
    assert not hasattr(build, "app")
    with pytest.raises(NotIncludedError) as caught:
        _ = build.app
    for twin in copies(caught.value):
        assert (type(twin), str(twin)) == (NotIncludedError, str(caught.value))


def test_an_included_resource_has_no_relationships_of_its_own() -> None:
    build = got({}, APP, app=ref("apps", "a1"))
    assert build.app is not None
    with pytest.raises(NotIncludedError, match=r"get this App \('a1'\) itself, with include=\['ci"):
        _ = build.app.ci_product


def test_a_list_knows_that_it_was_cut() -> None:
    groups = [resource("betaGroups", f"g{number}", {}) for number in range(2)]
    cut = got({}, *groups, betaGroups=refs("betaGroups", "g0", "g1", total=60)).beta_groups
    assert (len(cut), cut.total, cut.truncated) == (2, 60, True)
    assert "total=60" in repr(cut)
    partly = got({}, groups[0], betaGroups=refs("betaGroups", "g0", "g1")).beta_groups
    assert (len(partly), partly.total, partly.truncated) == (1, None, True)
    assert partly.refs == (Ref("betaGroups", "g0"), Ref("betaGroups", "g1"))
    assert cut[:1] == [BetaGroup(id="g0")]


def test_relationships_as_they_were_sent() -> None:
    paging = {"paging": {"total": 3, "limit": 2147483647}}
    build = got(
        {},
        app={**ref("apps", "a1"), "links": {"self": "/here"}},
        icons={"meta": paging, "links": None},
        buildBundles={"data": []},
    )
    assert build.relationships["app"].data == Ref("apps", "a1")
    assert build.relationships["app"].links == {"self": "/here"}
    assert build.relationships["icons"].meta == paging
    assert (build.relationships["icons"].total, build.relationships["icons"].links) == (3, {})
    assert build.relationships["buildBundles"].data == []
    assert "ciProduct" not in build.relationships


def test_odd_relationships_do_not_harm_the_others() -> None:
    build = got(
        {},
        resource("apps", 1, {"name": "Mine"}),
        app={"data": {"type": "apps", "id": 1}},
        icons={"data": [None, {"type": "buildIcons", "id": 2}], "meta": {"paging": {"total": 2}}},
        betaGroups=[],
        buildUpload={"data": 5},
        appStoreVersion=None,
    )
    assert build.app is not None
    assert build.app.name == "Mine"
    assert build.relationships["icons"].data == [Ref("buildIcons", "2")]
    assert build.relationships["icons"].total == 2
    for name in ("build_upload", "beta_groups", "app_store_version"):
        with pytest.raises(NotIncludedError):
            getattr(build, name)


def test_unknown_types_are_plain_resources() -> None:
    thing = resource("widgets", "w1", {"size": 3}, app=ref("apps", "a1"))
    build = got({}, thing, app={"data": {"type": "widgets", "id": "w1"}})
    assert build.document is not None
    (found,) = build.document.included
    assert type(found) is Resource
    assert (found.resource_type, found.id) == ("widgets", "w1")
    assert found.attributes == found.extra == {"size": 3}
    assert found.relationships["app"].data == Ref("apps", "a1")
    assert repr(found) == "Resource(resource_type='widgets', id='w1')"
    assert build.app is found


def test_types_of_two_versions_are_told_apart_by_the_call() -> None:
    purchase = resource("inAppPurchases", "i1", {"name": "Gold"})
    content = resource(
        "inAppPurchaseContents", "c1", {}, inAppPurchaseV2=ref("inAppPurchases", "i1")
    )
    app = resource("apps", "a1", {}, inAppPurchases=refs("inAppPurchases", "i1"))
    with talking(document(content, purchase), document(app, purchase)) as (asc, _):
        second = asc.in_app_purchase_contents.get(
            "c1", include="inAppPurchaseV2"
        ).in_app_purchase_v2
        first = asc.apps.get("a1", include="inAppPurchases").in_app_purchases[0]
    assert type(second) is InAppPurchaseV2
    assert type(first) is InAppPurchase
    assert first == second


# The object itself


def test_equality_and_hash() -> None:
    build = got({"version": "1"}, APP, app=ref("apps", "a1"))
    assert build == got({"version": "2"}) == Build(id="b1")
    assert build != Build(id="b2")
    assert build != App(id="b1")
    assert build != "b1"
    assert len({build, got(), Build(id="b1")}) == 1
    nameless = Build()
    assert nameless == nameless  # noqa: PLR0124 - one without an id equals itself, and no other
    assert nameless != Build()


def test_repr_shows_attributes_and_nothing_internal() -> None:
    build = got(
        {"version": "1", "expired": None, "processingState": "VALID"}, APP, app=ref("apps", "a1")
    )
    assert repr(build) == (
        "Build(id='b1', version='1', processing_state=<BuildProcessingState.VALID: 'VALID'>)"
    )


def test_repr_hides_the_secrets_of_signed_addresses() -> None:
    url = "https://upload.example.com/part?X-Amz-Signature=SECRET&partNumber=1"
    attributes = {
        "uploadOperations": [{"url": url, "requestHeaders": [{"name": "A", "value": "B"}]}],
        "imageAsset": {"templateUrl": url},
        "assetToken": url,
    }
    with talking(document(resource("appScreenshots", "s1", attributes))) as (asc, _):
        screenshot = asc.app_screenshots.get("s1")
    assert screenshot.asset_token == url
    assert "SECRET" not in repr(screenshot) + repr(screenshot.upload_operations)
    assert repr(screenshot).count("https://upload.example.com/part?") == 3


def test_as_plain_json() -> None:
    data = resource("builds", "b1", {"version": "1", "uploadedDate": "2024-03-01", "new": [None]})
    data |= {"relationships": {"app": ref("apps", "a1")}, "links": {"self": "/v1/builds/b1"}}
    with talking(document(data)) as (asc, _):
        build = asc.builds.get("b1")
    assert build.to_dict() == data
    made = Build(version="2", uploaded_date=datetime(2024, 3, 1, tzinfo=UTC))
    assert made.to_dict() == {
        "type": "builds",
        "id": "",
        "attributes": {"version": "2", "uploadedDate": "2024-03-01T00:00:00Z"},
    }


def test_members_that_nobody_knows_are_kept_at_every_depth() -> None:
    token = {"width": 1, "height": 2, "colours": {"dark": True}}
    data = resource("builds", "b1", {"version": "1", "iconAssetToken": token})
    data |= {
        "meta": {"cursor": "x"},
        "version": "of the resource",
        "relationships": {},
        "links": {},
    }
    group = resource("betaGroups", "g1", {"name": "QA"}) | {"meta": [1], "relationships": {}}
    with talking(document([data], group), document(data)) as (asc, _):
        (listed,) = asc.builds.list().pages()
        builds = [*listed.items, asc.builds.get("b1")]
    assert [build.to_dict() for build in builds] == [data, data]
    beside = {"meta": {"cursor": "x"}, "version": "of the resource", "iconAssetToken": token}
    for build in (*builds, *copies(builds[0])):
        assert build.extra == beside
        build.extra["meta"]["cursor"] = "changed"
        assert build.to_dict()["meta"] == {"cursor": "x"}
    (found,) = listed.document.included
    assert (found.extra, found.to_dict()["meta"]) == ({"meta": [1]}, [1])


def test_members_of_objects_in_lists_are_kept() -> None:
    known = [{"offset": 0, "requestHeaders": [{"name": "A", "value": "b"}]}]
    unknown = [{"offset": 0, "requestHeaders": [{"name": "A", "value": "b", "new": 1}]}]
    for sent, kept in ((known, {}), (unknown, {"uploadOperations": unknown})):
        data = resource("appScreenshots", "s1", {"uploadOperations": sent})
        with talking(document(data)) as (asc, _):
            assert asc.app_screenshots.get("s1").extra == kept


def test_copies_and_pickles_know_all_that_the_resource_knows() -> None:
    build = got(
        {"version": "1", "new": 2, "uploadedDate": "2024-03-01"}, APP, app=ref("apps", "a1")
    )
    for twin in (*copies(build), pickle.loads(pickle.dumps([build, build]))[0]):  # noqa: S301
        assert twin == build
        assert (twin.version, twin.extra) == ("1", {"new": 2})
        assert twin.uploaded_date == build.uploaded_date
        assert twin.app.name == "Mine"
        assert twin.document.response.status == 200
    assert copy.copy(build).app is build.app


def test_documents_are_collected_with_their_resources() -> None:
    build = got({}, APP, app=ref("apps", "a1"))
    assert build.app is not None
    document = weakref.ref(build.document)
    gc.collect()
    assert document() is not None
    del build
    gc.collect()
    assert document() is None


def test_a_page_without_relationships_needs_no_collector() -> None:
    gc.disable()
    try:
        build = got({"version": "1"})
        document = weakref.ref(build.document)
        del build
        assert document() is None
    finally:
        gc.enable()


def test_the_warning_has_a_category_of_its_own() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnreadableValueWarning)
        assert got({"expired": "perhaps"}).expired is None
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnreadableValueWarning)
        with pytest.raises(UnreadableValueWarning):
            got({"expired": "perhaps"})


def test_certificates_and_screenshots_of_real_answers() -> None:
    attributes = {"csrContent": None, "expirationDate": None, "platform": "MAC_OS_X"}
    with talking(document(resource("certificates", "c1", attributes))) as (asc, _):
        certificate = asc.certificates.get("c1")
    assert isinstance(certificate, Certificate)
    assert certificate.platform == "MAC_OS_X"
    assert certificate.expiration_date is None
    assert certificate.extra == {"csrContent": None}
    assert AppScreenshot(id="s1").resource_type == "appScreenshots"


def test_times_have_a_zone_and_dates_keep_the_hour_they_came_with() -> None:
    data = resource("builds", "b1", {"uploadedDate": "2024-03-01T10:00:00"})
    events = {"territorySchedules": [{"eventStart": "2024-03-01T10:00:00"}]}
    offer = {"startDate": "2024-03-01T23:30:00-08:00", "endDate": "2024-03-02"}
    answers = (
        document(data),
        document(resource("appEvents", "e1", events)),
        document(resource("winBackOffers", "w1", offer)),
    )
    with talking(*answers) as (asc, _):
        build, event = asc.builds.get("b1"), asc.app_events.get("e1")
        found = asc.win_back_offers.get("w1")
    (schedule,) = event.territory_schedules or ()
    assert build.uploaded_date == schedule.event_start == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert (found.start_date, found.end_date) == (date(2024, 3, 1), date(2024, 3, 2))
    assert found.extra == {"startDate": "2024-03-01T23:30:00-08:00"}
