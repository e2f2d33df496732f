"""What methods and models say of themselves: composed from the facts, in good English."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from ascgen.plan.english import a, one_of, phrase
from support import mini
from support.mini import TEXT, operation, parameter

if TYPE_CHECKING:
    from support.mini import Api

APPS = "https://developer.apple.com/documentation/appstoreconnectapi"
DEPRECATED = {"deprecated": True}
WHOLE_NUMBER = {"type": "integer", "maximum": 50}

SPEC = mini.spec(
    {
        "GET /v1/appClips": operation(
            "appClips_getCollection",
            "AppClipsResponse",
            parameter("filter[bundleId]", mini.array(TEXT), **DEPRECATED),
            parameter("exists[icon]", TEXT, **DEPRECATED),
            parameter("fields[appClips]", mini.array(mini.enum("icon")), **DEPRECATED),
            parameter("include", mini.array(mini.enum("icon"))),
            parameter("limit", WHOLE_NUMBER),
            parameter("limit[icons]", {"type": "integer", "maximum": 7}, **DEPRECATED),
        ),
        "GET /v1/appClips/{id}": operation("appClips_getInstance", "AppClipResponse", **DEPRECATED),
        "GET /v2/appClips/{id}": operation("appClipsV2_getInstance", "AppClipResponse"),
        "GET /v1/appClips/{id}/icons": operation(
            "appClips_icons_getToManyRelated", "AppClipsResponse", **DEPRECATED
        ),
        "GET /v1/appClips/{id}/iconsV2": operation(
            "appClips_iconsV2_getToManyRelated", "AppClipsResponse"
        ),
        "PATCH /v1/appClips/{id}": operation(
            "appClips_updateInstance", "AppClipResponse", body="AppClipUpdateRequest", **DEPRECATED
        ),
        "GET /v1/salesReports": operation(
            "salesReports_getCollection", media={"application/a-gzip": "gzip"}
        ),
        "DELETE /v1/users/{id}": operation("users_deleteInstance", status=204),
    },
    mini.resource(
        "AppClip",
        "appClips",
        {"icon": TEXT, "oldName": {**TEXT, **DEPRECATED}, "place": mini.obj({"x": TEXT})},
        {"icons": mini.many("appClips")},
    ),
    mini.request("AppClipUpdate", "appClips", {"oldName": {**TEXT, **DEPRECATED}}),
    {"gzip": {"type": "string", "format": "binary"}},
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(SPEC, tmp_path_factory.mktemp("docstrings"))


def said(api: Api, method: str) -> list[str]:
    both = [inspect.getdoc(api.method(method, flavour)) for flavour in ("", "Async")]
    assert both[0] == both[1]
    return (both[0] or "").splitlines()


def test_a_method_says_what_it_does_its_maxima_what_is_deprecated_and_where_to_read_on(
    api: Api,
) -> None:
    assert said(api, "app_clips.list") == [
        "List App Clips, page by page.",
        "",
        "`GET /v1/appClips` · pages of at most 50 · includes at most 7 icons each.",
        "Deprecated parameters: `bundle_id`, `exists_icon`, appClips in `fields`, icons in",
        "`related_limit`.",
        f"{APPS}/get-v1-appclips",
    ]


def test_what_has_no_pages_is_got(api: Api) -> None:
    assert said(api, "sales_reports.list")[0] == "Get sales reports."


@pytest.mark.parametrize(
    ("method", "instead"),
    [
        ("get", "; use app_clips_v2.get"),
        ("list_icons", "; use app_clips.list_icons_v2"),
        ("update", ""),
    ],
)
def test_a_deprecated_method_says_what_took_its_place(api: Api, method: str, instead: str) -> None:
    assert f"Apple has deprecated it{instead}." in said(api, f"app_clips.{method}")
    assert api.method(f"app_clips.{method}").__deprecated__.endswith(instead)


def test_deprecated_attributes_and_parameters_say_so(api: Api) -> None:
    assert "Deprecated parameters: `old_name`." in said(api, "app_clips.update")
    assert (inspect.getdoc(api.model("AppClip")) or "").splitlines() == [
        "An App Clip, a resource of type `appClips`.",
        "",
        "Deprecated: `old_name`.",
        f"{APPS}/appclip",
    ]
    [path] = [path for path in api.files if path.endswith("/models/app_clip.py")]
    assert 'old_name: str | None = None\n    """Deprecated by Apple."""\n' in api.files[path]


def test_an_object_in_an_attribute_says_where_it_is(api: Api) -> None:
    text = inspect.getdoc(api.model("AppClipPlace")) or ""
    assert text.splitlines() == ["The members of `AppClip.place`.", "", f"{APPS}/appclip"]


def test_pages_of_the_enterprise_program_are_not_to_be_guessed() -> None:
    """They are called after their titles; those of its schemas are not."""
    spec = mini.spec(
        {"GET /v1/users": operation("users_getCollection", "UsersResponse")},
        mini.resource("User", "users"),
        server="https://api.enterprise.developer.apple.com",
        title="Enterprise Program API",
    )
    files = mini.files_of(mini.analysed(spec), "client")
    area = "https://developer.apple.com/documentation/enterpriseprogramapi"
    assert f"{area}\n" in files["client/resources/users.py"]
    assert f"{area}/user\n" in files["client/models/user.py"]
    assert "appstoreconnectapi" not in files["client/resources/users.py"]


@pytest.mark.parametrize(
    ("name", "several", "one"),
    [
        ("apps", "apps", "an app"),
        ("users", "users", "a user"),
        ("appClips", "App Clips", "an App Clip"),
        ("inAppPurchasesV2", "in-app purchases (v2)", "an in-app purchase (v2)"),
        ("gameCenterActivities", "Game Center activities", "a Game Center activity"),
        (
            "endUserLicenseAgreements",
            "end-user license agreements",
            "an end-user license agreement",
        ),
        ("betaRecruitmentCriteria", "beta recruitment criteria", "a beta recruitment criterion"),
        ("appClipDomainStatuses", "App Clip domain statuses", "an App Clip domain status"),
        ("winBackOffers", "win-back offers", "a win-back offer"),
        ("ciMacOsVersions", "CI macOS versions", "a CI macOS version"),
        ("scmProviders", "SCM providers", "an SCM provider"),
        ("xcodeVersions", "Xcode versions", "an Xcode version"),
        ("bundleIds", "bundle IDs", "a bundle ID"),
        ("oneTimeUseCodes", "one-time-use codes", "a one-time-use code"),
        ("uploadAddresses", "upload addresses", "an upload address"),
        ("matches", "matches", "a match"),
        ("boxes", "boxes", "a box"),
        ("licenses", "licenses", "a license"),
        ("series", "series", "a series"),
        ("urls", "URLs", "a URL"),
    ],
)
def test_names_read_as_english(name: str, several: str, one: str) -> None:
    assert phrase(name) == several
    assert a(phrase(one_of(name))) == one


def test_ids_are_named_after_one_whatever_the_version() -> None:
    assert one_of("buildsV2") == "buildV2"
    assert one_of("sandboxTestersClearPurchaseHistoryRequest").endswith("Request")
