"""Signing: keys, certificates, devices, bundle ids, capabilities and profiles."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from .. import models as m
from .._runtime.concurrency import in_thread_async
from .._runtime.public import public
from .common.partial import partial
from .common.words import check_word
from .device_rows import DeviceRows, device_rows
from .errors import WorkflowError
from .signing_certificates import AsyncCertificates, content_of, stem_of
from .signing_folder import RehearsedFolder, SigningFolder
from .signing_identifiers import AsyncIdentifiers, check_identifier
from .signing_profiles import AsyncProfiles, SigningKind, check_devices, profile_kind

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from .._runtime.jsonapi.values import Id
    from ..models import Certificate, Device

__all__ = ["AsyncSigning", "RegisteredDevices", "SigningFiles", "SigningSetup"]


class SigningFiles(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate, and where it is kept with its key.

    `p12` holds both for a keychain; its password is in the file `password`, unless it was given.
    """

    certificate: m.Certificate
    key: Path
    certificate_file: Path
    p12: Path
    password: Path | None


class SigningSetup(SigningFiles, frozen=True, kw_only=True):
    """All that an app is signed with; `profile_file` is to be installed."""

    bundle_id: m.BundleId
    profile: m.Profile
    profile_file: Path


class RegisteredDevices(msgspec.Struct, frozen=True, kw_only=True):
    """What became of devices, by udid: `created`, `enabled` again, or `present` before."""

    created: tuple[str, ...]
    enabled: tuple[str, ...]
    present: tuple[str, ...]


