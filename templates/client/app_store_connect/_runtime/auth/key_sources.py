"""Where keys are kept: key files, the environment variables of several tools, the usual folders."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..messages.errors import InvalidKeyError
from ..messages.json_text import read_text
from .keys import ApiKey, read_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["key_from_env", "key_from_file", "key_from_json"]

# Team keys are downloaded as AuthKey_<ID>.p8, individual ones as ApiKey_<ID>.p8.
_KEY_FILE = re.compile(r"(?:AuthKey|ApiKey)_([A-Za-z0-9]+)\.p8")
# fastlane's own list, and what people write besides; to fastlane, anything else is true.
_FALSE = frozenset({"", "no", "false", "off", "0", "n", "f", "none", "null", "disabled"})
_AROUND = "\ufeff\u200b \t\r\n\f\v\u00a0"
_QUOTES = frozenset({'""', "''", "``", "\u201c\u201d", "\u2018\u2019"})
_TRUE = frozenset({"yes", "true", "on", "1", "y", "t", "enabled"})


class _Variables(NamedTuple):
    """The names one tool gives to the parts of a key; of several the first that is set counts."""

    key_id: tuple[str, ...]
    issuer_id: tuple[str, ...]
    key: tuple[str, ...]
    path: tuple[str, ...]
    enterprise: tuple[str, ...] = ()


_SOURCES = (
    _Variables(
        key_id=("ASC_KEY_ID",),
        issuer_id=("ASC_ISSUER_ID",),
        key=("ASC_PRIVATE_KEY", "ASC_PRIVATE_KEY_B64"),
        path=("ASC_PRIVATE_KEY_PATH",),
        enterprise=("ASC_ENTERPRISE",),
    ),
    _Variables(
        key_id=("APP_STORE_CONNECT_API_KEY_KEY_ID",),
        issuer_id=("APP_STORE_CONNECT_API_KEY_ISSUER_ID",),
        key=("APP_STORE_CONNECT_API_KEY_KEY", "APP_STORE_CONNECT_API_KEY"),
        path=("APP_STORE_CONNECT_API_KEY_KEY_FILEPATH", "APP_STORE_CONNECT_API_KEY_PATH"),
        enterprise=("APP_STORE_CONNECT_API_KEY_IN_HOUSE",),
    ),
    _Variables(
        key_id=("SPACESHIP_CONNECT_API_KEY_ID",),
        issuer_id=("SPACESHIP_CONNECT_API_ISSUER_ID",),
        key=("SPACESHIP_CONNECT_API_KEY",),
        path=("SPACESHIP_CONNECT_API_KEY_FILEPATH",),
        enterprise=("SPACESHIP_CONNECT_API_IN_HOUSE",),
    ),
    _Variables(
        key_id=("APP_STORE_CONNECT_KEY_ID", "APP_STORE_CONNECT_KEY_IDENTIFIER"),
        issuer_id=("APP_STORE_CONNECT_ISSUER_ID",),
        key=("APP_STORE_CONNECT_PRIVATE_KEY",),
        path=("APP_STORE_CONNECT_PRIVATE_KEY_PATH", "APP_STORE_CONNECT_KEY_PATH"),
    ),
)


def key_from_file(
    path: Path,
    *,
    key_id: str | None = None,
    issuer_id: str | None = None,
    enterprise: bool = False,
    scope: tuple[str, ...] = (),
) -> ApiKey:
    """Read a `.p8` file, whose id is in its name, or a JSON key file."""
    content = read_file(path)
    # It was read, so that it is the name of a file and no key.
    name = _KEY_FILE.fullmatch(path.name)
    try:
        return key_from_text(
            content,
            origin=path.name,
            key_id=key_id or (name[1] if name else None),
            issuer_id=issuer_id,
            enterprise=enterprise,
            scope=scope,
        )
    except InvalidKeyError as error:
        if path.name in str(error):
            raise
        raise InvalidKeyError(f"{path.name}: {error}") from None


def key_from_text(
    content: str | bytes,
    *,
    origin: str,
    key_id: str | None = None,
    issuer_id: str | None = None,
    enterprise: bool = False,
    scope: tuple[str, ...] = (),
) -> ApiKey:
    """Read the text of a private key, or a JSON key; `origin` is what errors call it."""
    text = read_text(content) if isinstance(content, bytes) else content
    text = _within_base64(text)
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return key_from_json(
            text, origin=origin, issuer_id=issuer_id, enterprise=enterprise, scope=scope
        )
    if key_id is None:
        raise InvalidKeyError(f"the id of the key in {origin} is missing: pass it as `key_id`")
    return ApiKey.load(
        key_id=key_id,
        issuer_id=issuer_id,
        private_key=content,
        enterprise=enterprise,
        scope=scope,
    )


def _within_base64(text: str) -> str:
    """Return a JSON key that was packed as base64, unpacked; anything else as it is."""
    try:
        inner = read_text(base64.b64decode(re.sub(r"\s+", "", text), validate=True))
    except ValueError:
        return text
    return inner if inner.lstrip("\ufeff \t\r\n").startswith("{") else text


def key_from_json(
    content: str | bytes,
    *,
    origin: str,
    issuer_id: str | None = None,
    enterprise: bool = False,
    scope: tuple[str, ...] = (),
) -> ApiKey:
    """Read a JSON key; what it says itself wins over the arguments."""
    values = _json_members(content, origin)
    return ApiKey.load(
        key_id=values["key_id"],
        issuer_id=values.get("issuer_id", issuer_id),
        private_key=values["key"],
        enterprise=_is_true(values["in_house"]) if "in_house" in values else enterprise,
        scope=scope,
    )


def key_from_env(environ: Mapping[str, str], *, home: Path, directory: Path) -> ApiKey:
    """Find the key; `ApiKey.from_env` says where and in which order."""
    folders = (
        directory / "private_keys",
        home / "private_keys",
        home / ".private_keys",
        home / ".appstoreconnect" / "private_keys",
    )
    for source in _SOURCES:
        key_id, issuer_id = _first(environ, source.key_id), _first(environ, source.issuer_id)
        key, path = _first(environ, source.key), _first(environ, source.path)
        enterprise = _is_true(_first(environ, source.enterprise) or "")
        if enterprise and source is _SOURCES[0]:
            _check_is_yes(_first(environ, source.enterprise) or "", source.enterprise[0])
        if key:
            name = f"{' or '.join(source.key)} ({source.key_id[0]} is not set)"
            return key_from_text(
                key, origin=name, key_id=key_id, issuer_id=issuer_id, enterprise=enterprise
            )
        if path:
            file = home / path[2:] if path.startswith("~/") else directory / path
            return key_from_file(file, key_id=key_id, issuer_id=issuer_id, enterprise=enterprise)
        if key_id:
            found = _key_files(folders).get(key_id)
            if found is None:
                # The id is not quoted: it may be the private key in the wrong variable.
                raise InvalidKeyError(
                    f"{source.key_id[0]} is set, but the private key is missing: set"
                    f" {' or '.join((*source.key, *source.path))},"
                    f" or put its AuthKey_<ID>.p8 in {_listed(folders)}"
                )
            return key_from_file(found, issuer_id=issuer_id, enterprise=enterprise)
    return _only_key(environ, folders)


def _only_key(environ: Mapping[str, str], folders: tuple[Path, ...]) -> ApiKey:
    files = _key_files(folders)
    if not files:
        raise InvalidKeyError(
            "no API key: set ASC_KEY_ID, ASC_ISSUER_ID and ASC_PRIVATE_KEY or"
            f" ASC_PRIVATE_KEY_PATH. Looked for {', '.join(_looked_for())}"
            f" and for AuthKey_<ID>.p8 in {_listed(folders)}"
        )
    if len(files) > 1:
        raise InvalidKeyError(f"several API keys, set ASC_KEY_ID to one of {', '.join(files)}")
    issuer_ids = tuple(name for source in _SOURCES for name in source.issuer_id)
    return key_from_file(next(iter(files.values())), issuer_id=_first(environ, issuer_ids))


def _key_files(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Find the key files by id; the earlier folder wins."""
    files: dict[str, Path] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.p8")):
            if name := _KEY_FILE.fullmatch(file.name):
                files.setdefault(name[1], file)
    return files


