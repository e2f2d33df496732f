"""`asc screenshots`: screenshots and previews of a version, from a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from ..texts import remark
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from ...workflows.version_states import Platform

__all__ = ["screenshots"]


@click.pass_context
def _sync(
    ctx: click.Context,
    /,
    *,
    folder: str,
    app: str | None,
    platform: Platform,
    version: str | None,
    mode: Literal["sync", "replace", "append"],
) -> None:
    session = session_of(ctx)
    doing = f"make the screenshots those of {folder}, and delete others"
    with working(session, doing, destroys=mode != "append") as client:
        there = client.workflows.versions.all(app_id(client, session, app), platform)
        chosen = there.get(version) if version else there.editable
        if chosen is None:
            raise click.ClickException("there is no version that can be edited")
        done = client.workflows.media.sync(chosen, folder, mode=mode, progress=remark)
        Output(session).values(done.changes)


screenshots = click.Group(
    "screenshots",
    help="Screenshots and previews of a version.",
    commands=[
        Command(
            "sync",
            _sync,
            writes=True,
            params=[
                click.Argument(["folder"], type=click.Path(exists=True, file_okay=False)),
                app_option(),
                platform_option(),
                Option(["--version"], help="The one that is being prepared unless given."),
                Option(
                    ["--mode"],
                    type=click.Choice(["sync", "replace", "append"]),
                    default="sync",
                    show_default=True,
                    help="`replace` keeps the displays that the folder lacks; `append` keeps all.",
                ),
            ],
            help="Make a version's screenshots and previews those of a folder.\n\n"
            "The folder has one for each locale, as fastlane makes it. It may run again: what is"
            " there is not sent twice.",
        ),
    ],
)
