"""Paths: other spellings of the forms that this API uses become those forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ascgen.analyze.cursor import pattern_of
from ascgen.model import Path

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATH = pattern_of(Path)
_VERSIONED = re.compile(r"/v[0-9]+/")
_PARAMETER = re.compile(r"\{[^{}/]*\}")


class PathForms:
    """What the paths of a document are in the API's own form.

    A document may say the version in the address of its server, or nowhere: then there is one.
    """

    def __init__(self, server: str, paths: Iterable[str]) -> None:
        address = urlsplit(server)
        self._origin = f"{address.scheme}://{address.netloc}".lower()
        base = address.path.rstrip("/")
        stated = [self._rooted(path) for path in paths]
        if any(map(_VERSIONED.match, stated)):
            base = "" if _VERSIONED.match(f"{base}/") else base
        self.is_guessed = not any(_VERSIONED.match(f"{base}{path}") for path in stated)
        """Whether the document says no version."""
        self._base = f"{base}/v1" if self.is_guessed else base

    def of(self, path: str) -> str | None:
        """Return a path as this API spells it, with `{id}` for its parameter, or None."""
        found = self._base + self._rooted(path)
        if len(_PARAMETER.findall(found)) == 1:
            found = _PARAMETER.sub("{id}", found)
        return found if _PATH.match(found) else None

    def _rooted(self, path: str) -> str:
        if path.lower().startswith(f"{self._origin}/"):
            path = path[len(self._origin) :]
        return f"/{path.strip('/')}"


def matched(path: str) -> re.Match[str]:
    """Return the parts of a path in the API's form."""
    found = _PATH.match(path)
    if found is None:
        raise ValueError(path)
    return found
