"""Certificates, profiles, devices, bundle ids: what the simulator issues and what it refuses."""

from __future__ import annotations

import base64
import plistlib
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from app_store_connect import ApiError, PermissionDeniedError
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.keys import private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from app_store_connect import Client

UDID = "00008110-001A2B3C4D5E6F70"
KEY = private_key("somebody")


def signing_request(key: ec.EllipticCurvePrivateKey = KEY) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "PEM")])
    request = x509.CertificateSigningRequestBuilder(name).sign(key, SHA256())
    return request.public_bytes(Encoding.PEM).decode()


REQUEST = signing_request()


def certificate(asc: Client, kind: Any = "DISTRIBUTION") -> Any:
    return asc.certificates.create(csr_content=REQUEST, certificate_type=kind)


def refused(caught: Any, code: str = "ENTITY_ERROR") -> str:
    assert caught.value.status == 409
    assert caught.value.has_code(code)
    return str(caught.value)


def test_a_certificate_is_issued_for_the_key_of_the_request(asc: Client) -> None:
    made = certificate(asc)
    content = x509.load_der_x509_certificate(base64.b64decode(made.certificate_content))
    assert content.public_key() == KEY.public_key()
    assert f"{content.serial_number:X}" == made.serial_number
    assert content.not_valid_after_utc == made.expiration_date
    assert made.name == "Apple Distribution: Example Team"
    assert made.display_name == "Example Team"


def test_the_same_calls_give_the_same_certificates_and_profiles() -> None:
    contents = []
    for _ in range(2):
        simulator = Simulator()
        asc = simulator.client()
        made = certificate(asc)
        bundle_id = asc.bundle_ids.create(name="T", identifier="com.example.t", platform="IOS")
        profile = asc.profiles.create(
            name="T", profile_type="IOS_APP_STORE", bundle_id=bundle_id, certificates=[made]
        )
        contents.append((made.certificate_content, profile.profile_content))
    assert contents[0] == contents[1]


