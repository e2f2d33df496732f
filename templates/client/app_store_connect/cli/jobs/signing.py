"""`asc sign`: what an app is signed with, in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working

if TYPE_CHECKING:
    from ...workflows.signing import SigningSetup
    from ...workflows.signing_profiles import SigningKind

__all__ = ["sign"]

_KINDS = ("app-store", "ad-hoc", "development", "developer-id")


@click.pass_context
def _setup(
    ctx: click.Context,
    /,
    *,
    bundle_id: str,
    kind: SigningKind,
    out: str,
    platform: str | None,
    password: str | None,
) -> None:
    session = session_of(ctx)
    with working(session, f"sign setup {bundle_id}") as client:
        done = client.workflows.signing.setup(
            bundle_id, kind, out=out, platform=platform, password=password
        )
        Output(session).value(_files(done))


@click.pass_context
def _rotate(
    ctx: click.Context,
    /,
    *,
    bundle_id: str,
    kind: SigningKind,
    out: str,
    platform: str | None,
    password: str | None,
    days: float,
    revoke: bool,
) -> None:
    session = session_of(ctx)
    doing = f"replace the certificate of {bundle_id}" + (" and revoke it" if revoke else "")
    with working(session, doing, destroys=revoke) as client:
        done = client.workflows.signing.rotate(
            bundle_id,
            kind,
            out=out,
            platform=platform,
            password=password,
            days=days,
            revoke=revoke,
        )
        Output(session).value(_files(done))


@click.pass_context
def _devices(ctx: click.Context, /, *, file: str) -> None:
    session = session_of(ctx)
    with working(session, f"sign devices {file}") as client:
        Output(session).value(client.workflows.signing.register_devices(Path(file)))


def _files(setup: SigningSetup) -> dict[str, Any]:
    """What was made, without what opens it."""
    return {
        "certificate": setup.certificate.name,
        "expirationDate": str(setup.certificate.expiration_date),
        "key": str(setup.key),
        "certificateFile": str(setup.certificate_file),
        "p12": str(setup.p12),
        "profile": setup.profile.name,
        "profileFile": str(setup.profile_file),
    }


def _common() -> list[click.Parameter]:
    return [
        click.Argument(["bundle_id"]),
        Option(["--kind"], type=click.Choice(_KINDS), default=_KINDS[0], show_default=True),
        Option(
            ["--out"],
            required=True,
            type=click.Path(file_okay=False),
            metavar="DIR",
            help="The folder of keys and profiles; keep it, and keep it secret.",
        ),
        Option(["--platform"], help="IOS, VISION_OS, TV_OS, MAC_OS or MAC_CATALYST."),
        Option(
            ["--password"],
            envvar="ASC_P12_PASSWORD",
            help="Of the PKCS#12 file.  [env: ASC_P12_PASSWORD]",
        ),
    ]


sign = click.Group(
    "sign",
    help="What an app is signed with: key, certificate, devices, profile.",
    commands=[
        Command(
            "setup",
            _setup,
            writes=True,
            params=_common(),
            help="Have everything that an app is signed with, in a folder.\n\n"
            "Only what is missing, expired or revoked is made.  --dry-run and --plan make missing"
            " keys and no other file: run it again when the plan is carried out.",
        ),
        Command(
            "rotate",
            _rotate,
            writes=True,
            params=[
                *_common(),
                Option(
                    ["--days"],
                    type=click.FloatRange(0),
                    default=30.0,
                    show_default=True,
                    help="If the certificate expires within so many.",
                ),
                Option(["--revoke"], is_flag=True, help="End the old certificate too."),
            ],
            help="Replace a certificate that expires soon, with its profile.",
        ),
        Command(
            "devices",
            _devices,
            writes=True,
            params=[click.Argument(["file"], type=click.Path(exists=True, dir_okay=False))],
            help="Register the devices of a file, as Apple's portal takes it.",
        ),
    ],
)
