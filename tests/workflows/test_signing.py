"""Signing: made once, found again by the local key, kept where nobody else reads it."""

from __future__ import annotations

import asyncio
import base64
import plistlib
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from matrix import writes_of

from app_store_connect import ConflictError
from app_store_connect.simulator import Simulator
from app_store_connect.workflows import WorkflowError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app_store_connect import Client

TRAILS = "com.example.trails"


@pytest.fixture
def asc(demo: Simulator) -> Iterator[Client]:
    with demo.client() as client:
        yield client


@pytest.fixture
def signing(asc: Client) -> Any:
    return asc.workflows.signing


def asked(demo: Simulator) -> list[str]:
    found = [str(x.operation) for x in demo.requests]
    demo.requests.clear()
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {x.name: x.read_bytes() for x in folder.iterdir()}


def members(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    found: dict[str, Any] = plistlib.loads(
        content[content.index(b"<?xml") : content.index(b"</plist>") + 8]
    )
    return found


def test_all_that_an_app_is_signed_with_is_made_and_fits_together(
    demo: Simulator, signing: Any, tmp_path: Path
) -> None:
    made = signing.setup("com.example.fresh", out=tmp_path / "keys")
    assert asked(demo) == [
        "bundleIds_getCollection",
        "bundleIds_createInstance",
        "certificates_getCollection",
        "certificates_createInstance",
        "profiles_getCollection",
        "profiles_createInstance",
    ]
    key: Any = load_pem_private_key(made.key.read_bytes(), None)
    certificate = x509.load_der_x509_certificate(made.certificate_file.read_bytes())
    assert certificate.public_key() == key.public_key()
    held = pkcs12.load_pkcs12(made.p12.read_bytes(), made.password.read_bytes().strip())
    assert isinstance(held.key, type(key))
    assert held.key.public_key() == key.public_key()
    assert held.cert is not None
    assert held.cert.certificate == certificate
    profile = members(made.profile_file)
    assert profile["DeveloperCertificates"] == [made.certificate_file.read_bytes()]
    assert profile["Entitlements"]["application-identifier"].endswith(".com.example.fresh")
    assert made.profile_file.name == "com.example.fresh.app-store.mobileprovision"


def test_nobody_else_reads_what_is_kept(signing: Any, tmp_path: Path) -> None:
    out = tmp_path / "a" / "keys"
    signing.setup(TRAILS, out=out)
    assert out.stat().st_mode & 0o077 == 0
    assert {x.stat().st_mode & 0o777 for x in out.iterdir()} == {0o600}
    assert len(files(out)) == 5


def test_a_second_run_changes_nothing(demo: Simulator, signing: Any, tmp_path: Path) -> None:
    first = signing.setup(TRAILS, "ad-hoc", out=tmp_path)
    kept = files(tmp_path)
    demo.requests.clear()
    second = signing.setup(TRAILS, "ad-hoc", out=tmp_path)
    assert len(asked(demo)) == 4
    assert files(tmp_path) == kept
    assert (second.certificate.id, second.profile.id) == (first.certificate.id, first.profile.id)
    other = signing.setup("com.example.harbor", "app-store", out=tmp_path)
    assert other.certificate.id == first.certificate.id
    assert writes_of(demo) == ["profiles_createInstance"]


def test_a_profile_names_the_devices_that_are_enabled(
    demo: Simulator, asc: Client, signing: Any, tmp_path: Path
) -> None:
    made = signing.setup(TRAILS, "ad-hoc", out=tmp_path)
    there = {x.udid for x in asc.devices.list(status="ENABLED", platform="IOS")}
    assert set(members(made.profile_file)["ProvisionedDevices"]) == there
    signing.register_devices([("00008110-001A2B3C4D5E6F70", "New phone")])
    again = signing.setup(TRAILS, "ad-hoc", out=tmp_path)
    assert again.profile.id != made.profile.id
    assert len(members(again.profile_file)["ProvisionedDevices"]) == len(there) + 1
    assert len([x for x in asc.profiles.list() if x.name == made.profile.name]) == 1


def test_more_devices_than_are_included_are_compared_as_a_whole(
    demo: Simulator, signing: Any, tmp_path: Path
) -> None:
    rows = [(f"{number:040X}", f"Phone {number}") for number in range(80)]
    signing.register_devices(rows)
    first = signing.setup(TRAILS, "ad-hoc", out=tmp_path)
    demo.requests.clear()
    assert signing.setup(TRAILS, "ad-hoc", out=tmp_path).profile.id == first.profile.id
    assert len(asked(demo)) == 5


def test_development_is_for_all_who_develop(signing: Any, tmp_path: Path) -> None:
    one = signing.setup(TRAILS, "development", out=tmp_path / "one")
    two = signing.setup(TRAILS, "development", out=tmp_path / "two")
    assert one.certificate.id != two.certificate.id
    assert (
        base64.b64decode(one.certificate.certificate_content)
        in members(two.profile_file)["DeveloperCertificates"]
    )


def test_what_has_expired_or_was_revoked_is_made_anew_for_the_same_key(
    demo: Simulator, asc: Client, signing: Any, tmp_path: Path
) -> None:
    first = signing.setup(TRAILS, out=tmp_path)
    key = first.key.read_bytes()
    demo.clock.advance(days=366)
    second = signing.setup(TRAILS, out=tmp_path)
    asc.certificates.delete(second.certificate)
    third = signing.setup(TRAILS, out=tmp_path)
    assert len({x.certificate.id for x in (first, second, third)}) == 3
    assert len({x.profile.id for x in (first, second, third)}) == 3
    assert first.key.read_bytes() == key
    held = pkcs12.load_pkcs12(third.p12.read_bytes(), third.password.read_bytes().strip())
    assert held.cert is not None
    assert f"{held.cert.certificate.serial_number:X}" == third.certificate.serial_number


def test_rotation_waits_until_it_is_due_and_keeps_the_old_key(
    demo: Simulator, asc: Client, signing: Any, tmp_path: Path
) -> None:
    first = signing.setup(TRAILS, out=tmp_path)
    old = first.key.read_bytes()
    assert signing.rotate(TRAILS, out=tmp_path).certificate.id == first.certificate.id
    demo.clock.advance(days=340)
    second = signing.rotate(TRAILS, out=tmp_path)
    assert second.certificate.id != first.certificate.id
    assert second.key.read_bytes() != old
    assert (tmp_path / f"distribution-{first.certificate.serial_number}.key").read_bytes() == old
    assert asc.certificates.get(first.certificate).id
    signing.rotate(TRAILS, out=tmp_path, revoke=True)
    assert first.certificate.id not in {x.id for x in asc.certificates.list()}
    assert signing.setup(TRAILS, out=tmp_path).certificate.id == second.certificate.id


def test_a_key_that_is_there_is_used_and_never_written_over(
    demo: Simulator, signing: Any, tmp_path: Path
) -> None:
    first = signing.setup(TRAILS, out=tmp_path / "one")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "distribution.key").write_bytes(first.key.read_bytes())
    second = signing.setup(TRAILS, out=tmp_path / "two")
    assert second.certificate.id == first.certificate.id
    for text in (b"", b"something of mine", first.p12.read_bytes()):
        broken = tmp_path / "three" / "distribution.key"
        broken.parent.mkdir(exist_ok=True)
        broken.write_bytes(text)
        demo.requests.clear()
        with pytest.raises(WorkflowError, match="not a private key"):
            signing.setup(TRAILS, out=tmp_path / "three")
        assert broken.read_bytes() == text
        assert writes_of(demo) == []


