"""Folders of deliver's: pulled, edited, planned, applied; then the plan is empty."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from matrix import writes_of

from app_store_connect.workflows import WorkflowError
from app_store_connect.workflows.deliver_config import read_config

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator
    from support.ready_app import ReadyApp

TRAILS = "6100000001"


@pytest.fixture
def client(demo: Simulator) -> Client:
    return demo.client()


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_what_was_pulled_is_no_change(demo: Simulator, client: Client, tmp_path: Path) -> None:
    versions = client.workflows.versions
    files = versions.pull_folder(TRAILS, tmp_path)
    names = {x.relative_to(tmp_path).as_posix() for x in files}
    assert {"en-US/description.txt", "ja/privacy_url.txt", "copyright.txt"} <= names
    assert (tmp_path / "en-US" / "name.txt").read_text() == "Trails\n"
    assert not versions.plan_folder(TRAILS, tmp_path)
    assert versions.pull_folder(TRAILS, tmp_path) == []
    assert writes_of(demo) == []


def test_an_edit_is_planned_applied_and_then_gone(
    demo: Simulator, client: Client, tmp_path: Path
) -> None:
    versions = client.workflows.versions
    versions.pull_folder(TRAILS, tmp_path)
    write(
        tmp_path,
        {
            "en-US/release_notes.txt": "Maps that work offline.\n",
            "fr-FR/name.txt": "Sentiers",
            "fr-FR/description.txt": "Un chemin.",
            "primary_category.txt": "NAVIGATION",
            "review_information/notes.txt": "Tap the map.",
        },
    )
    planned = versions.plan_folder(TRAILS, tmp_path)
    assert {(x.where, x.name) for x in planned.changes} == {
        ("texts/en-US", "whats_new"),
        ("texts/fr-FR", "description"),
        ("app/fr-FR", "name"),
        ("categories", "primary_category"),
        ("review", "notes"),
    }
    assert "'What is new in 1.2.' -> 'Maps that work offline.'" in str(planned)
    assert writes_of(demo) == []
    assert versions.apply_folder(TRAILS, tmp_path) == planned
    assert len(writes_of(demo)) == 5
    assert not versions.plan_folder(TRAILS, tmp_path)
    demo.requests.clear()
    assert not versions.apply_folder(TRAILS, tmp_path)
    assert writes_of(demo) == []


def test_a_whole_fastlane_folder_is_read_as_it_is(
    demo: Simulator, client: Client, tmp_path: Path
) -> None:
    home = write(
        tmp_path / "fastlane",
        {
            "Appfile": 'app_identifier("com.example.trails") # The bundle id\napple_id "a@b.c"\n',
            "Deliverfile": (
                "# Made by fastlane init\n"
                "app_version '1.3'\n"
                "automatic_release false\n"
                "phased_release(true)\n"
                'copyright "2026 Example"\n'
                "price_tier 0\n"
                'app_rating_config_path "./fastlane/rating.json"\n'
                'app_review_attachment_file "./guide.pdf"\n'
                "release_notes({ 'default' => \"New\" })\n"
            ),
            "rating.json": '{"contests": "FREQUENT", "gambling": false, "gamblingAndContests": 1}',
            "guide.pdf": "how to get in",
            "metadata/default/release_notes.txt": "Maps that work offline.",
            "metadata/en-US/promotional_text.txt": "Now offline",
            "metadata/de-DE/release_notes.txt": "Karten ohne Netz.",
            "metadata/en-US/desciption.txt": "mistyped",
            "metadata/trade_representative_contact_information/trade_name.txt": "Example",
            "metadata/primary_category.txt": "MZGenre.Travel",
        },
    )
    versions = client.workflows.versions
    planned = versions.plan_folder(None, home)
    assert "version version_string: '1.2' -> '1.3'" in map(str, planned.changes)
    assert writes_of(demo) == []
    applied = versions.apply_folder(None, home)
    assert applied.changes == planned.changes
    version = versions.all(TRAILS).editable
    assert version is not None
    assert (version.version_string, version.release_type) == ("1.3", "MANUAL")
    texts = {
        str(x.locale): x.whats_new
        for x in client.app_store_versions.list_app_store_version_localizations(version)
    }
    assert texts["en-US"] == "Maps that work offline."
    assert texts["de-DE"] == "Karten ohne Netz."
    assert client.workflows.apps.set_age_rating(TRAILS).contests == "FREQUENT"
    skipped = "\n".join(applied.skipped)
    for reason in (
        "price_tier: there are no tiers any more",
        "line 9: release_notes({",
        "desciption.txt: deliver has no such file; did you mean 'description.txt'",
        "trade_representative_contact_information",
        "'MZGenre.Travel' is an old name",
        "gamblingAndContests",
    ):
        assert reason in skipped
    assert not versions.plan_folder(None, home)


def test_whats_new_of_a_first_version_is_skipped_and_said(ready: ReadyApp, tmp_path: Path) -> None:
    write(tmp_path, {"en-US/release_notes.txt": "New", "en-US/keywords.txt": "walk"})
    applied = ready.asc.workflows.versions.apply_folder(ready.app, tmp_path)
    assert [x.name for x in applied.changes] == ["keywords"]
    assert applied.skipped == ("en-US/release_notes.txt: a first version has none",)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"en_US/name.txt": "Trails"}, "did you mean 'en-US'"),
        ({"en-US/name.txt": "T" * 31}, "31 characters, 30 at most"),
        ({"en-US/support_url.txt": "example"}, "not a web address"),
    ],
)
def test_what_apple_would_not_take_is_refused_before_anything_is_sent(
    demo: Simulator, client: Client, tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        client.workflows.versions.apply_folder(TRAILS, write(tmp_path, files))
    assert demo.requests == []


def test_edits_are_not_lost_by_pulling(client: Client, tmp_path: Path) -> None:
    versions = client.workflows.versions
    write(tmp_path, {"en-US/description.txt": "Mine"})
    with pytest.raises(ValueError, match="pass overwrite=True"):
        versions.pull_folder(TRAILS, tmp_path)
    assert sorted(x.name for x in tmp_path.rglob("*.txt")) == ["description.txt"]
    versions.pull_folder(TRAILS, tmp_path, overwrite=True)
    assert "Find a path" in (tmp_path / "en-US" / "description.txt").read_text()


def test_a_password_is_neither_shown_nor_left_to_others(ready: ReadyApp, tmp_path: Path) -> None:
    versions: Any = ready.asc.workflows.versions
    write(tmp_path, {"review_information/demo_password.txt": "lovelace"})
    planned = versions.plan_folder(ready.app, tmp_path)
    assert "lovelace" not in str(planned)
    versions.apply_folder(ready.app, tmp_path)
    pulled = tmp_path / "pulled"
    versions.pull_folder(ready.app, pulled)
    password = pulled / "review_information" / "demo_password.txt"
    assert password.read_text() == "lovelace\n"
    assert not stat.S_IMODE(password.stat().st_mode) & 0o077


def test_a_version_that_is_named_is_made(client: Client, tmp_path: Path) -> None:
    home = tmp_path / "fastlane"
    write(home, {"Deliverfile": "app_version '1.2'", "metadata/en-US/keywords.txt": "sea"})
    versions = client.workflows.versions
    client.app_store_versions.delete(versions.ensure(TRAILS, "1.2"))
    planned = versions.plan_folder(TRAILS, home)
    assert [str(x) for x in planned.changes] == ["version version_string: (none) -> '1.2'"]
    versions.apply_folder(TRAILS, home)
    assert not versions.plan_folder(TRAILS, home)


def test_without_a_version_to_edit_it_says_what_to_do(client: Client, tmp_path: Path) -> None:
    write(tmp_path, {"en-US/keywords.txt": "walk"})
    with pytest.raises(WorkflowError, match=r"versions\.ensure"):
        client.workflows.versions.apply_folder("6100000002", tmp_path)
    with pytest.raises(ValueError, match="app_identifier"):
        client.workflows.versions.apply_folder(None, tmp_path)


@pytest.mark.parametrize(
    ("text", "values", "unread"),
    [
        (
            "\ufeffcopyright 'A'\r\nplatform(\"ios\") # the phone\r\n",
            {"copyright": "A", "platform": "ios"},
            0,
        ),
        ("copyright 'it\\'s \\n'", {"copyright": "it's \\n"}, 0),
        ('copyright "tab\\t \\"x\\""', {"copyright": 'tab\t "x"'}, 0),
        ('copyright "\\u00a9"', {}, 1),
        ('copyright "#{Time.now.year}"', {}, 1),
        ("copyright ENV['COPYRIGHT']", {}, 1),
        ("copyright 'A' if ENV['CI']", {}, 1),
        ("for_lane :beta do\n  app_identifier 'b'\nend\ncopyright 'A'", {"copyright": "A"}, 2),
        ("for_platform :mac do |x|\n if x\n  platform 'osx'\n end\nend", {}, 3),
        (
            "copyright 'A'\nif ENV['CI']\n  copyright 'B'\nelse\n  copyright 'C'\nend",
            {"copyright": "A"},
            4,
        ),
        ("release_notes({\n  'en-US' => 'New'\n})\ncopyright 'A'", {"copyright": "A"}, 3),
        ("copyright <<~TEXT\nplatform 'osx'\nTEXT\nplatform 'ios'", {"platform": "ios"}, 1),
        ("=begin\nplatform 'osx'\n=end\nplatform 'ios'", {"platform": "ios"}, 0),
        ("platform 'ios'\n__END__\nplatform 'osx'", {"platform": "ios"}, 0),
        ("platform 'ios'\nplatform 'osx'", {}, 1),
        ('copyright "x" # it\'s "y"', {"copyright": "x"}, 0),
        ('copyright ("#1") # one', {"copyright": "#1"}, 0),
        ("app_identifier %w[a b]\napp_identifier ENV['APP']", {}, 2),
        ('copyright "a"; platform "ios"', {}, 1),
        ('copyright("a") if true', {}, 1),
    ],
)
def test_ruby_is_read_where_it_is_plain_and_named_where_it_is_not(
    tmp_path: Path, text: str, values: dict[str, object], unread: int
) -> None:
    (tmp_path / "Deliverfile").write_bytes(text.encode())
    found, told = read_config(tmp_path / "Deliverfile")
    assert (found, len(told)) == (values, unread)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("Deliverfile", b"automatic_release 'yes'", "automatic_release: 'yes' has to be true or"),
        (
            "Deliverfile",
            b"auto_release_date '2026-01-01'",
            "auto_release_date: '2026-01-01' has to",
        ),
        ("Deliverfile", b"auto_release_date 99999999999999999999", "is no time in milliseconds"),
        ("Deliverfile", b"copyright true", "copyright: True has to be a text in quotes"),
        ("Deliverfile", b"platform 'watchos'", "platform: 'watchos' is not one of ios, osx"),
        ("Appfile", "app_identifier 'ü'".encode("latin-1"), "Appfile is not UTF-8"),
        ("metadata/de-DE/name.txt", "Wege für alle".encode("utf-16"), "name.txt is not UTF-8"),
        ("metadata/DE-de/name.txt", b"Wege", "'DE-de' is not a locale.*de-DE"),
        ("metadata/Screenshots/name.txt", b"Wege", "'Screenshots' is not a locale"),
    ],
)
def test_what_a_fastlane_folder_cannot_mean_is_refused_by_name(
    client: Client, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / "metadata" / "en-US").mkdir(parents=True)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        client.workflows.versions.plan_folder("6100000001", tmp_path)


def test_a_text_that_leads_nowhere_is_not_taken_for_none(client: Client, tmp_path: Path) -> None:
    home = write(tmp_path, {"metadata/en-US/keywords.txt": "sea"})
    (home / "metadata" / "en-US" / "name.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(ValueError, match=r"name\.txt leads to no file"):
        client.workflows.versions.plan_folder("6100000001", home)


def test_texts_are_the_same_with_any_ends_of_lines(client: Client, tmp_path: Path) -> None:
    home = write(tmp_path, {"metadata/en-US/description.txt": ""})
    file = home / "metadata" / "en-US" / "description.txt"
    file.write_bytes("\ufeffOne.\r\n\r\nTwo.\r\n".encode())
    client.workflows.versions.apply_folder("6100000001", home)
    file.write_bytes(b"One.\n\nTwo.")
    assert not client.workflows.versions.plan_folder("6100000001", home).changes
