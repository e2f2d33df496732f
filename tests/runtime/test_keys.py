from __future__ import annotations

import base64
import codecs
import copy
import errno
import json
import os
import pickle
import traceback
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat

from app_store_connect import ReadableKeyWarning
from app_store_connect._runtime.auth.keys import ApiKey
from app_store_connect._runtime.messages.errors import InvalidKeyError
from support import keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PEM = keys.pem()
BODY = keys.body()


def is_the_key(key: ApiKey) -> bool:
    return key.private_key.private_numbers() == keys.private_key().private_numbers()


def load(private_key: str | bytes, **parts: Any) -> ApiKey:
    return ApiKey.load(key_id=keys.KEY_ID, private_key=private_key, **parts)


# --- the shapes a private key comes in


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PEM, id="as downloaded"),
        pytest.param(PEM.encode(), id="bytes"),
        pytest.param(b"\xef\xbb\xbf" + PEM.encode(), id="byte order mark"),
        pytest.param(PEM.replace("\n", "\r\n"), id="windows"),
        pytest.param(PEM.replace("\n", "\\n"), id="literal newlines"),
        pytest.param(PEM.replace("\n", "\\r\\n"), id="literal windows newlines"),
        pytest.param(PEM.replace("\n", " "), id="spaces for newlines"),
        pytest.param(PEM.replace("\n", ""), id="no newlines"),
        pytest.param(f'"{PEM}"', id="quoted"),
        pytest.param(f"\n  {PEM}\n\n", id="indented"),
        pytest.param(BODY, id="no armour"),
        pytest.param(b"\xef\xbb\xbf" + BODY.encode(), id="no armour, byte order mark"),
        pytest.param("\n".join(PEM.splitlines()[1:-1]), id="no armour, lines"),
        pytest.param(PEM[: PEM.index("-----END")], id="no last line"),
        pytest.param(base64.b64encode(PEM.encode()).decode(), id="base64 of PEM"),
        pytest.param(base64.encodebytes(PEM.encode()).decode(), id="base64 in lines"),
        pytest.param(base64.urlsafe_b64encode(keys.der()).decode().rstrip("="), id="base64url"),
        pytest.param(base64.b64encode(BODY.encode()).decode(), id="base64 of the body"),
        pytest.param(keys.der(), id="DER"),
        pytest.param(PEM.replace("\n", "\n> "), id="cited"),
        pytest.param("<br>".join(PEM.splitlines()), id="HTML"),
        pytest.param(PEM.replace("\n", "&#10;"), id="HTML entities"),
        pytest.param(f"<data>\n{base64.encodebytes(PEM.encode()).decode()}</data>", id="plist"),
        pytest.param(PEM.replace("\n", "\\\\n"), id="escaped twice"),
        pytest.param(PEM.replace("\n", "\\\n"), id="continued lines"),
        pytest.param("' +\n'".join(f"{line}\\n" for line in PEM.splitlines()), id="JavaScript"),
        pytest.param(quote(PEM), id="percent-encoded"),
        pytest.param(quote_plus(PEM), id="form-encoded"),
        pytest.param(f"data:;base64,{base64.b64encode(PEM.encode()).decode()}", id="data URL"),
        pytest.param(f"base64:{BODY}", id="a word before"),
        pytest.param(keys.der().hex(), id="hex"),
        pytest.param(PEM.encode().hex(), id="hex of PEM"),
        pytest.param(PEM[PEM.index("\n") :], id="no first line"),
        *(
            pytest.param(mark + text.encode(encoding), id=f"{name}, {encoding}, {bool(mark)}")
            for name, text in (("PEM", PEM), ("body", BODY))
            for encoding, own in (
                ("utf-16-le", codecs.BOM_UTF16_LE),
                ("utf-16-be", codecs.BOM_UTF16_BE),
                ("utf-32-le", codecs.BOM_UTF32_LE),
            )
            for mark in (own, b"")
        ),
        pytest.param(base64.b64encode(PEM.encode("utf-16")).decode(), id="base64 of UTF-16"),
        pytest.param(base64.b64encode(PEM.encode("utf-16-le")), id="base64 of UTF-16, no mark"),
        pytest.param("\ufeff" + PEM, id="a mark in text"),
        pytest.param(PEM.replace("-----", "----"), id="four dashes"),
        pytest.param(PEM.replace("-----", "\u2014\u2014"), id="long dashes"),
        pytest.param(PEM.replace("-----", "----- "), id="spaces beside the dashes"),
        pytest.param(PEM.lower().split("\n")[0] + PEM[PEM.index("\n") :], id="lower case"),
        pytest.param(
            "Bag Attributes\n    friendlyName: x\nKey Attributes: <No Attributes>\n" + PEM
        ),
        pytest.param(PEM.replace("KEY-----\n", "KEY-----\nComment: x\n\n", 1), id="a header"),
        pytest.param(keys.pem(form=PrivateFormat.TraditionalOpenSSL), id="SEC1"),
        pytest.param(
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + keys.pem(form=PrivateFormat.TraditionalOpenSSL),
            id="openssl ecparam",
        ),
    ],
)
def test_a_private_key_is_read_in_every_shape(text: str | bytes) -> None:
    assert is_the_key(load(text))


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    return request.sign(keys.private_key(), hashes.SHA256()).public_bytes(Encoding.PEM).decode()