@public
class AsyncSigning(AsyncIdentifiers):
    """Jobs on what apps are signed with, to be awaited.

        signing = asc.workflows.signing.setup("com.example.trails", out="signing")
        print(signing.p12, signing.profile_file)

    Keys are made here and never leave the folder; of all else the folder has copies.
    """

    async def setup(
        self,
        bundle_id: str,
        kind: SigningKind = "app-store",
        *,
        out: str | os.PathLike[str],
        platform: str | None = None,
        name: str | None = None,
        profile_name: str | None = None,
        devices: Iterable[Id[Device]] | None = None,
        password: str | None = None,
    ) -> SigningSetup:
        """Have everything that an app is signed with, in a folder.

        Key, certificate, bundle id, devices and profile are made where they are missing, expired or
        revoked; a second run changes nothing. The certificate is found again by the key in the
        folder, which several apps may share. Profiles that name devices name all that are enabled,
        unless `devices` are given, and those for development all current certificates.

        `platform` is IOS, VISION_OS, TV_OS, MAC_OS or MAC_CATALYST; a new bundle id is called
        `name`. Files can be read by their owner only, and no key is ever written over. A rehearsal
        makes missing keys and no other file: apply its plan, then run this for the rest.

        Raises:
            ValueError: there is no such kind, or the profile's name is that of another app.
            WorkflowError: the team has too many certificates, and the message lists them; there is
                no device; or the Account Holder has to get the certificate, and it says how.
        """
        return await self._set_up(
            bundle_id,
            kind,
            folder=self._folder(out, password),
            platform=platform,
            name=name,
            profile_name=profile_name,
            devices=devices,
        )

    async def rotate(
        self,
        bundle_id: str,
        kind: SigningKind = "app-store",
        *,
        out: str | os.PathLike[str],
        days: float = 30,
        revoke: bool = False,
        platform: str | None = None,
        profile_name: str | None = None,
        devices: Iterable[Id[Device]] | None = None,
        password: str | None = None,
    ) -> SigningSetup:
        """Replace key and certificate if the certificate expires within so many `days`.

        The old key stays in the folder under the number of its certificate. `revoke` also ends that
        certificate, and with it every other profile that was made with it.
        """
        needed = profile_kind(kind, platform)
        check_identifier("bundle_id", bundle_id)
        check_devices(needed, devices)
        folder = self._folder(out, password)
        stem, successor = stem_of(needed.certificate_type), stem_of(needed.certificate_type, "next")
        certificates = AsyncCertificates(self._client, folder)
        if folder.kept(f"{stem}.key") is None and folder.kept(f"{successor}.key") is not None:
            # An earlier run was stopped between two renames.
            await in_thread_async(folder.archive, stem, successor, "")
        good, _ = await certificates.find(needed.certificate_type, stem, days=days)
        steps = ["a new certificate", "set up", *["old ones revoked"] * revoke]
        with partial(steps) as done:
            if good is None:
                old, _ = await certificates.find(needed.certificate_type, stem)
                await certificates.ensure(needed.certificate_type, successor)
                serial = "expired" if old is None else old.serial_number or old.id
                await in_thread_async(folder.archive, stem, successor, serial)
            done.append(steps[0])
            made = await self._set_up(
                bundle_id,
                kind,
                folder=folder,
                platform=platform,
                profile_name=profile_name,
                devices=devices,
            )
            done.append(steps[1])
            if revoke:
                for certificate in await certificates.current(needed.certificate_type):
                    if folder.kept(f"{stem}-{certificate.serial_number}.key") is not None:
                        await self._client.certificates.delete(certificate)
        return made

    async def revoke_expired(self) -> list[str]:
        """Delete the certificates that have expired, and return their ids.

        They sign nothing any more, and are in the way of nobody who looks for one that does.
        """
        now = datetime.fromtimestamp(self._client.session.now(), UTC)
        pages = self._client.certificates.list(
            fields={"certificates": ["expirationDate"]}, limit=200
        )
        expired = [x async for x in pages if x.expiration_date and x.expiration_date <= now]
        with partial(x.id for x in expired) as done:
            for certificate in expired:
                await self._client.certificates.delete(certificate)
                done.append(certificate.id)
        return [x.id for x in expired]

    async def ensure_certificate(
        self,
        certificate_type: str,
        *,
        out: str | os.PathLike[str],
        pass_type_id: str | None = None,
        merchant_id: str | None = None,
        password: str | None = None,
    ) -> SigningFiles:
        """Have a certificate of any type, and its key, in a folder.

        Such as `MAC_INSTALLER_DISTRIBUTION`, with which packages for the Mac App Store are signed.
        Those for passes and for Apple Pay take the identifier that they are for, which is made
        where there is none.

        Raises:
            WorkflowError: as for `setup`.
        """
        check_word("certificate_type", certificate_type, ("DISTRIBUTION", *m.CertificateType))
        if pass_type_id is not None:
            check_identifier("pass_type_id", pass_type_id, "pass.")
        if merchant_id is not None:
            check_identifier("merchant_id", merchant_id, "merchant.")
        owner: dict[str, Any] = {}
        owner_name = pass_type_id or merchant_id
        folder = self._folder(out, password)
        with partial([*filter(None, [owner_name]), f"certificate {certificate_type}"]) as done:
            if pass_type_id is not None:
                owner["pass_type_id"] = await self.ensure_pass_type_id(pass_type_id)
                done.append(pass_type_id)
            if merchant_id is not None:
                owner["merchant_id"] = await self.ensure_merchant_id(merchant_id)
                done.append(merchant_id)
            files, _ = await self._files(
                folder, certificate_type, owner=owner, owner_name=owner_name
            )
        return files

    async def register_devices(self, devices: DeviceRows) -> RegisteredDevices:
        """Register devices: rows of udid, name and platform, or a file of them as `pathlib.Path`.

        A file is the text that Apple's portal takes, a .deviceids or CSV. Who is registered stays;
        who was disabled is enabled. A device keeps its place of 100 a class until the membership
        year is over, even when it is disabled.

        Raises:
            ValueError: a row has no udid; nothing was sent.
        """
        rows = await in_thread_async(device_rows, devices)
        pages = self._client.devices.list(fields={"devices": ["udid", "status"]}, limit=200)
        there = {_plain_udid(x.udid): x async for x in pages}
        created: list[str] = []
        enabled: list[str] = []
        present: list[str] = []
        with partial(udid for udid, _, _ in rows) as done:
            for udid, name, platform in rows:
                device = there.get(_plain_udid(udid))
                if device is None:
                    system: Any = platform
                    await self._client.devices.create(name=name, platform=system, udid=udid)
                    created.append(udid)
                elif device.status == "DISABLED":
                    await self._client.devices.update(device, status="ENABLED")
                    enabled.append(udid)
                else:
                    present.append(udid)
                done.append(udid)
        return RegisteredDevices(
            created=tuple(created), enabled=tuple(enabled), present=tuple(present)
        )

    async def _set_up(
        self,
        bundle_id: str,
        kind: SigningKind,
        *,
        folder: SigningFolder,
        platform: str | None,
        name: str | None = None,
        profile_name: str | None,
        devices: Iterable[Id[Device]] | None,
    ) -> SigningSetup:
        needed = profile_kind(kind, platform)
        check_identifier("bundle_id", bundle_id)
        named = await AsyncProfiles(self._client).devices(needed, devices)
        system = "" if platform in {None, "IOS"} else f" {platform}"
        title = profile_name or f"{bundle_id} {kind}{system}"
        identifier, certificate = f"bundle id {bundle_id}", f"certificate {needed.certificate_type}"
        with partial([identifier, certificate, f"profile {title}"]) as done:
            owner = await self.ensure_bundle_id(bundle_id, name, platform=needed.platform)
            done.append(identifier)
            files, current = await self._files(folder, needed.certificate_type)
            done.append(certificate)
            signed = current if kind == "development" else [files.certificate]
            profile = await AsyncProfiles(self._client).ensure(title, needed, owner, signed, named)
        suffix = f"{kind}{system.replace(' ', '-').lower()}.{needed.suffix}"
        path = await in_thread_async(
            folder.write,
            f"{bundle_id.replace('*', 'wildcard')}.{suffix}",
            base64.b64decode(profile.profile_content or ""),
        )
        return SigningSetup(
            certificate=files.certificate,
            key=files.key,
            certificate_file=files.certificate_file,
            p12=files.p12,
            password=files.password,
            bundle_id=owner,
            profile=profile,
            profile_file=path,
        )

    def _folder(self, out: str | os.PathLike[str], password: str | None) -> SigningFolder:
        kind = RehearsedFolder if self._client.session.is_rehearsal else SigningFolder
        return kind(out, password)

    async def _files(
        self,
        folder: SigningFolder,
        certificate_type: str,
        *,
        owner: dict[str, Any] | None = None,
        owner_name: str | None = None,
    ) -> tuple[SigningFiles, list[Certificate]]:
        """Have a certificate in a folder, and return it with all current ones of its type."""
        stem = stem_of(certificate_type, owner_name)
        certificates = AsyncCertificates(self._client, folder)
        certificate, current = await certificates.ensure(certificate_type, stem, owner=owner)
        content = content_of(certificate)
        if content is None:
            raise WorkflowError(f"the content of certificate {certificate.id} cannot be read")
        key = await in_thread_async(folder.key, stem)
        secret, kept = await in_thread_async(folder.password, stem)
        p12 = await in_thread_async(folder.write_identity, stem, key, content, secret)
        cer = await in_thread_async(
            folder.write, f"{stem}.cer", base64.b64decode(certificate.certificate_content or "")
        )
        files = SigningFiles(
            certificate=certificate,
            key=folder.path / f"{stem}.key",
            certificate_file=cer,
            p12=p12,
            password=kept,
        )
        return files, current


def _plain_udid(udid: str | None) -> str:
    return (udid or "").replace("-", "").lower()
