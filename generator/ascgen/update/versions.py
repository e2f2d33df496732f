"""Which version numbers an update asks for.

The client carries the number of the API, so that a lock file says which API it speaks: a new
number of Apple's is the client's, whatever it breaks. Where Apple changes an API under its old
number, what was released under that number cannot be released again, and the client's own fourth
number has to be raised. That is left to whoever publishes, who alone knows what was released.

The generator's own number follows Semantic Versioning, by what the change does to the users of the
client that comes with it. Before 1.0 what breaks raises the middle part and all else the last, so
that `~=0.1.0` is safe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from ascgen.render.revisions import package_version

if TYPE_CHECKING:
    from ascgen.diff import Diff


class Suggestion(msgspec.Struct, frozen=True):
    """A version number, the one before, and why it is this one."""

    old: str
    new: str
    reason: str


def client_version(diff: Diff, revision: int) -> Suggestion:
    """Suggest the client's version; `revision` is the fourth number that it has now."""
    old, new = diff.old.version, diff.new.version
    before = package_version(old, revision)
    if new != old:
        reason = "the API's number is the client's"
        if diff.bump == "major" and old.partition(".")[0] == new.partition(".")[0]:
            reason += "; it does not show that something breaks, so say it in the release notes"
        return Suggestion(before, new, reason)
    if not diff.changes:
        return Suggestion(before, before, "the client is the same")
    after = package_version(old, revision + 1)
    reason = (
        f"Apple changed the API under its old number; if {before} is released,"
        f" write {revision + 1} for it to templates/revisions.toml"
    )
    return Suggestion(before, after, reason)


def generator_version(diff: Diff, version: str) -> Suggestion:
    """Return the generator's version after `version`, which begins like 1.2.3."""
    found = re.match(r"([0-9]+)\.([0-9]+)\.([0-9]+)", version)
    if found is None:
        raise ValueError(f"{version!r} is not a version")
    major, minor, patch = map(int, found.groups())
    breaks, adds = diff.bump == "major", diff.bump == "minor"
    if major == 0:
        new = f"0.{minor + 1}.0" if breaks else f"0.{minor}.{patch + 1}"
    elif breaks:
        new = f"{major + 1}.0.0"
    else:
        new = f"{major}.{minor + 1}.0" if adds else f"{major}.{minor}.{patch + 1}"
    why = "nothing that the client shows has changed"
    if breaks:
        why = "code that used the client may stop running"
    elif adds:
        why = "the client changed, and nothing of it breaks"
    return Suggestion(version, new, why)
