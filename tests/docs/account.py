"""Apple's part in the documentation: an account with one app, three builds and a beta group."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.api_server import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from docs.files import Files
    from support.api_server import Received

PRICES = "Customer Price,Currency\n4.99,USD\n"
HEADERS = (
    ("X-Rate-Limit", "user-hour-lim:3600;user-hour-rem:3420;"),
    ("X-Request-ID", "5JXQ3VEWVUXL4YXPBRSGDFBXGE"),
)

Json = dict[str, Any]


def resource(kind: str, identifier: str, links: Json | None = None, **attributes: Any) -> Json:
    """A resource; a link is one id, several, or the whole member."""
    whole: Json = {"type": kind, "id": identifier, "attributes": attributes}
    if links:
        whole["relationships"] = links
    return whole


def ref(kind: str, identifier: str) -> Json:
    return {"type": kind, "id": identifier}


APP = resource(
    "apps", "6446048195", name="Trails", bundleId="com.example.trails", primaryLocale="en-US"
)
RELEASES = [
    resource("preReleaseVersions", "v21", version="2.1", platform="IOS"),
    resource("preReleaseVersions", "v20", version="2.0", platform="IOS"),
]
TESTERS = [
    resource("betaTesters", f"t{number}", email=f"{name}@example.com")
    for number, name in enumerate(("ann", "bob", "cleo"), 1)
]
LOCALIZATION = resource("appStoreVersionLocalizations", "l1", locale="en-US")
VERSION = resource("appStoreVersions", "s21", versionString="2.1", platform="IOS")
PRICE_POINTS = [
    resource("appPricePoints", f"p{number}", customerPrice=price)
    for number, price in enumerate(("0.99", "4.99"), 1)
]


def build(number: int, release: str, state: str = "VALID") -> Json:
    return resource(
        "builds",
        f"b{number}",
        {
            "app": {"links": {"related": f"https://example.com/v1/builds/b{number}/app"}},
            "betaGroups": {"links": {}, "meta": {"paging": {"total": 1, "limit": 10}}},
            "preReleaseVersion": {"data": ref("preReleaseVersions", release)},
        },
        version=str(number),
        processingState=state,
        uploadedDate="2025-01-02T03:04:05Z",
        buildAudienceType="ON_THE_MOON",
    )


BUILDS = [build(42, "v21"), build(41, "v20"), build(40, "v20", "PROCESSING")]


class Account:
    """Answers requests as Apple would, remembers the bodies of writes, and refuses the rest."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.writes: list[tuple[str, Any]] = []
        self.group: Json = {"name": "QA"}
        self.linked = ["b41"]

    def __call__(self, request: Received) -> Answer:
        route = f"{request.method} {request.path}"
        if request.method != "GET":
            self.writes.append((route, request.json() if request.body else None))
        answer = self.files.answer(request) or self._answer(route, dict(request.query), request)
        return Answer(
            answer.status, answer.body, answer.json, (*answer.headers, *HEADERS), answer.delay
        )

    def _answer(self, route: str, query: dict[str, str], request: Received) -> Answer:
        accept = request.headers["accept"]
        special: dict[str, Callable[[], Answer]] = {
            "GET /v1/builds": lambda: builds(query, request),
            "GET /v1/builds/b42": lambda: one_build(query),
            "GET /v1/betaGroups/g1": lambda: self._with_testers(query),
            "GET /v1/betaGroups/g1/relationships/builds": lambda: document(
                [ref("builds", identifier) for identifier in self.linked]
            ),
            f"GET /v1/apps/{APP['id']}/appPricePoints": lambda: (
                Answer(body=PRICES.encode(), headers=[("Content-Type", "text/csv")])
                if accept == "text/csv"
                else document(PRICE_POINTS)
            ),
            "POST /v1/betaGroups": lambda: self._write_group(request),
            "PATCH /v1/betaGroups/g1": lambda: self._write_group(request),
            "POST /v1/betaGroups/g1/relationships/builds": lambda: self._link(request),
            "DELETE /v1/betaGroups/g1/relationships/builds": lambda: self._link(request),
            "POST /v1/appStoreVersions": conflict,
        }
        if route in special:
            return special[route]()
        plain: dict[str, Any] = {
            "GET /v1/apps": [APP],
            f"GET /v1/apps/{APP['id']}": APP,
            f"GET /v1/apps/{APP['id']}/appStoreVersions": [VERSION],
            "GET /v1/appStoreVersions/s21/appStoreVersionLocalizations": [LOCALIZATION],
            f"GET /v1/apps/{APP['id']}/assetLibrary": resource("appAssetLibraries", "9"),
            "POST /v1/appAssetLibraryPlacements": resource("appAssetLibraryPlacements", "place1"),
            "GET /v1/builds/b41": BUILDS[1],
            "GET /v1/betaGroups/g1/betaTesters": TESTERS,
            "POST /v1/appPriceSchedules": resource("appPriceSchedules", str(APP["id"])),
        }
        if route in plain:
            return document(plain[route])
        assert route in {
            "DELETE /v1/betaGroups/g1",
            "PATCH /v1/users/u1/relationships/visibleApps",
            "PATCH /v1/appStoreVersions/s21/relationships/build",
        }, f"nobody said that {route} would be asked"
        return Answer(204)

    def _write_group(self, request: Received) -> Answer:
        data = request.json()["data"]
        self.group |= data["attributes"]
        return document(resource("betaGroups", "g1", **self.group))

    def _with_testers(self, query: dict[str, str]) -> Answer:
        shown = TESTERS[: int(query.get("limit[betaTesters]", "10"))]
        links = {
            "betaTesters": {
                "data": [ref("betaTesters", item["id"]) for item in shown],
                "meta": {"paging": {"total": len(TESTERS), "limit": len(shown)}},
            }
        }
        assert query["include"] == "betaTesters"
        return document(resource("betaGroups", "g1", links, **self.group), shown)

    def _link(self, request: Received) -> Answer:
        for item in request.json()["data"]:
            if item["id"] in self.linked:
                self.linked.remove(item["id"])
            if request.method == "POST":
                self.linked.append(item["id"])
        return Answer(204)


