"""What commands there are, so that a help which lists them imports none."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["SECTIONS", "Listed", "commands"]

SECTIONS = ("Jobs", "Keys and practice")


class Listed(NamedTuple):
    """A command: the module of `jobs` that has it, what it does, and below which heading.

    `needs` is the namespace without which there is nothing for it to do.
    """

    module: str
    help: str
    section: str
    needs: str = ""


def commands() -> dict[str, Listed]:
    """All commands that are no namespace, in the order in which they are listed."""
    from .outlines import namespaces

    return {
        name: command
        for name, command in _COMMANDS.items()
        if not command.needs or command.needs in namespaces()
    }


_JOBS, _TOOLS = SECTIONS
_COMMANDS = {
    "status": Listed("status", "Show how all apps are doing.", _JOBS, "app-store-versions"),
    "upload": Listed("upload", "Upload a build, from any system.", _JOBS, "build-uploads"),
    "distribute": Listed("testflight", "Give a build to groups of testers.", _JOBS, "beta-groups"),
    "testers": Listed("testflight", "Add, remove and list testers.", _JOBS, "beta-groups"),
    "metadata": Listed(
        "metadata", "Keep an app's texts in a repository.", _JOBS, "app-store-versions"
    ),
    "screenshots": Listed("media", "Send screenshots and previews.", _JOBS, "app-store-versions"),
    "submit": Listed("versions", "Submit a version for review.", _JOBS, "review-submissions"),
    "watch": Listed("versions", "Wait for the end of a review.", _JOBS, "review-submissions"),
    "release": Listed(
        "versions", "Release an approved version.", _JOBS, "app-store-version-release-requests"
    ),
    "sign": Listed("signing", "Make and renew what apps are signed with.", _JOBS, "certificates"),
    "prices": Listed("prices", "See and set what an app costs.", _JOBS, "app-price-schedules"),
    "purchases": Listed(
        "purchases", "Make and submit what an app sells.", _JOBS, "in-app-purchases-v2"
    ),
    "app-clip": Listed(
        "app_clip", "Describe a version's App Clip.", _JOBS, "app-clip-default-experiences"
    ),
    "reviews": Listed("reviews", "Read and answer reviews.", _JOBS, "customer-reviews"),
    "report": Listed("report", "Read sales, finance and analytics.", _JOBS, "sales-reports"),
    "users": Listed("users", "See, invite and change who is in the team.", _JOBS, "users"),
    "namespaces": Listed("namespaces", "List where the API's operations are.", _TOOLS),
    "auth": Listed("auth", "Keep profiles, and see what a key may do.", _TOOLS),
    "rehearse": Listed("plans", "Show what another command would change.", _TOOLS),
    "apply": Listed("plans", "Carry out a plan that was written with --plan.", _TOOLS),
    "simulate": Listed("simulate", "Start an App Store Connect of your own.", _TOOLS),
    "completion": Listed("completion", "Print what a shell needs to complete commands.", _TOOLS),
}
