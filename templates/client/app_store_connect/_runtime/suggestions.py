"""Suggestions: what was probably meant by a name that does not exist, or was given instead.

Where Python prints a traceback it suggests names itself, and from 3.13 on keywords too. These are
in the error's own text, know how the API spells a name and what other libraries call a method, and
cost nothing until something is wrong.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from typing_extensions import deprecated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "Hint",
    "guard_keywords",
    "kind_of",
    "mark_misspelled",
    "missing",
    "suggestion",
    "well_spelled",
]

# Methods and areas by what other libraries, and fastlane, call theirs.
_SYNONYMS = {
    "add": ("create",),
    "all": ("list",),
    "builds": ("testflight",),
    "cert": ("signing",),
    "certificates": ("signing",),
    "deliver": ("versions",),
    "destroy": ("delete",),
    "edit": ("update",),
    "fetch": ("get", "list"),
    "filter": ("list",),
    "find": ("list", "get"),
    "iap": ("purchases",),
    "in_app_purchases": ("purchases",),
    "insert": ("create",),
    "match": ("signing",),
    "metadata": ("versions",),
    "modify": ("update",),
    "new": ("create",),
    "patch": ("update",),
    "pilot": ("testflight",),
    "post": ("create",),
    "precheck": ("preflight",),
    "profiles": ("signing",),
    "query": ("list",),
    "read": ("get", "list"),
    "remove": ("delete",),
    "retrieve": ("get",),
    "save": ("update", "create"),
    "screenshots": ("media",),
    "search": ("list",),
    "sigh": ("signing",),
    "subscriptions": ("purchases",),
    "users": ("team",),
    "wait_for_processing": ("wait_for_build",),
}
_SIGNS = re.compile(r"[^a-z0-9]")
# How alike two names are, from 0 to 1, where one is probably meant by the other.
_ALIKE = 0.7


def missing(instance: object, name: str, elsewhere: Iterable[str] = ()) -> AttributeError:
    """Return the error for an attribute that an object does not have, with the near one.

    `elsewhere` are dotted names of what its attributes have and people look for on the object.
    """
    kind = type(instance)
    # What Python and tools look for, such as `_repr_html_`, is nobody's mistake.
    more = "" if name.startswith("_") else suggestion(name, [*elsewhere, *dir(kind)])
    # With the object, a traceback would add once more what Python makes of it.
    return AttributeError(
        f"{kind.__name__!r} object has no attribute {name!r}{more}", name=name, obj=None
    )


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with what was probably meant; empty where nothing is near."""
    loose = {
        _loose(item.removeprefix("workflows.")): item for item in known if not item.startswith("_")
    }
    synonyms = map(_loose, _SYNONYMS.get(name.lower(), ()))
    found = [loose[item] for item in synonyms if item in loose]
    if not found:
        import difflib  # noqa: PLC0415 - whoever spells well does not wait for it

        near = difflib.get_close_matches(_loose(name), loose, n=1, cutoff=_ALIKE)
        found = [loose[item] for item in near]
    return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""


def kind_of(value: object) -> str:
    """Return what an error calls a value: its type with an article, and None as itself."""
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"


def _loose(name: str) -> str:
    return _SIGNS.sub("", name.lower())


class Hint:
    """An attribute that there is not, and that says what to do instead; `dir` leaves it out."""

    __slots__ = ("_name",)

    def __init__(self) -> None:
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name


class _Misspelled(Hint):
    """An attribute under the API's name, which says what it is called here."""

    __slots__ = ("_meant",)

    def __init__(self, meant: str) -> None:
        super().__init__()
        self._meant = meant

    def __get__(self, instance: object, owner: type) -> NoReturn:
        kind = owner.__name__ if instance is None else f"{owner.__name__!r} object"
        raise AttributeError(
            f"{kind} has no attribute {self._name!r}; did you mean {self._meant!r}?",
            name=self._name,
            obj=None,
        )


def mark_misspelled(owner: type) -> None:
    """Have a class say what it calls an attribute that is asked for as the API spells it.

    A `__getattr__` would do the same, and slow every read of every attribute down.
    """
    members = vars(owner)
    for name in (*members.get("__annotations__", ()), *members):
        first, *rest = name.split("_")
        if first and any(rest):
            wire = first + "".join(map(str.title, rest))
            if not hasattr(owner, wire):
                mark = _Misspelled(name)
                mark.__set_name__(owner, wire)
                setattr(owner, wire, mark)


def well_spelled(instance: object) -> list[str]:
    """Return the attributes of an object without those that only say something."""
    kind = type(instance)
    return sorted(
        name
        for name in object.__dir__(instance)
        if not isinstance(inspect.getattr_static(kind, name, None), Hint)
    )


def guard_keywords(owner: type) -> None:
    """Have the methods of a class suggest a keyword where one is given that they do not take.

    Python does so itself from 3.13 on. Before, only a function around them can; it costs a
    fraction of a microsecond a call.
    """
    if sys.version_info >= (3, 13):
        return
    for name, value in list(vars(owner).items()):
        if inspect.isfunction(value) and not name.startswith("_"):
            guarded = _guarded(inspect.unwrap(value))
            message: Any = getattr(value, "__deprecated__", None)
            # The warning goes to whoever calls the outermost function.
            setattr(owner, name, deprecated(message)(guarded) if message else guarded)


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def awaited(*args: Any, **keywords: Any) -> Any:
            try:
                call = method(*args, **keywords)
            except TypeError as error:
                _explain(error, method, keywords)
                raise
            return await call

        return awaited

    @functools.wraps(method)
    def called(*args: Any, **keywords: Any) -> Any:
        try:
            return method(*args, **keywords)
        except TypeError as error:
            _explain(error, method, keywords)
            raise

    return called


def _explain(error: TypeError, method: Callable[..., Any], keywords: Iterable[str]) -> None:
    """Add a suggestion to what Python says of a keyword that a method does not take."""
    known = inspect.signature(method).parameters
    for name in keywords:
        if name not in known:
            error.args = (f"{error}{suggestion(name, known)}",)
            return
