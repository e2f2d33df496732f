"""The bearer tokens, made of the key as they are needed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from ..messages.events import TokenEvent
from ..messages.secret import Secret
from .keys import ApiKey

__all__ = ["TokenSource"]

# Apple refuses tokens that live longer than 20 minutes, counted from `iat`, and tokens from the
# future; `iat` is set back for machines whose clock is ahead.
_LONGEST_LIFE = 1200
_BACKDATED = 60
# A request may wait in a queue or for a large body before Apple reads the token.
_RENEWED_BEFORE = 120


class _Token(NamedTuple):
    text: Secret
    made_at: float
    renew_at: float


class TokenSource:
    """Signs tokens and keeps one while it is good, for any number of threads and tasks.

    `lifetime` is in seconds from now, above 120 and at most 1140: Apple counts 20 minutes from a
    moment this source sets 60 s back. A new token is made 120 s before the old one ends. `now`
    gives the seconds since the epoch.
    """

    def __init__(
        self,
        key: ApiKey,
        *,
        lifetime: int = 900,
        now: Callable[[], float] = time.time,
        on_token: Callable[[TokenEvent], object] | None = None,
    ) -> None:
        if not _RENEWED_BEFORE < lifetime <= _LONGEST_LIFE - _BACKDATED:
            raise ValueError(
                f"a token lives more than {_RENEWED_BEFORE} and at most"
                f" {_LONGEST_LIFE - _BACKDATED} seconds, not {lifetime}"
            )
        self.key = key
        self.lifetime = lifetime
        self._now = now
        self._current: _Token | None = None
        self._on_token = on_token
        # One for each process: after a fork, that of the parent may be held for ever.
        self._locks: dict[int, threading.Lock] = {}

    def token(self) -> str:
        """Return a token that is good for two minutes at least."""
        return (self._usable() or self._renewed()).text.reveal()

    def invalidate(self, token: str) -> None:
        """Drop this token, unless another has replaced it already.

        However many requests are refused with one token, one new token is made.
        """
        with self._lock():
            if self._current is not None and self._current.text.reveal() == token:
                self._current = None

    def _lock(self) -> threading.Lock:
        process = os.getpid()
        return self._locks.get(process) or self._locks.setdefault(process, threading.Lock())

    def _usable(self) -> _Token | None:
        current = self._current
        # Before it was made: the clock was put back, and Apple would see a token from the future.
        if current is None or not current.made_at <= self._now() < current.renew_at:
            return None
        return current

    def _renewed(self) -> _Token:
        with self._lock():
            # Another thread may have renewed it while this one waited.
            if (current := self._usable()) is None:
                current = self._current = self._signed()
                if self._on_token is not None:
                    expires_at = current.made_at + self.lifetime
                    self._on_token(TokenEvent(key_id=self.key.key_id, expires_at=expires_at))
            return current

    def _signed(self) -> _Token:
        # Not at the top: it loads OpenSSL, which costs more than the rest of the package.
        import jwt  # noqa: PLC0415

        now = self._now()
        text = Secret(
            jwt.encode(
                self._claims(int(now)),
                self.key.private_key,
                algorithm="ES256",
                headers={"kid": self.key.key_id, "typ": "JWT"},
            )
        )
        return _Token(text, now, now + self.lifetime - _RENEWED_BEFORE)

    def _claims(self, now: int) -> dict[str, Any]:
        key = self.key
        claims: dict[str, Any] = {
            "iat": now - _BACKDATED,
            "exp": now + self.lifetime,
            "aud": "apple-developer-enterprise-v1" if key.enterprise else "appstoreconnect-v1",
        }
        if key.issuer_id is None:
            claims["sub"] = "user"
        else:
            claims["iss"] = key.issuer_id
        if key.scope:
            claims["scope"] = list(key.scope)
        return claims

    def __repr__(self) -> str:
        return f"<TokenSource of {self.key!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a TokenSource holds a private key and cannot be pickled")
