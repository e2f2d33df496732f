"""The credentials: which key signs the tokens, and for whom."""

from __future__ import annotations

import errno
import os
import re
import stat
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from ..lazy import lazy_module
from ..messages.errors import InvalidKeyError
from ..messages.secret import shielded
from ..public import public
from .private_key import read_private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
else:
    ec = lazy_module("cryptography.hazmat.primitives.asymmetric.ec", __package__)

__all__ = ["ApiKey", "ReadableKeyWarning"]

# A UUID has 36 characters, and a private key more than a hundred.
_ID = re.compile(r"[\w.-]{1,40}", re.ASCII)
_ISSUER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# What may be quoted of a path that leads nowhere: no piece of a key looks like these.
_FILE_NAME = re.compile(
    r"(AuthKey|ApiKey)_[A-Z0-9]{1,10}\.p8|[a-z][a-z ._-]{0,39}\.(p8|pem|key|json|txt|der)"
)


# A key has some hundred bytes, a JSON file with one not many more.
_LARGEST = 65_536


@public
class ReadableKeyWarning(UserWarning):
    """The file of a private key can be read by every user of the machine.

    `chmod 600` ends it. Where it is meant to be so, as in a container with a single user,
    `warnings.simplefilter("ignore", ReadableKeyWarning)` silences it. On Windows, whose permissions
    are not told by a mode, it is never given.
    """


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key of App Store Connect or of the Enterprise Program.

    Make one with `load`, `from_file`, `from_json` or `from_env`. A key with an `issuer_id` is a
    team key, one without is an individual key and acts as its user. `enterprise` chooses the
    Enterprise Program, which no call can find out. `scope` limits the tokens to requests such as
    `GET /v1/apps?filter[platform]=IOS`.

    The private key shows in no `repr`, and an `ApiKey` cannot be pickled. Two are equal when they
    are the same key to Apple.
    """

    key_id: str
    issuer_id: str | None
    private_key: ec.EllipticCurvePrivateKey = field(compare=False)
    enterprise: bool = False
    scope: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an id that is not one: it may be the private key in the wrong place."""
        _check_ids(self.key_id, self.issuer_id)
        if isinstance(self.private_key, str | bytes | bytearray | memoryview | os.PathLike):
            raise InvalidKeyError("an ApiKey of text or a file is made by ApiKey.load")

    @classmethod
    @shielded
    def load(
        cls,
        *,
        key_id: str,
        issuer_id: str | None = None,
        private_key: str | bytes | None = None,
        path: str | os.PathLike[str] | None = None,
        enterprise: bool = False,
        scope: tuple[str, ...] = (),
    ) -> ApiKey:
        r"""Make a key of its parts; the private key is text (`private_key`) or in a file (`path`).

        The text may be PEM with real or literal `\n`, may lack its first and last line, and may be
        base64 of PEM or DER. `InvalidKeyError` says what is wrong with anything else.
        """
        if path is not None and private_key is None:
            private_key = read_file(path)
        elif path is not None or private_key is None:
            raise InvalidKeyError("pass the private key either as `private_key` or as `path`")
        key_id = key_id.strip() if isinstance(cast("object", key_id), str) else key_id
        if isinstance(cast("object", issuer_id), str):
            issuer_id = cast("str", issuer_id).strip()
        # Before the key is read: it may stand where its id belongs, and the other way round.
        _check_ids(key_id, issuer_id)
        return cls(key_id, issuer_id, read_private_key(private_key), enterprise, tuple(scope))

    @classmethod
    @shielded
    def from_file(
        cls,
        path: str | os.PathLike[str],
        *,
        key_id: str | None = None,
        issuer_id: str | None = None,
        enterprise: bool = False,
        scope: tuple[str, ...] = (),
    ) -> ApiKey:
        """Read a downloaded `AuthKey_<ID>.p8`, or a JSON key file as fastlane has it.

        The id of a `.p8` comes from its name unless `key_id` is given; whose key it is stands
        nowhere in it, so a team key needs `issuer_id`. For JSON see `from_json`.
        """
        from .key_sources import key_from_file  # noqa: PLC0415 - it builds on this module

        return key_from_file(
            Path(path), key_id=key_id, issuer_id=issuer_id, enterprise=enterprise, scope=scope
        )

    @classmethod
    @shielded
    def from_json(cls, content: str | bytes, *, scope: tuple[str, ...] = ()) -> ApiKey:
        """Read the content of a JSON key file as fastlane has it.

        `key_id` and `key` (the text of the private key) are required, `issuer_id` and `in_house`
        optional. Its `duration` is ignored: tokens are renewed in time whatever they last.
        """
        from .key_sources import key_from_json  # noqa: PLC0415 - it builds on this module

        return key_from_json(content, origin="the JSON key", scope=scope)

    @classmethod
    @shielded
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        home: Path | None = None,
        directory: Path | None = None,
    ) -> ApiKey:
        """Find the key in the environment, or as a file in one of the usual folders.

        The first of these that names a key is used, by itself, and must be complete:

        1. `ASC_KEY_ID`, `ASC_ISSUER_ID`, `ASC_ENTERPRISE`, and the key in `ASC_PRIVATE_KEY`,
           `ASC_PRIVATE_KEY_B64` or `ASC_PRIVATE_KEY_PATH`;
        2. fastlane's `APP_STORE_CONNECT_API_KEY_KEY_ID`, `…_ISSUER_ID`, `…_IN_HOUSE`, and `…_KEY`
           or `…_KEY_FILEPATH`; its JSON key in `APP_STORE_CONNECT_API_KEY`, or a file with it in
           `APP_STORE_CONNECT_API_KEY_PATH`;
        3. `SPACESHIP_CONNECT_API_KEY_ID`, `…_ISSUER_ID`, `…_IN_HOUSE`, and `…_KEY` or
           `…_KEY_FILEPATH`;
        4. `APP_STORE_CONNECT_KEY_ID` or `…_KEY_IDENTIFIER`, `…_ISSUER_ID`, and `…_PRIVATE_KEY`,
           `…_PRIVATE_KEY_PATH` or `…_KEY_PATH`;
        5. the only `AuthKey_<ID>.p8` in `private_keys` below `directory` or `home`, in
           `.private_keys` or in `.appstoreconnect/private_keys` below `home`, with an issuer id
           from any of the variables above.

        A key id without a key is looked up in the folders of 5. Empty variables count as unset. The
        defaults are the environment, home and working directory of this process.
        `InvalidKeyError` says what was looked for.
        """
        from .key_sources import key_from_env  # noqa: PLC0415 - it builds on this module

        return key_from_env(
            os.environ if environ is None else environ,
            home=Path.home() if home is None else home,
            directory=Path() if directory is None else directory,
        )

    @property
    def kind(self) -> str:
        """`team`, `individual` or `enterprise`."""
        if self.enterprise:
            return "enterprise"
        return "individual" if self.issuer_id is None else "team"

    def __repr__(self) -> str:
        return f"<ApiKey {self.key_id} ({self.kind})>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an ApiKey holds a private key and cannot be pickled; load it where needed")

    def __copy__(self) -> ApiKey:
        return self

    def __deepcopy__(self, memo: object) -> ApiKey:
        return self


