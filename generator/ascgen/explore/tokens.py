"""How much room a text takes in the context of a language model."""

from __future__ import annotations

import re
from typing import Any

import msgspec

# Tokenizers differ, and their tables are large. This takes apart what the usual ones do: humps of
# at most seven letters, capitals and digits by threes, marks by pairs, other scripts by letter. It
# is meant to count too many, so that what fits here fits in any.
_TOKEN = re.compile(r"[A-Z]?[a-z]{1,7}|[A-Z]{1,3}|[0-9]{1,3}|\n+|[^\x00-\x7f]|[!-/:-@\[-`{-~]{1,2}")


def count_tokens(text: str) -> int:
    """Return about how many tokens a text is, rather too many than too few."""
    return sum(1 for _ in _TOKEN.finditer(text))


def compact(data: Any) -> str:
    """Return data as JSON without a space that says nothing."""
    return msgspec.json.encode(data).decode()
