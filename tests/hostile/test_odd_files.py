"""Files that never end, or are no files: whatever reads one says so, at once."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import click
import httpx
import pytest

from app_store_connect import Client
from app_store_connect.cli.bodies import Document
from app_store_connect.cli.profiles import Profiles
from app_store_connect.rehearsal import Plan
from app_store_connect.rehearsal.change import PlannedFile
from app_store_connect.reports.report import report_of
from app_store_connect.simulator import Simulator
from app_store_connect.workflows import testers
from app_store_connect.workflows.common.price_points import read_prices
from app_store_connect.workflows.deliver_config import read_utf8
from app_store_connect.workflows.device_rows import device_rows
from app_store_connect.workflows.products.table_file import read_table
from support import keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def planned(path: Path) -> None:
    """What a plan says of a file that is read when it is carried out."""
    if PlannedFile(name="a.png", size=1, checksum="", path=str(path)).read(0, 1 << 20) is None:
        raise OSError


READERS: dict[str, Callable[[Path], Any]] = {
    "state": Simulator.load,
    "plan": Plan.load,
    "planned": planned,
    "testers": testers.tester_rows,
    "devices": device_rows,
    "prices": read_prices,
    "products": read_table,
    "text": read_utf8,
    "profiles": lambda path: Profiles({"ASC_CONFIG_DIR": str(path.parent)}).all(),
    "document": lambda path: Document.read(f"@{path}"),
}
REFUSALS = (OSError, ValueError, click.UsageError)


def refusal(read: Callable[[Path], Any], path: Path) -> BaseException | None:
    """What came of reading a file; fails where that has no end."""
    caught: list[BaseException] = []

    def run() -> None:
        try:
            read(path)
        except BaseException as error:  # noqa: BLE001 - which one it is, is the question
            caught.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "it still waits"
    return caught[0] if caught else None


@pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices")
@pytest.mark.parametrize("name", READERS)
def test_what_never_ends_is_not_waited_for(name: str, tmp_path: Path) -> None:
    odd = tmp_path / "profiles.json"
    os.mkfifo(odd)
    assert isinstance(refusal(READERS[name], odd), REFUSALS)
    odd.unlink()
    odd.mkdir()
    assert isinstance(refusal(READERS[name], odd), REFUSALS)
    odd.rmdir()
    odd.symlink_to("/dev/zero")
    error = refusal(READERS[name], odd)
    assert isinstance(error, REFUSALS)
    assert name == "planned" or "not a regular file" in str(error)


@pytest.mark.parametrize("name", [x for x in READERS if x not in {"state", "plan", "planned"}])
def test_what_is_larger_than_anything_of_its_kind_is_not_kept(name: str, tmp_path: Path) -> None:
    huge = tmp_path / "profiles.json"
    with huge.open("wb") as file:
        file.truncate(1 << 36)
    error = refusal(READERS[name], huge)
    assert isinstance(error, REFUSALS)
    assert "larger than" in str(error)


def downloaded(path: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=b"whole"))
    with Client(keys.api_key(), base_url="http://localhost", transport=transport) as asc:
        asc.download("http://localhost/a", path)


def reported(path: Path) -> None:
    with report_of(b"A\tB\tC\n1\t2\t3\n") as report:
        report.save(path)


WRITERS: dict[str, Callable[[Path], Any]] = {
    "download": downloaded,
    "report": reported,
    "plan": lambda path: Plan().save(path),
}


@pytest.mark.skipif(os.name != "posix", reason="needs pipes")
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_takes_the_place_of_no_pipe_or_device(name: str, tmp_path: Path) -> None:
    """As root, `/dev/null` itself would be a file afterwards."""
    pipe, link, file = (tmp_path / kind for kind in ("pipe", "link", "file"))
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for odd in (pipe, link, tmp_path):
        assert isinstance(refusal(WRITERS[name], odd), ValueError)
    assert pipe.is_fifo()
    assert link.is_symlink()
    file.write_bytes(b"before")
    assert refusal(WRITERS[name], file) is None
    assert file.read_bytes() not in {b"", b"before"}
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "link", "file"}
