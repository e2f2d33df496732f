"""An update in words for a terminal, and as an object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ascgen.diff.reports import summary, title
from ascgen.omitted import describe_omissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel
    from ascgen.update.plan import Plan
    from ascgen.update.writing import Files

Outcome = Literal["unchanged", "planned", "updated"]
Tests = Literal["passed", "failed", "not-run"]

_SHOWN = 10
# What a pull request may hold is 65536 characters.
_NOTES = 60_000


def lines(plan: Plan, files: Files) -> Iterator[str]:
    """Yield what an update did, which versions it asks for and what to look at."""
    yield f"{title(plan.diff)}: {summary(plan.diff)}."
    for verb, paths in (("written", files.written), ("removed", files.removed)):
        client = sum(path.startswith("generated/") for path in paths)
        if client:
            yield f"  {verb}: {client} files in generated/"
        yield from (f"  {verb}: {path}" for path in paths if not path.startswith("generated/"))
    yield f"Version of the client: {plan.client.new} ({plan.client.reason})."
    number = plan.generator
    yield f"Version of ascgen: {number.new} after {number.old} ({number.reason})."
    if plan.review:
        yield "To be looked at:"
    for item in plan.review:
        yield f"- {item.advice}"
        yield from (f"    {name}" for name in item.names[:_SHOWN])
        if len(item.names) > _SHOWN:
            yield f"    … and {len(item.names) - _SHOWN} more"


def notes(plan: Plan, files: Files, verdict: str) -> str:
    """Return the same in Markdown with a title and the changes, for a pull request."""
    told = [f"# {title(plan.diff)}", "", verdict, "", "```text", *lines(plan, files), "```", ""]
    room = _NOTES - sum(len(line) + 1 for line in told)
    for line in plan.section.splitlines():
        room -= len(line) + 1
        if room < 0:
            told.append("\nThe rest is in `CHANGELOG.md`.")
            break
        told.append(line)
    return "\n".join(told).rstrip("\n") + "\n"


def as_data(
    old: ApiModel,
    plan: Plan | None,
    *,
    outcome: Outcome,
    files: Files,
    tests: Tests,
    code: int,
) -> dict[str, Any]:
    """Return the object that `--json` prints."""
    new = plan.new if plan else old
    return {
        "kind": "update",
        "id": f"{old.product}-{old.version}..{new.product}-{new.version}",
        "outcome": outcome,
        "exit_code": code,
        "tests": tests,
        "old": _side(old),
        "new": _side(new),
        "bump": plan.diff.bump if plan else "none",
        "impacts": plan.diff.impacts if plan else None,
        "versions": {"client": plan.client, "ascgen": plan.generator} if plan else None,
        "review": plan.review if plan else (),
        "omissions": describe_omissions(new.omissions),
        "files": files,
        "markdown": (plan.section or None) if plan else None,
    }


def _side(api: ApiModel) -> dict[str, str]:
    return {"product": api.product, "version": api.version, "sha256": api.sha256}
