"""A traceback as crash reporters send it: with the locals of every frame."""

from __future__ import annotations

import traceback


def with_locals(error: BaseException) -> str:
    lines = traceback.format_exception(error)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        lines.append(f"in {frame.f_code.co_name}:")
        for name, value in frame.f_locals.items():
            try:
                lines.append(f"  {name} = {value!r}")
            except AttributeError:  # A half-made object, whose __init__ is where it failed.
                lines.append(f"  {name} = ?")
    return "\n".join(lines)
