"""The one file that something has: sent where there is another, and only then."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ..._runtime.concurrency import in_thread_async
from ...uploads.state import delivery_of

if TYPE_CHECKING:
    from pathlib import Path

    from ...client import AsyncClient

__all__ = ["only_file_async"]


async def only_file_async(
    client: AsyncClient, namespace: Any, current: Any, file: Path, **owner: Any
) -> bool:
    """Put a file in the place of the `current` one, and return whether that was another.

    A file that was sent by halves is finished; the checksum tells what is there.
    """
    content = await in_thread_async(file.read_bytes)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    resume = None
    if current is not None:
        delivery = delivery_of(current)
        known = (current.source_file_checksum or "").lower()
        if known == digest and not (delivery.is_failed or delivery.is_awaited):
            return False
        if delivery.is_awaited and current.file_size == len(content):
            resume = current
        else:
            await namespace.delete(current)
    await client.uploads.upload(namespace, file, resume=resume, **owner)
    return True
