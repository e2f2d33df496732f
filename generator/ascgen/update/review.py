"""What somebody should look at before an update is merged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from ascgen.diff import Action, Impact
from ascgen.omitted import line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ascgen.diff import Change, Diff
    from ascgen.model import ApiModel

Topic = Literal["omissions", "breaking", "typing", "mends", "vocabulary", "references", "mentions"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at: what to do, and the names of what it is about."""

    kind: str = "review"
    id: Topic
    advice: str
    names: tuple[str, ...]


def review(diff: Diff, old: ApiModel, new: ApiModel, root: Path) -> tuple[Item, ...]:
    """Return all that is to be looked at, the most urgent first."""
    found = (
        Item(
            id="omissions",
            advice="is in the document and not in the client: teach the generator, or agree",
            names=tuple(line(omission) for omission in diff.omitted),
        ),
        Item(
            id="breaking",
            advice="breaks code that uses the client: is it so, or is a mend missing?",
            names=_changes(diff, Impact.BREAKING),
        ),
        Item(
            id="typing",
            advice="type checkers will object to code that still runs",
            names=_changes(diff, Impact.TYPING),
        ),
        Item(
            id="mends",
            advice="mends that do nothing any more; `ascgen overlay` lists them",
            names=_obsolete(old, new),
        ),
        Item(
            id="references",
            advice="operations that thesaurus.yaml or not_offered.yaml name and that are gone",
            names=_gone(old, new),
        ),
        Item(
            id="vocabulary",
            advice="new resources that no everyday word in thesaurus.yaml leads to",
            names=_unheard_of(old, new),
        ),
        Item(
            id="mentions",
            advice=f"lines that speak of {old.version}; counts may be among them",
            names=tuple(_mentions(old.version, root)) if old.version != new.version else (),
        ),
    )
    return tuple(item for item in found if item.names)


def _changes(diff: Diff, impact: Impact) -> tuple[str, ...]:
    return tuple(_told(change) for change in diff.changes if change.impact is impact)


def _told(change: Change) -> str:
    what = change.action.value if change.action is not Action.CHANGED else change.aspect
    values = " → ".join(filter(None, (change.old, change.new)))
    return f"{change.python} ({what}{f' {values}' if values else ''})"


def _obsolete(old: ApiModel, new: ApiModel) -> tuple[str, ...]:
    """Return the mends that did something to the document before, and nothing to this one."""
    from ascgen.overlay import bundled_overlay

    known = {mend.id for mend in bundled_overlay(new.product).mends}
    return tuple(name for name in old.overlay if name in known and name not in new.overlay)


def _gone(old: ApiModel, new: ApiModel) -> tuple[str, ...]:
    from ascgen.explore.thesaurus import load_not_offered, load_thesaurus

    if new.product != "app-store-connect":
        return ()
    gone = {item.id for item in old.operations} - {item.id for item in new.operations}
    targets = (target for term in load_thesaurus().terms for target in term.targets())
    named = {target.entry for target in targets if target.entry}
    named |= {name for item in load_not_offered() for name in item.instead}
    return tuple(sorted(named & gone))


def _unheard_of(old: ApiModel, new: ApiModel) -> tuple[str, ...]:
    from ascgen.explore.thesaurus import load_thesaurus
    from ascgen.explore.words import stems

    if new.product != "app-store-connect":
        return ()
    before = {resource.type for resource in old.resources()}
    come = dict.fromkeys(item.type for item in new.resources() if item.type not in before)
    targets = (target for term in load_thesaurus().terms for target in term.targets())
    names = {target.name for target in targets if target.name}
    return tuple(kind for kind in come if not any(name <= stems(kind) for name in names))


def _mentions(version: str, root: Path) -> Iterable[str]:
    """Return the lines of the tests, the README and the pages of `docs` that name a version."""
    pattern = re.compile(rf"(?<![\w.]){re.escape(version)}(?![\w.]*\w)")
    pages = sorted((root / "docs").rglob("*.md"))
    for path in (root / "README.md", *pages, *sorted((root / "tests").rglob("*.py"))):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        for number, text in enumerate(lines, 1):
            if pattern.search(text):
                yield f"{path.relative_to(root).as_posix()}:{number}"
