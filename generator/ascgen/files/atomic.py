"""Files replaced as a whole, by way of a draft beside them."""

from __future__ import annotations

import glob
import os
import secrets
from typing import TYPE_CHECKING

from ascgen.files.locks import exclusive, undisturbed

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file's content as a whole: a reader, or a crash, sees the old or the new one."""
    with exclusive(path.parent), undisturbed():
        discard_drafts(path.parent, path.name)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            with draft.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def discard_drafts(folder: Path, name: str = "*") -> None:
    """Take away what writers of a file, or of any in the folder, left when they were killed."""
    pattern = name if name == "*" else glob.escape(name)
    if drafts := list(folder.glob(f".{pattern}.{'[0-9a-f]' * 8}.tmp")):
        with exclusive(folder):  # so that none of them is being written
            for draft in drafts:
                draft.unlink(missing_ok=True)
