"""What nobody is to read in a plan."""

from __future__ import annotations

import re
from typing import Any

from ..simulator.plain import as_list, as_object

__all__ = ["HIDDEN", "clipped", "hidden", "is_secret"]

HIDDEN = "[secret]"
# Words of the names of attributes that hold a password, a key, a signed address, or a text that is
# worth something to whoever reads it. The facts are searched by them, see the tests.
_SECRET = re.compile(
    r"password|passphrase|secret|token|privatekey|csrcontent|certificatecontent|profilecontent"
    r"|keyblob|activationcode|customcode|codevalue|uploadoperations|credential",
    re.IGNORECASE,
)
_LONGEST = 72


def is_secret(name: str) -> bool:
    """Whether an attribute of this name holds a secret."""
    return _SECRET.search(name) is not None


def hidden(value: Any, *, name: str = "") -> Any:
    """Return a JSON value with the secrets in it hidden."""
    if name and is_secret(name) and value is not None:
        return HIDDEN
    if (members := as_object(value)) is not None:
        return {key: hidden(item, name=key) for key, item in members.items()}
    if (items := as_list(value)) is not None:
        return [hidden(item, name=name) for item in items]
    return value


def clipped(value: str) -> str:
    """Return a text as one line that is not too long."""
    line = " ".join(value.split())
    if len(line) <= _LONGEST:
        return line
    return f"{line[:_LONGEST].rstrip()}… ({len(value):,} characters)"
