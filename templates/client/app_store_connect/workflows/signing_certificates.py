"""Certificates for keys that are kept locally: found again by the key, made where there is none."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .._runtime.concurrency import in_thread_async
from .._runtime.messages.errors import ConflictError, PermissionDeniedError
from .errors import WorkflowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

    from ..client import AsyncClient
    from ..models import Certificate
    from .signing_folder import PrivateKey, SigningFolder

__all__ = ["AsyncCertificates", "content_of", "stem_of"]

_DEVELOPER_ID = "DEVELOPER_ID_"
# https://developer.apple.com/help/account/certificates/: Apple Pay encrypts with elliptic curves.
_ELLIPTIC = frozenset({"APPLE_PAY"})


def stem_of(certificate_type: str, owner: str | None = None) -> str:
    """Return what files of a certificate are called before the dot."""
    stem = certificate_type.lower().replace("_", "-")
    return f"{stem}-{owner}" if owner else stem


def content_of(certificate: Certificate) -> x509.Certificate | None:
    """Return the certificate itself, None for what cannot be read as one."""
    from cryptography import x509  # noqa: PLC0415 - it loads OpenSSL

    try:
        content = base64.b64decode(certificate.certificate_content or "")
        return x509.load_der_x509_certificate(content)
    except (ValueError, binascii.Error):
        return None


class AsyncCertificates:
    """Certificates of a team for the keys of a folder, to be awaited."""

    def __init__(self, client: AsyncClient, folder: SigningFolder) -> None:
        self._client = client
        self._folder = folder

    async def find(
        self, certificate_type: str, key_name: str, *, days: float = 0
    ) -> tuple[Certificate | None, list[Certificate]]:
        """Return the certificate of a key that is good for `days`, and all current ones like it."""
        elliptic = certificate_type in _ELLIPTIC
        key = await in_thread_async(_key, self._folder, key_name, elliptic)
        current = await self.current(certificate_type)
        limit = self._now() + timedelta(days=days)
        ours = [x for x in current if _is_of(x, key) and _end(x) > limit]
        return max(ours, key=_end, default=None), current

    async def ensure(
        self, certificate_type: str, key_name: str, *, owner: dict[str, Any] | None = None
    ) -> tuple[Certificate, list[Certificate]]:
        """Return the certificate of a key, and all current ones like it.

        Without one it is made; `owner` is the pass type id or the merchant id that it is for.
        """
        found, current = await self.find(certificate_type, key_name)
        if found is not None:
            return found, current
        key = await in_thread_async(self._folder.key, key_name)
        request = await in_thread_async(_signing_request, key)
        try:
            made = await self._client.certificates.create(
                csr_content=request, certificate_type=_any(certificate_type), **(owner or {})
            )
        except ConflictError as error:
            if "already have a current" not in str(error):
                raise
            raise WorkflowError(
                f"the team has as many {certificate_type} certificates as Apple allows, and none of"
                f" them is for the key in {self._folder.path}. Put the key of one there, or revoke"
                f" one with asc.certificates.delete(id), which ends what it signed:"
                f" {_told(current)}"
            ) from error
        except PermissionDeniedError as error:
            if not certificate_type.startswith(_DEVELOPER_ID):
                raise
            path = await in_thread_async(self._folder.write_request, key_name, request.encode())
            raise WorkflowError(
                "Apple issues Developer ID certificates to the Account Holder only, on the web:"
                f" have them upload {path} at developer.apple.com/account/resources/certificates,"
                " then run this again, which finds the certificate by its key"
            ) from error
        return made, [*current, made]

    async def current(self, certificate_type: str) -> list[Certificate]:
        """Return the certificates of a type that have not expired."""
        wanted = {certificate_type}
        filters: dict[str, Any] = {"certificate_type": certificate_type}
        if certificate_type.startswith(_DEVELOPER_ID):
            # The second generation is asked for in vain (feedback FB21181137), so all are read.
            wanted, filters = {certificate_type, f"{certificate_type}_G2"}, {}
        pages = self._client.certificates.list(limit=200, **filters)
        now = self._now()
        return [x async for x in pages if x.certificate_type in wanted and _end(x) > now]

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._client.session.now(), UTC)


def _any(value: str) -> Any:
    """Return a value that may be newer than the document."""
    return value


def _key(
    folder: SigningFolder,
    name: str,
    elliptic: bool,  # noqa: FBT001 - in_thread
) -> PrivateKey:
    return folder.key(name, elliptic=elliptic)


def _is_of(certificate: Certificate, key: PrivateKey) -> bool:
    content = content_of(certificate)
    return content is not None and content.public_key() == key.public_key()


def _end(certificate: Certificate) -> datetime:
    # Those that wait for approval have none yet.
    return certificate.expiration_date or datetime.max.replace(tzinfo=UTC)


def _told(certificates: Sequence[Certificate]) -> str:
    return "; ".join(f"{x.id} ({x.name}, until {_end(x):%Y-%m-%d})" for x in certificates)


def _signing_request(key: PrivateKey) -> str:
    from cryptography import x509  # noqa: PLC0415 - it loads OpenSSL
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    # Apple puts the team's name in the place of this one.
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "App Store Connect API")])
    made = x509.CertificateSigningRequestBuilder(name).sign(key, SHA256())
    return made.public_bytes(Encoding.PEM).decode()
