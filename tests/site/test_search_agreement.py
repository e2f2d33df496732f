"""The search of the site and `ascgen search` find the same, in the same order."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ascgen.explore.lookup import Lookup
from ascgen.explore.search import Finder
from ascgen.explore.uses import Uses

if TYPE_CHECKING:
    from ascgen.model import ApiModel

HERE = Path(__file__).parent
PHRASES = [
    str(phrase["phrase"])
    for name in ("phrases.yaml", "fresh_phrases.yaml", "blind_phrases.yaml")
    for phrase in yaml.safe_load((HERE.parent / "explore" / name).read_text(encoding="utf-8"))
]
# Slips, unfinished words, words written together, names, helpers, and what the API does not offer.
OTHERS = [
    "uplaod screenshto", "delet provisoning profile", "expire a bui", "betagrups", "testrs",
    "betaGroups", "usesNonExemptEncryption", "READY_FOR_REVIEW", "filter[bundleId]", "builds.list",
    "asc.builds.list(", "GET /v1/builds/{id}", "gameCenterAchievements_getInstance",
    "upload a build", "sales report", "webhook signature", "login", "rate limit", "retry",
    "create an app", "delete an app", "xqzvwj", "the of a", "turn the rollout off", "state",
]  # fmt: skip
_PLACES = 10


@pytest.fixture(scope="session")
def found(site: Path) -> dict[str, dict[str, Any]]:
    """What the script of the site finds, run by node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    queries = [*PHRASES, *OTHERS]
    done = subprocess.run(  # noqa: S603 - it is our own script
        [node, str(HERE / "search.js"), str(site)],
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    assert len(answers) == len(queries)
    return dict(zip(queries, answers, strict=True))


@pytest.mark.parametrize("queries", [PHRASES, OTHERS], ids=["phrases", "others"])
def test_the_site_finds_what_the_command_finds(
    api: ApiModel, found: dict[str, dict[str, Any]], queries: list[str]
) -> None:
    finder = Finder(Lookup(api), Uses(api))
    differing: dict[str, Any] = {}
    for query in queries:
        command = finder.search(query, limit=_PLACES)
        wanted = [[hit.kind, hit.id] for hit in command.hits]
        shown = found[query]["hits"][: len(wanted)]
        if shown != wanted or bool(found[query]["wish"]) != (command.not_offered is not None):
            differing[query] = (wanted, found[query])
    assert not differing
