"""What a program does with a page once it is decoded: follow what is related, read attributes."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import by_hand

app_attributes = attrgetter(*by_hand.AppAttributes.__struct_fields__)
build_attributes = attrgetter(*by_hand.BuildAttributes.__struct_fields__)


def resolved(page: Any) -> tuple[int, list[Any], list[Any]]:
    """Follow each app to its builds and each of these back; how many steps, and the resources.

    For pages whose relationships are linkages: one index of what is there is made for all.
    """
    known = {(item.type, item.id): item for item in (*page.data, *page.included)}
    steps = 0
    builds = []
    for app in page.data:
        for ref in app.relationships["builds"].data:
            build = known[ref.type, ref.id]
            ref = build.relationships["app"].data  # noqa: PLW2901 - and back
            builds.append(build)
            steps += 1 + (known[ref.type, ref.id] is app)
    return steps, page.data, builds


def read(page: Any) -> int:
    """Follow everything and read every attribute; how many have a value."""
    _, apps, builds = resolved(page)
    found = sum(value is not None for app in apps for value in app_attributes(app.attributes))
    return found + sum(
        value is not None for build in builds for value in build_attributes(build.attributes)
    )
