"""`asc app-clip`: the App Clip card of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from msgspec import UNSET

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from ...workflows.version_states import Platform

__all__ = ["app_clip"]

_ACTIONS = ("OPEN", "VIEW", "PLAY")


@click.pass_context
def _set(
    ctx: click.Context,
    /,
    *,
    app: str | None,
    platform: Platform,
    version: str | None,
    action: Any,
    subtitle: tuple[str, ...],
    header_image: tuple[str, ...],
    url: tuple[str, ...],
    app_clip: str | None,
) -> None:
    session = session_of(ctx)
    with working(session, "set the App Clip card") as client:
        versions = client.workflows.versions
        there = versions.all(app_id(client, session, app), platform)
        chosen = there.get(version) if version else there.editable
        if chosen is None:
            raise click.ClickException("there is no version that can be edited")
        done = versions.set_app_clip(
            chosen,
            action=action or UNSET,
            subtitles=_by_locale(subtitle, "--subtitle"),
            header_images=_by_locale(header_image, "--header-image"),
            invocation_urls=url or None,
            app_clip=app_clip,
        )
        Output(session).value(done)


def _by_locale(given: tuple[str, ...], option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        locale, mark, value = text.partition("=")
        if not mark or not value:
            raise click.UsageError(f"{option} {text!r}: a locale and a value are needed: en-US=…")
        found[locale] = value
    return found


app_clip = click.Group(
    "app-clip",
    help="What people see of an App Clip before they open it.",
    commands=[
        Command(
            "set",
            _set,
            writes=True,
            params=[
                app_option(),
                platform_option(),
                Option(["--version"], help="The one that is being prepared unless given."),
                Option(["--action"], type=click.Choice(_ACTIONS), help="The button."),
                Option(["--subtitle"], multiple=True, metavar="LOCALE=TEXT", help="56 letters."),
                Option(
                    ["--header-image"],
                    multiple=True,
                    metavar="LOCALE=FILE",
                    help="A PNG or JPEG of 1800 x 1200.",
                ),
                Option(["--url"], multiple=True, help="An address that App Review opens."),
                Option(["--app-clip"], metavar="BUNDLE_ID", help="Where an app has several."),
            ],
            help="Give a version an App Clip card.\n\n"
            "One without a card gets that of the version in the store first. It may run again.",
        ),
    ],
)
