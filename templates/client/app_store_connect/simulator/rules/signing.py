"""The simulated certificate authority: certificates for requests, signed profiles.

It is the same for every simulator and no secret. Signatures of its RSA key follow from what is
signed, so the same calls give the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate, CertificateSigningRequest, Name

    from ..world import World

__all__ = ["TEAM_ID", "TEAM_NAME", "issue", "read_request", "signed_profile"]

TEAM_ID = "EXAMPLE123"
TEAM_NAME = "Example Team"

_HALF = 1024
_EXPONENT = 65537
# The first of the numbers below that are prime; to look for them takes seconds.
_P, _Q = ("p", 908), ("q", 1087)
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def _number(label: str, count: int) -> int:
    """Return an odd number of half a key's length that follows from a label."""
    digest = hashlib.shake_256(f"app_store_connect.simulator {label} {count}".encode())
    return int.from_bytes(digest.digest(_HALF // 8), "big") | 3 << (_HALF - 2) | 1


@cache
def _key() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - it loads OpenSSL

    p, q = _number(*_P), _number(*_Q)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p,
        q,
        d,
        rsa.rsa_crt_dmp1(d, p),
        rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(_EXPONENT, p * q),
    ).private_key()


def _name(common: str, **more: str) -> Name:
    from cryptography import x509  # noqa: PLC0415 - it loads OpenSSL

    oid = x509.NameOID
    names = [x509.NameAttribute(oid.COMMON_NAME, common)]
    if "unit" in more:
        names.insert(0, x509.NameAttribute(oid.USER_ID, more["unit"]))
        names.append(x509.NameAttribute(oid.ORGANIZATIONAL_UNIT_NAME, more["unit"]))
    names.append(x509.NameAttribute(oid.ORGANIZATION_NAME, more.get("organization", "Example")))
    names.append(x509.NameAttribute(oid.COUNTRY_NAME, "US"))
    return x509.Name(names)


@cache
def _authority() -> Certificate:
    name = _name("Simulated Developer Relations Certification Authority")
    return _certificate(name, _key().public_key(), 1, _FIRST, timedelta(days=36500), ca=True)


def _certificate(
    subject: Name, public_key: Any, serial: int, start: datetime, life: timedelta, *, ca: bool
) -> Certificate:
    from cryptography import x509  # noqa: PLC0415 - it loads OpenSSL
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415

    builder = x509.CertificateBuilder(
        issuer_name=subject if ca else _authority().subject,
        subject_name=subject,
        public_key=public_key,
        serial_number=serial,
        not_valid_before=start,
        not_valid_after=start + life,
    ).add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if not ca:
        usages = [ExtendedKeyUsageOID.CODE_SIGNING]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=True)
    return builder.sign(_key(), SHA256())


def read_request(text: str) -> CertificateSigningRequest:
    """Return a certificate signing request, which is PEM or the base64 of DER.

    Raises ValueError for what is none, or is not signed by the key that it is about.
    """
    from cryptography import x509  # noqa: PLC0415 - it loads OpenSSL

    lines = [line for line in text.split("\n") if not line.startswith("-----")]
    try:
        found = x509.load_der_x509_csr(base64.b64decode("".join(lines), validate=False))
    except (binascii.Error, ValueError) as error:
        raise ValueError("it is not a certificate signing request") from error
    if not found.is_signature_valid:
        raise ValueError("its signature does not match its key")
    return found


def issue(
    world: World, common_name: str, request: str | None, life: timedelta
) -> tuple[Callable[[], str], str, datetime]:
    """Return what makes a new certificate, its serial number and when it expires.

    A certificate is the base64 of DER. Without a request that is one it is for a key that nobody
    has.
    """
    serial = int.from_bytes(world.draw("serials"), "big") >> 1 | 1
    start = world.now.replace(microsecond=0)

    def content() -> str:
        from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

        try:
            public_key: Any = read_request(request or "").public_key()
        except ValueError:
            public_key = _key().public_key()
        subject = _name(common_name, unit=TEAM_ID, organization=TEAM_NAME)
        made = _certificate(subject, public_key, serial, start, life, ca=False)
        return base64.b64encode(made.public_bytes(Encoding.DER)).decode()

    return content, f"{serial:X}", start + life


def signed_profile(members: Mapping[str, Any]) -> str:
    """Return a provisioning profile: base64 of a property list that is signed as PKCS #7."""
    import plistlib  # noqa: PLC0415 - it loads XML

    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - it loads OpenSSL
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7  # noqa: PLC0415

    builder = pkcs7.PKCS7SignatureBuilder().set_data(plistlib.dumps(dict(members)))
    builder = builder.add_signer(_authority(), _key(), SHA256())
    # Its attributes would have the real time in them.
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoAttributes]
    return base64.b64encode(builder.sign(Encoding.DER, options)).decode()