# The `__init__` of a dataclass takes its arguments into a frame of its own.
ApiKey.__init__ = shielded(ApiKey.__init__)  # type: ignore[method-assign]


def read_file(path: str | os.PathLike[str]) -> bytes:
    """Read the file of a key; an `InvalidKeyError` says why that is impossible."""
    from ..files import read_whole  # noqa: PLC0415 - not everybody's key is in a file

    try:
        file = Path(path).expanduser()
        content = read_whole(file, _LARGEST)
        _warn_of_readers(file.stat().st_mode)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        is_large = error.errno == errno.EFBIG
    except (RuntimeError, ValueError) as error:
        reason, is_large = type(error).__name__, False
    else:
        return content
    # Not above: what was caught has the path in it, which may be the text of a key.
    if is_large:
        raise InvalidKeyError(f"the key file is not a key: {reason}")
    if name := shown_path(path):
        raise InvalidKeyError(f"cannot read the key file {name}: {reason}")
    raise InvalidKeyError(
        f"cannot read the key file: {reason}. Its path is not shown, as it does not look like that"
        " of a file: if it is the text of a key, pass it as `private_key` or set ASC_PRIVATE_KEY"
    )


def _warn_of_readers(mode: int) -> None:
    if os.name == "posix" and mode & stat.S_IROTH:
        warnings.warn(
            "every user of this machine can read the file of the private key: chmod 600 it",
            ReadableKeyWarning,
            stacklevel=2,
        )


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return what errors may quote of the path of a key file, empty where it may be the key itself.

    A path that leads somewhere is shown whole, of any other its name at most, if no key looks so.
    """
    file = Path(path)
    try:
        if file.exists():
            return str(file)
        is_in_folder = file.parent.is_dir()
    except (OSError, ValueError):
        return ""
    if not _FILE_NAME.fullmatch(file.name):
        return ""
    return str(file) if is_in_folder else file.name


def _check_ids(key_id: object, issuer_id: object) -> None:
    """Refuse an id that is not one, without quoting it: it may be the private key."""
    if not isinstance(key_id, str) or not _ID.fullmatch(key_id):
        raise InvalidKeyError("the key id is empty or not a key id, such as 2X9R4HXF34")
    if issuer_id == "":
        raise InvalidKeyError("the issuer id is empty: leave it out for an individual key")
    if issuer_id is not None and not (isinstance(issuer_id, str) and _ID.fullmatch(issuer_id)):
        raise InvalidKeyError("the issuer id is not a UUID: copy it from App Store Connect")
    if _ISSUER_ID.fullmatch(key_id):
        raise InvalidKeyError("the key id looks like an issuer id: have the two been swapped?")