def _json_members(content: str | bytes, origin: str) -> dict[str, str]:
    try:
        text = read_text(content) if isinstance(content, bytes) else content
        document: object = json.loads(text.strip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise InvalidKeyError(f"{origin} is not a JSON object")
    values = {
        name: str(value)
        for name, value in cast("dict[str, Any]", document).items()
        if value is not None and value != ""
    }
    if missing := [name for name in ("key_id", "key") if name not in values]:
        raise InvalidKeyError(f"{origin} lacks {' and '.join(missing)}")
    return values


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := _unquoted(environ.get(name, "")))), None)


def _unquoted(value: str) -> str:
    """Return a value without the quotation marks that files of variables leave around it."""
    value = value.strip(_AROUND)
    while len(value) > 1 and value[:1] + value[-1:] in _QUOTES:
        value = value[1:-1].strip(_AROUND)
    return value


def _is_true(text: str) -> bool:
    return _unquoted(text).lower() not in _FALSE


def _check_is_yes(text: str, name: str) -> None:
    """Refuse what says neither yes nor no, unquoted, as it may be the private key."""
    if text.lower() not in _TRUE:
        raise InvalidKeyError(f"{name} says neither yes nor no: set it to true or false")


def _looked_for() -> list[str]:
    return [name for source in _SOURCES for name in (*source.key_id, *source.key, *source.path)]


def _listed(folders: tuple[Path, ...]) -> str:
    return ", ".join(str(folder) for folder in folders)
