"""`asc auth`: profiles, and what a key may do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..profiles import Profile, Profiles
from ..texts import remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...client import Client

__all__ = ["auth"]

# Reads that change nothing and need little, each of which takes a role of its own; whose vendor
# there is none is refused for another reason than the role.
_NOBODY = {"filter[vendorNumber]": "0"}
_PROBES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("apps", "/v1/apps", {"limit": "1"}),
    ("testflight", "/v1/betaGroups", {"limit": "1"}),
    ("signing", "/v1/bundleIds", {"limit": "1"}),
    ("devices", "/v1/devices", {"limit": "1"}),
    ("xcode-cloud", "/v1/ciProducts", {"limit": "1"}),
    ("users", "/v1/users", {"limit": "1"}),
    ("invitations", "/v1/userInvitations", {"limit": "1"}),
    (
        "sales",
        "/v1/salesReports",
        {
            **_NOBODY,
            "filter[frequency]": "DAILY",
            "filter[reportType]": "SALES",
            "filter[reportSubType]": "SUMMARY",
        },
    ),
    (
        "finance",
        "/v1/financeReports",
        {
            **_NOBODY,
            "filter[regionCode]": "ZZ",
            "filter[reportDate]": "2024-01",
            "filter[reportType]": "FINANCIAL",
        },
    ),
)


@click.pass_context
def _add(ctx: click.Context, /, name: str, key_file: str, **more: Any) -> None:
    profiles = Profiles(session_of(ctx).environ)
    if not name.strip() or not name.isprintable():
        raise click.UsageError("a profile has a name that can be typed")
    path = Path(key_file).absolute()
    base_url = session_of(ctx).chosen("base_url")
    profile = Profile(key_file=str(path), base_url=base_url, **more)
    key = profile.key()
    profiles.write({**profiles.all(), name: profile})
    remark(f"{name}: key {key.key_id} ({key.kind}) of {path}")
    if key.kind == "individual" and not more["issuer_id"]:
        remark("a team's key needs --issuer-id")


@click.pass_context
def _list(ctx: click.Context, /) -> None:
    session = session_of(ctx)
    found = [
        {
            "name": name,
            "keyFile": profile.key_file,
            "keyId": profile.key_id,
            "issuerId": profile.issuer_id,
            "baseUrl": profile.base_url,
        }
        for name, profile in Profiles(session.environ).all().items()
    ]
    Output(session).records(found)


@click.pass_context
def _remove(ctx: click.Context, /, name: str) -> None:
    profiles = Profiles(session_of(ctx).environ)
    profiles.chosen(name)
    profiles.write({key: item for key, item in profiles.all().items() if key != name})
    remark(f"{name} is gone; its key file stays where it is")


@click.pass_context
def _check(ctx: click.Context, /) -> None:
    session = session_of(ctx)
    key = session.key
    remark(f"key {key.key_id} ({key.kind})")
    Output(session).records(list(_probed(session.client)))


def _probed(client: Client) -> Iterator[dict[str, object]]:
    """What a key may do, an area at a time; raises AuthenticationError for one that is refused."""
    from ..._api import facts
    from ...errors import ApiError, AuthenticationError, PermissionDeniedError

    there = set(facts().operations)
    for area, path, query in _PROBES:
        if ("GET", path) not in there:
            continue
        found: dict[str, object] = {"area": area, "allowed": True, "why": None}
        try:
            accept = "application/a-gzip" if "vendorNumber" in str(query) else "application/json"
            client.request("GET", path, query=query, accept=accept)
        except AuthenticationError:
            raise
        except PermissionDeniedError as error:
            found |= {"allowed": False, "why": error.errors[0].detail if error.errors else None}
        except ApiError as error:
            # It was let in, and what it asked for is not there.
            is_theirs = error.status >= 500  # noqa: PLR2004
            found |= {"why": f"status {error.status}" if is_theirs else None}
        yield found


auth = click.Group(
    "auth",
    help="Keep profiles, and see what a key may do.\n\n"
    "A profile is a name for a key: it says where the file of the key is, and holds none."
    " Without one, the key is that of the environment: ASC_KEY_ID, ASC_ISSUER_ID and"
    " ASC_PRIVATE_KEY or ASC_PRIVATE_KEY_PATH, or those of fastlane.",
    commands=[
        Command(
            "add",
            _add,
            shows=False,
            params=[
                click.Argument(["name"]),
                Option(
                    ["--key-file"],
                    required=True,
                    type=click.Path(exists=True, dir_okay=False),
                    metavar="FILE",
                    help="AuthKey_<ID>.p8, or a JSON key of fastlane's.",
                ),
                Option(["--key-id"], help="Where the name of the file does not tell it."),
                Option(["--issuer-id"], help="Whose key it is; a team's key needs it."),
                Option(["--enterprise"], is_flag=True, help="Of the Enterprise Program."),
            ],
            help="Make a profile, or replace it, once its key has been read.",
        ),
        Command("list", _list, connects=False, help="List the profiles."),
        Command(
            "remove",
            _remove,
            shows=False,
            connects=False,
            params=[click.Argument(["name"])],
            help="Forget a profile; the key stays where it is.",
        ),
        Command("check", _check, help="Try what a key may do, with reads that change nothing."),
    ],
)
