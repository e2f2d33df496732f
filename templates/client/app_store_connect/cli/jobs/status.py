"""`asc status`: how all apps are doing, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..texts import remark

if TYPE_CHECKING:
    from ...models import AppStoreVersion
    from ...workflows.overview import AppRow

__all__ = ["status"]


@click.pass_context
def _status(ctx: click.Context, /, *, days: int) -> None:
    session = session_of(ctx)
    found = session.client.workflows.overview.read(expiring_within=days)
    Output(session).records(map(_row, found.apps))
    for certificate in found.certificates:
        _say(f"certificate {certificate.name!r} expires {certificate.expiration_date}")
    for profile in found.profiles:
        _say(f"profile {profile.name!r} expires {profile.expiration_date}")
    for note in found.notes:
        _say(note)


def _row(row: AppRow) -> dict[str, Any]:
    build = row.build
    return {
        "app": row.app.name,
        "platform": row.platform,
        "live": _version(row.versions.live),
        "editable": _version(row.versions.editable),
        "inReview": _version(row.versions.in_review),
        "build": None if build is None else f"{build.version} {build.processing_state}",
        "unansweredReviews": row.unanswered_reviews,
        "bundleId": row.app.bundle_id,
    }


def _say(text: str) -> None:
    remark(text)


def _version(version: AppStoreVersion | None) -> str | None:
    return None if version is None else f"{version.version_string} {version.app_version_state}"


status = Command(
    "status",
    _status,
    params=[
        Option(
            ["--days"],
            type=click.IntRange(0),
            default=30,
            show_default=True,
            help="Tell of certificates and profiles that expire within so many.",
        )
    ],
    help="Show how all apps are doing: versions, builds, reviews, and what expires soon.",
)
