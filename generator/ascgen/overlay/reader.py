"""The text of an overlay, read and checked.

It is not trusted: size and depth are bounded, YAML aliases are refused (an overlay has no use for
them, and a few lines of them can stand for gigabytes), only what JSON can express is let through,
and every fault is an error that names the offending part.
"""

from __future__ import annotations

import math
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

# Not `from jsonpath import …`: jsonpath-python installs a package of that name as well, and where
# both are installed its `__init__` may have won. These two modules exist in python-jsonpath only.
from jsonpath.env import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError

from ascgen.errors import SpecError, StoreError, UsageError
from ascgen.overlay.model import Mend, Overlay, is_array, is_object, pointer_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonpath.path import CompoundJSONPath, JSONPath

_MAX_BYTES = 1_000_000
_MAX_DEPTH = 64
_MAX_TARGET = 1_000

_YAML: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where PyYAML was built so
_JSONPATH = JSONPathEnvironment(strict=True)
# A pattern can be such that looking for it never ends.
for _function in ("match", "search"):
    del _JSONPATH.function_extensions[_function]
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"1\.0\.\d+")
_OVERLAY_KEYS = frozenset({"overlay", "info", "extends", "actions"})
_ACTION_KEYS = frozenset({"target", "description", "update", "remove"})


def bundled_overlay(product: str) -> Overlay:
    """Return the mends that come with this program for a product, such as `app-store-connect`."""
    folder = resources.files("ascgen").joinpath("overlays")
    texts = {entry.name.removesuffix(".yaml"): entry for entry in folder.iterdir()}
    if product not in texts:
        raise UsageError(
            f"there are no mends for the product {product!r}",
            hint=f"there are some for {' and '.join(sorted(texts))}",
        )
    return load_overlay(texts[product].read_text(encoding="utf-8"))


def load_overlay(source: str | Path) -> Overlay:
    """Read an overlay from YAML (or JSON) text, or from a file when given a `Path`.

    Every fault of the text is a `SpecError` whose pointer says where, such as `/actions/3/target`.
    """
    data = _parsed(_file_text(source) if isinstance(source, Path) else source)
    if not is_object(data):
        raise SpecError("an overlay is a mapping with `overlay`, `info` and `actions`")
    _refuse_unknown_keys(data, _OVERLAY_KEYS, "")
    if not _VERSION.fullmatch(_text(data, "overlay", "")):
        raise SpecError("only Overlay 1.0 is understood", pointer="/overlay", hint="write 1.0.0")
    info = data.get("info")
    if not is_object(info):
        raise SpecError("an overlay needs a mapping here", pointer="/info")
    actions = data.get("actions")
    if not is_array(actions) or not actions:
        raise SpecError("an overlay needs a list of actions here", pointer="/actions")
    mends = tuple(_mend(action, f"/actions/{index}") for index, action in enumerate(actions))
    _refuse_namesakes(mends)
    return Overlay(
        title=_text(info, "title", "/info"),
        version=_text(info, "version", "/info"),
        mends=mends,
        extends=_text(data, "extends", "") if "extends" in data else "",
    )


def _mend(action: Any, pointer: str) -> Mend:
    if not is_object(action):
        raise SpecError("an action is a mapping", pointer=pointer)
    _refuse_unknown_keys(action, _ACTION_KEYS, pointer)
    slug = _text(action, "x-ascgen-id", pointer)
    if not _SLUG.fullmatch(slug):
        raise SpecError(
            f"{slug!r} is not an id", pointer=f"{pointer}/x-ascgen-id", hint="write it like-this"
        )
    remove = action.get("remove", False)
    if not isinstance(remove, bool):
        raise SpecError("`remove` is true or false", pointer=f"{pointer}/remove")
    if not remove and "update" not in action:
        raise SpecError("an action needs `update`, or `remove: true`", pointer=pointer)
    target = _text(action, "target", pointer)
    where = _text(action, "x-ascgen-where", pointer) if "x-ascgen-where" in action else ""
    return Mend(
        id=slug,
        reason=_text(action, "x-ascgen-reason", pointer),
        source=_text(action, "x-ascgen-source", pointer),
        description=_text(action, "description", pointer) if "description" in action else "",
        target=target,
        pointer=pointer,
        update=action.get("update"),
        remove=remove,
        path=_path(target, f"{pointer}/target"),
        where=_path(where, f"{pointer}/x-ascgen-where") if where else None,
    )


