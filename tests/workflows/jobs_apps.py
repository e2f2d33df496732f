"""Jobs of the matrix on apps and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matrix import Job

__all__ = ["JOBS"]

JOBS: list[Job] = []