PUBLIC = keys.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (b"", "is empty"),
        (' "\\n" ', "is empty"),
        (keys.pem(rsa.generate_private_key(65537, 2048)), "kind RSA"),
        (
            keys.pem(rsa.generate_private_key(65537, 2048), form=PrivateFormat.TraditionalOpenSSL),
            "an RSA key",
        ),
        (keys.pem(ec.generate_private_key(ec.SECP384R1())), "secp384r1"),
        (keys.pem(ed25519.Ed25519PrivateKey.generate()), "Ed25519"),
        (PUBLIC, "a public key"),
        ("".join(PUBLIC.splitlines()[1:-1]), "no private key at all"),
        (certificate(), "a certificate request"),
        (certificate().replace("REQUEST", ""), "a certificate,"),
        (keys.pem(form=PrivateFormat.OpenSSH), "an OpenSSH key"),
        (keys.pem(password=b"x"), "is encrypted"),
        (
            keys.pem(form=PrivateFormat.TraditionalOpenSSL, password=b"x"),
            "is encrypted",
        ),
        ("".join(keys.pem(password=b"x").splitlines()[1:-1]), "is encrypted"),
        (PEM[:150], "cut short"),
        (BODY[:100], "cut short"),
        (PEM.replace(BODY[50], "%"), "damaged"),
        ("AuthKey_2X9R4HXF34.p8", "pass it as `path`"),
        ("/home/me/keys/AuthKey_2X9R4HXF34.p8", "pass it as `path`"),
        ("C:\\keys\\AuthKey_2X9R4HXF34.p8", "pass it as `path`"),
        ('{"key_id": "X"}', "ApiKey.from_json"),
        ("hello world", "cut short or damaged"),
        (b"\x30\x81\xff\xfe", "cut short"),
    ],
)
def test_what_is_no_key_is_named(text: str | bytes, words: str) -> None:
    with pytest.raises(InvalidKeyError, match=words):
        load(text)


def test_key_and_path_exclude_each_other(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [{}, {"private_key": PEM, "path": tmp_path}]
    for parts in wrong:
        with pytest.raises(InvalidKeyError, match="either"):
            ApiKey.load(key_id="K", **parts)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"key_id": " "}, "key id is empty"),
        ({"key_id": keys.ISSUER_ID}, "swapped"),
        ({"key_id": PEM}, "not a key id"),
        ({"key_id": BODY}, "not a key id"),
        ({"issuer_id": ""}, "leave it out"),
        ({"issuer_id": PEM}, "not a UUID"),
    ],
)
def test_ids_in_the_wrong_place_are_refused(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidKeyError, match=words) as caught:
        ApiKey.load(**{"key_id": "K", "private_key": PEM, **parts})
    assert_silent(str(caught.value))


def test_ids_are_stripped() -> None:
    key = ApiKey.load(key_id=" K1\n", issuer_id=f" {keys.ISSUER_ID} ", private_key=PEM)
    assert (key.key_id, key.issuer_id) == ("K1", keys.ISSUER_ID)


def test_the_kind_follows_from_issuer_and_programme() -> None:
    assert keys.api_key().kind == "team"
    assert keys.api_key(issuer_id=None).kind == "individual"
    assert keys.api_key(enterprise=True).kind == "enterprise"


# --- files


@pytest.mark.parametrize("name", ["AuthKey_2X9R4HXF34.p8", "ApiKey_2X9R4HXF34.p8"])
def test_a_p8_file_names_its_key(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PEM)
    key = ApiKey.from_file(tmp_path / name, issuer_id=keys.ISSUER_ID, scope=("GET /v1/apps",))
    assert is_the_key(key)
    assert (key.key_id, key.issuer_id) == ("2X9R4HXF34", keys.ISSUER_ID)
    assert key.scope == ("GET /v1/apps",)