def _path(target: str, pointer: str) -> JSONPath | CompoundJSONPath:
    if len(target) > _MAX_TARGET:
        raise SpecError(f"a target has at most {_MAX_TARGET} characters", pointer=pointer)
    _refuse_costly(target, pointer)
    try:
        return _JSONPATH.compile(target)
    except JSONPathError as error:
        raise SpecError(
            f"{target!r} is not a JSONPath: {_first_line(error)}", pointer=pointer
        ) from None


def _refuse_costly(target: str, pointer: str) -> None:
    """Stop what would visit the same places again and again: each of these multiplies the visits.

    A second `..` or list of selectors, or a search that begins at the root again for every place,
    is nothing a mend needs.
    """
    bare = _QUOTED.sub("''", target)
    for what, count in (
        ("`..`", bare.count("..")),
        ("`$`", bare.count("$")),
        ("a list of selectors", _lists(bare)),
    ):
        if count > 1:
            raise SpecError(f"a target may have {what} only once", pointer=pointer)


def _lists(target: str) -> int:
    """Return how many of the brackets hold several selectors."""
    found = 0
    is_list = [False]
    for sign in target:
        if sign == "[":
            is_list.append(False)
        elif sign == ",":
            is_list[-1] = True
        elif sign == "]":
            found += is_list.pop()
            is_list = is_list or [False]
    return found


def _file_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES + 1).decode("utf-8")
    except OSError as error:
        raise StoreError(f"cannot read the overlay {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SpecError(f"the overlay {path} is not UTF-8 text") from None


def _parsed(text: str) -> Any:
    if len(text) > _MAX_BYTES:
        raise SpecError(f"an overlay has at most {_MAX_BYTES} characters")
    try:
        _refuse_expansion(yaml.parse(text, Loader=_YAML))
        data = yaml.load(text, Loader=_YAML)  # noqa: S506 - whichever it is, it is a safe loader
    except (yaml.YAMLError, ValueError) as error:
        mark: Any = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        raise SpecError(f"the overlay is not YAML: {_first_line(error)}{line}") from None
    _refuse_foreign(data, "")
    return data


def _refuse_expansion(events: Iterable[Any]) -> None:
    """Stop what would grow or recurse when it is built, before anything is built."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise SpecError(
                f"the overlay uses a YAML alias, {event.anchor!r}",
                hint="write the value out in each place",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise SpecError(f"the overlay is nested deeper than {_MAX_DEPTH} levels")


def _refuse_foreign(value: Any, pointer: str) -> None:
    """Let through only what JSON has; YAML also knows dates, sets, bytes and keys of any type."""
    if is_object(value):
        for key, part in value.items():
            if type(key) is not str:
                raise SpecError(f"the key {key!r} is not text", pointer=pointer, hint="quote it")
            _refuse_foreign(part, f"{pointer}{pointer_to((key,))}")
    elif is_array(value):
        for index, part in enumerate(value):
            _refuse_foreign(part, f"{pointer}/{index}")
    elif not isinstance(value, str | bool | int | float | None) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        raise SpecError(f"{value!r} is nothing JSON has", pointer=pointer, hint="quote it")


def _refuse_unknown_keys(mapping: dict[str, Any], known: frozenset[str], pointer: str) -> None:
    for key in mapping:
        if key not in known and not key.startswith("x-"):
            raise SpecError(
                f"Overlay 1.0 has no `{key}` here",
                pointer=f"{pointer}{pointer_to((key,))}",
                hint=f"it has {', '.join(sorted(known))}",
            )


def _refuse_namesakes(mends: tuple[Mend, ...]) -> None:
    seen: set[str] = set()
    for mend in mends:
        if mend.id in seen:
            raise SpecError(f"{mend.id} is taken", pointer=f"{mend.pointer}/x-ascgen-id")
        seen.add(mend.id)


def _text(mapping: dict[str, Any], key: str, pointer: str) -> str:
    value = mapping.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SpecError("a text is needed here", pointer=f"{pointer}/{key}")
    return value.strip()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
