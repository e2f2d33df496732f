"""Decodes a page with the client, with Structs by hand, and with `json.loads`.

decode_client.py PAGE TURNS CALLS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import by_hand
import canned
import msgspec
import turns
import walk

content = Path(sys.argv[1]).read_bytes()
decode = msgspec.json.Decoder(by_hand.Page).decode
page = canned.pages(content)


def resolved() -> tuple[int, list[Any], list[Any]]:
    """Follow each app to its builds and each of these back; how many steps, and the resources."""
    apps = page().items
    builds = [build for app in apps for build in app.builds]
    steps = len(builds) + sum(build.app is not None for build in builds)
    return steps, apps, builds


def read() -> int:
    """Follow everything and read every attribute; how many have a value."""
    _, apps, builds = resolved()
    found = sum(value is not None for app in apps for value in walk.app_attributes(app))
    return found + sum(
        value is not None for build in builds for value in walk.build_attributes(build)
    )


def main() -> None:
    """Make sure that both read the same, then measure."""
    assert resolved()[0] == walk.resolved(decode(content))[0] > 0
    assert read() == walk.read(decode(content)) > 0
    candidates = {
        "json.loads": lambda: json.loads(content),
        "client decoded": page,
        "client resolved": resolved,
        "client read": read,
        "by hand decoded": lambda: decode(content),
        "by hand resolved": lambda: walk.resolved(decode(content)),
        "by hand read": lambda: walk.read(decode(content)),
    }
    turns.told(times=turns.timed(candidates, int(sys.argv[2]), int(sys.argv[3])))


if __name__ == "__main__":
    main()
