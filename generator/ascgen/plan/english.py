"""English: what the API's camel-case names are called in a sentence."""

from __future__ import annotations

import re
from functools import cache

from ascgen.plan.names import words

# How Apple and the language spell what camel case takes apart; the longest that fits is taken.
_TERMS: dict[tuple[str, ...], str] = {
    ("android", "to", "ios"): "Android-to-iOS",
    ("api",): "API",
    ("app", "clip"): "App Clip",
    ("app", "clips"): "App Clips",
    ("app", "store"): "App Store",
    ("app", "store", "connect"): "App Store Connect",
    ("apple",): "Apple",
    ("ci",): "CI",
    ("csv",): "CSV",
    ("end", "user"): "end-user",
    ("game", "center"): "Game Center",
    ("git",): "Git",
    ("iap",): "in-app purchase",
    ("icloud",): "iCloud",
    ("id",): "ID",
    ("ids",): "IDs",
    ("in", "app"): "in-app",
    ("ios",): "iOS",
    ("ipad", "os"): "iPadOS",
    ("mac",): "Mac",
    ("mac", "os"): "macOS",
    ("one", "time", "use"): "one-time-use",
    ("perf", "power"): "performance and power",
    ("pre", "order"): "pre-order",
    ("pre", "orders"): "pre-orders",
    ("pre", "release"): "prerelease",
    ("rule", "based"): "rule-based",
    ("scm",): "SCM",
    ("test", "flight"): "TestFlight",
    ("tv", "os"): "tvOS",
    ("url",): "URL",
    ("urls",): "URLs",
    ("vision", "os"): "visionOS",
    ("watch", "os"): "watchOS",
    ("win", "back"): "win-back",
    ("xcode",): "Xcode",
}
_LONGEST_TERM = max(map(len, _TERMS))
_VERSION = re.compile(r"v[0-9]+")

_IRREGULAR = {
    "aliases": "alias",
    "caches": "cache",
    "children": "child",
    "criteria": "criterion",
    "data": "datum",
    "indices": "index",
    "people": "person",
    "series": "series",
    "statuses": "status",
}
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"))
_SINGULAR = re.compile(r".*(?:ss|us|is|[^s])|.{0,2}", re.DOTALL)

# Read as "you…" or "one…", with a consonant in front.
_CONSONANT = re.compile(r"u(?:ni(?!n)|s[ae]|r[ail]|ti)|eu|one\b", re.IGNORECASE)
# Letters whose own names begin with a vowel, where a word is spelled out; Xcode begins with one.
_SPELLED_OUT = re.compile(r"[AEFHILMNORSX]")


def singular(word: str) -> str:
    """Return the singular of an English word in lower case."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if _SINGULAR.fullmatch(word):
        return word
    for ending, one in _ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + one
    return word[:-1]


@cache
def one_of(name: str) -> str:
    """Return the camel-case name of one: `betaGroups` → `betaGroup`, `buildsV2` → `buildV2`."""
    parts = words(name)
    last = len(parts) - 1
    while last > 0 and _VERSION.fullmatch(parts[last].lower()):
        last -= 1
    if last < 0:
        return name
    lower = parts[last].lower()
    one = singular(lower)
    if one != lower:
        parts[last] = parts[last][:1] + one[1:]
    return "".join(parts)


@cache
def phrase(name: str) -> str:
    """Return a camel-case name in words: `inAppPurchasesV2` → `in-app purchases (v2)`."""
    rest = [word.lower() for word in words(name)]
    said: list[str] = []
    while rest:
        for length in range(min(_LONGEST_TERM, len(rest)), 0, -1):
            if term := _TERMS.get(tuple(rest[:length])):
                break
        else:
            length = 1
            term = f"({rest[0]})" if said and _VERSION.fullmatch(rest[0]) else rest[0]
        said.append(term)
        rest = rest[length:]
    return " ".join(said)


def a(noun: str) -> str:
    """Return a noun with its indefinite article: `an app`, `a user`, `an SCM provider`."""
    if noun[:2].isupper():
        vowel = bool(_SPELLED_OUT.match(noun))
    else:
        vowel = noun[:1] in "aeiouAEIOU" and not _CONSONANT.match(noun)
    return f"an {noun}" if vowel or noun.startswith("Xcode") else f"a {noun}"