def test_another_file_name_needs_the_id(tmp_path: Path) -> None:
    (tmp_path / "secret.p8").write_text(PEM)
    with pytest.raises(InvalidKeyError, match=r"secret\.p8.*`key_id`"):
        ApiKey.from_file(tmp_path / "secret.p8")
    assert ApiKey.from_file(tmp_path / "secret.p8", key_id="K").key_id == "K"
    assert is_the_key(ApiKey.load(key_id="K", path=str(tmp_path / "secret.p8")))


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, (None, False)),
        ({"issuer_id": keys.ISSUER_ID, "duration": 1200}, (keys.ISSUER_ID, False)),
        ({"issuer_id": None, "in_house": None}, (None, False)),
        ({"in_house": True}, (None, True)),
        ({"in_house": False}, (None, False)),
        ({"in_house": "false"}, (None, False)),
        ({"in_house": "yes", "unknown": [1]}, (None, True)),
        (
            {"key": base64.b64encode(PEM.encode()).decode(), "is_key_content_base64": True},
            (None, False),
        ),
    ],
)
def test_fastlanes_json_key_file(
    tmp_path: Path, members: dict[str, Any], expected: tuple[str | None, bool]
) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps({"key_id": "JSON1", "key": PEM, **members}))
    for key in (ApiKey.from_file(file), ApiKey.from_json(file.read_text())):
        assert is_the_key(key)
        assert (key.key_id, key.issuer_id, key.enterprise) == ("JSON1", *expected)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"key": "x"}', "lacks key_id"),
        ('{"key_id": ""}', "lacks key_id and key"),
        ('{"key_id": "K", "key": "not a key"}', "damaged"),
        ('{"key_id": "K"', "not a JSON object"),
        ("\ufeff{}", "lacks key_id and key"),
    ],
)
def test_a_json_key_file_that_lacks_something(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "key.json").write_text(content)
    with pytest.raises(InvalidKeyError, match=words):
        ApiKey.from_file(tmp_path / "key.json")


@pytest.mark.parametrize("content", ["[]", "", PEM, b"\xff"])
def test_a_json_key_is_json(content: str | bytes) -> None:
    with pytest.raises(InvalidKeyError, match="the JSON key is not a JSON object"):
        ApiKey.from_json(content)


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "AuthKey_2X9R4HXF34.p8"
    file.write_text("no key at all")
    with pytest.raises(InvalidKeyError, match=r"^AuthKey_2X9R4HXF34\.p8: "):
        ApiKey.from_file(file)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidKeyError, match=rf"none\.p8: {os.strerror(errno.ENOENT)}"):
        ApiKey.load(key_id="K", path=tmp_path / "none.p8")
    with pytest.raises(InvalidKeyError, match=os.strerror(errno.EISDIR)):
        ApiKey.load(key_id="K", path=tmp_path)
    with pytest.raises(InvalidKeyError, match="cannot read"):
        ApiKey.load(key_id="K", path="a\0b.p8")


@pytest.mark.parametrize("text", [PEM, BODY, PEM.replace("\n", "\\n")])
def test_a_key_where_its_path_belongs_is_not_quoted(text: str) -> None:
    with pytest.raises(InvalidKeyError, match="pass it as `private_key`") as caught:
        ApiKey.load(key_id="K", path=text)
    assert_silent(str(caught.value))


# --- the environment


def from_env(environ: Mapping[str, str], folder: Path) -> ApiKey:
    return ApiKey.from_env(environ, home=folder / "home", directory=folder / "work")