def test_too_many_certificates_are_listed_with_the_way_out(
    asc: Client, signing: Any, tmp_path: Path
) -> None:
    made = signing.setup(TRAILS, out=tmp_path / "1")
    signing.setup(TRAILS, out=tmp_path / "2", profile_name="Other")
    with pytest.raises(WorkflowError, match=r"certificates\.delete") as caught:
        signing.setup(TRAILS, out=tmp_path / "3")
    assert made.certificate.id in str(caught.value)
    assert isinstance(caught.value.__cause__, ConflictError)
    asc.certificates.delete(made.certificate)
    assert signing.setup(TRAILS, out=tmp_path / "3").certificate.id


def test_developer_id_is_had_through_the_account_holder(
    demo: Simulator, signing: Any, tmp_path: Path
) -> None:
    with pytest.raises(WorkflowError, match="Account Holder"):
        signing.setup(TRAILS, "developer-id", out=tmp_path)
    request = next(tmp_path.glob("*.certSigningRequest")).read_text()
    kind = "DEVELOPER_ID_APPLICATION_G2"
    demo.world.create("certificates", {"certificateType": kind, "csrContent": request}, {})
    made = signing.setup(TRAILS, "developer-id", out=tmp_path)
    assert made.profile.profile_type == "MAC_APP_DIRECT"
    assert made.profile_file.suffix == ".provisionprofile"


