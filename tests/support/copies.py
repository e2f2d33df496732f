"""What pickle and copy make of a value."""

from __future__ import annotations

import copy
import pickle
from typing import TypeVar

T = TypeVar("T")


def copies(value: T) -> tuple[T, ...]:
    pickled = pickle.dumps(value)
    return (
        pickle.loads(pickled),  # noqa: S301 - our own bytes
        copy.copy(value),
        copy.deepcopy(value),
    )
