"""The documentation says what is simulated, and what it shows works."""

from __future__ import annotations

import os
import re
from pathlib import Path

from app_store_connect.simulator.manual import manual
from app_store_connect.simulator.registry import book

PAGE = Path(__file__).parents[2] / "docs" / "simulator.md"
MARK = "<!-- rules -->\n"


def test_the_page_lists_the_rules_there_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, mark, _ = text.partition(MARK)
    wanted = f"{head}{mark}\n{manual()}"
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(wanted, encoding="utf-8")
    assert text == wanted, "`make simulator-rules` writes it again"


def test_every_rule_and_switch_is_told() -> None:
    text = manual()
    for rule in book().rules:
        assert rule.says.replace("|", "\\|").replace("\n", " ") in text
    for name in book().switches:
        assert f"`{name}`" in text


def test_no_number_is_told_to_be_missing_that_has_a_rule() -> None:
    (missing,) = re.findall(r"without a rule here: (.*)\.", manual())
    assert not {rule.number for rule in book().rules} & set(missing.split(", "))
