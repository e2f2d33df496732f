"""Pictures and films lead to the App Asset Library, and what it took the place of says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ascgen.explore.thesaurus import load_helpers, load_thesaurus
from ascgen.explore.words import stems

if TYPE_CHECKING:
    from ascgen.explore.explorer import Explorer
    from ascgen.explore.search import Finder

IMAGES, VIDEOS = "appAssetLibraryImages", "appAssetLibraryVideos"
ORDER = "appAssetLibraryPlacementOrderingRequests_createInstance"
REPLACED = {
    "appScreenshots": IMAGES,
    "appEventScreenshots": IMAGES,
    "appPreviews": VIDEOS,
    "appEventVideoClips": VIDEOS,
    "appScreenshotSets": "appAssetLibraryPlacements",
    "appPreviewSets": "appAssetLibraryPlacements",
}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("upload screenshot", f"{IMAGES}_createInstance"),
        ("screenshots", f"{IMAGES}_createInstance"),
        ("upload app preview", f"{VIDEOS}_createInstance"),
        ("app preview video", f"{VIDEOS}_createInstance"),
        ("header image", f"{IMAGES}_createInstance"),
        ("product page header image", f"{IMAGES}_createInstance"),
        ("upload event image", f"{IMAGES}_createInstance"),
        ("event video", f"{VIDEOS}_createInstance"),
        ("reorder", ORDER),
        ("reorder screenshots", ORDER),
        ("change the order of previews", ORDER),
        ("media library", "apps_assetLibrary_getToOneRelated"),
        ("screenshot sizes", "appAssetLibraryRefData_getCollection"),
        ("delete screenshot", f"{IMAGES}_deleteInstance"),
        ("app clip header image", "appClipHeaderImages_createInstance"),
    ],
)
def test_the_library_comes_first(finder: Finder, query: str, first: str) -> None:
    assert finder.search(query).hits[0].id == first


@pytest.mark.parametrize("resource", REPLACED)
def test_what_it_replaced_is_found_below_it(
    finder: Finder, explorer: Explorer, resource: str
) -> None:
    for operation in explorer.lookup.resources[resource].operations:
        assert operation.deprecated
    verb = "create screenshot" if "Screenshot" in resource else "create preview video"
    found = [hit.id for hit in finder.search(verb, kinds=["operation"], limit=400).hits]
    library = [place for place, name in enumerate(found) if "AssetLibrary" in name]
    old = [place for place, name in enumerate(found) if name.startswith(f"{resource}_")]
    assert library[0] == 0
    assert not old or min(old) > 0


@pytest.mark.parametrize(("resource", "successor"), REPLACED.items())
def test_a_deprecated_resource_names_its_successor(
    explorer: Explorer, resource: str, successor: str
) -> None:
    data = explorer.resource(resource)
    assert (data["deprecated"], data["successor"]) == (True, successor)
    for operation in data["operations"]:
        assert operation["successor"] in explorer.lookup.operations
    assert explorer.resource("apps")["successor"] is None


def test_every_name_of_the_library_that_the_thesaurus_has_is_there(explorer: Explorer) -> None:
    names = [stems(operation.path) for operation in explorer.api.operations]
    helpers = {helper.id for helper in load_helpers()}
    for term in load_thesaurus().terms:
        for target in term.targets():
            if target.entry:
                assert target.entry in explorer.lookup.operations.keys() | helpers, target
            else:
                assert any(target.name <= name for name in names), target
