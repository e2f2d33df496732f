"""`asc submit`, `asc release` and `asc watch`: versions on their way to the store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from ..texts import remark
from ..values import Several, flattened
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from ...client import Client
    from ...models import AppStoreVersion
    from ...workflows.phased_release import Step
    from ...workflows.version_states import Platform


__all__ = ["release", "submit", "watch"]

_STEPS = ("start", "pause", "resume", "complete", "remove")
# Where nothing more happens by itself.
_GOOD = frozenset({"PENDING_DEVELOPER_RELEASE", "READY_FOR_DISTRIBUTION"})
_RESTING = _GOOD | {
    "DEVELOPER_REJECTED",
    "INVALID_BINARY",
    "METADATA_REJECTED",
    "PREPARE_FOR_SUBMISSION",
    "REJECTED",
}


@click.pass_context
def _submit(ctx: click.Context, /, *, app: str | None, check: bool, **given: Any) -> int:
    session = session_of(ctx)
    platform, version = given["platform"], given["version"]
    with working(session, "submit", writes=not check) as client:
        found = app_id(client, session, app)
        if check:
            report = client.workflows.versions.preflight(found, platform, version=version)
            Output(session).values(report.findings)
            return 1 if report.blockers else 0
        if given["cancel"]:
            done: Any = client.workflows.versions.cancel(found, platform, progress=_say)
        else:
            done = _submitted(client, found, **given)
        Output(session).value(done)
    return 0


def _submitted(
    client: Client,
    app: str,
    *,
    platform: Platform,
    version: str | None,
    build: str | None,
    purchase: tuple[Any, ...],
    preflight: bool,
    **_: Any,
) -> Any:
    """Make the version what it has to be, and submit it."""
    versions = client.workflows.versions
    if build is not None:
        chosen = versions.all(app, platform).editable
        if version is not None:
            chosen = versions.ensure(app, version, platform)
        if chosen is None:
            raise click.ClickException("there is no version to be submitted: give --version")
        versions.select_build(chosen, None if build == "latest" else build)
    return versions.submit(
        app,
        version=version,
        platform=platform,
        purchases=flattened(purchase),
        preflight=preflight,
        progress=_say,
    )


@click.pass_context
def _release(
    ctx: click.Context, /, *, app: str | None, platform: Platform, phased: Step | None
) -> None:
    session = session_of(ctx)
    with working(session, "release to the App Store", destroys=phased is None) as client:
        versions = client.workflows.versions
        there = versions.all(app_id(client, session, app), platform)
        waiting = there.pending_release or there.editable
        version = waiting if phased in {None, "start", "remove"} else there.live
        if version is None:
            raise click.ClickException("there is no version that waits for this")
        done: Any = (
            versions.release(version)
            if phased is None
            else versions.phased_release(version, phased)
        )
        Output(session).value(done)


@click.pass_context
def _watch(
    ctx: click.Context, /, *, app: str | None, platform: Platform, timeout: float, every: float
) -> int:
    session = session_of(ctx)
    client = session.client
    found = app_id(client, session, app)
    end, seen = client.session.now() + timeout, ""
    while True:
        there = client.workflows.versions.all(found, platform)
        version = there.in_flight or there.latest
        if version is None:
            raise click.ClickException("the app has no version on this platform")
        state = _state(version)
        if state != seen:
            _say(state)
            seen = state
        if state in _RESTING:
            Output(session).value(version)
            return 0 if state in _GOOD else 1
        if client.session.now() + every > end:
            raise TimeoutError(f"version {version.version_string} is still {state}")
        client.session.sleep(every)


def _state(version: AppStoreVersion) -> str:
    return str(version.app_version_state or "")


def _say(text: str) -> None:
    if sys.stderr.isatty():
        remark(text)


submit = Command(
    "submit",
    _submit,
    writes=True,
    params=[
        app_option(),
        Option(["--version"], help="The one that is being prepared unless given."),
        platform_option(),
        Option(
            ["--build"],
            metavar="NUMBER|latest",
            help="Give the version this build first; makes the version where --version names one.",
        ),
        Option(
            ["--purchase"],
            multiple=True,
            type=Several(click.STRING),
            metavar="PRODUCT_ID,...",
            help="In-app purchases and subscriptions to go with it.",
        ),
        Option(
            ["--preflight/--no-preflight"], default=True, help="Look for what is missing first."
        ),
        Option(["--check"], is_flag=True, help="Only list what is missing; 1 if anything is."),
        Option(["--cancel"], is_flag=True, help="Withdraw what was submitted instead."),
    ],
    help="Submit a version for review.\n\nIt may run again: what is done is not done twice.",
)
release = Command(
    "release",
    _release,
    writes=True,
    params=[
        app_option(),
        platform_option(),
        Option(
            ["--phased"],
            type=click.Choice(_STEPS),
            help="A step of a phased release instead; `start` comes before the release.",
        ),
    ],
    help="Release an approved version, to all or day by day to more.",
)
watch = Command(
    "watch",
    _watch,
    params=[
        app_option(),
        platform_option(),
        Option(
            ["--timeout"],
            type=click.FloatRange(0),
            default=86_400.0,
            metavar="SECONDS",
            help="Give up after so long, with exit code 10; a day unless given.",
        ),
        Option(
            ["--every"],
            type=click.FloatRange(1),
            default=60.0,
            metavar="SECONDS",
            help="How often to look; once a minute unless given.",
        ),
    ],
    help="Wait until a version that was submitted is approved or released; 1 if it is rejected.",
)
