"""Folders of metadata as fastlane's deliver keeps them, read as they are."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .._runtime.suggestions import suggestion
from .age_ratings import checked_answers
from .common.reading import reading
from .deliver_config import read_config, read_utf8
from .localized_texts import INFO_TEXTS, LOCALES, VERSION_TEXTS, checked_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "CATEGORY_FILES",
    "INFO_FILES",
    "REVIEW_FILES",
    "VERSION_FILES",
    "DeliverFolder",
    "metadata_of",
    "read_folder",
]

# File names by ours; fastlane's documentation of deliver lists them.
VERSION_FILES = {
    "description": "description",
    "keywords": "keywords",
    "marketing_url": "marketing_url",
    "promotional_text": "promotional_text",
    "support_url": "support_url",
    "whats_new": "release_notes",
}
INFO_FILES = {
    "name": "name",
    "privacy_policy_text": "apple_tv_privacy_policy",
    "privacy_policy_url": "privacy_url",
    "subtitle": "subtitle",
}
CATEGORY_FILES = {
    "primary_category": "primary_category",
    "primary_subcategory_one": "primary_first_sub_category",
    "primary_subcategory_two": "primary_second_sub_category",
    "secondary_category": "secondary_category",
    "secondary_subcategory_one": "secondary_first_sub_category",
    "secondary_subcategory_two": "secondary_second_sub_category",
}
REVIEW_FILES = {
    "contact_first_name": "first_name",
    "contact_last_name": "last_name",
    "contact_phone": "phone_number",
    "contact_email": "email_address",
    "demo_account_name": "demo_user",
    "demo_account_password": "demo_password",
    "notes": "notes",
}
PLATFORMS = {"ios": "IOS", "osx": "MAC_OS", "appletvos": "TV_OS", "xros": "VISION_OS"}
_REVIEW = "review_information"
_NO_LOCALES = {_REVIEW, "trade_representative_contact_information", "default"}
# Values of a Deliverfile that are used, and why others are not.
_READ = {
    "app_identifier",
    "app_rating_config_path",
    "app_review_attachment_file",
    "app_version",
    "auto_release_date",
    "automatic_release",
    "copyright",
    "metadata_path",
    "phased_release",
    "platform",
    *CATEGORY_FILES.values(),
}
_KINDS = {"automatic_release": bool, "auto_release_date": int, "phased_release": bool}
_KIND_NAMES = {
    bool: "true or false",
    int: "a number of milliseconds since 1970",
    str: "a text in quotes",
}
_ELSEWHERE = {
    "price_tier": "there are no tiers any more: workflows.apps.set_price",
    "reset_ratings": "ratings are reset on the website only",
    "submit_for_review": "texts are not submitted along: workflows.versions.submit",
    "reject_if_possible": "workflows.versions.cancel",
    "build_number": "workflows.versions.select_build",
    "ipa": "workflows.testflight.upload",
    "pkg": "workflows.testflight.upload",
    "screenshots_path": "workflows.media.sync",
    "api_key_path": "Client.from_file reads it",
}
_SILENT = {"apple_id", "username", "team_id", "team_name", "itc_team_id", "itc_team_name", "force"}


@dataclasses.dataclass
class DeliverFolder:
    """What a folder says, by our names; `skipped` is what it says and nothing was made of."""

    root: Path
    version_texts: dict[str, dict[str, str]] = dataclasses.field(
        default_factory=dict[str, dict[str, str]]
    )
    info_texts: dict[str, dict[str, str]] = dataclasses.field(
        default_factory=dict[str, dict[str, str]]
    )
    version: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    categories: dict[str, str] = dataclasses.field(default_factory=dict[str, str])
    review: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    age_rating: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    config: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    skipped: list[str] = dataclasses.field(default_factory=list[str])

    @property
    def platform(self) -> str:
        """The platform, as Apple calls it."""
        return PLATFORMS[self.config.get("platform") or "ios"]


def metadata_of(folder: str | os.PathLike[str]) -> Path:
    """Return the metadata folder that is meant: itself, or the one in a `fastlane` folder."""
    root = Path(folder).expanduser()
    return root / "metadata" if (root / "metadata").is_dir() else root


def read_folder(folder: str | os.PathLike[str]) -> DeliverFolder:
    """Read a `fastlane` folder, or the metadata folder in it.

    Raises:
        ValueError: there is none, or something in it that Apple would not take.
    """
    root = metadata_of(folder)
    if not root.is_dir():
        raise ValueError(f"folder: there is no folder {os.fspath(folder)!r}")
    with reading("folder"):
        return _read(root)


def _read(root: Path) -> DeliverFolder:
    found = DeliverFolder(root)
    home = root.parent if root.name == "metadata" else root
    for name in ("Appfile", "Deliverfile"):
        values, unread = read_config(home / name)
        found.config |= values
        found.skipped += (f"{x}: only plain values are read" for x in unread)
    _check_config(found.config)
    path = found.config.get("metadata_path")
    if path and not (root / "en-US").exists():
        found.root = root = _relative(home, path)
    _read_locales(found)
    _read_plain(found)
    _use_config(found, home)
    checked_texts(found.version_texts, VERSION_TEXTS, "folder")
    checked_texts(found.info_texts, INFO_TEXTS, "folder")
    checked_answers(found.age_rating)
    return found


def _check_config(config: Mapping[str, Any]) -> None:
    for name in sorted(_READ & config.keys()):
        value, kind = config[name], _KINDS.get(name, str)
        if value is not None and type(value) is not kind:
            raise ValueError(f"{name}: {value!r} has to be {_KIND_NAMES[kind]}")
    platform = config.get("platform") or "ios"
    if platform not in PLATFORMS:
        raise ValueError(f"platform: {platform!r} is not one of {', '.join(PLATFORMS)}")


def _relative(home: Path, path: str) -> Path:
    """A path of a Deliverfile goes by the folder that `fastlane` is in, or by its own."""
    places = [home.parent / path, home / path] if home.name == "fastlane" else [home / path]
    return next((x for x in places if x.exists()), places[0])


def _read_locales(found: DeliverFolder) -> None:
    folders = [x for x in sorted(found.root.iterdir()) if x.is_dir() and x.name[0] != "."]
    locales = [x.name for x in folders if x.name not in _NO_LOCALES]
    for name in locales:
        if name not in LOCALES:
            hint = suggestion(name, LOCALES)
            raise ValueError(f"folder {name!r} is not a locale of the App Store{hint}")
    default = found.root / "default"
    for locale in locales:
        for texts, files in (
            (found.version_texts, VERSION_FILES),
            (found.info_texts, INFO_FILES),
        ):
            values = _texts_in(default, files) | _texts_in(found.root / locale, files)
            if values:
                texts[locale] = values
    if default.is_dir() and not locales:
        found.skipped.append("default: it is for locales that have a folder, and none has")
    for folder in [*(found.root / x for x in locales), default]:
        found.skipped += _unknown(folder, [*VERSION_FILES.values(), *INFO_FILES.values()])
    representative = found.root / "trade_representative_contact_information"
    if representative.is_dir():
        found.skipped.append(f"{representative.name}: Apple no longer asks for it")


def _texts_in(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """The texts of files that are there and not empty, as deliver takes them: cut at both ends."""
    found: dict[str, str] = {}
    for name, file in files.items():
        path = folder / f"{file}.txt"
        if not os.path.lexists(path):
            continue
        if not path.is_file():
            raise ValueError(f"{path} leads to no file")
        if text := read_utf8(path).strip():
            found[name] = text
    return found


def _unknown(folder: Path, known: Iterable[str]) -> Iterable[str]:
    names = {f"{x}.txt" for x in known}
    for path in sorted(folder.glob("*.txt")):
        if path.name not in names:
            hint = suggestion(path.name, names)
            yield f"{folder.name}/{path.name}: deliver has no such file{hint}"


def _read_plain(found: DeliverFolder) -> None:
    found.version |= _texts_in(found.root, {"copyright": "copyright"})
    found.categories |= _texts_in(found.root, CATEGORY_FILES)
    found.review |= _texts_in(found.root / _REVIEW, REVIEW_FILES)
    found.skipped += _unknown(found.root, ["copyright", *CATEGORY_FILES.values()])
    found.skipped += _unknown(found.root / _REVIEW, REVIEW_FILES.values())


def _use_config(found: DeliverFolder, home: Path) -> None:
    """Take what the Deliverfile says; it wins over files, as it does in deliver."""
    config = found.config
    for name in config:
        if name not in _READ | _SILENT:
            reason = _ELSEWHERE.get(name, "it is not read")
            found.skipped.append(f"Deliverfile, {name}: {reason}")
    if config.get("copyright"):
        found.version["copyright"] = config["copyright"]
    found.categories |= {x: config[y] for x, y in CATEGORY_FILES.items() if config.get(y)}
    for name, category in list(found.categories.items()):
        if "." in category:
            del found.categories[name]
            found.skipped.append(f"{name}: {category!r} is an old name; use one such as 'TRAVEL'")
    if config.get("auto_release_date"):
        hour = config["auto_release_date"] // 3_600_000 * 3600
        try:
            date = datetime.fromtimestamp(hour, UTC)
        except (ValueError, OverflowError, OSError):
            raise ValueError(
                f"auto_release_date: {config['auto_release_date']} is no time in milliseconds"
            ) from None
        found.version |= {"release_type": "SCHEDULED", "earliest_release_date": date}
    elif config.get("automatic_release") is not None:
        kind = "AFTER_APPROVAL" if config["automatic_release"] else "MANUAL"
        found.version["release_type"] = kind
    if config.get("app_review_attachment_file"):
        found.review["attachments"] = [_relative(home, config["app_review_attachment_file"])]
    if config.get("app_rating_config_path"):
        _read_rating(found, _relative(home, config["app_rating_config_path"]))


def _read_rating(found: DeliverFolder, path: Path) -> None:
    try:
        content: Any = json.loads(read_utf8(path))
    except (OSError, ValueError) as error:
        raise ValueError(f"app_rating_config_path: {path} cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"app_rating_config_path: {path} holds no object")  # noqa: TRY004
    for name, value in cast("dict[str, Any]", content).items():
        snake = "".join(f"_{x.lower()}" if x.isupper() else x for x in name)
        try:
            found.age_rating |= checked_answers({snake: value})
        except ValueError as error:
            found.skipped.append(f"{path.name}, {name}: {str(error).partition('; ')[2]}")
