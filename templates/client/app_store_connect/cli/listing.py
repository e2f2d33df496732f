"""What commands there are, so that a help which lists them imports none."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["SECTIONS", "Listed", "commands"]

SECTIONS = ("Jobs", "Keys and practice")


class Listed(NamedTuple):
    """A command: the module of `jobs` that has it, what it does, and below which heading."""

    module: str
    help: str
    section: str


def commands() -> dict[str, Listed]:
    """All commands that are no namespace, in the order in which they are listed."""
    return _COMMANDS


_JOBS, _TOOLS = SECTIONS
_COMMANDS = {
    "upload": Listed("upload", "Upload a build, from any system.", _JOBS),
    "report": Listed("report", "Download a report as CSV: sales, finance, analytics.", _JOBS),
    "namespaces": Listed("namespaces", "List where the API's operations are.", _TOOLS),
    "auth": Listed("auth", "Keep profiles, and see what a key may do.", _TOOLS),
    "apply": Listed("plans", "Carry out a plan that was written with --plan.", _TOOLS),
    "rehearse": Listed("plans", "Show what another command would change.", _TOOLS),
    "simulate": Listed("simulate", "Start an App Store Connect of your own.", _TOOLS),
    "completion": Listed("completion", "Print what a shell needs to complete commands.", _TOOLS),
}
