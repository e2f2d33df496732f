"""What codemagic-cli-tools makes of a server: twenty steps of signing and TestFlight, then "done".

python codemagic_story.py ADDRESS KEY_ID ISSUER_ID KEY_FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from codemagic.apple.app_store_connect.api_client import AppStoreConnectApiClient
from codemagic.apple.app_store_connect.apps.apps import Apps
from codemagic.apple.app_store_connect.builds.builds import Builds
from codemagic.apple.app_store_connect.provisioning.bundle_ids import BundleIds
from codemagic.apple.app_store_connect.provisioning.profiles import Profiles
from codemagic.apple.app_store_connect.testflight.beta_groups import BetaGroups
from codemagic.apple.resources import (
    Build,
    BundleIdPlatform,
    CapabilityType,
    CertificateType,
    DeviceStatus,
    ExternalBetaState,
    Locale,
    ProfileType,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding


def sign(asc: AppStoreConnectApiClient) -> None:
    """Make everything that a development build is signed with, and take it away again."""
    bundle_id = asc.bundle_ids.create("com.example.stranger", "Stranger", BundleIdPlatform.IOS)
    assert asc.bundle_ids.modify(bundle_id, "Passer-by").attributes.name == "Passer-by"
    wanted = BundleIds.Filter(identifier="com.example.stranger")
    assert [x.id for x in asc.bundle_ids.list(wanted)] == [bundle_id.id]
    capability = asc.bundle_id_capabilities.enable(CapabilityType.HEALTHKIT, bundle_id)
    assert capability.id in {x.id for x in asc.bundle_ids.list_capabilities(bundle_id)}
    asc.bundle_id_capabilities.disable(capability)

    device = asc.devices.create("A phone", BundleIdPlatform.IOS, "00008140-0123456789ABCDEF")
    assert asc.devices.read(device).attributes.udid == "00008140-0123456789ABCDEF"

    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "PEM")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(private, SHA256())
    text = request.public_bytes(Encoding.PEM).decode()
    certificate = asc.signing_certificates.create(CertificateType.IOS_DEVELOPMENT, text)
    issued = x509.load_der_x509_certificate(certificate.asn1_content)
    assert issued.public_key() == private.public_key()
    assert asc.signing_certificates.read(certificate).attributes == certificate.attributes

    kind = ProfileType.IOS_APP_DEVELOPMENT
    profile = asc.profiles.create("Passing by", kind, bundle_id, [certificate], [device])
    found = asc.profiles.list(Profiles.Filter(name="Passing by", profile_type=kind))
    assert [x.id for x in found] == [profile.id]
    assert asc.profiles.read_bundle_id(profile).id == bundle_id.id
    assert [x.id for x in asc.profiles.list_devices(profile.id)] == [device.id]
    assert [x.id for x in asc.profiles.list_certificates(profile.id)] == [certificate.id]
    asc.profiles.delete(profile)
    asc.signing_certificates.delete(certificate)
    disabled = asc.devices.modify(device, status=DeviceStatus.DISABLED)
    assert disabled.attributes.status is DeviceStatus.DISABLED
    asc.bundle_ids.delete(bundle_id)


def can_be_tested(asc: AppStoreConnectApiClient, build: Build) -> bool:
    """Whether a build can be given to testers of any group."""
    state = asc.builds.read_beta_detail(build).attributes.externalBuildState
    return state is ExternalBetaState.READY_FOR_BETA_SUBMISSION


def distribute(asc: AppStoreConnectApiClient) -> None:
    """Give testers the newest build of an app."""
    (app,) = asc.apps.list(Apps.Filter(bundle_id="com.example.trails"))
    assert asc.apps.list_pre_release_versions(app)
    assert asc.apps.list_app_store_versions(app)
    builds = asc.builds.list(Builds.Filter(app=app.id, expired=False))
    build = next(x for x in reversed(builds) if can_be_tested(asc, x))
    assert asc.builds.read_app(build).id == app.id
    assert asc.builds.read_pre_release_version(build) is not None
    text = asc.beta_build_localizations.create(build, Locale.EN_US, "New.")
    assert text.attributes.whatsNew == "New."
    groups = asc.beta_groups.list(BetaGroups.Filter(app=app.id))
    group = next(x for x in groups if not x.attributes.isInternalGroup)
    asc.beta_groups.add_build(group, build)
    asc.beta_groups.remove_build(group, build)
    assert asc.builds.modify(build, expired=True).attributes.expired


def main() -> None:
    address, key_id, issuer_id, key = sys.argv[1:]
    AppStoreConnectApiClient.API_URL = f"{address}/v1"
    asc = AppStoreConnectApiClient(key_id, issuer_id, Path(key).read_text(encoding="utf-8"))
    sign(asc)
    distribute(asc)
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
