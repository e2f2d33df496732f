"""Media of a version are made those of a folder, each file sent once, in the folder's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done
from matrix import writes_of

from app_store_connect import Client
from app_store_connect.workflows.media import MediaError, MediaFolderError
from support.films import movie
from support.media import png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app_store_connect.simulator import Simulator
    from app_store_connect.workflows.media import MediaPlan

PHONE, PAD = (1290, 2796), (2048, 2732)
GROUP = "IPHONE_DYNAMIC_ISLAND_LARGE_PROFILE"
HAS_LIBRARY = hasattr(Client, "app_asset_library_placements")

pytestmark = pytest.mark.skipif(
    not hasattr(Client, "app_screenshots"), reason="the document has no screenshots"
)
ways = pytest.mark.parametrize(
    "through",
    [
        "sets",
        pytest.param(
            "library", marks=pytest.mark.skipif(not HAS_LIBRARY, reason="there is no library")
        ),
    ],
)
flavours = pytest.mark.parametrize("flavour", FLAVOURS)


def picture(size: tuple[int, int], number: int) -> bytes:
    """Pictures of the same size that differ."""
    return png(*size) + number.to_bytes(4, "big")


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write(
        tmp_path / "screenshots",
        {
            "en-US/iPhone-10.png": picture(PHONE, 10),
            "en-US/iPhone-2.png": picture(PHONE, 2),
            "en-US/iPhone-1.png": picture(PHONE, 1),
            "en-US/iPad-1.png": picture(PAD, 1),
            "de-DE/iPhone-1.png": picture(PHONE, 1),
            "de-DE/iPhone-2.png": picture(PHONE, 22),
        },
    )


def version_of(demo: Simulator, number: str = "1.2", platform: str = "IOS") -> str:
    world = demo.world
    return next(
        x.id
        for x in world.all("appStoreVersions")
        if (x["versionString"], x["platform"]) == (number, platform)
    )


@pytest.fixture
def sync(demo: Simulator, through: str, flavour: str) -> Callable[..., MediaPlan]:
    def run(folder: Path, **more: Any) -> Any:
        options = {"through": through, **more}
        version = options.pop("version", version_of(demo))
        job = options.pop("job", "sync")
        return done(
            flavour, demo, lambda asc: getattr(asc.workflows.media, job)(version, folder, **options)
        )

    return run


def shown(demo: Simulator, through: str, locale: str) -> dict[str, list[str]]:
    """The files of a localization by display, in the order the store has them in."""
    world = demo.world
    version = world.find("appStoreVersions", version_of(demo))
    assert version is not None
    localization = next(
        x for x in world.many(version, "appStoreVersionLocalizations") if x["locale"] == locale
    )
    found: dict[str, list[str]] = {}
    if through == "sets":
        for display in world.many(localization, "appScreenshotSets"):
            files = world.many(display, "appScreenshots")
            found[display["screenshotDisplayType"]] = [x["fileName"] for x in files]
        for display in world.many(localization, "appPreviewSets"):
            found[display["previewType"]] = [
                x["fileName"] for x in world.many(display, "appPreviews")
            ]
        return found
    placements = sorted(world.many(localization, "placements"), key=lambda x: x["_position"])
    for placement in placements:
        asset = world.one(placement, "image") or world.one(placement, "video")
        assert asset is not None
        found.setdefault(placement["placementGroup"], []).append(
            asset["referenceName"].rpartition(" ")[0]
        )
    return found


def phone(through: str) -> str:
    return "APP_IPHONE_67" if through == "sets" else GROUP


def names(through: str, *stems: str) -> list[str]:
    return [f"{x}.png" if through == "sets" else x for x in stems]


@ways
@flavours
def test_a_tree_becomes_the_media_of_the_version(
    demo: Simulator, tree: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    plan = sync(tree)
    assert plan.through == through
    # In the library one file serves two localizations.
    assert plan.files == (6 if through == "sets" else 5)
    english, german = shown(demo, through, "en-US"), shown(demo, through, "de-DE")
    assert english[phone(through)] == names(through, "iPhone-1", "iPhone-2", "iPhone-10")
    assert len(english) == 2
    assert len(german[phone(through)]) == 2
    assert not shown(demo, through, "ja")
    uploads = [x for x in demo.requests if x.operation.endswith("s_createInstance")]
    assert (
        sum("mages" in x.operation or "Screenshots" in x.operation for x in uploads) == plan.files
    )
    # Reads, reservations, parts, commits, places, one look at all that is processed.
    most = {"sets": 1 + 2 + 3 + 6 * 3 + 2 * 3, "library": 4 + 2 + 5 * 3 + 6 + 3}
    assert len(demo.requests) <= most[through]

    again = sync(tree)
    assert again.is_empty
    assert str(again) == "nothing to do"
    assert writes_of(demo) == []
    assert len(demo.requests) == (3 if through == "sets" else 6)


@ways
@flavours
def test_a_plan_tells_what_is_done_and_does_nothing(
    demo: Simulator, tree: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    planned = sync(tree, job="plan")
    assert writes_of(demo) == []
    assert "+ en-US/iPhone-10.png" in str(planned)
    assert sync(tree) == planned


@ways
@flavours
def test_only_what_differs_is_changed(
    demo: Simulator, tree: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    sync(tree)
    (tree / "en-US/iPhone-2.png").write_bytes(picture(PHONE, 77))
    (tree / "en-US/iPad-1.png").unlink()
    (tree / "de-DE/iPhone-1.png").rename(tree / "de-DE/iPhone-3.png")
    plan = sync(tree)
    assert plan.files == 1
    english, german = shown(demo, through, "en-US"), shown(demo, through, "de-DE")
    assert english == {phone(through): names(through, "iPhone-1", "iPhone-2", "iPhone-10")}
    # The name of what is there stays; its place is that of the file's new name.
    kept = "iPhone-1" if through == "sets" else german[phone(through)][1]
    assert german[phone(through)] == [
        *names(through, "iPhone-2"),
        f"{kept}.png" if through == "sets" else kept,
    ]
    assert sync(tree).is_empty


@ways
@flavours
def test_the_modes_differ_in_what_they_delete(
    demo: Simulator, tree: Path, tmp_path: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    sync(tree)
    other = write(tmp_path / "other", {"en-US/iPhone-3.png": picture(PHONE, 3)})
    assert len(sync(other, mode="append").changes) == 1
    assert shown(demo, through, "en-US")[phone(through)] == names(
        through, "iPhone-1", "iPhone-2", "iPhone-10", "iPhone-3"
    )
    assert sync(other, mode="append").is_empty
    sync(other, mode="replace")
    english = shown(demo, through, "en-US")
    assert english[phone(through)] == names(through, "iPhone-3")
    assert len(english) == 2
    sync(other)
    assert list(shown(demo, through, "en-US")) == [phone(through)]
    assert len(shown(demo, through, "de-DE")[phone(through)]) == 2


@ways
@flavours
def test_a_locale_that_is_missing_is_created(
    demo: Simulator, tmp_path: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    tree = write(tmp_path, {"fr-FR/1.png": picture(PHONE, 1)})
    assert sync(tree).new_locales == ("fr-FR",)
    assert shown(demo, through, "fr-FR") == {phone(through): names(through, "1")}
    assert sync(tree).is_empty


@ways
@flavours
@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"en-US/1.png": png(100, 100)}, "100 x 100"),
        ({"en-US/1.png": png(*PHONE, alpha=True)}, "alpha"),
        ({"en-US/1.jpg": png(*PHONE)}, "png file"),
        ({"en-US/1.png": b"not an image at all"}, "damaged"),
        ({"en-us/1.png": png(*PHONE)}, "en-us is not a locale.*en-US"),
        ({"default/1.png": png(*PHONE)}, "default is not a locale"),
        ({f"en-US/{x}.png": picture(PHONE, x) for x in range(11)}, "takes 10"),
        ({f"en-US/IPHONE_67 {x}.mov": movie(886, 1920, 20 + x) for x in range(4)}, "takes 3"),
        ({"en-US/IPHONE_67.mov": movie(886, 1920, 9)}, "15 to 30 s"),
        ({"en-US/preview.mov": movie(886, 1920, 20)}, "may be for"),
        ({"en-US/IPHONE_67.mov": movie(100, 100, 20)}, "100 x 100"),
        ({"English/1.png": png(*PHONE)}, "not a locale"),
        ({"readme.txt": b"-"}, "no screenshots"),
    ],
)
def test_what_the_store_does_not_take_is_refused_before_anything_is_sent(
    demo: Simulator,
    tmp_path: Path,
    files: dict[str, bytes],
    problem: str,
    sync: Callable[..., MediaPlan],
) -> None:
    good = {"de-DE/1.png": picture(PHONE, 1)} if "readme.txt" not in files else {}
    with pytest.raises(MediaFolderError, match=problem) as caught:
        sync(write(tmp_path, {**good, **files}))
    assert caught.value.problems
    assert writes_of(demo) == []


@ways
@flavours
def test_links_that_lead_to_no_file_are_told_of(
    demo: Simulator, tree: Path, sync: Callable[..., MediaPlan]
) -> None:
    (tree / "en-US" / "9.png").symlink_to(tree / "gone.png")
    (tree / "en-US" / "more").symlink_to(tree / "de-DE", target_is_directory=True)
    with pytest.raises(MediaFolderError) as caught:
        sync(tree)
    assert [x.partition(":")[0] for x in caught.value.problems] == ["en-US/9.png", "en-US/more"]
    assert not writes_of(demo)


@ways
@flavours
def test_previews_are_sent_beside_screenshots(
    demo: Simulator, tmp_path: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    tree = write(
        tmp_path,
        {
            "en-US/IPHONE_67 b.mov": movie(886, 1920, 20),
            "en-US/IPHONE_67 a.mov": movie(886, 1920, 21, turned=True),
            "en-US/1.png": picture(PHONE, 1),
        },
    )
    sync(tree)
    found = shown(demo, through, "en-US")
    assert sum(map(len, found.values())) == 3
    assert sync(tree).is_empty
    # A folder of screenshots alone says nothing of previews.
    (tree / "en-US/IPHONE_67 a.mov").unlink()
    (tree / "en-US/IPHONE_67 b.mov").unlink()
    assert sync(tree).is_empty


@ways
@flavours
def test_a_file_that_apple_never_finishes_is_sent_again(
    demo: Simulator, tmp_path: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    tree = write(tmp_path, {"en-US/1.png": picture(PHONE, 1)})
    kind = "appScreenshots" if through == "sets" else "appAssetLibraryImages"

    def stick(_text: str) -> None:
        # What was sent first is never processed.
        if len(demo.world.all(kind)) == 1 and not stuck:
            stuck.append(demo.world.all(kind)[0].id)
            now, count, pending = demo.clock.snapshot()
            left = tuple(due for due in pending if due.id != stuck[0])
            demo.clock.restore((now, count, left))

    stuck: list[str] = []
    sync(tree, progress=stick, timeout=60)
    (shot,) = demo.world.all(kind)
    assert shot.id not in stuck
    assert len(stuck) == 1


@ways
@flavours
def test_a_file_that_apple_refuses_is_told_at_last(
    demo: Simulator, tmp_path: Path, through: str, sync: Callable[..., MediaPlan]
) -> None:
    """The size is fine for the folder, and Apple finds something else wrong."""
    tree = write(tmp_path, {"en-US/1.png": picture(PHONE, 1), "en-US/2.png": picture(PHONE, 2)})
    kind = "appScreenshots" if through == "sets" else "appAssetLibraryImages"
    broken: list[str] = []

    def damage(text: str) -> None:
        if "1.png is sent" in text:
            shot = next(x for x in demo.world.all(kind) if x["fileName"] == "1.png")
            broken.append(shot.id)
            name = f"deliveries/{kind}/{shot.id}/0"
            demo.world.state.put_file(name, png(7, 7))

    with pytest.raises(MediaError, match=r"1\.png"):
        sync(tree, progress=damage)
    assert len(broken) == 3
    assert sync(tree).files == 1
    assert sync(tree).is_empty


@ways
@flavours
def test_versions_that_cannot_be_edited_are_told_of(
    demo: Simulator, tree: Path, sync: Callable[..., MediaPlan]
) -> None:
    with pytest.raises(MediaError, match="READY_FOR_DISTRIBUTION"):
        sync(tree, version=version_of(demo, "1.1"))
    assert writes_of(demo) == []


@flavours
def test_names_tell_what_sizes_do_not(demo: Simulator, tmp_path: Path, flavour: str) -> None:
    tree = write(
        tmp_path,
        {
            "iMessage/en-US/1.png": picture(PHONE, 1),
            "en-US/iPad Pro (12.9-inch) (2nd generation)-1.png": picture(PAD, 1),
            "en-US/iPad Pro (12.9-inch) (3rd generation)-1.png": picture(PAD, 2),
            "en-US/a.png": picture(PHONE, 3),
            "en-US/a_framed.png": picture(PHONE, 4),
        },
    )
    version = version_of(demo)
    done(flavour, demo, lambda asc: asc.workflows.media.sync(version, tree, through="sets"))
    found = shown(demo, "sets", "en-US")
    assert set(found) == {
        "IMESSAGE_APP_IPHONE_67",
        "APP_IPAD_PRO_129",
        "APP_IPAD_PRO_3GEN_129",
        "APP_IPHONE_67",
    }
    assert found["APP_IPHONE_67"] == ["a_framed.png"]


@flavours
def test_an_app_without_a_library_has_sets(demo: Simulator, tree: Path, flavour: str) -> None:
    app = demo.world.all("apps")[0]
    version = version_of(demo)
    if HAS_LIBRARY:
        demo.faults.add("apps_assetLibrary_getToOneRelated", status=404, times=9)
    plan = done(flavour, demo, lambda asc: asc.workflows.media.plan(version, tree))
    assert plan.through == "sets"
    assert app is not None
    with pytest.raises(ValueError, match="replace"):
        done(flavour, demo, lambda asc: asc.workflows.media.plan(version, tree, mode="merge"))
    with pytest.raises(ValueError, match="through"):
        done(flavour, demo, lambda asc: asc.workflows.media.plan(version, tree, through="x"))


@flavours
@pytest.mark.skipif(not HAS_LIBRARY, reason="there is no library")
def test_media_of_events_are_told_by_their_names(
    demo: Simulator, tmp_path: Path, flavour: str
) -> None:
    app = demo.world.all("apps")[0].id
    event = demo.add("appEvents", app=app, reference_name="Race")
    for locale in ("en-US", "de-DE"):
        demo.add("appEventLocalizations", app_event=event, locale=locale)
    card, film = png(1920, 1080), movie(1080, 1920, 8)
    names = ("en-US/card.png", "de-DE/card.png")
    tree = write(tmp_path, {**dict.fromkeys(names, card), "en-US/details.mov": film})

    def sync() -> Any:
        return done(flavour, demo, lambda asc: asc.workflows.media.sync_event(app, event, tree))

    assert sync().files == 2
    placed = demo.world.all("appAssetLibraryPlacements")
    assert sorted(x["placementType"] for x in placed) == [
        *("EVENT_CARD_ASSET", "EVENT_CARD_ASSET", "EVENT_DETAILS_PAGE_ASSET")
    ]
    assert sync().is_empty
    assert writes_of(demo) == []
    write(tmp_path, {"en-US/card-2.png": png(1920, 1081)})
    with pytest.raises(MediaFolderError, match="takes 1"):
        sync()
    write(tmp_path, {"fr-FR/other.png": card})
    with pytest.raises(MediaFolderError, match="fr-FR"):
        sync()
