"""Versions get the App Clip card they are told, or that of the version in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done
from matrix import writes_of

from app_store_connect import ApiError
from app_store_connect.workflows import WorkflowError
from support.media import png
from support.ready_app import ReadyApp, ready_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

pytestmark = pytest.mark.parametrize("flavour", FLAVOURS)
URLS = ["https://example.com/path/7"]


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    found = ready_app(simulator, asc)
    simulator.add("appClips", app=found.app, bundle_id="com.example.trails.Clip")
    return found


@pytest.fixture
def header(tmp_path: Path) -> Path:
    file = tmp_path / "card.png"
    file.write_bytes(png(1800, 1200))
    return file


@pytest.fixture
def set_clip(simulator: Simulator, flavour: str) -> Callable[..., Any]:
    def call(version: Any, **card: Any) -> Any:
        return done(
            flavour, simulator, lambda asc: asc.workflows.versions.set_app_clip(version, **card)
        )

    return call


def shown(simulator: Simulator, version: Any) -> dict[str, Any]:
    """What the card of a version says, and the names of its images."""
    world = simulator.world
    entity = world.find("appStoreVersions", version.id)
    assert entity is not None
    experience = world.one(entity, "appClipDefaultExperience")
    if experience is None:
        return {}
    found: dict[str, Any] = {"action": experience["action"]}
    for text in world.many(experience, "appClipDefaultExperienceLocalizations"):
        image = world.one(text, "appClipHeaderImage")
        found[text["locale"]] = (text["subtitle"], image and image["fileName"])
    detail = world.one(experience, "appClipAppStoreReviewDetail")
    return found if detail is None else {**found, "urls": detail["invocationUrls"]}


def test_a_card_is_made_once_and_only_what_differs_is_written(
    simulator: Simulator, ready: ReadyApp, header: Path, set_clip: Callable[..., Any]
) -> None:
    card = {
        "action": "OPEN",
        "subtitles": {"en-US": "Find a path", "de-DE": "Ein Weg"},
        "header_images": {"en-US": header},
        "invocation_urls": URLS,
    }
    set_clip(ready.version, **card)
    wanted = {"action": "OPEN", "en-US": ("Find a path", "card.png"), "de-DE": ("Ein Weg", None)}
    assert shown(simulator, ready.version) == {**wanted, "urls": URLS}
    set_clip(ready.version, **card)
    assert writes_of(simulator) == []
    assert len(simulator.requests) == 3
    header.write_bytes(png(1800, 1200) + b"other")
    set_clip(
        ready.version,
        action="VIEW",
        subtitles={"de-DE": "Wege"},
        header_images={"en-US": header},
        invocation_urls=[],
    )
    assert [x for x in writes_of(simulator) if "_" in x] == [
        "appClipDefaultExperiences_updateInstance",
        "appClipDefaultExperienceLocalizations_updateInstance",
        "appClipHeaderImages_deleteInstance",
        "appClipHeaderImages_createInstance",
        "appClipHeaderImages_updateInstance",
        "appClipAppStoreReviewDetails_updateInstance",
    ]
    assert shown(simulator, ready.version)["de-DE"] == ("Wege", None)


def test_a_new_version_gets_the_card_of_the_one_in_the_store_when_asked(
    simulator: Simulator, ready: ReadyApp, header: Path, flavour: str, set_clip: Any
) -> None:
    set_clip(
        ready.version,
        action="PLAY",
        subtitles={"en-US": "Find a path"},
        header_images={"en-US": header},
    )
    before = shown(simulator, ready.version)
    ready.release()

    def ensure(**more: Any) -> Any:
        return done(
            flavour, simulator, lambda asc: asc.workflows.versions.ensure(ready.app, "1.1", **more)
        )

    assert shown(simulator, ensure()) == {}
    assert shown(simulator, ensure(app_clip=True)) == before
    version = ensure(app_clip=True)
    assert writes_of(simulator) == []
    set_clip(version, subtitles={"en-US": "Another path"})
    assert shown(simulator, version) == {**before, "en-US": ("Another path", "card.png")}
    assert shown(simulator, ready.version) == before


def test_a_card_that_is_not_carried_over_is_told_from_the_version_that_is_made(
    simulator: Simulator, ready: ReadyApp, flavour: str, set_clip: Callable[..., Any]
) -> None:
    set_clip(ready.version, action="PLAY")
    ready.release()
    simulator.faults.add("appClipDefaultExperiences_createInstance", status=403)
    with pytest.raises(ApiError) as told:
        done(
            flavour,
            simulator,
            lambda asc: asc.workflows.versions.ensure(ready.app, "1.1", app_clip=True),
        )
    (note,) = told.value.__notes__
    assert "done before: version 1.1; not done: its App Clip card" in note


def test_a_version_is_made_without_a_card_where_there_is_none_to_carry_over(
    simulator: Simulator, asc: Client, flavour: str
) -> None:
    plain = ready_app(simulator, asc)
    plain.release()
    version = done(
        flavour,
        simulator,
        lambda asc: asc.workflows.versions.ensure(plain.app, "1.1", app_clip=True),
    )
    assert writes_of(simulator) == ["appStoreVersions_createInstance"]
    assert shown(simulator, version) == {}


def test_the_app_clip_has_to_be_there_and_to_be_meant(
    simulator: Simulator, asc: Client, ready: ReadyApp, set_clip: Callable[..., Any]
) -> None:
    with pytest.raises(WorkflowError, match=r"no App Clip 'x', but com\.example\.trails\.Clip"):
        set_clip(ready.version, app_clip="x")
    simulator.add("appClips", app=ready.app, bundle_id="com.example.trails.Other")
    with pytest.raises(WorkflowError, match=r"several App Clips: give one of com\.example\.t"):
        set_clip(ready.version)
    set_clip(ready.version, app_clip="com.example.trails.Other")
    assert shown(simulator, ready.version) == {"action": None}
    other: Any = simulator.add("apps", bundle_id="com.example.bare", name="Bare")
    bare = asc.app_store_versions.create(app=other, platform="IOS", version_string="1.0")
    with pytest.raises(WorkflowError, match="no App Clip: upload a build with one"):
        set_clip(bare)
    assert writes_of(simulator) == []


def test_a_card_with_mistakes_is_refused_before_anything_is_sent(
    simulator: Simulator, set_clip: Callable[..., Any], tmp_path: Path
) -> None:
    small, clear = tmp_path / "small.png", tmp_path / "clear.png"
    small.write_bytes(png(1200, 800))
    clear.write_bytes(png(1800, 1200, alpha=True))
    with pytest.raises(ValueError, match="nothing was sent") as told:
        set_clip(
            "1",
            action="CLOSE",
            subtitles={"en-US": "x" * 57, "en_US": "y"},
            header_images={"de-DE": small, "fr-FR": clear, "it": tmp_path / "none.png", "q": small},
            invocation_urls=["example.com"],
        )
    for line in (
        "action 'CLOSE' is not OPEN, VIEW, PLAY",
        "en-US: subtitle has 57 characters, 56 at most",
        "'en_US' is not a locale of the App Store; did you mean 'en-US'?",
        "de-DE: small.png has 1200 x 800 pixels; Apple takes 1800 x 1200",
        "fr-FR: clear.png is transparent",
        "it: none.png is not there",
        "'q' is not a locale",
        "'example.com' is not a web address",
    ):
        assert line in str(told.value)
    assert not simulator.requests


def test_a_card_that_breaks_off_tells_what_is_done(
    simulator: Simulator, ready: ReadyApp, header: Path, set_clip: Callable[..., Any]
) -> None:
    simulator.faults.add("appClipAppStoreReviewDetails_createInstance", status=403)
    with pytest.raises(ApiError) as told:
        set_clip(
            ready.version,
            subtitles={"en-US": "Find a path"},
            header_images={"en-US": header},
            invocation_urls=URLS,
        )
    (note,) = told.value.__notes__
    assert "done before: texts, header image en-US; not done: invocation URLs" in note


def test_the_preflight_misses_the_card_of_a_build_with_an_app_clip(
    simulator: Simulator, ready: ReadyApp, flavour: str, set_clip: Callable[..., Any]
) -> None:
    def missed() -> bool:
        report = done(flavour, simulator, lambda asc: asc.workflows.versions.preflight(ready.app))
        return "V11" in {x.rule for x in report.findings}

    assert not missed()
    bundle = simulator.add("buildBundles", bundle_type="APP_CLIP")
    simulator.world.link(ready.entity(ready.build), "buildBundles", bundle)
    assert missed()
    set_clip(ready.version, action="OPEN")
    assert not missed()
