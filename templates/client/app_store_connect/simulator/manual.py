"""What is simulated, on whose word, and what is not, as Markdown: `python -m … --rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import facts
from .registry import book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .registry import Book, Rule

__all__ = ["manual"]

_STRENGTHS = {
    "R": "a recorded answer",
    "D": "Apple's documentation",
    "C+": "several notes from the field",
    "C": "one note from the field",
    "S": "the API's document",
    "": "nothing but what is simplest",
}
# How far the numbers of each part of the collection of known rules go.
_LEFT_OUT = {
    "6.10": "what is there is 404 at random: a fault of status 404 does the same when it is wanted",
    "10.20": "malformed values end in a 500: no request is answered so unless a fault is added",
}
_COLLECTED = {1: 15, 2: 35, 3: 33, 4: 25, 5: 24, 6: 37, 7: 20, 8: 20, 9: 25, 10: 20, 11: 12}


def manual() -> str:
    """Return all rules with their evidence, the switches, and what has no rule."""
    found = book()
    return "\n".join([*_rules(found), *_switches(found), *_gaps(found)]) + "\n"


def _rules(found: Book) -> Iterator[str]:
    numbers = {rule.number for rule in found.rules if rule.number}
    yield f"There are {len(found.rules)} rules, {len(numbers)} numbers of the collection."
    yield "Each says on whose word it is, the strength first:"
    yield ""
    yield "| Strength | Rules | Evidence |"
    yield "|---|---:|---|"
    for strength, meaning in _STRENGTHS.items():
        count = sum(rule.strength == strength for rule in found.rules)
        if count:
            yield f"| {strength or '-'} | {count} | {meaning} |"
    for area in sorted({rule.area for rule in found.rules}):
        yield from ("", f"### {area.replace('_', ' ').capitalize()}", "")
        yield "| Rule | What the server does | Evidence | Confidence |"
        yield "|---|---|---|---|"
        own = [rule for rule in found.rules if rule.area == area]
        for rule in sorted(own, key=_order):
            cells = (rule.number or "-", rule.says, rule.evidence or "-", rule.confidence)
            yield f"| {' | '.join(map(_cell, cells))} |"


def _switches(found: Book) -> Iterator[str]:
    yield from ("", "### Switches", "")
    yield "Where the evidence contradicts itself, `Simulator(switches={…})` chooses."
    yield ""
    yield "| Switch | Choices, the default first | Rule | What it decides |"
    yield "|---|---|---|---|"
    for switch in sorted(found.switches.values(), key=lambda x: x.name):
        others = [x for x in switch.choices if x != switch.default]
        choices = ", ".join(f"`{x}`" for x in (switch.default, *others))
        yield f"| `{switch.name}` | {choices} | {switch.number or '-'} | {_cell(switch.says)} |"


def _gaps(found: Book) -> Iterator[str]:
    known = {rule.number.rstrip("abcdefgh") for rule in found.rules}
    missing = [
        f"{part}.{number}"
        for part, last in _COLLECTED.items()
        for number in range(1, last + 1)
        if f"{part}.{number}" not in known
    ]
    yield from ("", "### What is not simulated", "")
    yield f"Known, and without a rule here: {', '.join(missing) or 'nothing'}."
    yield ""
    yield from (f"- {number}: {_LEFT_OUT[number]}." for number in missing if number in _LEFT_OUT)
    yield ""
    yield "Types that no rule is about: they are created, changed, linked and deleted as the API's"
    yield "document says, and nothing happens to them by itself."
    yield ""
    ruled = {
        subject.split(".")[0].split("_")[0] for rule in found.rules for subject in rule.subjects
    }
    yield ", ".join(f"`{kind}`" for kind in sorted(facts().types) if kind not in ruled) + "."


def _order(rule: Rule) -> tuple[bool, int, int, str]:
    part, _, number = rule.number.partition(".")
    digits = number.rstrip("abcdefgh")
    return (
        not rule.number,
        int(part) if part.isdigit() else 0,
        int(digits) if digits.isdigit() else 0,
        rule.number,
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
