"""Rules are imported when what they are about is first met, and none is ever left out."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

from app_store_connect.simulator import rules
from app_store_connect.simulator.registry import Rules, book, topic_of

_QUIET = """
import sys
from app_store_connect import Client
from app_store_connect.simulator import Simulator
before = set(sys.modules)
Simulator()
print(*sorted(x for x in set(sys.modules) - before if ".rules." in x or "cryptography" in x))
"""


def modules() -> dict[str, Rules]:
    return {
        found.name: area
        for found in pkgutil.iter_modules(rules.__path__)
        if isinstance(
            area := getattr(import_module(f"{rules.__name__}.{found.name}"), "rules", None), Rules
        )
    }


def test_the_topics_of_every_area_are_declared() -> None:
    topics = {
        name: {
            subject if moment == "event" else topic_of(subject)
            for moment, subjects, _ in area.hooks
            for subject in subjects
        }
        for name, area in modules().items()
    }
    declared = {name: set(filter(None, text.split(", "))) for name, text in rules.TOPICS.items()}
    assert declared == topics


def test_every_rule_there_is_is_in_the_book() -> None:
    assert {area.area for area in modules().values()} == set(modules())
    assert set(book().rules) == {rule for area in modules().values() for rule in area.rules}
    for name, area in modules().items():
        for moment, subjects, function in area.hooks:
            for subject in subjects:
                assert function in book().hooks(moment, subject), (name, moment, subject)


def test_an_empty_team_needs_no_rules() -> None:
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", _QUIET], capture_output=True, text=True, check=True
    )
    assert not done.stdout.split()
