"""Secrets: texts that are used, and shown by nothing that shows values or the frames of errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from .error_root import AppStoreConnectError

__all__ = ["Discreet", "Secret", "shielded"]

P = ParamSpec("P")
T = TypeVar("T")


class Secret:
    """A text that only `reveal` gives away: a token, a signed address.

    It is kept in a function, because there are programs that show what is in slots and dictionaries
    of any object. It cannot be pickled, compares by its text, and is copied as itself.
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], str]
    """Return the text; keep it in no variable of a frame that can raise."""

    def __init__(self, text: str) -> None:
        self.reveal = lambda: text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __repr__(self) -> str:
        return "<Secret>"

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


class Discreet:
    """What a struct is whose `repr` is all that is shown of it; else rich shows every field."""

    __slots__ = ()

    def __rich_repr__(self) -> Any:
        """Leave it to `repr`."""
        return None


def shielded(call: Callable[P, T]) -> Callable[P, T]:
    """Raise an error of `call` anew, without the frames it passed and what else it holds.

    Crash reporters send the locals of every frame of a traceback, and those frames hold the secret;
    so do attributes of some of Python's own errors.
    """

    @wraps(call)
    def shield(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever it is, its frames hold the secret
            failure = _bare(error)
        del args, kwargs
        raise failure

    return shield


def _bare(error: Exception) -> Exception:
    """Return an error that says the same and refers to nothing."""
    kind = type(error)
    # Their texts are ours, or Python's on the types of arguments.
    if isinstance(error, AppStoreConnectError) or kind in {TypeError, ValueError}:
        return kind(*error.args)
    try:
        return kind()
    except TypeError:  # It is made of more, such as the text that could not be decoded.
        return ValueError(kind.__name__)
