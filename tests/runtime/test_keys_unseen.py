"""A key shows in no error and no log, whatever argument or variable it was put into by mistake."""

from __future__ import annotations

import base64
import json
import logging
import re
import ssl
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app_store_connect import ApiKey, AsyncClient, Client, InvalidKeyError
from support import keys

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = 2000
# Long enough to be no word of a message, short enough to give away nothing.
PIECE = 10
FIXED = len("MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg")
WORD = re.compile(rf"[A-Za-z0-9+/=_-]{{{PIECE},}}")

NOWHERE = Path("/nowhere/of/ours")
# To load the system's certificates takes longer than all else.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def texts_of(pem: str, sec1: str) -> list[Any]:
    """What people have in hand as their key, whole or in parts, and what scripts make of it."""
    lines = pem.splitlines()
    body = "".join(lines[1:-1])
    wrapped = base64.b64encode(pem.encode()).decode()
    return [
        pem,
        pem.encode(),
        pem.replace("\n", "\\n"),
        pem.replace("\n", "\r\n"),
        pem.replace("\n", " "),
        body,
        body.replace("+", "-").replace("/", "_"),
        body[FIXED:],
        *lines[2:-1],
        sec1,
        "".join(sec1.splitlines()[1:-1]),
        base64.b64decode(body),
        wrapped,
        wrapped.encode(),
        json.dumps({"key_id": "K", "key": pem})[:-9],
        f"{body}.p8",
        f"AuthKey_{body}.p8",
        f"keys/{body[FIXED:]}/key.p8",
        f"~/{body}",
        f"{pem[:-40]}\0",
    ]


def from_environ(**variables: Any) -> ApiKey:
    given = {
        name: x.decode("latin-1") if isinstance(x, bytes) else x for name, x in variables.items()
    }
    return ApiKey.from_env(given, home=NOWHERE, directory=NOWHERE)


WAYS: list[Callable[[Any], object]] = [
    lambda x: ApiKey.load(key_id="K", path=x),
    lambda x: ApiKey.load(key_id=x, private_key="a"),
    lambda x: ApiKey.load(key_id="K", issuer_id=x, private_key="a"),
    lambda x: ApiKey.load(key_id="K", private_key=x[:-5]),
    lambda x: ApiKey.load(key_id="K", private_key=x[5:]),
    lambda x: ApiKey.load(key_id="K", private_key=x, path=x),
    ApiKey.from_file,
    lambda x: ApiKey.from_file(Path(x)),
    lambda x: ApiKey.from_file("none.p8", key_id=x),
    ApiKey.from_json,
    lambda x: ApiKey.from_json(json.dumps({"key_id": str(x), "key": "a"})),
    lambda x: ApiKey.from_json(json.dumps({"key_id": "K", "issuer_id": str(x), "key": "a"})),
    lambda x: ApiKey.from_json(json.dumps({str(x): "K", "key": str(x)})),
    lambda x: ApiKey(x, None, keys.private_key()),
    lambda x: ApiKey("K", x, keys.private_key()),
    lambda x: ApiKey("K", None, x),
    Client,
    AsyncClient,
    Client.from_file,
    AsyncClient.from_file,
    lambda x: Client.from_env({"ASC_KEY_ID": "K", "ASC_PRIVATE_KEY_PATH": str(x)}, verify=TLS),
    lambda x: AsyncClient.from_env({"ASC_KEY_ID": "K", "ASC_PRIVATE_KEY": str(x)}, verify=TLS),
    lambda x: from_environ(ASC_KEY_ID=x),
    lambda x: from_environ(ASC_KEY_ID=x, ASC_PRIVATE_KEY=x),
    lambda x: from_environ(ASC_KEY_ID="K", ASC_ISSUER_ID=x, ASC_PRIVATE_KEY_PATH="none.p8"),
    lambda x: from_environ(ASC_KEY_ID="K", ASC_PRIVATE_KEY_PATH=x),
    lambda x: from_environ(ASC_PRIVATE_KEY_PATH=x),
    lambda x: from_environ(ASC_PRIVATE_KEY=x),
    lambda x: from_environ(ASC_PRIVATE_KEY_B64=x, ASC_KEY_ID="K", ASC_ENTERPRISE=x),
    lambda x: from_environ(APP_STORE_CONNECT_API_KEY=x),
    lambda x: from_environ(APP_STORE_CONNECT_API_KEY_PATH=x),
    lambda x: from_environ(SPACESHIP_CONNECT_API_KEY_ID=x, SPACESHIP_CONNECT_API_KEY_FILEPATH=x),
    lambda x: from_environ(APP_STORE_CONNECT_KEY_PATH=x, APP_STORE_CONNECT_KEY_IDENTIFIER="K"),
]


def frames_of(made: object) -> list[str]:
    """The locals of an error's frames in the package, as crash reporters send them."""
    found: list[str] = []
    for frame, _ in traceback.walk_tb(getattr(made, "__traceback__", None)):
        if "app_store_connect" in frame.f_code.co_filename:
            found.append(repr(frame.f_locals))
    return found


def pieces(*secrets: str) -> set[str]:
    return {text[start : start + PIECE] for text in secrets for start in range(len(text) - PIECE)}


def shown(text: str, secret: set[str]) -> bool:
    """Whether a text has a piece of the secret in it."""
    words = WORD.findall(text)
    return any(
        word[start : start + PIECE] in secret
        for word in {*words}
        for start in range(len(word) - PIECE + 1)
    )


def test_no_error_and_no_log_has_a_piece_of_a_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refused = 0
    for number in range(KEYS):
        key = ec.generate_private_key(ec.SECP256R1())
        pem, sec1 = (
            key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
            for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
        )
        body, short = ("".join(text.splitlines()[1:-1]) for text in (pem, sec1))
        secret = pieces(
            body[FIXED:],
            body[FIXED:].replace("+", "-").replace("/", "_"),
            short[10:],
            base64.b64encode(pem.encode()).decode()[100:],
        )
        texts = texts_of(pem, sec1)
        for index, way in enumerate(WAYS):
            text = texts[(number + index) % len(texts)]
            try:
                made: object = way(text)
            except (InvalidKeyError, TypeError, ValueError) as error:
                made = error
            if isinstance(made, Exception):
                refused += 1
                assert made.__cause__ is made.__context__ is None
            told = "\n".join([str(made), repr(made), *frames_of(made)])
            assert not shown(told, secret), (index, told)
    assert not shown(caplog.text, secret)
    assert refused > KEYS * len(WAYS) * 0.7


def test_the_piece_finder_finds() -> None:
    """Otherwise the test above would prove nothing."""
    assert shown("no such file: bcdefghijklm", pieces("abcdefghijklmn"))
    assert not shown("no such file: bcdefghij klm", pieces("abcdefghijklmn"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none.p8", "none.p8"),
        ("AuthKey_2X9R4HXF34.p8", "AuthKey_2X9R4HXF34.p8"),
        ("/nowhere/AuthKey_2X9R4HXF34.p8", "AuthKey_2X9R4HXF34.p8"),
        ("my key", "is not shown"),
    ],
)
def test_the_name_of_a_missing_file_is_shown_where_no_key_looks_like_it(
    path: str, said: str
) -> None:
    with pytest.raises(InvalidKeyError, match=re.escape(said)):
        ApiKey.from_file(path)


def test_a_path_is_not_taken_for_the_text_of_a_key() -> None:
    with pytest.raises(InvalidKeyError, match="pass the name of a file as `path`"):
        ApiKey.load(key_id="K", private_key=Path("a.p8"))  # type: ignore[arg-type]