def document(data: Any, included: Iterable[Json] = (), **members: Any) -> Answer:
    whole: Json = {"data": data, "links": {}, **members}
    if isinstance(data, list):
        whole.setdefault("meta", {"paging": {"total": len(data), "limit": 50}})
    if included:
        whole["included"] = list(included)
    return Answer(json=whole)


def builds(query: dict[str, str], request: Received) -> Answer:
    """The builds, as many on a page as asked for."""
    assert query["filter[app]"] == APP["id"]
    size, start = int(query.get("limit", "50")), int(query.get("cursor", "0"))
    page = BUILDS[start : start + size]
    links = {}
    if start + size < len(BUILDS):
        # As Apple does it: the whole address, with everything that was asked.
        target = request.target.partition("&cursor=")[0]
        links["next"] = f"http://{request.headers['host']}{target}&cursor={start + size}"
    wanted = {item["relationships"]["preReleaseVersion"]["data"]["id"] for item in page}
    included = [item for item in RELEASES if item["id"] in wanted]
    return document(
        page,
        included if query.get("include") == "preReleaseVersion" else (),
        links=links,
        meta={"paging": {"total": len(BUILDS), "limit": size}},
    )


def one_build(query: dict[str, str]) -> Answer:
    """A build with its app where that is included, and with an attribute nobody knows."""
    found = json.loads(json.dumps(BUILDS[0]))
    found["attributes"]["notYetKnown"] = 1
    del found["relationships"]["preReleaseVersion"]
    if query.get("include") != "app":
        return document(found)
    found["relationships"]["app"]["data"] = ref("apps", APP["id"])
    return document(found, [APP])


def conflict() -> Answer:
    def one(code: str, title: str, detail: str, pointer: str) -> Json:
        source = {"pointer": pointer}
        return {"status": "409", "code": code, "title": title, "detail": detail, "source": source}

    used = one(
        "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE",
        "The version number has been used.",
        "Choose another one.",
        "/data/attributes/versionString",
    )
    state = one(
        "STATE_ERROR.INCOMPLETE",
        "There is a version in preparation.",
        "Release it first.",
        "/data/relationships/app",
    )
    return Answer(409, json={"errors": [used, state]})
