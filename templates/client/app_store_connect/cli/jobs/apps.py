"""Which app a job is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..command import Option
from ..values import Listed

if TYPE_CHECKING:
    from ...client import Client
    from ..session import Session

__all__ = ["PLATFORMS", "app_id", "app_option", "platform_option"]

PLATFORMS = ("IOS", "MAC_OS", "TV_OS", "VISION_OS")


def app_option() -> Option:
    """The option that says which app is meant."""
    return Option(
        ["--app"], metavar="BUNDLE_ID", help="The app, by its bundle id or id.  [env: ASC_APP]"
    )


def platform_option(default: str | None = "IOS") -> Option:
    """The option that says for which platform."""
    return Option(
        ["--platform"],
        type=Listed(PLATFORMS),
        metavar="VALUE",
        default=default,
        help=", ".join(PLATFORMS) + (f"; {default} unless given." if default else "."),
    )


def app_id(client: Client, session: Session, given: str | None) -> str:
    """Find the app; click.UsageError where none was named, NoResultError where there is none."""
    wanted = given or session.environ.get("ASC_APP", "").strip()
    if not wanted:
        raise click.UsageError("missing --app: say which app, or set ASC_APP")
    return wanted if wanted.isdecimal() else client.workflows.apps.find(wanted).id
