"""The part of Apple's that takes files and hands out reports, and the store both lie in."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.api_server import Answer, error
from support.upload_api import UploadApi

if TYPE_CHECKING:
    from support.api_server import Received

SALES = "Provider\tSKU\tUnits\tDeveloper Proceeds\nAPPLE\tTRAILS\t3\t3.49\n"
FINANCE = "Vendor Identifier\tQuantity\tExtended Partner Share\nTRAILS\t3\t10.47\nTotal_Rows\t1\n"
DOWNLOADS = "Date\tApp Name\tCounts\n2025-01-01\tTrails\t12\n"
ANALYTICS = {
    "/reports": ("analyticsReports", {"name": "App Downloads Standard", "category": "COMMERCE"}),
    "/instances": (
        "analyticsReportInstances",
        {"granularity": "DAILY", "processingDate": "2025-01-02"},
    ),
}
TAKEN = {"appAssetLibraryImages", "buildUploads", "buildUploadFiles"}
DENIED = Answer(403, b"<Error><Code>AccessDenied</Code></Error>")


def zipped(text: str) -> Answer:
    content = gzip.compress(text.encode(), mtime=0)
    return Answer(body=content, headers=[("Content-Type", "application/a-gzip")])


@dataclass
class Files(UploadApi):
    """Processes every file at once, and has no room for the third one at first."""

    part: int = 1 << 20
    store_answers: list[Answer | None] = field(default_factory=lambda: [None, None, DENIED])

    def answer(self, request: Received) -> Answer | None:
        """What the API says about files and reports; None about anything else."""
        query = dict(request.query)
        kind = request.path.split("/")[2]
        if kind in TAKEN:
            return self._answer(request)
        if kind == "salesReports":
            return sales(query)
        if kind == "financeReports":
            assert query["filter[regionCode]"] == "ZZ"
            return zipped(FINANCE)
        if kind == "analyticsReportRequests" and request.method == "POST":
            return Answer(201, json={"data": {"type": kind, "id": "ongoing"}})
        if request.path.endswith("/analyticsReportRequests"):
            return Answer(json={"data": [], "links": {}})
        if kind.startswith("analyticsReport"):
            return Answer(json={"data": [self._link_of_the_chain(request.path)], "links": {}})
        return None

    def _link_of_the_chain(self, path: str) -> dict[str, Any]:
        for end, (kind, attributes) in ANALYTICS.items():
            if path.endswith(end):
                return {"type": kind, "id": "a1", "attributes": attributes}
        assert path.endswith("/segments")
        address = {"url": f"{self.store.url}/downloads"}
        return {"type": "analyticsReportSegments", "id": "a1", "attributes": address}

    def _keep(self, request: Received) -> Answer:
        return zipped(DOWNLOADS) if request.method == "GET" else super()._keep(request)

    def commit(self, identifier: str, attributes: dict[str, Any]) -> None:
        super().commit(identifier, attributes)
        self.reserved[identifier]["state"] = "COMPLETE"

    def _resource(self, identifier: str) -> dict[str, Any]:
        resource = super()._resource(identifier)
        if resource["type"] == "appAssetLibraryImages":
            state = resource["attributes"].pop(self.state_name)["state"]
            done = "PREPARE_FOR_SUBMISSION" if state == "COMPLETE" else state
            resource["attributes"]["state"] = done
        return resource

    def _read(self, request: Received) -> Answer:
        if not request.path.startswith("/v1/buildUploads/"):
            return super()._read(request)
        done = {
            "type": "buildUploads",
            "id": request.path.split("/")[3],
            "attributes": {"state": {"state": "COMPLETE"}},
            "relationships": {"build": {"data": {"type": "builds", "id": "b43"}}},
        }
        build = {"type": "builds", "id": "b43", "attributes": {"version": "43"}}
        return Answer(json={"data": done, "included": [build]})


def sales(query: dict[str, str]) -> Answer:
    """Three units on one day, none on the next, and the day after is not over yet."""
    assert query["filter[vendorNumber]"].isdigit()
    days = {
        "2025-01-02": zipped(SALES),
        "2025-01-03": error(404, "NOT_FOUND", detail="There were no sales for the date specified."),
        "2025-01-04": error(404, "NOT_FOUND", detail="Report is not available yet."),
    }
    return days[query["filter[reportDate]"]]
