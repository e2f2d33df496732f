"""Words as search compares them: names and sentences taken apart, endings gone."""

from __future__ import annotations

import re
from functools import cache

# Camel case, snake case, enumeration values and sentences; what Apple spells its own way stays
# whole, and the version behind a name (`inAppPurchasesV2`) is left out of it.
_WORD = re.compile(
    r"(?:i|ipad|mac|tv|watch|vision)OS(?![a-z])|dSYMs?|V[0-9]+(?![A-Za-z0-9])"
    r"|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"
)
_VERSION = re.compile(r"V[0-9]+\Z")

# Words that are not what their ending says.
_WHOLE = {"listing": "listing", "listings": "listing", "setting": "setting", "settings": "setting"}
# Endings and what takes their place; the first that leaves at least three letters is applied.
_ENDINGS = (
    ("ifications", "ify"), ("ification", "ify"), ("ified", "ify"), ("ifies", "ify"),
    ("izations", "iz"), ("ization", "iz"), ("isations", "iz"), ("isation", "iz"),
    ("izing", "iz"), ("ising", "iz"), ("ized", "iz"), ("ised", "iz"), ("ize", "iz"), ("ise", "iz"),
    ("missions", "mit"), ("mission", "mit"),
    ("abilities", "abl"), ("ability", "abl"), ("able", "abl"),
    ("ionals", ""), ("ional", ""),
    ("ations", "ate"), ("ation", "ate"), ("ating", "ate"), ("ated", "ate"),
    ("ions", ""), ("ion", ""),
    ("ies", "y"), ("ied", "y"), ("sses", "s"), ("ings", ""), ("ing", ""), ("eds", ""), ("ed", ""),
    ("ss", "s"), ("s", ""),
)  # fmt: skip
_LAST_ENDINGS = ("ate", "e")
_KEPT = 3

# The same for the search of the reference site, in the form that its script takes.
RULES = {
    "pattern": _WORD.pattern,
    "whole": _WHOLE,
    "endings": _ENDINGS,
    "last": _LAST_ENDINGS,
}


def split(text: str) -> list[str]:
    """Return the words of a name or a sentence, in lower case: `betaGroups` → `beta`, `groups`."""
    found = _WORD.findall(text.replace("'", "").replace("\u2019", ""))
    return [word.lower() for word in found if not _VERSION.match(word)]


@cache
def stem(word: str) -> str:
    """Return the stem of a word: `submitted` and `submission` become `submit`."""
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (2 if ending == "s" else _KEPT):
            word = word[: -len(ending)] + instead
            break
    for ending in _LAST_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _KEPT:
            word = word[: -len(ending)]
            break
    if len(word) > _KEPT and word[-1] == word[-2]:
        word = word[:-1]
    return word


@cache
def stems(text: str) -> frozenset[str]:
    """Return the stems of a name's words."""
    return frozenset(map(stem, split(text)))
