"""What App Review is told about a version, and the files that go with it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._runtime.concurrency import in_thread_async
from .common.absence import if_any_async
from .common.partial import partial
from .localized_texts import changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import AppStoreReviewAttachment, AppStoreReviewDetail, AppStoreVersion

__all__ = ["CONTACT", "AsyncReviewDetail", "is_telephone_number"]

CONTACT = ("contact_first_name", "contact_last_name", "contact_phone", "contact_email")
_MOST_NOTES = 4000
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]*")
_DIGITS = range(7, 16)


def is_telephone_number(text: str) -> bool:
    """Whether Apple takes it for one: digits, with or without a plus and the country's code."""
    return bool(_PHONE.fullmatch(text)) and sum(map(str.isdigit, text)) in _DIGITS


class AsyncReviewDetail:
    """The review detail of a version, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def set(
        self,
        version: Id[AppStoreVersion],
        given: dict[str, Any],
        attachments: Iterable[str | os.PathLike[str]] | None,
    ) -> AppStoreReviewDetail:
        """Write what differs, and send the files that are not there."""
        if given.get("demo_account_name") and given.get("demo_account_password"):
            given.setdefault("demo_account_required", True)
        files = None if attachments is None else [Path(os.fspath(x)) for x in attachments]
        for file in files or ():
            if not file.is_file():
                raise ValueError(f"attachments: there is no file {str(file)!r}")
        current = await self.read(version)
        _check({name: getattr(current, name, None) for name in CONTACT} | given)
        if current is None:
            detail = await self._client.app_store_review_details.create(
                app_store_version=version, **given
            )
        elif different := changes(current, given):
            detail = await self._client.app_store_review_details.update(current, **different)
        else:
            detail = current
        if files is not None:
            there = [] if current is None else list(current.app_store_review_attachments)
            await self._attach(detail, files, there)
        return detail

    async def read(self, version: Id[AppStoreVersion]) -> AppStoreReviewDetail | None:
        """Read it with its attachments; None where it was never written."""
        return await if_any_async(
            self._client.app_store_versions.get_app_store_review_detail,
            version,
            include=["appStoreReviewAttachments"],
        )

    async def unsent(
        self, detail: AppStoreReviewDetail | None, files: Iterable[Path]
    ) -> list[Path]:
        """Return the files that are not attached yet, as they are."""
        attached = () if detail is None else detail.app_store_review_attachments
        there = {_key(x) for x in attached if _is_sent(x)}
        found = [(x, (x.name, await in_thread_async(_md5, x))) for x in files]
        return [x for x, key in found if key not in there]

    async def _attach(
        self,
        detail: AppStoreReviewDetail,
        files: list[Path],
        there: list[AppStoreReviewAttachment],
    ) -> None:
        """Make these the files of a review detail, each once."""
        wanted: dict[tuple[str, str], Path] = {}
        for file in files:
            wanted[file.name, await in_thread_async(_md5, file)] = file
        surplus: list[AppStoreReviewAttachment] = []
        for attachment in there:
            key = _key(attachment)
            if key in wanted and _is_sent(attachment):
                del wanted[key]
            else:
                surplus.append(attachment)
        namespace = self._client.app_store_review_attachments
        parts = [f"- {x.file_name}" for x in surplus] + [f"+ {x.name}" for x in wanted.values()]
        with partial(["review detail", *parts]) as done:
            done.append("review detail")
            for attachment in surplus:
                await namespace.delete(attachment)
                done.append(f"- {attachment.file_name}")
            for file in wanted.values():
                await self._client.uploads.upload(namespace, file, app_store_review_detail=detail)
                done.append(f"+ {file.name}")


def _check(resulting: Mapping[str, Any]) -> None:
    """Refuse what Apple would refuse, all of it at once."""
    missing = [name for name in CONTACT if not (resulting.get(name) or "").strip()]
    problems: list[str] = []
    if missing:
        problems.append(f"the contact is not whole without {', '.join(missing)}")
    phone = resulting.get("contact_phone")
    if phone and not is_telephone_number(phone):
        problems.append(
            f"contact_phone {phone!r} is not a telephone number such as '+44 20 7946 0000'"
        )
    email = resulting.get("contact_email")
    if email and "@" not in email:
        problems.append(f"contact_email {email!r} is not an e-mail address")
    if len(resulting.get("notes") or "") > _MOST_NOTES:
        problems.append(f"notes have more than {_MOST_NOTES} characters")
    if problems:
        raise ValueError(f"nothing was sent: {'; '.join(problems)}")


def _key(attachment: AppStoreReviewAttachment) -> tuple[str, str]:
    return str(attachment.file_name), str(attachment.source_file_checksum)


def _is_sent(attachment: AppStoreReviewAttachment) -> bool:
    delivery: Any = attachment.asset_delivery_state
    return str(getattr(delivery, "state", "")) in {"UPLOAD_COMPLETE", "COMPLETE"}


def _md5(file: Path) -> str:
    if file.exists() and not file.is_file():
        raise ValueError(f"{file} is not a file that can be attached")
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
