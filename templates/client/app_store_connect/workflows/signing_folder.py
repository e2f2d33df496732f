"""The folder that signing material is kept in: keys, certificates, PKCS #12 files, profiles.

Nobody but its owner may read a file of it. A key is never written over: what is there is used.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .errors import WorkflowError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    PrivateKey: TypeAlias = RSAPrivateKey | EllipticCurvePrivateKey

__all__ = ["RehearsedFolder", "SigningFolder"]

_RSA_BITS = 2048
# OpenSSL takes some more, and ends the program where there is a zero.
_LONGEST_PASSWORD = 255
_ROUNDS = 10_000


class SigningFolder:
    """A folder of signing material, which is made with its first file."""

    def __init__(self, path: str | os.PathLike[str], password: str | None = None) -> None:
        if password == "":
            raise ValueError("password: keychains read no PKCS #12 file without one")
        if password is not None and ("\0" in password or len(password) > _LONGEST_PASSWORD):
            raise ValueError(
                f"password: it has {_LONGEST_PASSWORD} characters at most, and no zero among them"
            )
        self._password = password
        # To read one takes a tenth of a second, since OpenSSL checks it.
        self._keys: dict[str, PrivateKey] = {}
        self.path = Path(path).expanduser()
        if self.path.exists() and not self.path.is_dir():
            raise ValueError(f"out: {self.path} is not a folder")
        there = next(x for x in (self.path.absolute(), *self.path.absolute().parents) if x.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise ValueError(f"out: nothing can be written below {there}")

    def key(self, stem: str, *, elliptic: bool = False) -> PrivateKey:
        """Return the private key of a name, which is made where there is none."""
        if stem not in self._keys:
            path = self.path / f"{stem}.key"
            if not path.exists():
                self._create(path, _key_text(_new_key(elliptic=elliptic)))
            self._keys[stem] = _read_key(path)
        return self._keys[stem]

    def kept(self, name: str) -> Path | None:
        """Return the path of a file that is there."""
        path = self.path / name
        return path if path.exists() else None

    def archive(self, stem: str, successor: str, serial: str) -> None:
        """Put a key in the place of another, which is kept under its certificate's number."""
        old, new = self.path / f"{stem}.key", self.path / f"{successor}.key"
        if old.exists():
            kept = self.path / f"{stem}-{serial}.key"
            count = 1
            while kept.exists():
                count += 1
                kept = self.path / f"{stem}-{serial}-{count}.key"
            old.rename(kept)
        new.rename(old)
        self._keys.clear()

    def password(self, stem: str) -> tuple[str, Path | None]:
        """Return the password of a PKCS #12 file, and where it is kept unless it was given."""
        if self._password is not None:
            return self._password, None
        path = self.path / f"{stem}.password"
        if not path.exists():
            self._create(path, f"{secrets.token_urlsafe(18)}\n".encode())
        return path.read_text(encoding="utf-8").strip(), path

    def write(self, name: str, content: bytes) -> Path:
        """Write a file as a whole or not at all, if it is another one than what is there."""
        return self._replace(self.path / name, content)

    def write_request(self, stem: str, content: bytes) -> Path:
        """Write the request for a certificate, for whoever may make it."""
        return self._replace(self.path / f"{stem}.certSigningRequest", content)

    def write_identity(
        self, stem: str, key: PrivateKey, certificate: Certificate, password: str
    ) -> Path:
        """Write key and certificate as PKCS #12, unless the file that is there has them.

        Keychains read SHA-1 and 3DES only; what protects the file is that nobody else may read it.
        """
        from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415 - it loads OpenSSL
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            PrivateFormat,
            pkcs12,
        )

        path = self.path / f"{stem}.p12"
        if path.exists():
            # It differs each time it is made. One of another password or certificate is replaced.
            with suppress(ValueError):
                found = pkcs12.load_pkcs12(path.read_bytes(), password.encode())
                if found.cert is not None and found.cert.certificate == certificate:
                    return path
        protection = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(_ROUNDS)
            .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
            .hmac_hash(SHA1())  # noqa: S303 - as said
            .build(password.encode())
        )
        content = pkcs12.serialize_key_and_certificates(
            stem.encode(), key, certificate, None, protection
        )
        return self.write(path.name, content)

    def _replace(self, path: Path, content: bytes) -> Path:
        if not path.exists() or path.read_bytes() != content:
            draft = self._draft(path, content)
            draft.replace(path)
        return path

    def _create(self, path: Path, content: bytes) -> None:
        """Make a file that is whole from the beginning; whoever was first wins."""
        draft = self._draft(path, content)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:
            # Some file systems have no hard links.
            if not path.exists():
                draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)

    def _draft(self, path: Path, content: bytes) -> Path:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return draft


class RehearsedFolder(SigningFolder):
    """A folder in a rehearsal: missing keys are made, and nothing else in it changes.

    The plan asks for certificates of these keys, so they are kept. All else would be copies of what
    a simulator has issued.
    """

    def __init__(self, path: str | os.PathLike[str], password: str | None = None) -> None:
        super().__init__(path, password)
        self._archived: set[str] = set()

    def kept(self, name: str) -> Path | None:
        """Return the path of a file that is there, or would be."""
        return self.path / name if name in self._archived else super().kept(name)

    def archive(self, stem: str, successor: str, serial: str) -> None:
        """Use a key in the place of another, and leave both where they are."""
        self._archived.add(f"{stem}-{serial}.key")
        self._keys = {stem: self.key(successor)}

    def password(self, stem: str) -> tuple[str, Path | None]:
        """Return the password that was given, and where one would be kept otherwise."""
        if self._password is not None:
            return self._password, None
        return "", self.path / f"{stem}.password"

    def write(self, name: str, content: bytes) -> Path:  # noqa: ARG002 - the base's
        """Return where a file would be."""
        return self.path / name

    def write_identity(
        self,
        stem: str,
        key: PrivateKey,  # noqa: ARG002 - the base's
        certificate: Certificate,  # noqa: ARG002
        password: str,  # noqa: ARG002
    ) -> Path:
        """Return where key and certificate would be."""
        return self.path / f"{stem}.p12"


def _new_key(*, elliptic: bool) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - it is slow

    if elliptic:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, _RSA_BITS)


def _key_text(key: PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - it is slow
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read_key(path: Path) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - it is slow
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise WorkflowError(
            f"{path} is not a private key without password: move it away, or name another folder"
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise WorkflowError(f"{path} is a key of a kind that Apple does not sign with")
    return key