SOURCES: dict[str, tuple[str, str, dict[str, str]]] = {
    "ASC": ("ASC_KEY_ID", "ASC_ISSUER_ID", {"ASC_PRIVATE_KEY": PEM}),
    "ASC base64": (
        "ASC_KEY_ID",
        "ASC_ISSUER_ID",
        {"ASC_PRIVATE_KEY_B64": base64.b64encode(PEM.encode()).decode()},
    ),
    "ASC path": ("ASC_KEY_ID", "ASC_ISSUER_ID", {"ASC_PRIVATE_KEY_PATH": "key.p8"}),
    "action": (
        "APP_STORE_CONNECT_API_KEY_KEY_ID",
        "APP_STORE_CONNECT_API_KEY_ISSUER_ID",
        {"APP_STORE_CONNECT_API_KEY_KEY": PEM.replace("\n", "\\n")},
    ),
    "action path": (
        "APP_STORE_CONNECT_API_KEY_KEY_ID",
        "APP_STORE_CONNECT_API_KEY_ISSUER_ID",
        {"APP_STORE_CONNECT_API_KEY_KEY_FILEPATH": "key.p8"},
    ),
    "spaceship": (
        "SPACESHIP_CONNECT_API_KEY_ID",
        "SPACESHIP_CONNECT_API_ISSUER_ID",
        {"SPACESHIP_CONNECT_API_KEY": PEM},
    ),
    "spaceship path": (
        "SPACESHIP_CONNECT_API_KEY_ID",
        "SPACESHIP_CONNECT_API_ISSUER_ID",
        {"SPACESHIP_CONNECT_API_KEY_FILEPATH": "key.p8"},
    ),
    "plain": (
        "APP_STORE_CONNECT_KEY_ID",
        "APP_STORE_CONNECT_ISSUER_ID",
        {"APP_STORE_CONNECT_PRIVATE_KEY": PEM},
    ),
    "plain path": (
        "APP_STORE_CONNECT_KEY_IDENTIFIER",
        "APP_STORE_CONNECT_ISSUER_ID",
        {"APP_STORE_CONNECT_PRIVATE_KEY_PATH": "key.p8"},
    ),
    "plain key path": (
        "APP_STORE_CONNECT_KEY_ID",
        "APP_STORE_CONNECT_ISSUER_ID",
        {"APP_STORE_CONNECT_KEY_PATH": "key.p8"},
    ),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_tools_variables_are_known(tmp_path: Path, source: str) -> None:
    key_id, issuer_id, private = SOURCES[source]
    (tmp_path / "work").mkdir()
    (tmp_path / "work/key.p8").write_text(PEM)
    key = from_env({key_id: "K1", issuer_id: keys.ISSUER_ID, **private}, tmp_path)
    assert is_the_key(key)
    assert (key.key_id, key.issuer_id, key.enterprise) == ("K1", keys.ISSUER_ID, False)
    assert from_env({key_id: "K1", issuer_id: " ", **private}, tmp_path).kind == "individual"


def test_fastlanes_json_comes_as_text_or_as_a_file(tmp_path: Path) -> None:
    text = json.dumps({"key_id": "J", "key": PEM, "in_house": True})
    (tmp_path / "home").mkdir()
    (tmp_path / "home/key.json").write_text(text)
    for environ in (
        {"APP_STORE_CONNECT_API_KEY": text},
        {"APP_STORE_CONNECT_API_KEY_PATH": "~/key.json"},
        {"APP_STORE_CONNECT_API_KEY_PATH": str(tmp_path / "home/key.json")},
    ):
        key = from_env(environ, tmp_path)
        assert (key.key_id, key.enterprise) == ("J", True)


@pytest.mark.parametrize(
    ("value", "enterprise"),
    [
        *((value, False) for value in ("", " ", "no", "False", "off", "0")),
        *((value, True) for value in ("1", "true", "yes", "on", "whatever")),
    ],
)
@pytest.mark.parametrize("prefix", ["APP_STORE_CONNECT_API_KEY", "SPACESHIP_CONNECT_API"])
def test_fastlanes_idea_of_true(
    tmp_path: Path,
    prefix: str,
    value: str,
    enterprise: bool,  # noqa: FBT001 - a table
) -> None:
    source = SOURCES["action" if prefix.startswith("APP") else "spaceship"]
    environ = {source[0]: "K", **source[2], f"{prefix}_IN_HOUSE": value}
    assert from_env(environ, tmp_path).enterprise is enterprise


def test_sources_have_an_order_and_do_not_mix(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    for number, name in enumerate(["plain", "spaceship", "action", "ASC"]):
        key_id, _, private = SOURCES[name]
        environ = {**environ, key_id: f"K{number}", **private}
        assert from_env(environ, tmp_path).key_id == f"K{number}"
    # The first is incomplete, so it is the one to complain about, and no other lends its key.
    with pytest.raises(InvalidKeyError, match="ASC_KEY_ID is set, but the private key is missing"):
        from_env({**environ, "ASC_PRIVATE_KEY": ""}, tmp_path)
    with pytest.raises(InvalidKeyError, match="ASC_KEY_ID is not set"):
        from_env({**environ, "ASC_KEY_ID": ""}, tmp_path)
    # Without id and key it is no source at all.
    lonely = {**environ, "ASC_KEY_ID": "", "ASC_PRIVATE_KEY": "", "ASC_ISSUER_ID": keys.ISSUER_ID}
    assert from_env(lonely, tmp_path).key_id == "K2"
    assert from_env(lonely, tmp_path).issuer_id is None


FOLDERS = [
    "work/private_keys",
    "home/private_keys",
    "home/.private_keys",
    "home/.appstoreconnect/private_keys",
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_key_file_is_found_in_the_usual_folders(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "AuthKey_AAA.p8").write_text(PEM)
    (tmp_path / folder / "notes.p8").write_text("no key")
    environ = {"APP_STORE_CONNECT_ISSUER_ID": keys.ISSUER_ID}
    assert from_env(environ, tmp_path).issuer_id == keys.ISSUER_ID
    (tmp_path / folder / "AuthKey_BBB.p8").write_text(PEM)
    assert from_env({"ASC_KEY_ID": "BBB"}, tmp_path).key_id == "BBB"
    with pytest.raises(InvalidKeyError, match="ASC_KEY_ID to one of AAA, BBB"):
        from_env({}, tmp_path)
    with pytest.raises(InvalidKeyError, match=r"home/\.private_keys"):
        from_env({"ASC_KEY_ID": "CCC"}, tmp_path)


def test_the_earlier_folder_wins(tmp_path: Path) -> None:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
        content = PEM if folder == FOLDERS[0] else "another key"
        (tmp_path / folder / "AuthKey_AAA.p8").write_text(content)
    assert is_the_key(from_env({}, tmp_path))


def test_nothing_found_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(InvalidKeyError) as caught:
        from_env({"ASC_KEY_ID": "", "PATH": "/bin"}, tmp_path)
    for names in SOURCES.values():
        assert names[0] in str(caught.value)
        assert all(name in str(caught.value) for name in names[2])
    assert str(tmp_path / "home/.appstoreconnect/private_keys") in str(caught.value)


def test_the_defaults_are_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.environ", {"HOME": str(tmp_path)})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidKeyError, match=str(tmp_path / ".private_keys")):
        ApiKey.from_env()
    monkeypatch.setattr("os.environ", {"ASC_KEY_ID": "K", "ASC_PRIVATE_KEY": PEM})
    assert is_the_key(ApiKey.from_env(home=tmp_path))


# --- secrecy


def assert_silent(text: str) -> None:
    for secret in keys.secrets():
        assert secret not in text


def test_a_key_shows_its_id_and_kind_only() -> None:
    key = keys.api_key()
    assert repr(key) == str(key) == "<ApiKey 2X9R4HXF34 (team)>"
    assert_silent(f"{key!r} {vars(type(key))}")


def test_a_key_is_copied_as_itself_and_never_pickled() -> None:
    key = keys.api_key()
    assert copy.copy(key) is key
    assert copy.deepcopy([key])[0] is key
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(key, protocol)


def test_keys_are_equal_when_they_are_the_same_to_apple() -> None:
    other = ApiKey(keys.KEY_ID, keys.ISSUER_ID, ec.generate_private_key(ec.SECP256R1()))
    assert keys.api_key() == other
    assert hash(keys.api_key()) == hash(other)
    assert keys.api_key() != keys.api_key(issuer_id=None)


def broken(how: str, folder: Path) -> None:
    """Fail with the secret in hand; this frame must not hold it, so it is built in the call."""
    if how == "load":
        load(keys.pem()[:-70])
    elif how == "json":
        ApiKey.from_json(json.dumps({"key": keys.pem()}))
    elif how == "file":
        ApiKey.from_file(folder / "AuthKey_X.p8")
    else:
        from_env({"ASC_PRIVATE_KEY": keys.pem()}, folder)


@pytest.mark.parametrize("how", ["load", "json", "file", "env"])
def test_no_traceback_holds_the_key_even_with_locals(tmp_path: Path, how: str) -> None:
    (tmp_path / "AuthKey_X.p8").write_text(PEM.replace("PRIVATE", "PUBLIC"))
    with pytest.raises(InvalidKeyError) as caught:
        broken(how, tmp_path)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The first frames are this test's own.
    shown = [f"{frame}{frame.locals}" for frame in frames.stack if frame.name == "shield"]
    assert shown
    assert_silent("".join(shown))
    assert_silent("".join(traceback.format_exception(error)))
    assert_silent(pickle.dumps(error).decode("latin-1"))
    names = {frame.name for frame in frames.stack}
    assert not names & {"read_private_key", "_der", "_load", "key_from_text", "key_from_env"}


# --- what surrounds a key


@pytest.mark.parametrize("quote", ['"', "'"])
def test_values_of_variables_lose_their_quotation_marks(tmp_path: Path, quote: str) -> None:
    (tmp_path / "a.p8").write_text(PEM)
    values = {
        "ASC_KEY_ID": keys.KEY_ID,
        "ASC_ISSUER_ID": "an-issuer",
        "ASC_PRIVATE_KEY_PATH": str(tmp_path / "a.p8"),
        "ASC_ENTERPRISE": "false",
    }
    environ = {name: f" {quote}{value}{quote} " for name, value in values.items()}
    key = ApiKey.from_env(environ, home=tmp_path, directory=tmp_path)
    assert (key.key_id, key.issuer_id, key.kind) == (keys.KEY_ID, "an-issuer", "team")
    environ["ASC_ENTERPRISE"] = f"{quote}true{quote}"
    assert ApiKey.from_env(environ, home=tmp_path, directory=tmp_path).enterprise
    with pytest.raises(InvalidKeyError, match="no API key"):
        ApiKey.from_env({"ASC_KEY_ID": quote * 2}, home=tmp_path, directory=tmp_path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_json_keys_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    content = json.dumps({"key_id": keys.KEY_ID, "key": PEM}).encode(encoding)
    assert is_the_key(ApiKey.from_json(content))
    file = tmp_path / "key.json"
    for packed in (content, base64.b64encode(content), base64.encodebytes(content)):
        file.write_bytes(packed)
        assert is_the_key(ApiKey.from_file(file))
    environ = {"APP_STORE_CONNECT_API_KEY": base64.b64encode(content).decode()}
    assert is_the_key(ApiKey.from_env(environ, home=tmp_path, directory=tmp_path))


@pytest.mark.skipif(os.name != "posix", reason="of POSIX alone")
def test_what_never_ends_is_no_key_file(tmp_path: Path) -> None:
    pipe = tmp_path / "AuthKey_PIPE.p8"
    os.mkfifo(pipe)
    for path, words in (
        ("/dev/zero", "/dev/zero: it is not a regular file"),
        (pipe, "it is not a regular file"),
        (tmp_path, os.strerror(errno.EISDIR)),
    ):
        with pytest.raises(InvalidKeyError, match=words):
            ApiKey.from_file(path, key_id="A")
        with pytest.raises(InvalidKeyError, match=words):
            ApiKey.load(key_id="A", path=path)
    large = tmp_path / "large.p8"
    large.write_bytes(b"A" * 65_537)
    with pytest.raises(InvalidKeyError, match="larger than 65536 bytes"):
        ApiKey.from_file(large, key_id="A")


@pytest.mark.skipif(os.name != "posix", reason="of POSIX alone")
def test_a_key_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / f"AuthKey_{keys.KEY_ID}.p8"
    file.write_text(PEM)
    for mode in (0o644, 0o604, 0o777):
        file.chmod(mode)
        with pytest.warns(ReadableKeyWarning, match="chmod 600"):
            ApiKey.from_file(file)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", ReadableKeyWarning)
            assert is_the_key(ApiKey.from_file(file))
    for mode in (0o600, 0o640, 0o400):
        file.chmod(mode)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert is_the_key(ApiKey.from_file(file))


ENVIRON = {"ASC_KEY_ID": "K1", "ASC_ISSUER_ID": keys.ISSUER_ID, "ASC_PRIVATE_KEY": BODY}


@pytest.mark.parametrize("word", ["n", "None", "null", "“false”", "`off`", "disabled"])
def test_what_says_no_makes_no_enterprise_key(word: str) -> None:
    assert not ApiKey.from_env({**ENVIRON, "ASC_ENTERPRISE": word}).enterprise


@pytest.mark.parametrize("word", ["maybe", PEM])
def test_what_says_neither_yes_nor_no_is_refused_unquoted(word: str) -> None:
    with pytest.raises(InvalidKeyError, match="ASC_ENTERPRISE says neither") as caught:
        ApiKey.from_env({**ENVIRON, "ASC_ENTERPRISE": word})
    assert_silent(str(caught.value))


@pytest.mark.parametrize("around", ["“%s”", "`%s`", "\ufeff%s", "\u00a0%s"])
def test_values_of_the_environment_may_have_other_marks_around_them(around: str) -> None:
    environ = {name: around % value for name, value in ENVIRON.items()}
    assert ApiKey.from_env(environ).issuer_id == keys.ISSUER_ID
