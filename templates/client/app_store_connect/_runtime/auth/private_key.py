r"""From whatever a user holds as "the key" to the EC private key that Apple issued.

People paste keys through shells, CI variables and JSON: line ends become the two characters `\n`
or spaces, the first and last lines get lost, all of it is wrapped in base64. Each of these is
mended. What cannot be mended is named, without quoting any of it.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, unquote_plus

from ..messages.errors import InvalidKeyError
from ..messages.json_text import read_text
from ..suggestions import kind_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

__all__ = ["read_private_key"]

# Programs that write of keys use other dashes, fewer, or spaces beside them.
_BLOCK = re.compile(
    r"[-\u2010-\u2015\u2212]{2,}[ \t]*BEGIN[ \t]+([A-Z0-9 ]+?)[ \t]*[-\u2010-\u2015\u2212]{2,}"
    r"(.*?)(?:[-\u2010-\u2015\u2212]{2,}[ \t]*END|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# Lines such as `Key Attributes` and `friendlyName: x`, which openssl writes, are not base64.
_HEADER_LINE = re.compile(
    r"^[ \t]*(?:[A-Za-z][\w-]*:.*|Bag Attributes.*|Key Attributes.*)$", re.MULTILINE
)
_FILE_NAME = re.compile(r"[^\n]*\.(p8|pem|key|json|txt|der|cer|p12)", re.IGNORECASE)
_DOWNLOAD = (
    "Use the .p8 file that App Store Connect offers once, when the key is made, under"
    " Users and Access > Integrations."
)
_ENCRYPTED = (
    "the private key is encrypted, as Apple's never are. Decrypt it first:"
    " openssl pkcs8 -in FILE -out AuthKey_ID.p8"
)
_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
# Line ends as text, once or several times over, and those that a shell is told to pass over.
_ESCAPES = re.compile(r"\\+(?:[nr]|\r?\n)")
_CITED = re.compile(r"^[ \t]*[>|]+", re.MULTILINE)
_JOINED = re.compile(r"[\"'][ \t]*\+(?=\s*[\"'])")
_PREFIX = re.compile(r"(?:data:[^,]{0,100},|base64:|hex:)", re.IGNORECASE)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}\s*){100,}")
_LAST_LINE = re.compile(r"-{2,}[ \t]*END[^-]*-{2,}\s*\Z")
# Base64 of PEM has two layers; more is not a key.
_LAYERS = 3


def read_private_key(source: str | bytes) -> EllipticCurvePrivateKey:
    """Read a P-256 private key from PEM text, base64 or DER."""
    if isinstance(source, bytearray | memoryview):
        source = bytes(source)
    if not isinstance(cast("object", source), str | bytes):
        raise InvalidKeyError(
            f"the private key is text or bytes, not {kind_of(source)}:"
            " pass the name of a file as `path`"
        )
    return _load(_der(source, _LAYERS))


def _der(source: str | bytes, layers: int) -> bytes:
    """Unwrap down to the DER bytes, which begin with the tag of a sequence."""
    if isinstance(source, bytes):
        if source.startswith(b"\x30") and not source.isascii():
            return source
        text = key_text(source)
    else:
        text = source.removeprefix("\ufeff")
    text = _unwrapped(text)
    if not text:
        raise InvalidKeyError(f"the private key is empty. {_DOWNLOAD}")
    blocks: list[tuple[str, str]] = _BLOCK.findall(text)
    if blocks:
        # OpenSSL writes a block of EC parameters before the key.
        label, body = next((x for x in blocks if "PRIVATE" in x[0].upper()), blocks[0])
        _check_label(label.upper(), body)
        return _unbase64(_HEADER_LINE.sub("", body))
    if _FILE_NAME.fullmatch(text):
        raise InvalidKeyError(
            "the private key is the name of a file: pass it as `path`,"
            " or set ASC_PRIVATE_KEY_PATH to it"
        )
    if text.startswith("{"):
        raise InvalidKeyError("the private key is a JSON document: read it with ApiKey.from_json")
    decoded = bytes.fromhex(text) if _HEX.fullmatch(text) else _unbase64(text)
    return _der(decoded, layers - 1) if layers and not decoded.startswith(b"\x30") else decoded


def _unwrapped(text: str) -> str:
    """Return the text of a key without what mark-up, shells, mails and addresses put around it."""
    if "%2B" in text or "%0A" in text or "%20" in text:
        text = (unquote_plus if "BEGIN+" in text else unquote)(text)
    text = _MARKUP.sub("\n", html.unescape(text))
    text = _ESCAPES.sub("\n", text)
    text = _CITED.sub("", _JOINED.sub("", text))
    return _PREFIX.sub("", text.strip().strip(_QUOTES).strip())


def key_text(source: bytes) -> str:
    """Return the text of a key file, in UTF-8 or, as Windows writes it, in UTF-16."""
    return read_text(source)


def _check_label(label: str, body: str) -> None:
    """Refuse what, by its first line, is not an EC private key."""
    if "ENCRYPTED" in label or "ENCRYPTED" in body:
        raise InvalidKeyError(_ENCRYPTED)
    for word, what in (
        ("REQUEST", "a certificate request"),
        ("CERTIFICATE", "a certificate"),
        ("PUBLIC", "a public key"),
        ("OPENSSH", "an OpenSSH key"),
        ("RSA", "an RSA key"),
        ("DSA", "a DSA key"),
    ):
        if word in label:
            raise InvalidKeyError(f"this is {what}, not an EC private key. {_DOWNLOAD}")


def _unbase64(text: str) -> bytes:
    compact = (
        re.sub(r"[\s\u200b\ufeff\"',;]+", "", _LAST_LINE.sub("", text))
        .rstrip("=")
        .replace("-", "+")
        .replace("_", "/")
    )
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidKeyError(
            f"the private key is cut short or damaged: it is not base64. {_DOWNLOAD}"
        ) from None


def _load(der: bytes) -> EllipticCurvePrivateKey:
    # Not at the top: loading OpenSSL costs more than the rest of the package, and is needed here.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    try:
        key = serialization.load_der_private_key(der, password=None)
    except TypeError:
        raise InvalidKeyError(_ENCRYPTED) from None
    except (ValueError, UnsupportedAlgorithm):
        what = "it is cut short, damaged or no private key at all"
        raise InvalidKeyError(f"the private key cannot be read: {what}. {_DOWNLOAD}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        kind = type(key).__name__.removesuffix("PrivateKey")
        raise InvalidKeyError(f"this is a key of kind {kind}, not an EC key. {_DOWNLOAD}")
    if not isinstance(key.curve, ec.SECP256R1):
        raise InvalidKeyError(f"this key is on curve {key.curve.name}, not P-256. {_DOWNLOAD}")
    return key