@pytest.mark.parametrize(
    ("kind", "platform", "profile_type"),
    [
        ("app-store", "TV_OS", "TVOS_APP_STORE"),
        ("app-store", "MAC_OS", "MAC_APP_STORE"),
        ("app-store", "MAC_CATALYST", "MAC_CATALYST_APP_STORE"),
        ("development", "MAC_CATALYST", "MAC_CATALYST_APP_DEVELOPMENT"),
        ("app-store", "VISION_OS", "IOS_APP_STORE"),
    ],
)
def test_every_platform_has_its_profile(
    signing: Any, tmp_path: Path, kind: str, platform: str, profile_type: str
) -> None:
    made = signing.setup(TRAILS, kind, out=tmp_path, platform=platform)
    assert made.profile.profile_type == profile_type


@pytest.mark.parametrize(
    ("identifier", "kind", "more", "said"),
    [
        ("../etc/passwd", "app-store", {}, "bundle_id"),
        ("com.example.app/..", "app-store", {}, "bundle_id"),
        (TRAILS, "appstore", {}, "kind: 'appstore' is none of development, app-store"),
        (TRAILS, "ad-hoc", {"platform": "MAC_OS"}, "kind: 'ad-hoc' is none of"),
        (TRAILS, "app-store", {"platform": "ANDROID"}, "platform"),
        (TRAILS, "app-store", {"devices": ["1"]}, "devices"),
        (TRAILS, "app-store", {"password": ""}, "password"),
    ],
)
def test_what_cannot_be_signed_is_refused(  # noqa: PLR0917 - a table
    demo: Simulator, signing: Any, tmp_path: Path, identifier: str, kind: Any, more: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        signing.setup(identifier, kind, out=tmp_path, **more)
    assert writes_of(demo) == []


def test_a_folder_is_a_folder_and_a_name_is_ones_own(signing: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(ValueError, match="out"):
        signing.setup(TRAILS, out=file)
    signing.setup(TRAILS, out=tmp_path / "keys", profile_name="Shared")
    with pytest.raises(ValueError, match="profile_name: 'Shared' is that of a profile for"):
        signing.setup("com.example.harbor", out=tmp_path / "keys", profile_name="Shared")


def test_without_devices_there_is_no_profile_for_them(tmp_path: Path) -> None:
    signing = Simulator().client().workflows.signing
    with pytest.raises(WorkflowError, match="register_devices"):
        signing.setup(TRAILS, "ad-hoc", out=tmp_path)


def test_certificates_of_other_types_are_kept_beside(
    demo: Simulator, signing: Any, tmp_path: Path
) -> None:
    made = signing.ensure_certificate("MAC_INSTALLER_DISTRIBUTION", out=tmp_path, password="open")
    assert made.password is None
    assert pkcs12.load_pkcs12(made.p12.read_bytes(), b"open").key is not None
    passes = signing.ensure_certificate(
        "PASS_TYPE_ID", out=tmp_path, pass_type_id="pass.com.example.trails"
    )
    pay = signing.ensure_certificate(
        "APPLE_PAY", out=tmp_path, merchant_id="merchant.com.example.trails"
    )
    key: Any = load_pem_private_key(pay.key.read_bytes(), None)
    assert key.curve.name == "secp256r1"
    assert passes.key.name == "pass-type-id-pass.com.example.trails.key"
    demo.requests.clear()
    for kind, more in (
        ("PASS_TYPE_ID", {"pass_type_id": "pass.com.example.trails"}),
        ("APPLE_PAY", {"merchant_id": "merchant.com.example.trails"}),
    ):
        signing.ensure_certificate(kind, out=tmp_path, **more)
    assert len(asked(demo)) == 4
    with pytest.raises(ValueError, match="merchant_id"):
        signing.ensure_certificate("APPLE_PAY", out=tmp_path, merchant_id="com.example.trails")


def test_expired_certificates_are_cleared_away(
    demo: Simulator, asc: Client, signing: Any, tmp_path: Path
) -> None:
    assert signing.revoke_expired() == []
    demo.clock.advance(days=100)
    made = signing.setup(TRAILS, out=tmp_path)
    gone = [x.id for x in asc.certificates.list() if x.certificate_type == "DEVELOPMENT"]
    assert signing.revoke_expired() == gone
    assert made.certificate.id in {x.id for x in asc.certificates.list()}


# --- Devices and capabilities ---------------------------------------------------------------------

TEXT = "Device ID\tDevice Name\tDevice Platform\n"
DEVICE_FILES = {
    "apple": TEXT
    + "00008110-001A2B3C4D5E6F70\tNew, phone\tios\n00006001-003A4B5C6D7E8F91\tMac\tmac\n",
    "csv": "name,udid,platform\n"
    '"New, phone",00008110-001A2B3C4D5E6F70,\nMac,00006001-003A4B5C6D7E8F91,MAC_OS\n',
    "bare": '00008110-001A2B3C4D5E6F70,"New, phone"\n\n00006001-003A4B5C6D7E8F91,Mac,macos\n',
    "configurator": plistlib.dumps(
        {
            "Device UDIDs": [
                {"deviceIdentifier": "00008110-001A2B3C4D5E6F70", "deviceName": "New, phone"},
                {
                    "deviceIdentifier": "00006001-003A4B5C6D7E8F91",
                    "deviceName": "Mac",
                    "devicePlatform": "mac",
                },
            ]
        }
    ).decode(),
}


@pytest.mark.parametrize("kind", DEVICE_FILES)
def test_devices_come_from_files(
    demo: Simulator, asc: Client, signing: Any, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "devices"
    path.write_text(DEVICE_FILES[kind], encoding="utf-8")
    assert len(signing.register_devices(path).created) == 2
    assert len(asked(demo)) == 3
    found = {x.udid: (x.name, str(x.platform)) for x in asc.devices.list()}
    assert found["00008110-001A2B3C4D5E6F70"] == ("New, phone", "IOS")
    assert found["00006001-003A4B5C6D7E8F91"] == ("Mac", "MAC_OS")


def test_devices_are_registered_once_and_enabled_again(demo: Simulator, signing: Any) -> None:
    rows = [
        ("00008140-000a1b2c3d4e5f60", "Robin's"),
        ("00008030002A3B4C5D6E7F80".lower()[:8] + "-002a3b4c5d6e7f80", "Old"),
        ("00008110-001A2B3C4D5E6F70", "New"),
        ("00008110-001a2b3c4d5e6f70", "New again"),
    ]
    done = signing.register_devices(rows)
    assert (len(done.present), len(done.enabled), len(done.created)) == (1, 1, 1)
    assert len(asked(demo)) == 3
    assert len(signing.register_devices(rows).present) == 3
    assert len(asked(demo)) == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "there is none"),
        ([("00008110-001A2B3C4D5E6F70", "A"), ("phone", "B")], "row 2"),
        ([("00008110-001A2B3C4D5E6F70", "A", "android")], "row 1 has platform 'android'"),
    ],
)
def test_rows_that_are_no_devices_are_named(
    demo: Simulator, signing: Any, rows: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        signing.register_devices(rows)
    with pytest.raises(TypeError, match="pathlib"):
        signing.register_devices("devices.txt")
    assert asked(demo) == []


def test_capabilities_are_turned_on_and_off_where_they_differ(
    demo: Simulator, signing: Any
) -> None:
    on = signing.set_capabilities(TRAILS, enable=["MAPS", "PUSH_NOTIFICATIONS"], disable=["NFC"])
    assert on == ["IN_APP_PURCHASE", "MAPS", "PUSH_NOTIFICATIONS"]
    assert asked(demo) == ["bundleIds_getCollection", "bundleIdCapabilities_createInstance"]
    assert signing.set_capabilities(TRAILS, disable=["MAPS"]) == on[:1] + on[2:]
    assert writes_of(demo) == ["bundleIdCapabilities_deleteInstance"]
    settings = [{"key": "ICLOUD_VERSION", "options": [{"key": "XCODE_6"}]}]
    signing.set_capabilities(TRAILS, enable={"ICLOUD": settings})
    demo.requests.clear()
    signing.set_capabilities(TRAILS, enable={"ICLOUD": settings})
    assert writes_of(demo) == []
    settings[0]["options"] = [{"key": "XCODE_5"}]
    signing.set_capabilities(TRAILS, enable={"ICLOUD": settings})
    assert writes_of(demo) == ["bundleIdCapabilities_updateInstance"]


def test_capabilities_that_contradict_or_belong_nowhere_are_refused(
    demo: Simulator, signing: Any
) -> None:
    with pytest.raises(ValueError, match="MAPS"):
        signing.set_capabilities(TRAILS, enable=["MAPS"], disable=["MAPS"])
    with pytest.raises(WorkflowError, match="ensure_bundle_id"):
        signing.set_capabilities("com.example.none", enable=["MAPS"])
    assert writes_of(demo) == []


def test_the_asynchronous_flavour_does_the_same(demo: Simulator, tmp_path: Path) -> None:
    async def main() -> None:
        async with demo.async_client() as asc:
            signing = asc.workflows.signing
            made = await signing.setup(TRAILS, "development", out=tmp_path)
            assert made.profile_file.exists()
            demo.requests.clear()
            again = await signing.setup(TRAILS, "development", out=tmp_path)
            assert again.profile.id == made.profile.id
            assert writes_of(demo) == []
            await signing.rotate(TRAILS, "development", out=tmp_path, days=1000)
            done = await signing.register_devices([("00008110-001A2B3C4D5E6F70", "New")])
            assert len(done.created) == 1
            assert "MAPS" in await signing.set_capabilities(TRAILS, enable=["MAPS"])

    asyncio.run(main())


def test_a_kind_that_is_mistyped_is_told_apart(signing: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="did you mean 'app-store'"):
        signing.setup(TRAILS, kind="appstore", out=tmp_path)


def test_a_rehearsal_makes_keys_and_no_copies_of_what_was_not_issued(
    demo: Simulator, asc: Client, tmp_path: Path
) -> None:
    with asc.rehearsal() as trial:
        shown = trial.client.workflows.signing.setup(TRAILS, out=tmp_path)
    assert [x.name for x in tmp_path.iterdir()] == ["distribution.key"]
    assert not shown.p12.exists()
    trial.plan.apply(asc)
    asked(demo)
    made = asc.workflows.signing.setup(TRAILS, out=tmp_path)
    assert writes_of(demo) == []
    certificate = x509.load_der_x509_certificate(made.certificate_file.read_bytes())
    assert (
        certificate.public_key() == load_pem_private_key(made.key.read_bytes(), None).public_key()
    )


def test_a_rehearsed_rotation_leaves_the_keys_where_they_are(
    demo: Simulator, asc: Client, tmp_path: Path
) -> None:
    asc.workflows.signing.setup(TRAILS, out=tmp_path)
    demo.clock.advance(days=340)
    before = files(tmp_path)
    with asc.rehearsal() as trial:
        trial.client.workflows.signing.rotate(TRAILS, out=tmp_path, revoke=True)
    after = files(tmp_path)
    successor = after.pop("distribution-next.key")
    assert after == before
    assert [x.method for x in trial.plan] == ["POST", "DELETE", "POST", "DELETE"]
    trial.plan.apply(asc)
    asked(demo)
    made = asc.workflows.signing.rotate(TRAILS, out=tmp_path, revoke=True)
    assert writes_of(demo) == []
    assert made.key.read_bytes() == successor
