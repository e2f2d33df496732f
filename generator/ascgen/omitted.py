"""Omissions in words and as data, the same wherever they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ascgen.model import Omission

HEADING = "Not in the client"
_SHOWN = 10


def line(omission: Omission) -> str:
    """Return one omission as a line: where, what, and what works all the same."""
    return f"{omission.pointer}: {omission.what}; {omission.still}"


def told(omissions: tuple[Omission, ...]) -> Iterator[str]:
    """Yield the first omissions under a heading that counts them, if there are any."""
    if not omissions:
        return
    yield f"{HEADING} ({len(omissions)}):"
    yield from (f"- {line(omission)}" for omission in omissions[:_SHOWN])
    if len(omissions) > _SHOWN:
        yield f"  … and {len(omissions) - _SHOWN} more; the client's README.md has all"


def describe_omissions(omissions: Iterable[Omission]) -> list[dict[str, str]]:
    """Omissions as `--json` prints them."""
    return [
        {"kind": "omission", "id": item.pointer, "what": item.what, "still": item.still}
        for item in omissions
    ]
