"""Keys made for one test run, in every shape users have them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from app_store_connect._runtime.auth.keys import ApiKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

KEY_ID = "2X9R4HXF34"
ISSUER_ID = "57246542-96fe-1a63-e053-0824d011072a"


@functools.cache
def private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_key() -> ec.EllipticCurvePublicKey:
    return private_key().public_key()


def pem(
    key: PrivateKeyTypes | None = None,
    *,
    form: PrivateFormat = PrivateFormat.PKCS8,
    password: bytes | None = None,
) -> str:
    """The text of a key; by default as Apple's .p8 files have it."""
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return (key or private_key()).private_bytes(Encoding.PEM, form, encryption).decode()


def der() -> bytes:
    return private_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def body() -> str:
    """The base64 between the first and the last line."""
    return "".join(pem().splitlines()[1:-1])


def api_key(
    *, issuer_id: str | None = ISSUER_ID, enterprise: bool = False, scope: tuple[str, ...] = ()
) -> ApiKey:
    return ApiKey(KEY_ID, issuer_id, private_key(), enterprise, scope)


def secrets() -> tuple[str, ...]:
    """Pieces of the test key that may show up nowhere."""
    text = body()
    number = private_key().private_numbers().private_value
    return (text[40:80], text[80:120], str(number), f"{number:x}")
