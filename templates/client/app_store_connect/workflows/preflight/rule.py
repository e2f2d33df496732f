"""What a rule of the preflight is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import msgspec

__all__ = ["Level", "Rule"]

# A `blocker` is refused by Apple, a `warning` is known to go wrong later, and what is `unseen`
# cannot be read with a key: somebody has to look.
Level: TypeAlias = Literal["blocker", "warning", "unseen"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has to hold.

    `each` names what of the situation it is about, and `broken` tells of each of these, and of the
    situation, whether the rule is broken. `server` is the number of the server's own rule, which
    `docs/simulator.md` lists; `code` begins the code that Apple answers with, after the type of the
    resource that it blames.
    """

    id: str
    source: str
    each: str
    broken: Callable[[Any, Any], object]
    says: str
    where: str
    level: Level = "blocker"
    server: str = ""
    code: str = ""
