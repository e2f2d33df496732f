"""`asc metadata`: the texts of an app and its version, as files of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from ..texts import remark
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from ...workflows.version_states import Platform

__all__ = ["metadata"]


@click.pass_context
def _pull(
    ctx: click.Context,
    /,
    *,
    folder: str,
    app: str | None,
    platform: Platform,
    overwrite: bool,
) -> None:
    session = session_of(ctx)
    client = session.client
    found = app_id(client, session, app)
    files = client.workflows.versions.pull_folder(found, folder, platform, overwrite=overwrite)
    Output(session).records({"file": str(file)} for file in files)


@click.pass_context
def _apply(
    ctx: click.Context, /, *, folder: str, app: str | None, platform: Platform | None
) -> None:
    session = session_of(ctx)
    named = bool(app or session.environ.get("ASC_APP"))
    with working(session, f"metadata apply {folder}") as client:
        found = app_id(client, session, app) if named else None
        done = client.workflows.versions.apply_folder(found, folder, platform)
        for item in done.skipped:
            remark(f"skipped: {item}")
        Output(session).values(done.changes)


def _folder(*, exists: bool) -> click.Argument:
    return click.Argument(["folder"], type=click.Path(exists=exists, file_okay=False))


metadata = click.Group(
    "metadata",
    help="The texts of an app and its version, as files of a repository.\n\n"
    "The folder is one of fastlane's deliver: en-US/description.txt, keywords.txt,"
    " release_notes.txt, name.txt, ....",
    commands=[
        Command(
            "pull",
            _pull,
            params=[
                _folder(exists=False),
                app_option(),
                platform_option(),
                Option(["--overwrite"], is_flag=True, help="Replace files that say otherwise."),
            ],
            help="Write the texts to files.",
        ),
        Command(
            "apply",
            _apply,
            writes=True,
            params=[_folder(exists=True), app_option(), platform_option(None)],
            help="Make the texts those of the files; what differs is written, and nothing else.",
        ),
    ],
)