@pytest.mark.parametrize("text", ["", "not a request", REQUEST[: len(REQUEST) // 2]])
def test_what_is_no_signing_request_is_refused(asc: Client, text: str) -> None:
    with pytest.raises(ApiError) as caught:
        asc.certificates.create(csr_content=text, certificate_type="DISTRIBUTION")
    assert "csrContent" in refused(caught, "ENTITY_ERROR.ATTRIBUTE.INVALID")


@pytest.mark.parametrize("most", ["2", "3"])
def test_certificates_for_distribution_are_few(most: str) -> None:
    asc = Simulator(switches={"distribution_certificates": most}).client()
    made = [certificate(asc) for _ in range(int(most))]
    with pytest.raises(ApiError) as caught:
        certificate(asc)
    assert "You already have a current" in refused(caught)
    asc.certificates.delete(made[0])
    certificate(asc)


def test_an_expired_certificate_makes_room(simulator: Simulator, asc: Client) -> None:
    for _ in range(3):
        certificate(asc)
    simulator.clock.advance(days=366)
    certificate(asc)


def test_developer_id_certificates_are_not_to_be_had(asc: Client) -> None:
    with pytest.raises(PermissionDeniedError):
        certificate(asc, "DEVELOPER_ID_APPLICATION")


def test_the_newest_certificate_for_apple_pay_is_active(simulator: Simulator, asc: Client) -> None:
    merchant: Any = simulator.add("merchantIds", identifier="merchant.com.example")
    made = [
        asc.certificates.create(
            csr_content=REQUEST, certificate_type="APPLE_PAY", merchant_id=merchant
        )
        for _ in range(2)
    ]
    assert [asc.certificates.get(x).activated for x in made] == [False, True]


def test_a_profile_is_a_signed_property_list(simulator: Simulator, asc: Client) -> None:
    made = certificate(asc, "DEVELOPMENT")
    bundle_id = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    device = asc.devices.create(name="Phone", platform="IOS", udid=UDID)
    profile = asc.profiles.create(
        name="Trails development",
        profile_type="IOS_APP_DEVELOPMENT",
        bundle_id=bundle_id,
        certificates=[made],
        devices=[device],
    )
    assert profile.profile_state == "ACTIVE"
    content = base64.b64decode(profile.profile_content or "")
    assert len(pkcs7.load_der_pkcs7_certificates(content)) == 1
    start, end = content.index(b"<?xml"), content.index(b"</plist>") + 8
    members = plistlib.loads(content[start:end])
    assert members["UUID"] == profile.uuid
    assert members["Name"] == "Trails development"
    assert members["ProvisionedDevices"] == [UDID]
    assert members["DeveloperCertificates"] == [base64.b64decode(made.certificate_content)]
    assert members["Entitlements"]["application-identifier"].endswith(".com.example.t")

    asc.certificates.delete(made)
    assert asc.profiles.get(profile).profile_state == "INVALID"


def test_a_profile_stays_active_when_its_certificate_expires(
    simulator: Simulator, asc: Client
) -> None:
    bundle_id = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    profile = asc.profiles.create(
        name="Store",
        profile_type="IOS_APP_STORE",
        bundle_id=bundle_id,
        certificates=[certificate(asc)],
    )
    simulator.clock.advance(days=400)
    assert asc.profiles.get(profile).profile_state == "ACTIVE"


@pytest.mark.parametrize(
    ("profile_type", "certificate_type", "platform", "said"),
    [
        ("IOS_APP_STORE", "DEVELOPMENT", "IOS", "compatible with IOS_APP_STORE profiles"),
        ("IOS_APP_DEVELOPMENT", "IOS_DISTRIBUTION", "IOS", "no current certificates"),
        ("MAC_APP_STORE", "IOS_DISTRIBUTION", "MAC_OS", "no current certificates"),
        ("IOS_APP_DEVELOPMENT", "DEVELOPMENT", "MAC_OS", "no current IOS devices"),
        ("IOS_APP_ADHOC", "DISTRIBUTION", None, "no current IOS devices"),
    ],
)
def test_what_does_not_go_together_makes_no_profile(
    asc: Client, profile_type: Any, certificate_type: str, platform: Any, said: str
) -> None:
    bundle_id = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    devices = [asc.devices.create(name="X", platform=platform, udid=UDID)] if platform else []
    with pytest.raises(ApiError) as caught:
        asc.profiles.create(
            name="Trails",
            profile_type=profile_type,
            bundle_id=bundle_id,
            certificates=[certificate(asc, certificate_type)],
            devices=devices,
        )
    assert said in refused(caught)


@pytest.mark.parametrize("wrong", ["bundle_id", "certificates", "devices"])
def test_what_a_team_does_not_have_makes_no_profile(asc: Client, wrong: str) -> None:
    given: dict[str, Any] = {
        "bundle_id": asc.bundle_ids.create(name="T", identifier="com.example.t", platform="IOS"),
        "certificates": [certificate(asc)],
        "devices": [],
    }
    given[wrong] = "unknown" if wrong == "bundle_id" else ["unknown"]
    with pytest.raises(ApiError) as caught:
        asc.profiles.create(name="Trails", profile_type="IOS_APP_STORE", **given)
    (error,) = caught.value.errors
    assert (error.code, error.pointer) == ("ENTITY_ERROR", None)


@pytest.mark.parametrize(("switch", "most"), [("once", 1), ("twice", 2)])
def test_profiles_of_one_name_are_refused_when_there_are_too_many(switch: str, most: int) -> None:
    asc = Simulator(switches={"profile_names": switch}).client()
    bundle_id = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    made = certificate(asc)

    def create() -> None:
        asc.profiles.create(
            name="Trails", profile_type="IOS_APP_STORE", bundle_id=bundle_id, certificates=[made]
        )

    for _ in range(most):
        create()
    with pytest.raises(ApiError) as caught:
        create()
    assert "Multiple profiles found with the name" in refused(caught)


def test_a_device_is_registered_once(asc: Client) -> None:
    device = asc.devices.create(name="Phone", platform="IOS", udid=UDID)
    assert (device.status, device.device_class) == ("ENABLED", "IPHONE")
    with pytest.raises(ApiError) as caught:
        asc.devices.create(name="Phone", platform="IOS", udid=UDID.lower())
    assert "already exists on this team" in refused(caught)


def test_a_hundred_devices_of_a_class_are_the_most(simulator: Simulator, asc: Client) -> None:
    for number in range(100):
        simulator.add("devices", udid=f"{number:040}", platform="IOS", status="DISABLED")
    with pytest.raises(ApiError) as caught:
        asc.devices.create(name="Phone", platform="IOS", udid=UDID)
    refused(caught)
    asc.devices.create(name="Mac", platform="MAC_OS", udid=UDID)


def test_a_new_device_may_be_processing(simulator: Simulator, asc: Client) -> None:
    simulator.world.set_switch("new_device", "processing")
    device = asc.devices.create(name="Phone", platform="IOS", udid=UDID)
    assert device.status == "PROCESSING"
    simulator.clock.advance(minutes=10)
    assert asc.devices.get(device).status == "ENABLED"


def test_an_identifier_is_available_once(asc: Client) -> None:
    made = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    assert made.platform == "UNIVERSAL"
    with pytest.raises(ApiError) as caught:
        asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    assert "is not available" in refused(caught, "ENTITY_ERROR.ATTRIBUTE.INVALID")
    assert caught.value.errors[0].pointer is None


def test_a_bundle_id_that_an_app_has_stays(simulator: Simulator, asc: Client) -> None:
    used = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    free = asc.bundle_ids.create(name="Other", identifier="com.example.o", platform="IOS")
    app = simulator.add("apps", bundle_id="com.example.t", name="Trails")
    with pytest.raises(ApiError):
        asc.bundle_ids.delete(used)
    found = asc.bundle_ids.get_app(used)
    assert found is not None
    assert found.id == app.id
    asc.bundle_ids.delete(free)


def test_a_capability_is_turned_on_once(asc: Client) -> None:
    made = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    for _ in range(2):
        on = asc.bundle_id_capabilities.create(bundle_id=made, capability_type="PUSH_NOTIFICATIONS")
        assert on.id == f"{made.id}_PUSH_NOTIFICATIONS"
    kinds = [x.capability_type for x in asc.bundle_ids.list_bundle_id_capabilities(made)]
    assert kinds == ["IN_APP_PURCHASE", "PUSH_NOTIFICATIONS"]


def test_a_setting_that_there_is_not_is_refused_with_those_there_are(asc: Client) -> None:
    made = asc.bundle_ids.create(name="Trails", identifier="com.example.t", platform="IOS")
    with pytest.raises(ApiError) as caught:
        asc.request(
            "POST",
            "/v1/bundleIdCapabilities",
            json={
                "data": {
                    "type": "bundleIdCapabilities",
                    "attributes": {"capabilityType": "ICLOUD", "settings": [{"key": "OTHER"}]},
                    "relationships": {"bundleId": {"data": {"type": "bundleIds", "id": made.id}}},
                }
            },
        )
    assert "ICLOUD_VERSION" in refused(caught, "ENTITY_ERROR.ATTRIBUTE.TYPE")
