"""Decodes a page with pydantic models of the same shape as those by hand, and with `json.loads`.

decode_pydantic.py PAGE TURNS CALLS
"""

from __future__ import annotations

import json
import sys
import typing
from pathlib import Path
from typing import Any

import by_hand
import msgspec
import pydantic
import turns
import walk
from pydantic.alias_generators import to_camel

_made: dict[type, type[pydantic.BaseModel]] = {}


def model(struct: type[msgspec.Struct]) -> type[pydantic.BaseModel]:
    """The pydantic model with the members of a Struct."""
    if struct not in _made:
        hints = typing.get_type_hints(struct)
        members: dict[str, Any] = {
            field.name: (translated(hints[field.name]), ... if field.required else None)
            for field in msgspec.structs.fields(struct)
        }
        config = pydantic.ConfigDict(alias_generator=to_camel)
        _made[struct] = pydantic.create_model(struct.__name__, __config__=config, **members)
    return _made[struct]


def translated(kind: Any) -> Any:
    """A type with models in place of Structs."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return model(kind)
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if not parts:
        return kind
    if origin in {list, dict}:
        return origin[tuple(map(translated, parts))]
    return typing.Union[tuple(map(translated, parts))]  # noqa: UP007 - of types known only here


def main() -> None:
    """Make sure that it reads what it should, then measure."""
    content = Path(sys.argv[1]).read_bytes()
    decode: Any = model(by_hand.Page).model_validate_json
    expected = msgspec.json.decode(content, type=by_hand.Page)
    assert walk.resolved(decode(content))[0] == walk.resolved(expected)[0] > 0
    assert walk.read(decode(content)) == walk.read(expected) > 0
    candidates = {
        "json.loads": lambda: json.loads(content),
        "pydantic decoded": lambda: decode(content),
        "pydantic resolved": lambda: walk.resolved(decode(content)),
        "pydantic read": lambda: walk.read(decode(content)),
    }
    turns.told(times=turns.timed(candidates, int(sys.argv[2]), int(sys.argv[3])))


if __name__ == "__main__":
    main()
