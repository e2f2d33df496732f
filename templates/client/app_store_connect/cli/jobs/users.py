"""`asc users`: who is in the team, and who is invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..namespaces import NamespaceGroup
from ..output import Output
from ..safety import working
from ..values import Several, flattened
from .apps import app_id

if TYPE_CHECKING:
    from ...client import Client
    from ..session import Session

__all__ = ["users"]


@click.pass_context
def _list(ctx: click.Context, /, *, invited: bool) -> None:
    session = session_of(ctx)
    team = session.client.workflows.team
    Output(session).values(team.pending() if invited else [*team.members(), *team.pending()])


@click.pass_context
def _invite(
    ctx: click.Context,
    /,
    *,
    email: str,
    role: tuple[Any, ...],
    first_name: str,
    last_name: str,
    app: tuple[Any, ...],
    provisioning: bool,
) -> None:
    session = session_of(ctx)
    with working(session, f"invite {email}") as client:
        done = client.workflows.team.invite(
            email,
            _roles(role),
            first_name=first_name,
            last_name=last_name,
            apps=_apps(client, session, app),
            provisioning_allowed=provisioning,
        )
        Output(session).value(done)


@click.pass_context
def _set(
    ctx: click.Context,
    /,
    *,
    user: str,
    role: tuple[Any, ...],
    app: tuple[Any, ...],
    all_apps: bool,
) -> None:
    session = session_of(ctx)
    if not (role or app or all_apps) or (app and all_apps):
        raise click.UsageError("give --role, and --app or --all-apps")
    with working(session, f"change {user}") as client:
        team = client.workflows.team
        done = team.set_roles(user, _roles(role)) if role else None
        if app or all_apps:
            done = team.set_visible_apps(user, _apps(client, session, app))
        Output(session).value(done)


@click.pass_context
def _remove(ctx: click.Context, /, *, user: str) -> None:
    session = session_of(ctx)
    with working(session, f"remove {user} from the team", destroys=True) as client:
        Output(session).value({"removed": client.workflows.team.remove(user)})


def _roles(given: tuple[Any, ...]) -> Any:
    return [role.upper() for role in flattened(given)]


def _apps(client: Client, session: Session, given: tuple[Any, ...]) -> list[str] | None:
    return [app_id(client, session, app) for app in flattened(given)] or None


def _role_option(*, required: bool) -> Option:
    return Option(
        ["--role"],
        required=required,
        multiple=True,
        type=Several(click.STRING),
        metavar="ROLE,...",
        help="Such as DEVELOPER, APP_MANAGER, MARKETING.",
    )


def _apps_option() -> Option:
    return Option(
        ["--app"],
        multiple=True,
        type=Several(click.STRING),
        metavar="BUNDLE_ID,...",
        help="The apps to be seen; all unless given.",
    )


users = NamespaceGroup(
    "users",
    help="Who is in the team, and who is invited.",
    commands=[
        Command(
            "members",
            _list,
            params=[Option(["--invited"], is_flag=True, help="Only who is invited.")],
            help="List everybody, with roles and apps.",
        ),
        Command(
            "invite",
            _invite,
            writes=True,
            params=[
                click.Argument(["email"]),
                _role_option(required=True),
                Option(["--first-name"], required=True),
                Option(["--last-name"], required=True),
                _apps_option(),
                Option(["--provisioning"], is_flag=True, help="May sign."),
            ],
            help="Invite somebody to the team.",
        ),
        Command(
            "set",
            _set,
            writes=True,
            params=[
                click.Argument(["user"], metavar="EMAIL"),
                _role_option(required=False),
                _apps_option(),
                Option(["--all-apps"], is_flag=True, help="Let them see all apps."),
            ],
            help="Change what a member may do and see.",
        ),
        Command(
            "dismiss",
            _remove,
            writes=True,
            params=[click.Argument(["user"], metavar="EMAIL")],
            help="Take somebody out of the team, or take back their invitation.",
        ),
    ],
)
