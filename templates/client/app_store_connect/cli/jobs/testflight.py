"""`asc distribute` and `asc testers`: builds, and who tests them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from ..values import Several, flattened
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from ...client import Client
    from ...models import BetaGroup

__all__ = ["distribute", "testers"]


@click.pass_context
def _distribute(
    ctx: click.Context,
    /,
    *,
    app: str | None,
    group: tuple[Any, ...],
    build: str | None,
    version: str | None,
    platform: str | None,
    whats_new: str | None,
    locale: str,
    review: bool,
    uses_non_exempt_encryption: bool | None,
    notify: bool | None,
) -> None:
    session = session_of(ctx)
    with working(session, "distribute") as client:
        testflight = client.workflows.testflight
        found = app_id(client, session, app)
        if build is None:
            chosen = testflight.latest_build(
                found,
                version=version,
                platform=platform,
                processing_state=["PROCESSING", "VALID"],
            )
            if chosen is None:
                raise click.ClickException("there is no build that could be tested")
            chosen = testflight.wait_for_build(chosen)
        elif version is None:
            raise click.UsageError("--build takes --version too: numbers are those of a version")
        else:
            chosen = testflight.find_build(found, build, version=version, platform=platform)
        done = testflight.distribute(
            chosen,
            flattened(group),
            whats_new={locale: whats_new} if whats_new else None,
            review=review,
            uses_non_exempt_encryption=uses_non_exempt_encryption,
            notify=notify,
        )
        Output(session).value({"build": chosen.id, "version": chosen.version, **_plain(done)})


@click.pass_context
def _add(
    ctx: click.Context, /, *, app: str | None, group: str, emails: tuple[str, ...], file: str | None
) -> None:
    session = session_of(ctx)
    with working(session, "testers add") as client:
        wanted = _group(client, app_id(client, session, app), group)
        testers = _testers(emails, file)
        Output(session).value(client.workflows.testflight.add_testers(wanted, testers))


@click.pass_context
def _remove(
    ctx: click.Context, /, *, app: str | None, group: str, emails: tuple[str, ...], file: str | None
) -> None:
    session = session_of(ctx)
    testers = _testers(emails, file)
    with working(session, f"remove testers from {group}", destroys=True) as client:
        wanted = _group(client, app_id(client, session, app), group)
        removed = client.workflows.testflight.remove_testers(wanted, testers)
        Output(session).value({"removed": list(removed)})


@click.pass_context
def _list(ctx: click.Context, /, *, app: str | None, internal: bool) -> None:
    session = session_of(ctx)
    testflight = session.client.workflows.testflight
    found = app_id(session.client, session, app)
    listed = testflight.internal_testers(found) if internal else testflight.external_testers(found)
    Output(session).values(listed)


def _group(client: Client, app: str, name: str) -> BetaGroup:
    return client.beta_groups.list(app=app, limit=200).find(name=name)


def _testers(emails: tuple[str, ...], file: str | None) -> Any:
    if bool(emails) == bool(file):
        raise click.UsageError("give addresses, or --from a CSV file of them")
    return Path(file) if file else list(emails)


def _plain(value: Any) -> dict[str, Any]:
    from ..records import record_of

    found: dict[str, Any] = record_of(value)
    return found


def _who() -> list[click.Parameter]:
    return [
        click.Argument(["emails"], nargs=-1, metavar="[EMAIL]..."),
        app_option(),
        Option(["--group"], required=True, metavar="NAME", help="The group."),
        Option(
            ["--from", "file"],
            type=click.Path(exists=True, dir_okay=False),
            metavar="FILE",
            help="CSV with address, first and last name.",
        ),
    ]


distribute = Command(
    "distribute",
    _distribute,
    writes=True,
    params=[
        app_option(),
        Option(
            ["--group"],
            required=True,
            multiple=True,
            type=Several(click.STRING),
            metavar="NAME,...",
            help="Who gets it.",
        ),
        Option(["--build"], metavar="NUMBER", help="The newest unless given."),
        Option(["--version"], help="Of this version."),
        platform_option(None),
        Option(["--whats-new"], metavar="TEXT", help="What testers read."),
        Option(["--locale"], default="en-US", show_default=True, help="In which language."),
        Option(["--review/--no-review"], default=True, help="Submit it for beta review if due."),
        Option(
            ["--uses-non-exempt-encryption/--no-uses-non-exempt-encryption"],
            default=None,
            help="The export compliance, where the build does not tell it.",
        ),
        Option(["--notify/--no-notify"], default=None, help="Tell testers."),
    ],
    help="Give a build to groups of testers, with all that this takes.\n\n"
    "Only what is missing is written, so it may run again.",
)
testers = click.Group(
    "testers",
    help="Testers of groups, by address.",
    commands=[
        Command("add", _add, writes=True, params=_who(), help="Add testers to a group."),
        Command("remove", _remove, writes=True, params=_who(), help="Remove testers from a group."),
        Command(
            "list",
            _list,
            params=[
                app_option(),
                Option(["--internal"], is_flag=True, help="Users of the team instead."),
            ],
            help="List an app's testers.",
        ),
    ],
)
