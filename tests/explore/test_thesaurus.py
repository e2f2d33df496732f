"""The curated data of search says only what holds for the API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ascgen.explore import thesaurus as module
from ascgen.explore.entries import METHODS
from ascgen.explore.thesaurus import load_helpers, load_not_offered, load_thesaurus
from ascgen.explore.words import stems

if TYPE_CHECKING:
    from ascgen.explore.explorer import Explorer
    from ascgen.explore.search import Finder

FOLDER = Path(module.__file__).parent


def test_every_meaning_is_in_the_api(explorer: Explorer) -> None:
    names = [stems(operation.path) for operation in explorer.api.operations]
    fields = {member.item.name for member in explorer.uses.members.values()}
    known = explorer.lookup.operations.keys() | {helper.id for helper in load_helpers()}
    for term in load_thesaurus().terms:
        for target in term.targets():
            if target.entry:
                assert target.entry in known, target
            else:
                there = any(target.name <= name for name in names)
                assert there, target
                assert not target.field or target.field in fields, target


def test_verbs_come_down_to_methods() -> None:
    methods = set(METHODS.values())
    for verb, kinds in load_thesaurus().verbs.items():
        assert kinds, verb
        assert methods.issuperset(kinds), verb


@pytest.mark.parametrize("name", ["thesaurus.yaml", "not_offered.yaml"])
def test_nothing_is_said_twice(name: str) -> None:
    class Loader(yaml.SafeLoader):
        """Refuses a key that is there already, which YAML lets pass."""

    def mapping(loader: Loader, node: yaml.MappingNode) -> dict[Any, Any]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(set(keys)) == len(keys), [key for key in keys if keys.count(key) > 1]
        return dict(loader.construct_pairs(node, deep=True))

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    assert yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader)  # noqa: S506 - it is safe


def test_terms_differ_in_their_words() -> None:
    words = [term.words for term in load_thesaurus().terms]
    assert not [sorted(item) for item in words if words.count(item) > 1]


@pytest.mark.parametrize("item", load_not_offered(), ids=lambda item: item.id)
def test_what_is_not_offered_is_answered_by_each_of_its_phrases(finder: Finder, item: Any) -> None:
    assert item.answer
    (asks,) = (
        written["asks"]
        for written in yaml.safe_load((FOLDER / "not_offered.yaml").read_text(encoding="utf-8"))
        if written["id"] == item.id
    )
    for phrase in asks:
        found = finder.search(phrase)
        assert found.not_offered is not None, phrase
        assert found.not_offered.id == item.id, phrase
        assert tuple(hit.id for hit in found.hits)[: len(item.instead)] == item.instead


def test_what_comes_near_exists(explorer: Explorer) -> None:
    for item in load_not_offered():
        assert set(item.instead) <= explorer.lookup.operations.keys(), item.id


@pytest.mark.parametrize(
    "query",
    [
        "create an app",
        "how do I create a new app record?",
        "edit privacy labels",
        "reset my ratings",
        "create sandbox tester",
        "sign the paid agreements",
        "transfer app to another account",
    ],
)
def test_a_wish_in_other_words_is_answered_too(finder: Finder, query: str) -> None:
    assert finder.search(query).not_offered is not None


@pytest.mark.parametrize(
    "query",
    [
        "create app store version",
        "create app event",
        "create app clip experience",
        "list apps",
        "delete app screenshot",
        "set privacy policy url",
        "age rating",
        "list sandbox testers",
        "cancel review submission",
        "delete build upload",
        "promo code for subscription",
        "upload screenshot",
        "add app to user",
    ],
)
def test_what_the_api_offers_is_not_asked_in_vain(finder: Finder, query: str) -> None:
    assert finder.search(query).not_offered is None
