"""The private keys of the simulated team, which are no secret: the same for every simulator."""

from __future__ import annotations

import hashlib
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

__all__ = ["private_key", "private_text"]


@cache
def private_key(key_id: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key of a key id."""
    digest = hashlib.sha256(f"app_store_connect.simulator {key_id}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest[:31], "big") + 1, ec.SECP256R1())


def private_text(key_id: str) -> str:
    """Return a private key as the text of the file that Apple would offer for download."""
    key = private_key(key_id)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
