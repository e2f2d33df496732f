"""Jobs of the matrix on media: a first sync, and one that changes, removes and reorders."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from matrix import Job, Run

from app_store_connect import Client
from support.films import movie
from support.media import png

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator

__all__ = ["JOBS"]

_PHONE = (1290, 2796)
# Deleted when the program ends.
_FOLDERS = TemporaryDirectory(prefix="media-")


def _picture(number: int) -> bytes:
    return png(*_PHONE) + number.to_bytes(4, "big")


def _tree(name: str, files: dict[str, bytes]) -> Path:
    root = Path(_FOLDERS.name) / name
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return root


BEFORE = _tree(
    "before",
    {f"en-US/{place}.png": _picture(number) for place, number in ((1, 1), (2, 2), (3, 3))},
)
AFTER = _tree(
    "after",
    {
        "en-US/1.png": _picture(3),
        "en-US/2.png": _picture(1),
        "en-US/4.png": _picture(4),
        "en-US/IPHONE_67.mov": movie(886, 1920, 20),
        "fr-FR/1.png": _picture(4),
    },
)


EVENT = _tree(
    "event",
    {
        "en-US/card.png": png(1920, 1080),
        "de-DE/card.png": png(1920, 1080),
        "en-US/details.mov": movie(1080, 1920, 20),
    },
)


def _version(simulator: Simulator) -> str:
    versions = simulator.world.all("appStoreVersions")
    return next(x.id for x in versions if (x["versionString"], x["platform"]) == ("1.2", "IOS"))


def _job(through: str, *, over: bool) -> Job:
    def prepare(simulator: Simulator) -> Run:
        version = _version(simulator)

        def run(asc: Any, folder: Path = AFTER) -> None:
            asc.workflows.media.sync(version, folder, through=through)

        if over:
            with simulator.client() as asc:
                run(asc, BEFORE)
        return run

    return Job(f"media.sync, {through}{', over others' if over else ''}", prepare)


def sync_event(simulator: Simulator) -> Run:
    """Give an event a card in two locales, and a film for its page."""
    app = simulator.world.all("apps")[0].id
    event = simulator.add("appEvents", app=app, reference_name="Race")
    for locale in ("en-US", "de-DE"):
        simulator.add("appEventLocalizations", app_event=event, locale=locale)
    return lambda asc: asc.workflows.media.sync_event(app, event, EVENT)


JOBS = [
    _job(through, over=over)
    for through, needed in (
        ("sets", "app_screenshots"),
        ("library", "app_asset_library_placements"),
    )
    if hasattr(Client, needed)
    for over in (False, True)
]
if hasattr(Client, "app_asset_library_placements"):
    JOBS.append(Job("media.sync_event", sync_event))
