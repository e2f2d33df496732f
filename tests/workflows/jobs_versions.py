"""Jobs of the matrix on versions of apps."""

from __future__ import annotations

import weakref
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from matrix import Job

from support.media import png
from support.ready_app import add_build, ready_app
from support.ready_products import ready_purchase, ready_subscription

if TYPE_CHECKING:
    from matrix import Run

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

__all__ = ["JOBS"]

TRAILS = "6100000001"
TEXTS = {
    "en-US": {"description": "Find a path.", "whats_new": "Maps that work offline."},
    "de-DE": {"whats_new": "Karten ohne Netz."},
    "fr-FR": {"description": "Un chemin.", "keywords": "sentier"},
}
CONTACT = {
    "contact_first_name": "Ada",
    "contact_last_name": "Byron",
    "contact_phone": "+44 20 7946 0000",
    "contact_email": "ada@example.com",
}


def prepared(simulator: Simulator) -> Run:
    """An update from nothing: version, texts, contact, build."""
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
        ready.release()
    add_build(simulator, ready.app, "1.1", "7")

    def run(asc: Client) -> None:
        versions = asc.workflows.versions
        version = versions.ensure(ready.app, "1.1", copyright="2026 Example")
        versions.set_texts(version, TEXTS)
        versions.set_review_detail(version, **CONTACT, notes="Tap the map.")
        versions.select_build(version)

    return run


def first_submission(simulator: Simulator) -> Run:
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
    return lambda asc: asc.workflows.versions.submit(ready.app)


def with_purchases(simulator: Simulator) -> Run:
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
        ready_purchase(simulator, asc, ready.app)
        ready_subscription(simulator, asc, ready.app, ["USA"])
    ids = ["maps", "plus"]
    return lambda asc: asc.workflows.versions.submit(ready.app, purchases=ids, preflight=False)


def resubmission(simulator: Simulator) -> Run:
    """A rejected version gets a new build and goes on in its submission."""
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
        simulator.world.set_switch("review", "reject")
        ready.submit()
    simulator.clock.advance(days=1)
    add_build(simulator, ready.app, "1.0", "2")

    def run(asc: Client) -> None:
        if asc.workflows.versions.all(ready.app).editable is not None:
            asc.workflows.versions.select_build(ready.version)
        asc.workflows.versions.submit(ready.app)

    return run


def cancellation(simulator: Simulator) -> Run:
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
        ready.submit()
    return lambda asc: asc.workflows.versions.cancel(ready.app)


def release(simulator: Simulator) -> Run:
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
        asc.app_store_versions.update(ready.version, release_type="MANUAL")
        ready.submit()
    simulator.clock.advance(days=2)
    return lambda asc: asc.workflows.versions.release(ready.version)


def phased(simulator: Simulator) -> Run:
    def run(asc: Client) -> None:
        versions = asc.workflows.versions
        version = versions.all(TRAILS).editable
        assert version is not None
        versions.phased_release(version, "start")

    del simulator
    return run


def app_clip_card(simulator: Simulator) -> Run:
    """An update gets the App Clip card of the version in the store, then another one."""
    temporary = TemporaryDirectory()
    weakref.finalize(simulator, temporary.cleanup)
    old, new = (Path(temporary.name) / x for x in ("old.png", "new.png"))
    old.write_bytes(png(1800, 1200))
    new.write_bytes(png(1800, 1200) + b"new")
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
        simulator.add("appClips", app=ready.app, bundle_id="com.example.trails.Clip")
        asc.workflows.versions.set_app_clip(
            ready.version,
            action="OPEN",
            subtitles={"en-US": "Find a path", "de-DE": "Ein Weg"},
            header_images={"en-US": old, "de-DE": old},
        )
        ready.release()

    def run(asc: Client) -> None:
        version = asc.workflows.versions.ensure(ready.app, "1.1", app_clip=True)
        asc.workflows.versions.set_app_clip(
            version,
            action="VIEW",
            subtitles={"de-DE": "Wege", "it": "Sentieri"},
            header_images={"de-DE": new, "it": new},
            invocation_urls=["https://example.com/path/7"],
        )

    return run


def folder_applied(simulator: Simulator) -> Run:
    """Texts, names, a category, review information with a file, from a folder of deliver's."""
    temporary = TemporaryDirectory()
    weakref.finalize(simulator, temporary.cleanup)
    home = Path(temporary.name) / "fastlane"
    for name, text in {
        "Deliverfile": "phased_release true\napp_review_attachment_file 'guide.pdf'\n",
        "guide.pdf": "how to get in",
        "metadata/en-US/keywords.txt": "walk",
        "metadata/it/name.txt": "Sentieri",
        "metadata/it/description.txt": "Un sentiero.",
        "metadata/primary_category.txt": "NAVIGATION",
        "metadata/copyright.txt": "2026 Example",
        "metadata/review_information/notes.txt": "Tap the map.",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    return lambda asc: asc.workflows.versions.apply_folder(TRAILS, home)


JOBS: list[Job] = [
    Job("an App Clip card is carried over", app_clip_card, seed=""),
    Job("an update is prepared", prepared, seed=""),
    Job("a first version is submitted", first_submission, seed=""),
    Job("a first version is submitted with its purchases", with_purchases, seed=""),
    Job("a rejected version is submitted again", resubmission, seed=""),
    Job("a submission is cancelled", cancellation, seed=""),
    Job("an approved version is released", release, seed=""),
    Job("a phased release is set up", phased),
    Job("a folder of deliver's is applied", folder_applied),
]
