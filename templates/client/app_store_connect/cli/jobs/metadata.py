"""`asc metadata`: the texts of an app and its version, as files of a repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...client import Client
    from ...models import AppStoreVersion
    from ...workflows.version_states import Platform


__all__ = ["metadata"]

# The files of a locale's folder by what they hold, as fastlane's deliver has them:
# https://docs.fastlane.tools/actions/deliver/
_OF_VERSION = {
    "description": "description",
    "keywords": "keywords",
    "marketing_url": "marketing_url",
    "promotional_text": "promotional_text",
    "release_notes": "whats_new",
    "support_url": "support_url",
}
_OF_APP = {
    "apple_tv_privacy_policy": "privacy_policy_text",
    "name": "name",
    "privacy_url": "privacy_policy_url",
    "subtitle": "subtitle",
}
_LARGEST = 1 << 20


@click.pass_context
def _pull(
    ctx: click.Context, /, *, folder: str, app: str | None, platform: Platform, version: str | None
) -> None:
    session = session_of(ctx)
    client = session.client
    found = app_id(client, session, app)
    chosen = _version(client, found, platform, version, editable=False)
    of_version = client.app_store_versions.list_app_store_version_localizations(chosen)
    info = client.workflows.apps.info(found)
    of_app = client.app_infos.list_app_info_localizations(info)
    written: list[dict[str, str]] = []
    for names, localizations in ((_OF_VERSION, of_version), (_OF_APP, of_app)):
        for item in localizations:
            for file, name in names.items():
                text = getattr(item, name)
                if text:
                    written.append(_write(Path(folder), str(item.locale), file, text))
    Output(session).records(written)


@click.pass_context
def _apply(
    ctx: click.Context, /, *, folder: str, app: str | None, platform: Platform, version: str | None
) -> None:
    session = session_of(ctx)
    of_version, of_app = _texts(Path(folder), _OF_VERSION), _texts(Path(folder), _OF_APP)
    if not of_version and not of_app:
        raise click.UsageError(f"{folder} has no <locale>/<name>.txt, such as en-US/keywords.txt")
    with working(session, f"metadata apply {folder}") as client:
        found = app_id(client, session, app)
        done: list[Any] = []
        if of_version:
            chosen = _version(client, found, platform, version, editable=True)
            done += client.workflows.versions.set_texts(chosen, of_version)
        if of_app:
            done += client.workflows.apps.set_texts(found, of_app)
        Output(session).values(done)


def _version(
    client: Client, app: str, platform: Platform, version: str | None, *, editable: bool
) -> AppStoreVersion:
    there = client.workflows.versions.all(app, platform)
    if version is not None:
        return there.get(version)
    found = there.editable if editable else there.editable or there.live
    if found is None:
        raise click.ClickException("there is no version that can be edited: `asc submit` makes one")
    return found


def _texts(folder: Path, names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The texts of a folder by locale; a last line break is none of a text's."""
    found: dict[str, dict[str, str]] = {}
    for file in _files(folder):
        if (name := names.get(file.stem)) is not None:
            text = file.read_text(encoding="utf-8-sig").removesuffix("\n").removesuffix("\r")
            found.setdefault(file.parent.name, {})[name] = text
    return found


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.glob("*/*.txt")):
        # fastlane keeps other things in folders that are no locale.
        if file.parent.name not in {
            "default",
            "review_information",
            "trade_representative_contact_information",
        }:
            if file.stat().st_size > _LARGEST:
                raise click.UsageError(f"{file} is larger than any text of the store")
            yield file


def _write(folder: Path, locale: str, name: str, text: str) -> dict[str, str]:
    if not locale.replace("-", "").isalnum():
        raise click.ClickException(f"{locale!r} is no name of a folder")
    place = folder / locale
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{name}.txt"
    file.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return {"locale": locale, "name": name, "file": str(file)}


def _params(*, exists: bool) -> list[click.Parameter]:
    return [
        click.Argument(["folder"], type=click.Path(exists=exists, file_okay=False)),
        app_option(),
        platform_option(),
        Option(["--version"], help="The one that is being prepared unless given."),
    ]


metadata = click.Group(
    "metadata",
    help="The texts of an app and its version, as files of a repository.\n\n"
    "The folder has one for each locale with a file for each text, as fastlane has it:"
    " en-US/description.txt, keywords.txt, release_notes.txt, name.txt, ….",
    commands=[
        Command("pull", _pull, params=_params(exists=False), help="Write the texts to files."),
        Command(
            "apply",
            _apply,
            writes=True,
            params=_params(exists=True),
            help="Make the texts those of the files; what differs is written, and nothing else.",
        ),
    ],
)
