"""What a user writes and what it is to a type checker: nothing here may be an error.

Both checkers read this file; it never runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, assert_type

import httpx
from app_store_connect.models.build import BuildProcessingState

from app_store_connect import (
    UNSET,
    ApiError,
    ApiKey,
    AsyncClient,
    AsyncPager,
    Client,
    Page,
    Pager,
    RateLimit,
    Ref,
    Resource,
    Response,
    RetryPolicy,
    open_value,
)
from app_store_connect._runtime.jsonapi.resource import Related
from app_store_connect.models import (
    App,
    AppPricePointV3,
    AppPriceSchedule,
    AppPriceV2InlineCreate,
    AppsBetaTesterUsages,
    AppScreenshot,
    AppStoreVersion,
    BetaGroup,
    Build,
    BuildUpload,
    BuildUploadFile,
    Platform,
    PrereleaseVersion,
    TerritoryInlineCreate,
)
from app_store_connect.reports import Report
from app_store_connect.uploads import AsyncUploads, Uploads

if TYPE_CHECKING:
    from app_store_connect.reports.namespaces import Apps, AsyncApps, AsyncRequests, Requests
    from app_store_connect.simulator import Simulator
    from app_store_connect.uploads.namespaces import BuildUploads, Uploadable


def make() -> Client:
    key = ApiKey.load(key_id="2X9R4HXF34", issuer_id="an issuer", path="AuthKey_2X9R4HXF34.p8")
    Client.from_env()
    AsyncClient.from_env()
    Client(key, policy=RetryPolicy(attempts=2), timeout=30.0, proxy="http://proxy.example.com")
    Client(key, client=httpx.Client(http2=True), base_url="https://api.example.com")
    AsyncClient(key, client=httpx.AsyncClient())
    AsyncClient(key, transport=httpx.AsyncHTTPTransport(retries=1))
    with Client(key) as asc:
        assert_type(asc, Client)
        assert_type(asc.rate_limit, RateLimit | None)
        return asc


def read(asc: Client, app: App) -> None:
    assert_type(asc.apps.get("1"), App)
    assert_type(asc.apps.get(app), App)
    assert_type(asc.apps.get(Ref("apps", "1"), include="builds"), App)
    assert_type(asc.apps.get(app, include=["builds", "betaGroups"]), App)
    assert_type(asc.apps.list(), Pager[App])
    assert_type(asc.builds.list().one(), Build)
    assert_type(asc.builds.list().first(), Build | None)
    assert_type(asc.builds.list().all(), list[Build])
    assert_type(asc.builds.list().total, int | None)
    assert_type(asc.builds.list().prefetch(), Pager[Build])
    assert_type([build.version for build in asc.builds.list()], list[str | None])
    for page in asc.builds.list().pages():
        assert_type(page, Page[Build])
        assert_type(page.items, list[Build])
    assert_type(asc.builds.get_app("1"), App | None)
    assert_type(asc.builds.get_app_id("1"), str | None)
    assert_type(asc.apps.list_builds(app), Pager[Build])
    assert_type(asc.beta_groups.list_build_ids("1"), Pager[str])
    assert_type(asc.beta_groups.list_build_ids("1").all(), list[str])
    assert_type(asc.beta_groups.list_beta_tester_usages("1"), Pager[AppsBetaTesterUsages])
    own = asc.beta_groups
    former = own.list_builds_ids  # type: ignore[deprecated] # pyright: ignore[reportDeprecated]
    assert_type(former("1", limit=5), Pager[str])
    assert_type(asc.apps.list_app_price_points(app).csv(), str)
    assert_type(asc.apps.list_app_price_points(app).one(), AppPricePointV3)


def ask(asc: Client, app: App, group: BetaGroup) -> None:
    asc.builds.list(
        app=app,
        beta_groups=[group, "2", Ref("betaGroups", "3")],
        version="42",
        expired=False,
        processing_state=["VALID", "PROCESSING"],
        pre_release_version_version=("1.0", "1.1"),
        pre_release_version_platform="IOS",
        exists_uses_non_exempt_encryption=True,
        sort=["-uploadedDate", "version"],
        include=["preReleaseVersion", "app", "icons"],
        fields={"builds": ["version", "uploadedDate"], "apps": "name"},
        related_limit={"icons": 5},
        limit=200,
        extra={"filter[notYetKnown]": "1"},
    )
    asc.builds.list(app=UNSET, sort=UNSET, limit=UNSET)
    for state in (Platform.IOS, Platform.TV_OS):
        asc.apps.list_app_encryption_declarations(app, platform=state)


def decided_while_running(asc: Client, states: list[str], sort: str, names: set[str]) -> None:
    asc.builds.list(
        processing_state=open_value(states),
        sort=open_value(sort),
        include=open_value(names),
        fields=open_value({"builds": states}),
    )
    asc.builds.list(processing_state=[BuildProcessingState(state) for state in states])
    asc.app_store_versions.create(platform=open_value(sort), version_string="1", app="1")
    assert_type(asc.apps.list().find(bundle_id="com.example.trails"), App)


def attributes(build: Build, group: BetaGroup, app: App) -> None:
    assert_type(build.id, str)
    assert_type(build.version, str | None)
    assert_type(build.expired, bool | None)
    assert_type(build.uploaded_date, datetime | None)
    assert_type(build.processing_state, BuildProcessingState | None)
    if build.processing_state is not None:
        assert_type(build.processing_state.is_known, bool)
        assert_type(build.processing_state == "VALID", bool)
    assert_type(build.app, App | None)
    assert_type(build.pre_release_version, PrereleaseVersion | None)
    assert_type(group.public_link_limit, int | None)
    assert_type(group.builds, Related[Build])
    assert_type(group.builds[0], Build)
    assert_type(group.builds[:2], list[Build])
    assert_type(group.builds.truncated, bool)
    assert_type(group.builds.total, int | None)
    assert_type([version.version_string for version in app.app_store_versions], list[str | None])
    any_resource: Resource = build
    assert_type(any_resource.resource_type, str)
    assert_type(len({build, group, app}), int)


def write(asc: Client, app: App, builds: list[Build], point: AppPricePointV3) -> None:
    group = asc.beta_groups.create(name="QA", app=app)
    assert_type(group, BetaGroup)
    asc.beta_groups.create(name="QA", app="1", builds=builds, public_link_limit=None)
    asc.beta_groups.create(name="QA", app=Ref("apps", "1"), builds="2", feedback_enabled=True)
    asc.beta_groups.create(name="QA", app=app, extra={"notYetKnown": True})
    assert_type(asc.beta_groups.update(group, name="Quality", public_link_limit=UNSET), BetaGroup)
    assert_type(asc.beta_groups.delete(group), Response)
    assert_type(asc.beta_groups.delete(group).status, int)

    version = asc.app_store_versions.create(platform="IOS", version_string="2.0", app=app)
    assert_type(version, AppStoreVersion)
    asc.app_store_versions.create(platform=Platform.IOS, version_string="2.0", app=app)
    asc.app_store_versions.update(
        version,
        release_type="SCHEDULED",
        earliest_release_date=datetime(2030, 1, 1, tzinfo=UTC),
        copyright=None,
        build=None,
    )

    price = AppPriceV2InlineCreate(app_price_point=point, start_date=date(2030, 1, 1))
    schedule = asc.app_price_schedules.create(
        app=app,
        base_territory="USA",
        manual_prices=[price, AppPriceV2InlineCreate(app_price_point="a point")],
        included=[TerritoryInlineCreate()],
    )
    assert_type(schedule, AppPriceSchedule)


def link(asc: Client, group: BetaGroup, build: Build, version: AppStoreVersion) -> None:
    assert_type(asc.beta_groups.add_builds(group, [build, "2"]), Response)
    assert_type(asc.beta_groups.remove_builds(group, build), Response)
    assert_type(asc.users.replace_visible_apps("1", ["2", "3"]), Response)
    assert_type(asc.app_store_versions.set_build(version, build), Response)
    assert_type(asc.app_store_versions.set_build(version, None), Response)


def made_for_a_test(app: App) -> Build:
    build = Build(version="1", app=app, beta_groups=[BetaGroup(name="QA")], app_store_version=None)
    assert_type(build.app, App | None)
    build.app = App(name="Trails")
    assert_type(build.beta_groups, Related[BetaGroup])
    return build


def others(asc: Client, failure: ApiError) -> None:
    assert_type(asc.request("GET", "/v1/apps", query={"filter[name]": "A"}), Response)
    assert_type(asc.request("POST", "/v1/apps", json={"data": []}).headers, Mapping[str, str])
    assert_type(asc.collection("/v1/apps"), Pager[Resource])
    assert_type(failure.has_code("STATE_ERROR"), bool)
    assert_type(failure.errors[0].detail, str | None)
    report = asc.sales_reports.list(
        vendor_number="1", report_type="SALES", report_sub_type="SUMMARY", frequency="DAILY"
    )
    assert_type(report, bytes)


async def awaited(asc: AsyncClient, app: App) -> None:
    async with asc as same:
        assert_type(same, AsyncClient)
    assert_type(await asc.apps.get("1"), App)
    assert_type(asc.builds.list(app=app), AsyncPager[Build])
    assert_type(await asc.builds.list().one(), Build)
    assert_type(await asc.builds.list().first(), Build | None)
    assert_type(await asc.builds.list().all(), list[Build])
    assert_type(await asc.builds.list().total, int | None)
    assert_type([build.version async for build in asc.builds.list()], list[str | None])
    async for build in asc.builds.list(app=app, sort="-uploadedDate").prefetch():
        assert_type(build, Build)
    group = await asc.beta_groups.create(name="QA", app=app)
    assert_type(group, BetaGroup)
    assert_type(await asc.beta_groups.update(group, name=None), BetaGroup)
    assert_type(await asc.beta_groups.add_builds(group, ["1"]), Response)
    assert_type(asc.beta_groups.list_build_ids(group), AsyncPager[str])
    assert_type(await asc.builds.get_app("1"), App | None)
    assert_type(await asc.apps.list_app_price_points(app).csv(), str)
    assert_type(await asc.request("GET", "/v1/apps"), Response)
    assert_type(asc.collection("/v1/apps"), AsyncPager[Resource])


def rooms(asc: Client, app: App) -> None:
    assert_type(asc.uploads, Uploads)
    shot = asc.uploads.upload(asc.app_screenshots, b"", file_name="a", app_screenshot_set="1")
    assert_type(shot, AppScreenshot)
    asc.uploads.upload(asc.app_screenshots, bytearray(), resume=shot, progress=print)
    _builds: BuildUploads[BuildUpload] = asc.build_uploads
    _files: Uploadable[BuildUploadFile] = asc.build_upload_files
    _apps: Apps = asc.apps
    _requests: Requests = asc.analytics_report_requests
    with asc.reports.sales(vendor_number="8", report_date=date(2026, 11, 20)) as report:
        assert_type(report, Report)
        assert_type(report.totals, dict[str, str])
    for instance, segments in asc.reports.analytics(app, "App Crashes", since=date(2026, 1, 1)):
        assert_type(instance.processing_date, date | None)
        assert_type(segments, Report)


async def rooms_async(asc: AsyncClient, app: App) -> None:
    assert_type(asc.uploads, AsyncUploads)
    shot = await asc.uploads.upload(asc.app_screenshots, b"", app_screenshot_set="1")
    assert_type(shot, AppScreenshot)
    _builds: BuildUploads[Awaitable[BuildUpload]] = asc.build_uploads
    _files: Uploadable[Awaitable[BuildUploadFile]] = asc.build_upload_files
    _apps: AsyncApps = asc.apps
    _requests: AsyncRequests = asc.analytics_report_requests
    async with asc:
        with await asc.reports.finance(vendor_number="8", fiscal_month="2026-01") as report:
            assert_type(report, Report)
    async for instance, segments in asc.reports.analytics(app, "App Crashes"):
        assert_type(instance.id, str)
        assert_type(segments, Report)


def simulate(simulator: Simulator, asc: Client) -> App:
    added = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    asc.beta_groups.create(name=added.name, app=added.id)
    asc.beta_groups.create(name="QA", app=added)
    assert_type(simulator.add(App, name="Trails"), App)
    app: App = added
    return app
