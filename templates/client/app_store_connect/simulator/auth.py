"""Who calls: the token of a request, verified as the API does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from .._api import facts
from .._api.model import Array, EnumSchema, InlineEnum, Ref
from .plain import as_list
from .problems import Problem, Refusal
from .spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._api.model import Type
    from .messages import Incoming

__all__ = ["Caller", "Gatekeeper", "KeyRecord", "check_roles"]

_LONGEST = 1200
_KEPT = 1000
# How far apart two clocks may be.
_LEEWAY = 5


class KeyRecord(msgspec.Struct, frozen=True):
    """A key that the team has made: its roles decide what it may do."""

    key_id: str
    issuer_id: str | None
    public_key: Any
    roles: tuple[str, ...] = ("ADMIN",)
    enterprise: bool = False

    def __repr__(self) -> str:
        return f"<KeyRecord {self.key_id} ({', '.join(self.roles)})>"


class Caller(msgspec.Struct, frozen=True):
    """Who calls: by which key, in which roles, and for what requests its token is good."""

    key_id: str = ""
    roles: tuple[str, ...] = ("ADMIN",)
    individual: bool = False
    scope: tuple[str, ...] = ()


class Gatekeeper:
    """Verifies tokens against the team's keys.

    A token is good if it is by the virtual clock or by the machine's own: programs that talk to the
    simulator over HTTP know no other.
    """

    def __init__(self, now: Callable[[], float], machine_now: Callable[[], float]) -> None:
        self._clocks = (now, machine_now)
        self.keys: dict[str, KeyRecord] = {}
        self._known: dict[str, tuple[Caller, float, float]] = {}

    def add(self, key: KeyRecord) -> None:
        """Let a key in."""
        self.keys[key.key_id] = key
        self._known.clear()

    def revoke(self, key_id: str) -> None:
        """Let a key in no longer."""
        self.keys.pop(key_id, None)
        self._known.clear()

    def caller(self, incoming: Incoming) -> Caller:
        """Return who calls; one Refusal, whatever is wrong with the token."""
        authorization = incoming.headers.get("authorization", "")
        found = self._known.get(authorization)
        if found is None:
            found = self._read(authorization)
            if found is None:
                raise _refusal()
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[authorization] = found
        caller, issued, expires = found
        if not any(issued - _LEEWAY <= now() < expires for now in self._clocks):
            raise _refusal()
        if caller.scope and not any(_covers(x, incoming) for x in caller.scope):
            raise _refusal()
        return caller

    def _read(self, authorization: str) -> tuple[Caller, float, float] | None:
        import jwt  # noqa: PLC0415 - it loads OpenSSL

        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            key = self.keys[jwt.get_unverified_header(token)["kid"]]
            audience = "apple-developer-enterprise-v1" if key.enterprise else "appstoreconnect-v1"
            claims: dict[str, Any] = jwt.decode(
                token,
                key.public_key,
                algorithms=["ES256"],
                audience=audience,
                options={
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "require": ["exp", "aud"],
                },
            )
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            return None
        return _caller(key, claims)


def _caller(key: KeyRecord, claims: dict[str, Any]) -> tuple[Caller, float, float] | None:
    expires = claims["exp"]
    if not isinstance(expires, int | float):
        return None
    issued = claims.get("iat", expires - _LONGEST)
    if key.issuer_id is None:
        whose = claims.get("sub") == "user" and "iss" not in claims
    else:
        whose = claims.get("iss") == key.issuer_id
    scope = as_list(claims.get("scope", []))
    if not whose or not isinstance(issued, int | float):
        return None
    if scope is None:
        return None
    scopes = tuple(map(str, scope))
    if expires - issued > _LONGEST and not (scopes and all(map(_may_last, scopes))):
        return None
    caller = Caller(key.key_id, key.roles, key.issuer_id is None, scopes)
    return caller, float(issued), float(expires)


def _may_last(scope: str) -> bool:
    """Whether a token for a request may live for months: reads of Xcode Cloud and of metrics."""
    method, _, target = scope.partition(" ")
    root = target.partition("?")[0].split("/")
    return method == "GET" and any(
        part.startswith("ci") or part in {"metrics", "perfPowerMetrics"} for part in root
    )


def _covers(scope: str, incoming: Incoming) -> bool:
    """Whether a scope names a request, whatever the order of its query and the paging in it."""
    method, _, target = scope.partition(" ")
    path, _, query = target.partition("?")
    return (method, path, _deciding(query)) == (
        incoming.method,
        incoming.path,
        _deciding(incoming.query),
    )


def _deciding(query: str) -> set[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)
    return {pair for pair in pairs if pair[0] not in {"limit", "cursor", "sort"}}


def _refusal() -> Refusal:
    return Refusal(
        Problem(
            status=401,
            code="NOT_AUTHORIZED",
            detail=(
                "Provide a properly configured and signed bearer token, and make sure that it has "
                "not expired."
            ),
        )
    )


def check_roles(roles: tuple[str, ...]) -> None:
    """Raise ValueError for a role that the API does not know, where it knows any."""
    known = {
        x
        for schema in facts().resources("users")
        for field in schema.attributes
        if field.name == "roles"
        for x in _values(field.type)
    }
    for role in (roles,) if isinstance(roles, str) else roles:
        if known and role not in known:
            raise ValueError(f"there is no role {role!r}{did_you_mean(role, known)}")


def _values(kind: Type) -> tuple[str, ...]:
    if isinstance(kind, Array):
        return _values(kind.items)
    schema = facts().schema(kind.schema) if isinstance(kind, Ref) else kind
    return schema.values if isinstance(schema, EnumSchema | InlineEnum) else ()
