"""Words of the API, which are checked by their form, since there may be new ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..._runtime.suggestions import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_word"]


def check_word(keyword: str, word: str, known: Iterable[str]) -> None:
    """Refuse with ValueError what cannot be a word of the API's; there may be new ones."""
    if not re.fullmatch(r"[A-Z][A-Z0-9_]+", word):
        hint = suggestion(word, known) or f": Apple's are such as {next(iter(known))}"
        raise ValueError(f"{keyword}: {word!r} is none{hint}")
