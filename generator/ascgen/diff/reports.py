"""The changes as text: a changelog in Markdown, and JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ascgen.diff.model import Action, Diff, Entity
from ascgen.diff.story import sections
from ascgen.omitted import HEADING, describe_omissions

if TYPE_CHECKING:
    from ascgen.diff.story import Item, Line
    from ascgen.model import Omission

ADVICE = {
    "major": "raise the major version: code that ran may stop running",
    "minor": "raise the minor version: nothing breaks",
    "patch": "raise the patch version: a user of the client sees no difference",
    "none": "no new version: this is the same document",
}


def title(diff: Diff) -> str:
    """Return one line that says what was compared."""
    old, new = diff.old, diff.new
    if old.title == new.title:
        return f"{new.title} {old.version} → {new.version}"
    return f"{old.title} {old.version} → {new.title} {new.version}"


def summary(diff: Diff) -> str:
    """Return one line with the numbers."""
    if not diff.changes:
        return "No changes that the client shows"
    parts = [f"{count} {impact.value}" for impact, count in diff.impacts.items()]
    noun = "change" if len(diff.changes) == 1 else "changes"
    return f"{len(diff.changes)} {noun}: {', '.join(parts[:-1])} and {parts[-1]}"


def counts(diff: Diff) -> list[list[str]]:
    """Return a table of counts, its first row the heading: what happened, without what did not."""
    found = diff.counts
    columns = [action for action in Action if any(action in row for row in found.values())]
    rows = [
        [_plural(kind), *(str(row.get(action, "")) for action in columns)]
        for kind, row in found.items()
    ]
    return [["", *(action.value for action in columns)], *rows]


def markdown(diff: Diff) -> str:
    """Return a changelog of the client, fit to be published."""
    lines = [
        f"# {title(diff)}",
        "",
        f"Suggested for the client: **{diff.bump}** ({ADVICE[diff.bump]}).",
        f"{summary(diff)}.",
    ]
    if diff.changes:
        head, *rows = (f"| {' | '.join(row)} |" for row in counts(diff))
        lines += ["", head, f"|---{'|--:' * (head.count('|') - 2)}|", *rows]
    for section in sections(diff):
        lines += ["", f"## {section.heading}"]
        for paragraph in section.paragraphs:
            # A section of one kind of change says it in its own heading.
            if paragraph.heading != section.heading:
                lines += ["", f"### {paragraph.heading}"]
            lines += ["", *(f"- {_marked(line)}" for line in paragraph.lines)]
    for heading, omissions in omission_sections(diff):
        lines += ["", f"## {heading}", ""]
        lines += (f"- `{item.pointer}`: {item.what}; {item.still}" for item in omissions)
    return "\n".join(lines) + "\n"


def as_json(diff: Diff) -> str:
    """Return the changes for programs: an object with `bump`, `counts` and `changes`.

    Every change carries `kind`, `id`, `action`, `impact`, `owner`, `name` and `python`, and where
    they say something `aspect`, `old` and `new`.
    """
    old, new = diff.old, diff.new
    data: dict[str, Any] = {
        "kind": "diff",
        "id": f"{old.product}-{old.version}..{new.product}-{new.version}",
        "old": old,
        "new": new,
        "bump": diff.bump,
        "counts": {"impact": diff.impacts, "kind": diff.counts},
        "changes": diff.changes,
        "omissions": {
            "added": describe_omissions(diff.omitted),
            "removed": describe_omissions(diff.modelled),
        },
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()


def omission_sections(diff: Diff) -> list[tuple[str, tuple[Omission, ...]]]:
    """Return the new and the resolved omissions, under their headings."""
    told = [(HEADING, diff.omitted), ("In the client now", diff.modelled)]
    return [(heading, omissions) for heading, omissions in told if omissions]


def detail(item: Item, quote: str = "") -> str:
    """Return what changed about an item, its words between `quote`s."""
    if not item.aspect:
        return ""
    parts = [f"{quote}{text}{quote}" for text in (item.old, item.new) if text]
    return f"{item.aspect} {' → '.join(parts)}".strip()


def _marked(line: Line) -> str:
    places = ", ".join(f"`{place}`" if line.is_code else place for place in line.places)
    items: list[str] = []
    for item in line.items:
        about = detail(item, "`")
        items.append(f"`{item.name}` ({about})" if about else f"`{item.name}`")
    return f"{places}: {', '.join(items)}"


def _plural(kind: Entity) -> str:
    return kind.value.replace("-", " ") + "s" if kind is not Entity.INCLUDED else "inclusions"
