"""Texts as a model may have them: nothing that no reader sees, and no key or token."""

from __future__ import annotations

import re
from typing import Any

from ascgen.mcp.plain import as_list, as_object

# What no reader sees and a model reads all the same: Unicode's tags, the variation selectors of
# which no letter needs one, overrides of direction, control characters. Half a surrogate pair is
# not a letter, and no UTF-8 either.
_UNSEEN = re.compile(
    "[\U000e0000-\U000e01ef\u202d\u202e\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+"
)
# A token, or a private key: an answer may repeat what it was sent.
_SECRET = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END|\Z)"
)
_HIDDEN = "[secret]"
_MARK = "\N{REPLACEMENT CHARACTER}"


def cleaned(value: Any) -> Any:
    """Return a JSON value with a mark where there are letters that nobody sees, keys included.

    Tokens and private keys are hidden.
    """
    if isinstance(value, str):
        return _SECRET.sub(_HIDDEN, _UNSEEN.sub(_MARK, value))
    if (items := as_list(value)) is not None:
        return [cleaned(item) for item in items]
    if (members := as_object(value)) is not None:
        return {cleaned(str(key)): cleaned(item) for key, item in members.items()}
    return value
