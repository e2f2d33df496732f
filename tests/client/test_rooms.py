"""What a client opens besides its namespaces."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from app_store_connect import AsyncClient, AsyncReports, AsyncUploads, Client, Reports, Uploads
from app_store_connect.uploads import AsyncUploader, Uploader
from support import keys
from support.api_server import Answer, ApiServer

PACKAGES = ["download", "errors", "models", "rehearsal", "reports", "simulator", "uploads"]
PACKAGES += ["webhooks", "workflows"]


def test_a_client_has_its_uploads_and_reports() -> None:
    with Client(keys.api_key()) as asc:
        assert isinstance(asc.uploads, Uploads)
        assert isinstance(asc.reports, Reports)
        assert asc.uploads is asc.uploads
        assert {"uploads", "reports"} <= set(dir(asc))

    async def main() -> None:
        async with AsyncClient(keys.api_key()) as asc:
            assert isinstance(asc.uploads, AsyncUploads)
            assert isinstance(asc.reports, AsyncReports)

    asyncio.run(main())


def test_what_uploads_were_called_before_is_the_same() -> None:
    assert (Uploader, AsyncUploader) == (Uploads, AsyncUploads)


def test_they_work_through_the_client() -> None:
    with (
        ApiServer([Answer(body=b"SKU\tUnits\tTitle\na\t3\tx\n")]) as server,
        Client(keys.api_key(), base_url=server.url) as asc,
        asc.reports.sales(vendor_number="8") as report,
    ):
        assert [row.integer("Units") for row in report] == [3]


@pytest.mark.parametrize("name", PACKAGES)
def test_what_lies_in_the_package_needs_no_import_of_its_own(name: str) -> None:
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "import app_store_connect as package\n"
        f"before = [x for x in sys.modules if x.startswith('app_store_connect.{name}')]\n"
        f"print(before, {name!r} in dir(package), package.{name}.__name__)\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    assert done.stdout.strip() == f"[] True app_store_connect.{name}"


def test_nobody_pays_for_what_is_not_used() -> None:
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from app_store_connect import Client\n"
        "rooms = ('uploads', 'reports')\n"
        "print([name for name in sys.modules if name.split('.')[1:2] in ([r] for r in rooms)])\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
