"""Files that a job is given: what cannot be read is a wrong argument."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["reading"]


@contextmanager
def reading(keyword: str) -> Generator[None]:
    """Have what keeps a file from being read be a ValueError that names the keyword."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ValueError(f"{keyword}: {error.filename} cannot be read: {reason}") from error
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{keyword}: the file is not UTF-8 (byte {error.start}): save it as that"
        ) from None
    except csv.Error as error:
        raise ValueError(f"{keyword}: the file is not CSV: {error}") from None
