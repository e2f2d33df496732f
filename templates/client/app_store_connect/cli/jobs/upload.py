"""`asc upload`: a build, from any system."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from ...uploads.progress import Progress

__all__ = ["progress_of", "upload"]


def progress_of(what: str) -> Progress | None:
    """What tells on stderr how far an upload is, where somebody looks on."""
    if not sys.stderr.isatty():
        return None

    def tell(sent: int, total: int, /) -> None:
        share = 100 * sent // total if total else 100
        click.echo(f"\r{what}: {share} % of {total / 1e6:.1f} MB", err=True, nl=sent >= total)

    return tell


@click.pass_context
def _upload(
    ctx: click.Context,
    /,
    *,
    file: str,
    app: str | None,
    version: str | None,
    build_number: str | None,
    platform: str | None,
    wait: bool,
) -> None:
    session = session_of(ctx)
    with working(session, f"upload {file}") as client:
        named = bool(app or session.environ.get("ASC_APP"))
        found = client.workflows.testflight.upload(
            file,
            app=app_id(client, session, app) if named else None,
            version=version,
            build_number=build_number,
            platform=platform,
            wait=wait,
            progress=progress_of(file),
        )
        Output(session).value(found)


upload = Command(
    "upload",
    _upload,
    writes=True,
    params=[
        click.Argument(["file"], type=click.Path(exists=True, dir_okay=False)),
        app_option(),
        Option(["--version"], help="Where the file does not tell it."),
        Option(["--build-number"], help="Where the file does not tell it."),
        platform_option(None),
        Option(["--wait/--no-wait"], default=True, help="Wait until Apple has processed it."),
    ],
    help="Upload an .ipa or a .pkg, from any system.\n\n"
    "App, version, number and platform are read from the file. It may run again after any failure:"
    " what is there is not sent twice.",
)
